"""`voicecoach backup`: a copy of the library, also while a session is going on."""

from __future__ import annotations

import argparse
from pathlib import Path

from voicecoach.commands.library.sessions import add_library, library_file


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "backup",
        help="copy the library to a file, also while a session is going on",
        description="Copies the library as it is at one moment, sound and all, into a file for "
        "your user only. It is encrypted if the library is, with its passphrase. What is "
        "forgotten in the library later stays in the copy. Put it back with: voicecoach restore",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="where the copy is to be")
    parser.add_argument("--force", action="store_true", help="overwrite FILE if it exists")
    add_library(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Copy it. Raises UsageError (nothing there, file there), LibraryError."""
    import sys

    from voicecoach.session.library.whole import backup

    file = args.file.expanduser()
    copied = backup(library_file(args), file, force=args.force)
    said = (
        "It is encrypted, and opens with the library's passphrase."
        if copied.encrypted
        else "It is NOT encrypted: whoever has the file can read it."
    )
    print(f"Written to {file}: {counted(copied.sessions)}. {said}", file=sys.stderr)
    return 0


def counted(sessions: int) -> str:
    """So many sessions.

    >>> counted(1)
    '1 session'
    """
    return f"{sessions} session{'' if sessions == 1 else 's'}"
