"""`voicecoach reply` keeps its promise to other programs and is readable for people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.rows_of import rows, run
from voicecoach.errors import InputError, UsageError


def test_one_text_for_a_reader(capsys: pytest.CaptureFixture[str]) -> None:
    """The answer, and what else was said."""
    assert run("reply", "yes, and I was hungry") == 0
    assert capsys.readouterr().out == 'YES  and then: "I was hungry"\n'
    run("reply", "what did I say")
    assert capsys.readouterr().out == "command: what did i say\n"


def test_one_text_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The fields by which other programs know it."""
    run("reply", "that's it", "--question", "more", "--json")
    expected = {"text": "that's it", "answer": "NO", "rest": "", "command": None}
    assert json.loads(capsys.readouterr().out) == expected


def test_what_was_mirrored_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """A bare no to a negated mirror is unclear."""
    run("reply", "no", "--mirrored", "You don't want to go.")
    assert capsys.readouterr().out == "UNCLEAR\n"


def test_lines_in_lines_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line for each line, in order, its own fields kept; blank lines are none."""
    lines = '{"text": "ja, yes", "id": 7}\n\n{"text": "pause", "mirrored": null, "n": "ü"}\n'
    assert rows("reply", lines, capsys, monkeypatch) == [
        {"text": "ja, yes", "id": 7, "answer": "UNCLEAR", "rest": "ja, yes", "command": None},
        {"text": "pause", "mirrored": None, "n": "ü", "answer": "UNCLEAR", "rest": "",
         "command": "pause"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "Line 2 is not JSON"),
        ("[]", "Line 2 is not a JSON object"),
        ('{"text": 3}', "Line 2 lacks"),
        ('{"word": "yes"}', "Line 2 lacks"),
        ('{"text": "no", "mirrored": 3}', "Line 2: the field 'mirrored'"),
    ],
)
def test_a_malformed_line_is_named(
    line: str, what: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 5 with the line's number."""
    with pytest.raises(InputError, match=what) as caught:
        rows("reply", f'{{"text": "yes"}}\n{line}\n', capsys, monkeypatch)
    assert caught.value.exit_code == 5


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing, or not text."""
    with pytest.raises(InputError, match="cannot be read"):
        run("reply", "--jsonl", str(tmp_path / "none.jsonl"))
    path = tmp_path / "latin.jsonl"
    path.write_bytes(b'{"text": "\xe9\xff"}\n')
    with pytest.raises(InputError, match="UTF-8"):
        run("reply", "--jsonl", str(path))


def test_text_or_file_not_both() -> None:
    """One of the two, or it is a usage error."""
    with pytest.raises(UsageError):
        run("reply")
    with pytest.raises(UsageError):
        run("reply", "yes", "--jsonl", "-")
