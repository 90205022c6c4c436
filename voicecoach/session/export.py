"""A session on paper: a transcript for people, or everything that was kept as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from voicecoach.dialogue import evidence
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
)
from voicecoach.dialogue.wording import sentence
from voicecoach.errors import UsageError
from voicecoach.session import record
from voicecoach.session.codec import plain
from voicecoach.session.record import Session, Turn

FORMAT = 1
"""Version of the JSON's structure; raised when a field changes its meaning or goes."""

WIDTH = 96
"""Characters in a line of the transcript."""

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


def clock(seconds: float) -> str:
    """Seconds as minutes:seconds, cut to the second.

    >>> clock(65.9)
    '1:05'
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def as_text(session: Session) -> str:
    """A transcript to read: rounds, exchanges and attempts, who said what, each score's evidence.

    Times are the session's own clock when a turn was over. Of the coach it shows only what it
    really said. Raises ValueError for a session with messages that this version does not know.
    """
    lines = [*_head(session), *_dialogue(session)]
    lines += ["", f"{ENDINGS[record.outcome(session)].capitalize()}."]
    return "\n".join(lines) + "\n"


def as_json(session: Session) -> str:
    """Everything that was kept, sound apart, as one JSON object in a stable order.

    `format`; `header` (id, started, names, procedure, language, recogniser, guidance, version);
    `outcome` (done, stopped, interrupted, end_of_input, or null while it runs), `seconds`,
    `rounds`; `phases`: each entering of one (at_s, phase, speaker, listener, round, exchange,
    attempt); `turns` (number of its entry, at_s, round, exchange, attempt, phase, role, name,
    partner: the voice's, or null, text as the dialogue heard it, corrected: what was said if that
    is known better by now, or null, start_s, end_s in the input, reason, latency_s, answer, rest,
    command, asked, fidelity or null); `entries`: what all that is computed from (number,
    at_s, kind, data). Raises ValueError as `as_text` does.
    """
    document = {
        "format": FORMAT,
        "header": asdict(session.header),
        "outcome": record.outcome(session),
        "seconds": record.seconds(session),
        "rounds": record.rounds(session),
        "phases": [
            {"at_s": entry.at_s, **plain(message)}
            for entry, message in record.messages(session)
            if isinstance(message, Enter)
        ],
        "turns": [_turn_fields(turn) for turn in record.turns(session)],
        "entries": [
            {"number": entry.number, "at_s": entry.at_s, "kind": entry.kind, "data": entry.data}
            for entry in session.entries
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _turn_fields(turn: Turn) -> dict[str, Any]:
    said = turn.utterance
    return {
        "number": turn.number,
        "at_s": turn.at_s,
        "round": turn.round,
        "exchange": turn.exchange,
        "attempt": turn.attempt,
        "phase": turn.phase,
        "role": turn.role,
        "name": turn.name,
        "partner": turn.partner,
        "text": said.text,
        "corrected": turn.corrected,
        "start_s": said.start_s,
        "end_s": said.end_s,
        "reason": said.reason,
        "latency_s": said.latency_s,
        **plain(turn.reply),
        "asked": turn.asked,
        "fidelity": plain(turn.fidelity),
    }


def _head(session: Session) -> Iterator[str]:
    header = session.header
    started = datetime.fromisoformat(header.started)
    yield " and ".join(record.names(session))
    yield f"{started:%Y-%m-%d %H:%M} UTC, {clock(record.seconds(session))} minutes"
    yield f"Session {header.id}, written down by {header.recogniser or 'hand'}"
    if any(turn.partner is None for turn in record.turns(session)):
        yield "Where a voice was not told apart, the name is the one whose turn it was."


def _dialogue(session: Session) -> Iterator[str]:
    """The lines of the dialogue in the order in which things happened."""
    turns = {turn.number: turn for turn in record.turns(session)}
    compared, keyed = _compared(session), record.keyed(record.messages(session))
    announced: dict[str, Announce] = {}
    round_, attempt = 0, (0, 0)
    for entry, message in record.messages(session):
        if isinstance(message, Announce):
            announced[message.key] = message
        elif isinstance(message, Announcing) and message.key in announced:
            said = _announcement(announced[message.key], session.header.language)
            yield from _wrapped(entry.at_s, f"(Coach: {said})")
        elif isinstance(message, Heard):
            yield from _said(turns[entry.number], compared.get(entry.number))
        elif entry.number in keyed:
            yield from _wrapped(entry.at_s, f"({keyed[entry.number]})")
        elif isinstance(message, Enter) and message.phase in _PASSAGES:
            yield from ("", f"  {_PASSAGES[message.phase]}")
            attempt = (0, 0)  # what follows has its heading again
        elif isinstance(message, Enter) and message.phase is not Phase.DONE:
            if message.round != round_:
                round_, attempt = message.round, (0, 0)
                yield ""
                yield f"Round {round_}: {message.speaker} speaks, {message.listener} listens"
            if (message.exchange, message.attempt) != attempt:
                attempt = (message.exchange, message.attempt)
                yield from ("", f"  Exchange {attempt[0]}, attempt {attempt[1]}")


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


def _said(turn: Turn, compared: Score | None) -> Iterator[str]:
    who = turn.name or "Someone"
    yield from _wrapped(turn.at_s, f"{who} {_deed(turn)}: {turn.text}")
    if turn.corrected is not None:
        yield from _beneath(f"at first this was heard: {turn.utterance.text}")
    if turn.fidelity is not None:
        for line in _evidence(turn.fidelity, compared):
            yield from _beneath(line)


def _beneath(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * 12, subsequent_indent=" " * 14)


def _deed(turn: Turn) -> str:
    if turn.reply.command is not None:
        return f'says "{turn.reply.command}"'
    if turn.role is None and turn.utterance.third:
        return "says from outside"
    if turn.phase is Phase.SHARE:
        return "shares" if turn.role == "speaker" else "throws in"
    if turn.phase is Phase.REFLECT:
        return "reflects"
    if turn.phase is Phase.RATE:
        return "rates"
    if turn.asked is not None:
        return "asks"
    answer = turn.reply.answer
    return "says" if answer is Answer.UNCLEAR else f"answers {answer.value.lower()}"


def _evidence(score: Fidelity, compared: Score | None) -> Iterator[str]:
    yield (
        f"score {score.score:.0f} of 100 ({score.band}): {score.coverage:.0%} of the message"
        f" came back, {score.addition:.0%} was added"
    )
    if told := evidence.sentence(score):
        yield told
    if compared is not None:
        message = evidence.signed(evidence.marked_message(compared.message, score))
        mirror = evidence.signed(evidence.marked_reflection(compared.reflection, score))
        if (message, mirror) != (compared.message, compared.reflection):
            yield f"said: {message}"
            yield f"mirrored: {mirror}"


def _wrapped(at_s: float, text: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=f"{clock(at_s):>8}  ", subsequent_indent=" " * 12
    )
