"""Who stands near is told from those who talk behind: by level, and never in a quiet room."""

from __future__ import annotations

import numpy as np
import pytest

from voicecoach.speech.audio import RATE, Samples
from voicecoach.speech.foreground import foreground


def noise(seconds: float, level: float, seed: int = 1) -> Samples:
    """Hiss whose level goes up and down as that of talk does."""
    count = int(seconds * RATE)
    swell = 1 + 0.3 * np.sin(2 * np.pi * 3 * np.arange(count) / RATE)
    hiss = np.random.default_rng(seed).normal(0, level, count)
    return np.asarray(hiss * swell, np.float32)


def placed(*parts: tuple[float, float], behind: float) -> Samples:
    """Sounds of (seconds, level) one after the other over what goes on behind them."""
    said = np.concatenate([noise(seconds, level, 2) for seconds, level in parts])
    return np.asarray(said + noise(len(said) / RATE, behind, 3)[: len(said)], np.float32)


def test_what_stands_out_is_kept_with_a_little_around_it() -> None:
    """An answer of half a second, 12 dB above a room that talks for three."""
    kept = foreground(placed((1.5, 0.0), (0.5, 0.1), (1.5, 0.0), behind=0.025))
    assert 1.2 * RATE < kept.start < 1.5 * RATE
    assert 2.0 * RATE < kept.stop < 2.3 * RATE


def test_a_pause_inside_an_answer_parts_nothing() -> None:
    """ "Yes", and 0.4 s later "but": both are kept, also where the second is softer."""
    clip = placed((1.5, 0.0), (0.4, 0.1), (0.4, 0.0), (0.3, 0.07), (1.5, 0.0), behind=0.02)
    kept = foreground(clip)
    assert kept.start < 1.5 * RATE
    assert kept.stop > 2.6 * RATE


@pytest.mark.parametrize(
    "clip",
    [
        placed((1.5, 0.0), (0.5, 0.1), (1.5, 0.0), behind=0.0005),
        placed((0.4, 0.0), (0.7, 0.1), (0.3, 0.0), behind=0.025),
        placed((0.5, 0.0), (3.0, 0.1), (0.4, 0.0), behind=0.025),
        noise(3.0, 0.1)[:100],
        np.zeros(0, np.float32),
        np.zeros(3 * RATE, np.float32),
    ],
    ids=["quiet room", "usual clip", "long talk", "short", "nothing", "silence"],
)
def test_otherwise_all_is_kept(clip: Samples) -> None:
    """In a quiet room a softer word is a word, and the usual quiet around an answer stays."""
    assert foreground(clip) == slice(0, len(clip))
