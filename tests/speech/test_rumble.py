"""What lies below a voice is taken out, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from voicecoach.speech.audio import FRAME, RATE, Samples
from voicecoach.speech.rumble import CUT_HZ, RumbleFilter


def left_of(hertz: float) -> float:
    """How many dB of a tone are left, filtered frame by frame."""
    tone = np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE).astype(np.float32)
    filtered = by_frames(tone)[FRAME:]
    return 20 * float(np.log10(np.sqrt(2 * np.mean(np.square(filtered)))))


def by_frames(sound: Samples) -> Samples:
    rumble = RumbleFilter()
    whole = sound[: len(sound) // FRAME * FRAME]
    return np.concatenate([rumble(frame) for frame in whole.reshape(-1, FRAME)])


@pytest.mark.parametrize(("hertz", "decibels"), [(50, -24), (100, -12), (CUT_HZ, -3), (1000, 0)])
def test_a_low_tone_goes_and_a_voice_stays(hertz: float, decibels: float) -> None:
    """12 dB an octave below the cut, as a Butterworth of second order has it."""
    assert left_of(hertz) == pytest.approx(decibels, abs=0.5)


def test_blocks_of_any_length_give_the_same_sound() -> None:
    """Frame by frame, sixteen frames at once or all of it."""
    sound = np.random.default_rng(1).normal(0, 0.1, 64 * FRAME).astype(np.float32)
    assert np.abs(RumbleFilter()(sound) - by_frames(sound)).max() < 1e-6
