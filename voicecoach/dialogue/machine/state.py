"""The state of an Imago dialogue, and the ways an event can strike it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from voicecoach.dialogue.messages import (
    Announce,
    Asked,
    Consent,
    Guidance,
    Phase,
    Question,
    Spoken,
    Step,
    Voices,
)
from voicecoach.utterance import Utterance, Word


class Trigger(StrEnum):
    """What an event amounts to in the state it meets; the columns of the table."""

    BEGAN = "the session begins"
    TAKEN_UP = "it is taken up again"
    SPOKE = "who has the floor speaks"
    WENT_ON = "who had the floor goes on"
    YES = "yes"
    YES_AND = "yes, and also ..."
    NO = "no"
    NO_AND = "no, it was ..."
    PARTLY = "partly"
    UNCLEAR = "unclear"
    OTHER_ANSWERED = "the other one answers"
    DOUBTFUL = "an answer that may be the other one's"
    INTERJECTED = "the listener interrupts"
    AMBIGUOUS = "an answer to two questions"
    ASKED = "a partner asks the question"
    ASKED_EARLY = "is there more? asked before the yes"
    ANNOUNCED = "the announcement has been spoken"
    QUIET = "nobody speaks"
    LONG = "a turn lasts long"
    NOTICED = "the ear notices something"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    SKIP = "skip my turn"
    FORGET = "delete this"
    STOP_YES = "yes, stop"
    SKIP_YES = "yes, skip my turn"
    FORGET_YES = "yes, delete it"
    CONFIRM_NO = "no, go on"
    CONFIRM_UNCLEAR = "really or not: unclear"
    SAID_WHAT = "what did I say?"
    START_OVER = "start this over"
    REPEAT = "repeat that"
    HELP = "help"
    INPUT_ENDED = "the recording ends"
    INTERRUPTED = "the program is told to stop"
    NOTHING = "nothing that counts"


@dataclass(frozen=True, slots=True)
class State:
    """Everything the dialogue knows. `replace` makes the next one; nothing is ever changed."""

    phase: Phase = Phase.CONSENT
    first: str = ""
    second: str = ""
    speaker: str = ""
    guidance: Guidance = Guidance.FULL
    consent: Consent = Consent.WORDS
    rounds: int = 2
    round: int = 1
    exchange: int = 1
    attempt: int = 1
    message: tuple[Utterance, ...] = ()
    reflection: tuple[Utterance, ...] = ()
    started: bool = False
    asking: str = ""
    """Whom the consent question is put to."""
    offered: Consent = Consent.WORDS
    """How much the present question of consent would allow to be kept."""
    voices: Voices = Voices.OFF
    asking_voices: bool = False
    """Whether it asks for the voices, not for the words."""
    introducing: bool = False
    """Whether it asks for a sentence of each, to know the voices by."""
    introduced: tuple[Utterance, ...] = ()
    """What the first one said to that."""
    buttons: bool = False
    """Whether both agreed that a key or button counts as the speaker's own yes or no."""
    ask_buttons: bool = False
    """Whether they are to be asked about that, or are being asked."""
    asking_buttons: bool = False
    """Whether it asks for that, not for the words or the voices."""
    asked: int = 0
    """How often the question of this phase has been put again."""
    sentences: int = 0
    """How often more was asked for because nobody could tell whose answer it was."""
    interjections: int = 0
    """How often the listener has interrupted this share."""
    question_by: Asked | None = None
    """The question a partner put themselves in their last turn."""
    quiet: int = 0
    """How many cues there were in the present silence."""
    talking: str | None = None
    """The announcement that is being spoken: nothing heard meanwhile moves the dialogue."""
    confirming: Spoken | None = None
    """The command that is asked about ("Shall we stop here?"), or None."""
    back: Phase | None = None
    """The phase that a pause goes back to."""
    prompt: Announce | None = None
    """The last prompt, for "repeat that"."""

    @property
    def listener(self) -> str:
        """The one who mirrors now."""
        return self.second if self.speaker == self.first else self.first

    def but(self, **changes: Any) -> Self:
        """This state with `changes`."""
        return replace(self, **changes)


QUESTIONS = {
    Phase.CONSENT: Question.CONSENT,
    Phase.CHECK: Question.SATISFIED,
    Phase.MORE: Question.MORE,
}
"""The question that is open in a phase; the other phases have none."""

STEPS = {
    Phase.CONSENT: Step.REPLY,
    Phase.SHARE: Step.SHARE,
    Phase.REFLECT: Step.REFLECT,
    Phase.CHECK: Step.REPLY,
    Phase.MORE: Step.REPLY,
    Phase.PAUSED: Step.COMMAND,
    Phase.SWAP: Step.COMMAND,
    Phase.CLOSE: Step.COMMAND,
    Phase.DONE: Step.COMMAND,
}
"""What is listened for in each phase."""


def text_of(turns: tuple[Utterance, ...]) -> str:
    """The words of several turns as one text."""
    return " ".join(turn.text for turn in turns if turn.text)


def words_of(turns: tuple[Utterance, ...]) -> tuple[Word, ...]:
    """The words of several turns with their probabilities, as far as they were recognised."""
    return tuple(word for turn in turns for word in turn.words)
