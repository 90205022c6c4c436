"""`voicecoach export`: one session on paper, in any of eight formats."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.commands.library.sessions import add_library, library_file
from voicecoach.errors import LibraryError, UsageError

if TYPE_CHECKING:
    from voicecoach.session.record import Session

FORMATS = ("txt", "md", "html", "docx", "csv", "vtt", "srt", "json")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "export",
        help="print a session that was kept, or write it to a file",
        description="Prints one session: a transcript to read (txt, md, html, docx) with each "
        "score's evidence, a table of its turns (csv), captions to its recording (vtt, srt), or "
        "everything that was kept with its times (json). The sound is not part of it.",
    )
    parser.add_argument(
        "session", metavar="SESSION", help='its id, a unique beginning of it, or "last"'
    )
    parser.add_argument(
        "--format", choices=FORMATS, help="default: by the ending of --output FILE, else txt"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write there, not to stdout")
    parser.add_argument("--force", action="store_true", help="overwrite FILE if it exists")
    add_library(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print or write the session. Raises UsageError (no such session, file there), LibraryError."""
    from voicecoach.session.library import Library

    name = _format(args)
    with Library(library_file(args)) as library:
        session = library.session(args.session)
    content = _content(session, name)
    if args.output is not None:
        write(args.output.expanduser(), content, overwrite=args.force)
    else:
        _print(content)
    return 0


def _format(args: argparse.Namespace) -> str:
    """The format asked for. Raises UsageError where it is no text and would be printed."""
    import sys

    from voicecoach.session.export import BINARY

    ending = args.output.suffix.lower().lstrip(".") if args.output is not None else ""
    name: str = args.format or (ending if ending in FORMATS else "txt")
    if name in BINARY and args.output is None and sys.stdout.isatty():
        raise UsageError(
            f"{name} is no text for a terminal", f"Write it to a file: --output session.{name}"
        )
    return name


def _content(session: Session, name: str) -> bytes:
    from voicecoach.session.export import exported

    try:
        return exported(session, name)
    except ValueError as error:
        raise LibraryError(
            f"session {session.header.id} was kept by voicecoach {session.header.version}, "
            f"which this one cannot read: {error}",
            "Update voicecoach.",
        ) from error


def _print(content: bytes) -> None:
    import sys

    sys.stdout.flush()
    sys.stdout.buffer.write(content)


def write(file: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file for the user's eyes only (mode 600), as the library is. Raises UsageError."""
    import os
    import sys

    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if overwrite else os.O_EXCL)
    try:
        with os.fdopen(os.open(file, flags, 0o600), "wb") as out:
            out.write(content)
    except FileExistsError:
        raise UsageError(f"{file} exists already", "Overwrite it with --force.") from None
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {error.strerror}", "Choose another file with --output."
        ) from error
    print(f"Written to {file}", file=sys.stderr)
