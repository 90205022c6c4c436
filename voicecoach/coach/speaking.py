"""The mouth: announcements wait their turn, are spoken, and leave the ear deaf meanwhile."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from voicecoach.dialogue.answers.echo import echoes
from voicecoach.dialogue.messages import Announce, Announced, Announcing
from voicecoach.dialogue.wording import sentence
from voicecoach.engines import Loudspeaker, Voice
from voicecoach.speech.audio import RATE
from voicecoach.utterance import Utterance

TAIL_S = 0.5
"""The room goes on sounding after the loudspeaker has fallen silent."""

ASIDE_AFTER_S = 0.5
"""An aside waits for a pause as long as this."""

ECHO_WITHIN_S = 2.0
"""What begins so soon after an announcement may be the room giving it back."""


@dataclass(frozen=True, slots=True)
class LastSaid:
    """The last announcement that sounded, and when it ended on the session's clock."""

    text: str = ""
    ended_s: float = -ECHO_WITHIN_S

    def comes_back(self, said: Utterance, at_s: float) -> bool:
        """Whether what was understood at `at_s` began right after it and says the same."""
        began_s = at_s - said.latency_s - (said.end_s - said.start_s)
        return began_s <= self.ended_s + ECHO_WITHIN_S and echoes(said.text, self.text)


class Mouth:
    """Speaks announcements one after the other, never into somebody's words.

    Without a `voice` an announcement takes no time: it is only shown.
    """

    def __init__(self, voice: Voice | None, loudspeaker: Loudspeaker, language: str = "en") -> None:
        self.voice = voice
        self.loudspeaker = loudspeaker
        self._language = language
        self._pending: deque[Announce] = deque()
        self._urgent: deque[Announce] = deque()
        self._held = False
        self._mute = False
        self._current: Announce | None = None
        self._tail_left = 0

    @property
    def deaf(self) -> bool:
        """True over exactly the samples played plus the tail."""
        return self._current is not None or self._tail_left > 0

    @property
    def waiting(self) -> bool:
        """True while an announcement that may not be dropped waits or is being spoken."""
        return self.speaking or any(not a.optional for a in self._pending)

    @property
    def speaking(self) -> bool:
        """True while an announcement is being spoken, or waits that is said even in a hold."""
        return self._current is not None or bool(self._urgent)

    @property
    def mute(self) -> bool:
        """True while there is no loudspeaker and announcements are only shown."""
        return self._mute

    @property
    def sounding(self) -> bool:
        """Whether announcements are spoken."""
        return self.voice is not None and not self._mute

    def say(self, announce: Announce) -> None:
        """Speak `announce` when its silence has come."""
        self._pending.append(announce)

    def say_first(self, announce: Announce) -> None:
        """Speak `announce` before all others, and even in a hold."""
        self._urgent.append(announce)

    def hold(self) -> None:
        """What waits goes on waiting: nobody could be heard who answers it."""
        self._held = True

    def release(self) -> bool:
        """The hold is over; whether anything has waited in it."""
        self._held = False
        return bool(self._pending)

    def drop_pending(self) -> None:
        """What was to be said has been overtaken by what they said."""
        self._pending.clear()

    def hush(self) -> Announced | None:
        """Fall silent in the middle of a sentence; the end of that announcement, if any."""
        if self._current is None:
            return None
        if self.sounding:
            self.loudspeaker.stop()
        return self._finish()

    def fall_mute(self) -> None:
        """The loudspeaker is gone: until `speak_through` announcements are only shown."""
        self._mute = True

    def speak_through(self, loudspeaker: Loudspeaker) -> None:
        """There is a loudspeaker again; what is being shown now is not said any more."""
        self.loudspeaker = loudspeaker
        self._mute = False

    def tick(self, samples: int, quiet_s: float, busy: bool) -> Announcing | Announced | None:
        """Time has passed by `samples`; begins or ends at most one announcement.

        Raises DeviceError when the loudspeaker is gone; the announcement then counts as begun.
        """
        if not self._mute:
            self.loudspeaker.tick(samples)
        self._tail_left = max(0, self._tail_left - samples)
        if self._current is not None:
            return None if self.sounding and self.loudspeaker.playing else self._finish()
        ready = self._ready(quiet_s, busy)
        return self._begin(ready) if ready is not None else None

    def _ready(self, quiet_s: float, busy: bool) -> Announce | None:
        """What is said now, taken from the waiting: what is urgent first, in a hold nothing else.

        An aside goes before the others, and needs only a pause; they need an end.
        """
        if self._urgent:
            urgent = not busy and quiet_s >= self._urgent[0].after_s
            return self._urgent.popleft() if urgent else None
        for announce in () if self._held else self._pending:
            if announce.aside and quiet_s >= ASIDE_AFTER_S:
                self._pending.remove(announce)
                return announce
        first = next((a for a in self._pending if not a.aside), None)
        if self._held or first is None or busy or quiet_s < first.after_s:
            return None
        self._pending.remove(first)
        return first

    def text(self, announce: Announce) -> str:
        """The sentence of an announcement."""
        return sentence(announce, self._language)

    @property
    def current(self) -> Announce | None:
        """The announcement that is being spoken."""
        return self._current

    def _begin(self, announce: Announce) -> Announcing:
        self._current = announce
        if self.voice is not None and not self._mute:
            samples, rate = self.voice.speak(self.text(announce))
            self.loudspeaker.play(samples, rate)
        return Announcing(announce.key)

    def _finish(self) -> Announced:
        assert self._current is not None
        key = self._current.key
        self._current = None
        self._tail_left = int(TAIL_S * RATE) if self.sounding else 0
        return Announced(key)
