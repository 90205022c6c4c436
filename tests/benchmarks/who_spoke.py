"""Whose voice was it: how often the answer is right, and how often there is one.

    python -m tests.benchmarks.who_spoke [--quick] [--tuning]

People who read aloud, a meeting and a telephone call come from the evaluation folder
(VOICECOACH_EVAL names it; without it there is nothing to measure). Pairs are learned from 3, 8 or
20 s of voice and asked about stretches of 0.4 to 4 s from other clips: as recorded, in office
noise 10 dB below the speech, in a reverberant room, learned in quiet and asked in noise, and with
the long-term spectra of both made equal. The last is there because every reader has a microphone
and a room of their own, which gives them away and will not in one room; it takes part of the voice
away as well, so that what is true of two people at one microphone lies between it and "clean".

Printed as JSON: for each cell `right` (of the answers given, null where there is none), `answered`
(of all) and `asked` (how many); and 200 sessions of two sentences each, then a reply of 0.5 to 1 s
by the speaker or the listener at random: the listener's must hardly ever advance, the speaker's
should at once. `one voice` gives one person both names: whatever is answered then is wrong. `in a
share` tells what of a share would be lost as the listener's, and whose a third voice's yes is.

The margin and the level of a voiced frame were chosen with `--tuning`, which takes the pairs among
three of the five readers; without it the pairs that hold at least one of the other two are
measured. The kind of features and the size of the mixtures were compared on all five beforehand,
so that these figures are friendlier than those of people who were never listened to.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tests.coach.answers_spoken import recorded
from voicecoach.speech.audio import RATE, Clip, Samples
from voicecoach.speech.cepstra import FRAMES_PER_S, cepstra
from voicecoach.speech.partners import LEAST_S, SURE, Attribution, Partners

LENGTHS_S = (0.4, 0.5, 0.6, 1.0, 2.0, 4.0)
HEARD_S = (3.0, 8.0, 20.0)
AROUND_S = 1.0
"""What lies around a stretch, to hear the room in."""

TUNED_ON = ("1688:M", "2609:M", "3080:F")
SESSIONS = 200

Sound = Callable[[Samples, int], Samples]
Cells = dict[str, list[tuple[bool, Attribution]]]


def evaluation() -> Path | None:
    """The folder of recordings, or None."""
    default = Path(__file__).resolve().parents[3] / "shared"
    folder = Path(os.environ.get("VOICECOACH_EVAL", default)) / "speech"
    return folder if (folder / "manifest.json").exists() else None


def entries(folder: Path) -> list[dict[str, Any]]:
    """What the manifest lists."""
    listed: list[dict[str, Any]] = json.loads((folder / "manifest.json").read_text())["clips"]
    return listed


def readers(folder: Path) -> dict[str, list[Samples]]:
    """The readers with their clips, by name and sex ("1688:M")."""
    people: dict[str, list[Samples]] = defaultdict(list)
    for entry in entries(folder):
        if entry["file"].startswith("rz_test/"):
            people[entry["speakers"][0]].append(recorded(folder / entry["file"]))
    return people


def conditions(folder: Path) -> dict[str, tuple[Sound, Sound]]:
    """How what is learned and what is asked about sounds; the number makes each clip's own."""
    noise, room = recorded(folder / "noise/sb_noise4.flac"), recorded(folder / "rir/rir3.flac")

    def clean(samples: Samples, number: int) -> Samples:
        return samples

    def office(samples: Samples, number: int) -> Samples:
        under = np.resize(np.roll(noise, -7919 * number), len(samples))
        gain = np.sqrt(np.mean(samples**2) / np.mean(under**2) / 10)
        return np.asarray(samples + gain * under, np.float32)

    def reverberant(samples: Samples, number: int) -> Samples:
        size = len(samples) + len(room)
        heard = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(room, size))[: len(samples)]
        return np.asarray(heard * np.sqrt(np.mean(samples**2) / np.mean(heard**2)), np.float32)

    return {
        "clean": (clean, clean),
        "office 10 dB": (office, office),
        "reverberant": (reverberant, reverberant),
        "learned clean, asked in office 10 dB": (clean, office),
    }


def one_spectrum(people: dict[str, list[Samples]]) -> dict[str, list[Samples]]:
    """Everybody's clips with the long-term spectrum that all of them have together."""
    spectra = {name: np.mean([_spectrum(c) for c in clips], 0) for name, clips in people.items()}
    common = np.mean(list(spectra.values()), 0)
    bins = np.fft.rfftfreq(512, 1 / RATE)
    changed = {}
    for name, clips in people.items():
        gain = np.exp((common - spectra[name]) / 2)
        changed[name] = [
            np.asarray(
                np.fft.irfft(
                    np.fft.rfft(c) * np.interp(np.fft.rfftfreq(len(c), 1 / RATE), bins, gain),
                    len(c),
                ),
                np.float32,
            )
            for c in clips
        ]
    return changed


def _spectrum(samples: Samples) -> Any:
    """The mean log power of the louder half of the 32 ms blocks, smoothed over 250 Hz."""
    blocks = samples[: len(samples) // 512 * 512].reshape(-1, 512) * np.hanning(512)
    powers = np.abs(np.fft.rfft(blocks)) ** 2
    loud = powers.sum(1) >= np.median(powers.sum(1))
    return np.convolve(np.log(powers[loud] + 1e-8).mean(0), np.ones(9) / 9, "same")


def stretches(clips: list[Samples], length_s: float, rng: Any, count: int) -> Iterator[Any]:
    """(clip's index, first sample) of stretches that are voiced for at least 70 %."""
    fitting = [i for i, clip in enumerate(clips) if len(clip) > (length_s + 0.1) * RATE]
    for _ in range(20 * count):
        index = int(rng.choice(fitting))
        start = int(rng.integers(0, len(clips[index]) - length_s * RATE))
        if len(voice(clips[index], start, length_s)) >= 0.7 * length_s * FRAMES_PER_S:
            yield index, start
            count -= 1
        if count == 0:
            return


def voice(samples: Samples, start: int, length_s: float) -> Any:
    """The features of one stretch, with the room around it."""
    begin = max(0, start - round(AROUND_S * RATE))
    end = min(len(samples), start + round((length_s + AROUND_S) * RATE))
    clip = Clip(samples[begin:end], begin)
    return cepstra(clip, start / RATE, start / RATE + length_s)


def learned(names: tuple[str, str], clips: list[list[Samples]], heard_s: float) -> Partners:
    """The partners after so many seconds of voice of each."""
    partners = Partners(*names)
    for name, sounds in zip(names, clips, strict=True):
        frames = np.concatenate([cepstra(Clip(sound, 0)) for sound in sounds])
        partners.learn(name, frames[: round(heard_s * FRAMES_PER_S)])
    return partners


def pairs_of(people: dict[str, list[Samples]], tuning: bool) -> list[tuple[str, str]]:
    """The pairs to tune on, or the others."""
    pairs = itertools.combinations(sorted(people), 2)
    return [pair for pair in pairs if tuning == (set(pair) <= set(TUNED_ON))]


def ask(
    people: dict[str, list[Samples]],
    pair: tuple[str, str],
    sounds: tuple[Sound, Sound],
    heard_s: float,
    draw: int,
    per_length: int,
) -> Iterator[tuple[float, bool, Attribution]]:
    """(length, whether nearer is right, the answer) for stretches of both, from unlearned clips."""
    rng = np.random.default_rng([draw, zlib.crc32("".join(pair).encode())])
    order = {name: rng.permutation(len(people[name])) for name in pair}
    known = [[sounds[0](people[n][i], int(i)) for i in order[n][:5]] for n in pair]
    partners = learned(pair, known, heard_s)
    for name in pair:
        dry = [people[name][i] for i in order[name][5:]]
        wet = [sounds[1](clip, 50 + at) for at, clip in enumerate(dry)]
        for length_s in LENGTHS_S:
            for index, start in stretches(dry, length_s, rng, per_length):
                said = partners.whose(voice(wet[index], start, length_s))
                yield length_s, said.nearer == name, said


def figures(cells: Cells) -> dict[str, dict[str, float | None]]:
    """Accuracy of the answers given, coverage, and how many were asked for."""
    result: dict[str, dict[str, float | None]] = {}
    for key, asked in cells.items():
        given = [right for right, said in asked if said.partner is not None]
        result[key] = {
            "right": round(sum(given) / len(given), 4) if given else None,
            "answered": round(len(given) / len(asked), 3),
            "asked": len(asked),
        }
    return result


def read_aloud(folder: Path, tuning: bool, quick: bool) -> dict[str, Any]:
    """All conditions, times heard and lengths, for pairs of one and of both sexes."""
    people = readers(folder)
    even = one_spectrum(people)
    pairs = pairs_of(people, tuning)
    result: dict[str, Any] = {}
    rooms = conditions(folder)
    rooms["one spectrum"] = rooms["clean"]
    for room, sounds in rooms.items():
        for heard_s in (8.0,) if quick else HEARD_S:
            cells: Cells = defaultdict(list)
            for pair, draw in itertools.product(pairs, range(2 if quick else 6)):
                kind = "same sex" if pair[0][-1] == pair[1][-1] else "mixed"
                sources = even if room == "one spectrum" else people
                for length_s, right, said in ask(sources, pair, sounds, heard_s, draw, 6):
                    cells[f"{kind}, {length_s:g} s"].append((right, said))
                    cells[f"all, {length_s:g} s"].append((right, said))
            result[f"{room}, {heard_s:g} s heard"] = figures(dict(sorted(cells.items())))
            print(f"{room}, {heard_s:g} s heard: done", file=sys.stderr)
    return result


def talked(folder: Path) -> dict[str, Any]:
    """The meeting and telephone excerpts with two people who speak alone long enough."""
    result = {}
    for entry in entries(folder):
        alone = _alone(entry["labels"]) if entry["kind"] == "diarization" else {}
        long = [name for name, spans in alone.items() if sum(e - s for s, e in spans) >= 5]
        if len(long) == 2:
            samples = recorded(folder / entry["file"])
            spans = [(name, span) for name in long for span in alone[name]]
            cells: Cells = defaultdict(list)
            for length_s in LENGTHS_S[:-1]:
                for asked in _asked_in(samples, spans, (long[0], long[1]), length_s):
                    cells[f"{length_s:g} s"].append(asked)
            result[entry["file"]] = figures(cells)
    return result


def _alone(labels: list[Any]) -> dict[str, list[tuple[float, float]]]:
    """By person, the stretches of at least 0.3 s in which nobody else speaks."""
    edges = sorted({t for start, end, _ in labels for t in (start, end)})
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for start, end in itertools.pairwise(edges):
        who = {name for s, e, name in labels if s <= start and e >= end}
        if len(who) == 1:
            (name,) = who
            if found[name] and found[name][-1][1] == start:
                start = found[name].pop()[0]
            found[name].append((start, end))
    return {name: [s for s in spans if s[1] - s[0] >= 0.3] for name, spans in found.items()}


def _asked_in(
    samples: Samples, spans: list[Any], names: tuple[str, str], length_s: float
) -> Iterator[tuple[bool, Attribution]]:
    """Each stretch in turn, the partners learned from what lies half a second from it."""
    for name, (begin, end) in spans:
        for at in np.arange(begin, end - length_s, max(0.5, length_s / 2)):
            partners = Partners(*names)
            for who, (start, stop) in spans:
                for s, e in ((start, min(stop, at - 0.5)), (max(start, at + length_s + 0.5), stop)):
                    if e - s >= 0.3:
                        partners.learn(who, voice(samples, round(s * RATE), e - s))
            if min(partners.heard_s(n) for n in names) < LEAST_S:
                continue
            said = partners.whose(voice(samples, round(at * RATE), length_s))
            yield said.nearer == name, said


def sessions(folder: Path, tuning: bool, room: str) -> dict[str, Any]:
    """A message and a reflection are learned; then one of the two says the yes."""
    people, sounds = readers(folder), conditions(folder)[room]
    rng = np.random.default_rng(6)
    pairs = pairs_of(people, tuning)
    counts: dict[str, int] = defaultdict(int)
    for _ in range(SESSIONS):
        pair = pairs[rng.integers(len(pairs))]
        speaker, listener = pair if rng.random() < 0.5 else pair[::-1]
        order = {name: rng.permutation(len(people[name])) for name in pair}
        known = [[sounds[0](people[n][i], int(i)) for i in order[n][:2]] for n in pair]
        partners = learned(pair, known, 10.0)
        who = speaker if rng.random() < 0.5 else listener
        length_s = float(rng.uniform(0.5, 1.0))
        dry = [people[who][i] for i in order[who][5:]]
        index, start = next(stretches(dry, length_s, rng, 1))
        said = partners.whose(voice(sounds[1](dry[index], 77), start, length_s))
        kind = "speaker" if who == speaker else "listener"
        advances = said.partner != listener and not said.may_be_other(speaker)
        counts[f"{kind}'s yes"] += 1
        counts[f"{kind} advances at once"] += advances
        counts[f"{kind} refused by name"] += said.partner == listener
        counts[f"{kind} asked for a sentence"] += not advances and said.partner is None
    return dict(sorted(counts.items()))


def in_a_share(folder: Path, tuning: bool, room: str) -> dict[str, int]:
    """After a confirmed exchange: 2 to 6 s of a share, 1 to 2 s thrown in by the listener, and a
    yes of 0.5 to 1 s by somebody else. Nothing of the first may be lost."""
    people, sounds = readers(folder), conditions(folder)[room]
    rng = np.random.default_rng(9)
    pairs = pairs_of(people, tuning)
    counts: dict[str, int] = defaultdict(int)
    for _ in range(SESSIONS):
        pair = pairs[rng.integers(len(pairs))]
        speaker, listener = pair if rng.random() < 0.5 else pair[::-1]
        outside = str(rng.choice([name for name in sorted(people) if name not in pair]))
        order = {name: rng.permutation(len(people[name])) for name in people}
        known = [[sounds[0](people[n][i], int(i)) for i in order[n][:3]] for n in pair]
        partners = learned(pair, known, 10.0)
        for what, who, (least, most) in (
            ("share", speaker, (2.0, 6.0)),
            ("thrown in", listener, (1.0, 2.0)),
            ("third voice's yes", outside, (0.5, 1.0)),
        ):
            dry = [people[who][i] for i in order[who][5:]]
            longest = max(map(len, dry)) / RATE - 0.2
            length_s = min(longest, float(rng.uniform(least, most)))
            found = next(stretches(dry, length_s, rng, 1), None)
            if found is None:
                continue
            index, start = found
            said = partners.whose(voice(sounds[1](dry[index], 77), start, length_s))
            others = said.partner == listener
            counts[f"{what}: asked"] += 1
            if what == "third voice's yes":
                counts[f"{what}: advances at once"] += not others and not said.may_be_other(speaker)
                counts[f"{what}: refused by name"] += others
            else:
                counts[f"{what}: certainly the listener's"] += others
                counts[f"{what}: taken out of the message"] += others and said.margin >= SURE
    return dict(sorted(counts.items()))


def one_voice(folder: Path, tuning: bool) -> dict[str, int]:
    """What is answered where one person was learned under both names: it should be nothing."""
    people = readers(folder)
    rng = np.random.default_rng(3)
    asked = answered = 0
    for name in sorted(n for n in people if tuning == (n in TUNED_ON)):
        for _ in range(12):
            order = rng.permutation(len(people[name]))
            known = [[people[name][i] for i in some] for some in (order[:3], order[3:6])]
            partners = learned(("one", "the other"), known, 8.0)
            dry = [people[name][i] for i in order[6:]]
            for index, start in stretches(dry, 1.0, rng, 6):
                asked += 1
                answered += partners.whose(voice(dry[index], start, 1.0)).partner is not None
    return {"asked": asked, "answered": answered}


def work(folder: Path) -> dict[str, float]:
    """Processor time: for a second of speech that is judged, and for learning once."""
    people = readers(folder)
    pair = sorted(people)[0], sorted(people)[1]
    partners = learned(pair, [people[n][:5] for n in pair], 20.0)
    clip = Clip(people[pair[0]][5], 0)
    before = time.process_time()
    partners.whose(cepstra(clip))
    first = time.process_time() - before
    before = time.process_time()
    for _ in range(20):
        partners.whose(cepstra(clip))
    each = (time.process_time() - before) / 20
    return {
        "ms for a second of speech": round(1000 * each / clip.seconds, 2),
        "ms to fit both voices after 20 s of each": round(1000 * (first - each), 1),
    }


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
    result = {"read aloud": read_aloud(folder, asked.tuning, asked.quick)}
    if not asked.tuning:
        result["talked"] = talked(folder)
    result["sessions"] = {
        room: sessions(folder, asked.tuning, room) for room in ("clean", "office 10 dB")
    }
    result["in a share"] = {
        room: in_a_share(folder, asked.tuning, room) for room in ("clean", "office 10 dB")
    }
    result["one voice"] = one_voice(folder, asked.tuning)
    result["work"] = work(folder)
    print(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
