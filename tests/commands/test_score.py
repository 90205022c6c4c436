"""`voicecoach score` keeps its promise to other programs and shows its evidence to people."""

from __future__ import annotations

import dataclasses
import json

import pytest

from tests.commands.rows_of import rows, run
from voicecoach.dialogue.evidence import sentence as evidence
from voicecoach.dialogue.messages import Altered, Fidelity
from voicecoach.errors import InputError, UsageError

FIELDS = {field.name for field in dataclasses.fields(Fidelity)}


def test_one_pair_for_a_reader(capsys: pytest.CaptureFixture[str]) -> None:
    """Score, band, one sentence of evidence, and what it was measured with."""
    assert run("score", "I was cold and hungry.", "You were cold and bored.") == 0
    out = capsys.readouterr().out
    first, evidence, said, mirrored, how = out.splitlines()
    assert " of 100: " in first
    assert said.endswith("I was cold and [-hungry-].")
    assert mirrored.endswith("You were cold and {+bored+}.")
    assert '"hungry"' in evidence and '"bored"' in evidence
    assert "word table" in how and "not empathy" in how


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (Fidelity(0, "cannot tell", 0, 0), ""),
        (
            Fidelity(0, "something else", 0, 0, missed=("I was sad",)),
            "Nothing of it came back.",
        ),
        (Fidelity(100, "mirrored", 1, 0), "You kept all of it; nothing was added."),
        (
            Fidelity(90, "mirrored", 1, 0.13),
            "You kept all of it; next to nothing was added.",
        ),
        (
            Fidelity(60, "mostly", 0.7, 0.2, missed=("sad",), added=("scared",)),
            'You kept most of it; you left out "sad"; "scared" was not said.',
        ),
        (
            Fidelity(40, "partly", 0.9, 0, altered=(Altered("word", "happy", "sad"),)),
            'You kept nearly all of it, but "happy" became "sad".',
        ),
        (
            Fidelity(40, "partly", 1, 0, altered=(Altered("role", "I am", "I am"),)),
            'You kept all of it, but "I am" should be said from your side.',
        ),
        (
            Fidelity(
                40,
                "partly",
                1,
                0,
                altered=tuple(Altered("role", each, each) for each in ("I am", "my", "mine")),
            ),
            'You kept all of it, but "I am", "my", "mine" should be said from your side.',
        ),
        (
            Fidelity(40, "partly", 1, 0, altered=(Altered("number", "one", "two"),)),
            'You kept nearly all of it, but "one" became "two".',
        ),
        (
            Fidelity(70, "mostly", 0.8, 0.1, missed=("ever", "always"), added=("makes", "sad")),
            'You kept most of it; you left out "always"; "sad" was not said.',
        ),
        (
            Fidelity(20, "something else", 0.2, 0, missed=("aa", "bbb", "c", "ddd", "eee")),
            'You kept little of it; you left out "aa", "bbb", "ddd", "eee" and more.',
        ),
        (
            Fidelity(100, "cannot tell", 1, 0, unclear=("yes",)),
            "Too little was said, or heard clearly, to tell how much came back; "
            'unclear here: "yes".',
        ),
        (
            Fidelity(40, "partly", 1, 0, perhaps=(Altered("negation", "not sad", "sad"),)),
            'You kept all of it. Did you mean "sad" for "not sad"?',
        ),
        (
            Fidelity(40, "partly", 1, 0, questions=("Why",), rebuttals=("but I",), unclear=("x",)),
            'You kept all of it; "Why" is a question of your own; '
            '"but I" answers instead of mirroring; unclear here: "x".',
        ),
    ],
)
def test_the_evidence_is_one_plain_sentence(found: Fidelity, sentence: str) -> None:
    """What was kept, left out, added and altered, to the one who reflected."""
    assert evidence(found) == sentence


def test_of_two_empty_texts_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """ "Cannot tell", and no sentence that tells something all the same."""
    assert run("score", "", "") == 0
    first, said, mirrored, how = capsys.readouterr().out.splitlines()
    assert first.endswith("cannot tell")
    assert (said.split(), mirrored.split()) == (["said:"], ["mirrored:"])
    assert "closeness" in how


@pytest.mark.parametrize("meaning", ["words", "encoder", "none"])
def test_the_scale_is_printed(meaning: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What the score was on what people said, when it was fitted, for both halves."""
    assert run("score", "--scale", "--meaning", meaning) == 0
    out = capsys.readouterr().out
    assert out.startswith("Fitted on ")
    assert out.count("judged the same") == out.count("a third, verbatim") == 2


def test_one_pair_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """All fields of Fidelity, and which meaning was used."""
    run("score", "I am angry", "you are not angry", "--json", "--meaning", "none")
    row = json.loads(capsys.readouterr().out)
    assert set(row) == FIELDS | {"message", "reflection", "meaning"}
    assert row["meaning"] == "none"
    assert row["altered"] == [{"kind": "negation", "said": "angry", "became": "not angry"}]


def test_lines_in_lines_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line for each line, in order, its own fields kept."""
    lines = '{"message": "I felt sad", "reflection": "you felt sad", "id": 1}\n'
    lines += '{"message": "I felt sad", "reflection": "the match", "id": 2}\n'
    first, second = rows("score", lines, capsys, monkeypatch)
    assert (first["id"], first["score"], first["band"]) == (1, 100.0, "mirrored")
    assert (second["id"], second["band"]) == (2, "something else")
    assert set(first) == FIELDS | {"message", "reflection", "id"}


def test_it_says_which_meaning_it_used(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard error, so that the lines stay clean."""
    from tests.commands.rows_of import Piped

    monkeypatch.setattr("sys.stdin", Piped('{"message": "a", "reflection": "b"}\n'))
    run("score", "--jsonl", "-")
    assert "words" in capsys.readouterr().err


def test_a_malformed_line_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 5 with the line's number."""
    with pytest.raises(InputError, match="Line 1 lacks the text field 'reflection'"):
        rows("score", '{"message": "a"}\n', capsys, monkeypatch)


def test_a_pair_or_a_file() -> None:
    """Half a pair, nothing, or both is a usage error."""
    for arguments in ([], ["one"], ["one", "two", "--jsonl", "-"]):
        with pytest.raises(UsageError):
            run("score", *arguments)
