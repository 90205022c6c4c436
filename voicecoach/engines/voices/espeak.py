"""The embedded voice: the espeak-ng library, which espeakng-loader carries with its data.

One library with one state for the whole process, so every call sets voice, rate and callback
anew, behind one lock. Output is synchronous: the library calls back with samples until the text
is spoken and then returns, so there is nothing to wait for and nothing that could hang.
"""

from __future__ import annotations

import atexit
import ctypes
import shutil
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicecoach.errors import ModelError
from voicecoach.speech.audio import Samples

PACE = 120
"""The library's own figure for a pace; its announcements then come at about 150 words a minute
(120 to 170 measured), calm enough for two people who are upset. Its usual 175 gives 190 to 250."""

_DATA_FILES = ("phontab", "phonindex", "phondata", "intonations")

# Figures of the library's speak_lib.h.
_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 1
_RATE = 1
_CHARACTERS = 1
_PATH_LIMIT = 140
"""The library copies the path of its data into 160 bytes and cuts off what is longer."""

_lock = threading.Lock()

_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class Espeak:
    """`language` is a voice of the library: "en", "en-us", "de", or with a variant, "en+f3".

    `data` is the folder espeak-ng-data, by default the one that comes with the library. Raises
    ModelError for an unknown voice and where library or data are missing.
    """

    def __init__(self, language: str = "en", data: Path | None = None) -> None:
        self.name = f"espeak {language}"
        self._voice = language.encode(errors="replace")
        self._data = data
        with _lock:
            self._prepare()

    def speak(self, text: str) -> tuple[Samples, int]:
        """(n,) float32 samples and their rate in Hz; no samples for a text without a word."""
        parts: list[NDArray[np.int16]] = []
        encoded = text.replace("\0", " ").strip().encode(errors="replace")
        with _lock:
            library, rate = self._prepare()
            if not encoded:
                return np.zeros(0, np.float32), rate

            def keep(samples: Any, count: int, _events: Any) -> int:
                if samples and count > 0:
                    parts.append(np.ctypeslib.as_array(samples, (count,)).copy())
                return 0  # 1 would stop the voice

            callback = _Callback(keep)
            library.espeak_SetSynthCallback(callback)
            failed = library.espeak_Synth(
                encoded + b"\0", len(encoded) + 1, 0, _CHARACTERS, 0, _UTF8, None, None
            )
        if failed:
            raise ModelError(
                f"The voice {self._voice.decode()!r} could not speak (espeak-ng error {failed}).",
                "Start with --quiet to read the announcements instead.",
            )
        whole = np.concatenate(parts) if parts else np.zeros(0, np.int16)
        return np.asarray(whole / 32768, np.float32), rate

    def _prepare(self) -> tuple[Any, int]:
        """The library with this voice and pace chosen, and its rate; the lock must be held."""
        library, rate, folder = _opened(self._data)
        # The library takes an unknown variant without a word and speaks with its usual voice.
        variant = self._voice.decode().partition("+")[2]
        missing = variant and not (folder / "voices" / "!v" / variant).is_file()
        if not self._voice or missing or library.espeak_SetVoiceByName(self._voice) != 0:
            raise ModelError(
                f"The embedded voice knows no language {self._voice.decode()!r}.",
                'Choose one it has, such as "en", "en-us", "de" or "en+f3".',
            )
        library.espeak_SetParameter(_RATE, PACE, 0)
        return library, rate


@cache
def _opened(data: Path | None) -> tuple[Any, int, Path]:
    """The library, its rate in Hz and its data. ModelError where either is missing."""
    hint = "Install espeakng-loader again, or start with --quiet to read instead of hear."
    try:
        import espeakng_loader

        folder = Path(espeakng_loader.get_data_path()) if data is None else data
        library = ctypes.CDLL(espeakng_loader.get_library_path())
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelError(f"The embedded voice could not be loaded: {error}.", hint) from error
    if not all((folder / name).is_file() for name in _DATA_FILES):
        raise ModelError(f"The embedded voice's data is not in {folder}.", hint)
    library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_uint,
        ctypes.c_void_p,
        ctypes.c_void_p,
    ]
    rate = _initialised(library, folder)
    if rate <= 0:
        raise ModelError(f"The embedded voice cannot use its data in {folder}.", hint)
    return library, rate, folder


def _initialised(library: Any, folder: Path) -> int:
    """Start the library on its data; its rate in Hz, or 0 and below where it cannot."""

    def start(path: Path) -> int:
        return int(library.espeak_Initialize(_SYNCHRONOUS, 0, str(path).encode(), _DONT_EXIT))

    if len(str(folder).encode()) <= _PATH_LIMIT:
        return start(folder)
    # The data is read here once and never again but for a change of language; the short way to
    # it must therefore stay as long as the process does.
    shelf = tempfile.mkdtemp(prefix="voice-")
    atexit.register(shutil.rmtree, shelf, ignore_errors=True)
    short = Path(shelf) / "espeak-ng-data"
    short.symlink_to(folder, target_is_directory=True)
    return start(short)
