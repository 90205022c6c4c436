"""The sentence that each said at the start: it may make an answer doubtful, never certain.

Nobody knows who said it: it was only asked of somebody. So the sentences count only together with
what the dialogue itself knows of the two voices, and only where both together are two voices beyond
doubt, which they are not if the wrong one has said a sentence; only as long as the dialogue knows
little; and only so that a yes that would have been taken is refused or asked for again. Figures in
`tests/benchmarks/enrolment.py`.
"""

from __future__ import annotations

from voicecoach.speech.cepstra import Features
from voicecoach.speech.partners import Attribution, Partners

LEAST_S = 1.0
"""Seconds of voice that the dialogue must know of each: less cannot contradict a sentence."""

ENOUGH_S = 3.0
"""From so many seconds of each on the sentences add little, and a wrong one may go unnoticed."""


class Sentences:
    """What both said to be known by; it is forgotten as soon as it is of no use any more."""

    def __init__(self) -> None:
        self._said: dict[str, Features] = {}

    def hear(self, partner: str, voice: Features) -> None:
        """`partner` was asked for a sentence, and this was said."""
        self._said[partner] = voice

    def forget(self) -> None:
        """They are of no use any more."""
        self._said.clear()

    def confirmed(self, partners: Partners) -> None:
        """An exchange was confirmed: what it contradicts, or makes needless, is forgotten."""
        heard = [partners.heard_s(name) for name in partners.names]
        together = self._together(partners)
        if min(heard) >= ENOUGH_S:
            self.forget()
        elif together is not None:
            voice = next(iter(self._said.values()))
            if not together.whose(voice).apart:
                self.forget()

    def whose(self, partners: Partners, voice: Features, speaker: str) -> Attribution:
        """Whose voice answers a question to `speaker`: what `partners` tell, or more doubt."""
        known = partners.whose(voice)
        together = self._together(partners)
        if together is None or _doubts(known, speaker):
            return known
        heard = together.whose(voice)
        return heard if heard.apart and _doubts(heard, speaker) else known

    def _together(self, partners: Partners) -> Partners | None:
        """Both sentences and what the dialogue knows; None where they do not count."""
        heard = [partners.heard_s(name) for name in partners.names]
        if set(self._said) != set(partners.names) or not LEAST_S <= min(heard) < ENOUGH_S:
            return None
        together = partners.copy()
        for name, voice in self._said.items():
            together.learn(name, voice)
        return together


def _doubts(said: Attribution, speaker: str) -> bool:
    """Whether a yes of this voice is refused, or asked for again."""
    return said.partner not in (None, speaker) or said.may_be_other(speaker)
