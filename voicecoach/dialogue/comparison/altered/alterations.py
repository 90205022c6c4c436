"""What a reflection turned into something else: negations, numbers, roles, words.

Only where message and reflection run alongside each other is a difference an alteration; where
they do not, it is another way to say it, or something else altogether, and shows as missed and
added. So every check looks at a pair of matched words and their neighbours first.
"""

from __future__ import annotations

from voicecoach.dialogue.comparison.alignment import KEPT
from voicecoach.dialogue.comparison.altered import negations, order
from voicecoach.dialogue.comparison.altered.pair import HARDLY_ANYTHING, Pair
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
    opposed,
)
from voicecoach.dialogue.messages import Altered

_SURE = 4
"""So many neighbours must run alongside where only small words tell of an alteration."""
_NEIGHBOURS = 3
_BESIDE = 1
_RUNS_ON = 3
_VERBATIM = 6
_UNLIKE = 0.1
"""Words below this sureness have nothing in common in meaning."""
_MOST = 6
"""No more alterations than this are listed."""


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
    turned = negations.find(pair)
    opposites = _opposites(pair)
    if any({change.said, change.became} & pair.known.negations for change in opposites):
        # "Never" that became "always" is told once.
        turned = []
    told = [*turned, *opposites, *order.turned(pair), *_numbers(pair)]
    for change in (*_names(pair), *_replaced(pair)):
        if change.said not in {other.said for other in told}:
            told.append(change)
    return [*told, *_roles(pair)]


def _opposites(pair: Pair) -> list[Altered]:
    """A word in whose place stands its opposite, or another feeling.

    In two texts that are otherwise the same an opposite needs no place.
    """
    ours, theirs = negated(pair.message, pair.known), negated(pair.reflection, pair.known)
    same = pair.alike
    changed_over = order.kept(pair)
    result = []
    for at, said in enumerate(pair.message.words):
        if pair.alignment.forward[at] is not None:
            continue
        for to, other in enumerate(pair.reflection.words):
            if pair.alignment.backward[to] is not None or (at in ours) != (to in theirs):
                continue
            if (at, to) in changed_over or _put_otherwise(pair, at, to):
                continue
            least = _differs(said, other, pair.known)
            told = opposed(said, other, pair.known) and said.content and same
            beside = least and pair.together(at, to, least)
            if (beside or told) and pair.clear(at, to):
                result.append(_changed("word", pair, at, to))
                break
    return result


def _put_otherwise(pair: Pair, at: int, to: int) -> bool:
    """True if it is no alteration: "would like" / "would love", "never on time" / "always late".

    In the second the word behind the opposite is another one too.
    """
    one, other = pair.message.words[at], pair.reflection.words[to]
    before = pair.message.words[at - 1 : at] + pair.reflection.words[to - 1 : to]
    wished = len(before) == 2 and all(said.word in pair.known.hypothetical for said in before)
    if wished and not opposed(one, other, pair.known):
        return True
    if one.word not in pair.known.negations:
        return False
    behind = next(
        (w for w in range(to + 1, len(pair.reflection.words)) if pair.reflection.words[w].content),
        None,
    )
    return behind is not None and pair.alignment.back_sure[behind] < KEPT


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
            if same_kind and pair.together(at, to, _RUNS_ON) and pair.clear(at, to):
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
        if alone and unlike and free and pair.together(at, to, _VERBATIM):
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
        beside = (place for place in alike if pair.together(at, place, _BESIDE))
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
            runs_on = pair.together(at, to - step, _SURE) and pair.clear(at, to - step)
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
