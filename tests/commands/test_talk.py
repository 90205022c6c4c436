"""`voicecoach talk --from`: the samples through the true loop, as a user starts it."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.commands.running import SAMPLES, lines, phases, run
from voicecoach.dialogue.imago import Imago
from voicecoach.engines.scripted import read_script
from voicecoach.session import record
from voicecoach.session.library import Library

NAMES = ("adversarial", "clean", "corrections")

PLACE = {"kind", "at_s", "round", "exchange", "attempt"}
KEYS = {
    "began": {"names", "guidance", "consent", "recogniser", "input", "notes"},
    "turn": {
        *("partner", "role", "phase", "text", "start_s", "end_s", "reason", "latency_s"),
    },
    "reply": {"partner", "question", "answer", "rest", "command"},
    "fidelity": {
        *("score", "band", "coverage", "addition", "missed", "added", "altered", "closeness"),
        *("nearest", "perhaps", "questions", "rebuttals", "unclear", "asked_more"),
        *("message", "reflection"),
    },
    "phase": {"phase", "speaker", "listener"},
    "announce": {"key", "to", "text"},
    "warning": {"code", "text"},
    "ended": {"outcome", "session"},
}
"""What each kind of line holds besides its place."""


@functools.cache
def led(name: str) -> tuple[list[dict[str, Any]], Path]:
    """The lines of a sample, and the library it was kept in; each sample is led once."""
    library = Path(tempfile.mkdtemp(prefix="voicecoach-test-")) / "library"
    done = run("talk", "--from", SAMPLES / f"{name}.flac", "--json", "--library", library)
    assert done.returncode == 0, done.stderr
    return lines(done.stdout), library


@pytest.mark.parametrize("name", NAMES)
def test_the_phases_are_those_of_the_script(name: str) -> None:
    """Every sample is led along the path its script demands, to its close."""
    shown, _ = led(name)
    assert phases(shown) == list(read_script(SAMPLES / f"{name}.txt").path)
    assert shown[-1]["outcome"] == "done"


@pytest.mark.parametrize("name", NAMES)
def test_only_a_yes_leads_on_from_check(name: str) -> None:
    """Between entering `check` and entering `more` stands a reply YES to "did you get that?"."""
    shown, _ = led(name)
    phase, yes = "", False
    for line in shown:
        if line["kind"] == "reply" and line["question"] == "satisfied":
            yes = line["answer"] == "YES"
        elif line["kind"] == "phase":
            assert line["phase"] != "more" or (phase == "check" and yes)
            phase, yes = line["phase"], False


@pytest.mark.parametrize("name", NAMES)
def test_each_line_has_the_keys_that_are_documented(name: str) -> None:
    """No key is missing and none came along unnoticed."""
    shown, _ = led(name)
    for line in shown:
        assert set(line) == PLACE | KEYS[line["kind"]]
    assert [line["kind"] for line in shown].count("began") == 1
    assert shown[0]["kind"] == "began"
    assert shown[-1]["kind"] == "ended"
    assert [line["at_s"] for line in shown] == sorted(line["at_s"] for line in shown)


@pytest.mark.parametrize("name", NAMES)
def test_the_stored_events_give_the_stored_commands(name: str) -> None:
    """What was kept can be led again, command by command, and holds what was shown."""
    shown, path = led(name)
    with Library(path) as library:
        session = library.session(shown[-1]["session"])
    stored = record.stored_commands(session)
    assert stored
    assert record.replayed(session, Imago()) == stored
    said = [turn.utterance.text for turn in record.turns(session)]
    assert said == [line["text"] for line in shown if line["kind"] == "turn"]


def test_the_same_recording_gives_the_same_session() -> None:
    """Led twice: the same lines, but for the session's own name."""
    first, library = led("corrections")
    again = run(
        "talk", "--from", SAMPLES / "corrections.flac", "--json", "--library", library.parent / "b"
    )
    second = lines(again.stdout)
    assert second[:-1] == first[:-1]
    assert {**second[-1], "session": ""} == {**first[-1], "session": ""}
