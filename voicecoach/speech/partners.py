"""Whose voice: the two partners compared with each other, from what each has said before.

Each partner's frames are described by a mixture of Gaussians. A clip's score is the mean over its
frames of how much more likely they are in the first partner's mixture than in the second's. What
a score is worth is measured on the frames that were learned, each third of them held out in turn
and judged in half seconds by mixtures of the other two thirds: that gives the score where the two
are equally likely, and how far scores stray. So the margin, the natural logarithm of the odds,
says less where little was heard of somebody, where the room is loud, and nothing where both
"partners" are one voice. A voice that is far from both is nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.speech.cepstra import FRAMES_PER_S, Features
from voicecoach.speech.mixture import Mixture

CERTAIN = 2.0
"""Margin from which on a voice counts as known: found by `who_spoke --tuning`."""

SURE = 4.0
"""Margin from which on what one says in the other's turn is taken out of it: twice as much, as a
message that is lost is worse than one with a word too many."""

LEAST_S = 2.0
"""Seconds of voice that must have been learned of each partner before they are compared."""

MOST_S = 40.0
"""More than this is not kept of a partner: the latest is nearest to how they sound now."""

FAR = 3.0
"""What is less like the nearer partner than that one's own half seconds usually are, by so many of
their deviations, is nobody's: a third voice, where it can be told (`who_spoke`)."""

LEAST_DEVIATION = 2.0
"""A few even sentences may stray less from each other than a yes does from them."""

SHORTEST_S = 0.12
"""Less voice than this tells nothing."""

TWO_VOICES = 3.0
"""They are two voices if their scores lie apart by so many of the difference's standard errors."""

_THIRDS = 3
_WINDOW = FRAMES_PER_S // 2


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose voice it was, or None where that is not certain; `margin` is the log of the odds.

    `nearer` is the one whose voice it is more like, certain or not; None, with a margin of 0, where
    the two cannot be told apart at all (too little was learned, or they sound the same). `apart`
    tells whether what was learned is two voices beyond doubt; without that nobody is certain.
    """

    partner: str | None
    margin: float = 0.0
    nearer: str | None = None
    apart: bool = False

    def may_be_other(self, than: str) -> bool:
        """Whether it may well be the other partner's voice, although that is not certain.

        True for all that is not certain between two voices; where they are hardly two, only if
        it is more like the other one.
        """
        return (
            self.partner is None and self.nearer is not None and (self.apart or self.nearer != than)
        )


UNKNOWN = Attribution(None)


@dataclass(frozen=True, slots=True)
class _Scale:
    """The score where both are equally likely, and the slope of the margin over half a second."""

    middle: float
    slope: float
    different: bool
    """Whether they are two voices, as far as that can be told."""
    least: tuple[float, float]
    """How likely a voice must be in either one's mixture to be theirs at all."""


class Partners:
    """The voices of two partners, as far as they are known. It forgets when it is dropped."""

    def __init__(self, first: str, second: str) -> None:
        self.names = (first, second)
        self._frames: dict[str, list[Features]] = {first: [], second: []}
        self._mixtures: tuple[Mixture, Mixture] | None = None
        self._scale: _Scale | None = None

    def copy(self) -> Partners:
        """The same, to learn something that may have to be forgotten again."""
        other = Partners(*self.names)
        other._frames = {name: list(parts) for name, parts in self._frames.items()}
        return other

    def heard_s(self, partner: str) -> float:
        """Seconds of voice that were learned of a partner."""
        return sum(len(part) for part in self._frames[partner]) / FRAMES_PER_S

    def learn(self, partner: str, voice: Features) -> None:
        """These frames are the voice of `partner`, one of the two names (else KeyError)."""
        parts = self._frames[partner]
        parts.append(voice)
        while len(parts) > 1 and self.heard_s(partner) - len(parts[0]) / FRAMES_PER_S >= MOST_S:
            parts.pop(0)
        self._mixtures = self._scale = None

    def whose(self, voice: Features) -> Attribution:
        """Whose voice these frames are."""
        if len(voice) < SHORTEST_S * FRAMES_PER_S or not self._ready():
            return UNKNOWN
        assert self._mixtures is not None and self._scale is not None
        first, second = self._mixtures
        each = [float(np.mean(one.log_likelihood(voice))) for one in (first, second)]
        score = each[0] - each[1]
        # Frames near each other say nearly the same: the odds grow with the root of the time.
        length = float(np.sqrt(len(voice) / _WINDOW))
        margin = (score - self._scale.middle) * self._scale.slope * length
        nearer = self.names[0] if margin > 0 else self.names[1]
        at = self.names.index(nearer)
        far = each[at] < self._scale.least[at]
        certain = self._scale.different and abs(margin) >= CERTAIN and not far
        return Attribution(nearer if certain else None, abs(margin), nearer, self._scale.different)

    def evidence(self, voice: Features) -> NDArray[np.float64] | None:
        """(n,): what each frame adds to the log of the odds of the first against the second.

        None where the two cannot be told apart beyond doubt.
        """
        if not self._ready():
            return None
        assert self._mixtures is not None and self._scale is not None
        if not self._scale.different:
            return None
        first, second = (one.log_likelihood(voice) for one in self._mixtures)
        return (first - second - self._scale.middle) * self._scale.slope / _WINDOW

    def _ready(self) -> bool:
        """Whether enough was learned, and it makes any difference."""
        if min(self.heard_s(name) for name in self.names) < LEAST_S:
            return False
        if self._scale is None:
            first, second = (np.concatenate(self._frames[name]) for name in self.names)
            self._scale = _measured(first, second)
            self._mixtures = Mixture(first), Mixture(second)
        return self._scale.slope > 0


def _measured(first: Features, second: Features) -> _Scale:
    """What scores are worth, from frames that the judging mixtures have not seen."""
    scores: tuple[list[float], list[float]] = ([], [])
    own: tuple[list[float], list[float]] = ([], [])
    for third in range(_THIRDS):
        held, seen = zip(_held_out(first, third), _held_out(second, third), strict=True)
        ones, others = Mixture(seen[0]), Mixture(seen[1])
        for index, frames in enumerate(held):
            likely = ones.log_likelihood(frames), others.log_likelihood(frames)
            scores[index].extend(_windows(likely[0] - likely[1]))
            own[index].extend(_windows(likely[index]))
    means, spreads = [np.mean(side) for side in scores], [np.var(side) for side in scores]
    straying = float(np.mean(spreads)) + 1e-3
    # The means are themselves uncertain where there are few windows; half of them overlap.
    doubt = float(
        np.sqrt(sum(s / max(1, len(x) / 2) for s, x in zip(spreads, scores, strict=True)))
    )
    apart = float(means[0] - means[1])
    slope = max(0.0, apart - doubt) / straying
    strays = [max(LEAST_DEVIATION, float(np.std(side))) for side in own]
    least = [float(np.mean(side)) - FAR * std for side, std in zip(own, strays, strict=True)]
    different = apart > TWO_VOICES * doubt
    return _Scale(float(means[0] + means[1]) / 2, slope, different, (least[0], least[1]))


def _windows(each: NDArray[np.float64]) -> Iterator[float]:
    """The means of half seconds, each half a window after the one before."""
    step = min(_WINDOW, len(each))
    for at in range(0, len(each) - step + 1, max(1, step // 2)):
        yield float(each[at : at + step].mean())


def _held_out(frames: Features, third: int) -> tuple[Features, Features]:
    """One third of the frames, and the other two."""
    start, end = (len(frames) * at // _THIRDS for at in (third, third + 1))
    return frames[start:end], np.concatenate([frames[:start], frames[end:]])
