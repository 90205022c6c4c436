"""What a reflection turned into something else: negations, numbers, roles, words.

Only where message and reflection run alongside each other is a difference an alteration; where
they do not, it is another way to say it, or something else altogether, and shows as missed and
added. So every check looks at a pair of matched words and their neighbours first.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.dialogue.comparison.alignment import Alignment
from voicecoach.dialogue.comparison.comparable import (
    FULL,
    LISTENER,
    OTHERS,
    SPEAKER,
    STOPS,
    Comparable,
    Lexicon,
    Said,
)
from voicecoach.dialogue.comparison.polarity import (
    another_feeling,
    negated,
    negates,
    opposed,
)
from voicecoach.dialogue.messages import Altered

_SHIFT = 3
"""A negation this near on the other side is the same one: "I don't think it is" / "it is not"."""
_NEIGHBOURS = 3
_SURE = 4
"""So many neighbours must run alongside where only small words tell of an alteration."""
_BESIDE = 1
_RUNS_ON = 3
_VERBATIM = 6
_NEARLY_ALL = 0.7
_UNLIKE = 0.1
"""Words below this sureness have nothing in common in meaning."""
_HEARD = 3
"""So many words on both sides must have been heard clearly."""
HARDLY_ANYTHING = 0.12
"""Share of the message's content."""
_MOST = 6
"""No more alterations than this are listed."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Message and reflection with what is known about them."""

    message: Comparable
    reflection: Comparable
    alignment: Alignment
    known: Lexicon
    by_meaning: bool = False
    """Whether words that mean the same were matched; without it, another word tells nothing."""

    @property
    def kept(self) -> float:
        """The share of the message's content that came back."""
        counted = [
            (said.counts, sure)
            for said, sure in zip(self.message.words, self.alignment.sure, strict=True)
            if said.content
        ]
        return sum(c * sure for c, sure in counted) / (sum(c for c, _ in counted) or 1.0)

    def clear(self, at: int, to: int) -> bool:
        """True if both texts were heard well enough around these words: else nothing is altered.

        Beside them every word must be beyond doubt, a little farther none may be unclear.
        """
        for text, place in ((self.message, at), (self.reflection, to)):
            beside = text.words[max(0, place - 1) : place + 2]
            near = text.words[max(0, place - _HEARD) : place + _HEARD + 1]
            if any(said.doubtful for said in beside) or any(said.unclear for said in near):
                return False
        return True


def find(pair: Pair) -> tuple[Altered, ...]:
    """The alterations in the order of the message, at most six.

    Where hardly anything came back, the rest is something else and nothing was altered.
    """
    if pair.kept < HARDLY_ANYTHING:
        return ()
    found: dict[tuple[str, str, str], Altered] = {}
    for altered in _all(pair):
        found.setdefault((altered.kind, altered.said, altered.became), altered)
    return tuple(found.values())[:_MOST]


def _all(pair: Pair) -> list[Altered]:
    negations = _negations(pair) or _dropped(pair) or _lone(pair)
    opposites = _opposites(pair)
    if any({change.said, change.became} & pair.known.negations for change in opposites):
        # "Never" that became "always" is told once.
        negations = []
    told = [*negations, *opposites, *_numbers(pair)]
    for change in (*_names(pair), *_replaced(pair)):
        if change.said not in {other.said for other in told}:
            told.append(change)
    return [*told, *_roles(pair)]


def _together(pair: Pair, at: int, to: int, least: int = 2) -> bool:
    """True if the words around message word `at` run alongside those around `to`.

    `least` neighbours must, or as many as there are.
    """
    near = possible = 0
    for step in range(-_NEIGHBOURS, _NEIGHBOURS + 1):
        place = at + step
        inside = 0 <= place < len(pair.message.words) and 0 <= to + step < len(
            pair.reflection.words
        )
        if step == 0 or not inside:
            continue
        possible += 1
        other = pair.alignment.forward[place]
        if other is not None and abs((other - to) - step) <= 2:
            near += 1
    return near >= min(least, possible)


def _negations(pair: Pair) -> list[Altered]:
    ours, theirs = negated(pair.message, pair.known), negated(pair.reflection, pair.known)
    result = []
    for at, to in enumerate(pair.alignment.forward):
        if to is None or at in pair.alignment.opposites:
            continue
        word = pair.message.words[at]
        if (at in ours) == (to in theirs) or not (word.content or word.stem in pair.known.antonyms):
            continue
        if _elsewhere(pair, at, ours, to, theirs) or not _together(pair, at, to, _BESIDE):
            continue
        if not pair.clear(ours.get(at, at), theirs.get(to, to)):
            continue
        said = pair.message.phrase(min(ours.get(at, at), at), at + 1)
        became = pair.reflection.phrase(min(theirs.get(to, to), to), to + 1)
        result.append(Altered("negation", said, became))
    return result


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


def _dropped(pair: Pair) -> list[Altered]:
    """A negation between two kept words that run on without it on the other side."""
    message, reflection = pair.message, pair.reflection
    result = []
    for at, start, end in _gaps(message, reflection, pair.alignment.forward, pair.known):
        if not _together(pair, at, start, _SURE) or not pair.clear(at, start):
            continue
        said = message.phrase(at, min(at + 2, len(message.words)))
        result.append(Altered("negation", said, reflection.phrase(start, end + 1)))
    for at, start, end in _gaps(reflection, message, pair.alignment.backward, pair.known):
        if not _together(pair, start, at, _SURE) or not pair.clear(start, at):
            continue
        became = reflection.phrase(at, min(at + 2, len(reflection.words)))
        result.append(Altered("negation", message.phrase(start, end + 1), became))
    return result


def _lone(pair: Pair) -> list[Altered]:
    """A negation that stands on one side only of two texts that are otherwise the same."""
    doubtful = any(said.doubtful for text in (pair.message, pair.reflection) for said in text.words)
    if doubtful or not _alike(pair):
        return []
    result = []
    sides = ((pair.message, pair.alignment.forward), (pair.reflection, pair.alignment.backward))
    for text, matched in sides:
        for at, said in enumerate(text.words):
            if matched[at] is None and negates(said, pair.known):
                near = text.phrase(max(0, at - 1), min(len(text.words), at + 2))
                ours = text is pair.message
                result.append(Altered("negation", near if ours else "", "" if ours else near))
    return result if len(result) == 1 else []


def _alike(pair: Pair) -> bool:
    """True if nearly all words of both texts came back."""
    return min(_same(pair.alignment.sure), _same(pair.alignment.back_sure)) >= _NEARLY_ALL


def _same(sure: tuple[float, ...]) -> float:
    """The share of words that came back."""
    return sum(one >= 0.5 for one in sure) / len(sure)


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


def _opposites(pair: Pair) -> list[Altered]:
    """A word in whose place stands its opposite, or another feeling.

    In two texts that are otherwise the same an opposite needs no place.
    """
    ours, theirs = negated(pair.message, pair.known), negated(pair.reflection, pair.known)
    same = _alike(pair)
    result = []
    for at, said in enumerate(pair.message.words):
        if pair.alignment.forward[at] is not None:
            continue
        for to, other in enumerate(pair.reflection.words):
            if pair.alignment.backward[to] is not None or (at in ours) != (to in theirs):
                continue
            least = _differs(said, other, pair.known)
            told = opposed(said, other, pair.known) and said.content and same
            beside = least and _together(pair, at, to, least)
            if (beside or told) and pair.clear(at, to):
                result.append(_changed("word", pair, at, to))
                break
    return result


def _differs(said: Said, other: Said, known: Lexicon) -> int:
    """How many neighbours must run alongside to tell that one word replaced the other; 0 if none.

    Fewer for opposites and for words that are not the same ("want", "have to"); more for feelings,
    which a reflection may well add to what was said, and for small words.
    """
    if opposed(said, other, known) or other.stem in known.unlike.get(said.stem, ()):
        return _BESIDE if said.content and other.content else _RUNS_ON
    return 2 if another_feeling(said, other, known) else 0


def _names(pair: Pair) -> list[Altered]:
    """Another person in someone's place: another name, or sister for brother."""
    result = []
    theirs = [
        to
        for to, free in enumerate(pair.alignment.backward)
        if free is None and _someone(pair.reflection, to, pair.known)
    ]
    for at, free in enumerate(pair.alignment.forward):
        kind = _someone(pair.message, at, pair.known) if free is None else ""
        if not kind:
            continue
        for to in theirs:
            same_kind = _someone(pair.reflection, to, pair.known) == kind
            if same_kind and _together(pair, at, to, _RUNS_ON) and pair.clear(at, to):
                result.append(_changed("name", pair, at, to))
                break
    return result


def _someone(text: Comparable, at: int, known: Lexicon) -> str:
    """Whether a word is a "relative", a "name" (a capital within a sentence), or neither ("")."""
    said = text.words[at]
    if said.stem in known.relatives:
        return "relative"
    before = text.text[: said.start].rstrip()
    written = text.text[said.start : said.end]
    within = bool(before) and (before[-1].isalnum() or before[-1] == ",")
    shouting = text.text.isupper()
    named = said.content and within and written.istitle() and not shouting
    return "name" if named and not _is_number(said, known) else ""


def _replaced(pair: Pair) -> list[Altered]:
    """One word in a sentence given back word by word, where one of another meaning stands."""
    forward, backward = pair.alignment.forward, pair.alignment.backward
    result: list[Altered] = []
    if not pair.by_meaning:
        return result
    for at in range(1, len(forward) - 1):
        before, after = forward[at - 1], forward[at + 1]
        if forward[at] is not None or before is None or after is None or after - before != 2:
            continue
        to = before + 1
        alone = min(pair.message.words[at].weight, pair.reflection.words[to].weight) >= FULL
        unlike = pair.alignment.sure[at] < _UNLIKE and pair.alignment.back_sure[to] < _UNLIKE
        free = backward[to] is None and pair.clear(at, to)
        if alone and unlike and free and _together(pair, at, to, _VERBATIM):
            result.append(_changed("word", pair, at, to))
    return result


def _changed(kind: str, pair: Pair, at: int, to: int) -> Altered:
    """Message word `at` became reflection word `to`."""
    return Altered(kind, pair.message.phrase(at, at + 1), pair.reflection.phrase(to, to + 1))


def _numbers(pair: Pair) -> list[Altered]:
    ours = [
        at
        for at, free in enumerate(pair.alignment.forward)
        if free is None and _counted(pair.message, at, pair.known)
    ]
    theirs = [
        to
        for to, free in enumerate(pair.alignment.backward)
        if free is None and _counted(pair.reflection, to, pair.known)
    ]
    result = []
    for at in ours:
        day = pair.message.words[at].word in pair.known.days
        alike = (to for to in theirs if (pair.reflection.words[to].word in pair.known.days) == day)
        beside = (place for place in alike if _together(pair, at, place, _BESIDE))
        to = next((place for place in beside if pair.clear(at, place)), None)
        if to is not None:
            theirs.remove(to)
            result.append(_changed("number", pair, at, to))
    return result


def _counted(text: Comparable, at: int, known: Lexicon) -> bool:
    """True for a number that counts something; "this one" does not."""
    pointed = at > 0 and text.words[at - 1].word in known.pointing
    return _is_number(text.words[at], known) and not (pointed and text.words[at].word == "one")


def _is_number(said: Said, known: Lexicon) -> bool:
    """True for numbers, days and months; "Sundays" too."""
    return said.word in known.numbers or said.stem in known.numbers or said.word.isdigit()


def _roles(pair: Pair) -> list[Altered]:
    """One person in another's place, most of all: "I" and "you" not turned round."""
    result = []
    message, reflection = pair.message.words, pair.reflection.words
    for at, said in enumerate(message):
        person = _person(said, pair.known)
        if person is None or not _content_near(pair, at):
            continue
        for step in (1, -1):
            to = pair.alignment.forward[at + step] if 0 <= at + step < len(message) else None
            if to is None or not 0 <= to - step < len(reflection):
                continue
            if pair.message.stops(min(at, at + step), max(at, at + step), STOPS):
                continue
            other = _person(reflection[to - step], pair.known)
            runs_on = _together(pair, at, to - step, _SURE) and pair.clear(at, to - step)
            if other is not None and other != person and runs_on:
                result.append(
                    Altered(
                        "role",
                        pair.message.phrase(min(at, at + step), max(at, at + step) + 1),
                        pair.reflection.phrase(min(to - step, to), max(to - step, to) + 1),
                    )
                )
                break
    return result


def _person(said: Said, known: Lexicon) -> str | None:
    """Who a word stands for: the speaker, the listener, others; None for any other word."""
    if said.stem in (SPEAKER, LISTENER):
        return said.stem
    return OTHERS if said.word in known.others else None


def _content_near(pair: Pair, at: int) -> bool:
    """True if content next to message word `at` was kept, so that the roles can be told."""
    words = pair.message.words
    near = range(max(0, at - _NEIGHBOURS), min(len(words), at + _NEIGHBOURS + 1))
    return any(words[place].content and pair.alignment.forward[place] is not None for place in near)
