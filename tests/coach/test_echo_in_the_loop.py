"""The coach's own words, given back by the room, are no turn: shown, and nothing follows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from voicecoach.coach.loop import Coach
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Consent
from voicecoach.engines import Voice
from voicecoach.engines.scripted import ScriptedEar, SilentVoice, parse
from voicecoach.engines.soundfiles import SilentLoudspeaker
from voicecoach.session.entries import new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library

TALK = """
ANNA: I was sad when you left.
BEN: You were sad when I left.
(1 s)
SOMEONE: anna did ben get that
(3 s)
ANNA: Yes.
ANNA: No, that's all.
"""


def shown(folder: Path, text: str, voice: Voice | None) -> list[Mapping[str, Any]]:
    """Everything a session over this script shows."""
    script = parse(text)
    lines: list[Mapping[str, Any]] = []
    library = Library(folder / "library.sqlite3")
    keeper = Keeper(library, new_header(script.names, recogniser="script"), Consent.WORDS)
    mouth = Mouth(voice, SilentLoudspeaker())
    coach = Coach(ScriptedEar(script), mouth, keeper, Imago(), lines.append)
    coach.run(Began(*script.names, rounds=1))
    return lines


def texts(lines: list[Mapping[str, Any]], kind: str) -> list[str]:
    return [line["text"] for line in lines if line["kind"] == kind]


def test_what_the_room_gives_back_is_shown_and_not_answered(tmp_path: Path) -> None:
    """One warning with the code "echo"; the dialogue hears everything but that."""
    lines = shown(tmp_path, TALK, SilentVoice())
    warnings = [(line["code"], line["text"]) for line in lines if line["kind"] == "warning"]
    assert warnings == [("echo", "The microphone heard the coach itself: 'anna did ben get that'.")]
    said = texts(lines, "turn")
    assert said == [
        "I was sad when you left.",
        "You were sad when I left.",
        "Yes.",
        "No, that's all.",
    ]
    assert [line["key"] for line in lines if line["kind"] == "announce"].count("check") == 1


@pytest.mark.parametrize("gap", ["(1 s)", "(2.2 s)"])
def test_what_comes_later_is_a_turn(tmp_path: Path, gap: str) -> None:
    """Two seconds after the announcement somebody else must have said it."""
    lines = shown(tmp_path, TALK.replace("(1 s)", gap, 1), SilentVoice())
    assert ("anna did ben get that" in texts(lines, "turn")) is (gap == "(2.2 s)")


def test_without_a_voice_there_is_no_echo(tmp_path: Path) -> None:
    """Announcements that are only shown cannot be heard."""
    lines = shown(tmp_path, TALK, None)
    assert texts(lines, "warning") == []
    assert "anna did ben get that" in texts(lines, "turn")


def test_an_answer_right_after_the_question_is_heard(tmp_path: Path) -> None:
    """However soon it comes, and although the coach has just said these words."""
    answer = TALK.replace("SOMEONE: anna did ben get that", "ANNA: Not quite.")
    assert "Not quite." in texts(shown(tmp_path, answer, SilentVoice()), "turn")
