"""Sound in files, through PyAV: any recording as frames, and a clip as FLAC."""

from __future__ import annotations

import io
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from voicecoach.errors import InputError
from voicecoach.speech.audio import FRAME, RATE, Frame, Samples

_EXACT_LENGTH = {"wav", "w64", "flac", "mov,mp4,m4a,3gp,3g2,mj2", "ogg", "matroska,webm"}
"""Containers that state their length; in others it is a guess from the bit rate."""

_MISSING_S = 0.5
"""Sound that a file promises and does not hold, from which on it counts as damaged."""

_PLANES = 7
"""So many channels at most are converted each by itself: a frame has eight places for them, and
PyAV reads on until it finds an empty one."""

_OTHER_FILE = "Give a recording: WAV, FLAC, MP3, M4A or whatever your recorder made."


class Recording:
    """A Microphone over a recording of any container, codec, rate and channel count.

    Frames of 16 kHz mono come one after the other, the last one filled up with silence, in
    constant memory. `seconds` is the length the file states, or None; `damaged` becomes True where
    parts could not be read, and what could be read came. With `realtime` each frame comes when a
    microphone would have had it; with `stereo` they have their two channels, and a recording that
    has not just two is refused. Raises InputError for what is no readable recording.
    """

    live = False

    def __init__(self, path: str | Path, realtime: bool = False, stereo: bool = False) -> None:
        self.path = Path(path)
        self.name = self.path.name
        self.stereo = stereo
        self.damaged = False
        self._container = _opened(self.path)
        try:
            self._stream = _audio_stream(self._container, self.name)
            self.seconds: float | None = _seconds(self._container, self._stream)
            self._chunks = self._decoded()
            self._buffer = self._first()
        except BaseException:
            self._container.close()
            raise
        self._position = 0
        self._realtime = realtime
        self._began: float | None = None
        self._frames = 0

    def read(self, hold: bool = False) -> Frame | None:
        """The next frame; None at the end. `hold` answers with silence and reads nothing."""
        if self._realtime:
            self._wait()
        if hold:
            return Frame(np.zeros(FRAME, np.float32), self._position)
        while len(self._buffer) < FRAME:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._buffer = np.concatenate([self._buffer, chunk])
        if len(self._buffer) == 0:
            return None
        samples = self._buffer[:FRAME]
        self._buffer = self._buffer[FRAME:]
        if len(samples) < FRAME:
            samples = np.pad(samples, ((0, FRAME - len(samples)), (0, 0)))
        channels = np.ascontiguousarray(samples.T) if self.stereo else None
        frame = Frame(samples.mean(axis=1), self._position, channels=channels)
        self._position += FRAME
        return frame

    def close(self) -> None:
        """Close the file; `read` then answers None."""
        self._chunks.close()
        self._buffer = np.zeros((0, 1), np.float32)
        self._container.close()

    def _wait(self) -> None:
        now = time.monotonic()
        if self._began is None:
            self._began = now
        self._frames += 1
        time.sleep(max(0.0, self._began + self._frames * FRAME / RATE - now))

    def _first(self) -> Samples:
        """The first sound of the file. Raises InputError where it holds none."""
        first = next((chunk for chunk in self._chunks if len(chunk)), None)
        if first is not None:
            return first
        if self.damaged:
            raise InputError(f"Nothing in {self.name} can be decoded.", _OTHER_FILE)
        raise InputError(f"{self.name} holds no sound: its length is zero.", _OTHER_FILE)

    def _decoded(self) -> Generator[Samples, None, None]:
        """16 kHz chunks (n, channels); what cannot be decoded is left out and noted."""
        from av.error import FFmpegError

        to_ours = _ToOurs(self.name, self.stereo)
        produced = 0
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except FFmpegError:
                self.damaged = True
                packet = None
            if packet is None:
                break
            try:
                decoded = packet.decode()
            except FFmpegError:
                self.damaged = True
                continue
            for frame in decoded:
                for chunk in self._converted(to_ours, frame):
                    produced += len(chunk)
                    yield chunk
        for chunk in self._converted(to_ours, None):
            produced += len(chunk)
            yield chunk
        exact = self._container.format.name in _EXACT_LENGTH
        if exact and self.seconds and produced / RATE < self.seconds - _MISSING_S:
            self.damaged = True

    def _converted(self, to_ours: _ToOurs, frame: Any) -> list[Samples]:
        """What a decoded frame, or the end, gives; nothing where it can be no sound of a file."""
        from av.error import FFmpegError

        try:
            return list(to_ours.flush() if frame is None else to_ours.push(frame))
        except FFmpegError:
            self.damaged = True
            to_ours.drop()
            return []


class _ToOurs:
    """Decoded frames of any and even changing format to 16 kHz float32, (n, 1) or (n, 2)."""

    def __init__(self, name: str, stereo: bool) -> None:
        self._name, self._stereo = name, stereo
        self._format: tuple[str, str, int] | None = None
        self._resampler: Any = None
        self._packed = 0

    def push(self, frame: Any) -> Iterator[Samples]:
        import av

        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if form != self._format:
            yield from self.flush()
            self._format = form
            # The channels stay: the library's own way to mono is 3 dB louder and may clip.
            self._packed = frame.layout.nb_channels if frame.layout.nb_channels > _PLANES else 0
            kind = "flt" if self._packed else "fltp"
            self._resampler = av.AudioResampler(kind, frame.layout, RATE)
        frame.pts = None  # a broken time stamp must not become a gap or a fault
        yield from self._run(frame)

    def flush(self) -> Iterator[Samples]:
        if self._resampler is not None:
            yield from self._run(None)
            self._resampler = None

    def drop(self) -> None:
        """Begin anew with the next frame: this one could not be converted."""
        self._format = self._resampler = None

    def _run(self, frame: Any) -> Iterator[Samples]:
        for part in self._resampler.resample(frame):
            # A float file may hold anything; what is no number is no sound.
            channels = np.nan_to_num(part.to_ndarray(), nan=0.0, posinf=1.0, neginf=-1.0)
            if self._packed:
                channels = channels.reshape(-1, self._packed).T
            if not self._stereo:
                channels = channels.mean(axis=0, keepdims=True)
            elif len(channels) != 2:
                raise InputError(
                    f"{self._name} is not stereo: it has {_counted(len(channels))}.",
                    "Two microphones need a recording with one of them in each channel; "
                    "leave --mics out for this one.",
                )
            yield np.asarray(channels.T, np.float32)


def _counted(channels: int) -> str:
    return "one channel" if channels == 1 else f"{channels} channels"


def _opened(path: Path) -> Any:
    """The container. Raises InputError, in one sentence, for what cannot be opened."""
    import av
    from av.error import FFmpegError

    hint = "Check the path; quotes are needed where it holds spaces."
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.", hint) from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder, not a recording.", _OTHER_FILE) from None
    except PermissionError:
        raise InputError(
            f"{path} may not be read by you.", "Change its permissions, or copy it."
        ) from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.", hint) from None
    if empty:
        raise InputError(f"{path.name} is empty: it has no bytes at all.", _OTHER_FILE)
    try:
        # As a URL of a local file, so that no name is taken for a protocol or a pattern; and files
        # alone, because a playlist may name addresses on the network.
        return av.open(
            f"file:{path.resolve()}",
            metadata_errors="ignore",
            options={"protocol_whitelist": "file"},
        )
    except (FFmpegError, ValueError):
        raise InputError(f"{path.name} is not a recording.", _OTHER_FILE) from None


def _audio_stream(container: Any, name: str) -> Any:
    """The first audio stream. Raises InputError where there is none or its codec is unknown."""
    if not container.streams.audio:
        raise InputError(f"{name} holds no sound, only other things.", _OTHER_FILE)
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise InputError(f"{name} holds sound in a form nobody here can decode.", _OTHER_FILE)
    return stream


def _seconds(container: Any, stream: Any) -> float | None:
    """The length the file states, in seconds, or None."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1_000_000 if container.duration else None


def flac_bytes(samples: Samples, rate: int = RATE) -> bytes:
    """(n,) float32 mono samples at `rate` Hz as a FLAC file of 16 bits.

    >>> flac_bytes(np.zeros(RATE, np.float32))[:4]
    b'fLaC'
    """
    import av

    file = io.BytesIO()
    whole = np.asarray(np.round(np.clip(samples, -1.0, 1.0) * 32767), np.int16)
    with av.open(file, "w", format="flac") as container:
        stream: Any = container.add_stream("flac", rate=rate, layout="mono", format="s16")
        for at in range(0, len(whole), 4096):
            frame = av.AudioFrame.from_ndarray(whole[None, at : at + 4096], "s16", "mono")
            frame.sample_rate = rate
            frame.pts = at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()
