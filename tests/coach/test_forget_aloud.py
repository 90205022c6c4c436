""" "Coach, forget this", spoken: it is heard, asked about, and all that was kept is gone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.coach import answers_spoken as room
from tests.commands.running import lines, run
from voicecoach.dialogue.replies import command
from voicecoach.engines.soundfiles import flac_bytes
from voicecoach.speech.audio import RATE

pytestmark = pytest.mark.skipif(bool(room.missing_voices()), reason=room.missing_voices())

TALK = (
    ("slt", "I felt alone when you came home late.", 3.0),
    ("rms", "You felt alone when I came home late.", 3.0),
    ("rms", "Coach, forget this.", 1.5),
    ("slt", "Yes.", 1.5),
    ("slt", "Yes, exactly.", 2.0),
)


def test_what_was_kept_is_gone_and_the_talk_goes_on(tmp_path: Path) -> None:
    """The file holds no word of it afterwards, and no sound; the step stays."""
    said = [np.concatenate([room.spoken(text, v), room.silence(s)]) for v, text, s in TALK]
    recording, file = tmp_path / "talk.flac", tmp_path / "library.db"
    recording.write_bytes(flac_bytes(np.concatenate(said), RATE))
    kept = ("--consent", "sound", "--library", file, "--rounds", "1", "--json")
    ended = run("talk", "--from", recording, "--names", "Anna", "Ben", *kept)
    shown = lines(ended.stdout)
    announced = [line["key"] for line in shown if line["kind"] == "announce"]
    at = announced.index("forget")
    assert announced[at : at + 2] == ["forget", "forgotten"], ended.stdout
    phases = [line["phase"] for line in shown if line["kind"] == "phase"]
    assert phases[:4] == ["share", "reflect", "check", "more"]
    assert shown[-1]["session"] is None
    left = b"".join(each.read_bytes() for each in tmp_path.glob("library.db*"))
    for word in (b"alone", b"Anna", b"fLaC", b"forget"):
        assert word not in left


@pytest.mark.parametrize(
    "heard",
    ["coach believe this", "hey coach to lead this", "forget this coach", "couch delete it all"],
)
def test_what_the_recogniser_makes_of_it_is_understood(heard: str) -> None:
    assert command(heard) == "forget"


@pytest.mark.parametrize(
    "heard", ["believe this", "delete everything", "i want to forget this", "coach i delete this"]
)
def test_without_the_coach_it_is_a_part_of_the_talk(heard: str) -> None:
    assert command(heard) is None
