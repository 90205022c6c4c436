"""An existing library made an encrypted one, and back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from voicecoach.session.library import schema
from voicecoach.session.library.opening import (
    connect,
    disconnect,
    is_encrypted,
    make_private_file,
    make_ready,
)
from voicecoach.session.library.schema import told
from voicecoach.session.library.secret import cipher, passphrase
from voicecoach.session.library.store import Library
from voicecoach.session.library.whole.exclusive import alone, beside, take_place


def encrypt(path: Path) -> bool:
    """Make the library an encrypted one; False if it is already. Asks for the passphrase.

    An empty one is made where there is none. The bytes of the library as it was are overwritten.
    Raises LibraryError, UsageError; the library is then as it was.
    """
    with told(path):
        if not path.exists() or not path.stat().st_size:
            _make_empty(path)
            return True
        with alone(path, by_cipher=True) as connection:
            if is_encrypted(connection):
                return False
            secret = passphrase.new(path)
            with beside(path) as new:
                _export(connection, new, cipher.key_of(secret))
                _checked(new, secret)
                take_place(new, path, wipe=True)
            passphrase.remember(path, secret)
    return True


def decrypt(path: Path) -> bool:
    """Make the library one that is not encrypted; False if it is not. Raises as `encrypt` does."""
    with told(path), alone(path) as connection:
        if not is_encrypted(connection):
            return False
        with beside(path) as new:
            _export(connection, new, b"")
            _checked(new, None)
            take_place(new, path, wipe=False)
        passphrase.remember(path, None)
    return True


def _make_empty(path: Path) -> None:
    if not path.exists():
        make_ready(path, encrypt=True)  # whoever gives up here leaves no file behind
    make_private_file(path)
    connection = connect(path, encrypt=True)
    try:
        schema.prepare(connection)
    finally:
        disconnect(connection)


def _export(connection: sqlite3.Connection, new: Path, key: bytes) -> None:
    """Copy the library into the empty file `new` under another key, or none."""
    connection.execute("ATTACH ? AS new KEY ?", (str(new.absolute()), key))
    if key:
        connection.execute("PRAGMA new.cipher_compatibility = 4")
        connection.execute(f"PRAGMA new.cipher_salt = {cipher.new_salt()}")
    connection.execute("SELECT sqlcipher_export('new')").fetchall()
    (version,) = connection.execute("PRAGMA main.user_version").fetchone()
    connection.execute(f"PRAGMA new.application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA new.user_version = {version}")
    connection.execute("PRAGMA new.journal_mode = WAL").fetchone()
    connection.execute("DETACH new")


def _checked(new: Path, secret: str | None) -> None:
    with Library(new, known=secret) as library:
        library.check()
