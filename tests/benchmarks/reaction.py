"""How fast the coach reacts, and what it costs: on the recorded dialogues of `samples/`.

    python -m tests.benchmarks.reaction [--sample NAME] [--only reaction|cost]

Printed as JSON. `reaction`: for each sample, by the step in which a turn was heard, the seconds
from its last voiced sample to the coach's first sample (the moment it is handed to the
loudspeaker, whose own delay comes on top), and to its words being there; as long as the dialogues
last, because they are led in real time. Only announcements that follow the turn count: one that a
next sound postponed is told apart. `cost`: real-time factor of a fast run, peak memory of program
and recogniser, share of one core while the room is silent, and seconds from the start to the first
announcement.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks.live_room import Reaction, lead_live
from tests.benchmarks.program import fast_run, seconds_to_first_announcement, silent_share

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def spread(values: Sequence[float]) -> dict[str, float]:
    """How many, their median, the 95th percentile (nearest rank) and the largest.

    >>> spread([1.0] * 19 + [2.0])
    {'n': 20, 'median_s': 1.0, 'p95_s': 1.0, 'max_s': 2.0}
    """
    ranked = sorted(values)
    if not ranked:
        return {"n": 0}
    at = min(len(ranked) - 1, -(-95 * len(ranked) // 100) - 1)
    return {
        "n": len(ranked),
        "median_s": round(statistics.median(ranked), 2),
        "p95_s": round(ranked[at], 2),
        "max_s": round(ranked[-1], 2),
    }


def by_step(reactions: Sequence[Reaction]) -> dict[str, Any]:
    """The spread of the reactions for each step, and of what is beyond the silence asked for."""
    steps: dict[str, list[Reaction]] = {reaction.step: [] for reaction in reactions}
    for reaction in reactions:
        steps[reaction.step].append(reaction)
    return {
        step: {
            "reaction": spread([each.reaction_s for each in members]),
            "beyond_patience": spread([beyond_patience_s(each) for each in members]),
        }
        for step, members in steps.items()
    }


def beyond_patience_s(reaction: Reaction) -> float:
    """Seconds over the silence that had to be waited for in any case."""
    return reaction.reaction_s - max(reaction.asked_wait_s, reaction.patience_s)


def reactions_of(names: Sequence[str]) -> dict[str, Any]:
    """Lead the samples in real time; figures by step over all of them."""
    reactions: list[Reaction] = []
    words: dict[str, list[float]] = {}
    postponed, paths = 0, {}
    for name in names:
        print(f"{name}, in real time:", file=sys.stderr)
        session = lead_live(SAMPLES / f"{name}.flac")
        reactions += session.reactions
        postponed += session.postponed
        paths[name] = session.path
        for step, seconds in session.words_s:
            words.setdefault(step, []).append(seconds)
    return {
        "by_step": by_step(reactions),
        "words_there": {step: spread(seconds) for step, seconds in words.items()},
        "postponed_by_a_sound": postponed,
        "paths": paths,
        "each": [asdict(reaction) for reaction in reactions],
    }


def cost_of(names: Sequence[str]) -> dict[str, Any]:
    """What the program needs."""
    print("starting three times ...", file=sys.stderr)
    starts = [seconds_to_first_announcement(SAMPLES / f"{names[0]}.flac") for _ in range(3)]
    runs = {}
    for name in names:
        print(f"{name}, as fast as it goes ...", file=sys.stderr)
        runs[name] = fast_run(SAMPLES / f"{name}.flac")
    print("half a minute of silence ...", file=sys.stderr)
    return {
        "first_announcement_s": [round(seconds, 2) for seconds in starts],
        "fast_run": runs,
        "silent": silent_share(30.0),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", help="one sample only")
    parser.add_argument("--only", choices=("reaction", "cost"))
    args = parser.parse_args()
    names = [args.sample] if args.sample else sorted(p.stem for p in SAMPLES.glob("*.flac"))
    figures: dict[str, Any] = {"cores": os.cpu_count(), "load_before": os.getloadavg()[0]}
    if args.only != "reaction":
        figures["cost"] = cost_of(names)
    if args.only != "cost":
        figures["reaction"] = reactions_of(names)
    print(json.dumps({**figures, "load_after": os.getloadavg()[0]}, indent=1))


if __name__ == "__main__":
    main()
