"""What a listener brings in instead of mirroring: own questions, rebuttals; and "is there more?".

A mirror is flat. A question about something that was not said ("why didn't you call?"), advice and
"but ..." turn the talk to the listener. What the message itself holds is no such thing: a "but"
that was the speaker's is given back like any other word.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.dialogue.answers.cues import asked
from voicecoach.dialogue.comparison.alignment import Alignment
from voicecoach.dialogue.comparison.comparable import STOPS, Comparable, Lexicon
from voicecoach.dialogue.language import Phrase
from voicecoach.dialogue.messages import Asked

_MOSTLY_SAID = 0.5
"""A clause of which so much was in the message is a mirror, however it is put."""
_LONGEST_OPENER = 4


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The listener's own questions and rebuttals as they were said, and "is there more?"."""

    questions: tuple[str, ...] = ()
    rebuttals: tuple[str, ...] = ()
    asked_more: bool = False


def find(reflection: Comparable, alignment: Alignment, known: Lexicon) -> OwnWords:
    """What is the listener's own in `reflection`."""
    questions: list[str] = []
    rebuttals: list[str] = []
    words = tuple(said.word for said in reflection.words)
    at = 0
    while at < len(words):
        which = _opens(reflection, words, at, known)
        if which is None:
            at += 1
            continue
        end = _end(reflection, at, known)
        if _own(reflection, alignment, at, end):
            (questions if which == "question" else rebuttals).append(reflection.phrase(at, end))
        at = end
    more = asked(reflection.text, known.code) is Asked.MORE
    return OwnWords(tuple(questions), tuple(rebuttals), more)


def _opens(text: Comparable, words: Phrase, at: int, known: Lexicon) -> str | None:
    """Whether a question or a rebuttal opens at word `at`.

    What only opens a clause ("are you") must stand at the beginning of one.
    """
    first = at == 0 or text.stops(at - 1, at)
    for length in range(min(_LONGEST_OPENER, len(words) - at), 0, -1):
        phrase = words[at : at + length]
        if phrase in known.questions and (first or length > 2):
            return "question"
        if phrase in known.rebuttals:
            return "rebuttal"
    return None


def _end(text: Comparable, at: int, known: Lexicon) -> int:
    """Where the clause ends that opens at `at`: at a full stop, or before the next "but"."""
    for end in range(at + 1, len(text.words)):
        if text.stops(end - 1, end):
            return end
        if (text.words[end].word,) in known.rebuttals and text.stops(end - 1, end, STOPS):
            return end
    return len(text.words)


def _own(text: Comparable, alignment: Alignment, start: int, end: int) -> bool:
    """True if little of the stretch was said by the speaker, and all of it was heard."""
    words = range(start, end)
    if any(text.words[at].unclear for at in words):
        return False
    weight = sum(text.words[at].counts for at in words if text.words[at].content)
    if not weight:
        return False
    kept = sum(
        text.words[at].counts * alignment.back_sure[at] for at in words if text.words[at].content
    )
    return kept / weight < _MOSTLY_SAID
