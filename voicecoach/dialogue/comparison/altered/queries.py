"""What may have been turned round, where the clauses do not run alongside: a question, no verdict.

"You are not ready" against "I think I could be ready soon" is perhaps another meaning and perhaps
not. A trainee is asked "did you mean ...?", and the score gives way a little instead of falling.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from voicecoach.dialogue.comparison.alignment import KEPT
from voicecoach.dialogue.comparison.altered.pair import HARDLY_ANYTHING, Pair
from voicecoach.dialogue.comparison.comparable import (
    FULL,
    LISTENER,
    SPEAKER,
    STOPS,
    Comparable,
    Lexicon,
)
from voicecoach.dialogue.comparison.polarity import negated, negates, opposed, otherwise
from voicecoach.dialogue.messages import Altered

_AUXILIARIES = 2
"""So many small words at most stand between a person and what they do."""
_FEWEST_KEPT = 2
_BESIDE = 2
_CLAUSE_KEPT = 0.5
"""Of the content of a clause so much came back where a negation alone tells of an alteration."""
_LONGEST = 8
"""So many words of a clause are shown."""
_MOST = 3
"""No more questions than this are put about one reflection."""


def find(pair: Pair, altered: tuple[Altered, ...]) -> tuple[Altered, ...]:
    """What to ask about, at most three; nothing that is among `altered` already."""
    kinds = {change.kind for change in altered}
    found: list[Altered] = []
    if "negation" not in kinds:
        found += _negations(pair) or [change for change, _ in _clauses(pair)] or _refused(pair)
    if "word" not in kinds:
        found += _opposites(pair)
    if "role" not in kinds:
        found += _speakers(pair)
    return tuple(dict.fromkeys(found))[:_MOST]


def certain(pair: Pair, altered: tuple[Altered, ...]) -> tuple[Altered, ...]:
    """`altered`, and what is altered wherever in the reflection it stands."""
    if pair.kept < HARDLY_ANYTHING:
        return altered
    kinds = {change.kind for change in altered}
    found = () if "role" in kinds else _turned_over(pair)
    return (*_one_sided(pair, altered), *found)


def _turned_over(pair: Pair) -> tuple[Altered, ...]:
    """What one of the two did or has, given to the other: "I lost my job", "I lost my job"."""
    ours, theirs = _whose(pair.message), _whose(pair.reflection)
    for word, places in ours.items():
        other = theirs.get(word, {})
        for person, at in places.items():
            turned = LISTENER if person == SPEAKER else SPEAKER
            if turned in other and person not in other and turned not in places:
                to = other[turned]
                if pair.clear(at[1] - 1, to[1] - 1):
                    return (Altered("role", pair.message.phrase(*at), pair.reflection.phrase(*to)),)
    return ()


def _whose(text: Comparable) -> dict[str, dict[str, tuple[int, int]]]:
    """For each word of full weight whose it is, or who does it, and the place that tells it."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for at, said in enumerate(text.words):
        if said.weight < FULL:
            continue
        for before in range(at - 1, max(-1, at - 1 - _AUXILIARIES), -1):
            near = text.words[before]
            if near.content or text.stops(before, before + 1, STOPS):
                break
            if near.stem in (SPEAKER, LISTENER):
                found.setdefault(said.stem, {}).setdefault(near.stem, (before, at + 1))
                break
    return found


def _one_sided(pair: Pair, altered: tuple[Altered, ...]) -> tuple[Altered, ...]:
    """`altered`, and a clause given back whose negation is on one side only, of all that was said.

    Where nothing on the other side is negated or speaks of an opposite, no other wording can hold
    what the negation said.
    """
    found = () if "negation" in {change.kind for change in altered} else _clauses(pair)
    told = (change for change, sure in found if sure)
    return (*altered, *islice(told, 1))


def _clauses(pair: Pair) -> Iterator[tuple[Altered, bool]]:
    """The clauses that came back and are negated on one side of the whole, and if that is sure."""
    message, reflection, known = pair.message, pair.reflection, pair.known
    ours, theirs = _negating(message, known), _negating(reflection, known)
    if bool(ours) == bool(theirs) or _negative(message, known) or _negative(reflection, known):
        return
    if pair.alignment.opposites:
        return
    text, matched, sure = (
        (message, pair.alignment.forward, pair.alignment.sure)
        if ours
        else (reflection, pair.alignment.backward, pair.alignment.back_sure)
    )
    other, other_matched, back = (
        (reflection, pair.alignment.backward, pair.alignment.back_sure)
        if ours
        else (message, pair.alignment.forward, pair.alignment.sure)
    )
    for at in ours or theirs:
        start, end = _clause(text, at, known)
        content = [place for place in range(start, end) if text.words[place].content]
        kept = [matched[place] for place in content if sure[place] >= KEPT]
        places = [place for place in kept if place is not None]
        heard = not any(said.doubtful for said in text.words[start:end])
        if not places or len(kept) < max(_FEWEST_KEPT, _CLAUSE_KEPT * len(content)) or not heard:
            continue
        left, right = min(places), max(places) + 1
        if otherwise(other, other_matched, (left + right) // 2, known):
            continue
        here, there = _shown(text, start, end), _shown(other, left, right)
        change = Altered("negation", *((here, there) if ours else (there, here)))
        near = range(max(0, left - _BESIDE), min(len(back), right + _BESIDE))
        # Another word there may say the opposite of what was negated.
        free = any(other.words[place].content and back[place] < KEPT for place in near)
        yield change, len(places) >= _FEWEST_KEPT and not free


def _negating(text: Comparable, known: Lexicon) -> list[int]:
    return [at for at, said in enumerate(text.words) if negates(said, known)]


def _negative(text: Comparable, known: Lexicon) -> bool:
    return any(_negative_form(said.word, known) for said in text.words)


def _refused(pair: Pair) -> list[Altered]:
    """What was to stop and came back without that: "stop shouting" / "shout"."""
    if any(negates(said, pair.known) for said in pair.reflection.words):
        return []
    found = []
    forward, sure = pair.alignment.forward, pair.alignment.sure
    for at, said in enumerate(pair.message.words[:-1]):
        to = forward[at + 1]
        gone = said.word in pair.known.refusing and sure[at] < KEPT and to is not None
        if not gone or to is None or not pair.message.words[at + 1].content:
            continue
        if not otherwise(pair.reflection, pair.alignment.backward, to, pair.known):
            became = pair.reflection.phrase(to, to + 1)
            found.append(Altered("negation", pair.message.phrase(at, at + 2), became))
    return found


def _negations(pair: Pair) -> list[Altered]:
    """A word under a negation on one side that is kept, and whose clause is not negated there."""
    return list(_unbound(pair))


def _unbound(pair: Pair) -> Iterator[Altered]:
    alignment = pair.alignment
    ours, theirs = negated(pair.message, pair.known), negated(pair.reflection, pair.known)
    for at, by in ours.items():
        if at in alignment.opposites or not _counts(pair.message, at, by, alignment.sure):
            continue
        start, end = _where(pair.reflection, alignment.forward[at], pair.known)
        other = otherwise(pair.reflection, alignment.backward, (start + end) // 2, pair.known)
        if not other and not _any_negation(pair.reflection, start, end, pair.known):
            said = pair.message.phrase(min(by, at), max(by, at) + 1)
            yield Altered("negation", said, _shown(pair.reflection, start, end))
    opposite = {alignment.forward[at] for at in alignment.opposites}
    for to, by in theirs.items():
        if to in opposite or not _counts(pair.reflection, to, by, alignment.back_sure):
            continue
        start, end = _where(pair.message, alignment.backward[to], pair.known)
        other = otherwise(pair.message, alignment.forward, (start + end) // 2, pair.known)
        if not other and not _any_negation(pair.message, start, end, pair.known):
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
        if said.content and sure[at] < KEPT and not said.unclear
    ]


def _counts(text: Comparable, at: int, by: int, sure: tuple[float, ...]) -> bool:
    """True if word `at` was kept and it and its negation were heard clearly."""
    return sure[at] >= KEPT and not (text.words[at].unclear or text.words[by].unclear)


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
