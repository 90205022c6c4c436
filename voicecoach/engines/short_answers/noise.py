"""Two ways to take steady noise away: further hearings of a short answer in a noisy room.

For further hearings only: free talk is recognised worse behind them than without them. They are
unlike on purpose, so that what both leave is more than what one of them made.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicecoach.speech.audio import RATE, Samples

LEVEL = 2
"""How strongly noise is taken away, 0..3."""

FLOOR = 0.1
"""Least gain of the Wiener filter; less makes the rest of the noise sound like tones."""

_CHUNK = RATE // 100
_FRAME, _STEP, _BINS = RATE // 40, RATE // 100, 512
_INERTIA = 0.95
_LEAST_PRIOR = 10**-1.5
_NOISE_RISE = 1.4
"""The mean of a noise's power over the quietest fifth of it, as far as it is smoothed here."""


def quieted(samples: Samples) -> Samples:
    """The (n,) samples with steady noise taken away; loudness as it was, above full scale clipped.

    What the noise is like is learned from the clip itself, which is let through twice before.
    """
    from pywebrtc_audio import NoiseSuppressor

    whole = np.pad(samples, (0, -len(samples) % _CHUNK))
    pcm = (np.clip(whole, -1.0, 1.0) * 32767).astype(np.int16)
    suppressor = NoiseSuppressor(RATE, 1, LEVEL)
    suppressor.process(pcm)
    suppressor.process(pcm[::-1].copy())
    cleaned = suppressor.process(pcm).astype(np.float32) / 32767
    return np.asarray(cleaned[: len(samples)], np.float32)


def smoothed(samples: Samples) -> Samples:
    """The (n,) samples behind a Wiener filter whose gain follows the speech (decision-directed,
    Ephraim and Malah 1984); what is left of the noise never falls below `FLOOR`.

    The noise is what the quietest fifth of the frames holds at each frequency.
    """
    padded = np.pad(samples, (_FRAME, _FRAME + -len(samples) % _STEP))
    window = np.sqrt(np.hanning(_FRAME + 1)[:-1])
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_STEP] * window
    spectra = np.fft.rfft(frames, _BINS)
    powers = np.square(np.abs(spectra))
    gains = _gains(powers)
    cleaned = np.fft.irfft(spectra * gains, _BINS)[:, :_FRAME] * window
    total, weight = np.zeros(len(padded)), np.zeros(len(padded))
    for at, frame in enumerate(cleaned):
        place = slice(at * _STEP, at * _STEP + _FRAME)
        total[place] += frame
        weight[place] += np.square(window)
    whole = total / np.maximum(weight, 1e-3)
    return np.asarray(whole[_FRAME : _FRAME + len(samples)], np.float32)


def _gains(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """The filter's gain for each frame and frequency, from their powers (frames, bins)."""
    kernel = np.full(5, 0.2)
    even = np.apply_along_axis(np.convolve, 0, powers, kernel, "same")
    quiet = _NOISE_RISE * np.quantile(even[2:-2], 0.2, axis=0) + 1e-12
    noise = np.convolve(np.pad(quiet, 2, mode="edge"), kernel, "valid")
    gains = np.empty_like(powers)
    before = np.maximum(powers[0] / noise - 1, 0)
    for at, power in enumerate(powers):
        louder = power / noise
        prior = _INERTIA * before + (1 - _INERTIA) * np.maximum(louder - 1, 0)
        gains[at] = np.maximum(prior / (1 + prior), FLOOR)
        before = np.maximum(np.square(gains[at]) * louder, _LEAST_PRIOR)
    return gains
