"""How a rating is heard: the numbers one to ten in three forms, by the embedded recogniser.

Each number is spoken by four synthetic voices, in a quiet room and in pink noise, decoded as free
talk (as a practice does) and read by `dialogue.practice.ratings`. A rating is right, wrong (another
number is read, which the trainee would have to put right) or none (it is asked for again). No
person has spoken any of it.

    python -m tests.benchmarks.spoken_ratings
"""

from __future__ import annotations

import sys
from collections import Counter

import numpy as np

from tests.coach.answers_spoken import (
    FLITE_VOICES,
    missing_voices,
    pink,
    silence,
    spoken,
    with_noise,
)
from voicecoach.dialogue.practice.ratings import rating
from voicecoach.engines.sphinx import Sphinx
from voicecoach.speech.audio import RATE, Clip

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
FORMS = ("{}", "{} out of ten", "number {}")
SNRS_DB: tuple[float | None, ...] = (None, 20.0, 10.0)
"""Noise below the speech; None is a quiet room."""


def heard(recogniser: Sphinx, text: str, voice: str, snr_db: float | None) -> float | None:
    """The rating that is read of `text` in a voice and a room."""
    sound = np.concatenate([silence(0.3), spoken(text, voice), silence(0.3)])
    if snr_db is not None:
        sound = with_noise(sound, pink(len(sound) / RATE + 0.1, seed=7), snr_db)
    return rating(" ".join(word.text for word in recogniser.transcribe(Clip(sound, 0))))


def counted(recogniser: Sphinx, form: str, snr_db: float | None) -> Counter[str]:
    """How many of the ratings in one form are right, wrong and none."""
    found: Counter[str] = Counter()
    for own, number in enumerate(NUMBERS, 1):
        for voice in FLITE_VOICES:
            came = heard(recogniser, form.format(number), voice, snr_db)
            found["right" if came == own else "none" if came is None else "wrong"] += 1
    return found


def main() -> int:
    """Print the table; 1 where the voices are missing."""
    if missing_voices():
        print(missing_voices(), file=sys.stderr)
        return 1
    recogniser = Sphinx()
    print(f"{len(NUMBERS)} numbers, {len(FLITE_VOICES)} voices: right / wrong / none")
    rooms = ["quiet" if snr is None else f"{snr:.0f} dB" for snr in SNRS_DB]
    print(f"{'':16}" + "".join(f"{room:>16}" for room in rooms))
    for form in FORMS:
        cells = []
        for snr_db in SNRS_DB:
            found = counted(recogniser, form, snr_db)
            cells.append(f"{found['right']:3} /{found['wrong']:3} /{found['none']:3}")
        print(f"{form.format('seven'):16}" + "".join(f"{cell:>16}" for cell in cells))
    return 0


if __name__ == "__main__":
    sys.exit(main())
