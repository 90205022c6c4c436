"""How long to wait, and where the words themselves end a turn.

Patience depends on the step (a share deserves more than a reply), on the text so far (a sentence
that ends in "and" or "because" is not over) and on this person's own pauses, within bounds. In
talk between people most changes of speaker have gaps under 0.6 s, so silence alone would run a
question and its answer together: "did I get that?" and "is there more?" end the turn at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from voicecoach.dialogue import language as languages
from voicecoach.dialogue import replies
from voicecoach.dialogue.messages import Step
from voicecoach.dialogue.turns import question_at_end
from voicecoach.utterance import Reason


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds of silence: the least that may end a turn, the usual, the most."""

    shortest: float
    usual: float
    longest: float


PATIENCE = {
    Step.SHARE: Bounds(0.7, 1.7, 3.2),
    Step.REFLECT: Bounds(0.6, 1.5, 3.0),
    Step.REPLY: Bounds(0.6, 0.75, 1.5),
    Step.COMMAND: Bounds(0.6, 0.75, 1.5),
}

PAUSE_FACTOR = 1.5
"""Patience is this much more than the usual pause a person makes inside a turn."""

PAUSES_TO_LEARN = 4
"""So many pauses must have been heard before they say something about the person."""

MOST_LEARNT_S = 0.8
"""What was learned adds at most this: a slow talker is not a different step."""


def patience_s(
    step: Step, text: str | None, pauses: Sequence[float] = (), *, language: str = "en"
) -> float:
    """Seconds of silence after which a turn counts as over.

    `text` is what was said in it so far, None while that is not known yet (then the longest
    patience holds); `pauses` are the silences, in seconds, after which the same person went on.

    >>> patience_s(Step.SHARE, "I was alone because") > patience_s(Step.SHARE, "I was alone")
    True
    """
    bounds = PATIENCE[step]
    if text is None or _unfinished(text, language):
        return bounds.longest
    if len(pauses) < PAUSES_TO_LEARN:
        return bounds.usual
    typical = sorted(pauses)[len(pauses) // 2]
    return min(bounds.usual + MOST_LEARNT_S, max(bounds.usual, typical * PAUSE_FACTOR))


def shortest_s(step: Step) -> float:
    """The least silence that may end a turn of this step."""
    return PATIENCE[step].shortest


def turn_end(
    step: Step, texts: Sequence[str], *, language: str = "en"
) -> tuple[int, Reason] | None:
    """How many of the pieces `texts` make up the first turn, where the words show its end.

    None where they do not: then the silence decides. A piece that ends in a question of the
    procedure ends the turn. One that opens a mirror ("what I hear you say is") ends the share
    before it, and one that is nothing but such a question ends the reply before it, because it is
    the other one who speaks now.
    """
    for count in range(1, len(texts) + 1):
        if count > 1 and _others(step, texts[count - 1], language):
            return count - 1, Reason.CHECK_BACK
        if replies.asked(" ".join(texts[:count]), language) is not None:
            return count, Reason.CHECK_BACK
    return None


def _others(step: Step, text: str, language: str) -> bool:
    """Whether a piece shows that somebody else has begun to speak."""
    if step is Step.SHARE:
        return replies.opens_mirror(text, language)
    asked, before = question_at_end(text, language)
    return step is Step.REPLY and asked is not None and not before


def _unfinished(text: str, language: str) -> bool:
    words = languages.split(text)
    return bool(words) and words[-1].word in _unfinished_words(language)


@lru_cache(maxsize=8)
def _unfinished_words(language: str) -> frozenset[str]:
    return frozenset(languages.load(language).tables["patience"]["unfinished"])
