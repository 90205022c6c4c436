"""The loudspeaker: announcements played from a buffer, and when the last sample has left."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any

import numpy as np

from voicecoach.engines.soundcard.devices import (
    GONE_S,
    abort,
    described,
    form_of,
    leave,
    sound_library,
    started,
)
from voicecoach.errors import DeviceError
from voicecoach.speech.audio import Samples

FILLED_S = 0.3
"""After so many seconds a loudspeaker that was just opened has filled its buffers."""


class SoundcardLoudspeaker:
    """A Loudspeaker on a sound card; silent between announcements, open for the whole session.

    `device` is a part of its name, or None for the system's default. Raises DeviceError where
    PortAudio or the device is missing or busy. `rate` is the rate in Hz it was opened with.
    """

    def __init__(self, device: str | None = None) -> None:
        sounddevice = sound_library()
        info = described(sounddevice, device, "output")
        self.name = str(info["name"])
        self._lock = threading.Lock()
        self._parts: deque[Samples] = deque()
        self._quiet_at = 0.0
        self._called = time.monotonic()
        self._over = False
        self._delay = 0.0
        form = form_of(sounddevice, info, "output")
        self.rate = form[0]
        self._stream: Any = started(sounddevice.OutputStream, info, form, self._fill, self._ended)
        self._delay = float(self._stream.latency)

    def _fill(self, data: Samples, frames: int, when: Any, status: Any) -> None:
        """PortAudio's callback: what is to be played, then silence."""
        now = time.monotonic()
        self._called = now
        filled = 0
        with self._lock:
            while self._parts and filled < frames:
                part = self._parts.popleft()
                taken = part[: frames - filled]
                data[filled : filled + len(taken)] = taken[:, None]
                filled += len(taken)
                if len(taken) < len(part):
                    self._parts.appendleft(part[len(taken) :])
            if filled:
                ahead = max(self._delay, when.outputBufferDacTime - when.currentTime)
                self._quiet_at = now + ahead + filled / self.rate
        data[filled:] = 0

    def _ended(self) -> None:
        self._over = True

    def play(self, samples: Samples, rate: int) -> None:
        """Start to play (n,) float32 samples at `rate` Hz, after what still plays."""
        import soxr

        if len(samples) and self._stream is not None:
            part = np.asarray(soxr.resample(samples, rate, self.rate), np.float32)
            with self._lock:
                self._parts.append(np.clip(part, -1.0, 1.0))

    @property
    def playing(self) -> bool:
        """True until the last sample has left. Raises DeviceError when the device is gone."""
        self._see_that_it_is_there()
        with self._lock:
            waiting = bool(self._parts)
        return waiting or time.monotonic() < self._quiet_at

    def takes_sound(self) -> bool:
        """Whether it asks for sound beyond filling its buffers, which a suspended one does too.

        Waits for that, at most as long as a device may be silent before it counts as gone.
        """
        time.sleep(FILLED_S)
        filled, until = self._called, time.monotonic() + GONE_S
        while time.monotonic() < until and not self._over:
            if self._called > filled:
                return True
            time.sleep(0.01)
        return False

    def tick(self, samples: int) -> None:
        """Time passes by itself. Raises DeviceError when the device is gone, playing or not."""
        self._see_that_it_is_there()

    def _see_that_it_is_there(self) -> None:
        stream = self._stream
        if stream is None or not (self._over or time.monotonic() - self._called > GONE_S):
            return
        self._stream = None
        leave(stream)
        self._hush()
        raise DeviceError(f"The loudspeaker {self.name} is gone.", "Plug it in again, or another.")

    def stop(self) -> None:
        """Forget what was still to be played; what is in the device plays out its latency."""
        with self._lock:
            self._parts.clear()

    def close(self) -> None:
        """Give the device back."""
        stream, self._stream = self._stream, None
        self._hush()
        if stream is not None:
            abort(stream)

    def _hush(self) -> None:
        self.stop()
        self._quiet_at = 0.0
