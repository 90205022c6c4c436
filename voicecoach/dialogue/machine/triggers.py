"""What an event amounts to: (state, event) -> Trigger. Who said it is weighed here, once.

The rules that no input may break live in this file and in the table of `imago.py`:
a yes counts only from the speaker or from a voice that is not known (and not from one that may as
well be the listener's, once both voices are known, nor from a third one), a score and a silence are
never an answer, and while the coach is talking only "pause" and "stop" are heard. The one exception
to a yes aloud is a key or button, only where both agreed to that before the session began, or aloud
before the first share.
"""

from __future__ import annotations

from voicecoach.dialogue.machine.state import State, Trigger
from voicecoach.dialogue.messages import (
    Announced,
    Answer,
    Answered,
    Asked,
    Began,
    Event,
    Heard,
    InputEnded,
    Interrupted,
    Notice,
    Noticed,
    Phase,
    Pressed,
    Quiet,
    Spoken,
    TakenUp,
)
from voicecoach.utterance import Reason, Utterance

COMMANDS = {
    Spoken.PAUSE: Trigger.PAUSE,
    Spoken.RESUME: Trigger.RESUME,
    Spoken.STOP: Trigger.STOP,
    Spoken.REPEAT: Trigger.REPEAT,
    Spoken.HELP: Trigger.HELP,
    Spoken.WHAT_DID_I_SAY: Trigger.SAID_WHAT,
    Spoken.START_OVER: Trigger.START_OVER,
    Spoken.SKIP: Trigger.SKIP,
    Spoken.FORGET: Trigger.FORGET,
}

OF_ANYBODY = (Spoken.PAUSE, Spoken.STOP, Spoken.RESUME)
"""Commands that hold whosever voice it was: they lose nothing."""

WHILE_TALKING = (Trigger.PAUSE, Trigger.STOP)
"""What is heard through the coach's own voice."""

ANSWERS = {
    Answer.YES: (Trigger.YES, Trigger.YES_AND),
    Answer.NO: (Trigger.NO, Trigger.NO_AND),
    Answer.PARTLY: (Trigger.PARTLY, Trigger.PARTLY),
    Answer.UNCLEAR: (Trigger.UNCLEAR, Trigger.UNCLEAR),
}
"""The trigger of an answer: alone, and with something else said besides."""

BY_KEY = {Answer.YES: Trigger.YES, Answer.NO: Trigger.NO}
"""The trigger of an answer by key or button."""

SAME_BREATH_S = 0.6
"""What follows a turn that reached its limit so soon belongs to it."""

FEW_INTERRUPTING = 3
"""A listener who says less than this into a share listens aloud."""

FEW_WORDS = 4
"""A listener who says less than this after the mirror answers; one who says more goes on."""


def trigger(state: State, event: Event) -> Trigger:
    """The trigger that `event` is in `state`; total over both."""
    if state.phase is Phase.DONE:
        return Trigger.NOTHING
    match event:
        case Began():
            return Trigger.NOTHING if state.started else Trigger.BEGAN
        case InputEnded():
            return Trigger.INPUT_ENDED
        case Interrupted():
            return Trigger.INTERRUPTED
        case _ if not state.started:
            return Trigger.NOTHING
        case TakenUp():
            return Trigger.TAKEN_UP
        case Announced(key=key):
            ours = state.talking == key and state.phase.value == key and not state.confirming
            return Trigger.ANNOUNCED if ours else Trigger.NOTHING
        case Pressed(key=key):
            return _pressed(state, key)
        case Answered(answer=answer):
            return _answered(state, answer)
        case Noticed(notice=notice):
            if state.talking:
                return Trigger.NOTHING
            return Trigger.LONG if notice is Notice.LONG else Trigger.NOTICED
        case Quiet():
            return Trigger.NOTHING if state.talking else Trigger.QUIET
        case Heard():
            heard = _heard(state, event)
            return Trigger.NOTHING if state.talking and heard not in WHILE_TALKING else heard
    return Trigger.NOTHING


def _pressed(state: State, key: Spoken) -> Trigger:
    """A command; under "shall we stop here?" stop is a yes, and go on a no to whatever is asked."""
    if state.confirming is Spoken.STOP and key is Spoken.STOP:
        return Trigger.STOP_YES
    if state.confirming is not None and key is Spoken.RESUME:
        return Trigger.CONFIRM_NO
    return COMMANDS.get(key, Trigger.NOTHING)


def _answered(state: State, answer: Answer) -> Trigger:
    """A yes or no by key: of the speaker, as both have agreed, to the question of the step alone.

    It answers neither a question about a command nor one of consent.
    """
    asked = state.phase in (Phase.CHECK, Phase.MORE) and state.confirming is None
    if not state.buttons or not asked or state.talking:
        return Trigger.NOTHING
    return BY_KEY.get(answer, Trigger.NOTHING)


def _heard(state: State, heard: Heard) -> Trigger:
    if not heard.utterance.text.strip():
        return Trigger.NOTHING
    third = heard.utterance.third
    command = heard.reply.command
    if command in COMMANDS and (command in OF_ANYBODY or not third):
        return COMMANDS[command]
    if third:
        return _third(state, heard)
    if state.confirming:
        return _confirmation(state, heard)
    reader = {
        Phase.CONSENT: _consent,
        Phase.SHARE: _share,
        Phase.REFLECT: _reflect,
        Phase.CHECK: _check,
        Phase.MORE: _more,
    }.get(state.phase)
    return reader(state, heard) if reader else Trigger.NOTHING


def _confirmation(state: State, heard: Heard) -> Trigger:
    if heard.reply.answer is Answer.NO:
        return Trigger.CONFIRM_NO
    if heard.reply.answer is not Answer.YES:
        return Trigger.CONFIRM_UNCLEAR
    if state.confirming is Spoken.SKIP:
        # It is the speaker's turn that would be skipped: nobody else can agree to it.
        others = heard.utterance.partner == state.listener or _doubtful(heard)
        return Trigger.CONFIRM_UNCLEAR if others else Trigger.SKIP_YES
    return Trigger.FORGET_YES if state.confirming is Spoken.FORGET else Trigger.STOP_YES


def _answer(heard: Heard) -> Trigger:
    plain, with_rest = ANSWERS[heard.reply.answer]
    return with_rest if heard.reply.rest.strip() else plain


def _third(state: State, heard: Heard) -> Trigger:
    """A voice from outside is nobody's; where it would have answered, the question is put again."""
    deciding = {Phase.CHECK: Answer.YES, Phase.MORE: Answer.NO}.get(state.phase)
    if state.confirming or heard.asked is not None or heard.reply.answer is not deciding:
        return Trigger.NOTHING
    return Trigger.DOUBTFUL


def _consent(state: State, heard: Heard) -> Trigger:
    if state.introducing:
        return _introduction(state, heard)
    if heard.utterance.partner not in (None, state.asking):
        return Trigger.OTHER_ANSWERED
    if _doubtful(heard) and heard.reply.answer is Answer.YES:
        return Trigger.UNCLEAR
    plain, _ = ANSWERS[heard.reply.answer]
    return plain


def _introduction(state: State, heard: Heard) -> Trigger:
    """A sentence of the one who was asked is as a yes, unless something speaks against that."""
    said = heard.utterance
    if _bare(heard) and heard.reply.answer is Answer.NO:
        return Trigger.NO
    whole = len(said.text.split()) >= FEW_WORDS and said.reason is not Reason.DEVICE
    own = said.partner in (None, state.asking) and not _doubtful(heard)
    if not whole or not own or said.text.rstrip().endswith("?"):
        return Trigger.UNCLEAR
    other = state.second if state.asking == state.first else state.first
    return Trigger.UNCLEAR if _names_first(said.text, other, state.asking) else Trigger.YES


def _names_first(text: str, name: str, other: str) -> bool:
    """Whether `name` is said in the text, and before `other` if that is: "I am Ben, Anna." """
    spoken = f" {_letters(text)} "
    at, other_at = (spoken.find(f" {_letters(each)} ") for each in (name, other))
    return at >= 0 and (other_at < 0 or at < other_at)


def _letters(text: str) -> str:
    """The words of a text, in small letters and without signs."""
    kept = "".join(each if each.isalnum() else " " for each in text.casefold().replace("'", " "))
    return " ".join(kept.split())


def _share(state: State, heard: Heard) -> Trigger:
    if heard.utterance.partner == state.listener and not _only_question(heard):
        return Trigger.NOTHING if _listens(heard) else Trigger.INTERJECTED
    if _only_question(heard) or _bare(heard):
        return Trigger.NOTHING
    return Trigger.SPOKE


def _reflect(state: State, heard: Heard) -> Trigger:
    if _cut_by_limit(state.message, heard):
        return Trigger.WENT_ON
    if heard.utterance.partner == state.speaker:
        return Trigger.NOTHING if _bare(heard) else Trigger.WENT_ON
    if _only_question(heard) or _bare(heard):
        # "Mm-hm" or "did I get that?" before anything was mirrored is no reflection.
        return Trigger.NOTHING
    return Trigger.SPOKE


def _check(state: State, heard: Heard) -> Trigger:
    listeners = heard.utterance.partner == state.listener
    if heard.asked is Asked.CHECK_BACK:
        # Whoever asks has not answered; with an unknown voice this may never count as a yes.
        return Trigger.ASKED
    if heard.asked is Asked.MORE and (listeners or heard.reply.answer is not Answer.YES):
        return Trigger.ASKED_EARLY
    if listeners:
        return Trigger.OTHER_ANSWERED if _short(heard) else Trigger.WENT_ON
    if _cut_by_limit(state.reflection, heard):
        return Trigger.WENT_ON
    if state.question_by is Asked.MORE:
        return Trigger.AMBIGUOUS
    if _doubtful(heard) and heard.reply.answer is Answer.YES:
        return Trigger.DOUBTFUL
    return _answer(heard)


def _more(state: State, heard: Heard) -> Trigger:
    if heard.asked is not None:
        # A question is no answer, whosever voice it was.
        return Trigger.ASKED
    if _doubtful(heard) and heard.reply.answer is Answer.NO:
        return Trigger.DOUBTFUL
    if heard.utterance.partner == state.listener:
        return Trigger.OTHER_ANSWERED
    return _answer(heard)


def _doubtful(heard: Heard) -> bool:
    """Whether a yes or no in it may be the other one's."""
    return heard.utterance.either or heard.utterance.overlap


def _cut_by_limit(before: tuple[Utterance, ...], heard: Heard) -> bool:
    """Whether this is the same breath, which only the limit on a turn has cut."""
    if not before or before[-1].reason is not Reason.LIMIT:
        return False
    return heard.utterance.start_s - before[-1].end_s < SAME_BREATH_S


def _only_question(heard: Heard) -> bool:
    return heard.asked is not None and not heard.before.strip()


def _bare(heard: Heard) -> bool:
    """A lone yes, no or "mm-hm" that carries nothing else."""
    return heard.reply.answer in (Answer.YES, Answer.NO) and not heard.reply.rest.strip()


def _listens(heard: Heard) -> bool:
    """ "Mm-hm", "oh no", "yes, that's right": listening aloud, and no interruption."""
    few = len(heard.utterance.text.split()) < FEW_INTERRUPTING
    return few or (_bare(heard) and heard.reply.answer is Answer.YES)


def _short(heard: Heard) -> bool:
    """An answer rather than more of the mirror."""
    answered = heard.reply.answer is not Answer.UNCLEAR
    besides = heard.reply.rest if answered else heard.utterance.text
    return len(besides.split()) < FEW_WORDS
