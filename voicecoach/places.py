"""Where files are: what the user has, and what was shipped with the program."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def user_data_dir() -> Path:
    """The user's data directory (not created); `VOICECOACH_DATA` chooses another."""
    chosen = os.environ.get("VOICECOACH_DATA")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("voicecoach", appauthor=False))


def user_library() -> Path:
    """The library of sessions that is used where none is named."""
    return user_data_dir() / "library.sqlite3"


def shipped(name: str) -> Path | None:
    """The shipped file or folder `name` ("samples/clean.flac"), or None.

    In an installed wheel it lies inside the package; in a checkout or an editable install beside
    it, because a build backend's forced includes are absent there.
    """
    for root in (PACKAGE / "shipped", PACKAGE.parent):
        path = root / name
        if path.exists():
            return path
    return None


def model_dirs() -> tuple[Path, ...]:
    """Folders that may hold models, in search order: the user's, the checkout's, the shipped."""
    return (
        user_data_dir() / "models",
        PACKAGE.parent / "models",
        PACKAGE / "shipped" / "models",
    )
