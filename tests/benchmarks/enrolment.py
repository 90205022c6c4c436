"""A sentence of each at the start: what it gains for the first answers, and what it risks.

    python -m tests.benchmarks.enrolment [--room clean|office|even] [--draws N]

Two readers each say a sentence, of so much voice ("I am Anna, and I am here to listen" has 1.4 to
2.4 s). Then one shares and the other mirrors, for so many seconds each, and one of them says a yes
of 0.5 or 1 s. `without` the sentences the coach knows the two voices from the message and the
mirror alone (from 2 s of each on; before, every yes counts). With them:

- `added`: they are learned like a confirmed exchange;
- `apart`: only where sentences and exchange together are two voices beyond doubt, which they are
  not if the sentences were said by the wrong ones;
- `refusing`: and only so that what is the listener's for sure is refused;
- `built`: what the coach does (`coach.whose.sentences`): they may only doubt, what is refused or
  asked again without stays so, and only as long as message and mirror are short.

Each for sentences as they should be, with their names swapped (nobody can hear that), and said both
by the speaker or both by the listener. `alone`: what the sentences tell before anything was said.

Printed as JSON: `listener advances` must hardly ever be, `speaker at once` should be, `speaker
refused` is by name and wrong; `right` of the answers that were given, `answered` of all; `apart`
is how often sentences and exchange together were held to be two voices.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.who_spoke import (
    conditions,
    evaluation,
    one_spectrum,
    pairs_of,
    readers,
    stretches,
    voice,
)
from voicecoach.coach.whose.sentences import Sentences
from voicecoach.speech.audio import Clip, Samples
from voicecoach.speech.cepstra import FRAMES_PER_S, Features, cepstra
from voicecoach.speech.partners import Attribution, Partners

SENTENCE_S = (1.6, 2.4, 3.0)
EXCHANGE_S = (1.0, 1.5, 2.0, 2.9, 5.0)
YES_S = (0.5, 1.0)
NAMES = ("speaker", "listener")
ROOMS = {"clean": "clean", "office": "office 10 dB", "even": "clean"}

Known = dict[str, Features]
Counts = dict[str, dict[str, int]]


def partners_of(*known: Known) -> Partners:
    """The two, after all of this was learned of each."""
    partners = Partners(*NAMES)
    for each in known:
        for name in NAMES:
            partners.learn(name, each[name])
    return partners


def mistakes(right: Known) -> dict[str, Known]:
    """The sentences as they are, and as they should not be."""
    ours, theirs = right["speaker"], right["listener"]
    return {
        "as they are": right,
        "swapped": {"speaker": theirs, "listener": ours},
        "both the speaker's": {"speaker": ours, "listener": ours[::-1]},
        "both the listener's": {"speaker": theirs[::-1], "listener": theirs},
    }


def advances(said: Attribution) -> bool:
    """Whether a yes of this voice would be taken."""
    return said.partner != "listener" and not said.may_be_other("speaker")


def ways(without: Attribution, added: Attribution, built: Attribution) -> dict[str, Attribution]:
    """What is answered, by how the sentences are used."""
    apart = added if added.apart else without
    names = added.apart and added.partner == "listener"
    return {
        "added": added,
        "apart": apart,
        "refusing": added if names and advances(without) else without,
        "built": built,
    }


def draws(
    people: dict[str, list[Samples]], pair: tuple[str, str], sounds: Any, count: int
) -> Iterator[tuple[dict[str, list[Samples]], dict[str, list[Samples]], Any]]:
    """Speaker and listener by turns: (what is learned from, what is asked about), and chance."""
    rng = np.random.default_rng([7, zlib.crc32("".join(pair).encode())])
    for draw in range(count):
        who = dict(zip(NAMES, pair if draw % 2 else pair[::-1], strict=True))
        order = {name: rng.permutation(len(people[who[name]])) for name in NAMES}
        known, dry = {}, {}
        for name in NAMES:
            clips = people[who[name]]
            known[name] = [sounds[0](clips[i], int(i)) for i in order[name][:5]]
            dry[name] = [clips[i] for i in order[name][5:]]
        yield known, dry, rng


def frames(clips: list[Samples], seconds: float) -> Features:
    """So many seconds of voice from these clips."""
    found = np.concatenate([cepstra(Clip(clip, 0)) for clip in clips])
    return found[: round(seconds * FRAMES_PER_S)]


def count(counts: dict[str, int], said: Attribution, who: str) -> None:
    """What comes of a yes by `who`, as the dialogue weighs it."""
    counts[who] += 1
    counts[f"{who} advances"] += advances(said)
    counts[f"{who} refused"] += said.partner == "listener"
    counts["answered"] += said.partner is not None
    counts["right"] += said.partner == who
    counts["apart"] += said.apart


def measure(people: dict[str, list[Samples]], room: str, per_pair: int) -> dict[str, Any]:
    """All ways, for each length of message and mirror."""
    counts: Counts = defaultdict(lambda: defaultdict(int))
    sounds = conditions(evaluation() or Path())[ROOMS[room]]
    for pair in pairs_of(people, tuning=False):
        for known, dry, rng in draws(people, pair, sounds, per_pair):
            yeses = list(_yeses(dry, sounds, rng))
            for sentence_s in SENTENCE_S:
                right = {name: frames(known[name][:2], sentence_s) for name in NAMES}
                _alone(counts, f"{sentence_s:g} s", partners_of(right), yeses)
                for seconds in EXCHANGE_S:
                    exchange = {name: frames(known[name][2:], seconds) for name in NAMES}
                    key = f"exchange of {seconds:g} s, sentences of {sentence_s:g} s"
                    _ask(counts, key, right, exchange, yeses)
        print(f"{room}: {pair} done", file=sys.stderr, flush=True)
    return {key: figures(each) for key, each in counts.items()}


def _yeses(dry: dict[str, list[Samples]], sounds: Any, rng: Any) -> Iterator[Any]:
    for who, length_s in itertools.product(NAMES, YES_S):
        wet = [sounds[1](clip, 50 + at) for at, clip in enumerate(dry[who])]
        for index, start in stretches(dry[who], length_s, rng, 4):
            yield who, length_s, voice(wet[index], start, length_s)


def _alone(counts: Counts, key: str, partners: Partners, yeses: list[Any]) -> None:
    for who, length_s, said in yeses:
        count(
            counts[f"alone, sentences of {key}, yes of {length_s:g} s"], partners.whose(said), who
        )


def _ask(counts: Counts, key: str, right: Known, exchange: Known, yeses: list[Any]) -> None:
    without = partners_of(exchange)
    answers = [without.whose(said) for _, _, said in yeses]
    for (who, length_s, _), answer in zip(yeses, answers, strict=True):
        count(counts[f"{key}, without, yes of {length_s:g} s"], answer, who)
    for how, sentences in mistakes(right).items():
        added, careful = partners_of(sentences, exchange), Sentences()
        for name in NAMES:
            careful.hear(name, sentences[name])
        for (who, length_s, said), answer in zip(yeses, answers, strict=True):
            built = careful.whose(without, said, "speaker")
            for way, came in ways(answer, added.whose(said), built).items():
                count(counts[f"{key}, {how}, {way}, yes of {length_s:g} s"], came, who)


def figures(counts: dict[str, int]) -> dict[str, float | None]:
    """Shares out of the counts."""
    both = counts["speaker"] + counts["listener"]
    return {
        "listener advances": round(counts["listener advances"] / counts["listener"], 3),
        "speaker at once": round(counts["speaker advances"] / counts["speaker"], 3),
        "speaker refused": round(counts["speaker refused"] / counts["speaker"], 3),
        "right": round(counts["right"] / counts["answered"], 4) if counts["answered"] else None,
        "answered": round(counts["answered"] / both, 3),
        "apart": round(counts["apart"] / both, 3),
        "asked": both,
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--room", choices=tuple(ROOMS), action="append", help="only this one")
    parser.add_argument("--draws", type=int, default=12, help="of each pair (default 12)")
    asked = parser.parse_args()
    folder = evaluation()
    if folder is None:
        print(json.dumps({"note": "no evaluation folder: nobody to tell apart"}))
        return 0
    people = readers(folder)
    even = one_spectrum(people)
    result = {
        room: measure(even if room == "even" else people, room, asked.draws)
        for room in asked.room or ROOMS
    }
    print(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
