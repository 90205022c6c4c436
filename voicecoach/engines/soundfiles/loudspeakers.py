"""Loudspeakers without a device: one that nobody hears, and one that is a file."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from voicecoach.errors import UsageError, VoicecoachError
from voicecoach.speech.audio import RATE, Samples


class SilentLoudspeaker:
    """A Loudspeaker nobody hears: it plays as long as a real one would, counted by `tick`."""

    name = "silence"

    def __init__(self) -> None:
        self._left = 0

    def play(self, samples: Samples, rate: int) -> None:
        """Queue (n,) samples at `rate` Hz."""
        self._left += round(len(samples) * RATE / rate)

    @property
    def playing(self) -> bool:
        """True until the ticks have covered all that was to be played."""
        return self._left > 0

    def tick(self, samples: int) -> None:
        """`samples` input samples have passed."""
        self._left = max(0, self._left - samples)

    def stop(self) -> None:
        """Forget what was still to be played."""
        self._left = 0

    def close(self) -> None:
        """Nothing to give back."""


class SpeakToFile:
    """A Loudspeaker that is a 16 kHz mono WAV as long as the session, silent between the words.

    `reading` is the recording that is listened to; UsageError where both are one file or where
    the file cannot be made; VoicecoachError where the disk is full. The header is brought up to
    date every second, so that the file can be played even after the program was killed.
    """

    def __init__(self, path: str | Path, reading: Path | None = None) -> None:
        self.path = Path(path)
        self.name = self.path.name
        if reading is not None and _same_file(self.path, reading):
            raise UsageError(
                f"{self.name} is the recording being read; speaking into it would erase it.",
                "Give --speak-to another file.",
            )
        try:
            self._file = self.path.open("wb")
        except OSError as error:
            raise UsageError(
                f"The file {self.path} cannot be written: {error.strerror or error}.",
                "Give --speak-to a file in a folder that exists and is yours.",
            ) from None
        self._wave: wave.Wave_write | None = wave.open(self._file, "wb")  # noqa: SIM115 - close() closes it
        self._wave.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        self._pending = np.zeros(0, np.float32)
        self._since_header = RATE

    def play(self, samples: Samples, rate: int) -> None:
        """Speak (n,) float32 samples at `rate` Hz from here on, after what still speaks."""
        import soxr

        if len(samples):
            resampled = np.asarray(soxr.resample(samples, rate, RATE), np.float32)
            self._pending = np.concatenate([self._pending, resampled])

    @property
    def playing(self) -> bool:
        """True until the ticks have written all that was to be spoken."""
        return len(self._pending) > 0

    def tick(self, samples: int) -> None:
        """Write `samples` samples of the session: speech while there is any, then silence."""
        part = self._pending[:samples]
        self._pending = self._pending[samples:]
        if len(part) < samples:
            part = np.concatenate([part, np.zeros(samples - len(part), np.float32)])
        self._write(np.asarray(np.clip(part, -1.0, 1.0) * 32767, "<i2").tobytes())

    def stop(self) -> None:
        """Fall silent now."""
        self._pending = np.zeros(0, np.float32)

    def close(self) -> None:
        """Finish the file; its length is what has been ticked."""
        wav, self._wave = self._wave, None
        if wav is None:
            return
        try:
            wav.writeframes(b"")
            wav.close()
            self._file.close()
        except OSError as error:
            raise self._full(error) from None

    def _write(self, data: bytes) -> None:
        if self._wave is None:
            return
        self._since_header += len(data) // 2
        try:
            if self._since_header < RATE:
                self._wave.writeframesraw(data)
                return
            self._since_header = 0
            self._wave.writeframes(data)
            self._file.flush()
        except OSError as error:
            self._abandon()
            raise self._full(error) from None

    def _abandon(self) -> None:
        """Let go of a file that takes no more, without another word from the closing."""
        wav, self._wave = self._wave, None
        for closing in (wav, self._file):
            try:
                if closing is not None:
                    closing.close()
            except OSError:
                continue

    def _full(self, error: OSError) -> VoicecoachError:
        return VoicecoachError(
            f"The coach's words could not be written to {self.path}: {error.strerror or error}.",
            "Make room on the disk, or give --speak-to a file on another one.",
        )


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
