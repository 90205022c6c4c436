"""A voice people like to hear: Piper, where its package and one of its voices are here.

Both are optional: the package comes with the extra `voicecoach[piper]`, a voice with
`voicecoach models fetch`. A voice is a folder that holds one .onnx file and, beside it, its
.onnx.json.
"""

from __future__ import annotations

import importlib.util
import logging
import threading
from pathlib import Path
from typing import Any

import numpy as np

from voicecoach.errors import ModelError
from voicecoach.speech.audio import Samples

SLOWER = 1.1
"""Times as long as the voice's own pace: calm enough for two people who are upset."""

LEVEL = 0.7
"""Peak of a sentence: the library brings each to full scale, and resampling goes above a peak."""

_OTHER_VOICE = "Use the voice that is built in: --voice espeak"


def installed() -> bool:
    """Whether the package is here; it is not loaded."""
    return importlib.util.find_spec("piper") is not None


class Piper:
    """A `Voice` over the Piper voice in `folder`.

    Raises ModelError where the package is not installed and where the folder holds no voice.
    """

    def __init__(self, folder: Path) -> None:
        self.name = f"piper {folder.name}"
        self._lock = threading.Lock()
        try:
            from piper import PiperVoice, SynthesisConfig
        except ImportError as error:
            raise ModelError(
                f"The voice {folder.name} needs the package piper-tts, which is not installed.",
                "Install it: pip install 'voicecoach[piper]'. Or " + _OTHER_VOICE.lower(),
            ) from error
        # It warns of every sound that a voice lacks, which tells a user nothing.
        logging.getLogger("piper").setLevel(logging.ERROR)
        try:
            self._voice: Any = PiperVoice.load(_model_in(folder))
        except ModelError:
            raise
        except Exception as error:
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            raise _unusable(folder, reason) from error
        self._rate = int(self._voice.config.sample_rate)
        pace = SLOWER * self._voice.config.length_scale
        self._how = SynthesisConfig(length_scale=pace, volume=LEVEL)

    def speak(self, text: str) -> tuple[Samples, int]:
        """(n,) float32 samples and their rate in Hz; no samples for a text without a word."""
        clean = text.encode(errors="replace").decode().replace("\0", " ")
        # Double brackets would be read as phonemes, and what is said is text.
        clean = clean.replace("[[", "[ [").strip()
        with self._lock:
            chunks = self._voice.synthesize(clean, self._how) if clean else ()
            parts = [np.asarray(chunk.audio_float_array, np.float32) for chunk in chunks]
        if not parts:
            return np.zeros(0, np.float32), self._rate
        return np.clip(np.concatenate([part.reshape(-1) for part in parts]), -1.0, 1.0), self._rate


def _model_in(folder: Path) -> Path:
    """The voice's file. Raises ModelError where there is not just one, with its configuration."""
    models = sorted(folder.glob("*.onnx"))
    if len(models) != 1:
        raise _unusable(folder, f"it holds {len(models)} files that end in .onnx instead of one")
    if not Path(f"{models[0]}.json").is_file():
        raise _unusable(folder, f"it lacks {models[0].name}.json")
    return models[0]


def _unusable(folder: Path, reason: str) -> ModelError:
    return ModelError(f"The voice in {folder} cannot be used: {reason}.", _OTHER_VOICE)
