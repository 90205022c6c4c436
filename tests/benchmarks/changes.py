"""Turns in which both speak, at one microphone: how many are parted, and how many wrongly.

    python -m tests.benchmarks.changes [--quick] [--tuning]

The readers of the evaluation folder (see `who_spoke`) are learned from 4, 8 or 20 s of voice; then
turns are put together of what else they read, at one level and in one room: the one and then the
other, 0, 0.2 and 0.6 s apart; the other over the one, at the same level; and turns of one person,
some of them two stretches of that person as far apart. What is put together is heard as recorded,
in office noise 10 dB below it, in a reverberant room, and with the long-term spectra of both made
equal (one microphone and one room: two people who sit together lie between that and "clean").

Printed as JSON, for each kind: `turns`, how many there were; of those of two people `split` within
0.3 s of the pause between them, into two with the right names, `split elsewhere`, `marked` as
overlap, and `missed`: one turn of somebody, or of nobody; of those of one person what was `split`
or `marked`. `a reply at the end` and `at the beginning` have 0.4 to 1 s of the one and 1 to 4 s of
the other beside it: `counts as the other's` tells how often the short one goes with the long one
unnoticed. `--tuning` takes the pairs that the figures in `voicecoach.speech.changes` come from,
which are not measured without it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.benchmarks.who_spoke import (
    Sound,
    conditions,
    evaluation,
    learned,
    one_spectrum,
    pairs_of,
    readers,
)
from voicecoach.speech import changes
from voicecoach.speech.audio import RATE, Clip, Samples
from voicecoach.speech.cepstra import FRAMES_PER_S, cepstra
from voicecoach.speech.partners import Partners

LEVEL, ROOM_DB = 0.06, -65.0
AROUND = round(0.4 * RATE)
PAUSES_S = (0.0, 0.2, 0.6)
REPLIES_S = (0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0)
LONG_S = (3.0, 5.0, 8.0, 15.0)
NEAR_S = 0.3
BLOCK = RATE // FRAMES_PER_S

Lengths = tuple[tuple[float, float], tuple[float, float]]
TWO: tuple[Lengths, ...] = (
    ((0.5, 2), (0.4, 0.6)),
    ((1, 4), (0.4, 0.6)),
    ((1, 4), (0.6, 1)),
    ((4, 8), (0.5, 1)),
    ((1, 4), (1, 4)),
    ((0.4, 0.6), (1, 4)),
    ((0.6, 1), (1, 4)),
)
"""Seconds, least and most, that the one speaks first and the other then."""


@dataclass(frozen=True)
class Said:
    """Whose it is (0 or 1), and between which samples of its turn it lies."""

    who: int
    start: int
    end: int


@dataclass(frozen=True)
class Made:
    """A turn: its kind, its sound, and what was said in it."""

    kind: str
    samples: Samples
    said: tuple[Said, ...]


class Maker:
    """Puts turns together out of two people's clips."""

    def __init__(self, clips: tuple[list[Samples], list[Samples]], rng: Any) -> None:
        self._clips = clips
        self._rng = rng

    def turns(self) -> Iterator[Made]:
        """One of each kind and length, for either one first."""
        for one in (0, 1):
            for seconds in (*REPLIES_S, *LONG_S):
                name = "one person, up to 2 s" if seconds <= 2 else "one person, longer"
                for _ in range(2):
                    yield self._in_turn(name, [(one, seconds)], 0)
            for pause_s in PAUSES_S:
                lengths = self._rng.uniform(1, 4), self._rng.uniform(0.5, 3)
                named = f"one person, {pause_s:g} s between"
                yield self._in_turn(named, [(one, each) for each in lengths], pause_s)
                for pair in TWO:
                    first, second = (self._rng.uniform(*each) for each in pair)
                    named = f"the one and then the other, {pause_s:g} s between"
                    yield self._in_turn(named, [(one, first), (1 - one, second)], pause_s)
            for seconds in (0.5, 1.0, 2.0):
                yield self._over(one, seconds)

    def _in_turn(self, kind: str, spoken: list[tuple[int, float]], pause_s: float) -> Made:
        at, said, sounds = AROUND, [], []
        for who, seconds in spoken:
            sound = self._stretch(who, seconds)
            said.append(Said(who, at, at + len(sound)))
            sounds.append(sound)
            at += len(sound) + round(pause_s * RATE)
        return self._made(kind, said, sounds)

    def _over(self, one: int, seconds: float) -> Made:
        """The other speaks so long, at the same level, while the one does."""
        under, over = self._stretch(one, self._rng.uniform(2, 5)), self._stretch(1 - one, seconds)
        at = AROUND + int(self._rng.integers(max(1, len(under) - len(over))))
        said = [Said(one, AROUND, AROUND + len(under)), Said(1 - one, at, at + len(over))]
        return self._made("the other over the one", said, [under, over])

    def _made(self, kind: str, said: list[Said], sounds: list[Samples]) -> Made:
        length = max(each.end for each in said) + AROUND
        mixed = faint(np.zeros(length, np.float32), self._rng)
        for each, sound in zip(said, sounds, strict=True):
            mixed[each.start : each.end] += sound
        return Made(kind, mixed, tuple(said))

    def _stretch(self, who: int, seconds: float) -> Samples:
        """So much of that person, from a quiet place to a quiet place, mostly voiced."""
        for _ in range(30):
            clips = self._clips[who]
            sound = self._cut(clips[int(self._rng.integers(len(clips)))], seconds)
            around = np.pad(sound, AROUND)
            voice = cepstra(Clip(faint(around, self._rng), 0))
            if len(sound) > 0.2 * RATE and len(voice) >= 0.7 * len(sound) / BLOCK:
                break
        return sound

    def _cut(self, clip: Samples, seconds: float) -> Samples:
        length = round(seconds * RATE)
        if len(clip) <= length:
            return level(trimmed(clip))
        powers = np.convolve(_powers(clip), np.ones(5) / 5, "same")
        quiet = np.flatnonzero(powers < np.percentile(powers, 15)) * BLOCK
        quiet = quiet[quiet + length < len(clip)]
        whole = len(clip) - length
        start = int(self._rng.choice(quiet) if len(quiet) else self._rng.integers(whole))
        first = max(start // BLOCK + 25, (start + length) // BLOCK - 15)
        around = powers[first : (start + length) // BLOCK + 15]
        end = (first + int(np.argmin(around))) * BLOCK if len(around) else start + length
        return level(trimmed(clip[start:end]))


def _powers(samples: Samples) -> Any:
    return (samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK) ** 2).mean(1)


def trimmed(samples: Samples) -> Samples:
    """From the first block to the last that is at most 30 dB softer than the loudest."""
    powers = _powers(samples)
    loud = np.flatnonzero(powers > powers.max() / 1000)
    return samples[loud[0] * BLOCK : (loud[-1] + 1) * BLOCK]


def level(samples: Samples) -> Samples:
    """The same at the level that all have."""
    return np.asarray(samples * (LEVEL / np.sqrt(np.mean(samples**2))), np.float32)


def faint(samples: Samples, rng: Any) -> Samples:
    """With the hiss of a quiet room, which is in what is learned as well."""
    return np.asarray(samples + rng.normal(0, 10 ** (ROOM_DB / 20), len(samples)), np.float32)


def outcome(made: Made, heard: Samples, partners: Partners) -> str:
    """What was made of the turn."""
    span = min(each.start for each in made.said), max(each.end for each in made.said)
    found = changes.spoken(Clip(heard, 0), span, partners)
    if len(found) == 1:
        return "marked" if found[0].both else "missed"
    names = [each.whose.partner for each in found]
    if names != [partners.names[each.who] for each in made.said]:
        return "split elsewhere"
    (first, second), near = made.said, NEAR_S * RATE
    right = first.end - near <= found[0].end <= second.start + near
    return "split" if right else "split elsewhere"


def beside(made: Made) -> str | None:
    """Whether one of the two says no more than a reply, and where."""
    if not made.kind.startswith("the one and then"):
        return None
    first, second = ((each.end - each.start) / RATE for each in made.said)
    if max(first, second) < 1.0 or min(first, second) > 1.0:
        return None
    return "a reply at the beginning" if first < second else "a reply at the end"


def told(counts: Counter[str], one: bool) -> dict[str, int]:
    """The figures of a kind; one person's turn that stays whole is right."""
    names = ("split", "split elsewhere", "marked", "missed")
    figures = {"turns": sum(counts.values()), **{name: counts[name] for name in names}}
    if one:
        figures = {
            "turns": figures["turns"],
            "split": figures["split"] + figures["split elsewhere"],
            "marked": figures["marked"],
        }
    return figures


def measured(
    people: dict[str, list[Samples]],
    pairs: list[tuple[str, str]],
    sounds: tuple[Sound, Sound],
    heard_s: float,
    draws: int,
) -> dict[str, Any]:
    """All kinds of turns of these pairs in one room."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    replies: dict[str, Counter[str]] = defaultdict(Counter)
    for pair, draw in itertools.product(pairs, range(draws)):
        rng = np.random.default_rng([draw, zlib.crc32("".join(pair).encode())])
        order = {name: rng.permutation(len(people[name])) for name in pair}
        known = [
            [sounds[0](faint(level(people[n][i]), rng), int(i)) for i in order[n][:5]] for n in pair
        ]
        partners = learned(pair, known, heard_s)
        first, second = ([people[n][i] for i in order[n][5:]] for n in pair)
        for number, made in enumerate(Maker((first, second), rng).turns()):
            came = outcome(made, sounds[1](made.samples, 100 + number), partners)
            counts[made.kind][came] += 1
            where = beside(made)
            if where is not None:
                replies[where]["counts as the other's" if came == "missed" else "noticed"] += 1
    figures: dict[str, Any] = {
        kind: told(each, kind.startswith("one person")) for kind, each in sorted(counts.items())
    }
    return figures | {where: dict(each) for where, each in sorted(replies.items())}


def work(people: dict[str, list[Samples]]) -> dict[str, float]:
    """Processor time for a second of speech, the voices being fitted already."""
    pair = sorted(people)[0], sorted(people)[1]
    partners = learned(pair, [people[n][:5] for n in pair], 20.0)
    clip = Clip(people[pair[0]][5], 0)
    span = 0, len(clip.samples)
    changes.spoken(clip, span, partners)
    before = time.process_time()
    for _ in range(20):
        changes.spoken(clip, span, partners)
    spent = (time.process_time() - before) / 20
    return {"ms for a second of speech": round(1000 * spent / clip.seconds, 2)}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="only with 8 s heard, fewer draws")
    parser.add_argument("--tuning", action="store_true", help="the pairs that settings come from")
    asked = parser.parse_args()
    folder = evaluation()
    if folder is None:
        print(json.dumps({"note": "no evaluation folder: nobody to tell apart"}))
        return 0
    people, rooms = readers(folder), conditions(folder)
    pairs = pairs_of(people, asked.tuning)
    result: dict[str, Any] = {}
    for heard_s in (8.0,) if asked.quick else (4.0, 8.0, 20.0):
        for room in ("clean", "office 10 dB", "reverberant", "one spectrum"):
            sounds = rooms["clean" if room == "one spectrum" else room]
            talkers = one_spectrum(people) if room == "one spectrum" else people
            named = f"{room}, {heard_s:g} s heard"
            result[named] = measured(talkers, pairs, sounds, heard_s, 2 if asked.quick else 6)
            print(f"{named}: done", file=sys.stderr)
    result["work"] = work(people)
    print(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
