"""Is this frame speech? Silero judges, webrtcvad saves it the work of a silent room.

Silero (the ONNX file that faster-whisper carries) is a small recurrent network: 512 new samples
behind 64 of context, and a state that must see every frame in order. webrtcvad is cheap but calls
40-100 % of noise recordings speech, so it never judges: it may only say "surely nothing here", and
only after half a second in which Silero found nothing either. Frames it answers for are not lost:
Silero hears them later, many at a time, so that its state is the same as if it had always listened.
What lies below a voice is taken out before Silero hears it.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from voicecoach.errors import ModelError
from voicecoach.speech.audio import FRAME, RATE, Samples
from voicecoach.speech.rumble import RumbleFilter

CONTEXT = 64
"""Samples of the frame before that Silero sees in front of a frame."""

CALM_FRAMES = 16
"""Frames (0.5 s) without a sign of speech before the gate may close."""

CALM = 0.1
"""Silero's probability below which a frame counts as calm."""

RISE = 2.0
"""Power over that of the calm before it (3 dB) from which a frame always goes to the judge: the
first frame of a word is often louder before webrtcvad hears a voice in it."""

WAITING_FRAMES = 16
"""Frames the gate may answer for before Silero hears them all at once."""

_CHUNK = RATE // 100
"""webrtcvad judges 10, 20 or 30 ms; 10 ms divides a stream of 32 ms frames with the least delay."""

_FALLBACK_MODE = 2


class Detector:
    """Speech probability frame by frame; one instance hears one whole session, without a reset.

    `model` is Silero's ONNX file, by default the one inside faster-whisper. Where it cannot be
    loaded webrtcvad judges alone and `note` says so in one sentence (otherwise it is empty).
    Raises ModelError where neither can be loaded.
    """

    def __init__(self, model: Path | None = None, gate: bool = True) -> None:
        self.note = ""
        self._silero: _Silero | None = None
        try:
            self._silero = _Silero(model or silero_file())
        except Exception as error:  # noqa: BLE001 - onnxruntime raises many kinds; all mean the same
            self.note = (
                f"The speech detector Silero could not be loaded ({_first_line(error)}); the "
                "simpler webrtcvad listens alone and may hear noise as speech."
            )
        self._webrtc: _Webrtc | None = None
        if gate or self._silero is None:
            # Mode 0 is the one that hardly ever misses speech: right for a gate.
            self._webrtc = _Webrtc(0 if self._silero else _FALLBACK_MODE)
        self._calm = 0
        self._calm_power = 0.0
        self._waiting: list[Samples] = []
        self._without_rumble = RumbleFilter()

    def probability(self, samples: Samples) -> float:
        """0..1 for the next frame of shape (FRAME,); ValueError for any other shape."""
        if samples.shape != (FRAME,):
            raise ValueError(f"a frame has {FRAME} samples, not shape {samples.shape}")
        voiced = self._webrtc.voiced(samples) if self._webrtc else 1.0
        if self._silero is None:
            return voiced
        self._waiting.append(samples)
        power = float(np.dot(samples, samples))
        quiet = voiced == 0 and power <= RISE * self._calm_power
        if quiet and self._calm >= CALM_FRAMES and len(self._waiting) < WAITING_FRAMES:
            return 0.0
        heard = self._without_rumble(np.concatenate(self._waiting))
        probabilities = self._silero.hear(heard.reshape(-1, FRAME))
        self._waiting.clear()
        calm = voiced == 0 and float(probabilities.max()) < CALM
        self._calm = self._calm + 1 if calm else 0
        self._calm_power += (power - self._calm_power) / min(self._calm + 1, CALM_FRAMES)
        return float(probabilities[-1])


def silero_file() -> Path:
    """Silero's ONNX file inside faster-whisper, found without importing that package.

    Raises ModelError where the package or the file is missing.
    """
    spec = importlib.util.find_spec("faster_whisper")
    if spec is not None and spec.origin is not None:
        found = sorted((Path(spec.origin).parent / "assets").glob("silero_vad*.onnx"))
        if found:
            return found[-1]
    raise ModelError(
        "The speech detector's model is not there.",
        "Install faster-whisper again; it carries the file.",
    )


class _Silero:
    """The network with its state: `hear` takes (n, FRAME) samples and gives (n,) probabilities."""

    def __init__(self, model: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = 1
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        self._session: Any = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(CONTEXT, np.float32)
        self._run(np.zeros((1, CONTEXT + FRAME), np.float32))  # a wrong model shows here

    def hear(self, frames: Samples) -> Samples:
        before = np.vstack([self._context, frames[:-1, -CONTEXT:]])
        self._context = frames[-1, -CONTEXT:].copy()
        probabilities, self._h, self._c = self._run(np.hstack([before, frames]))
        return np.asarray(probabilities, np.float32).reshape(-1)

    def _run(self, sequence: Samples) -> Any:
        return self._session.run(None, {"input": sequence, "h": self._h, "c": self._c})


class _Webrtc:
    """webrtcvad over a stream of frames: the share of each frame's 10 ms chunks that is voiced."""

    def __init__(self, mode: int) -> None:
        try:
            import webrtcvad
        except ImportError as error:
            raise ModelError(
                f"The speech detector could not be loaded: {_first_line(error)}.",
                "Install voicecoach again; it brings webrtcvad-wheels.",
            ) from error
        self._vad: Any = webrtcvad.Vad(mode)
        self._rest = b""

    def voiced(self, samples: Samples) -> float:
        whole = np.asarray(np.clip(samples, -1.0, 1.0) * 32767, np.int16)
        data = self._rest + whole.tobytes()
        size = 2 * _CHUNK
        chunks = [data[at : at + size] for at in range(0, len(data) - size + 1, size)]
        self._rest = data[len(chunks) * size :]
        return sum(bool(self._vad.is_speech(chunk, RATE)) for chunk in chunks) / len(chunks)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
