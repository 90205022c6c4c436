"""Words that a recogniser takes for each other: "wait" and "weight", in the same place.

It is asked only where the words around run alongside. Words that sound the same are half kept; a
word that the recogniser itself doubts may also be one that it merely sounds like.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from voicecoach.dialogue.answers.hearing import sound
from voicecoach.dialogue.comparison.comparable import CLEAR, Lexicon, Said
from voicecoach.dialogue.comparison.polarity import another_feeling, opposed

_SAME = 0.55
_DOUBTED = 0.85
_UNCLEAR = 0.6
"""Where something stood that was not understood at all, nobody knows that the word was left out."""
_SPELLED = 60
"""Least similarity in spelling (0..100) of two words of the same sound: it guards the vowels."""
_NEARLY = 60
"""Least similarity of the sounds of two words of which one is in doubt."""
_GAP = 3
"""So many words between two kept ones at most, on either side, can be each other misheard."""


def match_sounds(
    message: Sequence[Said],
    reflection: Sequence[Said],
    known: Lexicon,
    forward: Sequence[int | None],
    backward: Sequence[int | None],
    match: Callable[[int, int, float], None],
) -> None:
    """Match content words that stand in the same place and sound alike."""
    for at, said in enumerate(message):
        if forward[at] is not None or not said.content or _definite(said, known):
            continue
        for to in _slot(at, forward, len(reflection)):
            other = reflection[to]
            if backward[to] is not None or _definite(other, known):
                continue
            if not (other.content or other.unclear) or opposed(said, other, known):
                continue
            if another_feeling(said, other, known):
                continue
            how_sure = _alike(said, other, known)
            if how_sure:
                match(at, to, how_sure)
                break


def _slot(at: int, forward: Sequence[int | None], size: int) -> range:
    """The places in the reflection where message word `at` should stand, by what was kept nearby.

    Between the nearest kept words on either side; an end of the message is one.
    """
    before, after = at - 1, at + 1
    while before >= 0 and forward[before] is None:
        before -= 1
    while after < len(forward) and forward[after] is None:
        after += 1
    if after - before > _GAP + 1:
        return range(0)
    first = forward[before] if before >= 0 else -1
    last = forward[after] if after < len(forward) else size
    assert first is not None and last is not None
    return range(first + 1, last) if 1 < last - first <= _GAP + 1 else range(0)


def _definite(said: Said, known: Lexicon) -> bool:
    """True for words whose sound must not excuse them: numbers, days and relatives."""
    return said.word in known.numbers or said.word.isdigit() or said.stem in known.relatives


def _alike(said: Said, other: Said, known: Lexicon) -> float:
    ours, theirs = _heard(said.word, known), _heard(other.word, known)
    in_doubt = min(said.clear, other.clear) < CLEAR
    if in_doubt and fuzz.ratio(ours, theirs) >= _NEARLY:
        return _DOUBTED
    if said.unclear or other.unclear:
        return _UNCLEAR
    same = ours == theirs and fuzz.ratio(said.word, other.word) >= _SPELLED
    return _SAME if same else 0.0


@lru_cache(maxsize=20_000)
def _heard(word: str, known: Lexicon) -> str:
    """The consonants of a word as they are heard, its first letter kept if it is a vowel."""
    for written, spoken in known.spelled:
        word = word.replace(written, spoken)
    return sound((word,), known.code)
