"""What a voice sounds like, frame by frame: mel cepstra of the voiced parts of a clip.

A frame is 25 ms long and every 10 ms there is one. Its power spectrum passes 32 triangular mel
bands (60-7,600 Hz); the cosine transform of their logarithms gives the cepstrum. Coefficients 1-13
and how they change over 40 ms are kept: coefficient 0 is how loud it was, which tells how far away
somebody sits and not who it is. The mean is not taken out: both partners speak into the same
microphone, so what would be taken out is the voice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from voicecoach.speech.audio import RATE, Clip

Features = NDArray[np.float64]
"""(n, 26): a row for each voiced frame."""

FRAMES_PER_S = 100
_HOP = RATE // FRAMES_PER_S
_WINDOW = 400
_FFT = 512
_BANDS = 32
_COEFFICIENTS = 13
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 7_600.0

BELOW_LOUD_DB = 30.0
"""What is softer than the loud parts of a clip by more than this is not the voice."""

ABOVE_ROOM_DB = 6.0
"""Nor is what is not louder than the room, as it is heard between the words, by this much.

With 3 dB a voice learned in quiet and asked in noise is mistaken twice as often (`who_spoke`)."""


@dataclass(frozen=True, slots=True, eq=False)
class Voiced:
    """The voiced frames of a clip, n of them, in order.

    `features` (n, 26); `middle_s` (n,) where in the input the middle of each frame lies, in
    seconds; `below_loud_db` (n,) how much softer it is than the loud parts of the clip.
    """

    features: Features
    middle_s: NDArray[np.float64]
    below_loud_db: NDArray[np.float64]


def cepstra(clip: Clip, from_s: float | None = None, until_s: float | None = None) -> Features:
    """The features of the voiced frames alone."""
    return voiced(clip, from_s, until_s).features


def voiced(clip: Clip, from_s: float | None = None, until_s: float | None = None) -> Voiced:
    """The voiced frames between two input times (all where none is given).

    The rest of the clip serves to hear how loud the room is. No rows where nothing is voiced;
    silence that was put between joined pieces counts neither as voice nor as room.
    """
    powers = _band_powers(clip)
    loudness = 10 * np.log10(powers.sum(axis=1) + 1e-12)
    heard = loudness > -100
    if np.count_nonzero(heard) < 2:
        return Voiced(np.empty((0, 2 * _COEFFICIENTS)), np.empty(0), np.empty(0))
    room_db, loud_db = np.percentile(loudness[heard], (5, 95))
    kept = loudness > max(loud_db - BELOW_LOUD_DB, room_db + ABOVE_ROOM_DB)
    middle_s = clip.start_s + (np.arange(len(powers)) * _HOP + _WINDOW / 2) / RATE
    if from_s is not None:
        kept &= middle_s >= from_s
    if until_s is not None:
        kept &= middle_s <= until_s
    still = np.log(powers + 1e-8) @ _cosines().T
    ahead = np.minimum(np.arange(len(still)) + 2, len(still) - 1)
    behind = np.maximum(np.arange(len(still)) - 2, 0)
    features = np.asarray(np.hstack([still, still[ahead] - still[behind]])[kept])
    return Voiced(features, middle_s[kept], np.asarray(loud_db - loudness[kept]))


def _band_powers(clip: Clip) -> NDArray[np.float64]:
    """(frames, bands); no frame where the clip is shorter than a window."""
    if len(clip.samples) < _WINDOW:
        return np.empty((0, _BANDS))
    frames = np.lib.stride_tricks.sliding_window_view(clip.samples, _WINDOW)[::_HOP]
    spectra = np.fft.rfft(frames * np.hanning(_WINDOW), _FFT)
    return np.asarray((spectra.real**2 + spectra.imag**2) @ _mel_bands().T)


@cache
def _mel_bands() -> NDArray[np.float64]:
    """(bands, bins): triangles, evenly spaced on the mel scale 2595 log10(1 + f / 700)."""
    lowest, highest = (2595 * np.log10(1 + hz / 700) for hz in (_LOWEST_HZ, _HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(lowest, highest, _BANDS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(_FFT, 1 / RATE)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0.0, np.minimum(rising, falling))


@cache
def _cosines() -> NDArray[np.float64]:
    """(coefficients, bands): the cosine transform without its coefficient 0."""
    angles = np.outer(np.arange(1, _COEFFICIENTS + 1), np.arange(_BANDS) + 0.5)
    return np.asarray(np.cos(np.pi / _BANDS * angles) * np.sqrt(2 / _BANDS))
