"""Sounds of a room made from numbers: its noise, a breath, a cough, a door, cutlery.

Everything is shaped noise or damped tones from a seeded generator: no recording is used. All
functions return float32 samples of shape (n,) at 16 kHz; levels are root mean square in dBFS.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

RATE = 16_000

Samples = NDArray[np.float32]
Random = np.random.Generator


def at_level(samples: Samples, level_db: float) -> Samples:
    """The samples brought to `level_db` over their whole length; silence stays silence."""
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    if power == 0.0:
        return samples
    scale = np.float32(10 ** (level_db / 20) / np.sqrt(power))
    return np.asarray(samples * scale, np.float32)


def shaped_noise(random: Random, count: int, gain: Callable[[Samples], Samples]) -> Samples:
    """`count` samples of Gaussian noise whose spectrum is multiplied by `gain(frequency_hz)`."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / RATE).astype(np.float32)
    return np.fft.irfft(spectrum * gain(frequency), count).astype(np.float32)


def _around(centre_hz: float, width_octaves: float) -> Callable[[Samples], Samples]:
    """A bell-shaped gain around a frequency, on a logarithmic axis."""

    def gain(frequency: Samples) -> Samples:
        octaves = np.log2(np.maximum(frequency, 1.0) / centre_hz)
        return np.asarray(np.exp(-0.5 * (octaves / width_octaves) ** 2), np.float32)

    return gain


def _swell(count: int, rise: float) -> Samples:
    """An envelope that rises over the part `rise` of its length and falls over the rest."""
    place = np.linspace(0, 1, count, dtype=np.float32)
    up = np.clip(place / rise, 0, 1)
    down = np.clip((1 - place) / (1 - rise), 0, 1)
    return np.asarray(np.minimum(up, down) ** 1.5, np.float32)


def room_noise(random: Random, count: int, level_db: float) -> Samples:
    """A quiet living room: falling spectrum (6 dB an octave above 80 Hz) and a mains hum."""

    def gain(frequency: Samples) -> Samples:
        low_cut = frequency / (frequency + 30.0)
        return np.asarray(low_cut * 80.0 / (80.0 + frequency) + 0.004, np.float32)

    time = np.arange(count, dtype=np.float32) / RATE
    hum = 0.3 * np.sin(2 * np.pi * 100.0 * time) + 0.1 * np.sin(2 * np.pi * 200.0 * time)
    noise = at_level(shaped_noise(random, count, gain), 0.0)
    return at_level((noise + hum).astype(np.float32), level_db)


def breath(random: Random) -> Samples:
    """Air drawn in before speaking: 0.3 to 0.45 s of soft noise around 1.8 kHz."""
    count = int(RATE * random.uniform(0.3, 0.45))
    return shaped_noise(random, count, _around(1800.0, 0.9)) * _swell(count, 0.7)


def cough(random: Random) -> Samples:
    """Two bursts of breath, each with a short hard start, as from a dry throat."""
    parts: list[Samples] = []
    for seconds in (0.36, 0.3):
        count = int(RATE * seconds)
        place = np.linspace(0, 1, count, dtype=np.float32)
        air = shaped_noise(random, count, _around(900.0, 1.3))
        parts.append(air * np.exp(-6 * place) * np.clip(40 * place, 0, 1))
        parts.append(np.zeros(int(0.12 * RATE), np.float32))
    return np.concatenate(parts)


def door(random: Random) -> Samples:
    """A door that falls shut in the next room: a low thud and the rattle of its latch."""
    count = int(RATE * 0.6)
    time = np.arange(count, dtype=np.float32) / RATE
    thud = np.sin(2 * np.pi * 70.0 * time) * np.exp(-time * 14)
    rattle = shaped_noise(random, count, _around(2600.0, 0.6)) * np.exp(-time * 30)
    return np.asarray(thud + 0.8 * rattle, np.float32)


def clatter(random: Random) -> Samples:
    """Cutlery put down on a plate: five short bright rings."""
    count = int(RATE * 0.9)
    sound = np.zeros(count, np.float32)
    for start in np.sort(random.uniform(0.0, 0.6, 5)):
        at = int(start * RATE)
        time = np.arange(count - at, dtype=np.float32) / RATE
        for pitch in random.uniform(2200.0, 5200.0, 3):
            sound[at:] += np.sin(2 * np.pi * pitch * time) * np.exp(-time * 45)
    return sound


NOISES: dict[str, Callable[[Random], Samples]] = {
    "breath": breath,
    "cough": cough,
    "door": door,
    "clatter": clatter,
}
"""The names a script may use in `(noise: NAME)`."""
