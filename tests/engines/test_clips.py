"""Kept clips become one recording: sample for sample, whatever overlaps and wherever gaps are."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest

from voicecoach.engines.soundfiles import Placed, flac_bytes, silenced, write_clips
from voicecoach.errors import LibraryError
from voicecoach.speech.audio import RATE, Samples

WHOLE = np.asarray(np.sin(np.arange(5 * RATE) / 7) * np.linspace(0.1, 0.9, 5 * RATE), np.float32)
"""Five seconds in which no stretch is like another."""


def clip(start_s: float, end_s: float) -> Placed:
    return Placed(start_s, flac_bytes(WHOLE[int(start_s * RATE) : int(end_s * RATE)]))


def written(form: str, clips: list[Placed], silent: list[tuple[float, float]]) -> Samples:
    file = io.BytesIO()
    seconds = write_clips(file, form, clips, silent)
    file.seek(0)
    with av.open(file, "r") as container:
        parts = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    samples = np.concatenate(parts).astype(np.float32) / 32767
    assert len(samples) == round(seconds * RATE)
    return samples


@pytest.mark.parametrize("form", ["wav", "flac"])
def test_what_two_clips_share_is_written_once(form: str) -> None:
    """They are of one recording: joined they give it back, silent where nothing was kept."""
    clips = [clip(0.5, 2.0), clip(1.7, 2.5), clip(1.8, 2.2), clip(3.25, 4.0)]
    expected = WHOLE[: 4 * RATE].copy()
    expected[: RATE // 2] = 0.0
    expected[int(2.5 * RATE) : int(3.25 * RATE)] = 0.0
    expected[int(1.9 * RATE) : int(2.1 * RATE)] = 0.0
    assert np.abs(written(form, clips, [(1.9, 2.1)]) - expected).max() < 1e-4


def test_one_clip_is_silent_only_where_it_is_to_be() -> None:
    """By the time of the recording; where nothing of it is meant, it stays byte for byte."""
    kept = clip(1.0, 3.0)
    cut = silenced(kept.start_s, kept.flac, [(0.0, 1.5), (2.5, 2.75), (4.0, 9.0)])
    expected = WHOLE[RATE : 3 * RATE].copy()
    expected[: RATE // 2] = 0.0
    expected[int(1.5 * RATE) : int(1.75 * RATE)] = 0.0
    assert np.abs(written("wav", [Placed(0.0, cut)], []) - expected).max() < 1e-4
    assert silenced(kept.start_s, kept.flac, [(0.0, 1.0), (3.0, 9.0)]) == kept.flac
    with pytest.raises(LibraryError, match="cannot be decoded"):
        silenced(0.0, b"something else", [(0.0, 1.0)])


def test_nothing_is_nothing() -> None:
    file = io.BytesIO()
    assert write_clips(file, "wav", []) == 0.0


def test_what_is_no_flac_is_damage() -> None:
    with pytest.raises(LibraryError, match="cannot be decoded"):
        write_clips(io.BytesIO(), "wav", [Placed(0.0, b"something else")])
