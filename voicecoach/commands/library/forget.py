"""`voicecoach forget`: take sessions out of the library for ever."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.commands.library.sessions import add_library, library_file
from voicecoach.errors import UsageError

if TYPE_CHECKING:
    from voicecoach.session.library import Library

_DAYS = {"d": 1, "w": 7, "y": 365}


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "forget",
        help="take sessions, or their sound, out of the library for ever",
        description="Overwrites sessions in the library, or only their sound. What stays is that "
        "there was a session and when it was forgotten, without a word of it. Copies made "
        "elsewhere (exports, backups) are not reached.",
    )
    parser.add_argument(
        "session", metavar="SESSION", nargs="?", help='its id, a unique beginning of it, or "last"'
    )
    parser.add_argument(
        "--older-than",
        metavar="AGE",
        type=age,
        help="all sessions begun longer ago than 30d (days), 4w (weeks), 1y (years)",
    )
    parser.add_argument("--audio-only", action="store_true", help="keep the words")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_library(parser)
    parser.set_defaults(run=run)


def age(text: str) -> timedelta:
    """An age as people write it.

    >>> age("4w")
    datetime.timedelta(days=28)
    """
    found = re.fullmatch(r"(\d{1,4})([dwy])", text.strip().lower())
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no age; say 30d, 4w or 1y")
    return timedelta(days=int(found[1]) * _DAYS[found[2]])


def run(args: argparse.Namespace) -> int:
    """Forget, after asking; 0 also where there was nothing to. Raises UsageError, LibraryError."""
    import sys

    from voicecoach.session.library import Library

    if (args.session is None) == (args.older_than is None):
        raise UsageError(
            "forget wants a session or --older-than AGE",
            "See what is there with: voicecoach sessions",
        )
    with Library(library_file(args)) as library:
        names = _asked_for(args, library)
        what = "the sound of " if args.audio_only else ""
        if not names:
            kept = "sound of it is kept" if args.session else "session is that old"
            print(f"There is nothing to forget: no {kept}.", file=sys.stderr)
            return 0
        listed = f"{len(names)} sessions" if len(names) > 1 else f"session {names[0]}"
        if not args.yes and not _confirmed(f"Forget {what}{listed} for ever?"):
            print("Nothing was forgotten.", file=sys.stderr)
            return 0
        library.forget(names, "sound" if args.audio_only else "session")
    print(f"Forgotten: {what}{listed}.", file=sys.stderr)
    return 0


def _asked_for(args: argparse.Namespace, library: Library) -> list[str]:
    if args.older_than is None:
        names = [library.session(args.session).header.id]
    else:
        names = older(library, args.older_than)
    if args.audio_only:
        kept = library.with_sound()
        names = [name for name in names if name in kept]
    return names


def older(library: Library, than: timedelta) -> list[str]:
    """The ids of the sessions begun longer ago than that, but those still going on."""
    before = (datetime.now(UTC) - than).isoformat(timespec="seconds")
    # Times of one format in one zone: their order is that of their letters.
    sessions = library.outlines()
    return [each.header.id for each in sessions if each.header.started < before if not each.running]


def forget_old(file: Path, days: int) -> str:
    """What `--retention DAYS` asks for; a sentence that says what was forgotten, or nothing."""
    from voicecoach.session.library import Library

    if days < 1:
        raise UsageError("--retention takes a number of days, 1 or more", "Or leave it out.")
    with Library(file) as library:
        names = older(library, timedelta(days=days))
        library.forget(names)
    count = f"{len(names)} session{'s' if len(names) > 1 else ''}"
    return f"Forgotten: {count} begun more than {days} days ago." if names else ""


def _confirmed(question: str) -> bool:
    import sys

    if not sys.stdin.isatty():
        raise UsageError("forget asks before it forgets", "Say --yes where nobody can answer.")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
