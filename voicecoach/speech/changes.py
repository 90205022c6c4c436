"""One microphone: where in a turn the voice changes from one partner to the other.

The turn is taken apart at its pauses, because people hardly ever hand over without one and a
vowel may well sound like the other's. Each frame speaks for the first or the second partner
(`Partners.evidence`); the sequence of owners that explains the parts best is found, where a
change must be worth its price (Viterbi). If every stretch between changes is then surely of one
voice, by itself, the turn is of several; it is cut in the middle of the pause. If not, or if the
voice surely changes where there is no pause, both speak in it and nobody can say when.

The two are compared with each other throughout. The figures were found on the pairs of
`tests.benchmarks.changes --tuning`; `EITHER_SIDE` was raised when other pairs were measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voicecoach.speech.audio import RATE, Clip
from voicecoach.speech.cepstra import FRAMES_PER_S, Features, Voiced, voiced
from voicecoach.speech.partners import CERTAIN, SURE, Attribution, Partners

LEAST_HEARD_S = 4.0
"""Seconds that must have been learned of each partner: twice what an answer is judged by."""

PAUSE_S = 0.15
"""A turn is cut at pauses of this length; with 0.1 s three times as many are cut wrongly."""

PAUSE_DB = 16.0
"""What is softer than the loud parts of the turn by more than this is a pause, if it lasts."""

CHANGE_COSTS = CERTAIN
"""A change must make what was heard likelier by this log of the odds."""

PURE = 0.65
"""Share of the frames of a stretch that must speak for its owner: a few loud ones are no voice."""

SHORTEST_S = 0.2
"""Less voice than this is no stretch."""

EITHER_SIDE = 7.0
"""Without a pause: the margin that what is before and what is behind must both have. With 5 more
than one in a hundred short answers of one person were taken for both's."""

MOST_OF_A_FRAME = 0.6
"""No frame says more than this, so that a cough does not speak for anybody."""

_HALF_SECOND = FRAMES_PER_S // 2

Evidence = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Samples `start` to `end` of the input, whose they are, and the voice in them.

    `both` tells that the two speak in it and cannot be parted.
    """

    whose: Attribution
    start: int
    end: int
    voice: Features
    both: bool = False


def spoken(clip: Clip, span: tuple[int, int], partners: Partners) -> tuple[Stretch, ...]:
    """Whose the samples of `span` are: one stretch, or several where the voice surely changes.

    `span` is where the turn lies in the input, in samples; `clip` holds it.
    """
    heard = voiced(clip, span[0] / RATE, span[1] / RATE)
    whole = Stretch(partners.whose(heard.features), *span, heard.features)
    least = min(partners.heard_s(name) for name in partners.names)
    if len(heard.features) < 2 * SHORTEST_S * FRAMES_PER_S or least < LEAST_HEARD_S:
        return (whole,)
    evidence = partners.evidence(heard.features)
    if evidence is None:
        return (whole,)
    evidence = np.clip(evidence, -MOST_OF_A_FRAME, MOST_OF_A_FRAME)
    loud, pauses = heard.below_loud_db < PAUSE_DB, _pauses(heard)
    edges, owners = _runs(evidence, pauses)
    if len(owners) > 1:
        cuts = [span[0], *(pauses[edge] for edge in edges[1:-1]), span[1]]
        parts, sure = [], []
        for owner, frames, ends in zip(owners, pairwise(edges), pairwise(cuts), strict=True):
            voice = heard.features[slice(*frames)]
            parts.append(Stretch(partners.whose(voice), *ends, voice))
            own = evidence[slice(*frames)]
            # Nor may the voice change inside it, as far as that can be told.
            alone = _either_side(own[loud[slice(*frames)]]) < SURE
            sure.append(alone and _surely(parts[-1].whose, owner, own, partners))
        if all(sure):
            return tuple(parts)
    elif _either_side(evidence[loud]) < EITHER_SIDE:
        return (whole,)
    unknown = Attribution(None, whole.whose.margin, whole.whose.nearer, apart=True)
    return (Stretch(unknown, *span, heard.features, both=True),)


def voice_in(stretches: Sequence[Stretch]) -> Features:
    """The voice of several stretches of one partner."""
    return np.concatenate([each.voice for each in stretches])


def _pauses(heard: Voiced) -> dict[int, int]:
    """For each pause the number of the first frame behind its middle, and that input sample."""
    loud = np.flatnonzero(heard.below_loud_db < PAUSE_DB)
    times = heard.middle_s[loud]
    found = np.flatnonzero(np.diff(times) >= PAUSE_S)
    middles_s = (times[found] + times[found + 1]) / 2
    frames = np.searchsorted(heard.middle_s, middles_s)
    return {int(at): round(float(s) * RATE) for at, s in zip(frames, middles_s, strict=True)}


def _runs(evidence: Evidence, pauses: Iterable[int]) -> tuple[list[int], list[int]]:
    """The frames at which a run begins (and the end), and each run's owner, 0 or 1."""
    edges = [0, *pauses, len(evidence)]
    sums = [float(evidence[start:end].sum()) for start, end in pairwise(edges)]
    best, came = np.zeros(2), []
    for each in sums:
        change = best[::-1] - CHANGE_COSTS
        came.append(change > best)
        best = np.maximum(best, change) + np.array([each, -each]) / 2
    owner, owners = int(best.argmax()), []
    for changed in reversed(came):
        owners.append(owner)
        owner = 1 - owner if changed[owner] else owner
    owners.reverse()
    begins = [0, *(at for at in range(1, len(owners)) if owners[at] != owners[at - 1])]
    return [*(edges[at] for at in begins), len(evidence)], [owners[at] for at in begins]


def _surely(whose: Attribution, owner: int, evidence: Evidence, partners: Partners) -> bool:
    """Whether a stretch is long enough, and surely of its owner by itself."""
    if whose.partner != partners.names[owner] or whose.margin < SURE:
        return False
    pure = float(np.mean((evidence > 0) == (owner == 0))) >= PURE
    return pure and len(evidence) >= SHORTEST_S * FRAMES_PER_S


def _either_side(evidence: Evidence) -> float:
    """How sure the less sure side of a change is, at the best place for one; 0 for no place.

    It is asked of the loud frames alone: the end of a word is half room, and sounds like either.
    """
    if len(evidence) < 2:
        return 0.0
    before = np.arange(1, len(evidence))
    behind = len(evidence) - before
    sums = np.cumsum(evidence)
    ones = sums[:-1] * np.sqrt(_HALF_SECOND / before)
    others = (sums[-1] - sums[:-1]) * np.sqrt(_HALF_SECOND / behind)
    least = SHORTEST_S * FRAMES_PER_S
    fits = (before >= least) & (behind >= least) & (ones * others < 0)
    return float(np.where(fits, np.minimum(abs(ones), abs(others)), 0.0).max())
