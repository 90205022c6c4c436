"""The few entries of each session that tell how it went, for all sessions in a few queries."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from typing import Any

from voicecoach.dialogue.messages import Enter, Finish, Heard, Phase, Score, Scored
from voicecoach.session.codec import COMMANDS, EVENTS
from voicecoach.session.entries import CLOSED
from voicecoach.session.review import FLAGGED, KINDS, REMARKED, RENAMED, UNDONE

_COLUMNS = "session, number, at_s, kind, type, data, crc"

# With max() the other columns are those of the row that has it (SQLite's own rule).
_LAST_ROUND = f"""
SELECT {_COLUMNS}, max(json_extract(data, '$.round')) FROM entries WHERE type = ? GROUP BY session
"""
_TYPES = (Finish.__name__, CLOSED, RENAMED, FLAGGED, REMARKED, UNDONE)
_TOLD = f"SELECT {_COLUMNS} FROM entries WHERE type IN ({', '.join('?' * len(_TYPES))})"
_SCORED = f"""
SELECT {_COLUMNS} FROM entries WHERE type IN ({", ".join("?" * (len(KINDS) + 1))})
OR (type = ? AND json_extract(data, '$.phase') = ?)
"""
_COUNTED = {kind.__name__ for kind in (Heard, Enter, Score, Scored)}
_LEFT_OUT = tuple(sorted((EVENTS | COMMANDS).keys() - _COUNTED))
"""Messages that no figure is counted from; one of another version is not left out, so as to be
noticed."""
_TO_COUNT = f"""
SELECT number, at_s, kind, type, data, crc FROM entries WHERE session = ?1 AND (
type NOT IN ({", ".join("?" * len(_LEFT_OUT))})
OR number = (SELECT max(number) FROM entries WHERE session = ?1)) ORDER BY number
"""
_LAST = "SELECT session, max(number) FROM entries GROUP BY session"
_ENTRY = f"SELECT {_COLUMNS} FROM entries WHERE session = ? AND number = ?"


def rows(connection: sqlite3.Connection, *, scored: bool) -> dict[int, list[tuple[Any, ...]]]:
    """By the key of its session, in order, each as number, at_s, kind, type, data, crc: the entry
    that first entered the last round, those that end the session, names, flags and remarks of the
    review, and the last one; with `scored` the scores, every yes, and all of the review too."""
    found: dict[int, dict[int, tuple[Any, ...]]] = defaultdict(dict)
    for session, *entry, _ in connection.execute(_LAST_ROUND, (Enter.__name__,)):
        found[session][entry[0]] = tuple(entry)
    for session, *entry in connection.execute(_TOLD, _TYPES):
        found[session][entry[0]] = tuple(entry)
    if scored:
        wanted = (Scored.__name__, *KINDS, Enter.__name__, str(Phase.MORE))
        for session, *entry in connection.execute(_SCORED, wanted):
            found[session][entry[0]] = tuple(entry)
    for session, number in connection.execute(_LAST).fetchall():
        if number not in found[session]:
            entry = connection.execute(_ENTRY, (session, number)).fetchone()
            if entry is None:
                raise sqlite3.DatabaseError("an entry that is counted is not there")
            found[session][number] = entry[1:]
    return {session: [entries[n] for n in sorted(entries)] for session, entries in found.items()}


def to_count(connection: sqlite3.Connection, session: int) -> list[tuple[Any, ...]]:
    """Of one session, in order, as `rows` gives them: all that figures are counted from."""
    return connection.execute(_TO_COUNT, (session, *_LEFT_OUT)).fetchall()
