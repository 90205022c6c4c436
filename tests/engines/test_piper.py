"""Piper: a true voice loaded and spoken with, and one sentence for all that can be missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.engines.tiny_piper import HUM, RATE, missing, tiny_voice
from voicecoach.engines.scripted import SilentVoice
from voicecoach.engines.voices.kept import KeptVoice
from voicecoach.engines.voices.piper import LEVEL, SLOWER, Piper
from voicecoach.errors import ModelError
from voicecoach.speech.audio import Samples

needs_piper = pytest.mark.skipif(bool(missing()), reason=missing())


@needs_piper
def test_it_speaks_at_the_voices_rate_and_slower_than_its_pace(tmp_path: Path) -> None:
    """As many hums as phonemes, times the pace."""
    samples, rate = Piper(tiny_voice(tmp_path / "tiny")).speak("Is there more?")
    assert rate == RATE
    assert len(samples) % HUM == 0
    hums = len(samples) // HUM
    assert 20 < hums / SLOWER < 60
    assert np.abs(samples).max() == pytest.approx(LEVEL, abs=0.01)


@needs_piper
def test_brackets_are_text_and_no_phonemes(tmp_path: Path) -> None:
    voice = Piper(tiny_voice(tmp_path / "tiny"))
    assert len(voice.speak("[[x]]")[0]) > 0
    assert len(voice.speak("\0")[0]) == 0


@needs_piper
@pytest.mark.parametrize("lacks", ["everything", "the model", "its description"])
def test_a_folder_that_holds_no_voice_is_one_sentence(tmp_path: Path, lacks: str) -> None:
    folder = tiny_voice(tmp_path / "tiny")
    if lacks == "everything":
        (folder / "tiny.onnx.json").unlink()
    if lacks != "its description":
        (folder / "tiny.onnx").unlink()
    else:
        (folder / "tiny.onnx.json").unlink()
    with pytest.raises(ModelError, match=r"tiny cannot be used: it (holds 0|lacks)") as caught:
        Piper(folder)
    assert caught.value.exit_code == 4
    assert "--voice espeak" in caught.value.hint


@needs_piper
@pytest.mark.parametrize("file", ["tiny.onnx", "tiny.onnx.json"])
def test_a_damaged_voice_is_one_sentence(tmp_path: Path, file: str) -> None:
    folder = tiny_voice(tmp_path / "tiny")
    (folder / file).write_bytes(b"{}")
    with pytest.raises(ModelError, match="cannot be used") as caught:
        Piper(folder)
    assert "\n" not in str(caught.value)


def test_without_the_package_the_extra_is_named(tmp_path: Path) -> None:
    """In a process that does not find it."""
    code = (
        "import sys; sys.modules['piper'] = None\n"
        "from pathlib import Path\n"
        "from voicecoach.engines.voices.piper import Piper\n"
        "from voicecoach.errors import ModelError\n"
        "try: Piper(Path(sys.argv[1]))\n"
        "except ModelError as error: print(error, '|', error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "nice")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("The voice nice needs the package piper-tts")
    assert "voicecoach[piper]" in done.stdout


class Counting(SilentVoice):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def speak(self, text: str) -> tuple[Samples, int]:
        self.asked.append(text)
        return super().speak(text)


def test_a_sentence_is_made_once() -> None:
    voice = Counting()
    kept = KeptVoice(voice)
    first, rate = kept.speak("Is there more?")
    again, _ = kept.speak("Is there more?")
    assert again is first and rate == 16_000
    assert voice.asked == ["Is there more?"]


def test_what_is_kept_does_not_grow_without_limit() -> None:
    """What was not said for longest goes first; a sentence too long to keep is still said."""
    voice = Counting()
    one_s = "n" * 14
    kept = KeptVoice(voice, kept_s=2.5)
    for text in (one_s, one_s.upper(), one_s, one_s.title()):
        kept.speak(text)
    assert kept.kept_s <= 2.5
    kept.speak(one_s)
    assert voice.asked.count(one_s) == 1
    kept.speak(one_s.upper())
    assert voice.asked.count(one_s.upper()) == 2
    assert len(kept.speak("long " * 30)[0]) > 2.5 * 16_000
