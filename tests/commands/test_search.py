"""`voicecoach search` prints where something was said."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from tests.commands.running import run as program
from tests.session import making
from voicecoach.commands.library import search
from voicecoach.dialogue.messages import Answer, Heard, Outcome, Reply
from voicecoach.errors import UsageError
from voicecoach.session.entries import entry_of
from voicecoach.session.library import Library
from voicecoach.utterance import Utterance

LONG = " ".join(["before"] * 40 + ["needle", "and", "needle"] + ["after"] * 40)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A library with the sample session and a long turn."""
    path = tmp_path / "library.sqlite3"
    with Library(path) as library:
        writer = library.begin(making.HEADER)
        heard = Heard(Utterance(LONG, 70.0, 90.0), Reply(Answer.UNCLEAR))
        writer.append(*making.entries(), entry_of(heard, 90.0))
        writer.finish(Outcome.DONE)
    return path


def run(file: Path, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    search.register(parser.add_subparsers())
    args = parser.parse_args(["search", *arguments, "--library", str(file)])
    code: int = args.run(args)
    return code


def test_a_line_says_where_when_who_and_what(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file, "always", "come home") == 0
    assert capsys.readouterr().out.splitlines() == [
        "2026-03-01-1830-c0de  0:12  Ben  "
        "You are [always] angry when I [come home] late. Did I get that?",
    ]


def test_of_a_long_turn_what_is_around_is_shown(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cut between words, the words marked in it."""
    assert run(file, "needle") == 0
    out = capsys.readouterr().out
    assert "  Ben  ... before " in out and "before [needle] and [needle] after" in out
    assert out.endswith("after ...\n") and len(out) < 200


def test_json_is_an_object_a_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file, "feel", "--json", "--limit", "2") == 0
    out, err = capsys.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert rows[0] == {
        "session": making.HEADER.id,
        "number": 16,
        "at_s": 18.0,
        "name": "Ben",
        "text": "You feel alone when I come home late.",
        "marks": [[4, 8]],
    }
    assert len(rows) == 2 and "There is more" in err


def test_what_was_never_said_is_said_so(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file, "zebra") == 0
    out, err = capsys.readouterr()
    assert out == "" and "in no session" in err


def test_what_cannot_be_searched_for(file: Path) -> None:
    """No word, no turn: exit code 2 in one sentence; a file that is no library: 6."""
    with pytest.raises(UsageError, match="no word"):
        run(file, "?!")
    with pytest.raises(UsageError, match="--limit"):
        run(file, "feel", "--limit", "0")
    other = file.with_name("notes.txt")
    other.write_text("not a library, but some text of mine")
    done = program("search", "text", "--library", other)
    assert done.returncode == 6 and "Traceback" not in done.stderr
