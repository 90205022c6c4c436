"""`voicecoach restore`: put a copy of the library back in its place."""

from __future__ import annotations

import argparse
from pathlib import Path

from voicecoach.commands.library.backup import counted
from voicecoach.commands.library.sessions import add_library, library_file


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "restore",
        help="put a copy of the library back in its place",
        description="Reads the copy to its last byte and puts it in the library's place if all of "
        "it is right. The library of before is kept beside, as .before-restore. "
        "Not while a session is going on. What was forgotten after the copy was made is back then, "
        "and is said.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a file that backup made")
    add_library(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Put it back. Raises UsageError (no such file), LibraryError (damaged, library in use)."""
    import sys

    from voicecoach.session.library.whole import restore

    file, path = args.file.expanduser(), library_file(args)
    done = restore(file, path)
    secret = "encrypted" if done.encrypted else "not encrypted"
    print(f"Restored: {counted(done.sessions)}; {path} is {secret}.", file=sys.stderr)
    if done.kept is not None:
        print(f"The library of before is {done.kept}.", file=sys.stderr)
    if done.returned:
        print(
            f"Of what was forgotten since, {counted(done.returned)} can be read again. "
            "See: voicecoach forget",
            file=sys.stderr,
        )
    return 0
