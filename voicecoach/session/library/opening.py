"""How the library's file is made, opened and checked.

A file that is encrypted is recognised by its first bytes; its passphrase is asked for then.

The file may be replaced under the same name while others wait to open it (`whole`). SQLite would
then go on with the file of before, and with the log of the new one, which has its name from the
file's. So whoever waits looks each time whether the name still is that of the file; for long enough
after it has replaced the file, `whole` keeps the old one locked. Who has a library open keeps it
from being replaced.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from weakref import WeakKeyDictionary

from voicecoach.errors import LibraryError
from voicecoach.session.library import index, schema
from voicecoach.session.library.schema import damaged, is_new, not_ours, told, version_of
from voicecoach.session.library.secret import cipher, passphrase

Identity = tuple[int, int]

_held: WeakKeyDictionary[sqlite3.Connection, tuple[Identity, bool]] = WeakKeyDictionary()
"""Of each open connection of this process: its file, and whether that is encrypted."""

WAIT_S = 0.02
"""How often it is looked whether the file is free, in seconds."""

PAGE = 4096
"""Of an encrypted library, in bytes: SQLCipher's own, and none is shorter."""


class _Connection(sqlite3.Connection):
    """One that can be referred to weakly."""


def make_private_file(path: Path) -> None:
    """Make `path` (mode 600, whatever the umask) and missing folders above it (700).

    SQLite gives the files it puts beside a database the mode of the database.
    """
    for folder in reversed(path.parents):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def connect(
    path: Path, *, encrypt: bool = False, by_cipher: bool = False, known: str | None = None
) -> sqlite3.Connection:
    """An open connection to the existing file `path`, checked; the file may still be empty.

    An empty file becomes an encrypted library where `encrypt` is set, with the passphrase `known`
    or one that is asked for. `by_cipher` opens also what is not encrypted by SQLCipher.

    Raises LibraryError: not a library, made by a newer version, damaged, locked, cannot be opened;
    another passphrase; not encrypted, and `encrypt` is set.
    """
    with told(path):
        while True:
            identity = _identity(path)
            try:
                connection = _open(path, identity, encrypt, by_cipher, known)
            except Exception:
                if _identity(path) == identity:
                    raise
                continue
            if _identity(path) == identity:
                return connection
            disconnect(connection)


def make_ready(path: Path, *, encrypt: bool = False) -> None:
    """Ask now for the passphrase that opening the library is going to need, and see that it fits.

    `encrypt` as for `Library`: for a library that is not there yet it asks for a new passphrase.
    Raises what opening it raises; makes nothing.
    """
    with told(path):
        encrypted = _encrypted(path, _identity(path)) if path.exists() else None
        if encrypted or (encrypt and encrypted is not None):
            disconnect(connect(path, encrypt=encrypt))
        elif encrypt:
            cipher.driver()
            passphrase.remember(path, passphrase.new(path))


def needs_passphrase(path: Path) -> bool:
    """Whether it is an encrypted library, which can be opened here; asks for nothing.

    Raises LibraryError where the file is none of ours, or what opens it is not installed.
    """
    with told(path):
        encrypted = path.exists() and bool(_encrypted(path, _identity(path)))
    if encrypted:
        cipher.driver()
    return encrypted


def disconnect(connection: sqlite3.Connection) -> None:
    """Close a connection that `connect` gave."""
    _held.pop(connection, None)
    connection.close()


def is_encrypted(connection: sqlite3.Connection) -> bool:
    """Whether the file of a connection that `connect` gave is encrypted."""
    return _held[connection][1]


def replaced(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether `path` no longer is the file that the connection has open."""
    return _held[connection][0] != _identity(path)


def _identity(path: Path) -> Identity:
    about = path.stat()
    return about.st_dev, about.st_ino


def _open(
    path: Path, identity: Identity, encrypt: bool, by_cipher: bool, known: str | None
) -> sqlite3.Connection:
    encrypted = _encrypted(path, identity)
    if encrypt and encrypted is False:
        raise LibraryError(
            f"the library {path} is not encrypted", "Encrypt it first, with: voicecoach encrypt"
        )
    uri, secret = _uri(path), None
    if encrypted or (encrypt and encrypted is None):
        cipher.driver()  # before anybody is asked for anything
        secret = known or (passphrase.of(path) if encrypted else passphrase.new(path))
    if secret is not None or by_cipher:
        connection = cipher.connect(uri, schema.BUSY_S, secret, new=not encrypted)
    else:
        connection = sqlite3.connect(
            uri, uri=True, timeout=schema.BUSY_S, isolation_level=None, factory=_Connection
        )
    _held[connection] = (identity, secret is not None)
    try:
        _enter(connection, path, secret)
        _set_up(connection)
        if not is_new(connection):
            _check(connection, path)
    except BaseException:
        disconnect(connection)
        raise
    return connection


def _uri(path: Path) -> str:
    # Only of an existing file: the one we make must have our mode from its first byte.
    uri = f"{path.absolute().as_uri()}?mode=rw"
    if os.access(path.parent, os.W_OK) or path.with_name(f"{path.name}-wal").exists():
        return uri
    # On a disk that may only be read SQLite cannot lay its files beside; nobody writes there.
    return f"{uri}&immutable=1"


def _encrypted(path: Path, identity: Identity) -> bool | None:
    """Whether the file is encrypted; None while it is empty. Raises LibraryError if not ours."""
    for held, encrypted in _held.values():
        if held == identity:
            # To read it, and to close it then, would take the other connection's locks away.
            return encrypted
    if not path.is_file():
        return False
    with path.open("rb") as file:
        beginning = file.read(16)
    if beginning.startswith(cipher.MAGIC):
        if path.stat().st_size < PAGE:
            raise damaged(path)
        return True
    # SQLite takes a file of a few bytes for an empty one, and would write over it.
    if beginning and beginning != b"SQLite format 3\0":
        raise not_ours(path)
    return False if beginning else None


def _enter(connection: sqlite3.Connection, path: Path, secret: str | None) -> None:
    """Read for the first time: until then the file is not held."""
    connection.execute("PRAGMA busy_timeout = 0")
    give_up = time.monotonic() + schema.BUSY_S
    while True:
        if replaced(connection, path):
            raise OSError("replaced")  # `connect` opens the other
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            break
        except connection.DatabaseError as error:
            code = error.sqlite_errorcode & 0xFF
            if (
                code == sqlite3.SQLITE_NOTADB
                and secret is not None
                and not replaced(connection, path)
            ):
                passphrase.remember(path, None)
                raise _wrong(path, secret) from error
            if code != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(WAIT_S)
    connection.execute(f"PRAGMA busy_timeout = {round(1000 * schema.BUSY_S)}")
    if secret is not None:
        passphrase.remember(path, secret)


def _wrong(path: Path, secret: str) -> LibraryError:
    if passphrase.from_keyring(path) == secret:
        return LibraryError(
            f"the passphrase in the keyring does not open the library {path}",
            f"Put the right one there: keyring set {passphrase.SERVICE} {path.absolute()}",
        )
    return LibraryError(
        f"this passphrase does not open the library {path}",
        "Try again. If it is the right one, the beginning of the file is damaged: put back a copy.",
    )


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut
    connection.execute("PRAGMA secure_delete = ON")  # what was deleted is overwritten
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA temp_store = MEMORY")  # what was said is in no file but this one


def is_whole(connection: sqlite3.Connection) -> bool:
    """Whether SQLite finds nothing wrong in the whole file, its clips included."""
    return bool(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)])


def _check(connection: sqlite3.Connection, path: Path) -> None:
    (ours,) = connection.execute("PRAGMA application_id").fetchone()
    if ours != schema.APPLICATION_ID:
        raise not_ours(path)
    version = version_of(connection)
    if version > schema.VERSION:
        raise LibraryError(
            f"the library {path} was made by a newer voicecoach (its version {version}, "
            f"this one knows {schema.VERSION})",
            "Update voicecoach, or choose another file with --library.",
        )
    # The clips, by far the most of a library, are checked by their checksums when they are read. So
    # are all pages of an encrypted one, each by its seal: to open them all takes seconds.
    searched = index.SHADOWS if version >= 3 else ()
    more = () if is_encrypted(connection) else ("entries", *searched)
    for table in ("sqlite_master", "sessions", *more):
        findings = connection.execute(f"PRAGMA quick_check('{table}')").fetchall()
        if findings != [("ok",)]:
            raise damaged(path)
