"""Kept clips as one recording, each at its own time, with silence between them and where told."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from voicecoach.errors import LibraryError
from voicecoach.speech.audio import RATE, Samples

CODECS = {"wav": "pcm_s16le", "flac": "flac"}
"""The formats that are written, and how the samples are in them: mono, 16 bits, 16 kHz."""

CHUNK = 4096
"""Samples that are encoded at a time: a frame of FLAC."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip as FLAC, and where it begins in the recording, in seconds."""

    start_s: float
    flac: bytes


def write_clips(
    file: IO[bytes],
    form: str,
    clips: Iterable[Placed],
    silent: Sequence[tuple[float, float]] = (),
) -> float:
    """Write the clips, in the order of their times, into `file`; how long it is, in seconds.

    `form` is one of `CODECS`; `silent` are stretches (from, until, in seconds of the recording)
    of which nothing is heard. What two clips both hold is taken from the first. Raises
    LibraryError for a clip that cannot be decoded, OSError where the file takes no more.
    """
    import av

    with av.open(file, "w", format=form) as container:
        out = _Out(container, container.add_stream(CODECS[form], rate=RATE, layout="mono"))
        for clip in clips:
            at = round(clip.start_s * RATE)
            samples = samples_of(clip.flac)[max(0, out.position - at) :]
            at = max(at, out.position)
            for start_s, end_s in silent:
                begin, end = (round(s * RATE) - at for s in (start_s, end_s))
                samples[max(0, begin) : max(0, end)] = 0.0
            out.silence_until(at)
            out.write(samples)
        out.finish()
        return out.position / RATE


def silenced(start_s: float, flac: bytes, silent: Iterable[tuple[float, float]]) -> bytes:
    """The clip that begins at `start_s`, as FLAC, without what is in these stretches (from, until,
    in seconds of the recording); its own bytes where none of them is in it.

    Raises LibraryError as `write_clips` does.
    """
    end_s = start_s + _seconds(flac)
    inside = [(b - start_s, e - start_s) for b, e in silent if b < end_s and e > start_s]
    if not inside:
        return flac
    file = io.BytesIO()
    write_clips(file, "flac", [Placed(0.0, flac)], inside)
    return file.getvalue()


def _seconds(flac: bytes) -> float:
    """How long a clip is, as it says itself; endless where it does not."""
    import av
    from av.error import FFmpegError

    try:
        with av.open(io.BytesIO(flac), "r") as container:
            return container.duration / av.time_base if container.duration else float("inf")
    except (FFmpegError, ValueError) as error:
        raise _undecodable() from error


def _undecodable() -> LibraryError:
    return LibraryError("the sound of a turn cannot be decoded", "Is its disk all right?")


def samples_of(flac: bytes) -> Samples:
    """(n,) float32 samples at 16 kHz of a kept clip. Raises LibraryError where it is none."""
    import av
    from av.error import FFmpegError

    to_ours = av.AudioResampler("flt", "mono", RATE)
    parts: list[Samples] = []
    try:
        with av.open(io.BytesIO(flac), "r") as container:
            for frame in (*container.decode(audio=0), None):
                parts += [part.to_ndarray()[0] for part in to_ours.resample(frame)]
    except (FFmpegError, ValueError, IndexError) as error:
        raise _undecodable() from error
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


class _Out:
    """Samples one after the other into a stream of a container, in frames of one length."""

    def __init__(self, container: Any, stream: Any) -> None:
        self.position = 0
        self._container, self._stream = container, stream
        self._encoded = 0
        self._left = np.zeros(0, np.int16)

    def silence_until(self, position: int) -> None:
        while self.position < position:
            self.write(np.zeros(min(RATE * 60, position - self.position), np.float32))

    def write(self, samples: Samples) -> None:
        whole = np.asarray(np.round(np.clip(samples, -1.0, 1.0) * 32767), np.int16)
        self.position += len(whole)
        whole = np.concatenate([self._left, whole])
        full = len(whole) // CHUNK * CHUNK
        for at in range(0, full, CHUNK):
            self._encode(whole[at : at + CHUNK])
        self._left = whole[full:]

    def finish(self) -> None:
        if len(self._left):
            self._encode(self._left)
        self._container.mux(self._stream.encode(None))

    def _encode(self, samples: Any) -> None:
        import av

        frame = av.AudioFrame.from_ndarray(samples[None, :], "s16", "mono")
        frame.sample_rate = RATE
        frame.pts = self._encoded
        self._container.mux(self._stream.encode(frame))
        self._encoded += len(samples)
