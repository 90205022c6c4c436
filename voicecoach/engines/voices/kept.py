"""A voice that makes each sentence once: most announcements of a dialogue come again and again."""

from __future__ import annotations

from collections import OrderedDict

from voicecoach.engines import Voice
from voicecoach.speech.audio import Samples

KEPT_S = 300.0
"""So many seconds of speech are kept, in memory: 26 MB at 22,050 Hz. What was not said for longest
goes first."""


class KeptVoice:
    """A `Voice` that asks another one for a sentence only if it is not kept."""

    def __init__(self, voice: Voice, kept_s: float = KEPT_S) -> None:
        self.name = voice.name
        self._voice = voice
        self._limit_s = kept_s
        self._kept: OrderedDict[str, tuple[Samples, int]] = OrderedDict()

    def speak(self, text: str) -> tuple[Samples, int]:
        """What the other voice answered to this text; the samples may not be written to."""
        found = self._kept.pop(text, None)
        if found is None:
            samples, rate = self._voice.speak(text)
            samples.setflags(write=False)
            found = samples, rate
        self._kept[text] = found
        while self.kept_s > self._limit_s and len(self._kept) > 1:
            self._kept.popitem(last=False)
        return found

    @property
    def kept_s(self) -> float:
        """Seconds of speech that are kept now."""
        return sum(len(samples) / rate for samples, rate in tuple(self._kept.values()))
