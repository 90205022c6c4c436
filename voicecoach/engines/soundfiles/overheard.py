"""A recording that the room hears too: for the demo, where somebody wants to listen along."""

from __future__ import annotations

from typing import Any

import numpy as np

from voicecoach.engines import Loudspeaker, Microphone
from voicecoach.errors import DeviceError
from voicecoach.speech.audio import RATE, Frame

AHEAD_S = 0.15
"""Silence played before the first frame and after a pause: frames come just in time, and a
loudspeaker that ran dry between two of them would click."""


class Overheard:
    """A Microphone that plays what it hears through a loudspeaker of its own.

    `microphone` must come in real time; `loudspeaker` may state its own `rate` in Hz, to which the
    sound is then brought as one stream. A loudspeaker that goes away only ends the playing.
    """

    def __init__(self, microphone: Microphone, loudspeaker: Loudspeaker) -> None:
        import soxr

        self.name = microphone.name
        self.live = microphone.live
        self._microphone = microphone
        self._loudspeaker: Loudspeaker | None = loudspeaker
        self._rate = int(getattr(loudspeaker, "rate", RATE))
        self._resampler: Any = soxr.ResampleStream(RATE, self._rate, 1, dtype="float32")

    def read(self, hold: bool = False) -> Frame | None:
        """The microphone's next frame; while the coach speaks, nothing is played."""
        frame = self._microphone.read(hold)
        if frame is not None and not hold and self._loudspeaker is not None:
            try:
                self._play(self._loudspeaker, frame)
            except DeviceError:
                self._silence()
        return frame

    def close(self) -> None:
        """Close the microphone and the loudspeaker."""
        self._microphone.close()
        self._silence()

    def _play(self, loudspeaker: Loudspeaker, frame: Frame) -> None:
        if not loudspeaker.playing:
            loudspeaker.play(np.zeros(int(AHEAD_S * self._rate), np.float32), self._rate)
        loudspeaker.play(self._resampler.resample_chunk(frame.samples), self._rate)
        loudspeaker.tick(len(frame.samples))

    def _silence(self) -> None:
        loudspeaker, self._loudspeaker = self._loudspeaker, None
        if loudspeaker is not None:
            loudspeaker.close()
