"""The mouth: announcements wait their turn, are spoken, and leave the ear deaf meanwhile."""

from __future__ import annotations

from collections import deque

from voicecoach.dialogue.messages import Announce, Announced, Announcing
from voicecoach.dialogue.wording import sentence
from voicecoach.engines import Loudspeaker, Voice
from voicecoach.speech.audio import RATE

TAIL_S = 0.5
"""The room goes on sounding after the loudspeaker has fallen silent."""


ASIDE_AFTER_S = 0.5
"""An aside waits for a pause as long as this."""


class Mouth:
    """Speaks announcements one after the other, never into somebody's words.

    Without a `voice` an announcement takes no time: it is only shown.
    """

    def __init__(self, voice: Voice | None, loudspeaker: Loudspeaker, language: str = "en") -> None:
        self.voice = voice
        self.loudspeaker = loudspeaker
        self._language = language
        self._pending: deque[Announce] = deque()
        self._current: Announce | None = None
        self._tail_left = 0

    @property
    def deaf(self) -> bool:
        """True over exactly the samples played plus the tail."""
        return self._current is not None or self._tail_left > 0

    @property
    def waiting(self) -> bool:
        """True while an announcement that may not be dropped waits or is being spoken."""
        return self._current is not None or any(not a.optional for a in self._pending)

    def say(self, announce: Announce) -> None:
        """Speak `announce` when its silence has come."""
        self._pending.append(announce)

    def drop_pending(self) -> None:
        """What was to be said has been overtaken by what they said."""
        self._pending.clear()

    def hush(self) -> Announced | None:
        """Fall silent in the middle of a sentence; the end of that announcement, if any."""
        if self._current is None:
            return None
        if self.voice is not None:
            self.loudspeaker.stop()
        return self._finish()

    def fall_mute(self) -> None:
        """The loudspeaker is gone: from now on announcements are only shown."""
        self.voice = None

    def tick(self, samples: int, quiet_s: float, busy: bool) -> Announcing | Announced | None:
        """Time has passed by `samples`; begins or ends at most one announcement.

        Raises DeviceError when the loudspeaker is gone; the announcement then counts as begun.
        """
        self.loudspeaker.tick(samples)
        self._tail_left = max(0, self._tail_left - samples)
        if self._current is not None:
            sounding = self.voice is not None and self.loudspeaker.playing
            return None if sounding else self._finish()
        ready = self._ready(quiet_s, busy)
        if ready is None:
            return None
        self._pending.remove(ready)
        return self._begin(ready)

    def _ready(self, quiet_s: float, busy: bool) -> Announce | None:
        """An aside goes before the others, and needs only a pause; they need an end."""
        for announce in self._pending:
            if announce.aside and quiet_s >= ASIDE_AFTER_S:
                return announce
        first = next((a for a in self._pending if not a.aside), None)
        return first if first and not busy and quiet_s >= first.after_s else None

    def text(self, announce: Announce) -> str:
        """The sentence of an announcement."""
        return sentence(announce, self._language)

    @property
    def current(self) -> Announce | None:
        """The announcement that is being spoken."""
        return self._current

    def _begin(self, announce: Announce) -> Announcing:
        self._current = announce
        if self.voice is not None:
            samples, rate = self.voice.speak(self.text(announce))
            self.loudspeaker.play(samples, rate)
        return Announcing(announce.key)

    def _finish(self) -> Announced:
        assert self._current is not None
        key = self._current.key
        self._current = None
        self._tail_left = int(TAIL_S * RATE) if self.voice is not None else 0
        return Announced(key)
