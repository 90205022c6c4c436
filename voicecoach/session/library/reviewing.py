"""What a review does to a session that is over: add notes to it, and read the sound of one turn."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

from voicecoach.errors import LibraryError
from voicecoach.session.entries import Entry, Header
from voicecoach.session.library import index
from voicecoach.session.library.schema import crc, damaged, transaction
from voicecoach.session.library.writing import Lease, add_entry


def add_notes(
    path: Path,
    connection: sqlite3.Connection,
    key: int,
    header: Header,
    notes: tuple[Entry, ...],
) -> tuple[Entry, ...]:
    """Add the notes after the last entry, at its time; returns them with their numbers.

    One short write, beside a session that is going on. The session itself is held meanwhile, so
    that nobody takes it up again and gives the same numbers; LibraryError where it is going on.
    """
    lease = Lease(path, header.id)
    try:
        lease.take()
    except TimeoutError:
        raise LibraryError(
            f"session {header.id} is going on", "Note it down when the session is over."
        ) from None
    try:
        with transaction(connection):
            (last, at_s) = connection.execute(
                "SELECT coalesce(max(number), 0), coalesce(max(at_s), 0.0) FROM entries"
                " WHERE session = ?",
                (key,),
            ).fetchone()
            added = tuple(
                replace(note, number=number, at_s=at_s)
                for number, note in enumerate(notes, last + 1)
            )
            for note in added:
                add_entry(connection, key, header.id, note)
            index.told_anew(connection, key)
    finally:
        lease.release()
    return added


def clip(
    path: Path, connection: sqlite3.Connection, key: int, header: Header, number: int
) -> bytes | None:
    """The sound of that turn, or None; LibraryError where it is damaged."""
    row = connection.execute(
        "SELECT start_s, flac, crc FROM clips WHERE session = ? AND number = ?", (key, number)
    ).fetchone()
    if row is None:
        return None
    start_s, flac, check = row
    if check != crc(header.id, number, start_s, flac):
        raise damaged(path)
    return bytes(flac)


def clips(connection: sqlite3.Connection, key: int) -> frozenset[int]:
    """The numbers of the turns of which there is sound."""
    rows = connection.execute("SELECT number FROM clips WHERE session = ?", (key,))
    return frozenset(number for (number,) in rows)


def sound_size(connection: sqlite3.Connection, key: int) -> int:
    """How many bytes of sound there are."""
    (size,) = connection.execute(
        "SELECT coalesce(sum(length(flac)), 0) FROM clips WHERE session = ?", (key,)
    ).fetchone()
    return int(size)
