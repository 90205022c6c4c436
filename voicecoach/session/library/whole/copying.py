"""A copy of the library that is of one moment, and back."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voicecoach.errors import LibraryError, UsageError
from voicecoach.session.library import schema
from voicecoach.session.library.opening import connect, disconnect, is_encrypted
from voicecoach.session.library.schema import damaged, is_new, told
from voicecoach.session.library.secret import passphrase
from voicecoach.session.library.store import Library
from voicecoach.session.library.whole.exclusive import InUse, alone, beside, take_place
from voicecoach.session.library.writing import Lease

KEPT = "before-restore"

_SHARED = (510, 0x40000002)
"""The bytes that SQLite locks in a file while it is open: how many, and from where."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of a backup or a restore. `kept` is where the library of before is; `returned`
    are the sessions that had been forgotten in it and are there again."""

    sessions: int
    encrypted: bool
    kept: Path | None = None
    returned: int = 0


def backup(path: Path, target: Path, *, force: bool = False) -> Copied:
    """Copy the library to a new file, private from its first byte, while others go on writing.

    The copy is encrypted if the library is, with its passphrase. An existing file is overwritten
    only with `force`, and in one step. Raises UsageError (file there, nothing to copy),
    LibraryError.
    """
    _may_be_written(path, target, force)
    with _opened(path) as source:
        if is_new(source):
            raise UsageError(f"there is nothing in the library {path} yet", "Hold a session first.")
        try:
            with told(target), beside(target) as new:
                _copy(source, path, new)
                if force:
                    take_place(new, target)
                else:
                    _place(new, target)
        except LibraryError as error:
            if isinstance(error.__cause__, OSError):
                reason = error.__cause__.strerror or error.__cause__
                message = f"{target} cannot be written: {reason}"
                raise UsageError(message, "Choose another file.") from error
            raise
        with told(path):
            (sessions,) = source.execute("SELECT count(*) FROM sessions").fetchone()
        return Copied(sessions, is_encrypted(source))


def _may_be_written(path: Path, target: Path, force: bool) -> None:
    with told(target):
        if not target.exists():
            return
        if path.exists() and target.samefile(path):
            raise UsageError(f"{target} is the library itself", "Choose another file.")
    if not force:
        raise UsageError(f"{target} exists already", "Overwrite it with --force.")
    if any(_beside(target, end).exists() for end in ("-wal", "-journal")):
        raise UsageError(f"{target} is a library that is in use", "Choose another file.")


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with told(path):
        if not path.exists():
            raise UsageError(f"there is no library {path}", "See --library.")
        connection = connect(path)
    try:
        yield connection
    finally:
        disconnect(connection)


def _copy(source: sqlite3.Connection, path: Path, new: Path) -> None:
    """Copy the library `source` of the file `path` into the empty file `new`, alone in its file."""
    secret = passphrase.of(path) if is_encrypted(source) else None
    copy = connect(new, encrypt=secret is not None, known=secret)
    try:
        try:
            source.backup(copy)
        except source.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise damaged(path) from error
            raise
        copy.execute("PRAGMA journal_mode = DELETE").fetchone()
    finally:
        disconnect(copy)
    if secret is not None:
        passphrase.remember(new, None)


def _place(new: Path, target: Path) -> None:
    """Give the file its name, unless somebody else has taken that by now."""
    try:
        os.link(new, target)
    except FileExistsError:
        raise UsageError(f"{target} exists already", "Overwrite it with --force.") from None
    except OSError:  # a disk that gives no file two names
        take_place(new, target)


def restore(copy: Path, path: Path) -> Copied:
    """Put a copy in the library's place, once all of it has been read and found right.

    The library of before is kept beside it, also one that is damaged. Raises UsageError (it is the
    library itself), LibraryError: the copy is damaged, the library in use; all is then as it was.
    """
    with told(path):
        if path.exists() and copy.exists() and copy.samefile(path):
            raise UsageError(f"{copy} is the library itself", "Name a copy of it.")
        if not copy.exists():
            raise UsageError(f"there is no file {copy}", "Name a copy of a library.")
    with _opened(copy) as source:
        if is_new(source):
            raise UsageError(f"there is nothing in {copy}", "Name a copy of a library.")
        secret = passphrase.of(copy) if is_encrypted(source) else None
        with told(path), beside(path) as new:
            _copy(source, copy, new)
            try:
                with Library(new, known=secret) as library:
                    sessions = library.check()
                    names = set(library.ids())
            except LibraryError as error:
                raise damaged(copy) from error
            with _held(path, secret) as (forgotten, logs), _keeping(path, logs) as kept:
                take_place(new, path)
            passphrase.remember(path, secret)
    return Copied(sessions, secret is not None, kept, len(names & forgotten))


@contextlib.contextmanager
def _held(path: Path, secret: str | None) -> Iterator[tuple[set[str], bool]]:
    """The library, as far as there is one, for oneself; the ids of what was forgotten in it, and
    whether its logs are still beside it."""
    for file in path.parent.glob(f"{path.name}-*.running"):
        session = file.name.removeprefix(f"{path.name}-").removesuffix(".running")
        if Lease(path, session).held():
            raise InUse(path)
    if not path.exists():
        yield set(), False
        return
    with contextlib.ExitStack() as stack:
        try:
            # Nobody needs to know its passphrase to put another in its place.
            known = secret if secret is not None else "none"
            connection = stack.enter_context(alone(path, known=known))
            forgotten, logs = _forgotten(connection), False
        except InUse:
            raise
        except LibraryError as error:
            if isinstance(error, schema.NotOurs | schema.Locked):
                raise
            stack.enter_context(_as_it_lies(path))
            forgotten, logs = set(), True
        yield forgotten, logs


def _forgotten(connection: sqlite3.Connection) -> set[str]:
    if is_new(connection) or schema.version_of(connection) < 2:
        return set()
    rows = connection.execute("SELECT id FROM tombstones WHERE what = 'session'").fetchall()
    return {name for (name,) in rows}


@contextlib.contextmanager
def _as_it_lies(path: Path) -> Iterator[None]:
    """A library for oneself that cannot be opened: damaged, newer, or another's passphrase."""
    if os.name != "posix":
        yield
        return
    import fcntl

    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, *_SHARED)
        yield
    except BlockingIOError:
        raise InUse(path) from None
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _keeping(path: Path, logs: bool) -> Iterator[Path | None]:
    """The library of before under another name beside, with its logs if they are wanted; not, if
    the block fails."""
    if not path.exists():
        yield None
        return
    kept, number = path.with_name(f"{path.name}.{KEPT}"), 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.name}.{KEPT}-{number}")
    try:
        os.link(path, kept)
    except OSError:  # a disk that gives no file two names
        path.rename(kept)
    moved = [end for end in ("-wal", "-journal") if logs and _beside(path, end).exists()]
    for end in moved:
        _beside(path, end).rename(_beside(kept, end))
    try:
        yield kept
    except BaseException:
        for end in moved:
            _beside(kept, end).rename(_beside(path, end))
        kept.replace(path)
        kept.unlink(missing_ok=True)  # two names of one file stay two
        raise
    if logs:
        _beside(path, "-shm").unlink(missing_ok=True)


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
