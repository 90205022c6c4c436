"""One session being written, and the lock that tells that it is.

Whoever writes a session holds a lock on a small file beside the library for as long as it lives;
the system lets go of it when the program ends, however it ends. So a session that was never
closed is told from one that is still going on: its lock is free.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from voicecoach.dialogue.messages import Outcome
from voicecoach.errors import LibraryError
from voicecoach.session.entries import Entry, Header, closing
from voicecoach.session.library import forgetting, index
from voicecoach.session.library.schema import crc, told, transaction

COLUMNS = "id, started, first, second, procedure, language, recogniser, guidance, version"
"""The columns of a header, in the order of its fields."""


class SessionWriter:
    """One session being written. Made by `Library.begin` and `Library.go_on`.

    `after` is the number of the last entry that is there already, and its time in seconds.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        key: int,
        header: Header,
        lease: Lease,
        after: tuple[int, float] = (0, 0.0),
    ) -> None:
        self.header = header
        self._path = path
        self._connection = connection
        self._key = key
        self._lease = lease
        self._number, self._at_s = after
        self._waiting: list[Entry] = []
        self._in_trouble = False
        self._closed = False

    def append(self, *entries: Entry) -> tuple[Entry, ...]:
        """Add the entries, all or none, each with its sound; on disk when this returns.

        Returns them with their numbers. Raises LibraryFull or LibraryError once when they cannot
        be written; they then wait here and are tried again, in order and without a word, with
        each later call, so that the dialogue can go on. The error comes again if they are still
        waiting at `finish`.
        """
        if self._closed:
            raise ValueError("the session is closed")
        numbered = []
        for entry in entries:
            self._number += 1
            self._at_s = max(self._at_s, entry.at_s)
            numbered.append(replace(entry, number=self._number))
        self._waiting += numbered
        try:
            self._write()
        except LibraryError:
            if not self._in_trouble:
                self._in_trouble = True
                raise
        return tuple(numbered)

    def go_without_sound(self) -> tuple[Entry, ...]:
        """Let the entries that wait do without their sound, and try them again; those entries.

        Raises LibraryFull or LibraryError where they still cannot be written; they go on waiting.
        """
        self._waiting = [replace(each, clip=None, clip_start_s=0.0) for each in self._waiting]
        waiting = tuple(self._waiting)
        self._write()
        return waiting

    def finish(self, outcome: Outcome) -> None:
        """Close the session; a second call does nothing.

        Raises LibraryError if entries that could not be written before still cannot.
        """
        if self._closed:
            return
        self._in_trouble = False
        try:
            self.append(closing(outcome, self._at_s))
        finally:
            self._closed = True
            self.release()

    def leave(self) -> None:
        """Let go of the session so that it can be gone on with; nothing more is written to it.

        Raises LibraryError if entries that could not be written before still cannot.
        """
        self._in_trouble = False
        try:
            self.append()
        finally:
            self._closed = True
            self.release()

    def erase(self) -> None:
        """Take the whole session out of the library, so that nothing of it is left in the file.

        It is closed in any case. Raises LibraryError where that could not be done, or not to the
        end; another call tries it again.
        """
        self._closed = True
        self._waiting.clear()
        self.release()
        with told(self._path):
            forgetting.erase(self._connection, self._key)

    def release(self) -> None:
        """Let go of the session without closing it: it then counts as interrupted."""
        self._lease.release()

    def _write(self) -> None:
        with told(self._path), transaction(self._connection):
            for entry in self._waiting:
                add_entry(self._connection, self._key, self.header.id, entry)
        self._waiting.clear()
        self._in_trouble = False


def crc_of(header: Header) -> int:
    """The checksum of a session's row."""
    return crc(*_values(header))


def _values(header: Header) -> tuple[Any, ...]:
    return tuple(getattr(header, field.name) for field in fields(header))


def add_header(connection: sqlite3.Connection, header: Header) -> int:
    """Add a session's row; its key."""
    first, second = header.names
    values = (header.id, header.started, first, second, *_values(header)[3:], crc_of(header))
    cursor = connection.execute(
        f"INSERT INTO sessions ({COLUMNS}, crc) VALUES ({', '.join('?' * len(values))})", values
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def add_entry(connection: sqlite3.Connection, key: int, name: str, entry: Entry) -> None:
    """Add an entry's row, and its sound's, to the session with that key and id."""
    data = json.dumps(entry.data, allow_nan=False, separators=(",", ":"))
    row = (entry.number, float(entry.at_s), entry.kind, str(entry.data["type"]), data)
    connection.execute(
        "INSERT INTO entries (session, number, at_s, kind, type, data, crc)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (key, *row, crc(name, *row)),
    )
    index.add(connection, key, entry.number, entry.data)
    if entry.clip is not None:
        clip = (entry.number, float(entry.clip_start_s), entry.clip)
        connection.execute(
            "INSERT INTO clips (session, number, start_s, flac, crc) VALUES (?, ?, ?, ?, ?)",
            (key, *clip, crc(name, *clip)),
        )


class Lease:
    """The lock that whoever writes a session holds as long as it lives."""

    def __init__(self, library: Path, session: str) -> None:
        from filelock import FileLock

        self._file = library.with_name(f"{library.name}-{session}.running")
        self._lock = FileLock(self._file, timeout=0, mode=0o600, thread_local=False)

    def take(self) -> None:
        """Take the lock; raises OSError (TimeoutError) if another program has it."""
        self._lock.acquire()

    def release(self) -> None:
        """Let go of the lock and remove its file."""
        if self._lock.is_locked:
            # Removed while it is held: nobody else writes this session, its id is its own.
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)
            self._lock.release()

    def held(self) -> bool:
        """Whether somebody has the lock. What a dead program left behind is cleared away."""
        if not self._file.exists():
            return False
        try:
            self._lock.acquire()
        except TimeoutError:
            return True
        except OSError:
            return False
        self.release()
        return False
