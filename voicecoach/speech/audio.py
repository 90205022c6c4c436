"""Frames and clips: 16 kHz mono float32, full scale at 1.0, placed by sample count."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
"""Samples per second of everything inside."""

FRAME = 512
"""Samples in a frame (32 ms): what the speech detector judges at a time."""

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """`samples` has shape (FRAME,); `position` is where it starts in the input, in samples.

    `lost` counts the input samples dropped just before this frame (an overflow). With two
    microphones `channels` has shape (2, FRAME), left and right, and `samples` is their mean.
    """

    samples: Samples
    position: int
    lost: int = 0
    channels: Samples | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A stretch of sound: `samples` has shape (n,), starting at input sample `position`."""

    samples: Samples
    position: int

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / RATE

    @property
    def start_s(self) -> float:
        """Where it starts in the input, in seconds."""
        return self.position / RATE

    @property
    def end_s(self) -> float:
        """Where it ends in the input, in seconds."""
        return (self.position + len(self.samples)) / RATE


def level_db(samples: Samples) -> float:
    """Root mean square level in dBFS; -100 for silence or nothing.

    >>> round(level_db(np.ones(4, np.float32)))
    0
    """
    if len(samples) == 0:
        return -100.0
    power = float(np.dot(samples, samples)) / len(samples)
    return max(-100.0, 10 * math.log10(power)) if power > 0 else -100.0


def joined(clips: list[Clip]) -> Clip:
    """The clips in order as one; gaps between them become silence, so that times stay true.

    Raises ValueError for an empty list.
    """
    if not clips:
        raise ValueError("nothing to join")
    parts: list[Samples] = []
    end = clips[0].position
    for clip in clips:
        gap = max(0, clip.position - end)
        if gap:
            parts.append(np.zeros(gap, np.float32))
        parts.append(clip.samples)
        end = clip.position + len(clip.samples)
    return Clip(np.concatenate(parts), clips[0].position)
