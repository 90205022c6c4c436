"""The microphone: PortAudio's blocks as frames of 16 kHz mono, and the watch over its device."""

from __future__ import annotations

import queue
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
from voicecoach.engines.soundcard.server import SourceWatch
from voicecoach.errors import DeviceError
from voicecoach.speech.audio import FRAME, RATE, Frame, Samples


class SoundcardMicrophone:
    """A Microphone on a sound card: 16 kHz mono, whatever the device's own rate.

    `device` is a part of its name, or None for the system's default; with `stereo` its frames
    have two channels. Raises DeviceError where PortAudio or the device is missing or busy, or has
    one channel where two are wanted. Who opens it holds the `MicrophoneLease`.
    """

    live = True

    def __init__(self, device: str | None = None, stereo: bool = False) -> None:
        sounddevice = sound_library()
        info = described(sounddevice, device, "input")
        self.name = str(info["name"])
        self.stereo = stereo
        if stereo and int(info["max_input_channels"]) < 2:
            raise DeviceError(
                f"The microphone {self.name} is one microphone: it has one channel.",
                "Choose a stereo input with --microphone, or leave --mics out.",
            )
        self._queue: queue.SimpleQueue[tuple[Samples, bool, float] | None] = queue.SimpleQueue()
        form = form_of(sounddevice, info, "input", 2 if stereo else 1)
        self._resampler = _resampler(form[0], 2 if stereo else 1)
        self._stream: Any = started(sounddevice.InputStream, info, form, self._hear, self._ended)
        self._watch = SourceWatch()
        self._buffer = np.zeros((0, 2 if stereo else 1), np.float32)
        self._position = 0
        self._lost = 0
        self._last_time = 0.0

    def _hear(self, data: Samples, frames: int, when: Any, status: Any) -> None:
        """PortAudio's callback: copy and return."""
        self._queue.put((data.copy(), bool(status.input_overflow), when.inputBufferAdcTime))

    def _ended(self) -> None:
        self._queue.put(None)

    def read(self, hold: bool = False) -> Frame | None:
        """The next frame; time passes by itself, so `hold` changes nothing. None once closed.

        `Frame.lost` says how many samples an overflow cost, by the times the blocks state, and
        `Frame.position` counts them. Raises DeviceError when the device is gone.
        """
        while len(self._buffer) < FRAME:
            if self._stream is None:
                return None
            self._take()
        samples, self._buffer = self._buffer[:FRAME], self._buffer[FRAME:]
        channels = np.ascontiguousarray(samples.T) if self.stereo else None
        place = self._position + self._lost
        frame = Frame(samples.mean(axis=1), place, self._lost, channels)
        self._position = frame.position + FRAME
        self._lost = 0
        return frame

    def _take(self) -> None:
        """Wait for one block of the device and add it to the buffer."""
        try:
            block = self._queue.get(timeout=GONE_S)
        except queue.Empty:
            block = None
        if block is None or self._watch.gone():
            stream, self._stream = self._stream, None
            leave(stream)
            self._watch.close()
            raise DeviceError(
                f"The microphone {self.name} is gone.", "Plug it in again, or another one."
            )
        data, overflow, when = block
        if overflow:
            missing = round((when - self._last_time) * RATE) - FRAME if self._last_time else 0
            self._lost += missing if 0 < missing < 60 * RATE else FRAME
        self._last_time = when
        heard = data if self.stereo else data.mean(axis=1, keepdims=True)
        if self._resampler is not None:
            heard = self._resampler.resample_chunk(heard)
        self._buffer = np.concatenate([self._buffer, heard])

    def close(self) -> None:
        """Give the device back."""
        stream, self._stream = self._stream, None
        if stream is not None:
            abort(stream)
            self._watch.close()


def _resampler(rate: int, channels: int) -> Any:
    """A streaming resampler from the device's rate to ours, or None where they are the same."""
    if rate == RATE:
        return None
    import soxr

    return soxr.ResampleStream(rate, RATE, channels, dtype="float32")
