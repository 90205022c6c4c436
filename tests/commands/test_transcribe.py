"""`voicecoach transcribe`: every stretch of speech with its time, as it comes."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.engines import tiny_whisper
from tests.engines.spoken import say
from voicecoach.commands import transcribe
from voicecoach.engines.detector import Detector
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.engines.soundfiles import Recording
from voicecoach.engines.worker import RecogniserProcess
from voicecoach.errors import InputError, ModelError
from voicecoach.speech.audio import RATE, Frame, Samples

SCRIPTED = "tests.engines.scripted_recognisers"


def arguments(*argv: str | Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    transcribe.register(parser.add_subparsers())
    return parser.parse_args(["transcribe", *map(str, argv)])


def recorded(path: Path, samples: Samples) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def quiet(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), np.float32)


@pytest.fixture(scope="module")
def two_sentences(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of quiet, a sentence, three seconds of quiet, another."""
    first = say("what can you do for your country").samples
    second = say("yes").samples
    parts = [quiet(2), first, quiet(3), second, quiet(1)]
    folder = tmp_path_factory.mktemp("sound")
    return recorded(folder / "two.wav", np.concatenate(parts))


def test_lines_bear_their_times(two_sentences: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert transcribe.run(arguments(two_sentences)) == 0
    out, err = capsys.readouterr()
    first, second = out.splitlines()
    assert first.startswith("[0:02.")
    assert first.endswith(" can you do for your country")
    assert second.endswith("] yes")
    assert "one word in three" in err


def test_json_gives_words_with_times_of_the_input(
    two_sentences: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert transcribe.run(arguments(two_sentences, "--json")) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert set(first) == {"start_s", "end_s", "text", "failed", "words"}
    assert second["text"] == "yes"
    (word,) = second["words"]
    assert set(word) == {"text", "start_s", "end_s", "probability"}
    assert 5 < first["end_s"] + 2 < second["start_s"]
    assert abs(word["start_s"] - second["start_s"]) < 0.5


def test_a_whisper_writes_it_down(
    two_sentences: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tiny_whisper.build(tmp_path / "tiny", "so it is")
    assert transcribe.run(arguments(two_sentences, "--recogniser", folder)) == 0
    out, err = capsys.readouterr()
    assert [line.split("] ")[1] for line in out.splitlines()] == ["so it is", "so it is"]
    assert "Whisper tiny" in err


def test_nobody_speaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert transcribe.run(arguments(recorded(tmp_path / "quiet.wav", quiet(3)))) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "Nobody speaks in quiet.wav." in err


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        transcribe.run(arguments(tmp_path / "none.wav"))


def test_a_language_that_nothing_here_knows(two_sentences: Path) -> None:
    with pytest.raises(ModelError, match="language 'de'"):
        transcribe.run(arguments(two_sentences, "--language", "de"))


def test_lines_come_while_the_recording_is_read(two_sentences: Path) -> None:
    """The first line is there before the end of the file was read."""
    recording = Recording(two_sentences)
    process = RecogniserProcess(RecogniserSpec("x", made_by=f"{SCRIPTED}:Counting"))
    process.wait_ready()
    try:
        lines = transcribe.written(recording, Detector(), process, transcribe.segmenter(0))
        next(lines)
        assert recording.read() is not None
    finally:
        process.close()
        recording.close()


class LongTalk:
    """A microphone over hours of one second of sound, one second of silence."""

    name = "long talk"
    live = False

    def __init__(self, seconds: int, look: Callable[[], None]) -> None:
        self._look = look
        self._end = seconds * RATE
        self._position = 0
        self._noise = np.random.default_rng(1).normal(0, 0.1, 512).astype(np.float32)

    def read(self, hold: bool = False) -> Frame | None:
        self._look()
        if self._position >= self._end:
            return None
        loud = self._position // RATE % 2 == 1
        frame = Frame(self._noise if loud else np.zeros(512, np.float32), self._position)
        self._position += 512
        return frame

    def close(self) -> None:
        pass


class Loudness:
    """Takes every sound for speech."""

    def probability(self, samples: Samples) -> float:
        return float(np.abs(samples).max() > 0)


def test_a_long_recording_waits_for_a_slow_recogniser() -> None:
    """What waits is bounded however fast the file is read, and so is the memory it takes."""
    process = RecogniserProcess(RecogniserSpec("x", made_by=f"{SCRIPTED}:Slow"))
    waiting = []
    try:
        talk = LongTalk(80, lambda: waiting.append(process.pending))
        lines = list(transcribe.written(talk, Loudness(), process, transcribe.segmenter(0)))
    finally:
        process.close()
    assert len(lines) == 40
    assert 1 < max(waiting) <= transcribe.AT_ONCE


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00.0"), (1.24, "0:01.2"), (59.96, "1:00.0"), (3599.96, "1:00:00.0")],
)
def test_the_clock(seconds: float, text: str) -> None:
    assert transcribe.clock(seconds) == text


def test_ctrl_c_ends_everything_with_one_line(tmp_path: Path) -> None:
    """As in a terminal the signal reaches the worker too: no traceback of anybody, exit 130."""
    sentence = np.concatenate([quiet(1), say("what can you do for your country").samples])
    file = recorded(tmp_path / "long.wav", np.tile(sentence, 60))
    child = subprocess.Popen(
        [sys.executable, "-m", "voicecoach.cli", "transcribe", file],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert child.stdout
    assert "what can you do" in child.stdout.readline()
    os.killpg(child.pid, signal.SIGINT)
    # The pipes end only when the worker, who holds them too, is gone.
    _, errors = child.communicate(timeout=60)
    assert child.returncode == 130
    assert errors.splitlines()[-1] == "voicecoach: interrupted"
    assert "Traceback" not in errors
