"""Phrases known by their sound: what a recogniser makes of the words we wait for.

Only among expected phrases, and only where every consonant agrees: unrelated speech must not turn
into an answer because it resembles one. No phrase that confirms a reflection is among them: a yes
is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from rapidfuzz import fuzz, process

from voicecoach.dialogue.language import Phrase, load

_CLOSING = "closing"
_KINDS = (_CLOSING, "going_on", "denial")
_ALIKE = 78
"""Least spelling similarity (0..100) of two phrases with the same sound; it guards the vowels."""
_NEAR = 68
"""Least spelling similarity (0..100) to a closing phrase at which talk is not simply sharing."""
_LONGEST_NEAR = 4
_SHORTEST_SOUND = 4
_SHORTEST_PHRASE = 3
_LONGEST_PHRASE = 8


def answer_by_sound(words: Phrase, question: str, code: str) -> str | None:
    """The kind of the expected answer to `question` that `words` sound like, or None."""
    return _alike(words, _answers(question, code), code)


def near_closing(words: Phrase, question: str, code: str) -> bool:
    """True if few words resemble a phrase that closes: worth asking again, no more than that."""
    if len(words) > _LONGEST_NEAR:
        return False
    found = process.extractOne(" ".join(words), _closings(question, code), scorer=fuzz.ratio)
    return found is not None and found[1] >= _NEAR


def cue_by_sound(words: Phrase, code: str) -> str | None:
    """The question of the procedure that `words` sound like, or None."""
    return _alike(words, _cues(code), code)


def sound(words: Phrase, code: str) -> str:
    """How these words sound to a recogniser: consonant classes, doubled ones once, no vowels."""
    key = "".join(words).translate(dict(load(code).sounds))
    return "".join(letter for at, letter in enumerate(key) if at == 0 or letter != key[at - 1])


_Index = Mapping[str, tuple[tuple[str, str], ...]]


def _alike(words: Phrase, index: _Index, code: str) -> str | None:
    if not _SHORTEST_PHRASE <= len(words) <= _LONGEST_PHRASE:
        return None
    joined = " ".join(words)
    for phrase, kind in index.get(sound(words, code), ()):
        if fuzz.ratio(joined, phrase) >= _ALIKE:
            return kind
    return None


@lru_cache(maxsize=16)
def _answers(question: str, code: str) -> _Index:
    tagger = load(code).replies[question]
    return _indexed(
        (entry for entry in tagger.kinds.items() if entry[1] in _KINDS),
        code,
    )


@lru_cache(maxsize=16)
def _closings(question: str, code: str) -> tuple[str, ...]:
    return tuple(
        " ".join(phrase)
        for phrase, kind in load(code).replies[question].kinds.items()
        if kind == _CLOSING
    )


@lru_cache(maxsize=4)
def _cues(code: str) -> _Index:
    cues = load(code).check_backs
    return _indexed(((phrase, name) for name in cues for phrase in sorted(cues[name])), code)


def _indexed(phrases: Iterator[tuple[Phrase, str]], code: str) -> _Index:
    result: dict[str, list[tuple[str, str]]] = {}
    for phrase, kind in phrases:
        key = sound(phrase, code)
        if len(phrase) >= _SHORTEST_PHRASE and len(key) >= _SHORTEST_SOUND:
            result.setdefault(key, []).append((" ".join(phrase), kind))
    return {key: tuple(found) for key, found in result.items()}
