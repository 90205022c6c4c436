"""A small session made by hand, for the tests of what is kept."""

from __future__ import annotations

from pathlib import Path

from voicecoach.dialogue.messages import (
    Altered,
    Announce,
    Announced,
    Announcing,
    Answer,
    Asked,
    Began,
    Command,
    Enter,
    Event,
    Fidelity,
    Finish,
    Heard,
    Listen,
    Outcome,
    Phase,
    Quiet,
    Reply,
    Score,
    Scored,
    Step,
)
from voicecoach.session.entries import Entry, Header, Session, closing, entry_of
from voicecoach.session.library import Library
from voicecoach.utterance import Utterance

HEADER = Header(
    id="2026-03-01-1830-c0de",
    started="2026-03-01T18:30:05+00:00",
    names=("Anna", "Ben"),
    recogniser="sphinx",
    version="0.1.0",
)

MESSAGE = "When you come home late I feel alone."
SECOND = "I feel alone, not angry."

LOW = Fidelity(
    58.0,
    "partly",
    0.6,
    0.2,
    missed=("alone",),
    added=("always",),
    altered=(Altered("word", "alone", "angry"),),
)
HIGH = Fidelity(92.0, "close", 0.95, 0.0)


def _heard(
    text: str,
    start_s: float,
    partner: str | None,
    answer: Answer = Answer.UNCLEAR,
    rest: str = "",
    asked: Asked | None = None,
) -> Heard:
    end_s = start_s + 0.3 * len(text.split())
    return Heard(Utterance(text, start_s, end_s, partner), Reply(answer, rest), asked)


def _enter(phase: Phase, exchange: int = 1, attempt: int = 1, round: int = 1) -> Enter:
    speaker, listener = ("Anna", "Ben") if round == 1 else ("Ben", "Anna")
    return Enter(phase, speaker, listener, round, exchange, attempt)


SCRIPT: tuple[tuple[float, Event | Command], ...] = (
    (0.0, Began("Anna", "Ben")),
    (0.0, _enter(Phase.SHARE)),
    (0.0, Announce("begin", "Anna", (("speaker", "Anna"), ("listener", "Ben")))),
    (0.0, Listen(Step.SHARE)),
    (0.1, Announcing("begin")),
    (2.5, Announced("begin")),
    (7.1, _heard(MESSAGE, 3.5, "Anna")),
    (7.1, _enter(Phase.REFLECT)),
    (12.0, _heard("You are always angry when I come home late. Did I get that?", 8.0, "Ben")),
    (12.0, Score(MESSAGE, "You are always angry when I come home late.")),
    (12.0, _enter(Phase.CHECK)),
    (12.1, Scored(LOW)),
    (13.0, _heard("No, I feel alone, not angry.", 12.4, "Anna", Answer.NO, SECOND)),
    (13.0, _enter(Phase.SHARE, attempt=2)),
    (13.0, _enter(Phase.REFLECT, attempt=2)),
    (18.0, _heard("You feel alone when I come home late.", 14.0, None)),
    (18.0, Score(SECOND, "You feel alone when I come home late.")),
    (18.0, _enter(Phase.CHECK, attempt=2)),
    (18.1, Scored(HIGH)),
    (19.0, Quiet(6.0)),
    (19.0, Announce("check", "Anna", (("speaker", "Anna"), ("listener", "Ben")))),
    (21.0, _heard("Yes.", 20.4, None, Answer.YES)),
    (21.0, _enter(Phase.MORE, attempt=2)),
    (22.0, _heard("Is there more?", 21.2, "Ben", asked=Asked.MORE)),
    (24.0, _heard("No.", 23.5, "Anna", Answer.NO)),
    (24.0, _enter(Phase.SWAP, attempt=2)),
    (26.0, _enter(Phase.SHARE, round=2)),
    (66.0, Finish(Outcome.END_OF_INPUT)),
)
"""(seconds of the session's clock, message): a round with a correction, then the input ends."""


def entries(clip: bytes | None = None) -> tuple[Entry, ...]:
    """The script as entries; `clip` becomes the sound of every turn."""
    return tuple(
        entry_of(message, at_s, clip=clip, clip_start_s=message.utterance.start_s)
        if isinstance(message, Heard) and clip is not None
        else entry_of(message, at_s)
        for at_s, message in SCRIPT
    )


def session() -> Session:
    """The script as a session that was closed."""
    kept = (*entries(), closing(Outcome.END_OF_INPUT, 66.0))
    numbered = (
        Entry(e.at_s, e.kind, e.data, e.clip, e.clip_start_s, number)
        for number, e in enumerate(kept, 1)
    )
    return Session(HEADER, tuple(numbered))


def library(path: Path) -> Path:
    """A library there with that session, led to its close."""
    with Library(path) as kept:
        writer = kept.begin(HEADER)
        writer.append(*entries())
        writer.finish(Outcome.DONE)
    return path
