"""`voicecoach sessions` lists what was kept."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session import making
from voicecoach.commands.library import sessions
from voicecoach.dialogue.messages import Outcome
from voicecoach.errors import LibraryError
from voicecoach.session.library import Library


def run(*arguments: object) -> int:
    """The command as the command line runs it."""
    parser = argparse.ArgumentParser()
    sessions.register(parser.add_subparsers())
    args = parser.parse_args(["sessions", *map(str, arguments)])
    code: int = args.run(args)
    return code


def fill(file: Path) -> None:
    """One finished session and one that was left."""
    with Library(file) as library:
        writer = library.begin(making.HEADER)
        writer.append(*making.entries())
        writer.finish(Outcome.END_OF_INPUT)
        library.begin(replace(making.HEADER, id="2026-03-02-0900-beef", names=("Zoë", "Jo")))


def test_an_empty_library_says_what_to_do_next(
    private_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing on stdout, the next step on stderr, exit code 0, and no file is made."""
    assert run() == 0 and run("--json") == 0
    out, err = capsys.readouterr()
    assert out == "" and f"No session is kept in {private_data / 'library.sqlite3'} yet" in err
    assert "voicecoach talk" in err
    assert not list(private_data.iterdir())


def test_the_list_is_a_line_a_session(
    private_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Id, start, names, minutes, rounds and outcome, oldest first, in columns."""
    fill(private_data / "library.sqlite3")
    assert run() == 0
    assert capsys.readouterr().out.splitlines() == [
        "session               started (UTC)     names         min   rounds  outcome",
        "2026-03-01-1830-c0de  2026-03-01 18:30  Anna and Ben  1:06  2       end_of_input",
        "2026-03-02-0900-beef  2026-03-01 18:30  Zoë and Jo    0:00  0       interrupted",
    ]


def test_json_is_an_object_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same figures for programs; the library is the one given."""
    file = tmp_path / "other.sqlite3"
    fill(file)
    with Library(file) as library:
        library.begin(replace(making.HEADER, id="2026-03-03-0900-feed"))
        assert run("--json", "--library", file) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == {
        "id": "2026-03-01-1830-c0de",
        "started": "2026-03-01T18:30:05+00:00",
        "names": ["Anna", "Ben"],
        "seconds": 66.0,
        "rounds": 2,
        "outcome": "end_of_input",
    }
    assert [row["outcome"] for row in rows] == ["end_of_input", "interrupted", "running"]
    assert rows[1]["names"] == ["Zoë", "Jo"]


def test_a_file_that_is_no_library_is_an_error(tmp_path: Path) -> None:
    """Exit code 6 by its error."""
    (tmp_path / "notes").write_text("hello")
    with pytest.raises(LibraryError, match="is not a library"):
        run("--library", tmp_path / "notes")


def test_the_library_of_the_settings_is_the_one(
    private_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where talk keeps its sessions they are looked for, unless another library is named."""
    fill(tmp_path / "clients")
    settings = private_data / "config" / "voicecoach" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'library = "{tmp_path / "clients"}"\n')
    assert run() == 0
    assert making.HEADER.id in capsys.readouterr().out
    assert run("--library", private_data / "none") == 0
    assert capsys.readouterr().out == ""
