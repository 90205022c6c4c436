"""`voicecoach import`: a session comes back from its JSON export."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.commands.library.sessions import add_library, library_file
from voicecoach.errors import InputError

if TYPE_CHECKING:
    from voicecoach.session.library import Library
    from voicecoach.session.record import Session


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "import",
        help="bring a session into the library",
        description="Brings a session back that voicecoach export --format json wrote, as it was "
        "but for its sound. Its id is printed.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a JSON export")
    add_library(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Import the file. Raises InputError for a file that cannot be, LibraryError."""
    from voicecoach.session.library import Library

    file = args.file.expanduser()
    session = _brought_back(file)
    with Library(library_file(args)) as library:
        _add(library, session)
    return 0


def _brought_back(file: Path) -> Session:
    import sys

    from voicecoach.session.imported.kept import read_export

    session, as_computed = read_export(_content(file), file.name)
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
