"""Which words a negation reaches, and which words say the opposite of each other."""

from __future__ import annotations

from voicecoach.dialogue.comparison.comparable import NEGATION, STOPS, Comparable, Lexicon, Said

_SCOPE = 4
"""A negation reaches this many words ahead at most, to the first content word."""
_SHORTEST_ROOT = 4


def negated(text: Comparable, known: Lexicon) -> dict[int, int]:
    """For each content word under a negation, where that negation stands.

    Two negations before one word cancel out.
    """
    result: dict[int, int] = {}
    for at, said in enumerate(text.words):
        if not negates(said, known):
            continue
        for ahead in range(at + 1, min(at + 1 + _SCOPE, len(text.words))):
            word = text.words[ahead]
            if text.stops(ahead - 1, ahead, STOPS) or _begins_anew(text, at, ahead, known):
                break  # "no, I am glad", "no I am glad", "no one I know"
            if negates(word, known) or word.word in known.between:
                continue
            if word.content or word.stem in known.antonyms:
                if ahead in result:
                    del result[ahead]
                else:
                    result[ahead] = at
                break
    return result


def _begins_anew(text: Comparable, at: int, ahead: int, known: Lexicon) -> bool:
    """True if word `ahead` is somebody who does something: the negation at `at` ends before it.

    Right behind "not" they only stand turned round: "did not you say so".
    """
    turned = ahead == at + 1 and text.words[at].word != "no"
    return text.words[ahead].word in known.doers and not turned


def negates(said: Said, known: Lexicon) -> bool:
    """True for "not" and its like."""
    return said.stem == NEGATION or said.word in known.negations


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
