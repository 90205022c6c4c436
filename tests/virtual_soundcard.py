"""A sound card that is not there: a private PulseAudio with a room's microphone and loudspeaker.

Two null sinks: what is played into `room_mic` is heard by the program's microphone, what the
program says goes to `coach_out` and can be recorded from its monitor. The daemon lives in a folder
of its own, is seen only through `environment`, and is the only one that is ever stopped.
"""

from __future__ import annotations

import ctypes.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
import wave
from pathlib import Path
from typing import IO

import pytest

RATE = 16_000

_ROOM = f"module-null-sink sink_name=room_mic rate={RATE} channels=1"

_MODULES = (
    "module-native-protocol-unix",
    _ROOM,
    "module-null-sink sink_name=coach_out rate=48000 channels=2",
)


def missing() -> str:
    """Why there can be no virtual sound card here, or nothing."""
    for program in ("pulseaudio", "pactl", "paplay", "parec", "pacat"):
        if shutil.which(program) is None:
            return f"{program} is not installed (packages pulseaudio, pulseaudio-utils)"
    if os.geteuid() != 0:
        return "the virtual sound card is only started where the tests run as root"
    if ctypes.util.find_library("portaudio") is None:
        return "PortAudio is not installed (package libportaudio2)"
    if not list(Path("/usr/lib").glob("**/alsa-lib/libasound_module_pcm_pulse.so")):
        return "ALSA cannot reach PulseAudio (package libasound2-plugins)"
    return ""


class VirtualSoundcard:
    """`with VirtualSoundcard() as card:` skips the test, with the reason, where it cannot be."""

    def __init__(self) -> None:
        self._folder = ""
        self._daemon: subprocess.Popen[bytes] | None = None
        self._streams: list[subprocess.Popen[bytes]] = []
        self._recording: tuple[subprocess.Popen[bytes], IO[bytes], Path] | None = None

    def __enter__(self) -> VirtualSoundcard:
        if reason := missing():
            pytest.skip(reason)
        self._folder = tempfile.mkdtemp(prefix="soundcard-")
        Path(self._folder).chmod(0o700)
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        if self._daemon is not None and self._daemon.poll() is None:
            self.hang(False)
        for stream in [*self._streams, *([self._daemon] if self._daemon else [])]:
            stream.terminate()
            try:
                stream.wait(5)
            except subprocess.TimeoutExpired:
                stream.kill()
                stream.wait()
        if self._recording is not None:
            self._recording[1].close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which a program finds this sound card and no other."""
        return {
            **os.environ,
            "XDG_RUNTIME_DIR": self._folder,
            "PULSE_RUNTIME_PATH": f"{self._folder}/pulse",
            "PULSE_SERVER": f"unix:{self._folder}/pulse/native",
            "PULSE_COOKIE": f"{self._folder}/cookie",
            "HOME": self._folder,
        }

    def _start(self) -> None:
        loads = [part for module in _MODULES for part in ("-L", module)]
        self._daemon = subprocess.Popen(
            ["pulseaudio", "--daemonize=no", "--exit-idle-time=-1", "-n", *loads],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 10
        while self._pactl("info", check=False).returncode != 0:
            if time.monotonic() > until or self._daemon.poll() is not None:
                pytest.skip("PulseAudio does not start here")
            time.sleep(0.05)
        self._pactl("set-default-sink", "coach_out")
        self._pactl("set-default-source", "room_mic.monitor")
        # A null sink nobody writes to wakes every two seconds only; silence keeps both awake.
        for sink in ("room_mic", "coach_out"):
            self._keep_awake(sink)
        time.sleep(2.2)

    def _keep_awake(self, sink: str) -> None:
        self._streams.append(
            self._run(
                *("pacat", "--playback", "-d", sink, f"--rate={RATE}", "--channels=1"),
                *("--format=s16le", "--latency-msec=20", "--raw"),
                source=Path("/dev/zero"),
            )
        )

    def _run(self, *command: str, source: Path | None = None) -> subprocess.Popen[bytes]:
        with (source or Path(os.devnull)).open("rb") as stdin:
            return subprocess.Popen(
                command, env=self.environment, stdin=stdin, stderr=subprocess.DEVNULL
            )

    def _pactl(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pactl", *words], env=self.environment, capture_output=True, text=True, check=check
        )

    def speak_into_microphone(
        self, wav: Path, wait: bool = True, device: str = "room_mic"
    ) -> subprocess.Popen[bytes]:
        """Play a sound file into the room; with `wait` returns when it has been played."""
        playing = self._run("paplay", f"--device={device}", "--latency-msec=20", str(wav))
        if wait:
            playing.wait()
        else:
            self._streams.append(playing)
        return playing

    def record_loudspeaker(self, wav: Path) -> None:
        """Begin to record what the coach says; `stop_recording` writes it as 16 kHz mono."""
        raw = wav.with_suffix(".raw").open("wb")
        recorder = subprocess.Popen(
            [
                *("parec", "-d", "coach_out.monitor", f"--rate={RATE}", "--channels=1"),
                *("--format=s16le", "--latency-msec=20", "--raw"),
            ],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=raw,
            stderr=subprocess.DEVNULL,
        )
        self._streams.append(recorder)
        self._recording = recorder, raw, wav
        time.sleep(0.3)

    def stop_recording(self) -> Path:
        """End the recording and write its file."""
        assert self._recording is not None, "nothing is being recorded"
        recorder, raw, wav = self._recording
        self._recording = None
        time.sleep(0.3)
        recorder.terminate()
        recorder.wait()
        raw.close()
        with wave.open(str(wav), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
            file.writeframes(wav.with_suffix(".raw").read_bytes())
        return wav

    def unplug_microphone(self) -> None:
        """The microphone is gone; the loudspeaker's monitor is a source that remains."""
        for line in self._pactl("list", "short", "modules").stdout.splitlines():
            if "sink_name=room_mic" in line:
                self._pactl("unload-module", line.split()[0])

    def plug_in_microphone(self) -> None:
        """It is there again, and the system's default."""
        self._pactl("load-module", *_ROOM.split())
        self._pactl("set-default-source", "room_mic.monitor")
        self._keep_awake("room_mic")

    def plug_in_another_microphone(self) -> None:
        """A second microphone, which hears what is played into `desk`."""
        self._pactl("load-module", *_ROOM.replace("room_mic", "desk").split())
        self._pactl(
            "load-module", "module-remap-source", "source_name=desk_mic", "master=desk.monitor"
        )
        self._keep_awake("desk")

    def mute_microphone(self, muted: bool = True) -> None:
        """The microphone is suspended: it is there and gives nothing."""
        self._pactl("suspend-sink", "room_mic", str(int(muted)))

    def stop_loudspeaker(self, stopped: bool = True) -> None:
        """The loudspeaker is suspended: it is there and takes nothing."""
        self._pactl("suspend-sink", "coach_out", str(int(stopped)))

    def return_loudspeaker_to_microphone(self) -> None:
        """All that the coach says comes back into its microphone at full level."""
        loop = ("module-loopback", "source=coach_out.monitor", "sink=room_mic")
        self._pactl("load-module", *loop)

    def hang(self, hanging: bool = True) -> None:
        """The sound server does not answer any more, or does again."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGSTOP if hanging else signal.SIGCONT)

    def unplug_everything(self) -> None:
        """The sound server itself ends."""
        assert self._daemon is not None
        self._daemon.terminate()
        self._daemon.wait()

    def plug_in_everything(self) -> None:
        """The sound server is started again."""
        self._start()
