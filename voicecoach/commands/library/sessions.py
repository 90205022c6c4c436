"""`voicecoach sessions`: what is in the library."""

from __future__ import annotations

import argparse
from pathlib import Path


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "sessions",
        help="list the sessions that were kept",
        description="Lists the sessions that were kept: id, when, who, minutes, rounds begun and "
        "how it ended. Oldest first. Look at one with: voicecoach export last",
    )
    add_library(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line on stdout")
    parser.set_defaults(run=run)


def add_library(parser: argparse.ArgumentParser) -> None:
    """Add the option `--library`."""
    parser.add_argument(
        "--library",
        type=Path,
        metavar="FILE",
        help="the library of sessions (default: as in settings.toml, else library.sqlite3 in the "
        "user's data directory)",
    )


def library_file(args: argparse.Namespace) -> Path:
    """The library that the arguments name, else the settings, else the user's own.

    Raises UsageError for settings that cannot be read.
    """
    from voicecoach import config, places

    chosen = args.library or config.load({})["library"]
    return Path(chosen).expanduser() if chosen else places.user_library()


def run(args: argparse.Namespace) -> int:
    """List the sessions; 0 also where there are none. Raises LibraryError."""
    import json
    import sys

    from voicecoach.session import record
    from voicecoach.session.export import clock
    from voicecoach.session.library import Library

    file = library_file(args)
    with Library(file) as library:
        listed = list(library.outlines())
    rows: list[list[str]] = [["session", "started (UTC)", "names", "min", "rounds", "outcome"]]
    for session in listed:
        header, outcome = session.header, str(record.outcome(session) or "running")
        rounds, seconds = record.rounds(session), record.seconds(session)
        if args.json:
            about = {"id": header.id, "started": header.started, "names": header.names}
            figures = {"seconds": seconds, "rounds": rounds, "outcome": outcome}
            print(json.dumps(about | figures))
        day, who = header.started[:16].replace("T", " "), " and ".join(header.names)
        rows.append([header.id, day, who, clock(seconds), str(rounds), outcome])
    if listed and not args.json:
        print("\n".join(table(rows)))
    if not listed:
        print(
            f"No session is kept in {file} yet.\n"
            "  Hold one with: voicecoach talk (or see how it goes: voicecoach demo)",
            file=sys.stderr,
        )
    return 0


def table(rows: list[list[str]]) -> list[str]:
    """The rows as lines with columns of equal width.

    >>> table([["a", "bc"], ["def", "g"]])
    ['a    bc', 'def  g']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
