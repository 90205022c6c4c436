"""`voicecoach search`: where something was said."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from voicecoach.commands.library.sessions import add_library, library_file, table
from voicecoach.errors import UsageError

if TYPE_CHECKING:
    from voicecoach.session.library import Found

AROUND = 60
"""So many characters are shown on each side of the first word that was found."""

LIMIT = 20


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "search",
        help="find what was said",
        description="Prints the turns in which all these words were said, the last one first: "
        "session, time in it, who, and the line with the words in [brackets]. Words given together "
        'in quotes ("left alone") stand together, ang* finds whatever begins so; capitals and '
        "accents do not count. A turn that was corrected is found by what it says now.",
    )
    parser.add_argument("words", metavar="WORDS", nargs="+", help="what was said")
    parser.add_argument(
        "--limit", type=int, default=LIMIT, metavar="N", help=f"so many turns at most ({LIMIT})"
    )
    add_library(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was found; 0 also where that is nothing. Raises UsageError, LibraryError."""
    import json
    import sys

    from voicecoach.session.export import clock
    from voicecoach.session.library import Library

    if args.limit < 1:
        raise UsageError("--limit takes a number of turns, 1 or more", "Or leave it out.")
    file = library_file(args)
    with Library(file) as library:
        found = library.search(asked(args.words), args.limit + 1)
    for turn in found[: args.limit] if args.json else ():
        where = {"session": turn.header.id, "number": turn.number, "at_s": turn.at_s}
        print(json.dumps(where | {"name": turn.name, "text": turn.text, "marks": turn.marks}))
    if found and not args.json:
        rows = [
            [turn.header.id, clock(turn.at_s), turn.name or "Someone", shown(turn)]
            for turn in found[: args.limit]
        ]
        print("\n".join(table(rows)))
    if not found:
        print(f"That was said in no session kept in {file}.", file=sys.stderr)
    elif len(found) > args.limit:
        print(f"There is more; these are the last {args.limit}. See --limit.", file=sys.stderr)
    return 0


def asked(words: Sequence[str]) -> str:
    """What was given on the command line as one text: words given together stay so.

    >>> asked(["left alone", "ang*"])
    '"left alone" ang*'
    """
    return " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)


def shown(turn: Found) -> str:
    """The turn in one line, its words in brackets; of a long one what is around the first."""
    first = turn.marks[0][0] if turn.marks else 0
    start, end = first - AROUND, first + AROUND
    start = 0 if start <= 0 else turn.text.find(" ", start, first) + 1 or start
    end = len(turn.text) if end >= len(turn.text) else max(turn.text.rfind(" ", first, end), first)
    end = max(end, turn.marks[0][1] if turn.marks else 0)
    line, at = "... " if start else "", start
    for begins, ends in turn.marks:
        if ends <= end:
            line += f"{turn.text[at:begins]}[{turn.text[begins:ends]}]"
            at = ends
    line += turn.text[at:end] + (" ..." if end < len(turn.text) else "")
    return " ".join(line.split())
