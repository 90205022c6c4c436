"""Voices out of numbers: a buzz through the resonances of a throat, for tests without recordings.

A voice is its pitch and the length of its throat; what it says is a chain of vowels.
"""

from __future__ import annotations

import numpy as np

from voicecoach.speech.audio import RATE, Clip, Samples

LOW, HIGH = (110.0, 1.0), (190.0, 1.17)
"""Pitch in Hz, and by how much the resonances lie higher than in a long throat."""

VOWELS = (
    (700, 1200, 2500),
    (300, 2200, 2900),
    (500, 900, 2400),
    (400, 1900, 2500),
    (350, 800, 2300),
)


def talk(voice: tuple[float, float], seconds: float, seed: int, noise: float = 1e-4) -> Samples:
    """So much talk in that voice, with 0.4 s of room before and after it."""
    rng = np.random.default_rng(seed)
    pitch, throat = voice
    said = []
    while sum(map(len, said)) < seconds * RATE:
        said.append(_vowel(pitch * rng.uniform(0.9, 1.1), throat, rng))
    room = np.zeros(round(0.4 * RATE))
    whole = np.concatenate([room, np.concatenate(said)[: round(seconds * RATE)], room])
    return np.asarray(whole + rng.normal(0, noise, len(whole)), np.float32)


def _vowel(pitch: float, throat: float, rng: np.random.Generator) -> Samples:
    """0.15 s of one vowel."""
    times = np.arange(round(0.15 * RATE)) / RATE
    formants = np.array(VOWELS[rng.integers(len(VOWELS))]) * throat * rng.uniform(0.95, 1.05, 3)
    sound = np.zeros(len(times))
    for harmonic in range(1, int(7000 / pitch)):
        hertz = harmonic * pitch
        gain = np.sum(1 / (1 + ((hertz - formants) / 90) ** 2)) / harmonic**0.5 + 0.002
        sound += gain * np.sin(2 * np.pi * hertz * times + rng.uniform(0, 2 * np.pi))
    envelope = np.minimum(1, np.minimum(times, times[::-1]) / 0.02)
    return np.asarray(0.05 * sound * envelope, np.float32)


def clip(voice: tuple[float, float], seconds: float, seed: int, noise: float = 1e-4) -> Clip:
    """The same as a clip from the beginning of the input."""
    return Clip(talk(voice, seconds, seed, noise), 0)
