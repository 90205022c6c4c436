"""Fit the scale of fidelity to what people said, and print what it then means.

    python -m tests.benchmarks.calibrate_fidelity DATA [--meaning words] [--write]

DATA is a folder with three files of JSON lines: `reflections.jsonl` (message, reflection,
negatives, main), `minimalpairs.jsonl` (message, faithful, flipped, kind) and `sts.jsonl` (a, b,
score 0..5). A row belongs to the development half if the first byte of its message's SHA-256 is
even; weights and points are fitted on that half alone, and both halves are printed.

- Weights: of a grid, those that put a person's own reflection before others' most often.
- Points: others' reflections are 15 and less in nineteen of twenty; the first third of a message
  given back word for word is 38 in the middle; sentences that people judged to say the same are
  80 and more in two of three; a verbatim mirror with an unrelated sentence is 86 at most in
  nineteen of twenty; a verbatim mirror is 100. A point that would make the scale fall is left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import product
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

from voicecoach.commands.texts.score import meaning_for
from voicecoach.dialogue.comparison import Meaning
from voicecoach.dialogue.comparison import scale as shipped
from voicecoach.dialogue.comparison.scale import Scale
from voicecoach.dialogue.fidelity import compare

Components = tuple[float, float, float, float]
"""Coverage, addition, closeness to the whole and to the nearest passage."""
HALVES = ("development", "held out")
SAME = 4.5
"""Of 5: from here on people call two sentences the same."""
LONG_ENOUGH = 12
NEAREST_AT_MOST = 0.25
"""Share of closeness that may be the nearest passage's: with more, a part given back word for word
counts as a good mirror of the whole."""
ANCHORS = {
    "others' reflection": (0.95, 15.0),
    "a third, verbatim": (0.50, 38.0),
    "judged the same": (0.33, 80.0),
    "verbatim and more": (0.95, 86.0),
}
"""Group: at which share of its pairs the point lies, and its score."""
FILE = Path(shipped.__file__).with_suffix(".toml")


def half_of(message: str) -> str:
    """Which half a row belongs to."""
    return HALVES[hashlib.sha256(message.encode()).digest()[0] % 2]


def read(folder: Path, name: str) -> Iterable[dict[str, Any]]:
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def first_part(text: str, share: float, lead_in: int = 0) -> str:
    """The first words: a share of them, and the lead-in's that many before."""
    words = text.split()
    return " ".join(words[: lead_in + max(1, round((len(words) - lead_in) * share))])


class Measured:
    """The components of all pairs: ranked groups, and the groups of the scale, by half."""

    def __init__(self, folder: Path, meaning: Meaning | None) -> None:
        self._meaning = meaning
        self.ranked: dict[str, list[list[Components]]] = defaultdict(list)
        self.groups: dict[tuple[str, str], list[Components]] = defaultdict(list)
        self._reflections(folder)
        self._verbatim(folder)
        for row in read(folder, "sts"):
            if row["score"] >= SAME and row["a"] != row["b"]:
                self._add("judged the same", row["a"], row["b"])

    def _components(self, message: str, reflection: str) -> Components:
        found = compare(message, reflection, meaning=self._meaning)
        return found.coverage, found.addition, found.closeness, found.nearest

    def _add(self, group: str, message: str, reflection: str) -> None:
        self.groups[half_of(message), group].append(self._components(message, reflection))

    def _reflections(self, folder: Path) -> None:
        for row in read(folder, "reflections"):
            if row["main"]:
                texts = [row["reflection"], *row["negatives"]]
                found = [self._components(row["message"], text) for text in texts]
                half = half_of(row["message"])
                self.ranked[half].append(found)
                self.groups[half, "a person's own"].append(found[0])
                self.groups[half, "others' reflection"] += found[1:]

    def _verbatim(self, folder: Path) -> None:
        chance = random.Random(1)
        rows = [row for row in read(folder, "minimalpairs") if row["kind"].startswith("self_")]
        for row in rows:
            message, mirror = row["message"], row["faithful"]
            self._add("verbatim", message, mirror)
            other = chance.choice(rows)["message"]
            self._add("verbatim and more", message, f"{mirror} {first_part(other, 0.5)}")
            if len(message.split()) >= LONG_ENOUGH:
                lead_in = max(0, len(mirror.split()) - len(message.split()))
                self._add("a third, verbatim", message, first_part(mirror, 1 / 3, lead_in))
                self._add("a half, verbatim", message, first_part(mirror, 1 / 2, lead_in))
                self._add("two thirds, verbatim", message, first_part(mirror, 2 / 3, lead_in))


def ranking(scale: Scale, groups: list[list[Components]]) -> tuple[float, float]:
    """Share of pairs with the true reflection before another, and of those before all others."""
    kept = [[scale.kept(*one) for one in group] for group in groups]
    pairs = [(true > other) + 0.5 * (true == other) for true, *others in kept for other in others]
    return mean(pairs), mean(true > max(others) for true, *others in kept)


def fit_weights(measured: Measured, name: str) -> Scale:
    # The word table's closeness would rank as well with less, but it takes part of a message for
    # the whole, and talk that suits anything for a mirror.
    fewest = {"words": 10, "encoder": 4, "none": 20}[name]
    shares = tuple(n / 20 for n in range(fewest, 21 if name == "none" else 13))
    # Words alone have no closeness that falls as well when much was added.
    additions = (0.5,) if name == "none" else (0.1, 0.15)
    passages = (0.0, NEAREST_AT_MOST)
    grid = (
        Scale(
            share,
            round((1 - share) * (1 - passage), 3),
            round((1 - share) * passage, 3),
            addition,
            ((-addition, 0.0), (1.0, 100.0)),
        )
        for share, addition, passage in product(shares, additions, passages)
    )
    return max(grid, key=lambda scale: sum(ranking(scale, measured.ranked[HALVES[0]])))


def fit_points(measured: Measured, weights: Scale) -> tuple[tuple[float, float], ...]:
    points = [(-weights.addition, 0.0)]
    for name, (share, score) in ANCHORS.items():
        kept = [weights.kept(*one) for one in measured.groups[HALVES[0], name]]
        at = quantiles(kept, n=100)[round(100 * share) - 1]
        if points[-1][0] + 0.02 < at < 0.99:
            points.append((round(at, 3), score))
    return (*points, (1.0, 100.0))


def figures(measured: Measured, scale: Scale) -> Iterable[str]:
    """Lines to read: the ranking, and quarter, middle and three quarters of each group."""
    for half in HALVES:
        auc, top = ranking(scale, measured.ranked[half])
        yield f"{half}: own reflection before another's {auc:.3f}, before nine others' {top:.3f}"
        for name in (
            "a person's own",
            *ANCHORS,
            "a half, verbatim",
            "two thirds, verbatim",
            "verbatim",
        ):
            scores = [scale.score(*one) for one in measured.groups[half, name]]
            low, middle, high = quantiles(scores, n=4)
            assert middle == median(scores)
            yield f"  {name:22s} {len(scores):5d} pairs: {low:5.1f} {middle:5.1f} {high:5.1f}"


def main() -> None:
    """Fit, print, and with --write store the scale."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--meaning", default="words", choices=["words", "encoder", "none"])
    parser.add_argument("--write", action="store_true", help=f"store it in {FILE.name}")
    args = parser.parse_args()
    measured = Measured(args.data, meaning_for(args.meaning))
    weights = fit_weights(measured, args.meaning)
    fitted = Scale(
        weights.coverage,
        weights.closeness,
        weights.nearest,
        weights.addition,
        fit_points(measured, weights),
    )
    lines = list(figures(measured, fitted))
    print(fitted, *lines, sep="\n")
    if args.write:
        write(args.meaning, fitted, lines)


def write(name: str, scale: Scale, lines: list[str]) -> None:
    """Put the scale in its place in the file; the others stay as they are."""
    text = FILE.read_text(encoding="utf-8")
    head, *sections = text.split("\n[")
    kept = [section for section in sections if not section.startswith(f"{name}]")]
    points = ", ".join(f"[{at}, {score}]" for at, score in scale.points)
    comments = "\n".join(f"# {line}" for line in lines)
    kept.append(
        f"{name}]\n# Fitted on {date.today().isoformat()}; quarter, middle, three quarters:\n"
        f"{comments}\ncoverage = {scale.coverage}\ncloseness = {scale.closeness}\n"
        f"nearest = {scale.nearest}\naddition = {scale.addition}\npoints = [{points}]"
    )
    FILE.write_text("\n[".join([head, *sorted(part.rstrip() for part in kept)]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
