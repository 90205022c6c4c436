"""A whole sound card for processes that have none; SOUND_CARD says in which state it is.

Copied as `sounddevice.py` into a folder that is searched first. `missing` fails on import as the
real library does without PortAudio; `none` has no device; `busy` refuses to open; `quiet` is a
microphone in a silent room, in real time; `dies` is one that stands still after its first second.
"""

from __future__ import annotations

import os
import threading
import types

import numpy as np

STATE = os.environ["SOUND_CARD"]
if STATE == "missing":
    raise OSError("PortAudio library not found")


class PortAudioError(Exception):
    """What the real one raises."""


default = types.SimpleNamespace(device=(-1, -1) if STATE == "none" else (0, -1))
MICROPHONE = {
    "name": "Desk microphone",
    "index": 0,
    "hostapi": 0,
    "max_input_channels": 1,
    "max_output_channels": 0,
    "default_samplerate": 16000.0,
}


def query_devices(device=None, kind=None):
    if kind is None:
        return [] if STATE == "none" else [MICROPHONE]
    if STATE == "none" or kind == "output":
        raise PortAudioError("Error querying device -1")
    return MICROPHONE


def query_hostapis(index=None):
    return {"name": "stand-in", "devices": [0]}


def check_input_settings(*_arguments, **_named):
    pass


def _initialize():
    pass


def _terminate():
    pass


class InputStream:
    def __init__(self, callback, blocksize, finished_callback=None, **_named):
        if STATE == "busy":
            raise PortAudioError("Error opening InputStream: Device unavailable", -9985)
        self._callback, self._blocksize = callback, blocksize
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()

    def _run(self):
        status, blocks = types.SimpleNamespace(input_overflow=False), 0
        while not self._end.wait(self._blocksize / 16000):
            if STATE == "dies" and blocks > 31:
                continue
            when = types.SimpleNamespace(inputBufferAdcTime=blocks * self._blocksize / 16000)
            self._callback(
                np.zeros((self._blocksize, 1), np.float32), self._blocksize, when, status
            )
            blocks += 1

    def abort(self):
        self._end.set()

    def close(self):
        self._end.set()
