"""The library's file: its tables, and its troubles in plain words.

Schema version 3; a library of an older one is brought forward when it is next written to. SQLite's
page structure is checked when a library is opened; against damage inside a page, which that check
cannot see, every row carries a checksum of its own.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from voicecoach.errors import LibraryError
from voicecoach.session.library import index
from voicecoach.session.library.secret import cipher

APPLICATION_ID = 0x564F4943
"""Tells our SQLite files from all others ("VOIC")."""

VERSION = 3
"""The schema's version, kept as the file's user_version."""

BUSY_S = 2.0
"""How long to wait for another program's lock, in seconds."""

TABLES = """
CREATE TABLE sessions (
    key        INTEGER PRIMARY KEY,   -- order in which sessions were begun
    id         TEXT NOT NULL UNIQUE,  -- the name people give: date, time and four hex digits
    started    TEXT NOT NULL,         -- wall clock in UTC, ISO 8601
    first      TEXT NOT NULL,         -- name of the partner who speaks first
    second     TEXT NOT NULL,         -- name of the other one
    procedure  TEXT NOT NULL,         -- the table that led it: imago
    language   TEXT NOT NULL,         -- two-letter code of the language spoken
    recogniser TEXT NOT NULL,         -- which engine wrote down what was said
    guidance   TEXT NOT NULL,         -- how soon the coach helped: full, light, quiet
    version    TEXT NOT NULL,         -- the voicecoach that wrote it
    crc        INTEGER NOT NULL       -- CRC-32 of the columns id to version
) STRICT;

CREATE TABLE entries (
    session    INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    number     INTEGER NOT NULL CHECK (number > 0),  -- 1, 2, 3, ... without a gap
    at_s       REAL NOT NULL,         -- seconds on the session's clock
    kind       TEXT NOT NULL CHECK (kind IN ('event', 'command', 'note')),
    type       TEXT NOT NULL,         -- the message's name, as in data
    data       TEXT NOT NULL,         -- the message as a JSON object
    crc        INTEGER NOT NULL,      -- CRC-32 of session's id and the columns number to data
    PRIMARY KEY (session, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE clips (
    session    INTEGER NOT NULL,
    number     INTEGER NOT NULL,      -- the entry whose sound it is
    start_s    REAL NOT NULL,         -- where the clip begins in the input, in seconds
    flac       BLOB NOT NULL,         -- 16 kHz mono
    crc        INTEGER NOT NULL,      -- CRC-32 of start_s and flac
    PRIMARY KEY (session, number),
    FOREIGN KEY (session, number) REFERENCES entries (session, number) ON DELETE CASCADE
) STRICT;

CREATE TRIGGER sessions_stay BEFORE UPDATE ON sessions
BEGIN SELECT raise(ABORT, 'a header is never changed'); END;

CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
BEGIN SELECT raise(ABORT, 'entries are only ever added'); END;

CREATE TRIGGER clips_stay BEFORE UPDATE ON clips
BEGIN SELECT raise(ABORT, 'a clip is never changed'); END;

CREATE TRIGGER entries_go_together BEFORE DELETE ON entries
WHEN EXISTS (SELECT 1 FROM sessions WHERE key = OLD.session)
BEGIN SELECT raise(ABORT, 'entries go only with their session'); END;
"""


TOMBSTONES = """
CREATE TABLE tombstones (
    id         TEXT NOT NULL,         -- the session's id; a session may lose its sound, then go
    forgotten  TEXT NOT NULL,         -- wall clock in UTC, ISO 8601
    what       TEXT NOT NULL CHECK (what IN ('session', 'sound'))
) STRICT;
"""

CHORES = """
CREATE TABLE chores (
    what       TEXT NOT NULL CHECK (what = 'rewrite')  -- what was deleted may still be in the file
) STRICT;
"""

STEPS = (TABLES, TOMBSTONES, index.TABLE + CHORES)
"""What leads from each version to the next; the first makes version 1 of an empty file.

1: sessions, entries, clips. 2: tombstones. 3: the index over what was said, filled from the
entries there are; chores.
"""


class NotOurs(LibraryError):
    """The file is something else."""


class Locked(LibraryError):
    """Another program holds the library just now."""


class LibraryFull(LibraryError):
    """The disk is full. What was kept stays; a dialogue can go on without being kept."""


def crc(*columns: object) -> int:
    """CRC-32 over the columns of a row, bytes as they are and anything else as its repr."""
    value = 0
    for column in columns:
        raw = column if isinstance(column, bytes) else repr(column).encode("utf-8", "replace")
        value = zlib.crc32(b"\0" + raw, value)
    return value


def damaged(path: Path) -> LibraryError:
    """The error for a library that holds something it cannot."""
    return LibraryError(
        f"the library {path} is damaged",
        "Put back a copy of it, or move it away: a new one is made with the next session.",
    )


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """What SQLite or the system says about `path`, as a LibraryError in one sentence."""
    try:
        yield
    except cipher.errors() as error:
        raise _in_words(path, error) from error
    except UnicodeDecodeError as error:  # in a text, or in what SQLite itself says about it
        raise damaged(path) from error


def _in_words(path: Path, error: Exception) -> LibraryError:
    if isinstance(error, OSError):
        return LibraryError(
            f"the library {path} cannot be used: {error.strerror or error}",
            "Allow reading and writing there, or choose another file with --library.",
        )
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # Python's own complaint, without a code: a text that is not UTF-8
        return damaged(path)
    match code & 0xFF:
        case sqlite3.SQLITE_FULL:
            return LibraryFull(
                f"there is no room left for the library {path}",
                "Free some space; what was said up to here is kept.",
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Locked(
                f"the library {path} is locked by another program",
                "Wait until that is done, or choose another file with --library.",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return LibraryError(
                f"the library {path} is read-only",
                "Allow writing to the file and its folder, or choose another with --library.",
            )
        case sqlite3.SQLITE_CANTOPEN:
            return LibraryError(
                f"the library {path} cannot be opened",
                "Check that it is a file and that you may read and write it and its folder.",
            )
        case sqlite3.SQLITE_NOTADB:
            return not_ours(path)
        case sqlite3.SQLITE_CORRUPT:
            return damaged(path)
    if "malformed JSON" in str(error):
        return damaged(path)
    return LibraryError(f"the library {path} cannot be used: {error}", "Is its disk all right?")


def not_ours(path: Path) -> LibraryError:
    """The error for a file that is something else, or whose first bytes are destroyed."""
    return NotOurs(
        f"{path} is not a library of voicecoach",
        "Choose another file with --library; voicecoach has left this one as it was.",
    )


def is_new(connection: sqlite3.Connection) -> bool:
    """Whether the file has nothing in it yet, not even tables."""
    (ours,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(ours == 0 and tables == 0)


def prepare(connection: sqlite3.Connection) -> None:
    """Make the connection ready to write: tables where there are none, write-ahead logging."""
    give_up = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except connection.OperationalError as error:
            # Two programs that make a library at once: SQLite does not wait here by itself.
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > give_up:
                raise
            time.sleep(0.02)
    if version_of(connection) == VERSION:
        return
    with transaction(connection):
        before = version_of(connection)  # another program may have been first
        for step in STEPS[before:]:
            for statement in _statements(step):
                connection.execute(statement)
        if before < 3:
            index.fill(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")


def version_of(connection: sqlite3.Connection) -> int:
    """The schema's version; 0 for an empty file."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _statements(script: str) -> Iterator[str]:
    """The statements one by one: executescript would commit the transaction around it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextlib.contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Whatever is read in the block is of one moment."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing, on disk when the block is left."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back when the disk is full
            connection.execute("ROLLBACK")
        raise
