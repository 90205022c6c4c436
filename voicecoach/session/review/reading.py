"""A session read once, for those who look at it from several sides."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.dialogue.messages import Command, Event
from voicecoach.session import record
from voicecoach.session.entries import Entry, Session
from voicecoach.session.record import Turn


@dataclass(frozen=True, slots=True)
class Reading:
    """A session with its messages and turns as they are told after the review so far."""

    session: Session
    names: tuple[str, str]
    messages: tuple[tuple[Entry, Event | Command], ...]
    turns: tuple[Turn, ...]


def read(session: Session) -> Reading:
    """Read a session. Raises ValueError where a message is not known to this version."""
    messages = tuple(record.messages(session))
    return Reading(session, record.names(session), messages, record.turns(session, messages))
