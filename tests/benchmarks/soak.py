"""A session that does not end: does anything grow, and does the clock stay true?

    python -m tests.benchmarks.soak [--hours 8] [--sample clean]

The recorded dialogue is played over and over, with half a minute of a silent room in between,
through the whole loop (detector, room, segmenter, ear, dialogue, scores, library on disk) as fast
as it goes.
Only two things are stand-ins: the words come from the sample's script instead of a recogniser, and
the announcements take no time. Every `EVERY_S` of the session are noted: resident memory of the
process, threads, open files, and what waits in the queues of ear, scribe, mouth and loop. Printed
as JSON, with the difference between the clock and the frames that were read. Ends with 1 where
memory grows by more than `GROWTH_MB` after the first ten minutes, where anything else grows, or
where the clock is off by a frame or more.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from bisect import bisect_left
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.labelled_speech import SAMPLES
from tests.coach.answers_spoken import recorded
from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.loop import Coach, Settings
from voicecoach.coach.scribe import Scribe
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Consent
from voicecoach.engines import Expect
from voicecoach.engines.detector import Detector
from voicecoach.engines.meaning import open_word_table
from voicecoach.engines.scripted import read_script
from voicecoach.engines.soundfiles import SilentLoudspeaker
from voicecoach.engines.worker import Transcribed
from voicecoach.session.entries import new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.speech.audio import FRAME, RATE, Clip, Frame
from voicecoach.utterance import Word

EVERY_S = 300.0
SETTLED_S = 600.0
GROWTH_MB = 10.0
REST_S = 30.0
"""Silence after each dialogue; in a longer one the coach would pause, and wait for "go on"."""

ROUNDS = 10**9


class Endless:
    """The dialogue and a rest, again and again; it waits while the coach speaks."""

    name, live = "endless", False

    def __init__(self, sample: str, end: int) -> None:
        sound = recorded(SAMPLES / f"{sample}.flac")
        rest = np.random.default_rng(1).normal(0, 2e-4, int(REST_S * RATE)).astype(np.float32)
        whole = np.concatenate([sound, rest])
        self.sound = whole[: len(whole) // FRAME * FRAME]
        self.read_frames = 0
        self._end = end
        self._position = 0

    def read(self, hold: bool = False) -> Frame | None:
        """The next frame; silence at an unchanged position while it is held."""
        if hold:
            self.read_frames += 1
            return Frame(np.zeros(FRAME, np.float32), self._position)
        if self._position >= self._end:
            return None
        self.read_frames += 1
        at = self._position % len(self.sound)
        self._position += FRAME
        return Frame(self.sound[at : at + FRAME], self._position - FRAME)

    def close(self) -> None:
        """Nothing to give back."""


class Prompter:
    """A decoder that reads the words from the script: those whose time lies in the clip."""

    name, cost_per_call_s = "prompter", 0.0

    def __init__(self, sample: str, length: int) -> None:
        timing = json.loads((SAMPLES / "timing.json").read_text(encoding="utf-8"))
        self._words: list[Word] = []
        for line in timing[sample]["lines"]:
            words = line["text"].split() if line["name"] else []
            each = (line["end_s"] - line["start_s"]) / max(1, len(words))
            starts = [line["start_s"] + at * each for at in range(len(words))]
            self._words += [Word(w, s, s + each) for w, s in zip(words, starts, strict=True)]
        self._length_s = length / RATE
        self._done: list[Transcribed] = []

    def submit(self, piece: int, clip: Clip, expect: Expect = Expect.TALK) -> None:
        """Have `clip` decoded."""
        begun = clip.start_s // self._length_s * self._length_s
        middles = [(word.start_s + word.end_s) / 2 + begun for word in self._words]
        first, last = bisect_left(middles, clip.start_s), bisect_left(middles, clip.end_s)
        words = self._words[first:last]
        said = tuple(Word(w.text, w.start_s + begun, w.end_s + begun) for w in words)
        self._done.append(Transcribed(piece, said))

    def poll(self) -> list[Transcribed]:
        """All of it."""
        done, self._done = self._done, []
        return done

    wait = poll

    def close(self) -> None:
        """Nothing to end."""


class Watch:
    """Notes what the process holds, every `EVERY_S` of the session."""

    def __init__(self, ear: ListeningEar, mouth: Mouth) -> None:
        self.notes: list[dict[str, Any]] = []
        self.coach: Coach | None = None
        self.dialogues = 0
        self._ear, self._mouth = ear, mouth
        self._next = 0.0

    def show(self, line: Any) -> None:
        """Count the swaps: the dialogue goes on."""
        self.dialogues += line["kind"] == "phase" and line["phase"] == "swap"

    def watch(self, level_db: float) -> None:
        """A frame has passed."""
        at_s = self._ear.clock / RATE
        if at_s < self._next:
            return
        self._next += EVERY_S
        gc.collect()
        events = len(self.coach._events) if self.coach is not None else 0
        waiting = len(self._ear._pieces) + len(self._ear._scribe._waiting) + events
        note = {
            "at_s": round(at_s),
            "memory_mb": round(resident_mb(), 2),
            "threads": held("task"),
            "files": held("fd"),
            "waiting": waiting + len(self._mouth._pending),
        }
        self.notes.append(note)
        print(note, file=sys.stderr)


def held(what: str) -> int:
    """How many threads ("task") or open files ("fd") the process has."""
    return sum(1 for _ in Path(f"/proc/self/{what}").iterdir())


def resident_mb() -> float:
    """Memory that the process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def soak(hours: float, sample: str) -> dict[str, Any]:
    """Play for so long; what grew, and the verdict."""
    microphone = Endless(sample, int(hours * 3600 * RATE) // FRAME * FRAME)
    decoder = Prompter(sample, len(microphone.sound))
    ear = ListeningEar(microphone, Detector(), Scribe(decoder))
    mouth = Mouth(None, SilentLoudspeaker())
    names = read_script(SAMPLES / f"{sample}.txt").names
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library") as library:
        keeper = Keeper(library, new_header(names, recogniser="prompter"), Consent.WORDS)
        watch = Watch(ear, mouth)
        settings = Settings(meaning=open_word_table())
        coach = Coach(ear, mouth, keeper, Imago(), watch.show, settings=settings, watch=watch.watch)
        watch.coach = coach
        outcome = coach.run(Began(*names, rounds=ROUNDS))
    settled = [note for note in watch.notes if note["at_s"] >= SETTLED_S] or watch.notes
    most = max(note["memory_mb"] for note in settled)
    off = ear.clock - microphone.read_frames * FRAME
    figures = {
        "hours": hours,
        "took_s": round(time.monotonic() - began),
        "outcome": outcome,
        "swaps": watch.dialogues,
        "memory_growth_mb": round(most - settled[0]["memory_mb"], 2),
        "thread_growth": settled[-1]["threads"] - settled[0]["threads"],
        "file_growth": settled[-1]["files"] - settled[0]["files"],
        "most_waiting": max(note["waiting"] for note in settled),
        "clock_off_samples": off,
        "memory_mb": [note["memory_mb"] for note in watch.notes],
    }
    figures["well"] = (
        figures["memory_growth_mb"] <= GROWTH_MB
        and figures["thread_growth"] <= 0
        and figures["file_growth"] <= 0
        and figures["most_waiting"] < 20
        and abs(off) < FRAME
    )
    return figures


def main() -> int:
    """Print the figures; 1 where something grew."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--sample", default="clean")
    asked = parser.parse_args()
    figures = soak(asked.hours, asked.sample)
    print(json.dumps(figures, indent=1))
    return 0 if figures["well"] else 1


if __name__ == "__main__":
    sys.exit(main())
