"""A session that was broken off, led again from what was kept of it to the step where it stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from voicecoach.dialogue.machine.procedure import Procedure
from voicecoach.dialogue.messages import Command, Finish, Phase, Score, Scored
from voicecoach.errors import UsageError
from voicecoach.session import record
from voicecoach.session.entries import CLOSED, Entry, Session, entry_of

CUT_OFF = "CutOff"
"""The type of the note that keeps a turn which a lost microphone cut off, until it is gone on with;
`text`, `start_s` and `end_s` are the turn's."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a session that was broken off stands.

    `state` is the procedure's. `owed` are the entries that belong to the last event and were not
    kept any more; `unscored` is a comparison that was asked for and has no answer yet; `cut` is the
    note of a turn that was cut off and not gone on with.
    """

    session: Session
    state: Any
    owed: tuple[Entry, ...]
    unscored: Score | None
    cut: Entry | None

    @property
    def at_s(self) -> float:
        """Where its clock stands, in seconds."""
        return record.seconds(self.session)


def standing(session: Session, procedure: Procedure) -> Standing:
    """Lead `session` again from its events.

    Its commands must come out as they were kept, but those of the last event, which may be missing.
    Raises UsageError where they do not (it was led by another version), where it is going on, or
    where it has ended: it is then left as it was.
    """
    _check_open(session)
    if not session.entries:
        raise UsageError(
            f"session {session.header.id} was broken off before it began",
            "Begin a new one with: voicecoach talk",
        )
    try:
        state, given = procedure.initial(), list[Command]()
        for _, message in ((e, m) for e, m in record.kept(session) if e.kind == "event"):
            state, commands = procedure.step(state, message)  # type: ignore[arg-type]
            given += commands
        kept = record.stored_commands(session)
    except (ValueError, TypeError) as error:
        raise _another_version(session) from error
    if tuple(given[: len(kept)]) != kept or not given:
        raise _another_version(session)
    if state.phase is Phase.DONE:
        raise _ended(session)
    owed = given[len(kept) :]
    return Standing(
        session,
        state,
        tuple(entry_of(command, record.seconds(session)) for command in owed),
        _unscored(session, owed),
        _cut(session),
    )


def _check_open(session: Session) -> None:
    name = session.header.id
    if session.running:
        raise UsageError(f"session {name} is going on", "One program leads it at a time.")
    if any(entry.data.get("type") in (CLOSED, Finish.__name__) for entry in session.entries):
        raise _ended(session)


def _ended(session: Session) -> UsageError:
    return UsageError(
        f"session {session.header.id} has ended and cannot be gone on with",
        "Begin a new one with: voicecoach talk",
    )


def _another_version(session: Session) -> UsageError:
    return UsageError(
        f"session {session.header.id} cannot be gone on with: it was led by another version "
        f"({session.header.version})",
        "It stays as it is. Begin a new one with: voicecoach talk",
    )


def _unscored(session: Session, owed: Iterable[Command]) -> Score | None:
    asked: Score | None = None
    for _, message in record.kept(session):
        if isinstance(message, Score):
            asked = message
        elif isinstance(message, Scored):
            asked = None
    return next((command for command in owed if isinstance(command, Score)), asked)


def _cut(session: Session) -> Entry | None:
    """The last turn that was cut off, unless something was heard after it."""
    for entry in reversed(session.entries):
        if entry.data.get("type") == CUT_OFF:
            return entry
        if entry.data.get("type") == "Heard":
            return None
    return None
