"""Whose words an answer is made of, where the voice does not tell: speaker's or listener's.

A mirror says "you" of the speaker and "I" of the listener. Who answers it turns the two round:
"yes, I felt alone". Who goes on mirroring, or asks for assent, does not: "you felt alone, yeah?"
And who excuses himself ("you're right, I should have called", "yes, I understand") has listened,
not shared. With one microphone such a yes may be the listener's, so it is asked again.
"""

from __future__ import annotations

from itertools import pairwise

from voicecoach.dialogue.answers.reading import WORD, Reading
from voicecoach.dialogue.language import Language, Phrase

_NEAR = 3
"""A word belongs to the "I" or "you" at most so many words before it."""
_STEM = 4
"""Words that begin with the same letters, at least so many, are forms of one: "work", "working"."""


def may_be_listeners(reading: Reading, before: Phrase, known: Language) -> bool:
    """True if the words show, or suggest, that the listener is speaking.

    `before` are the plain words of the mirror. Short answers and fixed phrases ("you got it", "I
    think so") belong to both.
    """
    reacts = any(known.reactions.at(reading.words, at) for at in range(len(reading.words)))
    return reacts or _joins_in(reading, known) or mirrors_on(reading, before, known)


def _joins_in(reading: Reading, known: Language) -> bool:
    """ "Yes, I miss it too": what the other one said is true of oneself."""
    free = [reading.words[mark.start] for mark in reading.marks if mark.kind == WORD]
    return free[-1:] != [] and free[-1] in known.echoing and free[0] in known.first_person


def mirrors_on(reading: Reading, before: Phrase, known: Language) -> bool:
    """True if what the mirror says of a person is said of the same person here."""
    return _same_clause(reading, before, known) or _same_person(reading, before, known)


def repeats(word: str, before: Phrase) -> str | None:
    """The word of the mirror that `word` is a form of, or None."""
    return next((other for other in before if _forms(word, other)), None)


def _forms(word: str, other: str) -> bool:
    length = min(len(word), len(other))
    return word == other or (length >= _STEM and word[:length] == other[:length])


def _same_clause(reading: Reading, before: Phrase, known: Language) -> bool:
    """Subject and verb of the mirror said again with the same person: "you felt", "I was"."""
    mirrored = set(pairwise(before))
    persons = known.addressed | known.first_person
    free = {mark.start for mark in reading.marks if mark.kind == WORD}
    return any(
        (reading.words[at], reading.words[at + 1]) in mirrored
        for at in free
        if at + 1 in free and reading.words[at] in persons
    )


def _same_person(reading: Reading, before: Phrase, known: Language) -> bool:
    """What the mirror says of one person is said of the same: "I have been working too much".

    One word that is turned round shows the speaker.
    """
    same = False
    for mark in reading.marks:
        word = reading.words[mark.start]
        if mark.kind != WORD or word in known.light:
            continue
        told_of = _person(reading.words, mark.start, known)
        reflected = repeats(word, before)
        if told_of is None or reflected is None:
            continue
        reflected_of = _person(before, before.index(reflected), known)
        if reflected_of is not None and reflected_of != told_of:
            return False
        same = same or reflected_of == told_of
    return same


def _person(words: Phrase, at: int, known: Language) -> str | None:
    """The "I" or "you" shortly before a word that it may be said of."""
    persons = (known.addressed | known.first_person) & known.clause_subjects
    near = words[max(0, at - _NEAR) : at]
    return next((word for word in reversed(near) if word in persons), None)
