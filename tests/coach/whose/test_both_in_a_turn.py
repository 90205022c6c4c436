"""One microphone in the whole loop: turns in which both speak, parted where the voice changes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from samples.make_samples import Manner, write_flac
from tests.coach.stereo import Said, Scene, TrueWords
from tests.coach.whose.test_microphones import MANNERS, answers, entered, turns
from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.loop import Coach
from voicecoach.coach.scribe import Scribe
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Consent, Voices
from voicecoach.engines.detector import Detector
from voicecoach.engines.scripted import SilentVoice
from voicecoach.engines.soundfiles import Recording, SilentLoudspeaker
from voicecoach.session import record
from voicecoach.session.entries import new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.speech.audio import RATE

pytestmark = pytest.mark.skipif(
    shutil.which("flite") is None, reason="flite, which speaks the dialogue, is not installed"
)

MESSAGE = (
    "I was sad when you left the house without a single word, and then I sat in the kitchen "
    "for an hour and waited for you to come back."
)
MIRROR = (
    "You were sad when I left the house without a single word, and then you sat in the kitchen "
    "for an hour and waited for me to come back."
)
EXCHANGE = (Said("Anna", MESSAGE), Said("Ben", MIRROR))
CONFIRMED = (*EXCHANGE, Said("Anna", "Yes, you got it."), Said("Anna", "Yes."))
ROOM_DB = -62.0


def lead(
    lines: tuple[Said, ...],
    folder: Path,
    who: str = "a woman and a man",
    agreed: Voices = Voices.ON,
) -> list[dict[str, Any]]:
    """The lines of a session of Anna and Ben, both at one microphone."""
    manners: dict[str, Manner] = MANNERS[who]
    scene = Scene(lines, manners)
    mixed = np.sum(list(scene.said.values()), axis=0)
    room = np.random.default_rng(1).normal(0, 10 ** (ROOM_DB / 20), len(mixed))
    path = folder / "talk.flac"
    write_flac(path, np.asarray(mixed + room, np.float32), "two at one microphone")
    ear = ListeningEar(Recording(path), Detector(), Scribe(TrueWords(scene.words)))
    shown: list[dict[str, Any]] = []
    with Library(folder / "library") as library:
        header = new_header(("Anna", "Ben"), recogniser="true")
        keeper = Keeper(library, header, Consent.WORDS)
        mouth = Mouth(SilentVoice(), SilentLoudspeaker())
        Coach(ear, mouth, keeper, Imago(), shown.append).run(Began("Anna", "Ben", voices=agreed))
        session = library.session(header.id)
        assert record.replayed(session, Imago()) == record.stored_commands(session)
    ear.close()
    return shown


def checked(lines: list[dict[str, Any]]) -> list[tuple[str | None, str]]:
    """(partner, text) of what was said after the mirror."""
    return [(partner, text) for phase, partner, text in turns(lines) if phase == "check"]


@pytest.mark.parametrize("who", MANNERS)
@pytest.mark.parametrize("gap_s", [0.3, 0.5])
def test_the_listeners_yes_before_the_speakers_words_is_no_yes(
    gap_s: float, who: str, tmp_path: Path
) -> None:
    """It is his, and her words are hers: she shares again."""
    lines = (*EXCHANGE, Said("Ben", "Yes."), Said("Anna", "No, you forgot the letter.", gap_s))
    shown = lead(lines, tmp_path, who)
    assert checked(shown)[:2] == [("Ben", "Yes."), ("Anna", "No, you forgot the letter.")]
    assert entered(shown)[:4] == ["share", "reflect", "check", "share"]


@pytest.mark.parametrize("who", MANNERS)
@pytest.mark.parametrize(
    ("hers", "his"),
    [
        ("No, you forgot the letter.", "Yes."),
        ("You left out a part of it.", "Yes, that's right."),
        ("I was waiting for you all night.", "Yes, exactly."),
    ],
)
def test_the_listeners_yes_after_the_speakers_words_is_no_yes(
    hers: str, his: str, who: str, tmp_path: Path
) -> None:
    """Right behind them, where no silence parts the two."""
    shown = lead((*EXCHANGE, Said("Anna", hers), Said("Ben", his, 0.4)), tmp_path, who)
    assert checked(shown)[0] == ("Anna", hers)
    assert "more" not in entered(shown)


@pytest.mark.parametrize("who", MANNERS)
def test_the_speakers_yes_after_the_listeners_words_is_taken(who: str, tmp_path: Path) -> None:
    """Only together would they have been no answer."""
    lines = (Said("Ben", "No, I left out the letter."), Said("Anna", "Yes, you got it.", 0.4))
    shown = lead((*EXCHANGE, *lines), tmp_path, who)
    assert checked(shown)[-1] == ("Anna", "Yes, you got it.")
    assert answers(shown) == [("Anna", "more")]


def test_a_mirror_and_the_yes_right_after_it_are_two_turns(tmp_path: Path) -> None:
    """Once both are known: no pause between them would have ended the mirror."""
    again = (Said("Anna", MESSAGE), Said("Ben", MIRROR), Said("Anna", "Yes, you got it.", 0.5))
    shown = lead((*CONFIRMED, *again), tmp_path)
    assert turns(shown)[-2:] == [("reflect", "Ben", MIRROR), ("check", "Anna", "Yes, you got it.")]
    reasons = [line["reason"] for line in shown if line["kind"] == "turn"]
    assert reasons[-2:] == ["voice", "silence"]
    assert answers(shown)[-1] == ("Anna", "more")


def test_what_the_listener_throws_in_is_kept_and_is_no_message(tmp_path: Path) -> None:
    """Her words before and after it are one message; his are shown as his."""
    before, after = "And I was so very cold in there.", "Nobody came to look for me."
    lines = (Said("Anna", before), Said("Ben", "That is not true.", 0.4), Said("Anna", after, 0.4))
    shown = lead((*CONFIRMED, *lines, Said("Ben", MIRROR)), tmp_path)
    assert turns(shown)[4:6] == [
        ("share", "Ben", "That is not true."),
        ("share", "Anna", f"{before} {after}"),
    ]
    scored = [line for line in shown if line["kind"] == "fidelity"][-1]
    assert scored["message"] == f"{before} {after}"


def test_nothing_is_parted_unless_both_agreed(tmp_path: Path) -> None:
    """Off is off."""
    lines = (*EXCHANGE, Said("Ben", "Yes."), Said("Anna", "No, you forgot the letter.", 0.5))
    shown = lead(lines, tmp_path, agreed=Voices.OFF)
    assert checked(shown) == [(None, "Yes. No, you forgot the letter.")]


def test_of_one_voice_nothing_is_parted(tmp_path: Path) -> None:
    """Her pauses are her own, and her yes is not doubted."""
    lines = (Said("Anna", "Yes."), Said("Anna", "That's right.", 0.4))
    shown = lead((*EXCHANGE, *lines), tmp_path)
    assert checked(shown) == [("Anna", "Yes. That's right.")]
    assert answers(shown) == [("Anna", "more")]


@pytest.mark.parametrize("who", MANNERS)
@pytest.mark.parametrize("gap_s", [-0.1, -0.4])
def test_a_yes_that_the_other_one_runs_into_is_asked_again(
    gap_s: float, who: str, tmp_path: Path
) -> None:
    """Both speak and nobody knows when, although there is a pause after "yes": it is nobody's."""
    lines = (Said("Ben", "Yes, I know."), Said("Anna", "Also the letter.", gap_s))
    shown = lead((*EXCHANGE, *lines), tmp_path, who)
    assert checked(shown) == [(None, "Yes, I know. Also the letter.")]
    assert answers(shown) == [(None, "check_sentence")]


def test_times_of_the_parts_are_those_of_the_recording(tmp_path: Path) -> None:
    """Each part lies where it was said."""
    lines = (*EXCHANGE, Said("Ben", "Yes."), Said("Anna", "No, you forgot the letter.", 0.5))
    scene = Scene(lines, MANNERS["a woman and a man"])
    shown = lead(lines, tmp_path)
    his, hers = [line for line in shown if line["kind"] == "turn" and line["phase"] == "check"]
    begins = np.flatnonzero(scene.said["Anna"])
    began = begins[np.searchsorted(begins, round(his["start_s"] * RATE))] / RATE
    assert his["end_s"] == hers["start_s"]
    assert began - 0.5 < hers["start_s"] < began
