"""What a transcript consists of, whoever writes it down: headings, what was said, its evidence.

One walk over the entries, so that no format shows what another one forgets. All texts in it are of
one line and without control characters: no file format and no terminal stumbles over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from voicecoach.dialogue import evidence
from voicecoach.dialogue.evidence import Passage
from voicecoach.dialogue.messages import (
    Announce,
    Announcing,
    Answer,
    Enter,
    Fidelity,
    Heard,
    Outcome,
    Phase,
    Score,
    TakenUp,
)
from voicecoach.dialogue.wording import sentence
from voicecoach.errors import UsageError
from voicecoach.session import record, review
from voicecoach.session.entries import Session
from voicecoach.session.imported import IMPORTED
from voicecoach.session.record import Turn
from voicecoach.session.review.rescoring import RESCORED

ENDINGS = {
    Outcome.DONE: "led to its close",
    Outcome.STOPPED: "stopped by the two",
    Outcome.INTERRUPTED: "interrupted",
    Outcome.END_OF_INPUT: "cut short by the end of the recording",
    None: "still going on",
}
"""How a session ended, as people say it."""

_PASSAGES = {
    Phase.CONSENT: "The coach asks what may be kept",
    Phase.PAUSED: "A pause",
    Phase.SWAP: "The roles are switched",
    Phase.CLOSE: "The close",
}

GUESSED = "Where a voice was not told apart, the name is the one whose turn it was."

_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""Control characters, ends of lines, halves of characters, and what is no character at all."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The beginning of a round, of an exchange, or of what lies between them.

    `level` is its place in the outline, 1 or 2, with no level left out.
    """

    text: str
    level: int
    of_round: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What the coach really said, `at_s` seconds into the session, or (not `said`) what was
    answered without a word."""

    at_s: float
    text: str
    said: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """The score of a reflection in two sentences, and the texts that were compared, marked.

    The texts are empty where they were not kept; `told` is where nothing was compared.
    """

    figures: str
    told: str
    message: tuple[Passage, ...] = ()
    reflection: tuple[Passage, ...] = ()

    @property
    def marked(self) -> bool:
        """Whether any word of the texts is marked."""
        passages = (*self.message, *self.reflection)
        return any(passage.mark != evidence.COVERED for passage in passages)


@dataclass(frozen=True, slots=True)
class Said:
    """A turn: who, what they do with it ("reflects"), and its words.

    `heard` is what was heard at first where the words are corrected. `speaker` and `listener`
    are who had these roles. `remarks` were made on it in review; `number` is that
    of its entry.
    """

    at_s: float
    who: str
    deed: str
    text: str
    heard: str | None
    evidence: Evidence | None
    speaker: str
    listener: str
    remarks: tuple[str, ...] = ()
    number: int = 0


Part = Heading | Told | Said


@dataclass(frozen=True, slots=True)
class Transcript:
    """A session to read. `facts` are lines about it; `language` is its two-letter code; `remarks`
    were made on all of it in review."""

    title: str
    facts: tuple[str, ...]
    parts: tuple[Part, ...]
    ending: str
    language: str
    remarks: tuple[str, ...] = ()


def clock(seconds: float) -> str:
    """Seconds as minutes:seconds, cut to the second.

    >>> clock(65.9)
    '1:05'
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def fit(text: str) -> str:
    r"""The text with a space for everything that is no visible character.

    >>> fit("one\ntwo\x1b[2J")
    'one two [2J'
    """
    return _UNFIT.sub(" ", text)


def transcript(session: Session) -> Transcript:
    """The session as a transcript.

    Times are the session's own clock when a turn was over. Of the coach it holds only what it
    really said. Raises ValueError for a session with messages that this version does not know.
    """
    return Transcript(
        title=fit(" and ".join(record.names(session))),
        facts=tuple(map(fit, _facts(session))),
        parts=tuple(_dialogue(session)),
        ending=_ending(session),
        language=session.header.language,
        remarks=tuple(map(fit, review.remarks(session.entries))),
    )


def _imported(session: Session) -> dict[str, Any] | None:
    """The note that a session was read from a transcript, if it was."""
    notes = (entry.data for entry in session.entries if entry.kind == "note")
    return next((note for note in notes if note["type"] == IMPORTED), None)


def _ending(session: Session) -> str:
    outcome = record.outcome(session)
    if outcome is Outcome.END_OF_INPUT and _imported(session) is not None:
        return "The transcript ends here."
    return f"{ENDINGS[outcome].capitalize()}."


def _facts(session: Session) -> Iterator[str]:
    header = session.header
    started = datetime.fromisoformat(header.started)
    yield f"{started:%Y-%m-%d %H:%M} UTC, {clock(record.seconds(session))} minutes"
    yield f"Session {header.id}, written down by {header.recogniser or 'hand'}"
    if any(turn.partner is None and not turn.utterance.third for turn in record.turns(session)):
        yield GUESSED
    if (note := _imported(session)) is not None:
        yield "Read from a transcript made elsewhere; no coach led it."
        if note.get("times") != "given":
            yield "Times that were not written are reckoned from the lengths of the lines."


def _dialogue(session: Session) -> Iterator[Part]:
    """What happened, in its order."""
    turns = {turn.number: turn for turn in record.turns(session)}
    remarks, firsts = _remarks(session), _firsts(session)
    compared, keyed = _compared(session), record.keyed(record.messages(session))
    announced: dict[str, Announce] = {}
    entered = Enter(Phase.CONSENT, *record.names(session), 0, 0, 0)
    round_, attempt = 0, (0, 0)
    for entry, message in record.messages(session):
        if isinstance(message, Announce):
            announced[message.key] = message
        elif isinstance(message, Announcing) and message.key in announced:
            said = _announcement(announced[message.key], session.header.language)
            yield Told(entry.at_s, fit(said))
        elif isinstance(message, Heard):
            said_of = _said(turns[entry.number], compared.get(entry.number), entered)
            if entry.number in firsts and said_of.evidence is not None:
                before = f"{said_of.evidence.figures}; at first: {firsts[entry.number]}"
                said_of = replace(said_of, evidence=replace(said_of.evidence, figures=before))
            yield replace(said_of, remarks=remarks.get(entry.number, ()))
        elif entry.number in keyed:
            yield Told(entry.at_s, fit(keyed[entry.number]), said=False)
        elif isinstance(message, TakenUp):
            yield Heading("Broken off here, and gone on with later", 2 if round_ else 1)
            attempt = (0, 0)
        elif isinstance(message, Enter):
            entered = message
            if message.phase in _PASSAGES:
                yield Heading(_PASSAGES[message.phase], 2 if round_ else 1)
                attempt = (0, 0)  # what follows has its heading again
            elif message.phase is not Phase.DONE:
                if message.round != round_:
                    round_, attempt = message.round, (0, 0)
                    yield Heading(fit(_round(message)), 1, of_round=True)
                if (message.exchange, message.attempt) != attempt:
                    attempt = (message.exchange, message.attempt)
                    yield Heading(f"Exchange {attempt[0]}, attempt {attempt[1]}", 2)


def _remarks(session: Session) -> dict[int, tuple[str, ...]]:
    """The remarks on each turn that hold, by the number of its entry."""
    found: dict[int, tuple[str, ...]] = {}
    for note in review.holding(session.entries):
        if note.data["type"] == review.NOTED:
            about = note.data["entry"]
            found[about] = (*found.get(about, ()), fit(note.data["text"]))
    return found


def _firsts(session: Session) -> dict[int, str]:
    """What a mirror that was compared anew was scored at first, by the number of its turn."""
    notes = (entry.data for entry in session.entries if entry.data["type"] == RESCORED)
    return {note["entry"]: fit(note["first"]) for note in notes}


def _round(entered: Enter) -> str:
    return f"Round {entered.round}: {entered.speaker} speaks, {entered.listener} listens"


def _announcement(announce: Announce, language: str) -> str:
    try:
        return sentence(announce, language)
    except (KeyError, UsageError):  # kept by a version with other announcements
        return announce.key


def _compared(session: Session) -> dict[int, Score]:
    """The texts that were compared when a turn was heard, by the number of its entry."""
    found: dict[int, Score] = {}
    heard, phase = None, Phase.CONSENT
    for entry, message in record.messages(session):
        if isinstance(message, Enter):
            phase = message.phase
        elif isinstance(message, Heard) and phase is not Phase.RATE:
            heard = entry.number
        elif isinstance(message, Score) and heard is not None:
            found[heard] = message
    return found


def _said(turn: Turn, compared: Score | None, entered: Enter) -> Said:
    return Said(
        at_s=turn.at_s,
        who=fit(turn.name or "Someone"),
        deed=_deed(turn),
        text=fit(turn.text),
        heard=None if turn.corrected is None else fit(turn.utterance.text),
        evidence=None if turn.fidelity is None else _evidence(turn.fidelity, compared),
        speaker=fit(entered.speaker),
        listener=fit(entered.listener),
        number=turn.number,
    )


def _deed(turn: Turn) -> str:
    if turn.reply.command is not None:
        return f'says "{turn.reply.command}"'
    if turn.role is None and turn.utterance.third:
        return "says from outside"
    if turn.phase is Phase.SHARE:
        return "shares" if turn.role == "speaker" else "throws in"
    if turn.phase is Phase.REFLECT:
        return "adds" if turn.role == "speaker" else "reflects"
    if turn.phase is Phase.RATE:
        return "rates"
    if turn.asked is not None:
        return "asks"
    answer = turn.reply.answer
    return "says" if answer is Answer.UNCLEAR else f"answers {answer.value.lower()}"


def _evidence(score: Fidelity, compared: Score | None) -> Evidence:
    figures = (
        f"score {score.score:.0f} of 100 ({score.band}): {score.coverage:.0%} of the message"
        f" came back, {score.addition:.0%} was added"
    )
    told = fit(evidence.sentence(score))
    if compared is None:
        return Evidence(fit(figures), told)
    return Evidence(
        fit(figures),
        told,
        _fit(evidence.marked_message(compared.message, score)),
        _fit(evidence.marked_reflection(compared.reflection, score)),
    )


def _fit(passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    return tuple(Passage(fit(passage.text), passage.mark) for passage in passages)
