"""`voicecoach import`: a session comes back from its export, or a transcript becomes one."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.commands.library.sessions import add_library, library_file
from voicecoach.errors import InputError, UsageError

if TYPE_CHECKING:
    from voicecoach.session.entries import Session
    from voicecoach.session.imported.reading import Talk
    from voicecoach.session.imported.written import Written
    from voicecoach.session.library import Library

MOST_LISTED = 8
"""So many of those who speak in a file are named."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "import",
        help="bring a session, or a transcript made elsewhere, into the library",
        description="Brings back a session that voicecoach export --format json wrote, as it was "
        "but for its sound. Or reads a transcript of two people made elsewhere (WebVTT with voice "
        'spans or names, SubRip or plain text with "NAME: " before the words, times where there '
        "are any) as a session that no coach led: mirrors are scored where one says back what the "
        "other shared. The session's id is printed.",
    )
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="a JSON export, or a .vtt, .srt or .txt file"
    )
    parser.add_argument(
        "--names",
        nargs=2,
        metavar=("A", "B"),
        help="of a transcript: who the two are, where more speak; A shares first",
    )
    parser.add_argument(
        "--as",
        dest="called",
        nargs=2,
        metavar=("A", "B"),
        help="of a transcript: what to call them instead",
    )
    parser.add_argument(
        "--date",
        type=_moment,
        metavar="WHEN",
        help='of a transcript: when the talk was held, as 2026-03-01 or "2026-03-01 18:30", in '
        "this machine's time zone; now, where it is not said",
    )
    add_library(parser)
    parser.set_defaults(run=run)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(f"{text!r} is no date; say 2026-03-01") from None


def run(args: argparse.Namespace) -> int:
    """Import the file. Raises InputError for one that cannot be, UsageError, LibraryError."""
    from voicecoach.session.library import Library

    file = args.file.expanduser()
    content = _content(file)
    if file.suffix.lower() == ".json" or content.lstrip()[:1] == b"{":
        if args.names or args.called or args.date:
            raise UsageError(
                "an export has its names and its date already", "Leave --names, --as, --date out."
            )
        session = _brought_back(content, file.name)
    else:
        session = _read(content, file.name, args)
    with Library(library_file(args)) as library:
        _add(library, session)
    return 0


def _read(content: bytes, name: str, args: argparse.Namespace) -> Session:
    """A transcript as a session; what could not be taken is told."""
    from voicecoach.engines.meaning import open_word_table
    from voicecoach.session.imported.reading import Talk, read_talk, speakers
    from voicecoach.session.imported.written import read_transcript

    written = read_transcript(content, name)
    spelt = _two(speakers(written), args.names, name)
    talk = Talk(_called(spelt, args.called), spelt)
    session = read_talk(written, talk, meaning=open_word_table(), now=args.date)
    _tell(written, talk, session)
    return session


def _two(speak: dict[str, int], wanted: list[str] | None, file: str) -> tuple[str, str]:
    """The two who hold the talk, as the file spells them. Raises UsageError or InputError."""
    listed = _listed(speak)
    if wanted is not None:
        known = {who.casefold(): who for who in speak}
        for name in wanted:
            if name.strip().casefold() not in known:
                raise UsageError(f"nobody called {name!r} speaks in {file}", f"There: {listed}")
        first, second = (known[name.strip().casefold()] for name in wanted)
        if first == second:
            raise UsageError("--names wants two different people", f"There: {listed}")
        return first, second
    if len(speak) < 2:
        raise InputError(f"only {listed} speaks in {file}", "A dialogue has two.")
    if len(speak) > 2:
        first, second, *_ = speak
        raise UsageError(
            f"more than two speak in {file}: {listed}",
            f"Say which two hold the dialogue, first who shares first: --names {first} {second}",
        )
    first, second = speak
    return first, second


def _called(spelt: tuple[str, str], called: list[str] | None) -> tuple[str, str]:
    """What they are called from here on. Raises UsageError for names that cannot be."""
    from voicecoach.session.imported.reading import as_name

    first, second = (name.strip() for name in called) if called else map(as_name, spelt)
    if not (first and second) or first.casefold() == second.casefold():
        raise UsageError("--as wants two different names", "Say, for example: --as Anna Ben")
    return first, second


def _tell(written: Written, talk: Talk, session: Session) -> None:
    """Say what the session does not hold as the file did, and what is reckoned in it."""
    import sys

    from voicecoach.session import record
    from voicecoach.session.imported.reading import speakers

    others = {who: n for who, n in speakers(written).items() if talk.of(who) is None}
    told = []
    if others:
        told.append(
            f"Of neither, kept as a voice from outside that moves nothing: {_listed(others)}."
        )
    if went_on := written.nameless - written.lost:
        told.append(f"Taken as going on with the line before, having no name: {_lines(went_on)}.")
    if written.lost:
        told.append(f"Not taken, as nobody is named before: {_lines(written.lost)}.")
    if any(line.start_s is None for line in written.lines):
        told.append("Times that are not written were reckoned from the lengths of the lines.")
    if not any(turn.fidelity for turn in record.turns(session)):
        told.append("Nothing was scored: nobody says back what the other shared.")
    for line in told:
        print(line, file=sys.stderr)


def _listed(speak: dict[str, int]) -> str:
    """Who speaks how much; of many the first."""
    listed = [f"{who} ({_lines(count)})" for who, count in speak.items()]
    return ", ".join(listed[:MOST_LISTED]) + (", ..." if len(listed) > MOST_LISTED else "")


def _lines(count: int) -> str:
    """A number of lines.

    >>> _lines(1), _lines(2)
    ('1 line', '2 lines')
    """
    return f"{count} line{'' if count == 1 else 's'}"


def _brought_back(content: bytes, name: str) -> Session:
    import sys

    from voicecoach.session.imported.kept import read_export

    session, as_computed = read_export(content, name)
    if not as_computed:
        print(
            "The turns in the file are not what its entries say; the entries count. It was "
            "changed by hand, or written by another version.",
            file=sys.stderr,
        )
    return session


def _content(file: Path) -> bytes:
    """What is in the file, or so much of it that it is too large. Raises InputError."""
    from voicecoach.session.imported.kept import MOST_BYTES

    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"there is no file {file}", "Check the path.") from None
    except IsADirectoryError:
        raise InputError(f"{file} is a folder", "Name a file in it.") from None
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from error


def _add(library: Library, session: Session) -> None:
    import sys

    from voicecoach.session import record
    from voicecoach.session.export import clock
    from voicecoach.session.library.adding import add

    name = session.header.id
    if name in library.ids():
        raise InputError(
            f"session {name} is in {library.path} already",
            f"Nothing was changed. To take the file's instead: voicecoach forget {name}",
        )
    add(library, session)
    who, minutes = " and ".join(session.header.names), clock(record.seconds(session))
    turns = len(record.turns(session))
    print(f"Imported: {who}, {turns} turns, {minutes} minutes.", file=sys.stderr)
    print(name)
