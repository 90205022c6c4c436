"""Taking a session, or its sound, out of the library so that nothing of it is left in the file.

`secure_delete` (schema.connect) overwrites the rows; the index over what was said is written anew,
for it keeps the words of deleted rows; the write-ahead log, which still holds all of them, is
written back and cut to nothing; and the file is written anew without the freed pages. That is noted
in the file as a chore before it is begun, so that whatever comes between, it is done when the
library is next written to. What stays is a tombstone: that there was a session, and when it was
forgotten. What the disk itself keeps of overwritten blocks, a copy, or a backup is beyond a
program's reach.
"""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from typing import Literal

from voicecoach.session.library import index
from voicecoach.session.library.schema import BUSY_S, transaction

What = Literal["session", "sound"]

WAIT_S = 0.05

LARGE = 256 * 2**20
"""Bytes from which on a file is not written anew in memory, but by way of a nameless one."""


def forget(connection: sqlite3.Connection, names: list[str], what: What) -> None:
    """Take the sessions with these ids out, or their clips only, all or none of them.

    When this returns the file and its log hold nothing of it. Raises sqlite3.OperationalError
    (SQLITE_BUSY) if another program reads for longer than `BUSY_S`: then the rows are gone, and
    `do_chores` is still to do the rest.
    """
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    with transaction(connection):
        for name in names:
            (key,) = connection.execute("SELECT key FROM sessions WHERE id = ?", (name,)).fetchone()
            if what == "sound":
                connection.execute("DELETE FROM clips WHERE session = ?", (key,))
            else:
                _delete(connection, key)
            connection.execute(
                "INSERT INTO tombstones (id, forgotten, what) VALUES (?, ?, ?)",
                (name, moment, what),
            )
        index.optimise(connection)
        connection.execute("INSERT INTO chores VALUES ('rewrite')")
    do_chores(connection)


def erase(connection: sqlite3.Connection, key: int) -> None:
    """Take out the session of that key as if it had never been, without a tombstone.

    Raises as `forget` does, and may be called again then.
    """
    with transaction(connection):
        _delete(connection, key)
        index.optimise(connection)
        connection.execute("INSERT INTO chores VALUES ('rewrite')")
    do_chores(connection)


def _delete(connection: sqlite3.Connection, key: int) -> None:
    index.take_out(connection, key)
    connection.execute("DELETE FROM sessions WHERE key = ?", (key,))


def do_chores(connection: sqlite3.Connection) -> None:
    """Write the file anew if something was deleted since it last was, and empty its log.

    Raises as `forget` does.
    """
    if not connection.execute("SELECT count(*) FROM chores").fetchone()[0]:
        return
    _empty_log(connection)
    _write_anew(connection)
    _empty_log(connection)
    connection.execute("DELETE FROM chores")


def catch_up(connection: sqlite3.Connection) -> None:
    """Do what chores there are, unless another program reads just now: then it is for later."""
    try:
        do_chores(connection)
    except connection.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise


def _write_anew(connection: sqlite3.Connection) -> None:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    # An encrypted library never goes through a file that is not.
    by_file = isinstance(connection, sqlite3.Connection) and pages * size > LARGE
    if by_file:
        connection.execute("PRAGMA temp_store = FILE")
    try:
        connection.execute("VACUUM")
    finally:
        if by_file:
            connection.execute("PRAGMA temp_store = MEMORY")


def _empty_log(connection: sqlite3.Connection) -> None:
    give_up = time.monotonic() + BUSY_S
    while True:
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return
        if time.monotonic() > give_up:
            error = sqlite3.OperationalError("the log is being read")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        time.sleep(WAIT_S)
