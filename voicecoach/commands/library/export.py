"""`voicecoach export`: one session as a transcript, a table, captions, or JSON."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.commands.library.sessions import add_library, library_file

if TYPE_CHECKING:
    from voicecoach.session.record import Session

FORMATS = ("txt", "json", "csv", "vtt", "srt")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "export",
        help="print a session that was kept",
        description="Prints one session: a transcript to read (txt), a table of its turns (csv), "
        "captions to its recording (vtt, srt), or everything that was kept with its times (json). "
        "The sound is not part of it.",
    )
    parser.add_argument(
        "session", metavar="SESSION", help='its id, a unique beginning of it, or "last"'
    )
    parser.add_argument("--format", choices=FORMATS, default="txt", help="default: txt")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write there, not to stdout")
    parser.add_argument("--force", action="store_true", help="overwrite FILE if it exists")
    add_library(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print or write the session. Raises UsageError (no such session, file there), LibraryError."""
    import sys

    from voicecoach.errors import LibraryError
    from voicecoach.session.library import Library

    with Library(library_file(args)) as library:
        session = library.session(args.session)
    try:
        text = _writer(args.format)(session)
    except ValueError as error:
        raise LibraryError(
            f"session {session.header.id} was kept by voicecoach {session.header.version}, "
            f"which this one cannot read: {error}",
            "Update voicecoach.",
        ) from error
    content = text.encode("utf-8", "replace")
    if args.output is not None:
        _write(args.output.expanduser(), content, overwrite=args.force)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
    return 0


def _writer(name: str) -> Callable[[Session], str]:
    from voicecoach.session.export import as_json, as_text
    from voicecoach.session.formats.captions import as_srt, as_vtt
    from voicecoach.session.formats.table import as_csv

    writers = (as_text, as_json, as_csv, as_vtt, as_srt)
    return dict(zip(FORMATS, writers, strict=True))[name]


def _write(file: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file for the user's eyes only (mode 600), as the library is."""
    import os
    import sys

    from voicecoach.errors import UsageError

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
