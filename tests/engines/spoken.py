"""Speech for the tests, synthesised where they run by the espeak-ng library."""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np

from voicecoach.speech.audio import RATE, Clip, Samples

_EVENT_END = 0
_SYNCHRONOUS = 2
_UTF8 = 1


@cache
def _library() -> tuple[ctypes.CDLL, int]:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(
        _SYNCHRONOUS, 0, str(espeakng_loader.get_data_path()).encode(), 0
    )
    assert rate > 0, "espeak-ng found no data"
    return library, rate


@cache
def _spoken(text: str, voice: str, words_per_minute: int) -> Samples:
    import soxr

    library, rate = _library()
    parts: list[np.ndarray] = []

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
    def keep(samples, count, _events):  # type: ignore[no-untyped-def]
        if samples and count:
            parts.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    library.espeak_SetSynthCallback(keep)
    assert library.espeak_SetVoiceByName(voice.encode()) == 0
    library.espeak_SetParameter(1, words_per_minute, 0)
    data = text.encode() + b"\0"
    assert library.espeak_Synth(data, len(data), 0, 1, 0, _UTF8, None, None) == 0
    sound = np.concatenate(parts).astype(np.float32) / 32768
    return np.asarray(soxr.resample(sound, rate, RATE), np.float32)


def say(text: str, position: int = 0, voice: str = "en-us+f3", words_per_minute: int = 150) -> Clip:
    """The text as a clip with 0.3 s of quiet before and after it."""
    quiet = np.zeros(int(0.3 * RATE), np.float32)
    return Clip(np.concatenate([quiet, _spoken(text, voice, words_per_minute), quiet]), position)
