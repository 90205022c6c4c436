"""Two microphones: whose it was, by the channel in which it was louder.

Each partner has a microphone of their own, and it hears the other one too. How much of each voice
leaks into the other's channel, the cross-talk, is the difference of the levels while that one
speaks alone; it is measured on what is known to be theirs and taken out of the decision: a
stretch is judged by how far its difference lies from the middle between the two. So microphones
of unlike gain, and leaking ones, still tell the two apart, and what lies in the middle is neither
one: both at a time, or a third voice as near to the one microphone as to the other.

A level says who sits where and nothing of a voice: no model is made, nothing biometric is kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voicecoach.speech.audio import FRAME, RATE, Frame, Samples
from voicecoach.speech.partners import CERTAIN, Attribution

SPEECH, NOT_SPEECH = 0.5, 0.1
"""Probability of speech from which a frame is judged, and below which it teaches the noise."""

BAND = slice(10, 129)
"""Bins of 31.25 Hz: 0.3-4 kHz, where voices are and rumble is not."""

ABOVE_NOISE_DB = 6.0
"""A frame that is less above the noise in both channels is not judged."""

BELOW_LOUD_DB = 12.0
"""Nor is one so far below the loud ones: what is left of a word in the room comes from all over."""

KEPT_S = 300.0
"""Levels are kept so long: the longest turn and the longest wait for its words."""

PLAIN_DB = 5.0
"""Before anything is measured the louder channel is the speaker, from here on: the margin is
`CERTAIN` then."""

APART_DB = 10.0
"""Microphones whose measured differences lie nearer to each other do not tell two people apart."""

STRAYS_DB = 18.0**0.5
"""How far half a second of one voice strays from its usual difference."""

NEAR_MIDDLE = 0.4
"""Within this share of the way from the middle to either one's usual difference it is neither's:
a third voice is seldom exactly as near to the one microphone as to the other."""

HALF_SECOND = round(0.5 * RATE / FRAME)

LEAST_FRAMES = 3
"""Fewer voiced frames (of 32 ms) tell nothing."""

CHANGE_COSTS = 6.0
"""A change of speaker in a turn must explain its frames better by this log of the odds."""

SHORTEST_FRAMES = 6
"""A stretch with fewer voiced frames (0.2 s) is no turn of its own."""

BOTH_SHARE = 0.2
"""Both speak in a stretch where so many of its frames are clearly the one's, and as many the
other's."""

PURE = 0.75
"""Share of the frames of one who speaks alone that are clearly theirs, at least."""

BOTH_FRAMES = 8
"""More frames in a row (a quarter of a second) that are not clearly theirs are the other one's."""

MOST_DB = 40.0

SAME_DB, SAME_FRAMES = 0.2, 60
"""Channels whose levels never differ more, over two seconds of speech, are one microphone."""

Decibels = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Level:
    """One frame that was judged: where it begins, and how loud it was above the noise, in dB."""

    position: int
    left_db: float
    right_db: float

    @property
    def difference_db(self) -> float:
        """Left minus right, within bounds: where one hears nothing it is not known better."""
        return min(MOST_DB, max(-MOST_DB, self.left_db - self.right_db))


@dataclass(frozen=True, slots=True)
class Crosstalk:
    """The difference of the levels, left minus right in dB, while each one speaks alone."""

    left_db: float = 0.0
    right_db: float = 0.0
    measured: bool = False

    @property
    def apart_db(self) -> float:
        """How far the two lie from each other; negative where left and right are swapped."""
        return self.left_db - self.right_db

    @property
    def middle_db(self) -> float:
        """The difference that speaks for neither: what the one gain is above the other."""
        return (self.left_db + self.right_db) / 2

    def margins(self, differences_db: Decibels) -> Decibels:
        """The log of the odds of left against right, for half a second of each difference."""
        slope = CERTAIN / PLAIN_DB
        if self.measured:
            near = NEAR_MIDDLE * self.apart_db / 2
            slope = min(self.apart_db / STRAYS_DB**2, CERTAIN / near) if near > 0 else 0.0
        return np.asarray((differences_db - self.middle_db) * slope)

    def loud(self, levels: list[Level]) -> list[Level]:
        """Without the ends of words, whichever microphone they were louder in."""
        even = self.middle_db / 2
        loudness = [max(each.left_db - even, each.right_db + even) for each in levels]
        least = float(np.percentile(loudness, 90)) - BELOW_LOUD_DB if levels else 0.0
        return [each for each, loud in zip(levels, loudness, strict=True) if loud >= least]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a turn: samples from `start` to `end` of the input, and whose it is.

    `difference_db` is its own difference of the levels, None where nothing was voiced. `both`
    tells that the two speak in it and cannot be parted, `neither` that it is as loud in the one
    channel as in the other although the two are told apart.
    """

    whose: Attribution
    start: int
    end: int
    difference_db: float | None = None
    both: bool = False
    neither: bool = False


@dataclass
class Levels:
    """How loud each of two channels was, frame by frame, for the last `KEPT_S`."""

    same: bool = False
    """Whether both channels have turned out to be one microphone."""
    _frames: deque[Level] = field(
        default_factory=lambda: deque(maxlen=round(KEPT_S * RATE / FRAME))
    )
    _noise: list[float | None] = field(default_factory=lambda: [None, None])
    _alike: int = 0

    def push(self, frame: Frame, probability: float) -> None:
        """The next frame, with the probability that it is speech; one without channels is left."""
        if frame.channels is None:
            return
        powers = [_power(channel) for channel in frame.channels]
        if probability < NOT_SPEECH:
            for index, power in enumerate(powers):
                before = self._noise[index]
                self._noise[index] = power if before is None else before + (power - before) * 0.05
        if probability < SPEECH:
            return
        above = [
            max(power - (noise or 0.0), 0.1 * power)
            for power, noise in zip(powers, self._noise, strict=True)
        ]
        loud = [
            power > 10 ** (ABOVE_NOISE_DB / 10) * (noise or 0.0)
            for power, noise in zip(powers, self._noise, strict=True)
        ]
        left, right = (10 * float(np.log10(power + 1e-12)) for power in above)
        self._compare(left - right)
        if any(loud):
            self._frames.append(Level(frame.position, left, right))

    def between(self, start: int, end: int) -> list[Level]:
        """The frames judged between two input samples."""
        return [level for level in self._frames if start - FRAME < level.position < end]

    def forget(self) -> None:
        """The session is over."""
        self._frames.clear()

    def _compare(self, difference_db: float) -> None:
        if self._alike >= 0:
            self._alike = self._alike + 1 if abs(difference_db) < SAME_DB else -1
        self.same = self._alike >= SAME_FRAMES


def measured(left_db: Sequence[float], right_db: Sequence[float]) -> Crosstalk:
    """The cross-talk out of the differences of turns known to be left's and right's.

    The plain rule (the louder channel) where there is nothing yet of one of them.
    """
    if not len(left_db) or not len(right_db):
        return Crosstalk()
    return Crosstalk(float(np.median(left_db)), float(np.median(right_db)), True)


def spoken(
    levels: list[Level], span: tuple[int, int], crosstalk: Crosstalk, names: tuple[str, str]
) -> tuple[Stretch, ...]:
    """Whose the samples of `span` are: one stretch, or several where the speaker surely changes.

    `names` are those at the left and at the right microphone, `levels` what `Levels.between`
    gives for the span.
    """
    told_apart = crosstalk.measured and crosstalk.apart_db >= APART_DB
    whole = Stretch(Attribution(None, apart=told_apart), *span)
    levels = crosstalk.loud(levels)
    if len(levels) < LEAST_FRAMES:
        return (whole,)
    differences = np.array([level.difference_db for level in levels])
    whole = replace(whole, difference_db=float(np.median(differences)))
    if crosstalk.measured and not told_apart:
        return (whole,)
    margins = crosstalk.margins(differences)
    runs = _runs(margins)
    if len(runs) > 1 and all(_pure(margins[first:behind]) for first, behind in runs):
        parts = _parts(levels, runs, span, crosstalk, names)
        if all(part.whose.partner is not None for part in parts):
            return parts
    whose = _whose(margins, crosstalk, names)
    both = told_apart and (len(runs) > 1 or _both(margins))
    neither = told_apart and whose.partner is None and not both
    if both and min(np.mean(margins > 0), np.mean(margins < 0)) >= BOTH_SHARE:
        whose = replace(whose, partner=None)
    return (replace(whole, whose=whose, both=both, neither=neither),)


def overlapping(stretches: tuple[Stretch, ...]) -> Stretch:
    """The stretches of a turn as one in which both speak."""
    start, end = stretches[0].start, stretches[-1].end
    return Stretch(Attribution(None, apart=True), start, end, both=True)


def _whose(margins: Decibels, crosstalk: Crosstalk, names: tuple[str, str]) -> Attribution:
    """Less than half a second says less; more does not say more: what is off stays off."""
    length = min(1.0, len(margins) / HALF_SECOND) ** 0.5
    margin = float(np.median(margins)) * length
    nearer = names[0] if margin > 0 else names[1]
    certain = abs(margin) >= CERTAIN
    return Attribution(nearer if certain else None, abs(margin), nearer, crosstalk.measured)


def _both(margins: Decibels) -> bool:
    """Whether many frames are clearly the one's and many the other's, or some of a stretch that is
    the one's are long not."""
    if min(np.mean(margins >= CERTAIN), np.mean(margins <= -CERTAIN)) >= BOTH_SHARE:
        return True
    own = margins * np.sign(np.median(margins)) >= CERTAIN
    edges = np.flatnonzero(np.concatenate([[True], own, [True]]))
    return bool(np.mean(own) >= PURE and np.diff(edges).max() > BOTH_FRAMES)


def _pure(margins: Decibels) -> bool:
    """Whether nearly all frames are clearly of the one whose most are."""
    return bool(np.mean(margins * np.sign(np.median(margins)) >= CERTAIN) >= PURE)


def _runs(margins: Decibels) -> list[tuple[int, int]]:
    """Where the frames change from one to the other (Viterbi), as (first, behind the last)."""
    each = np.clip(margins, -2.0, 2.0) / 2
    best, came = np.zeros(2), []
    for margin in each:
        stay, change = best, best[::-1] - CHANGE_COSTS
        came.append(change > stay)
        best = np.maximum(stay, change) + np.array([margin, -margin])
    side = int(best.argmax())
    sides = []
    for changed in reversed(came):
        sides.append(side)
        side = 1 - side if changed[side] else side
    sides.reverse()
    edges = [0, *(int(at) + 1 for at in np.flatnonzero(np.diff(sides))), len(sides)]
    runs = list(pairwise(edges))
    return runs if min(end - start for start, end in runs) >= SHORTEST_FRAMES else [(0, len(sides))]


def _parts(
    levels: list[Level],
    runs: list[tuple[int, int]],
    span: tuple[int, int],
    crosstalk: Crosstalk,
    names: tuple[str, str],
) -> tuple[Stretch, ...]:
    """The stretches of a turn; one ends in the middle of the gap before the next."""
    ends = [(levels[end - 1].position + FRAME + levels[end].position) // 2 for _, end in runs[:-1]]
    edges = [span[0], *ends, span[1]]
    parts = []
    for (first, behind), start, end in zip(runs, edges[:-1], edges[1:], strict=True):
        differences = np.array([level.difference_db for level in levels[first:behind]])
        whose = _whose(crosstalk.margins(differences), crosstalk, names)
        parts.append(Stretch(whose, start, end, float(np.median(differences))))
    return tuple(parts)


def _power(samples: Samples) -> float:
    """The mean power of a frame of one channel in the band of voices."""
    spectrum = np.fft.rfft(samples * _WINDOW)[BAND]
    return float(np.sum(spectrum.real**2 + spectrum.imag**2)) / FRAME**2


_WINDOW = np.hanning(FRAME)
