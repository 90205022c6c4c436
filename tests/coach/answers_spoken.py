"""Short answers spoken by synthetic voices, and the room around them: noise, coughs, music, talk.

Everything is made where it runs and from seeds, so that a clip is the same on every machine that
has the same voices. Samples are (n,) float32 at 16 kHz.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from tests.engines.spoken import say as espeak
from voicecoach.engines.soundfiles import Recording
from voicecoach.speech.audio import RATE, Samples

FLITE_VOICES = ("slt", "rms", "awb", "kal16")
ESPEAK_VOICE = "en-us+f3"
VOICES = (*FLITE_VOICES, ESPEAK_VOICE)

LEVEL = 0.06
"""Root mean square of speech before noise is added (about -24 dBFS)."""

_ESPEAK_WORDS_PER_MINUTE = 150


def missing_voices() -> str:
    """Why the voices cannot speak here; empty where they can."""
    if shutil.which("flite") is None:
        return "the program flite is not on this machine"
    listed = subprocess.run(["flite", "-lv"], capture_output=True, text=True).stdout.split()
    absent = [voice for voice in FLITE_VOICES if voice not in listed]
    return f"flite lacks the voices {', '.join(absent)}" if absent else ""


@lru_cache(maxsize=2000)
def spoken(text: str, voice: str, stretch: float = 1.0) -> Samples:
    """`text` in the voice, `stretch` times as slow as usual, at the level of speech."""
    if voice in FLITE_VOICES:
        sound = _flite(text, voice, stretch)
    else:
        sound = espeak(text, 0, voice, round(_ESPEAK_WORDS_PER_MINUTE / stretch)).samples
    return np.asarray(sound * (LEVEL / loudness(sound)), np.float32)


def _flite(text: str, voice: str, stretch: float) -> Samples:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "said.wav"
        slow = ["--setf", f"duration_stretch={stretch}"]
        subprocess.run(["flite", "-voice", voice, *slow, "-t", text, "-o", str(file)], check=True)
        return recorded(file)


def recorded(file: Path) -> Samples:
    """All of a recording."""
    recording = Recording(file)
    blocks = []
    while (frame := recording.read()) is not None:
        blocks.append(frame.samples)
    recording.close()
    return np.concatenate(blocks)


def loudness(sound: Samples) -> float:
    """Root mean square from the first to the last 20 ms within 30 dB of the loudest: the speech."""
    whole = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    powers = np.mean(np.square(whole), axis=1)
    loud = np.flatnonzero(powers >= powers.max() / 1000)
    return float(np.sqrt(np.mean(powers[loud[0] : loud[-1] + 1])) + 1e-9)


def silence(seconds: float) -> Samples:
    """Nothing at all."""
    return np.zeros(int(seconds * RATE), np.float32)


def with_noise(sound: Samples, noise: Samples, snr_db: float) -> Samples:
    """`sound` in a noise that is `snr_db` below its speech."""
    gain = loudness(sound) / (float(np.sqrt(np.mean(np.square(noise)))) * 10 ** (snr_db / 20))
    return np.asarray(sound + gain * noise[: len(sound)], np.float32)


def pink(seconds: float, seed: int) -> Samples:
    """Noise with as much power in every octave: wind, a fan, a distant road."""
    count = int(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=count))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 20))
    return _levelled(np.fft.irfft(spectrum, count))


def hum(seconds: float, seed: int) -> Samples:
    """A mains hum with its overtones, and a little hiss."""
    generator = np.random.default_rng(seed)
    at = np.arange(int(seconds * RATE)) / RATE
    tones = [np.sin(2 * np.pi * 50 * n * at + generator.uniform(0, 6)) / n for n in (1, 2, 3, 5, 7)]
    return _levelled(np.sum(tones, axis=0) + 0.1 * generator.normal(size=len(at)))


def babble(seconds: float, seed: int, talkers: int = 6) -> Samples:
    """Many people talking at once: `talkers` of the voices, each with sentences of its own."""
    generator = np.random.default_rng(seed)
    count = int(seconds * RATE)
    total = np.zeros(count, np.float32)
    for talker in range(talkers):
        voice = VOICES[talker % len(VOICES)]
        said = np.concatenate([spoken(s, voice) for s in generator.permutation(BABBLED)])
        total += np.resize(np.roll(said, int(generator.integers(len(said)))), count)
    return _levelled(total)


def _levelled(sound: np.ndarray) -> Samples:
    return np.asarray(sound * (LEVEL / np.sqrt(np.mean(np.square(sound)))), np.float32)


NOISES = {"pink": pink, "babble": babble, "hum": hum}

BABBLED = (
    "The train to the coast leaves from platform four at a quarter past nine.",
    "We should paint the kitchen before the winter, and perhaps the hall.",
    "My sister bought a bicycle for her oldest boy last week.",
    "There is some soup left over if anybody is hungry this evening.",
    "They closed the road by the river because of the water.",
)


def cough(seed: int) -> Samples:
    """Two or three bursts of hoarse noise, each dying away."""
    generator = np.random.default_rng(seed)
    bursts = []
    for _ in range(int(generator.integers(2, 4))):
        at = np.arange(int(generator.uniform(0.15, 0.35) * RATE)) / RATE
        hoarse = np.convolve(generator.normal(size=len(at)), _throat(generator), "same")
        bursts += [hoarse * np.minimum(1, at / 0.01) * np.exp(-at * 14), silence(0.12)]
    return _levelled(np.concatenate(bursts)) * np.float32(1.5)


def _throat(generator: np.random.Generator) -> np.ndarray:
    """Rings at a few hundred to two thousand hertz, as a throat does."""
    at = np.arange(200) / RATE
    tones = [np.cos(2 * np.pi * f * at) for f in generator.uniform((350, 1100), (700, 2200))]
    return np.asarray(np.sum(tones, axis=0) * np.exp(-at * 400))


def music(seconds: float, seed: int) -> Samples:
    """A slow tune over chords: harmonic tones that come and go, with a little vibrato."""
    generator = np.random.default_rng(seed)
    notes = []
    length = 0.0
    while length < seconds:
        duration = float(generator.choice([0.25, 0.5, 0.75]))
        at = np.arange(int(duration * RATE)) / RATE
        root = 110 * 2 ** (int(generator.integers(0, 24)) / 12)
        bend = 1 + 0.004 * np.sin(2 * np.pi * 5 * at)
        tones = [
            np.sin(2 * np.pi * root * ratio * n * np.cumsum(bend) / RATE) / n**1.3
            for ratio in (1, 1.26, 1.5)
            for n in range(1, 6)
        ]
        notes.append(np.sum(tones, axis=0) * np.minimum(1, at / 0.02) * np.exp(-2 * at))
        length += duration
    return _levelled(np.concatenate(notes)[: int(seconds * RATE)])
