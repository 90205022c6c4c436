"""`voicecoach export`: one session on paper, in any of eight formats."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.commands.library.export import sharing
from voicecoach.commands.library.sessions import add_library, library_file
from voicecoach.errors import LibraryError, UsageError

if TYPE_CHECKING:
    from voicecoach.session.audible import Sound
    from voicecoach.session.entries import Session
    from voicecoach.session.redaction import Pseudonyms

FORMATS = ("txt", "md", "html", "docx", "csv", "vtt", "srt", "json")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "export",
        help="print a session that was kept, or write it to a file",
        description="Prints one session: a transcript to read (txt, md, html, docx) with each "
        "score's evidence, a table of its turns (csv), captions to its recording (vtt, srt), or "
        "everything that was kept with its times (json); or, with --audio, the sound that was "
        "kept. What two people said leaves the library only where both agree.",
    )
    parser.add_argument(
        "session", metavar="SESSION", nargs="?", help='its id, a unique beginning of it, or "last"'
    )
    parser.add_argument(
        "--format", choices=FORMATS, help="default: by the ending of --output FILE, else txt"
    )
    parser.add_argument("--output", type=_path, metavar="FILE", help="write there, not to stdout")
    parser.add_argument(
        "--audio",
        type=_path,
        metavar="FILE",
        help="write the sound that was kept to a .wav or .flac file, each turn at its time",
    )
    parser.add_argument("--force", action="store_true", help="overwrite a FILE that exists")
    parser.add_argument(
        "--schema", action="store_true", help="print the JSON schema of --format json, and end"
    )
    _add_more(parser)
    sharing.add_to(parser)
    add_library(parser)
    parser.set_defaults(run=run)


def _add_more(parser: argparse.ArgumentParser) -> None:
    """Add the options that let more into what is exported than is there by itself."""
    parser.add_argument(
        "--with-hidden",
        action="store_true",
        help="--format json holds everything that was kept: what was hidden in review, too",
    )
    parser.add_argument(
        "--with-notes",
        action="store_true",
        help="txt, md, html and docx: with the notes that were made in review",
    )
    parser.add_argument(
        "--with-sound",
        action="store_true",
        help="html: each turn's sound in the page, to be heard there; the page grows by its size",
    )


def run(args: argparse.Namespace) -> int:
    """Print or write the session; 1 where that is not agreed to.

    Raises UsageError (no such session, file there, nobody to ask), LibraryError.
    """
    import sys

    from voicecoach.commands.library.export import sound
    from voicecoach.session.audible import sound_of
    from voicecoach.session.library import Library

    if args.schema:
        return _print_schema()
    if args.session is None:
        raise UsageError("export wants a session", "Name one, or say: voicecoach export last")
    name, recording = _format(args), args.audio
    wants_sound = sound.wanted(recording, args.with_sound, name)
    file = library_file(args)
    _check_apart(args.output, recording, file)
    with Library(file) as library:
        session = library.session(args.session, sound=wants_sound)
    if name == "json" and not args.with_hidden:
        _check_nothing_hidden(session)
    hidden = sharing.hidden(args, session)
    with _readable(session):
        heard = sound_of(session, hidden) if wants_sound else None
        sounds = _inside(heard) if heard is not None and args.with_sound else {}
        content = _content(session, name, hidden, args.with_notes, sounds) if name else b""
    if not sharing.agreed(session, args.i_have_consent):
        print("Nothing was exported.", file=sys.stderr)
        return 1
    if args.output is not None:
        _write(args.output, content, overwrite=args.force)
    elif name:
        _print(content)
    if heard is not None:
        sound.hand_over(heard, recording, overwrite=args.force, redacted=hidden is not None)
    sharing.tell(redacted=name is not None and hidden is not None)
    return 0


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _check_apart(*files: Path | None) -> None:
    """Raise UsageError where two of the files are one: the library is not to be written over."""
    named = [file for file in files if file is not None]
    for one, other in combinations(named, 2):
        same = one.absolute() == other.absolute()
        if same or (one.exists() and other.exists() and one.samefile(other)):
            raise UsageError(f"{one} would be two things at once", "Name another file.")


def _format(args: argparse.Namespace) -> str | None:
    """The format asked for; None where it is the sound alone.

    Raises UsageError where it is no text and would be printed.
    """
    import sys

    from voicecoach.session.export import BINARY

    if args.audio is not None and args.output is None and args.format is None:
        return None
    ending = args.output.suffix.lower().lstrip(".") if args.output is not None else ""
    name: str = args.format or (ending if ending in FORMATS else "txt")
    if name in BINARY and args.output is None and sys.stdout.isatty():
        raise UsageError(
            f"{name} is no text for a terminal", f"Write it to a file: --output session.{name}"
        )
    return name


def _check_nothing_hidden(session: Session) -> None:
    """Raise UsageError where words are hidden that would stand in the JSON all the same."""
    from voicecoach.session import record

    with _readable(session):
        some = any(turn.hidden for turn in record.turns(session))
    if some:
        raise UsageError(
            f"words of session {session.header.id} were hidden, and the JSON holds all there is",
            "Take another format, or say --with-hidden.",
        )


def _inside(heard: Sound) -> dict[int, bytes]:
    """The sound of each turn for the page; how large it is is said on standard error."""
    from voicecoach.commands.library.export.sound import tell_size
    from voicecoach.engines.soundfiles import silenced

    sounds = heard.by_turn(silenced)
    tell_size(sounds)
    return sounds


def _content(
    session: Session,
    name: str,
    hidden: Pseudonyms | None,
    remarks: bool,
    sounds: Mapping[int, bytes],
) -> bytes:
    from voicecoach.commands.library.comparing import comparison
    from voicecoach.session.export import TRANSCRIPTS, exported
    from voicecoach.session.redaction import redacted
    from voicecoach.session.review.rescoring import rescored

    shown = rescored(session, comparison()) if name in TRANSCRIPTS else session
    shown = redacted(shown, hidden) if hidden is not None else shown
    return exported(shown, name, remarks=remarks, sounds=sounds)


@contextlib.contextmanager
def _readable(session: Session) -> Iterator[None]:
    """A message that this version does not know, as a LibraryError that says which one does."""
    try:
        yield
    except ValueError as error:
        raise LibraryError(
            f"session {session.header.id} was kept by voicecoach {session.header.version}, "
            f"which this one cannot read: {error}",
            "Update voicecoach.",
        ) from error


def _print_schema() -> int:
    from voicecoach.session.formats.entries import schema

    print(schema(), end="")
    return 0


def _print(content: bytes) -> None:
    import sys

    sys.stdout.flush()
    sys.stdout.buffer.write(content)


def _write(file: Path, content: bytes, *, overwrite: bool) -> None:
    import sys

    from voicecoach.commands.library.export.writing import private_file

    with private_file(file, overwrite=overwrite) as out:
        out.write(content)
    print(f"Written to {file}", file=sys.stderr)
