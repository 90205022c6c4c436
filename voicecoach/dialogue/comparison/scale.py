"""From what was measured to a score from 0 to 100, by points that were fitted on data.

`scale.toml` beside this file holds, for each way to measure closeness, what coverage, closeness
and addition weigh, and the points of the scale, with the date and the figures of the fit.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Scale:
    """What the components weigh, and the points (kept, score), both rising."""

    coverage: float
    closeness: float
    nearest: float
    addition: float
    points: tuple[tuple[float, float], ...]

    def kept(
        self, coverage: float, addition: float, closeness: float, nearest: float = 0.0
    ) -> float:
        """The weighted sum: 1 for a verbatim mirror, below 0 where all is something else."""
        meant = self.closeness * closeness + self.nearest * nearest
        return self.coverage * coverage + meant - self.addition * addition

    def score(
        self, coverage: float, addition: float, closeness: float, nearest: float = 0.0
    ) -> float:
        """0..100, by straight lines between the points; rising with what was kept."""
        kept = self.kept(coverage, addition, closeness, nearest)
        if kept <= self.points[0][0]:
            return self.points[0][1]
        for (low, low_score), (high, high_score) in pairwise(self.points):
            if kept <= high:
                return low_score + (high_score - low_score) * (kept - low) / (high - low)
        return self.points[-1][1]


def figures(meaning: str) -> list[str]:
    """The lines of figures that were kept with the scale for `meaning`, for a reader."""
    section = _text().split(f"[{meaning}]", 1)[1].split("\n[", 1)[0]
    return [line.removeprefix("# ") for line in section.splitlines() if line.startswith("# ")]


def _text() -> str:
    return files("voicecoach.dialogue.comparison").joinpath("scale.toml").read_text("utf-8")


@lru_cache(maxsize=8)
def scale(meaning: str) -> Scale:
    """The scale for a `Meaning` by its name; one that was never fitted is read as "words"."""
    table = tomllib.loads(_text())
    found = table.get(meaning, table["words"])
    return Scale(
        found["coverage"],
        found["closeness"],
        found.get("nearest", 0.0),
        found["addition"],
        tuple((kept, score) for kept, score in found["points"]),
    )
