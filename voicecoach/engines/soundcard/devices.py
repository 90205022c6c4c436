"""PortAudio's devices: found, described, opened; every refusal becomes one sentence."""

from __future__ import annotations

import atexit
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from voicecoach.errors import DeviceError
from voicecoach.speech.audio import FRAME, RATE

BLOCK_S = FRAME / RATE
"""Length of a callback's block in seconds, at any rate of the device."""

GONE_S = max(1.5, 4 * BLOCK_S)
"""Seconds without a callback after which a device counts as gone. Well above one: a machine that
is busy with other things may keep every thread waiting for that long."""


_busy = threading.Lock()
"""PortAudio opens and closes one device at a time, and a sound server that hangs keeps it busy."""

_APART = "sound card"
"""Name of the threads that wait for PortAudio."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device of the sound system; `rate` is its own, in Hz."""

    name: str
    inputs: int
    outputs: int
    rate: float
    default_input: bool = False
    default_output: bool = False


def list_devices() -> list[Device]:
    """Every device PortAudio sees. Raises DeviceError where PortAudio is missing."""
    sounddevice = sound_library()
    default_input, default_output = (int(index) for index in sounddevice.default.device)
    return [
        Device(
            str(info["name"]),
            int(info["max_input_channels"]),
            int(info["max_output_channels"]),
            float(info["default_samplerate"]),
            index == default_input,
            index == default_output,
        )
        for index, info in enumerate(sounddevice.query_devices())
    ]


def look_again() -> None:
    """Make PortAudio see devices that came or went; every stream must be closed before.

    Raises DeviceError where PortAudio does not start again.
    """
    sounddevice = sound_library()
    with _busy:
        with suppress(sounddevice.PortAudioError):  # it may not have started the last time
            sounddevice._terminate()
        try:
            sounddevice._initialize()
        except sounddevice.PortAudioError as error:
            raise DeviceError(f"The sound system does not start: {error}.") from None


def sound_library() -> Any:
    """The library, imported only now, because it looks for PortAudio when it is imported."""
    try:
        import sounddevice
    except OSError:
        hint = "Install voicecoach again; it brings PortAudio along."
        if sys.platform.startswith("linux"):
            hint = "Install the package libportaudio2: sudo apt install libportaudio2"
        raise DeviceError("PortAudio, the way to the sound card, is not installed.", hint) from None
    return sounddevice


def described(sounddevice: Any, device: str | None, kind: str) -> Any:
    """What PortAudio knows of the device. Raises DeviceError where there is no such device."""
    thing = "microphone" if kind == "input" else "loudspeaker"
    try:
        return sounddevice.query_devices(device, kind)
    except (ValueError, sounddevice.PortAudioError):
        if device is None:
            raise DeviceError(
                f"There is no {thing}.", "Plug one in; voicecoach doctor shows what is there."
            ) from None
        raise DeviceError(
            f"There is no {thing} named {device!r}, or more than one.",
            "voicecoach doctor shows the names that are there.",
        ) from None


def form_of(sounddevice: Any, info: Any, kind: str, least: int = 1) -> tuple[int, int]:
    """The rate in Hz and the channels, at least so many, that the device takes: 16 kHz with just
    these where it does."""
    own = round(info["default_samplerate"])
    most = min(2, int(info[f"max_{kind}_channels"]))
    check = getattr(sounddevice, f"check_{kind}_settings")
    wanted = [(RATE, least), (own, least), (RATE, most), (own, most)]
    for rate, channels in wanted:
        try:
            check(info["index"], channels=channels, samplerate=rate, dtype="float32")
        except (ValueError, sounddevice.PortAudioError):
            continue
        return rate, channels
    return own, most  # opening it will say why it cannot


def started(kind: Any, info: Any, form: tuple[int, int], callback: Any, ended: Any) -> Any:
    """An open, running stream. Raises DeviceError where the device is busy or refuses."""
    rate, channels = form
    stream = None
    try:
        with _busy:
            stream = kind(
                device=info["index"],
                samplerate=rate,
                channels=channels,
                dtype="float32",
                blocksize=round(BLOCK_S * rate),
                callback=callback,
                finished_callback=ended,
            )
            stream.start()
    except (ValueError, sound_library().PortAudioError) as error:
        if stream is not None:
            abort(stream)
        reason = error.args[0] if error.args else error
        raise DeviceError(
            f"The device {info['name']} cannot be opened: {reason}.",
            "Close the program that uses it, or choose another; voicecoach doctor shows them.",
        ) from None
    return stream


def abort(stream: Any) -> None:
    """Close a stream."""
    failed = sound_library().PortAudioError
    with _busy:
        for last in (stream.abort, stream.close):
            try:
                last()
            except failed:
                continue


def apart(work: Callable[[], object]) -> threading.Thread:
    """Do `work` in a thread of its own, because a device may take seconds, or for ever."""
    _wait_at_exit()
    thread = threading.Thread(target=work, daemon=True, name=_APART)
    thread.start()
    return thread


@cache
def _wait_at_exit() -> None:
    """PortAudio ends with the program, and must not while it closes a device."""
    sound_library()  # what is registered later runs first
    atexit.register(hangs)


def leave(stream: Any) -> None:
    """Close the stream of a device that is gone, without waiting for it."""
    apart(lambda: abort(stream))


def hangs(patience_s: float = 1.0) -> bool:
    """Whether PortAudio still keeps one of those threads busy, after so many seconds."""
    threads = [thread for thread in threading.enumerate() if thread.name == _APART]
    for thread in threads:
        thread.join(patience_s)
    return any(thread.is_alive() for thread in threads)
