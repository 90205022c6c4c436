"""What a reflection turned into something else: negations, numbers, roles, words.

Only where message and reflection run alongside each other is a difference an alteration; where
they do not, it is another way to say it, or something else altogether, and shows as missed and
added. So every check looks at a pair of matched words and their neighbours first.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.dialogue.comparison.alignment import Alignment
from voicecoach.dialogue.comparison.comparable import LISTENER, SPEAKER, Comparable, Lexicon
from voicecoach.dialogue.language import Language
from voicecoach.dialogue.messages import Altered

_SCOPE = 4
"""A negation reaches this many words ahead at most, to the first content word."""
_NEIGHBOURS = 3
_MOST = 6
"""No more alterations than this are listed."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Message and reflection with what is known about them."""

    message: Comparable
    reflection: Comparable
    alignment: Alignment
    known: Lexicon
    language: Language


def find(pair: Pair) -> tuple[Altered, ...]:
    """The alterations in the order of the message, at most six."""
    found: dict[tuple[str, str, str], Altered] = {}
    for altered in (*_negations(pair), *_opposites(pair), *_numbers(pair), *_roles(pair)):
        found.setdefault((altered.kind, altered.said, altered.became), altered)
    return tuple(found.values())[:_MOST]


def _negated(text: Comparable, language: Language, known: Lexicon) -> dict[int, int]:
    """For each content word under a negation: where the negation stands."""
    result: dict[int, int] = {}
    for at, said in enumerate(text.words):
        if said.word not in language.negations:
            continue
        for ahead in range(at + 1, min(at + 1 + _SCOPE, len(text.words))):
            if text.words[ahead].content or text.words[ahead].stem in known.antonyms:
                if ahead in result:
                    del result[ahead]
                else:
                    result[ahead] = at
                break
    return result


def _together(pair: Pair, at: int, to: int) -> bool:
    """True if the words around message word `at` run alongside those around `to`."""
    near = 0
    for step in range(-_NEIGHBOURS, _NEIGHBOURS + 1):
        place = at + step
        if step == 0 or not 0 <= place < len(pair.message.words):
            continue
        other = pair.alignment.forward[place]
        if other is not None and abs((other - to) - step) <= 2:
            near += 1
    possible = min(2, len(pair.message.words) - 1, len(pair.reflection.words) - 1)
    return near >= possible


def _negations(pair: Pair) -> list[Altered]:
    ours = _negated(pair.message, pair.language, pair.known)
    theirs = _negated(pair.reflection, pair.language, pair.known)
    result = []
    for at, to in enumerate(pair.alignment.forward):
        if to is None or pair.alignment.sure[at] < 0.9 or (at in ours) == (to in theirs):
            continue
        if not pair.message.words[at].content or not _together(pair, at, to):
            continue
        said = pair.message.phrase(min(ours.get(at, at), at), at + 1)
        became = pair.reflection.phrase(min(theirs.get(to, to), to), to + 1)
        result.append(Altered("negation", said, became))
    return result


def _opposites(pair: Pair) -> list[Altered]:
    """An unmatched word whose opposite or another feeling stands in its place."""
    ours = _negated(pair.message, pair.language, pair.known)
    theirs = _negated(pair.reflection, pair.language, pair.known)
    result = []
    for at, said in enumerate(pair.message.words):
        if pair.alignment.forward[at] is not None:
            continue
        for to, other in enumerate(pair.reflection.words):
            if pair.alignment.backward[to] is not None or (at in ours) != (to in theirs):
                continue
            if _opposed(said.stem, other.stem, pair.known) and _together(pair, at, to):
                result.append(
                    Altered(
                        "word", pair.message.phrase(at, at + 1), pair.reflection.phrase(to, to + 1)
                    )
                )
                break
    return result


def _opposed(one: str, other: str, known: Lexicon) -> bool:
    if other in known.antonyms.get(one, ()):
        return True
    if one in known.feelings and other in known.feelings:
        return known.feelings[one] != known.feelings[other]
    short, long = sorted((one, other), key=len)
    if len(short) < 4:
        return False
    return any(long == prefix + short for prefix in known.prefixes) or any(
        long == short + suffix for suffix in known.suffixes
    )


def _numbers(pair: Pair) -> list[Altered]:
    def is_number(word: str) -> bool:
        return word in pair.known.numbers or word.isdigit()

    ours = [
        at
        for at, said in enumerate(pair.message.words)
        if is_number(said.word) and pair.alignment.forward[at] is None
    ]
    theirs = [
        to
        for to, said in enumerate(pair.reflection.words)
        if is_number(said.word) and pair.alignment.backward[to] is None
    ]
    result = []
    for at in ours:
        to = next((place for place in theirs if _together(pair, at, place)), None)
        if to is not None:
            theirs.remove(to)
            result.append(
                Altered(
                    "number", pair.message.phrase(at, at + 1), pair.reflection.phrase(to, to + 1)
                )
            )
    return result


def _roles(pair: Pair) -> list[Altered]:
    """Speaker and listener in each other's place, most of all: "I" and "you" not turned round."""
    result = []
    message, reflection = pair.message.words, pair.reflection.words
    swap = {SPEAKER: LISTENER, LISTENER: SPEAKER}
    for at, said in enumerate(message):
        if said.stem not in swap:
            continue
        for step in (1, -1):
            place = at + step
            if not 0 <= place < len(message):
                continue
            to = pair.alignment.forward[place]
            if to is None or not 0 <= to - step < len(reflection):
                continue
            other = reflection[to - step]
            if other.stem == swap[said.stem] and _content_near(pair, at):
                result.append(
                    Altered(
                        "role",
                        pair.message.phrase(min(at, place), max(at, place) + 1),
                        pair.reflection.phrase(min(to - step, to), max(to - step, to) + 1),
                    )
                )
                break
    return result


def _content_near(pair: Pair, at: int) -> bool:
    """True if content next to message word `at` was kept, so that the roles can be told."""
    words = pair.message.words
    near = range(max(0, at - _NEIGHBOURS), min(len(words), at + _NEIGHBOURS + 1))
    return any(words[place].content and pair.alignment.forward[place] is not None for place in near)
