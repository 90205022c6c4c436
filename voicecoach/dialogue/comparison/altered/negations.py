"""A negation that is on one side only, where message and reflection run alongside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voicecoach.dialogue.comparison.alignment import KEPT
from voicecoach.dialogue.comparison.altered.pair import Pair
from voicecoach.dialogue.comparison.comparable import FULL, Comparable, Lexicon
from voicecoach.dialogue.comparison.polarity import negated, negates, otherwise, says_not
from voicecoach.dialogue.messages import Altered

_SHIFT = 3
"""A negation this near on the other side is the same one: "I don't think it is" / "it is not"."""
_BESIDE = 1
_SURE = 4
"""So many neighbours must run alongside where only small words tell of an alteration."""


def find(pair: Pair) -> list[Altered]:
    """Words whose negation came, went or changed places, or one that is gone by itself."""
    return _exchanged(pair) or _words(pair) or _dropped(pair) or _lone(pair)


def _words(pair: Pair) -> list[Altered]:
    ours, theirs = negated(pair.message, pair.known), negated(pair.reflection, pair.known)
    result = []
    for at, to in enumerate(pair.alignment.forward):
        if to is None or at in pair.alignment.opposites:
            continue
        word = pair.message.words[at]
        if (at in ours) == (to in theirs) or not (word.content or word.stem in pair.known.antonyms):
            continue
        if _elsewhere(pair, at, ours, to, theirs) or not pair.together(at, to, _BESIDE):
            continue
        if not pair.clear(ours.get(at, at), theirs.get(to, to)) or _otherwise(pair, at, to, ours):
            continue
        said = pair.message.phrase(min(ours.get(at, at), at), at + 1)
        became = pair.reflection.phrase(min(theirs.get(to, to), to), to + 1)
        result.append(Altered("negation", said, became))
    return result


def _otherwise(pair: Pair, at: int, to: int, ours: dict[int, int]) -> bool:
    """True if the side without the negation may say it in other words."""
    if at in ours:
        return otherwise(pair.reflection, pair.alignment.backward, to, pair.known)
    return otherwise(pair.message, pair.alignment.forward, at, pair.known)


def _elsewhere(pair: Pair, at: int, ours: dict[int, int], to: int, theirs: dict[int, int]) -> bool:
    """True if the negation is there on the other side too, only bound to a word close by.

    One that is bound to the same word on both sides is spoken for and does not count.
    """
    forward, backward = pair.alignment.forward, pair.alignment.backward
    if at in ours:
        free = [place for word, place in theirs.items() if backward[word] not in ours]
        return any(abs(place - to) <= _SHIFT for place in free)
    free = [place for word, place in ours.items() if forward[word] not in theirs]
    return any(abs(place - at) <= _SHIFT for place in free)


def _exchanged(pair: Pair) -> list[Altered]:
    """The negation of one word of weight given to another: "sad, not angry" / "angry, not sad"."""
    ours, theirs = negated(pair.message, pair.known), negated(pair.reflection, pair.known)
    forward, words = pair.alignment.forward, pair.message.words
    lost = [at for at in ours if forward[at] is not None and forward[at] not in theirs]
    won = [
        at for to in theirs if (at := pair.alignment.backward[to]) is not None and at not in ours
    ]
    for one in lost:
        for other in won:
            first, last = sorted((forward[one] or 0, forward[other] or 0))
            near = abs(one - other) <= _SHIFT and last - first <= _SHIFT
            weighty = min(words[one].weight, words[other].weight) >= FULL
            if near and weighty and pair.clear(one, forward[one] or 0):
                said = pair.message.phrase(min(one, other), max(one, other) + 1)
                return [Altered("negation", said, pair.reflection.phrase(first, last + 1))]
    return []


def _dropped(pair: Pair) -> list[Altered]:
    """A negation between two kept words that run on without it on the other side."""
    return [*_gone(pair, ours=True), *_gone(pair, ours=False)]


def _gone(pair: Pair, *, ours: bool) -> Iterator[Altered]:
    """The same for the negations of the message, or else those of the reflection."""
    message = (pair.message, pair.alignment.forward)
    reflection = (pair.reflection, pair.alignment.backward)
    (text, matched), (other, back) = (message, reflection) if ours else (reflection, message)
    for at, start, end in _gaps(text, other, matched, pair.known):
        here, there = (at, start) if ours else (start, at)
        runs_on = pair.together(here, there, _SURE) and pair.clear(here, there)
        if not runs_on or otherwise(other, back, start, pair.known):
            continue
        negative = text.phrase(at, min(at + 2, len(text.words)))
        plain = other.phrase(start, end + 1)
        yield Altered("negation", *((negative, plain) if ours else (plain, negative)))


def _lone(pair: Pair) -> list[Altered]:
    """A negation that stands on one side only of two texts that are otherwise the same."""
    doubtful = any(said.doubtful for text in (pair.message, pair.reflection) for said in text.words)
    if doubtful or not pair.alike:
        return []
    result = []
    message = (pair.message, pair.alignment.forward, pair.alignment.sure)
    reflection = (pair.reflection, pair.alignment.backward, pair.alignment.back_sure)
    for (text, matched, _), other in ((message, reflection), (reflection, message)):
        if _holds_another(*other, pair.known):
            continue
        for at, said in enumerate(text.words):
            if matched[at] is None and negates(said, pair.known):
                near = text.phrase(max(0, at - 1), min(len(text.words), at + 2))
                ours = text is pair.message
                result.append(Altered("negation", near if ours else "", "" if ours else near))
    return result if len(result) == 1 else []


def _holds_another(
    text: Comparable, matched: Sequence[int | None], kept: Sequence[float], known: Lexicon
) -> bool:
    """True if a word that is on this side only may say what a negation on the other side says."""
    return any(
        place is None and (_of_its_own(text, at, kept) or _may_say_not(text, at, known))
        for at, place in enumerate(matched)
    )


def _of_its_own(text: Comparable, at: int, kept: Sequence[float]) -> bool:
    return text.words[at].weight >= FULL and kept[at] < KEPT


def _may_say_not(text: Comparable, at: int, known: Lexicon) -> bool:
    return negates(text.words[at], known) or says_not(text, at, known)


def _gaps(
    one: Comparable, other: Comparable, to_other: tuple[int | None, ...], known: Lexicon
) -> list[tuple[int, int, int]]:
    """Negations of `one` with the stretch of `other` where they would stand, and do not."""
    result = []
    for at, said in enumerate(one.words):
        to = to_other[at]
        spent = to is not None and not negates(other.words[to], known)
        if not negates(said, known) or spent:
            continue
        before = _kept(to_other, range(at - 1, max(-1, at - 4), -1))
        after = _kept(to_other, range(at + 1, min(len(one.words), at + 4)))
        if before is None or after is None or not 0 < after[1] - before[1] <= after[0] - before[0]:
            continue
        near = other.words[max(0, before[1] - _SHIFT) : after[1] + _SHIFT + 1]
        if not any(negates(word, known) for word in near):
            result.append((at, before[1], after[1]))
    return result


def _kept(to_other: tuple[int | None, ...], places: range) -> tuple[int, int] | None:
    """The first of `places` that was matched, and where."""
    for place in places:
        to = to_other[place]
        if to is not None:
            return place, to
    return None
