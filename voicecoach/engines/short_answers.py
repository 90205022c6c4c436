"""A short answer heard twice: by free decoding, and by a grammar of the answers that are expected.

The grammar alone gets more short answers right, but it must choose one of its phrases, so it makes
an answer of any sound (12 of 64 other utterances became a yes). Free decoding hardly ever does, and
misses more. So the free text stands, unless the grammar's phrase and it sound the same:

- a phrase that is no yes takes the place of free text that it resembles. So "ah right", where the
  grammar hears "not right", is no yes: what the free decoding takes for a yes must not be nearer to
  something else;
- a phrase that is a yes takes the place of free text only where that says nothing by itself, and
  has the same consonants or the phrase among its best alternatives ("that shit" for "that's it").

The limits were found on 1,170 synthetic clips in other voices and speeds than those of the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from voicecoach.dialogue.answers.expected import Expected
from voicecoach.dialogue.answers.reading import negates
from voicecoach.dialogue.language import load
from voicecoach.dialogue.messages import Answer, Question
from voicecoach.dialogue.replies import understand

LONGEST_S = 1.2
"""An answer that takes longer is talk: it never comes from the grammar."""

MOST_WORDS = 5

SAME_YES = 0.35
"""Most difference in sound (0..1) at which a phrase with the same consonants may be a yes."""

AMONG_BEST = 4
ALIKE_YES = 0.65
"""The same for a phrase among so many best alternatives of the free decoding."""

OVERRULES = 0.63
"""Most difference at which a phrase that is no yes overrules a free yes."""

SAME_OTHER = 0.45
"""Most difference at which a phrase that is no yes takes the place of what says nothing."""

Sounds = Callable[[str], tuple[str, ...]]
"""A text's phones in the ARPAbet of the recogniser's dictionary."""

_VOWELS = frozenset(
    ["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"]
)
_SOFT = frozenset(("HH", "Y", "W"))
"""Often not heard, or heard where there are none."""
_CLASSES = ("P B", "F V", "T D TH DH", "K G", "CH JH SH ZH S Z", "L R", "M N NG")
_CLASS = {phone: group[0] for group in _CLASSES for phone in group.split()}
_CLASS["ER"] = "L"
_NEAR, _FAINT = 0.4, 0.6


def short_enough(text: str, voiced_s: float) -> bool:
    """Whether free text can be an answer at all, or is talk."""
    return 0 < len(text.split()) <= MOST_WORDS and voiced_s <= LONGEST_S


def settles(
    phrase: str, free: str, alternatives: Sequence[str], expected: Expected, sounds: Sounds
) -> bool:
    """Whether the grammar's `phrase` is what was said, rather than the `free` text.

    `alternatives` are the best texts of the free decoding, best first.
    """
    if phrase == free or not (phrase in expected.yes or phrase in expected.other):
        return False
    heard = understand(free, Question.SATISFIED, mirrored="it")
    difference = unlike(sounds(free), sounds(phrase))
    if heard.answer is Answer.YES:
        longer = phrase.startswith(f"{free} ")
        return phrase in expected.other and difference <= OVERRULES and not longer
    if heard.answer is not Answer.UNCLEAR or heard.command is not None or free in expected.other:
        return False
    if phrase in expected.other:
        return difference <= SAME_OTHER
    if negates(load().plain.phrase(free), load()):
        return False
    if difference <= SAME_YES and consonants(sounds(free)) == consonants(sounds(phrase)):
        return True
    return difference <= ALIKE_YES and phrase in alternatives[:AMONG_BEST]


def consonants(phones: Sequence[str]) -> tuple[str, ...]:
    """The classes of the consonants, doubled ones once.

    >>> consonants(("DH", "AE", "T", "S"))
    ('T', 'C')
    """
    classes = [_CLASS[phone] for phone in phones if phone in _CLASS]
    return tuple(kind for at, kind in enumerate(classes) if at == 0 or classes[at - 1] != kind)


def unlike(first: Sequence[str], second: Sequence[str]) -> float:
    """Difference of two sequences of phones: weighted edit distance over the longer one's length.

    >>> unlike(("Y", "EH", "S"), ("Y", "EH", "S"))
    0.0
    """
    row = [0.0]
    for phone in second:
        row.append(row[-1] + _weight(phone))
    for one in first:
        above, row = row, [row[0] + _weight(one)]
        for at, other in enumerate(second):
            row.append(
                min(
                    above[at + 1] + _weight(one),
                    row[at] + _weight(other),
                    above[at] + _change(one, other),
                )
            )
    return row[-1] / max(1, len(first), len(second))


def _weight(phone: str) -> float:
    return _FAINT if phone in _SOFT else 1.0


def _change(one: str, other: str) -> float:
    if one == other:
        return 0.0
    vowels = one in _VOWELS and other in _VOWELS
    return _NEAR if vowels or (one in _CLASS and _CLASS[one] == _CLASS.get(other)) else 1.0
