"""`voicecoach talk` as a process, people who speak to it, and waiting for what it says."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.virtual_soundcard import RATE, VirtualSoundcard
from voicecoach.engines.soundfiles import Recording
from voicecoach.engines.voices.espeak import Espeak
from voicecoach.places import shipped

SAMPLES = shipped("samples")


def cut(name: str, line: int, wav: Path) -> Path:
    """One line of a sample as a WAV file."""
    assert SAMPLES is not None
    timing = json.loads((SAMPLES / "timing.json").read_text())[name]["lines"][line]
    recording, parts = Recording(SAMPLES / f"{name}.flac"), []
    while (frame := recording.read()) is not None:
        parts.append(frame.samples)
    recording.close()
    sound = np.concatenate(parts)
    start, end = (int(timing[key] * RATE) for key in ("start_s", "end_s"))
    with wave.open(str(wav), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        file.writeframes((sound[start:end] * 32767).astype(np.int16).tobytes())
    return wav


class Talk:
    """`voicecoach talk` in a process, its JSON lines as they come; `came` is the wall clock."""

    leads = ("talk", "--voices", "off")
    """Nobody is asked about voices: these sessions begin with the first question they wait for."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        command = [sys.executable, "-m", "voicecoach.cli", *self.leads, "--json", *arguments]
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        self.lines: list[dict[str, Any]] = []
        self._queue: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(json.loads(line) | {"came": time.monotonic()})

    def until(self, timeout_s: float = 60, **wanted: Any) -> dict[str, Any]:
        """The next line that has these values."""
        end = time.monotonic() + timeout_s
        while True:
            try:
                line = self._queue.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                heard = [f"{x['kind']} {x.get('text', x.get('phase', ''))}" for x in self.lines]
                pytest.fail(f"no {wanted} within {timeout_s} s; came: {heard}")
            self.lines.append(line)
            if all(line.get(key) == value for key, value in wanted.items()):
                return line

    def phases(self) -> list[str]:
        """The phases that were entered so far."""
        return [line["phase"] for line in self.kinds("phase")]

    def kinds(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["kind"] == kind]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def after(announcement: dict[str, Any]) -> None:
    """Wait until the coach has spoken, and a breath more."""
    samples, rate = Espeak("en").speak(announcement["text"])
    time.sleep(len(samples) / rate + 1.0)


def answered(talk: Talk, card: VirtualSoundcard, wav: Path, key: str) -> int:
    """Say an answer until the coach goes on to `key`, as people do when they are asked again.

    How often it was said: the embedded recogniser does not get every take.
    """
    for takes in range(1, 4):
        card.speak_into_microphone(wav)
        while True:
            announcement = talk.until(kind="announce")
            if announcement["key"] == key:
                after(announcement)
                return takes
            if announcement["key"].endswith(("_again", "_plainly", "_explain")):
                after(announcement)
                break
    pytest.fail(f"asked three times, and never {key}")
