"""Which words a negation reaches, and which words say the opposite of each other."""

from __future__ import annotations

from collections.abc import Sequence

from voicecoach.dialogue.comparison.comparable import (
    LISTENER,
    NEGATION,
    SPEAKER,
    STOPS,
    Comparable,
    Lexicon,
    Said,
)

_SCOPE = 4
"""A negation reaches this many words ahead at most, to the first content word."""
_NEAR = 6
"""What holds a "not" in other words stands this near to where the "not" would."""
_SHORTEST_ROOT = 4


def negated(text: Comparable, known: Lexicon) -> dict[int, int]:
    """For each content word under a negation, where that negation stands.

    A negation before "think" and its like is about what is thought: "I don't think you care" is
    "I think you don't care". Two negations before one word cancel out.
    """
    result: dict[int, int] = {}
    for at, said in enumerate(text.words):
        if not negates(said, known):
            continue
        word = _reached(text, at, known)
        if word is not None and word in result:
            del result[word]
        elif word is not None:
            result[word] = at
    return result


def _reached(text: Comparable, at: int, known: Lexicon) -> int | None:
    """The word that the negation at `at` is about."""
    thought: int | None = None
    left = _SCOPE
    for ahead in range(at + 1, len(text.words)):
        word = text.words[ahead]
        raised = thought == ahead - 1
        if text.stops(ahead - 1, ahead, STOPS):
            break  # "no, I am glad"
        if _begins_anew(text, at, ahead, known) and not raised:
            break  # "no I am glad", "no one I know"
        if thought is None and word.word in known.raising:
            thought = ahead
            continue
        if raised and word.stem in (SPEAKER, LISTENER):
            continue
        if left == 0:
            break
        left -= 1
        if negates(word, known) or word.word in known.between or _leads_on(text, ahead, known):
            continue
        if word.content or word.stem in known.antonyms:
            return ahead
    return thought


def _leads_on(text: Comparable, at: int, known: Lexicon) -> bool:
    """True for "going" in "not going to be easy"."""
    after = text.words[at + 1].word if at + 1 < len(text.words) else ""
    return f"{text.words[at].word} {after}" in known.leading_on


def _begins_anew(text: Comparable, at: int, ahead: int, known: Lexicon) -> bool:
    """True if word `ahead` is somebody who does something: the negation at `at` ends before it.

    Right behind "not" they only stand turned round: "did not you say so".
    """
    turned = ahead == at + 1 and text.words[at].word != "no"
    return text.words[ahead].word in known.doers and not turned


def negates(said: Said, known: Lexicon) -> bool:
    """True for "not" and its like."""
    return said.stem == NEGATION or said.word in known.negations


def otherwise(text: Comparable, matched: Sequence[int | None], place: int, known: Lexicon) -> bool:
    """True if a word near `place` that was not `matched` may hold a "not": "lost", "stop".

    It says in another way what a negation on the other side says, or may.
    """
    near = range(max(0, place - _NEAR), min(len(text.words), place + _NEAR + 1))
    return any(matched[at] is None and says_not(text, at, known) for at in near)


def says_not(text: Comparable, at: int, known: Lexicon) -> bool:
    """True for a word that may hold a "not", with the next one or by itself: "lost"."""
    pair = " ".join(said.word for said in text.words[at : at + 2])
    return text.words[at].word in known.otherwise or pair in known.otherwise


def opposed(one: Said, other: Said, known: Lexicon) -> bool:
    """True if the words are antonyms, or one is the other with a negative prefix or suffix."""
    if other.stem in known.antonyms.get(one.stem, ()):
        return True
    for short, long in ((one.word, other.word), (other.word, one.word)):
        if len(short) >= _SHORTEST_ROOT and len(long) > len(short):
            if any(long == prefix + short for prefix in known.prefixes):
                return True
            if any(long == short + suffix for suffix in known.suffixes):
                return True
    return False


def another_feeling(one: Said, other: Said, known: Lexicon) -> bool:
    """True if both name feelings, and not of one family."""
    ours, theirs = known.feelings.get(one.stem), known.feelings.get(other.stem)
    return ours is not None and theirs is not None and ours != theirs
