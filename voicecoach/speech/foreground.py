"""Who stands near: the loud part of a clip in which others go on talking behind it.

Among many voices a detector finds speech everywhere, so a short answer comes in a clip that begins
before it and goes on after it. What was said to the coach is what stands out from the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from voicecoach.speech.audio import RATE, Samples

SHORTEST_S = 1.6
"""A clip that is not longer holds an answer and the quiet around it: nothing is taken away."""

LEFT_OVER_S = 1.1
"""What is left out is at least so long; less is the end of a word, or the usual quiet around it."""

QUIET_ROOM_DB = 30.0
"""From the quietest tenth of a clip to the loudest: more than this, and nobody talks behind."""

STANDS_OUT = 0.33
"""How far from the usual level of the clip to the highest a part has to reach."""

PAUSE_S = 0.5
MARGIN_S = 0.18

BEHIND_DB = 9.0
"""What is softer than the loudest by so much was said behind it. In talk 10 dB below an answer the
words of others lay 9 to 17 dB below it, the answer's own 0 to 8."""

COMES_AND_GOES_DB = 1.0
"""Between the quietest tenth of a clip and its quietest quarter: hum and hiss 0.1 to 0.3, the talk
of six 2.1 to 5.4, each 5 to 15 dB below an answer."""

_PRE_EMPHASIS = 0.9
_STEP, _WINDOW = RATE // 100, RATE // 50
_SMOOTH = 5


def foreground(samples: Samples) -> slice:
    """From the first to the last that somebody near says in (n,) samples; mostly all of them.

    However long they pause between: "yes", and after it, softer, "but not really". Compared without
    emphasis, or the s of a "yes" makes all else soft.
    """
    everything = slice(0, len(samples))
    if len(samples) < SHORTEST_S * RATE:
        return everything
    levels = _levels(samples)
    quiet, usual, loud, highest = np.quantile(levels, (0.1, 0.5, 0.9, 0.99))
    if loud - quiet > QUIET_ROOM_DB:
        return everything
    raised = np.flatnonzero(levels >= usual + STANDS_OUT * (highest - usual))
    groups = np.split(raised, np.flatnonzero(np.diff(raised) > PAUSE_S * RATE / _STEP) + 1)
    spans = [(int(each[0]) * _STEP, int(each[-1]) * _STEP + _WINDOW) for each in groups]
    own = [
        span for span, by in zip(spans, softer_db(samples, spans), strict=True) if by < BEHIND_DB
    ]
    margin = int(MARGIN_S * RATE)
    start = max(0, own[0][0] - margin)
    end = min(len(samples), own[-1][1] + margin)
    left_over = len(samples) - (end - start)
    return slice(start, end) if left_over > LEFT_OVER_S * RATE else everything


def among_talk(samples: Samples) -> bool:
    """Whether others go on talking behind (n,) samples, or something else is as loud."""
    quiet, loud = np.quantile(_levels(samples), (0.1, 0.9))
    return bool(loud - quiet <= QUIET_ROOM_DB)


def comes_and_goes(samples: Samples) -> bool:
    """Whether what is behind (n,) samples rises and falls: talk does, a hum or a hiss does not."""
    lowest, low = np.quantile(_levels(samples), (0.1, 0.25))
    return bool(low - lowest >= COMES_AND_GOES_DB)


def softer_db(samples: Samples, spans: Sequence[tuple[int, int]]) -> list[float]:
    """By how many dB each span (first sample, end) is softer than the loudest of them."""
    parts = [samples[start:end] if end > start else np.zeros(1) for start, end in spans]
    levels = [10 * np.log10(max(float(np.mean(np.square(part))), 1e-12)) for part in parts]
    return [max(levels) - level for level in levels]


def _raised(samples: Samples) -> NDArray[np.float64]:
    """Low rumble counts for little."""
    first, rest = samples[:1], samples[1:] - _PRE_EMPHASIS * samples[:-1]
    return np.append(first, rest).astype(np.float64)


def _levels(samples: Samples) -> NDArray[np.float64]:
    """Level in dB every 10 ms, smoothed over 50 ms."""
    raised = _raised(samples)
    total = np.concatenate([[0.0], np.cumsum(np.square(raised))])
    starts = np.arange(0, max(1, len(raised) - _WINDOW + 1), _STEP)
    powers = (total[np.minimum(starts + _WINDOW, len(raised))] - total[starts]) / _WINDOW
    padded = np.pad(powers, _SMOOTH // 2, mode="edge")
    smooth = np.convolve(padded, np.full(_SMOOTH, 1 / _SMOOTH), "valid")
    return 10 * np.log10(np.maximum(smooth, 1e-12))
