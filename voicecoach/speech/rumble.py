"""What lies below a voice is taken out: traffic, a fridge, a hand on the table.

A gentle high-pass (Butterworth, second order), block by block, with what came before remembered: in
recorded noise the speech detector misses fewer short answers behind it. A steep one made it miss
more than none. How many are missed is printed by `python -m tests.benchmarks.cut_offs`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicecoach.speech.audio import RATE, Samples

CUT_HZ = 200.0
"""Vowels carry a voice's pitch in their overtones too: what is above this is enough to find it."""

TAPS = 257
"""After so many samples (16 ms) nothing is left of the response to one."""


class RumbleFilter:
    """Call it with block after block, each of shape (n,); gives the same number of samples back."""

    def __init__(self) -> None:
        self._before = np.zeros(TAPS - 1, np.float32)
        self._taps = _taps()
        self._responses: dict[int, NDArray[np.complex128]] = {}

    def __call__(self, samples: Samples) -> Samples:
        """The next samples without what is below `CUT_HZ`."""
        whole = np.concatenate([self._before, samples])
        self._before = whole[-(TAPS - 1) :]
        length = len(whole)
        response = self._responses.get(length)
        if response is None:
            response = self._responses[length] = np.fft.rfft(self._taps, length)
        filtered = np.fft.irfft(np.fft.rfft(whole) * response, length)
        return np.asarray(filtered[TAPS - 1 :], np.float32)


def _taps() -> NDArray[np.float64]:
    """The filter's response to a single one: the bilinear transform of its two poles."""
    warped = np.tan(np.pi * CUT_HZ / RATE)
    scale = 1 / (1 + np.sqrt(2) * warped + warped**2)
    back = (2 * scale * (warped**2 - 1), scale * (1 - np.sqrt(2) * warped + warped**2))
    struck = np.zeros(TAPS + 2)
    struck[2] = 1.0
    rung = np.zeros(TAPS + 2)
    for at in range(2, TAPS + 2):
        rung[at] = scale * (struck[at] - 2 * struck[at - 1] + struck[at - 2])
        rung[at] -= back[0] * rung[at - 1] + back[1] * rung[at - 2]
    return rung[2:]
