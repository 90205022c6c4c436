"""The coach's own voice, heard by its own microphone, is nobody's turn.

Being deaf while it speaks is the first guard; this is the second, for what a large room gives back
afterwards. It compares words, and it is careful: only what says nearly all of an announcement, or
nearly all of one or several of its sentences, counts. So a listener who asks "did I get that?"
after the coach's "did Ben get that?" is heard, and an answer the coach has just suggested ("say
yes, or not quite") is an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from voicecoach.dialogue.language import Phrase, split

FEWEST_WORDS = 3
"""Fewer words are an answer, never an echo: "yes", "not quite"."""

SAME_WORDS = 0.8
"""Least share of words that must be the same, in order (edit distance, 1 is all)."""

SAME_LETTERS = 90.0
"""Or least likeness of the letters (0..100): what a recogniser makes of the same words."""

_SENTENCE_END = re.compile(r"[.?!:]+")


def echoes(text: str, announcement: str) -> bool:
    """Whether `text` is what a microphone heard of `announcement`, in whole sentences.

    >>> echoes("anna did ben get that", "Anna, did Ben get that?")
    True
    >>> echoes("did I get that", "Anna, did Ben get that?")
    False
    >>> echoes("yes", "Please say yes or no.")
    False
    """
    heard = _words(text)
    if len(heard) < FEWEST_WORDS:
        return False
    return any(_same(heard, said) for said in _stretches(announcement))


def _words(text: str) -> Phrase:
    return tuple(token.word for token in split(text))


def _stretches(announcement: str) -> Iterator[Phrase]:
    """Every run of whole sentences."""
    sentences = [words for part in _SENTENCE_END.split(announcement) if (words := _words(part))]
    for first in range(len(sentences)):
        for last in range(first, len(sentences)):
            yield tuple(word for words in sentences[first : last + 1] for word in words)


def _same(heard: Phrase, said: Phrase) -> bool:
    if Levenshtein.normalized_similarity(heard, said) >= SAME_WORDS:
        return True
    return fuzz.ratio(" ".join(heard), " ".join(said)) >= SAME_LETTERS
