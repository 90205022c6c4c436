"""What is kept of a session: its header and its entries, and how they are made."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from voicecoach import __version__
from voicecoach.dialogue.messages import Command, Event, Guidance, Outcome
from voicecoach.session.codec import EVENTS, encode

Kind = Literal["event", "command", "note"]
"""Where an entry comes from: something happened, something was to be done, or a remark of ours."""

CLOSED = "Closed"
"""The type of the note that ends a session; its `outcome` is an `Outcome`."""

CORRECTED = "Corrected"
"""A turn was understood better later on: `entry` is the number of the turn's, `text` what was said,
`by` who or what says so. What the dialogue heard stays."""

BROKEN_OFF = "BrokenOff"
"""The type of the note that a session was broken off here and goes on: `moment` is the wall clock
in UTC when it was taken up again."""


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of a session before its first word; it never changes.

    `started` is the wall clock in UTC, ISO 8601 to the second; the first of `names` speaks first.
    """

    id: str
    started: str
    names: tuple[str, str]
    procedure: str = "imago"
    language: str = "en"
    recogniser: str = ""
    guidance: str = Guidance.FULL.value
    version: str = __version__


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was kept.

    `number` counts from 1 (0: not kept yet); `at_s` is the session's clock in seconds; `data` holds
    JSON values with a "type". `clip` is the turn's sound as FLAC where it was to be kept, and
    `clip_start_s` where that begins in the input, in seconds.
    """

    at_s: float
    kind: Kind
    data: dict[str, Any]
    clip: bytes | None = None
    clip_start_s: float = 0.0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it was kept; `running` is true while the program that writes it lives."""

    header: Header
    entries: tuple[Entry, ...] = ()
    running: bool = False


def now() -> str:
    """The wall clock in UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def new_header(
    names: tuple[str, str],
    *,
    recogniser: str,
    guidance: Guidance = Guidance.FULL,
    language: str = "en",
    procedure: str = "imago",
    now: datetime | None = None,
) -> Header:
    """The header of a session that starts now: the one time the wall clock is read."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    first, second = (name.encode("utf-8", "replace").decode() for name in names)
    return Header(
        id=f"{moment:%Y-%m-%d-%H%M}-{secrets.token_hex(2)}",
        started=moment.isoformat(timespec="seconds"),
        names=(first, second),
        procedure=procedure,
        language=language,
        recogniser=recogniser,
        guidance=str(guidance),
    )


def entry_of(
    message: Event | Command,
    at_s: float,
    *,
    clip: bytes | None = None,
    clip_start_s: float = 0.0,
) -> Entry:
    """The entry that keeps an event or a command at `at_s` seconds of the session."""
    kind: Kind = "event" if type(message) in EVENTS.values() else "command"
    return Entry(at_s, kind, encode(message), clip, clip_start_s)


def remark(what: str, at_s: float, **data: Any) -> Entry:
    """A note of ours that is no message of the dialogue: a device lost, sound lost, a turn cut."""
    return Entry(at_s, "note", {"type": what, **data})


def correction(entry: int, text: str, by: str, at_s: float) -> Entry:
    """The note that the turn of the entry with that number said `text`."""
    return remark(CORRECTED, at_s, entry=entry, text=text, by=by)


def closing(outcome: Outcome, at_s: float) -> Entry:
    """The note that ends a session."""
    return Entry(at_s, "note", {"type": CLOSED, "outcome": str(outcome)})
