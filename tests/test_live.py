"""The live path through a virtual sound card, with the loudspeaker aimed at the microphone.

Everything the coach says comes back into its microphone at full level; the partners speak after
it, in turns cut from a sample. Nothing of the coach's own voice may become a turn.
"""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.virtual_soundcard import RATE, VirtualSoundcard
from voicecoach.engines.soundfiles import Recording
from voicecoach.engines.voices.espeak import Espeak
from voicecoach.places import shipped

pytestmark = [pytest.mark.live, pytest.mark.slow]

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
    """`voicecoach talk` in a process, its JSON lines as they come."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        command = [
            sys.executable,
            "-m",
            "voicecoach.cli",
            "talk",
            "--json",
            "--voices",
            "off",
            *arguments,
        ]
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
            self._queue.put(json.loads(line))

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

    def kinds(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["kind"] == kind]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def card() -> Iterator[VirtualSoundcard]:
    with VirtualSoundcard() as card:
        yield card


@pytest.fixture
def environment(card: VirtualSoundcard, private_data: Path) -> dict[str, str]:
    return {**card.environment, "VOICECOACH_DATA": str(private_data)}


def after(announcement: dict[str, Any]) -> None:
    """Wait until the coach has spoken, and a breath more."""
    samples, rate = Espeak("en").speak(announcement["text"])
    time.sleep(len(samples) / rate + 1.0)


def test_a_whole_round_is_led_live(
    card: VirtualSoundcard, environment: dict[str, str], tmp_path: Path
) -> None:
    """Microphone, loudspeaker, both partners; the coach's own voice is never a turn."""
    subprocess.run(
        ["pactl", "load-module", "module-loopback", "source=coach_out.monitor", "sink=room_mic"],
        env=card.environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    card.record_loudspeaker(tmp_path / "coach.wav")
    talk = Talk(environment, "--names", "Anna", "Ben", "--consent", "words", "--rounds", "1")
    try:
        after(talk.until(kind="announce", key="begin"))
        card.speak_into_microphone(cut("clean", 0, tmp_path / "share.wav"))
        after(talk.until(kind="announce", key="reflect"))
        card.speak_into_microphone(cut("clean", 1, tmp_path / "mirror.wav"))
        talk.until(kind="phase", phase="check")
        said = 2 + answered(talk, card, cut("clean", 2, tmp_path / "yes.wav"), "more")
        said += answered(talk, card, cut("clean", 4, tmp_path / "no.wav"), "close")
        ended = talk.until(kind="ended", outcome="done")
        assert talk.process.wait(20) == 0
    finally:
        talk.end()
    phases = [line["phase"] for line in talk.kinds("phase")]
    assert phases == ["share", "reflect", "check", "more", "close", "done"]
    assert 4 <= len(talk.kinds("turn")) <= said, [line["text"] for line in talk.kinds("turn")]
    assert ended["session"]
    _coach_was_heard(card.stop_recording(), talk)


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


def _coach_was_heard(recorded: Path, talk: Talk) -> None:
    """What came out of the loudspeaker sounds as long as the announcements are."""
    with wave.open(str(recorded)) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16) / 32768
    blocks = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    loud_s = float((np.abs(blocks).max(axis=1) > 0.01).sum()) * 0.02
    voice = Espeak("en")
    spoken_s = 0.0
    for line in talk.kinds("announce"):
        samples, rate = voice.speak(line["text"])
        blocks = samples[: len(samples) // 441 * 441].reshape(-1, 441)
        spoken_s += float((np.abs(blocks).max(axis=1) > 0.01).sum()) * 441 / rate
    assert 0.9 < loud_s / spoken_s < 1.1, (loud_s, spoken_s)


def test_the_coachs_own_voice_is_no_turn(
    card: VirtualSoundcard, environment: dict[str, str]
) -> None:
    """Two people who say nothing: announcements come back at full level, and nothing is heard."""
    subprocess.run(
        ["pactl", "load-module", "module-loopback", "source=coach_out.monitor", "sink=room_mic"],
        env=card.environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    talk = Talk(environment, "--names", "Anna", "Ben", "--consent", "ask")
    try:
        after(talk.until(kind="announce", key="consent_first"))
        after(talk.until(kind="announce", key="consent_again"))
        after(talk.until(kind="announce", key="share_not_kept"))
        talk.process.send_signal(signal.SIGINT)
        talk.until(kind="ended", outcome="interrupted")
        assert talk.process.wait(20) == 130
    finally:
        talk.end()
    assert talk.kinds("turn") == []
    assert not list(Path(environment["VOICECOACH_DATA"]).glob("*.sqlite3*"))


def test_the_second_coach_is_told_that_the_microphone_is_taken(
    card: VirtualSoundcard, environment: dict[str, str]
) -> None:
    """Two live runs at once: exit 3, and the first goes on."""
    talk = Talk(environment, "--names", "Anna", "Ben", "--consent", "nothing")
    try:
        talk.until(kind="announce", key="begin")
        second = Talk(environment, "--names", "Cleo", "Dan", "--consent", "nothing")
        assert second.process.wait(20) == 3
        assert second.process.stderr is not None
        assert "taken" in second.process.stderr.read()
        assert talk.process.poll() is None
    finally:
        talk.end()


def test_the_microphone_unplugged_is_said_and_the_session_kept(
    card: VirtualSoundcard, environment: dict[str, str]
) -> None:
    """The device is gone: one sentence, exit 3, and the session is closed as interrupted."""
    talk = Talk(environment, "--names", "Anna", "Ben", "--consent", "words")
    try:
        after(talk.until(kind="announce", key="begin"))
        card.unplug_microphone()
        talk.until(10, kind="warning", code="device")
        ended = talk.until(kind="ended", outcome="interrupted")
        assert talk.process.wait(20) == 3
    finally:
        talk.end()
    listed = subprocess.run(
        [sys.executable, "-m", "voicecoach.cli", "sessions"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended["session"] in listed.stdout
