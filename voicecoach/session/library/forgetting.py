"""Taking a session, or its sound, out of the library so that nothing of it is left in the file.

`secure_delete` (schema.connect) overwrites the rows; the write-ahead log, which still holds them,
is written back and cut to nothing; and the file is written anew without the freed pages. What
stays is a tombstone: that there was a session, and when it was forgotten. What the disk itself
keeps of overwritten blocks, a copy, or a backup is beyond a program's reach.
"""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from typing import Literal

from voicecoach.session.library.schema import BUSY_S, transaction

What = Literal["session", "sound"]

WAIT_S = 0.05


def forget(connection: sqlite3.Connection, names: list[str], what: What) -> None:
    """Take the sessions with these ids out, or their clips only, all or none of them.

    When this returns the file and its log hold nothing of it. Raises sqlite3.OperationalError
    (SQLITE_BUSY) if another program reads for longer than `BUSY_S`: then the rows are gone, and
    `rewrite` is still to be done.
    """
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    with transaction(connection):
        for name in names:
            (key,) = connection.execute("SELECT key FROM sessions WHERE id = ?", (name,)).fetchone()
            if what == "sound":
                connection.execute("DELETE FROM clips WHERE session = ?", (key,))
            else:
                connection.execute("DELETE FROM sessions WHERE key = ?", (key,))
            connection.execute(
                "INSERT INTO tombstones (id, forgotten, what) VALUES (?, ?, ?)",
                (name, moment, what),
            )
    rewrite(connection)


def rewrite(connection: sqlite3.Connection) -> None:
    """Write the file anew without what was deleted, and empty its log. Raises as `forget` does."""
    _empty_log(connection)
    connection.execute("VACUUM")
    _empty_log(connection)


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
