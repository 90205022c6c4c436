"""A sound card in this process, in place of the library: devices that are plugged and unplugged.

As with the real one the list of devices is frozen until it is initialised anew, a device that is
gone is not reported, and a suspended one can be opened and then stands still. Blocks come every
two milliseconds, so that nothing has to be waited for.
"""

from __future__ import annotations

import threading
import types
from dataclasses import dataclass
from typing import Any

import numpy as np


class PortAudioError(Exception):
    """What the real one raises."""


@dataclass
class Plugged:
    """A device that is there; `tone` is what a microphone hears, as a constant."""

    name: str
    inputs: int = 0
    outputs: int = 0
    rate: float = 16_000.0
    tone: float = 0.0
    suspended: bool = False
    only_own_form: bool = False
    """Refuses every rate and channel count but its own."""


class SoundCard:
    """Stands where `import sounddevice` looks."""

    PortAudioError = PortAudioError

    def __init__(self, *devices: Plugged) -> None:
        self.plugged = list(devices)
        self.streams: list[Stream] = []
        self.looked = 0
        self._listed = list(devices)
        card = self

        class InputStream(Stream):
            def __init__(self, **settings: Any) -> None:
                super().__init__(card, "inputs", **settings)

        class OutputStream(Stream):
            def __init__(self, **settings: Any) -> None:
                super().__init__(card, "outputs", **settings)

        self.InputStream, self.OutputStream = InputStream, OutputStream

    def query_devices(self, device: Any = None, kind: str | None = None) -> Any:
        wanted = f"{kind}s"
        listed = [d for d in self._listed if getattr(d, wanted)]
        if device is not None:
            listed = [d for d in listed if device.lower() in d.name.lower()]
        if not listed:
            raise ValueError("no such device")
        return self._info(listed[0])

    def _info(self, device: Plugged) -> dict[str, Any]:
        return {
            "name": device.name,
            "index": self._listed.index(device),
            "max_input_channels": device.inputs,
            "max_output_channels": device.outputs,
            "default_samplerate": device.rate,
        }

    def device(self, index: int) -> Plugged:
        device = self._listed[index]
        if device not in self.plugged:
            raise PortAudioError("Device unavailable", -9985)
        return device

    def check_input_settings(self, index: int, **form: Any) -> None:
        self._check(index, "inputs", **form)

    def check_output_settings(self, index: int, **form: Any) -> None:
        self._check(index, "outputs", **form)

    def _check(self, index: int, kind: str, channels: int, samplerate: float, **_: Any) -> None:
        device = self.device(index)
        if device.only_own_form and (samplerate, channels) != (device.rate, getattr(device, kind)):
            raise PortAudioError("Invalid sample rate", -9997)

    def _terminate(self) -> None:
        assert not [stream for stream in self.streams if stream.open], "a stream is still open"

    def _initialize(self) -> None:
        self.looked += 1
        self._listed = list(self.plugged)


class Stream:
    """Calls back from a thread of its own while its device is there and not suspended."""

    latency = 0.01

    def __init__(self, card: SoundCard, kind: str, **settings: Any) -> None:
        self.device = card.device(settings["device"])
        self.open = True
        self._card = card
        self._kind = kind
        self._settings = settings
        self._end = threading.Event()
        card.streams.append(self)

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        size, channels = self._settings["blocksize"], self._settings["channels"]
        status = types.SimpleNamespace(input_overflow=False)
        blocks = 0
        while not self._end.wait(0.002):
            if self.device not in self._card.plugged or self.device.suspended:
                continue
            at = blocks * size / self._settings["samplerate"]
            when = types.SimpleNamespace(
                inputBufferAdcTime=at, outputBufferDacTime=at, currentTime=at
            )
            data = np.full((size, channels), self.device.tone, np.float32)
            self._settings["callback"](data, size, when, status)
            blocks += 1

    def abort(self) -> None:
        self._end.set()

    def close(self) -> None:
        self._end.set()
        self.open = False
