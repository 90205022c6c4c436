"""What the program costs as a process: time, memory, and the share of a core while it waits."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.loop import Coach
from voicecoach.coach.scribe import Scribe
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Consent
from voicecoach.engines.detector import Detector
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.engines.soundfiles import Recording, SilentLoudspeaker
from voicecoach.engines.voices.espeak import Espeak
from voicecoach.engines.worker import RecogniserProcess
from voicecoach.session.entries import new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.speech.audio import FRAME, RATE, Frame
from voicecoach.terminal import Living

EVERY_S = 0.05
"""How often the memory of a process is looked at."""

ROOM_LEVEL = 0.0005
"""Standard deviation of a quiet room's noise at full scale 1: -66 dBFS."""


@contextmanager
def talking(recording: Path, *more: str, lines: int) -> Iterator[subprocess.Popen[str]]:
    """`talk --from` the recording with `sphinx`; its JSON lines go to `lines`."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "voicecoach.cli", "talk", "--json"]
        command += ["--names", "Anna", "Ben", "--recogniser", "sphinx", "--from", str(recording)]
        command += ["--library", f"{folder}/library", "--speak-to", f"{folder}/coach.wav", *more]
        process = subprocess.Popen(command, stdout=lines, stderr=subprocess.DEVNULL, text=True)
        try:
            yield process
        finally:
            process.terminate()
            process.communicate()


def seconds_to_first_announcement(recording: Path) -> float:
    """From the start of the process to the first announcement; its voice goes to a file."""
    began = time.monotonic()
    with talking(recording, "--realtime", lines=subprocess.PIPE) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["kind"] == "announce":
                return time.monotonic() - began
    raise RuntimeError("the program ended without an announcement")


def fast_run(recording: Path) -> dict[str, Any]:
    """Real-time factor and peak memory of one run, as fast as the machine allows."""
    sound = Recording(recording)
    seconds = sound.seconds or 0.0
    sound.close()
    peaks = {"program": 0, "recogniser": 0}
    began = time.monotonic()
    with talking(recording, lines=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peaks["program"] = max(peaks["program"], peak_kib(process.pid))
            for child in workers(process.pid):
                peaks["recogniser"] = max(peaks["recogniser"], peak_kib(child))
            time.sleep(EVERY_S)
        took = time.monotonic() - began
        if process.returncode:
            raise RuntimeError(f"talk ended with {process.returncode}")
    return {
        "audio_s": round(seconds, 1),
        "wall_s": round(took, 1),
        "real_time_factor": round(took / seconds, 3),
        "peak_memory_mib": {who: round(peak / 1024) for who, peak in peaks.items()},
    }


def peak_kib(pid: int) -> int:
    """The most memory a process has held, in KiB; 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) if found else 0


def workers(pid: int) -> list[int]:
    """The recogniser's processes that the process has started."""
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            with suppress(OSError):
                if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                    found.append(int(child))
    return found


class QuietRoom:
    """A live Microphone in a room where nobody speaks, paced like a sound card."""

    name, live = "a quiet room", True

    def __init__(self) -> None:
        noise = np.random.default_rng(1).normal(0, ROOM_LEVEL, (1000, FRAME))
        self._noise = noise.astype(np.float32)
        self._frames = 0
        self._began = time.monotonic()

    def read(self, hold: bool = False) -> Frame:
        """The next frame when a sound card would have it."""
        self._frames += 1
        time.sleep(max(0.0, self._began + self._frames * FRAME / RATE - time.monotonic()))
        noise = self._noise[self._frames % len(self._noise)]
        return Frame(noise, (self._frames - 1) * FRAME)

    def close(self) -> None:
        """Nothing to give back."""


def silent_share(seconds: float) -> dict[str, float]:
    """Share of one core that program and recogniser take while nobody speaks.

    The whole live loop runs, its display on a terminal of 80 columns; counted from the end of the
    greeting on, so that loading does not count.
    """
    worker = RecogniserProcess(RecogniserSpec("sphinx"))
    ear = ListeningEar(QuietRoom(), Detector(), Scribe(worker))
    shown = Living(Console(file=io.StringIO(), force_terminal=True, width=80, height=24))
    header = new_header(("Anna", "Ben"), recogniser="sphinx")
    mouth = Mouth(Espeak("en"), SilentLoudspeaker())
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library") as library:
        keeper = Keeper(library, header, Consent.WORDS)
        watch = Silence(seconds, worker, mouth, shown)
        coach = Coach(ear, mouth, keeper, Imago(), shown.show, watch=watch.watch)
        watch.end = coach.interrupt
        try:
            with shown:
                coach.run(Began("Anna", "Ben"))
        finally:
            ear.close()
    return watch.shares


class Silence:
    """Begins to count when the greeting is over, and ends the session when it has counted."""

    def __init__(
        self, seconds: float, worker: RecogniserProcess, mouth: Mouth, display: Living
    ) -> None:
        self.shares: dict[str, float] = {}
        self.end: Callable[[], None] = lambda: None
        self._seconds = seconds
        self._worker = worker
        self._mouth = mouth
        self._display = display
        self._greeted = False
        self._began: tuple[float, float, float] | None = None

    def watch(self, level_db: float) -> None:
        """One frame has passed."""
        self._display.watch(level_db)
        self._greeted = self._greeted or self._mouth.current is not None
        if self._began is None:
            if self._greeted and not self._mouth.deaf:
                self._began = self._spent()
            return
        # To look costs as much as to listen: only when it is time.
        if time.monotonic() - self._began[0] < self._seconds:
            return
        wall, own, worker = (
            now - then for now, then in zip(self._spent(), self._began, strict=True)
        )
        if wall >= self._seconds and not self.shares:
            self.shares = {
                "seconds": round(wall, 1),
                "program": round(own / wall, 4),
                "recogniser": round(worker / wall, 4),
            }
            self.end()

    def _spent(self) -> tuple[float, float, float]:
        stat = Path(f"/proc/{self._worker.pid}/stat").read_text().rpartition(")")[2].split()
        ticks = int(stat[11]) + int(stat[12])
        return time.monotonic(), time.process_time(), ticks / os.sysconf("SC_CLK_TCK")
