"""The step in which the speaker is asked "did I get that?", over sound that is not a microphone's.

Everything between is real: frames -> detector -> segmenter -> recogniser in its own process ->
words -> the reading as a reply -> the dialogue's machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.scribe import Scribe
from voicecoach.dialogue import turns
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.machine.state import State, text_of
from voicecoach.dialogue.messages import Began, Enter, Event, Phase, Step
from voicecoach.engines.detector import Detector
from voicecoach.engines.worker import RecogniserProcess
from voicecoach.speech.audio import FRAME, Frame, Samples
from voicecoach.utterance import Reason, Utterance

SHARED = "I felt sad when you came home late."
MIRRORED = "You felt sad when I came home late."


class Played:
    """A Microphone that hears these samples and then nothing more."""

    name = "played"
    live = False

    def __init__(self, samples: Samples) -> None:
        self._samples = np.pad(samples, (0, -len(samples) % FRAME)).astype(np.float32)
        self._position = 0

    def read(self, hold: bool = False) -> Frame | None:
        if hold:
            return Frame(np.zeros(FRAME, np.float32), self._position)
        if self._position >= len(self._samples):
            return None
        at = self._position
        self._position += FRAME
        return Frame(self._samples[at : at + FRAME], at)

    def close(self) -> None:
        pass


@dataclass(slots=True)
class Answered:
    """What became of one sound in the check step."""

    texts: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    entered: list[Phase] = field(default_factory=list)

    @property
    def advanced(self) -> bool:
        """Whether the dialogue went on as after a yes."""
        return any(phase not in (Phase.SHARE, Phase.REFLECT, Phase.CHECK) for phase in self.entered)

    @property
    def refused(self) -> bool:
        """Whether the speaker was told to share again, as after a no."""
        return bool(self.entered) and self.entered[0] is Phase.SHARE


class CheckStep:
    """A dialogue that waits for the speaker's yes to one mirror; `hear` may be called again."""

    def __init__(self, recogniser: RecogniserProcess) -> None:
        self._recogniser = recogniser
        self._imago = Imago()
        self._state: State = self._imago.initial()
        self._happen(Began("Anna", "Ben", rounds=1))
        for text in (SHARED, MIRRORED):
            said = Utterance(text, 0.0, 3.0, Reason.SILENCE)
            self._happen(turns.heard(said, self._imago.question(self._state)))
        assert self._state.phase is Phase.CHECK

    def hear(self, samples: Samples) -> Answered:
        """Let the ear hear `samples` to their end, and the machine what it makes of them."""
        answered = Answered()
        ear = ListeningEar(Played(samples), Detector(), Scribe(self._recogniser))
        ear.listen(Step.REPLY)
        while not ear.ended:
            turn = ear.hear(deaf=False)
            if turn is None:
                continue
            event = turns.heard(
                turn.utterance,
                self._imago.question(self._state),
                mirrored=text_of(self._state.reflection),
            )
            answered.texts.append(turn.utterance.text)
            answered.answers.append(str(event.reply.answer))
            answered.entered += self._happen(event)
            if answered.entered:
                break
        self._recogniser.wait()
        return answered

    def _happen(self, event: Event) -> list[Phase]:
        self._state, commands = self._imago.step(self._state, event)
        return [command.phase for command in commands if isinstance(command, Enter)]


def hear_one(recogniser: RecogniserProcess, takes: Iterable[Samples]) -> list[Answered]:
    """One person says it, and says it again as long as nothing follows; what became of each."""
    step = CheckStep(recogniser)
    heard: list[Answered] = []
    for samples in takes:
        heard.append(step.hear(samples))
        if heard[-1].entered:
            break
    return heard
