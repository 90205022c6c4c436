"""Microphone and loudspeaker through a virtual sound card, and every way they can be missing.

PortAudio learns of devices once in a process, so each live check is a program of its own.
"""

from __future__ import annotations

import ctypes.util
import os
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.virtual_soundcard import VirtualSoundcard
from voicecoach.engines.soundcard import MicrophoneLease
from voicecoach.engines.soundcard.devices import started
from voicecoach.engines.soundcard.server import SourceWatch
from voicecoach.errors import DeviceError, LibraryError
from voicecoach.speech.audio import RATE, Samples, level_db

PREPARE = """
import sys, time
import numpy as np
from voicecoach.engines.soundcard import *
from voicecoach.errors import VoicecoachError
def fail(error):
    print(error.exit_code, error, '|', error.hint)
    sys.exit(0)
"""


def program(code: str, environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PREPARE + code, *words],
        env=environment,
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(running: subprocess.Popen[str], seconds: float = 30) -> str:
    """What a program still prints; it must end well and in time, and is stopped if it does not."""
    try:
        out, err = running.communicate(timeout=seconds)
    finally:
        running.kill()
        running.wait()
    assert running.returncode == 0, err
    return out


def said(code: str, environment: dict[str, str], *words: str) -> str:
    """All that a program prints; it must end well and within a minute."""
    return ended(program(code, environment, *words), 60)


def wav(path: Path, samples: Samples) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def noise(seconds: float) -> Samples:
    loud = np.random.default_rng(3).normal(0, 0.1, int(seconds * RATE))
    return np.clip(loud, -1, 1).astype(np.float32)


# ------------------------------------------------------------------- without a device

OPEN = """
for kind in (SoundcardMicrophone, SoundcardLoudspeaker):
    try: kind(*sys.argv[1:])
    except VoicecoachError as error: print(error.exit_code, error, '|', error.hint)
"""


def test_without_portaudio_the_package_is_named() -> None:
    hide = "import ctypes.util; ctypes.util.find_library = lambda name: None\n"
    out = said(hide + OPEN, dict(os.environ))
    lines = out.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert line.startswith("3 PortAudio")
        assert not sys.platform.startswith("linux") or "libportaudio2" in line


def needs_portaudio() -> None:
    if ctypes.util.find_library("portaudio") is None:
        pytest.skip("PortAudio is not installed (package libportaudio2)")


def test_without_any_device_it_says_so(tmp_path: Path) -> None:
    needs_portaudio()
    nothing = {**os.environ, "PULSE_SERVER": f"unix:{tmp_path}/none"}
    if said("print(*list_devices())", nothing).strip():
        pytest.skip("this machine has a sound card of its own")
    microphone, loudspeaker = said(OPEN, nothing).splitlines()
    assert microphone.startswith("3 There is no microphone.")
    assert loudspeaker.startswith("3 There is no loudspeaker.")
    microphone, loudspeaker = said(OPEN, nothing, "Blue Yeti").splitlines()
    assert microphone.startswith("3 There is no microphone named 'Blue Yeti'")
    assert loudspeaker.startswith("3 There is no loudspeaker named 'Blue Yeti'")


class BusyStream:
    """A stream of a device that another program holds."""

    def __init__(self, **_settings: Any) -> None:
        import sounddevice

        raise sounddevice.PortAudioError("Device unavailable", -9985)


def test_a_busy_device_is_named() -> None:
    needs_portaudio()
    info = {"name": "Blue Yeti", "index": 0}
    with pytest.raises(DeviceError, match=r"Blue Yeti cannot be opened: Device unavailable\."):
        started(BusyStream, info, (RATE, 1), print, print)


def test_nothing_is_imported_before_a_device_is_opened() -> None:
    code = "print('sounddevice' in sys.modules, 'filelock' in sys.modules)"
    assert said(code, dict(os.environ)).split() == ["False", "False"]


# -------------------------------------------------------------------------- the lease


def test_only_one_voicecoach_listens_at_a_time(tmp_path: Path) -> None:
    first = MicrophoneLease(tmp_path)
    with pytest.raises(DeviceError, match=rf"another voicecoach \(process {os.getpid()}\)"):
        MicrophoneLease(tmp_path)
    first.close()
    first.close()
    MicrophoneLease(tmp_path).close()


def test_the_lease_of_another_process_is_seen_and_ends_with_it(tmp_path: Path) -> None:
    """Even a killed session leaves no lock behind."""
    environment = {**os.environ, "VOICECOACH_DATA": str(tmp_path)}
    holder = program(
        "lease = MicrophoneLease(); print('held', flush=True); time.sleep(60)", environment
    )
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    with pytest.raises(DeviceError, match=rf"\(process {holder.pid}\)") as caught:
        MicrophoneLease(tmp_path)
    assert caught.value.exit_code == 3
    holder.kill()
    holder.communicate()
    MicrophoneLease(tmp_path).close()


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="cannot be written"):
        MicrophoneLease(tmp_path / "file" / "data")


# ------------------------------------------------------------- the sound server's answers


def test_without_the_sound_servers_tool_nothing_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert SourceWatch().gone() is False


@pytest.mark.parametrize("answer", ["", "no json", "{}", "[1, 2]", "[{}]"])
def test_an_answer_of_another_kind_is_no_alarm(
    answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = tmp_path / "pactl"
    tool.write_text(f"#!/bin/sh\necho '{answer}'\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    watch = SourceWatch()
    assert watch.gone() is False
    until = time.monotonic() + 2
    while watch._look is not None and time.monotonic() < until:
        assert watch.gone() is False
    watch.close()


# ------------------------------------------------------------- through the virtual card


@pytest.fixture(scope="module")
def card() -> Iterator[VirtualSoundcard]:
    with VirtualSoundcard() as card:
        yield card


LISTEN = """
microphone = SoundcardMicrophone()
print('listening', microphone.name, flush=True)
frames, lost = [], 0
for _ in range(int(float(sys.argv[2]) * 16000 / 512)):
    frame = microphone.read()
    assert frame.position == len(frames) * 512 + lost + frame.lost
    lost += frame.lost
    frames.append(frame.samples)
microphone.close()
assert microphone.read() is None
np.save(sys.argv[1], np.concatenate(frames))
print('lost', lost)
"""


@pytest.mark.live
def test_what_is_spoken_in_the_room_is_captured(card: VirtualSoundcard, tmp_path: Path) -> None:
    """Nearly every captured sample is the one that was played."""
    sound = noise(2.0)
    listening = program(LISTEN, card.environment, str(tmp_path / "heard.npy"), "4")
    assert listening.stdout is not None and "listening" in listening.stdout.readline()
    card.speak_into_microphone(wav(tmp_path / "said.wav", sound))
    ended(listening)
    heard = np.load(tmp_path / "heard.npy")
    start = int(np.argmax(np.correlate(heard, sound[:RATE])))
    captured = heard[start : start + len(sound)]
    same = np.mean(np.abs(captured - sound[: len(captured)]) < 1e-3)
    assert len(captured) == len(sound)
    assert same > 0.98


@pytest.mark.live
def test_a_device_with_a_rate_of_its_own_gives_16_khz_all_the_same(
    card: VirtualSoundcard, tmp_path: Path
) -> None:
    """Opened in stereo at 44.1 kHz, as a device that refuses 16 kHz mono would be."""
    own = (
        "import voicecoach.engines.soundcard.microphone as opening\n"
        "opening.form_of = lambda *_: (44_100, 2)\n"
    )
    at = np.arange(2 * RATE) / RATE
    sound = (0.5 * np.sin(2 * np.pi * 1000 * at)).astype(np.float32)
    listening = program(own + LISTEN, card.environment, str(tmp_path / "heard.npy"), "4")
    assert listening.stdout is not None and "listening" in listening.stdout.readline()
    card.speak_into_microphone(wav(tmp_path / "said.wav", sound))
    ended(listening)
    heard = np.load(tmp_path / "heard.npy")
    loud = np.flatnonzero(np.abs(heard) > 0.1)
    assert (loud[-1] - loud[0]) / RATE == pytest.approx(2.0, abs=0.05)
    second = heard[loud[0] + 2000 :][:RATE]
    assert np.argmax(np.abs(np.fft.rfft(second))) == pytest.approx(1000, abs=2)
    assert level_db(second) == pytest.approx(-9, abs=0.5)


@pytest.mark.live
def test_an_overflow_is_reported_as_samples_lost(card: VirtualSoundcard) -> None:
    """Half a second between the times of two blocks is half a second less one block."""
    code = """
class Block: inputBufferAdcTime = 0.0
class Overflow: input_overflow = True
microphone = SoundcardMicrophone()
end = 0
for _ in range(10): end = microphone.read().position + 512
microphone._stream.abort()
while microphone._queue.qsize() > 1: end = microphone.read().position + 512
microphone._queue.get()  # the stream's own end
Block.inputBufferAdcTime = microphone._last_time + 0.5
microphone._hear(np.zeros((512, 1), np.float32), 512, Block, Overflow)
frame = microphone.read()
print(frame.lost, frame.position - end)
"""
    lost, jumped = map(int, said(code, card.environment).split())
    assert lost == jumped == RATE // 2 - 512


@pytest.mark.live
def test_a_recording_is_heard_in_the_room_without_a_break(
    card: VirtualSoundcard, tmp_path: Path
) -> None:
    code = """
from voicecoach.engines.soundfiles import Overheard, Recording
overheard = Overheard(Recording(sys.argv[1], realtime=True), SoundcardLoudspeaker())
while overheard.read() is not None: pass
time.sleep(0.4)
overheard.close()
"""
    at = np.arange(3 * RATE) / RATE
    path = wav(tmp_path / "a.wav", (0.5 * np.sin(2 * np.pi * 440 * at)).astype(np.float32))
    card.record_loudspeaker(tmp_path / "coach.wav")
    said(code, card.environment, str(path))
    with wave.open(str(card.stop_recording())) as file:
        heard = np.frombuffer(file.readframes(file.getnframes()), "<i2") / np.float32(32768)
    loud = np.flatnonzero(np.abs(heard) > 0.1)
    inside = np.abs(heard[loud[0] : loud[-1]])
    assert len(inside) / RATE == pytest.approx(3.0, abs=0.1)
    assert inside[: len(inside) // 160 * 160].reshape(-1, 160).max(axis=1).min() > 0.3


@pytest.mark.live
def test_what_the_coach_says_reaches_the_loudspeaker_and_playing_covers_it(
    card: VirtualSoundcard, tmp_path: Path
) -> None:
    code = """
loudspeaker = SoundcardLoudspeaker()
assert not loudspeaker.playing
time.sleep(0.5)
at = np.arange(22050) / 22050
began = time.monotonic()
loudspeaker.play((0.5 * np.sin(2 * np.pi * 440 * at)).astype(np.float32), 22050)
while loudspeaker.playing: time.sleep(0.001)
loudspeaker.close()  # cuts off what has not left yet
print(time.monotonic() - began)
time.sleep(0.5)
loudspeaker = SoundcardLoudspeaker()
loudspeaker.play(np.full(48000, 0.5, np.float32), 16000)
time.sleep(0.5)
loudspeaker.stop()
time.sleep(0.5)
assert not loudspeaker.playing
loudspeaker.close()
loudspeaker.close()
"""
    card.record_loudspeaker(tmp_path / "coach.wav")
    seconds = float(said(code, card.environment))
    with wave.open(str(card.stop_recording())) as file:
        heard = np.frombuffer(file.readframes(file.getnframes()), "<i2") / np.float32(32768)
    loud = np.flatnonzero(np.abs(heard) > 0.05)
    between = int(np.argmax(np.diff(loud)))  # the silence between the two
    first, second = loud[: between + 1], loud[between + 1 :]
    tone = heard[first[0] :][:RATE]
    assert np.argmax(np.abs(np.fft.rfft(tone))) == pytest.approx(440, abs=3)
    assert level_db(tone.astype(np.float32)) == pytest.approx(-9, abs=1.5)
    assert seconds >= 1.0
    assert (first[-1] - first[0]) / RATE == pytest.approx(1.0, abs=0.01)
    assert (second[-1] - second[0]) / RATE < 1.5  # 3 s were to be played, but it was told to stop


GONE = """
microphone = SoundcardMicrophone()
until = time.monotonic() + 1.6
while time.monotonic() < until: microphone.read()
print('listening', flush=True)
try:
    while True: microphone.read()
except VoicecoachError as error: fail(error)
"""


@pytest.mark.live
@pytest.mark.parametrize("how", ["unplug_microphone", "mute_microphone", "unplug_everything"])
def test_a_microphone_that_goes_away_is_noticed(how: str) -> None:
    """Also where the sound server moves the stream to the monitor of our own loudspeaker."""
    with VirtualSoundcard() as card:
        running = program(GONE, card.environment)
        assert running.stdout is not None and running.stdout.readline() == "listening\n"
        getattr(card, how)()
        began = time.monotonic()
        out = ended(running)
        print(f"{how}: noticed after {time.monotonic() - began:.2f} s")
    assert out.startswith("3 The microphone") and "is gone" in out


@pytest.mark.live
def test_a_loudspeaker_that_goes_away_is_noticed() -> None:
    """Else the dialogue would wait for ever for the end of an announcement."""
    code = """
loudspeaker = SoundcardLoudspeaker()
loudspeaker.play(np.zeros(16000 * 30, np.float32), 16000)
print('playing', flush=True)
try:
    while loudspeaker.playing: time.sleep(0.01)
except VoicecoachError as error: fail(error)
"""
    with VirtualSoundcard() as card:
        running = program(code, card.environment)
        assert running.stdout is not None and running.stdout.readline() == "playing\n"
        card.unplug_everything()
        out = ended(running)
    assert out.startswith("3 The loudspeaker") and "is gone" in out


@pytest.mark.live
def test_the_devices_are_listed(card: VirtualSoundcard) -> None:
    code = "look_again(); print(*[d.name for d in list_devices() if d.default_input], sep=',')"
    assert "default" in said(code, card.environment)
