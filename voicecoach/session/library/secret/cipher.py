"""Libraries that are encrypted: SQLCipher, which is SQLite with every page encrypted and sealed.

AES-256 in CBC mode, an HMAC-SHA512 for each page, the key by 256,000 rounds of PBKDF2 from the
passphrase and the file's salt: SQLCipher's own defaults of version 4, named here so that a later
one opens the file, too. The salt is the file's first 16 bytes and no secret. Ours begins with
`MAGIC`, the other 80 bits are random: so an encrypted library is told from any other file.
"""

from __future__ import annotations

import secrets
import sqlite3
import sys
from typing import Any

from voicecoach.errors import LibraryError

MAGIC = b"VOICEC"

DRIVER = "sqlcipher3.dbapi2"


def driver() -> Any:
    """The module that opens encrypted libraries, and others too. Raises LibraryError without."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise LibraryError(
            "encrypted libraries need the package sqlcipher3, which is not here",
            "Install it with: pip install sqlcipher3",
        ) from error
    return dbapi2


def errors() -> tuple[type[Exception], ...]:
    """What is raised when a file cannot be used: by the system, or by SQLite of either driver."""
    loaded = sys.modules.get(DRIVER)
    return (OSError, sqlite3.DatabaseError, *([loaded.DatabaseError] if loaded else []))


def connect(uri: str, busy_s: float, passphrase: str | None, *, new: bool) -> sqlite3.Connection:
    """A connection to the file, through SQLCipher; without a passphrase to one that is not
    encrypted. `new` gives the still empty file its salt. Nothing has been read yet."""
    module = driver()

    class Connection(module.Connection):  # type: ignore[misc, name-defined]
        """One that can be referred to weakly."""

    connection: sqlite3.Connection = module.connect(
        uri, uri=True, timeout=busy_s, isolation_level=None, factory=Connection
    )
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would be written to the terminal
    if passphrase is not None:
        connection.execute(f"PRAGMA hexkey = '{key_of(passphrase).hex()}'")
        connection.execute("PRAGMA cipher_compatibility = 4")
        if new:
            connection.execute(f"PRAGMA cipher_salt = {new_salt()}")
    return connection


def key_of(passphrase: str) -> bytes:
    """The passphrase as it enters the derivation of the key."""
    return passphrase.encode("utf-8", "surrogateescape")


def new_salt() -> str:
    """A salt for a new file, as SQLCipher's pragmas take it."""
    return f"\"x'{(MAGIC + secrets.token_bytes(16 - len(MAGIC))).hex()}'\""
