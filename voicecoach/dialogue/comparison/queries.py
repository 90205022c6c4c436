"""What may have been turned round, where the clauses do not run alongside: a question, no verdict.

"You are not ready" against "I think I could be ready soon" is perhaps another meaning and perhaps
not. A trainee is asked "did you mean ...?", and the score gives way a little instead of falling.
"""

from __future__ import annotations

from collections.abc import Iterator

from voicecoach.dialogue.comparison.alterations import Pair
from voicecoach.dialogue.comparison.comparable import (
    LISTENER,
    SPEAKER,
    STOPS,
    Comparable,
    Lexicon,
)
from voicecoach.dialogue.comparison.polarity import negated, negates, opposed
from voicecoach.dialogue.messages import Altered

_KEPT = 0.5
_LONGEST = 8
"""So many words of a clause are shown."""
_MOST = 3
"""No more questions than this are put about one reflection."""


def find(pair: Pair, altered: tuple[Altered, ...]) -> tuple[Altered, ...]:
    """What to ask about, at most three; nothing that is among `altered` already."""
    kinds = {change.kind for change in altered}
    found: list[Altered] = []
    if "negation" not in kinds:
        found += _negations(pair)
    if "word" not in kinds:
        found += _opposites(pair)
    if "role" not in kinds:
        found += _speakers(pair)
    return tuple(dict.fromkeys(found))[:_MOST]


def _negations(pair: Pair) -> Iterator[Altered]:
    """A word under a negation on one side that is kept, and whose clause is not negated there."""
    alignment = pair.alignment
    ours, theirs = negated(pair.message, pair.known), negated(pair.reflection, pair.known)
    for at, by in ours.items():
        if at in alignment.opposites or not _counts(pair.message, at, by, alignment.sure):
            continue
        start, end = _where(pair.reflection, alignment.forward[at], pair.known)
        if not _any_negation(pair.reflection, start, end, pair.known):
            said = pair.message.phrase(min(by, at), max(by, at) + 1)
            yield Altered("negation", said, _shown(pair.reflection, start, end))
    opposite = {alignment.forward[at] for at in alignment.opposites}
    for to, by in theirs.items():
        if to in opposite or not _counts(pair.reflection, to, by, alignment.back_sure):
            continue
        start, end = _where(pair.message, alignment.backward[to], pair.known)
        if not _any_negation(pair.message, start, end, pair.known):
            became = pair.reflection.phrase(min(by, to), max(by, to) + 1)
            yield Altered("negation", _shown(pair.message, start, end), became)


def _opposites(pair: Pair) -> Iterator[Altered]:
    """A word that is gone, and its opposite in a clause that gives back something beside it."""
    alignment, known = pair.alignment, pair.known
    ours, theirs = negated(pair.message, known), negated(pair.reflection, known)
    free = _left(pair.reflection, alignment.back_sure)
    for at in _left(pair.message, alignment.sure):
        for to in free:
            one, other = pair.message.words[at], pair.reflection.words[to]
            if not opposed(one, other, known) or (at in ours) != (to in theirs):
                continue
            start, end = _clause(pair.reflection, to, known)
            left, right = _clause(pair.message, at, known)
            back = {alignment.backward[place] for place in range(start, end)}
            if any(p in back for p in range(left, right) if pair.message.words[p].content):
                yield Altered("word", one.word, other.word)


def _left(text: Comparable, sure: tuple[float, ...]) -> list[int]:
    """The places of content that was heard clearly and is on one side only."""
    return [
        at
        for at, said in enumerate(text.words)
        if said.content and sure[at] < _KEPT and not said.unclear
    ]


def _counts(text: Comparable, at: int, by: int, sure: tuple[float, ...]) -> bool:
    """True if word `at` was kept and it and its negation were heard clearly."""
    return sure[at] >= _KEPT and not (text.words[at].unclear or text.words[by].unclear)


def _where(text: Comparable, at: int | None, known: Lexicon) -> tuple[int, int]:
    """The clause of word `at`, or all of the text where the word is kept only in meaning."""
    return (0, len(text.words)) if at is None else _clause(text, at, known)


def _shown(text: Comparable, start: int, end: int) -> str:
    return text.phrase(start, min(end, start + _LONGEST))


def _clause(text: Comparable, at: int, known: Lexicon) -> tuple[int, int]:
    """The stretch around word `at` up to a mark or a word that begins a clause."""
    start, end = at, at + 1
    while start > 0 and not _begins(text, start, known):
        start -= 1
    while end < len(text.words) and not _begins(text, end, known):
        end += 1
    return start, end


def _begins(text: Comparable, at: int, known: Lexicon) -> bool:
    return text.stops(at - 1, at, STOPS) or text.words[at].word in known.joining


def _any_negation(text: Comparable, start: int, end: int, known: Lexicon) -> bool:
    """True if the stretch, or what stands right beside it, is negated or speaks of an opposite."""
    near = text.words[max(0, start - 2) : end + 2]
    return any(negates(said, known) or _negative_form(said.word, known) for said in near)


def _negative_form(word: str, known: Lexicon) -> bool:
    return any(word.endswith(suffix) for suffix in known.suffixes)


def _speakers(pair: Pair) -> Iterator[Altered]:
    """The speaker spoke of themselves, and the listener did too, and never said "you"."""
    ours = {said.stem for said in pair.message.words}
    theirs = [at for at, said in enumerate(pair.reflection.words) if said.stem == LISTENER]
    spoken_of = any(said.stem == SPEAKER for said in pair.reflection.words)
    if SPEAKER not in ours or LISTENER in ours or not theirs or spoken_of:
        return
    first = next(at for at, said in enumerate(pair.message.words) if said.stem == SPEAKER)
    message, reflection = pair.message, pair.reflection
    yield Altered(
        "role",
        message.phrase(first, min(first + 3, len(message.words))),
        reflection.phrase(theirs[0], min(theirs[0] + 3, len(reflection.words))),
    )
