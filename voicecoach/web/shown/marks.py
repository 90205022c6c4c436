"""Words that were covered, missed, added or altered, each with a sentence that says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voicecoach.dialogue import evidence
from voicecoach.dialogue.evidence import ADDED, ALTERED, COVERED, MISSED, UNCLEAR, Passage
from voicecoach.dialogue.messages import Altered, Fidelity
from voicecoach.session.review import pairs
from voicecoach.session.review.pairs import Pair, Part

KINDS = {
    "negation": "a no or not was turned",
    "number": "another number or time",
    "name": "another name",
    "order": "the other way round",
    "role": "another person",
    "word": "another word",
}
"""What an alteration of each kind is, in a few words."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of text, what became of it ("" where nothing is to be said), and why."""

    text: str
    mark: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """The words of one part of a pair that were compared, with their stretches."""

    part: Part
    of_message: bool
    words: tuple[Marked, ...]


def of_pair(pair: Pair) -> list[Compared]:
    """The marked words of each part of a pair; none where words of it are hidden."""
    if pair.hidden:
        return []
    score = pair.score
    message = evidence.marked_message(pairs.text(pair.message), score)
    reflection = evidence.marked_reflection(pairs.text(pair.reflection), score)
    return [
        Compared(part, of_message, tuple(_told(passage, score) for passage in cut))
        for of_message, parts, passages in (
            (True, pair.message, message),
            (False, pair.reflection, reflection),
        )
        for part, cut in zip(parts, _cut(passages, parts), strict=True)
    ]


def in_line(text: str, compared: str, marked: tuple[Marked, ...]) -> tuple[Marked, ...]:
    """A whole line with the stretches of the part of it that was compared."""
    at = text.find(compared)
    if not compared or at < 0:
        return (Marked(text),)
    around = (Marked(text[:at]), *marked, Marked(text[at + len(compared) :]))
    return tuple(each for each in around if each.text)


def _cut(passages: Iterable[Passage], parts: tuple[Part, ...]) -> list[list[Passage]]:
    """The passages of a text put together from parts, part by part."""
    marks = [(letter, passage.mark) for passage in passages for letter in passage.text]
    cut: list[list[Passage]] = []
    at = 0
    for part in parts:
        letters = marks[at : at + len(part.known)]
        at += len(part.known) + bool(part.known)  # a space stands between two
        cut.append(_joined(letters))
    return cut


def _joined(letters: list[tuple[str, str]]) -> list[Passage]:
    joined: list[Passage] = []
    for letter, mark in letters:
        if joined and joined[-1].mark == mark:
            joined[-1] = Passage(joined[-1].text + letter, mark)
        else:
            joined.append(Passage(letter, mark))
    return joined


def _told(passage: Passage, score: Fidelity) -> Marked:
    if passage.mark == COVERED or not passage.text.strip():
        return Marked(passage.text)
    return Marked(passage.text, passage.mark, _why(passage, score))


def _why(passage: Passage, score: Fidelity) -> str:
    if passage.mark == MISSED:
        return "Missed: this did not come back."
    if passage.mark == UNCLEAR:
        return "Unclear: not heard well enough to count."
    if passage.mark == ADDED:
        if any(phrase in passage.text for phrase in score.questions if phrase):
            return "Added: a question of their own."
        if any(phrase in passage.text for phrase in score.rebuttals if phrase):
            return "Added: this answers instead of mirroring."
        return "Added: this was not said."
    assert passage.mark == ALTERED
    changes = [change for change in score.altered if _about(change, passage.text)]
    return "Altered: " + ("; ".join(map(_change, changes)) or "this became something else") + "."


def _about(change: Altered, text: str) -> bool:
    return any(side and side in text for side in (change.said, change.became))


def _change(change: Altered) -> str:
    kind = KINDS.get(change.kind, change.kind)
    if not change.became:
        return f"“{change.said}” is not what came back ({kind})"
    if not change.said:
        return f"“{change.became}” turns it round ({kind})"
    return f"“{change.said}” became “{change.became}” ({kind})"
