"""The passphrase of an encrypted library: from the keyring, or asked for on the terminal.

Never from the command line, where every program sees it, nor from the environment. It is
remembered in memory until the program ends, so that it is asked for once.
"""

from __future__ import annotations

import getpass
import unicodedata
import warnings
from pathlib import Path

from voicecoach.errors import LibraryError, UsageError

SERVICE = "voicecoach"
"""What the passphrases are filed under in the keyring, each by the path of its library."""

_known: dict[Path, str] = {}


def of(path: Path) -> str:
    """The passphrase of the encrypted library `path`.

    Raises LibraryError where it is in no keyring and nobody can be asked.
    """
    known = _known.get(path.absolute()) or from_keyring(path)
    return known or _asked(f"Passphrase of the library {path}: ", path)


def new(path: Path) -> str:
    """The passphrase for a library that is to be encrypted: from the keyring, or asked for twice.

    Raises UsageError where it is empty or the two differ, LibraryError where nobody can be asked.
    """
    known = _known.get(path.absolute()) or from_keyring(path)
    if known:
        return known
    passphrase = _asked(f"New passphrase for the library {path}: ", path)
    if _asked("Once more: ", path) != passphrase:
        raise UsageError("the two passphrases differ", "Nothing was changed; try again.")
    return passphrase


def remember(path: Path, passphrase: str | None) -> None:
    """Do not ask again for the passphrase that opened the library; None: do."""
    if passphrase is None:
        _known.pop(path.absolute(), None)
    else:
        _known[path.absolute()] = passphrase


def from_keyring(path: Path) -> str | None:
    """What the system's keyring has for that library, if there is a keyring."""
    try:
        import keyring

        found = keyring.get_password(SERVICE, str(path.absolute()))
    except Exception:  # noqa: BLE001  # not installed, none there, shut, or whatever it raises
        return None
    return unicodedata.normalize("NFC", found) if found else None


def _asked(prompt: str, path: Path) -> str:
    try:
        with warnings.catch_warnings():
            # Rather than letting it be seen as it is typed, or taking it from a pipe.
            warnings.simplefilter("error", getpass.GetPassWarning)
            typed = getpass.getpass(prompt)
    except (getpass.GetPassWarning, EOFError, OSError) as error:
        raise LibraryError(
            f"the library {path} needs a passphrase, and nobody can be asked for it here",
            "Run this on a terminal, or put the passphrase into the keyring: "
            f"keyring set {SERVICE} {path.absolute()}",
        ) from error
    if not typed.strip():
        raise UsageError("a passphrase cannot be empty", "Take a few words that nobody guesses.")
    # What looks the same is the same, whatever keyboard it was typed on.
    return unicodedata.normalize("NFC", typed)
