"""The whole library for oneself, and another file in its place.

Meanwhile nobody else may have it open, or open it: `alone` waits a moment for that, and is refused
otherwise. The lock is SQLite's own on the file, so it ends with the program, however that ends. A
new library is made beside the old one, checked to its last row, and takes the name of the old one
in one step: whatever comes between, one of the two is whole.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from voicecoach.errors import LibraryError
from voicecoach.session.library import schema
from voicecoach.session.library.opening import (
    WAIT_S,
    connect,
    disconnect,
    make_private_file,
    replaced,
)

BLOCK = 2**20

LINGER_S = 10 * WAIT_S
"""So long the file of before stays locked: who waits for it sees meanwhile that it was replaced."""

LEFT_S = 3600.0
"""Nobody works so long, in seconds, on a new file without writing to it."""


class InUse(LibraryError):
    """Another program has the library open, and what is wanted needs it alone."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"the library {path} is in use by another program",
            "End the session that is going on, and whatever else has it open, first.",
        )


@contextlib.contextmanager
def alone(
    path: Path, *, by_cipher: bool = False, known: str | None = None
) -> Iterator[sqlite3.Connection]:
    """The existing library for oneself: nobody else has it open, nor can open it.

    Raises InUse where another program has it open for longer than `schema.BUSY_S`.
    """
    connection = connect(path, by_cipher=by_cipher, known=known)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchone()
        _leave_log(connection, path)
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")  # in this mode the lock stays
        _clear_away(path)
        try:
            yield connection
        finally:
            if not replaced(connection, path):
                # Else its log would be laid beside the file that has taken its place.
                connection.execute("PRAGMA journal_mode = WAL").fetchone()
    finally:
        disconnect(connection)


def _leave_log(connection: sqlite3.Connection, path: Path) -> None:
    """Write the log back and be without: that nobody can who is not alone."""
    give_up = time.monotonic() + schema.BUSY_S
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except connection.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            mode = "busy"
        if mode == "delete":
            return
        if time.monotonic() > give_up:
            raise InUse(path)
        time.sleep(WAIT_S)


@contextlib.contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A new private file in the folder of `path`, which goes again if it is still there."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        make_private_file(new)
        yield new
    finally:
        for file in new.parent.glob(f"{new.name}*"):
            file.unlink(missing_ok=True)


def _clear_away(path: Path) -> None:
    """What a program that was killed left beside the library; not what another is making now."""
    for file in path.parent.glob(f".{path.name}.*.new*"):
        if time.time() - file.stat().st_mtime > LEFT_S:
            file.unlink(missing_ok=True)


def take_place(new: Path, path: Path, *, wipe: bool = False) -> None:
    """Let `new` be `path`; the file that was is overwritten, if that is wanted.

    Raises OSError; `path` is then what it was.
    """
    descriptor = os.open(path, os.O_RDWR) if wipe else None
    try:
        _sync(new)
        new.replace(path)
        _sync(path.parent)
        if descriptor is not None:
            _overwrite(descriptor)
        time.sleep(LINGER_S)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _overwrite(descriptor: int) -> None:
    left = os.fstat(descriptor).st_size
    while left > 0:
        left -= os.write(descriptor, bytes(min(left, BLOCK)))
    os.fsync(descriptor)


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    folder = path.is_dir()
    if folder and os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
