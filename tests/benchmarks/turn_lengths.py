"""How long after a turn its words are there and the coach can answer, by its length.

    python -m tests.benchmarks.turn_lengths [--recogniser NAME ...] [--lengths 2 10 30 60 180]

The recognisers are `sphinx` and Whisper in its true sizes `tiny.en`, `base.en`, `small.en`, with
random weights that write a fixed number of words in each window (`REPLY_WORDS`, `TALK_WORDS`):
that costs what the true ones cost. Turns are lines of the samples in a row, with short pauses. The
ear's clock is that of the input, so that an hour need not be waited for; words come as much later
as their decoding takes, one clip after the other, as in the recogniser's process. `sphinx` really
decodes every clip, and its time is the CPU time of its one thread. A window of Whisper costs the
same whatever is in it: `CALLS` of them are measured by the clock, and used in turn. Other work on
the machine makes them look slow: `cores` tells how many of them a call really got. `--window-s`
takes a cost that was measured in peace instead. Nothing else in the loop takes time that counts.

In the same run three ways, each with the same patience; seconds from the last voiced sample:

- `ours`: the whole ear; pieces are decoded while the turn goes on.
- `plain`: the whole turn is decoded when the patience is over.
- `early`: everything so far is decoded `EARLY_S` into the silence, as early transcription does.

One JSON object a line, one for each recogniser; each length on standard error as it is there.
`reply` is twenty short answers through the step that waits for one: median, 95th percentile, and
how many were asked for again because what was heard did not hold.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.labelled_speech import SAMPLES
from tests.benchmarks.reaction import spread
from tests.coach.answers_spoken import recorded
from tests.coach.check_step import Played
from tests.engines.tiny_whisper import TRUE_SIZES, build
from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.scribe import Scribe
from voicecoach.dialogue.messages import Step
from voicecoach.dialogue.patience import PATIENCE
from voicecoach.engines import Expect, Turn
from voicecoach.engines.detector import Detector
from voicecoach.engines.recognition import WHISPER_WINDOW_S
from voicecoach.engines.sphinx import Sphinx
from voicecoach.engines.whisper import Whisper
from voicecoach.engines.worker import Transcribed
from voicecoach.speech.audio import RATE, Clip, Samples
from voicecoach.utterance import Word

LENGTHS_S = (2, 10, 30, 60, 180)
SIZES = ("tiny.en", "base.en", "small.en")

REPLY_WORDS, TALK_WORDS = 4, 30
"""Words that Whisper writes of a short answer, and of a window of talk: 30 are some ten seconds of
it. `plain` and `early` with full windows would really write more and take longer."""

EARLY_S = 0.2
"""Silence after which early transcription begins: RealtimeSTT's usual setting."""

REPLIES = 20
CALLS = 6
SILENCE_S = 8.0


class LiveSound(Played):
    """The samples as a live microphone would give them; the clock is the input's."""

    live = True


class Sphinxed:
    """pocketsphinx, with the seconds that a clip takes it."""

    name, cost_per_call_s = "sphinx", 0.0

    def __init__(self) -> None:
        self._sphinx = Sphinx("en")
        self.measured: dict[str, Any] = {}

    def decode(self, clip: Clip, expect: Expect) -> tuple[tuple[Word, ...], float]:
        """The words, and the seconds of CPU of its one thread."""
        began = time.process_time()
        words = self._sphinx.transcribe(clip, expect)
        return words, time.process_time() - began


class Whispered:
    """Whisper in a true size: its windows measured once, its words those of the script."""

    def __init__(self, name: str, folder: Path, window_s: float | None) -> None:
        self.name, self.cost_per_call_s = name, WHISPER_WINDOW_S
        self.measured: dict[str, Any] = {}
        if window_s is not None:
            self.measured["window_s"] = window_s
            self._calls = {expect: cycle([window_s]) for expect in Expect}
            return
        self._calls = {
            Expect.REPLY: cycle(self._measured(name, folder, REPLY_WORDS, Expect.REPLY)),
            Expect.TALK: cycle(self._measured(name, folder, TALK_WORDS, Expect.TALK)),
        }

    def _measured(self, name: str, folder: Path, count: int, expect: Expect) -> list[float]:
        letters = np.random.default_rng(count).integers(97, 123, (count, 5))
        # What repeats itself would be taken for an invention.
        script = " ".join("".join(map(chr, word)) for word in letters)
        whisper = Whisper(build(folder / f"{name} {count}", script, size=TRUE_SIZES[name]))
        clip = Clip(np.random.default_rng(1).normal(0, 0.05, 3 * RATE).astype(np.float32), 0)
        assert len(whisper.transcribe(clip, expect)) == count
        times = []
        for _ in range(CALLS):
            wall, spent = time.perf_counter(), time.process_time()
            whisper.transcribe(clip, expect)
            times.append((time.process_time() - spent, time.perf_counter() - wall))
        self.measured[str(expect)] = {
            "words": count,
            "wall_s": round(statistics.median(wall for _, wall in times), 2),
            "cores": round(max(spent / wall for spent, wall in times), 2),
        }
        return [wall for _, wall in times]

    def decode(self, clip: Clip, expect: Expect) -> tuple[tuple[Word, ...], float]:
        """A word in the middle of each second, and what its windows cost."""
        seconds = np.arange(0.3, clip.seconds, 1.0)
        words = tuple(Word("talk", clip.start_s + at, clip.start_s + at + 0.1) for at in seconds)
        windows = max(1, round(clip.seconds / WHISPER_WINDOW_S + 0.4999))
        return words, sum(next(self._calls[expect]) for _ in range(windows))


class OnItsClock:
    """A decoder whose words come when they would have been decoded, one clip after the other.

    `clock` tells the input's time in seconds.
    """

    def __init__(self, recogniser: Sphinxed | Whispered) -> None:
        self.name = recogniser.name
        self.cost_per_call_s = recogniser.cost_per_call_s
        self.clock: Callable[[], float] = lambda: 0.0
        self.done_s: list[float] = []
        """When the words of each clip were there."""
        self._recogniser = recogniser
        self._done: list[tuple[float, Transcribed]] = []

    def submit(self, piece: int, clip: Clip, expect: Expect = Expect.TALK) -> None:
        """It begins when the clip before it is done."""
        words, took = self._recogniser.decode(clip, expect)
        free_s = self.done_s[-1] if self.done_s else 0.0
        self.done_s.append(max(free_s, self.clock()) + took)
        self._done.append((self.done_s[-1], Transcribed(piece, words)))

    def poll(self) -> list[Transcribed]:
        """What would be there by now."""
        ready = [done for at, done in self._done if at <= self.clock()]
        self._done = [(at, done) for at, done in self._done if at > self.clock()]
        return ready

    def wait(self, patience_s: float | None = None) -> list[Transcribed]:
        """All of it."""
        ready, self._done = [done for _, done in self._done], []
        return ready

    def close(self) -> None:
        """Nothing to end."""


@cache
def lines(short: bool) -> list[Samples]:
    """The lines of the samples: the short ones, or the long ones that end in no question."""
    timing = json.loads((SAMPLES / "timing.json").read_text(encoding="utf-8"))
    found = []
    for name, dialogue in timing.items():
        sound = recorded(SAMPLES / f"{name}.flac")
        for line in dialogue["lines"]:
            talk = len(line["text"].split()) > 5 and not line["text"].endswith("?")
            if line["name"] and (len(line["text"].split()) <= 5 if short else talk):
                found.append(sound[int(line["start_s"] * RATE) : int(line["end_s"] * RATE)])
    return found


def turn_of(seconds: float) -> Samples:
    """Talk of about that length: lines in a row, with pauses of 0.4 to 0.9 s between them."""
    generator = np.random.default_rng(int(seconds))
    talk = lines(short=False)
    parts: list[Samples] = []
    while sum(len(part) for part in parts) < seconds * RATE:
        parts.append(talk[len(parts) // 2 % len(talk)])
        parts.append(np.zeros(int(generator.uniform(0.4, 0.9) * RATE), np.float32))
    # It ends with the end of a line: who breaks off in a sentence is waited for longer.
    whole = np.concatenate(parts[:-1])[-int(seconds * RATE) :]
    return whole[: np.flatnonzero(np.abs(whole) > 0.02)[-1] + 1]


def in_room(sound: Samples) -> Samples:
    """With a second of a quiet room before it and time after it."""
    rest = [np.zeros(RATE, np.float32), sound, np.zeros(int(SILENCE_S * 2 * RATE), np.float32)]
    whole = np.concatenate(rest)
    hiss = np.random.default_rng(1).normal(0, 2e-4, len(whole))
    return np.asarray(whole + hiss, np.float32)


def ours(
    sound: Samples, step: Step, recogniser: Sphinxed | Whispered
) -> tuple[float, float] | None:
    """Seconds from the last voiced sample to the turn, and to its last words being there.

    None where nothing that was heard made a turn: an answer that does not hold is none.
    """
    decoder = OnItsClock(recogniser)
    ear = ListeningEar(LiveSound(in_room(sound)), Detector(), Scribe(decoder))
    decoder.clock = lambda: ear.clock / RATE
    ear.listen(step)
    turns = []
    while not ear.ended:
        got = ear.hear(deaf=False)
        if isinstance(got, Turn):
            turns.append((ear.clock / RATE, got.utterance.end_s))
    if not turns:
        return None
    over_s, end_s = turns[-1]
    return over_s - end_s, max(0.0, decoder.done_s[-1] - end_s)


def by_length(recogniser: Sphinxed | Whispered, lengths: Sequence[int]) -> dict[str, Any]:
    """For each length the three ways."""
    patience_s = PATIENCE[Step.SHARE].usual
    result = {}
    for seconds in lengths:
        print(f"{recogniser.name}: {seconds} s", file=sys.stderr)
        sound = turn_of(seconds)
        own, words = ours(sound, Step.SHARE, recogniser) or (math.inf, math.inf)
        _, whole = recogniser.decode(Clip(sound, 0), Expect.TALK)
        plain, early = patience_s + whole, max(patience_s, EARLY_S + whole)
        result[f"{seconds} s"] = {
            "ours_s": round(own, 2),
            "ours_words_there_s": round(words, 2),
            "plain_s": round(plain, 2),
            "early_s": round(early, 2),
            "plain_over_ours": round(plain / own, 1),
            "early_over_ours": round(early / own, 1),
            "words_there_plain_over_ours": round(plain / words, 1),
        }
        print(json.dumps(result[f"{seconds} s"]), file=sys.stderr)
    return result


def replies(recogniser: Sphinxed | Whispered) -> dict[str, float]:
    """Short answers: from the last voiced sample to the turn; and how many made none."""
    answers = lines(short=True)
    taken = [ours(answers[at % len(answers)], Step.REPLY, recogniser) for at in range(REPLIES)]
    found = [each[0] for each in taken if each is not None]
    return {**spread(found), "not_heard": len(taken) - len(found)}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    names = ("sphinx", *SIZES)
    parser.add_argument("--recogniser", nargs="+", choices=names, default=list(names))
    parser.add_argument("--lengths", nargs="+", type=int, default=list(LENGTHS_S))
    parser.add_argument("--window-s", type=float, help="seconds that a window of Whisper takes")
    asked = parser.parse_args()
    for name in asked.recogniser:
        with tempfile.TemporaryDirectory() as folder:
            recogniser = (
                Sphinxed() if name == "sphinx" else Whispered(name, Path(folder), asked.window_s)
            )
        shares = by_length(recogniser, asked.lengths)
        figures = {**recogniser.measured, "reply": replies(recogniser), "share": shares}
        lasting = [shares.get(f"{seconds} s", {}).get("ours_s") for seconds in (10, 180)]
        if all(lasting):
            figures["180_s_over_10_s"] = round(lasting[1] / lasting[0], 2)
        figures |= {"cores": os.cpu_count(), "load": os.getloadavg()[0]}
        print(json.dumps({name: figures}), flush=True)


if __name__ == "__main__":
    main()
