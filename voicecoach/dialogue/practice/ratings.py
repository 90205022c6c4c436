"""A rating said aloud: "number seven", "seven out of ten", "maybe six", "eighty percent", "7.5".

The coach asks for "number seven": that form the built-in recogniser wrote down right for each of
the ten numbers in each of four voices in a quiet room, where it missed about one in seven of the
bare numbers ("eight" is "age" or "edit"). In noise it misses most of either, and they are asked for
again; `python -m tests.benchmarks.spoken_ratings` prints the figures.

A number inside talk is no rating ("I waited two hours"): nothing may stand around it but a few
words that say nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from voicecoach.dialogue.answers.cues import plain_words
from voicecoach.dialogue.language import Phrase, load
from voicecoach.dialogue.practice.statements import tables

MOST = 10
"""The rating of a perfect mirror; what is said in percent is a tenth of that."""

_HUNDRED = 100
_OF_TEN = re.compile(r"/\s*100?\b")
_DECIMAL = re.compile(r"(\d)[.,](\d)")


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of ratings in one language."""

    units: dict[str, int]
    tens: dict[str, int]
    hundred: frozenset[str]
    percent: frozenset[Phrase]
    half: frozenset[Phrase]
    around: frozenset[str]
    most: tuple[Phrase, ...]
    sounds: dict[str, str]
    before: frozenset[str]
    point: str
    correcting: tuple[Phrase, ...]


def rating(text: str, language: str = "en") -> float | None:
    """The rating 0..10 that `text` is, or None where it is none, or more than one.

    >>> rating("I'd say number seven"), rating("six or seven"), rating("you waited two hours")
    (7.0, None, None)
    """
    known = _words(language)
    spaced = _OF_TEN.sub(" ", text).replace("%", f" {' '.join(min(known.percent))} ")
    spaced = _DECIMAL.sub(rf"\1 {known.point} \2", spaced)
    words = _without_most(plain_words(spaced, load(language)), known)
    if len(words) == 1 or (words and words[-2] in known.before):
        words = (*words[:-1], known.sounds.get(words[-1], words[-1]))
    percent = any(_holds(words, phrase) for phrase in known.percent)
    numbers = _numbers(words, known)
    if numbers is None or len(set(numbers)) != 1:
        return None
    return _scaled(numbers[0], percent)


def corrected(text: str, language: str = "en") -> float | None:
    """The rating in "no, I said eight": what was misheard is put right. None for anything else."""
    words = plain_words(text, load(language))
    before = len(words)
    for _ in range(2):
        for phrase in _words(language).correcting:
            if words[: len(phrase)] == phrase:
                words = words[len(phrase) :]
    return rating(" ".join(words), language) if len(words) < before else None


def _scaled(number: float, percent: bool) -> float | None:
    if percent or number > MOST:
        number = number / MOST
    return number if number <= MOST else None


def _without_most(words: Phrase, known: _Words) -> Phrase:
    """Without "out of ten": what stands there is the most there is."""
    for phrase in known.most:
        for at in range(1, len(words) - len(phrase)):
            if words[at : at + len(phrase)] == phrase:
                return words[:at] + words[at + len(phrase) + 1 :]
    return words


def _numbers(words: Phrase, known: _Words) -> list[float] | None:
    """Every number in the words; None where something else is said."""
    found: list[float] = []
    at = 0
    while at < len(words):
        half = next((p for p in known.half if words[at : at + len(p)] == p), None)
        if half and found:
            found[-1] += 0.5
            at += len(half)
            continue
        number, length = _number(words, at, known)
        if number is not None:
            found.append(number)
        elif words[at] not in known.around:
            return None
        at += length
    return found


def _number(words: Phrase, at: int, known: _Words) -> tuple[float | None, int]:
    word, behind = words[at], words[at + 1 : at + 2]
    follows = known.units.get(behind[0]) if behind else None
    if word in known.hundred:
        return float(_HUNDRED), 1
    if word in known.tens:
        more = follows if follows is not None and 0 < follows < MOST else None
        return known.tens[word] + float(more or 0), 1 if more is None else 2
    number = float(word) if word.isascii() and word.isdigit() else known.units.get(word)
    if number is None:
        return None, 1
    if behind and behind[0] in known.hundred:
        return number * _HUNDRED, 2
    return _with_decimal(float(number), words, at, known)


def _with_decimal(number: float, words: Phrase, at: int, known: _Words) -> tuple[float, int]:
    """The number with the tenths that stand behind its point, in words or in digits."""
    tenths = words[at + 2 : at + 3]
    if words[at + 1 : at + 2] == (known.point,) and tenths:
        digit = int(tenths[0]) if tenths[0].isdigit() else known.units.get(tenths[0])
        if digit is not None and digit < MOST:
            return number + digit / MOST, 3
    return number, 1


def _holds(words: Phrase, phrase: Phrase) -> bool:
    return any(words[at : at + len(phrase)] == phrase for at in range(len(words)))


@lru_cache(maxsize=8)
def _words(language: str) -> _Words:
    table, plain = tables(language)["ratings"], load(language).plain
    return _Words(
        units={word: number for number, word in enumerate(table["units"])},
        tens=table["tens"],
        hundred=frozenset(table["hundred"]),
        percent=plain.phrases(table["percent"]),
        half=plain.phrases(table["half"]),
        around=frozenset(table["around"]),
        most=tuple(sorted(plain.phrases(table["most"]), key=len, reverse=True)),
        sounds=table["sounds"],
        before=frozenset(table["before"]),
        point=table["point"],
        correcting=tuple(plain.phrases(table["correcting"])),
    )
