"""`voicecoach export` prints one session."""

from __future__ import annotations

import argparse
import errno
import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session import making
from voicecoach.commands.library import export
from voicecoach.commands.library.export.writing import private_file
from voicecoach.dialogue.messages import Outcome
from voicecoach.errors import LibraryError, UsageError
from voicecoach.session.entries import Entry, correction, remark
from voicecoach.session.export import BINARY, FORMATS, as_json, as_text, exported
from voicecoach.session.library import Library
from voicecoach.session.review import NOTED


def run(*arguments: object, consent: bool = True) -> int:
    """The command as the command line runs it, by one who holds the consent of both."""
    parser = argparse.ArgumentParser()
    export.register(parser.add_subparsers())
    given = ["--i-have-consent"] if consent else []
    args = parser.parse_args(["export", *map(str, arguments), *given])
    code: int = args.run(args)
    return code


@pytest.fixture(autouse=True)
def library(private_data: Path) -> Path:
    """The user's library with the sample session."""
    file = private_data / "library.sqlite3"
    with Library(file) as opened:
        writer = opened.begin(making.HEADER)
        writer.append(*making.entries())
        writer.finish(Outcome.END_OF_INPUT)
    return file


@pytest.mark.parametrize("name", ["last", "2026", making.HEADER.id])
def test_a_session_is_printed(name: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """By any name it has, as text unless JSON is asked for; stdout holds nothing else."""
    assert run(name) == 0
    assert capsysbinary.readouterr().out.decode() == as_text(making.session())
    assert run(name, "--format", "json") == 0
    assert capsysbinary.readouterr().out.decode() == as_json(making.session())


def test_an_unknown_session_is_a_usage_error_that_lists_what_there_is() -> None:
    """Exit code 2; the hint names the sessions."""
    with pytest.raises(UsageError, match="no session 'none'") as caught:
        run("none")
    assert caught.value.exit_code == 2 and making.HEADER.id in caught.value.hint


def test_an_empty_library_says_what_to_do_next(tmp_path: Path) -> None:
    """There is no last session where there is none; no file is made by asking."""
    with pytest.raises(UsageError, match="no session in") as caught:
        run("last", "--library", tmp_path / "none.sqlite3")
    assert "voicecoach talk" in caught.value.hint
    assert not list(tmp_path.iterdir())


def test_a_file_is_written_once_and_only_force_overwrites(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that exists is kept as it is; the new one is private, and stdout stays empty."""
    file = tmp_path / "session.txt"
    file.write_text("precious, and longer than what comes: " + "x" * 10000)
    with pytest.raises(UsageError, match="exists already") as caught:
        run("last", "--output", file)
    assert "--force" in caught.value.hint and file.read_text().startswith("precious")
    assert run("last", "--output", file, "--force") == 0
    assert file.read_text() == as_text(making.session())
    other = tmp_path / "other.json"
    assert run("last", "--output", other, "--format", "json") == 0
    assert other.read_text() == as_json(making.session())
    if os.name == "posix":
        assert stat.S_IMODE(other.stat().st_mode) == 0o600
    assert capsys.readouterr().out == ""


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A folder that is not there: one sentence, not a traceback."""
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        run("last", "--output", tmp_path / "none" / "session.txt")


def test_a_session_of_a_newer_version_asks_for_it(library: Path) -> None:
    """A message that this version does not know is a library error, not a traceback."""
    with Library(library) as opened:
        opened.begin(replace(making.HEADER, id="newer")).append(
            Entry(0.0, "event", {"type": "Sighed"})
        )
    with pytest.raises(LibraryError, match="cannot read: unknown message type 'Sighed'"):
        run("newer")


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_written_by_the_ending_of_its_file(name: str, tmp_path: Path) -> None:
    """Nobody wants a plain text called .docx; what is asked for by name goes before that."""
    file = tmp_path / f"session.{name.upper()}"
    assert run("last", "--output", file) == 0
    beginning = 4 if name in BINARY else None  # the archive around it holds the time of writing
    written = file.read_bytes()
    assert written[:beginning] == exported(making.session(), name)[:beginning]
    assert run("last", "--output", file, "--force", "--format", "csv") == 0
    assert file.read_bytes() == exported(making.session(), "csv")


def test_the_formats_offered_are_those_that_can_be_written() -> None:
    assert set(export.FORMATS) == set(FORMATS)


def test_no_document_is_poured_over_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Into a pipe it goes; on a screen it would be rubbish."""
    assert run("last", "--format", "docx") == 0
    assert capsysbinary.readouterr().out[:2] == b"PK"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pytest.raises(UsageError, match="docx is no text for a terminal"):
        run("last", "--format", "docx")


def test_the_schema_is_printed_without_a_session(capsys: pytest.CaptureFixture[str]) -> None:
    """And a session is asked for where there is none."""
    assert run("--schema") == 0
    assert json.loads(capsys.readouterr().out)["$id"] == "urn:voicecoach:session:1"
    with pytest.raises(UsageError, match="wants a session"):
        run()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_what_fails_halfway_leaves_no_file_and_takes_no_device(tmp_path: Path) -> None:
    """Half an export is none; but what was no plain file before is not removed for that."""
    plain, pipe = tmp_path / "plain", tmp_path / "pipe"
    os.mkfifo(pipe)
    for file in (plain, pipe):
        with (
            pytest.raises(UsageError, match="cannot be written: No space left"),
            private_file(file, overwrite=True),
        ):
            raise OSError(errno.ENOSPC, "No space left")
    assert not plain.exists() and pipe.exists()


def test_a_corrected_line_is_printed_with_its_score_of_now(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the pages of a review show it; the JSON holds what was kept, and no more."""
    before = as_json(making.session())
    said = correction(13, "No, I feel alone when you come home late.", "review", 0.0)
    with Library(library) as opened:
        opened.add_notes(making.HEADER.id, said, remark(NOTED, 0.0, entry=13, text="a note"))
    assert run("last") == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "at first: 92 of 100: close" in text and "score 92" not in text
    assert "a note" not in text
    assert run("last", "--with-notes") == 0
    assert "note: a note" in capsys.readouterr().out
    assert run("last", "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["entries"][: len(making.entries())] == json.loads(before)["entries"][:-1]
    assert "Rescored" not in str(document)
