"""A short answer heard four times: by free decoding, and by a small model of what replies hold.

The small model (`language_model`) hears the clip as it is and behind two ways of taking noise away
(`noise`). It gets far more short answers right than free decoding does, in noise above all, but it
may make an answer of any sound once. So

- a yes holds only where hearings agree in it: the free one and one of the others, or two of the
  others, if it is long or sounds like what the free one wrote;
- what no yes is, in any of them ("not right", "yes but"), takes a yes away: from free decoding too,
  which writes "yeah it was" for "yes, but";
- where all of that says nothing, a yes of a grammar that knows the answers only ("that's it" for
  "that shit") holds if it has the same consonants as the free text, or is among the free decoding's
  next best, and none of the hearings says anything against it;
- a few words behind a yes of free decoding ("yeah it was") are no part of it: the others must hear
  a whole answer, or it is asked again;
- otherwise the free text stands.

The limits were chosen on synthetic clips in other voices, noises and speeds than those of
`tests/benchmarks/spoken_replies.py`, which prints what they are worth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from voicecoach.dialogue.answers.expected import Expected
from voicecoach.dialogue.answers.reading import negates
from voicecoach.dialogue.language import load
from voicecoach.dialogue.messages import Answer, Question, Reply
from voicecoach.dialogue.replies import understand
from voicecoach.speech.foreground import BEHIND_DB
from voicecoach.utterance import Word

LONGEST_S = 2.0
"""An answer that takes longer is talk."""

MOST_WORDS = 6
MOST_WORDS_OF_YES = 8

ENOUGH = 2
"""So many of the other hearings must agree in a yes that free decoding did not write."""

LONG = 3
"""A yes of so many words is not made of other sounds by chance; a shorter one must be `ALIKE`."""

ALIKE = 0.5
"""Most difference in sound (0..1) between a short yes and what free decoding wrote instead."""

SAME = 0.35
"""Most difference at which a grammar's yes with the same consonants is what was said."""

AMONG_BEST = 4
NEAR_BEST = 0.65
"""The same for one that is among so many best texts of the free decoding."""

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


def in_front(words: tuple[Word, ...], softer: Sequence[float], expected: Expected) -> slice:
    """Which of the words were said to the coach; `softer` tells by how many dB each is softer than
    the loudest. All of them where one at the edge could take a yes away: rather asked again.
    """
    near = [at for at, by in enumerate(softer) if by < BEHIND_DB]
    if not near:
        return slice(0, len(words))
    kept = slice(near[0], near[-1] + 1)
    behind = [word.text for word in (*words[: kept.start], *words[kept.stop :])]
    return slice(0, len(words)) if expected.loaded & set(behind) else kept


def short_enough(text: str, voiced_s: float) -> bool:
    """Whether free text can be an answer, or is talk. A yes before few words never is talk alone:
    "yeah and used not counting" was written for "yes, if you stop shouting".
    """
    words = len(text.split())
    if words and _read(text).answer is Answer.YES:
        return words <= MOST_WORDS_OF_YES
    return 0 < words <= MOST_WORDS and voiced_s <= LONGEST_S


def holding(free: str, others: Sequence[str], expected: Expected, sounds: Sounds) -> str:
    """Which of the texts of one clip holds: `free` decoding's or one of the `others`'.

    Empty where nothing was heard but an answer that does not hold: that is no answer yet.
    """
    reply = _read(free)
    against = [text for text in others if denies(text, expected)]
    yes = [text for text in others if confirms(text, expected)]
    if reply.command is not None:
        return free
    if reply.answer is Answer.YES:
        whole = confirms(free, expected) and (yes or _begins(free, others))
        if not against and (whole or len(yes) >= ENOUGH):
            return free if whole else yes[0]
        return _doubtful(others)
    if reply.answer is not Answer.UNCLEAR:
        return free if against else _doubtful((*others, free))
    if against:
        return against[0] if set(others) == {against[0]} else free
    if denies(free, expected) and any(_alike(free, text, sounds) for text in yes):
        return free
    text = _agreed(yes)
    long = len(text.split()) >= LONG
    return text if text and (long or _alike(free, text, sounds)) else free


def settles(
    phrase: str,
    free: str,
    alternatives: Sequence[str],
    others: Sequence[str],
    expected: Expected,
    sounds: Sounds,
) -> bool:
    """Whether the grammar's `phrase` is a yes that was said, where `free` says nothing by itself.

    `alternatives` are the best texts of the free decoding, best first.
    """
    reply = _read(free)
    if reply.answer is not Answer.UNCLEAR or reply.command is not None or free in expected.other:
        return False
    if not confirms(phrase, expected) or any(denies(text, expected) for text in (free, *others)):
        return False
    difference = unlike(sounds(free), sounds(phrase))
    if difference <= SAME and consonants(sounds(free)) == consonants(sounds(phrase)):
        return True
    return difference <= NEAR_BEST and phrase in alternatives[:AMONG_BEST]


def denying(texts: Sequence[str], expected: Expected) -> str | None:
    """What a yes of another recogniser gives way to; None where none of the hearings `texts` says
    anything against it. Empty where one does, but not enough of them to go by."""
    if not any(denies(text, expected) for text in texts):
        return None
    return _doubtful(texts)


def ends_as(text: str, hearings: Sequence[str]) -> bool:
    """Whether one of the hearings ends with the last word of the text.

    >>> ends_as("Yes.", ("yes and", "oh yes")), ends_as("Yes.", ("yes and", "yes good"))
    (True, False)
    """
    last = _last_word(text)
    return bool(last) and any(_last_word(each) == last for each in hearings)


def _last_word(text: str) -> str:
    words = text.casefold().split()
    return words[-1].strip(".,!?") if words else ""


def reads_as_yes(text: str) -> bool:
    """Whether the text is a yes, whatever else it says."""
    return _read(text).answer is Answer.YES


def consonants(phones: Sequence[str]) -> tuple[str, ...]:
    """The classes of the consonants, doubled ones once.

    >>> consonants(("DH", "AE", "T", "S"))
    ('T', 'C')
    """
    classes = [_CLASS[phone] for phone in phones if phone in _CLASS]
    return tuple(kind for at, kind in enumerate(classes) if at == 0 or classes[at - 1] != kind)


def _alike(free: str, text: str, sounds: Sounds) -> bool:
    return unlike(sounds(free), sounds(text)) <= ALIKE


def _agreed(yes: Sequence[str]) -> str:
    """The answer in which enough hearings agree; the same words, where it is the longer ones."""
    text, times = Counter(yes).most_common(1)[0] if yes else ("", 0)
    if times >= ENOUGH:
        return text
    return min(yes, key=len) if len(yes) >= ENOUGH else ""


def _doubtful(texts: Sequence[str]) -> str:
    """What is asked again rather than acted on: no yes, and a no only where it was heard twice."""
    for answer in (Answer.UNCLEAR, Answer.PARTLY):
        found = next((text for text in texts if text and _read(text).answer is answer), "")
        if found:
            return found
    denials = [text for text in texts if _read(text).answer is Answer.NO]
    return denials[0] if len(denials) >= ENOUGH else ""


def confirms(text: str, expected: Expected) -> bool:
    """Whether the whole text is an answer that confirms, and nothing else."""
    return text in expected.yes and _read(text).answer is Answer.YES


def denies(text: str, expected: Expected) -> bool:
    """Whether the text is, or may be, an answer that does not confirm."""
    if text in expected.other or _read(text).answer in (Answer.NO, Answer.PARTLY):
        return True
    return negates(load().plain.phrase(text), load())


def _read(text: str) -> Reply:
    return understand(text, Question.SATISFIED, mirrored="it")


def _begins(free: str, others: Sequence[str]) -> bool:
    """True if another hearing begins with the same word."""
    first = free.split()[:1]
    return any(text.split()[:1] == first for text in others)


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
