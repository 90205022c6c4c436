"""Which of two clauses was the earlier, or the cause of the other, and whether that was kept.

"My mother left before you came" is kept by "I came after she left", and turned round by "I came
before she left", in which every word came back.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.dialogue.comparison.altered.pair import Pair
from voicecoach.dialogue.comparison.comparable import STOPS, Comparable, Lexicon
from voicecoach.dialogue.comparison.polarity import opposed
from voicecoach.dialogue.messages import Altered

_MOSTLY = 1 / 2
"""Of the content of a clause so much must have come back on one side to tell where it is."""
_TOGETHER = 2 / 3
"""The same of what came back of it."""
_SHOWN = 3
"""Words that are shown on both sides of the word between the clauses."""


@dataclass(frozen=True, slots=True)
class Joint:
    """A word between two clauses, with the places of what stands before and behind it."""

    word: str
    at: int
    before: range
    behind: range


def joints(text: Comparable, known: Lexicon) -> list[Joint]:
    """Where two clauses meet in a word that tells their order; none where it begins a sentence."""
    found = []
    for at, said in enumerate(text.words):
        if said.word not in known.converse:
            continue
        start = end = at
        while start > 0 and not text.stops(start - 1, start, STOPS):
            start -= 1
        while end + 1 < len(text.words) and not text.stops(end, end + 1, STOPS):
            end += 1
        if start < at < end:
            found.append(Joint(said.word, at, range(start, at), range(at + 1, end + 1)))
    return found


def turned(pair: Pair) -> list[Altered]:
    """Each pair of clauses whose order is another one in the reflection."""
    return [
        Altered("order", _shown(pair.message, ours), _shown(pair.reflection, theirs))
        for ours, theirs, same in _met(pair)
        if not same and not _told(pair, ours, theirs)
    ]


def _told(pair: Pair, ours: Joint, theirs: Joint) -> bool:
    """True for "before" that became "after": an opposite is told as such."""
    return opposed(pair.message.words[ours.at], pair.reflection.words[theirs.at], pair.known)


def kept(pair: Pair) -> set[tuple[int, int]]:
    """The places of words like "before" that became "after" with the clauses changed over."""
    return {(ours.at, theirs.at) for ours, theirs, same in _met(pair) if same}


def _met(pair: Pair) -> list[tuple[Joint, Joint, bool]]:
    """The joints of the message with those of the reflection, and whether they say the same."""
    found = []
    for theirs in joints(pair.reflection, pair.known):
        for ours in joints(pair.message, pair.known):
            related = (ours.word, pair.known.converse[ours.word])
            crossed = _crossed(pair, ours, theirs)
            if theirs.word in related and crossed is not None:
                found.append((ours, theirs, crossed == (theirs.word != ours.word)))
    return found


def _crossed(pair: Pair, ours: Joint, theirs: Joint) -> bool | None:
    """Whether the clauses changed over; None where too little came back of either to tell."""
    before = _side(pair, ours.before, theirs)
    behind = _side(pair, ours.behind, theirs)
    if before is None or behind is None or before == behind:
        return None
    return behind


def _side(pair: Pair, clause: range, theirs: Joint) -> bool | None:
    """Whether the content of a clause came back before the word between; None if it cannot tell."""
    words = [at for at in clause if pair.message.words[at].content]
    places = [to for at in words if (to := pair.alignment.forward[at]) is not None]
    if not places or not all(pair.clear(at, pair.alignment.forward[at] or 0) for at in words[:1]):
        return None
    before = sum(place in theirs.before for place in places)
    behind = sum(place in theirs.behind for place in places)
    if max(before, behind) < max(_MOSTLY * len(words), _TOGETHER * len(places)):
        return None
    return before > behind


def _shown(text: Comparable, joint: Joint) -> str:
    start = max(joint.before.start, joint.at - _SHOWN)
    return text.phrase(start, min(joint.behind.stop, joint.at + _SHOWN + 1))
