"""From an utterance to the event `Heard`: its questions, and its reading as a reply."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from voicecoach.dialogue import language as languages
from voicecoach.dialogue import replies
from voicecoach.dialogue.answers.cues import asked_at
from voicecoach.dialogue.answers.reading import LONGEST_TEXT, unrepeated
from voicecoach.dialogue.messages import Answer, Asked, Heard, Phase, Question
from voicecoach.utterance import Reason, Utterance


def heard(
    utterance: Utterance, question: Question | None, *, mirrored: str = "", language: str = "en"
) -> Heard:
    """The event that this turn is, where `question` is open (None: none is).

    Without an open question the turn is read as an answer to "did I get that?", so that a lone
    "mm-hm" can be told from something said; nothing is answered by it. An answer that was cut off
    is none: a "but" may have followed.
    """
    asked, before = question_at_end(utterance.text, language)
    answered = before if asked is not None else utterance.text
    reply = replies.understand(
        answered, question or Question.SATISFIED, mirrored=mirrored or None, language=language
    )
    if question is not None and utterance.reason is Reason.DEVICE:
        reply = replace(reply, answer=Answer.UNCLEAR)
    return Heard(utterance, reply, asked, before)


def question_at_end(text: str, language: str = "en") -> tuple[Asked | None, str]:
    """The question of the procedure that `text` ends in, and what was said before it.

    >>> question_at_end("You were sad. Did I get that?")
    (<Asked.CHECK_BACK: 'check_back'>, 'You were sad.')
    """
    known = languages.load(language)
    start = max(0, len(text) - LONGEST_TEXT)
    tokens = unrepeated(known.plain.tokens(text[start:]))
    found = asked_at(tuple(token.word for token in tokens), known)
    if found is None:
        return None, ""
    at, asked = found
    return asked, text[: start + tokens[at].start].strip()


Role = Literal["speaker", "listener"]

FLOOR: dict[Phase, Role] = {
    Phase.SHARE: "speaker",
    Phase.REFLECT: "listener",
    Phase.CHECK: "speaker",
    Phase.MORE: "speaker",
    Phase.RATE: "listener",
    Phase.NEXT: "listener",
}
"""Who has the floor in a phase."""


def role_in(event: Heard, phase: Phase, speaker: str, listener: str) -> Role | None:
    """Whose turn it was: by the voice where it is known, else by the step and what was said.

    The questions of the procedure are the listener's. None outside the steps of a procedure, and
    for a voice from outside.
    """
    role = FLOOR.get(phase)
    if role is None or event.utterance.third:
        return None
    if event.utterance.partner == speaker:
        return "speaker"
    if event.utterance.partner == listener:
        return "listener"
    return "listener" if event.asked is not None and not event.before else role
