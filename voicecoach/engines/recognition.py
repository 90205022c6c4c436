"""What every recogniser shares: which one it is, what a call costs, and what is worth a call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voicecoach.speech.audio import Clip, level_db

WHISPER_WINDOW_S = 30.0
"""Whisper pads every call to this many seconds of audio, so that is what a call costs."""

SHORTEST_S = 0.1
"""A clip shorter than this holds no word."""

SILENT_DB = -90.0
"""At this level nothing is left of 16-bit sound; a whisper far from the microphone is louder."""


def nobody_spoke(clip: Clip) -> bool:
    """Whether the clip is too short or too silent to be given to a recogniser at all."""
    return clip.seconds < SHORTEST_S or level_db(clip.samples) < SILENT_DB


@dataclass(frozen=True, slots=True)
class RecogniserSpec:
    """Which recogniser to open. `kind` is "sphinx" or "whisper", `folder` the Whisper model's.

    `made_by` names another one by import path ("package.module:callable"); the callable gets this
    spec and returns a Recogniser. `yields` lets everything else on the machine go first;
    `answers` says that short answers will be asked of it too.
    """

    kind: str
    folder: Path | None = None
    language: str = "en"
    made_by: str = ""
    yields: bool = False
    answers: bool = True

    @property
    def cost_per_call_s(self) -> float:
        """Fixed cost of one call in seconds of audio."""
        return WHISPER_WINDOW_S if self.kind == "whisper" else 0.0
