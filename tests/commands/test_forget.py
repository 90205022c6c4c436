"""`voicecoach forget` takes out what was asked for, and asks before."""

from __future__ import annotations

import argparse
import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.commands.running import SAMPLES, lines
from tests.commands.running import run as program
from tests.session import making
from voicecoach.commands.library import forget
from voicecoach.dialogue.messages import Outcome
from voicecoach.errors import UsageError
from voicecoach.session.entries import new_header
from voicecoach.session.library import Library


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A library with a session of long ago, with sound, and one of now, without."""
    path = tmp_path / "library.sqlite3"
    with Library(path) as library:
        for header, clip in (
            (making.HEADER, b"fLaC old"),
            (new_header(("Zoe", "Jo"), recogniser="sphinx"), None),
        ):
            writer = library.begin(header)
            writer.append(*(replace(entry, number=0) for entry in making.entries(clip)))
            writer.finish(Outcome.DONE)
    return path


def run(file: Path, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    forget.register(parser.add_subparsers())
    args = parser.parse_args(["forget", *arguments, "--library", str(file)])
    code: int = args.run(args)
    return code


def ids(file: Path) -> tuple[str, ...]:
    with Library(file) as library:
        return library.ids()


def answered(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    typed = io.StringIO(answer)
    monkeypatch.setattr(typed, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stdin", typed)


@pytest.mark.parametrize(("answer", "left"), [("y\n", 1), ("n\n", 2), ("\n", 2), ("", 2)])
def test_it_asks_and_only_yes_is_yes(
    file: Path, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    answered(monkeypatch, answer)
    assert run(file, "last") == 0
    assert len(ids(file)) == left


def test_what_is_older_goes(file: Path) -> None:
    assert run(file, "--older-than", "30d", "--yes") == 0
    (left,) = ids(file)
    assert left != making.HEADER.id
    assert run(file, "--older-than", "30d", "--yes") == 0
    assert len(ids(file)) == 1


def test_the_sound_alone(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file, "--older-than", "0d", "--audio-only", "--yes") == 0
    assert "the sound of session 2026-03-01" in capsys.readouterr().err
    with Library(file) as library:
        assert not library.with_sound() and len(library.ids()) == 2
    assert run(file, "last", "--audio-only", "--yes") == 0
    assert "no sound of it is kept" in capsys.readouterr().err


def test_retention_forgets_at_the_start_and_says_so(file: Path, tmp_path: Path) -> None:
    """Before the recording is opened for good; what is younger stays."""
    arguments = ("talk", "--from", SAMPLES / "clean.flac", "--library", file, "--json")
    kept = ids(file)[1]
    done = program(*arguments, "--retention", "30", "--consent", "nothing", "--rounds", "1")
    assert done.returncode == 0, done.stderr
    assert any("1 session begun more than 30 days" in n for n in lines(done.stdout)[0]["notes"])
    assert ids(file) == (kept,)
    refused = program(*arguments, "--retention", "0")
    assert refused.returncode == 2 and "1 or more" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "wants a session or --older-than"),
        (("last", "--older-than", "3d"), "wants a session or --older-than"),
        (("2019", "--yes"), "there is no session"),
    ],
)
def test_what_cannot_be(file: Path, arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        run(file, *arguments)
    assert len(ids(file)) == 2


def test_nobody_is_asked_where_nobody_can_answer(file: Path, tmp_path: Path) -> None:
    """One sentence and exit code 2, from a pipe; and a bad age; and a library that is none."""
    for arguments in (("last",), ("--older-than", "soon")):
        done = program("forget", *arguments, "--library", file)
        assert done.returncode == 2 and "Traceback" not in done.stderr
    other = tmp_path / "notes.txt"
    other.write_text("not a library, but some text of mine")
    done = program("forget", "last", "--yes", "--library", other)
    assert done.returncode == 6 and other.read_text().startswith("not a library")
    assert len(ids(file)) == 2
