"""Voices: fetched from their folder of a large repository, checked, found, and spoken with."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.commands.running import SAMPLES, lines, run
from tests.engines.stand_in_hub import StandInHub
from tests.engines.tiny_piper import missing, tiny_voice
from voicecoach.engines import models
from voicecoach.engines.voices.piper import Piper
from voicecoach.errors import ModelError

NAME = "en_US-ljspeech-medium"

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    """Holds the tiny voice under the name and in the folder of the one in the manifest."""
    (voice,) = [voice for voice in models.known_voices() if voice.name == NAME]
    place = Path(voice.files[0]).parent
    tiny_voice(tmp_path / "repository" / place, NAME)
    (tmp_path / "repository" / "README.md").write_text("# nothing to fetch")
    hub = StandInHub(tmp_path / "repository", voice.repository)
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    yield hub
    hub.close()


def test_a_voice_is_fetched_whole_found_and_speaks(hub: StandInHub, private_data: Path) -> None:
    """Its two files, side by side; and from then on it is the best voice that is here."""
    assert models.voice_folder(None) is None
    folder = models.fetch(NAME)
    assert folder == private_data / "models" / NAME
    files = {path.name for path in folder.iterdir()}
    assert files == {f"{NAME}.onnx", f"{NAME}.onnx.json", models.RECORD}
    models.check(folder, checksums=True)
    assert models.voice_folder(None) == models.voice_folder(NAME) == folder
    assert models.voice_folder("espeak") is None
    assert len(Piper(folder).speak("Is there more?")[0]) > 0


def test_a_voice_is_no_recogniser(hub: StandInHub) -> None:
    """It is not taken for one, although it is a model that is here."""
    models.fetch(NAME)
    assert models.best_available()[0] == "sphinx"


def test_a_voice_that_is_not_whole_is_not_used(hub: StandInHub) -> None:
    folder = models.fetch(NAME)
    (folder / f"{NAME}.onnx.json").unlink()
    with pytest.raises(ModelError, match=r"lacks its file .*\.onnx\.json"):
        models.check(folder)
    assert models.voice_folder(None) is None


def test_a_voice_that_is_not_here_is_one_sentence() -> None:
    with pytest.raises(ModelError, match="has not been fetched yet") as fetch:
        models.voice_folder(NAME)
    assert f"models fetch {NAME}" in fetch.value.hint
    with pytest.raises(ModelError, match="no voice 'nobody'") as unknown:
        models.voice_folder("nobody")
    assert "espeak" in unknown.value.hint and NAME in unknown.value.hint


def test_talk_speaks_with_the_voice_that_was_asked_for(tmp_path: Path) -> None:
    """The announcements in the file are its hum."""
    voice = tiny_voice(tmp_path / "tiny")
    said = tmp_path / "said.wav"
    done = run(
        *("talk", "--from", SAMPLES / "clean.flac", "--json", "--consent", "nothing"),
        *("--rounds", "1", "--voice", voice, "--speak-to", said),
    )
    assert done.returncode == 0, done.stderr
    assert lines(done.stdout)[-1]["outcome"] == "done"
    with wave.open(str(said)) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    loud = sound[np.abs(sound) > 1000]
    first = int(np.argmax(np.abs(sound) > 1000))
    spectrum = np.abs(np.fft.rfft(sound[first : first + 16_000] / 32768))
    assert len(loud) > 16_000
    assert np.argmax(spectrum) == pytest.approx(220, abs=3)


def test_talk_says_what_is_missing(tmp_path: Path) -> None:
    """The voice, or the package: exit 4, and how to get it. Only found by itself, it is said, and
    the embedded voice speaks."""
    done = run("talk", "--from", SAMPLES / "clean.flac", "--voice", NAME, "--json")
    assert done.returncode == 4
    assert "has not been fetched yet" in done.stderr
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "piper.py").write_text("raise ImportError\n")
    voice = tiny_voice(tmp_path / "tiny")
    command = ("talk", "--from", SAMPLES / "clean.flac", "--voice", voice, "--json")
    done = run(*command, PYTHONPATH=str(blocked))
    assert done.returncode == 4
    assert "voicecoach[piper]" in done.stderr
    (tmp_path / "data" / "models").mkdir(parents=True)
    voice.rename(tmp_path / "data" / "models" / NAME)
    for name in (".onnx", ".onnx.json"):
        path = tmp_path / "data" / "models" / NAME
        (path / f"tiny{name}").rename(path / f"{NAME}{name}")
    done = run(
        *("talk", "--from", SAMPLES / "clean.flac", "--json", "--consent", "nothing"),
        PYTHONPATH=str(blocked),
        VOICECOACH_DATA=str(tmp_path / "data"),
    )
    assert done.returncode == 0
    assert "voicecoach[piper]" in done.stderr
