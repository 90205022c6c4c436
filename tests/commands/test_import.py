"""`voicecoach import` brings a session in, or says in one sentence why not and changes nothing."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import jsonschema
import pytest

from tests.commands.running import SAMPLES
from tests.commands.running import run as program
from tests.session import making
from voicecoach.commands.library import importing
from voicecoach.dialogue.imago import Imago
from voicecoach.errors import InputError, UsageError
from voicecoach.session import record
from voicecoach.session.export import as_json
from voicecoach.session.imported.kept import MOST_BYTES
from voicecoach.session.library import Library


def run(*arguments: object) -> int:
    """The command as the command line runs it."""
    parser = argparse.ArgumentParser()
    importing.register(parser.add_subparsers())
    args = parser.parse_args(["import", *map(str, arguments)])
    code: int = args.run(args)
    return code


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "session.json"
    file.write_text(as_json(making.session()), encoding="utf-8")
    return file


def test_a_session_comes_back(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Into the library that is named; its id alone is on standard output."""
    library = tmp_path / "client" / "library"
    assert run(export, "--library", library) == 0
    with Library(library) as opened:
        assert opened.session("last") == making.session()
    said = capsys.readouterr()
    assert said.out == f"{making.HEADER.id}\n"
    assert said.err == "Imported: Anna and Ben, 7 turns, 1:06 minutes.\n"


def test_one_that_is_there_stays_as_it_is(export: Path, private_data: Path) -> None:
    """Exit code 5, and not a byte of the library changes."""
    assert run(export) == 0
    library = private_data / "library.sqlite3"
    before = library.read_bytes()
    with pytest.raises(InputError, match="already") as caught:
        run(export)
    assert caught.value.exit_code == 5 and "voicecoach forget" in caught.value.hint
    assert library.read_bytes() == before


def test_turns_changed_by_hand_are_told(
    export: Path, capsys: pytest.CaptureFixture[str], private_data: Path
) -> None:
    """Whoever took words out of the turns is told that they are still in the entries."""
    document = json.loads(export.read_text())
    document["turns"][0]["text"] = "..."
    export.write_text(json.dumps(document))
    assert run(export) == 0
    assert "the entries count" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is no session"),
        (b"not json", "is no session"),
        (b"[" * 100_000, "nested too deeply"),
        (b" " * (MOST_BYTES + 1), "too large"),
    ],
)
def test_what_is_no_session_makes_no_library(
    content: bytes, expected: str, tmp_path: Path, private_data: Path
) -> None:
    """Refused before anything is opened for writing."""
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(InputError, match=expected):
        run(tmp_path / "x.json")
    assert list(private_data.iterdir()) == []


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        run(tmp_path / "none.json")
    with pytest.raises(InputError, match="is a folder"):
        run(tmp_path)


def test_out_and_in_again_by_the_program(tmp_path: Path) -> None:
    """A rehearsed dialogue, exported, checked against the printed schema, imported: the same, and
    its events lead to its commands."""
    one, other = tmp_path / "one", tmp_path / "other"
    script = SAMPLES / "corrections.txt"
    assert program("rehearse", script, "--consent", "words", "--library", one).returncode == 0
    options = ("--format", "json", "--i-have-consent")
    first = program("export", "last", *options, "--library", one).stdout
    schema = json.loads(program("export", "--schema").stdout)
    jsonschema.Draft202012Validator(schema).validate(json.loads(first))
    (tmp_path / "x.json").write_text(first, encoding="utf-8")
    done = program("import", tmp_path / "x.json", "--library", other)
    assert done.returncode == 0, done.stderr
    assert program("export", done.stdout.strip(), *options, "--library", other).stdout == first
    with Library(other) as opened:
        session = opened.session("last")
    assert record.replayed(session, Imago()) == record.stored_commands(session) != ()
    again = program("import", tmp_path / "x.json", "--library", other)
    assert (again.returncode, again.stdout) == (5, "")
    assert "Traceback" not in again.stderr and len(again.stderr.splitlines()) == 2


# ------------------------------------------------------------------- a transcript made elsewhere

TALK = """ANNA: When you leave the room while I talk, I feel that it does not matter to you.
BEN: When I leave the room while you talk, you feel that it does not matter to me.
ANNA: Yes.
"""


def transcript(tmp_path: Path, text: str, name: str = "talk.txt") -> Path:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_transcript_of_two_becomes_a_session(
    tmp_path: Path, private_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who speaks in it are the two; what is reckoned is told."""
    assert run(transcript(tmp_path, TALK)) == 0
    said = capsys.readouterr()
    with Library(private_data / "library.sqlite3") as opened:
        session = opened.session(said.out.strip())
    assert session.header.names == ("Anna", "Ben") and session.header.recogniser == "hand"
    scores = [turn.fidelity for turn in record.turns(session) if turn.fidelity]
    assert len(scores) == 1 and scores[0].score > 80 and scores[0].closeness > 0
    assert "reckoned from the lengths" in said.err and "3 turns" in said.err


def test_of_more_than_two_it_is_said_which_two(
    tmp_path: Path, private_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else exit code 2, and nothing is kept; whoever is left over is told."""
    file = transcript(tmp_path, f"A title\nTHERAPIST: Please begin.\n{TALK}and more\n")
    with pytest.raises(UsageError, match="more than two speak") as caught:
        run(file)
    assert "ANNA (2 lines)" in str(caught.value) and "--names" in caught.value.hint
    assert list(private_data.iterdir()) == []
    assert run(file, "--names", "anna", "Ben") == 0
    said = capsys.readouterr().err
    assert "voice from outside that moves nothing: THERAPIST (1 line)" in said
    assert "Not taken, as nobody is named before: 1 line" in said
    assert "going on with the line before, having no name: 1 line." in said


def test_it_is_of_the_day_on_which_it_was_held(
    tmp_path: Path, private_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it is told; its id is of that day too."""
    assert run(transcript(tmp_path, TALK), "--date", "2025-03-01T18:30+00:00") == 0
    with Library(private_data / "library.sqlite3") as opened:
        assert opened.session("2025-03-01-1830").header.started == "2025-03-01T18:30:00+00:00"
    with pytest.raises(SystemExit):
        run(transcript(tmp_path, TALK), "--date", "yesterday")
    assert "'yesterday' is no date" in capsys.readouterr().err


def test_they_may_be_called_otherwise(
    tmp_path: Path, private_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pseudonyms from the start, in the order of --names."""
    file = transcript(tmp_path, TALK)
    assert run(file, "--names", "ben", "anna", "--as", "Client 2", "Client 1") == 0
    with Library(private_data / "library.sqlite3") as opened:
        session = opened.session("last")
    assert session.header.names == ("Client 2", "Client 1")
    assert record.turns(session)[0].partner == "Client 1"
    assert "anna" not in as_json(session).lower()


@pytest.mark.parametrize(
    ("text", "options", "error", "expected"),
    [
        ("ANNA: alone", (), InputError, "only ANNA"),
        ("nobody at all", (), InputError, "nobody is named"),
        (TALK, ("--names", "Anna", "Clara"), UsageError, "nobody called 'Clara'"),
        (TALK, ("--names", "Anna", "ANNA"), UsageError, "two different people"),
        (TALK, ("--as", "X", "x"), UsageError, "two different names"),
        (TALK, ("--as", " ", "x"), UsageError, "two different names"),
    ],
)
def test_what_cannot_be_is_said(
    text: str,
    options: tuple[str, ...],
    error: type[Exception],
    expected: str,
    tmp_path: Path,
    private_data: Path,
) -> None:
    """And no library is made for it."""
    with pytest.raises(error, match=expected):
        run(transcript(tmp_path, text), *options)
    assert list(private_data.iterdir()) == []


def test_an_export_keeps_its_names(export: Path, tmp_path: Path) -> None:
    """Also where its file is not called .json."""
    other = export.rename(tmp_path / "session.backup")
    with pytest.raises(UsageError, match="names and its date already"):
        run(other, "--names", "X", "Y")
    assert run(other) == 0


def test_a_talk_without_a_mirror_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(transcript(tmp_path, "ANNA: Hello there.\nBEN: Yes.\n")) == 0
    assert "Nothing was scored" in capsys.readouterr().err
