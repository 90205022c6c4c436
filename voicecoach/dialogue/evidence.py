"""The evidence of a fidelity for people: both texts with their words marked, and one sentence.

Everything is read from the texts and the `Fidelity` that was kept with them, so that a stored
session shows what the live one showed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voicecoach.dialogue.messages import Altered, Fidelity

COVERED, MISSED, ADDED, ALTERED, UNCLEAR = "covered", "missed", "added", "altered", "unclear"

SIGNS = {
    COVERED: ("", ""),
    MISSED: ("[-", "-]"),
    ADDED: ("{+", "+}"),
    ALTERED: ("<", ">"),
    UNCLEAR: ("(?", "?)"),
}
"""What stands around marked words where there is no colour."""
LEGEND = "[-missed-]  {+added+}  <altered>  (?unclear?)"

_KEPT = (
    (0.95, "You kept all of it"),
    (0.6, "You kept most of it"),
    (0.25, "You kept a part of it"),
    (0.0, "You kept little of it"),
)
"""Least coverage, and how it is put."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text, and what became of it."""

    text: str
    mark: str


def marked_message(message: str, found: Fidelity) -> tuple[Passage, ...]:
    """The message in passages: covered, missed, altered or unclear. Joined, they are the text."""
    altered = [change.said for change in found.altered]
    return _marked(message, ((ALTERED, altered), (MISSED, found.missed), (UNCLEAR, found.unclear)))


def marked_reflection(reflection: str, found: Fidelity) -> tuple[Passage, ...]:
    """The reflection in passages: covered, added, altered or unclear."""
    altered = [change.became for change in found.altered]
    own = (*found.added, *found.questions, *found.rebuttals)
    return _marked(reflection, ((ALTERED, altered), (ADDED, own), (UNCLEAR, found.unclear)))


def signed(passages: Iterable[Passage]) -> str:
    """The passages as plain text with signs.

    >>> signed([Passage("I was ", COVERED), Passage("sad", MISSED)])
    'I was [-sad-]'
    """
    return "".join(passage.text.join(SIGNS[passage.mark]) for passage in passages)


def _marked(text: str, kinds: Iterable[tuple[str, Iterable[str]]]) -> tuple[Passage, ...]:
    """Each phrase marked where it stands; an earlier kind goes before a later one."""
    marks = [COVERED] * len(text)
    for mark, phrases in kinds:
        after = 0
        for phrase in filter(None, phrases):
            start = text.find(phrase, after)
            start = text.find(phrase) if start < 0 else start
            if start < 0:
                continue
            after = start + len(phrase)
            for at in range(start, after):
                marks[at] = mark if marks[at] == COVERED else marks[at]
    passages: list[Passage] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or marks[at] != marks[start]:
            passages.append(Passage(text[start:at], marks[start]))
            start = at
    return tuple(passages)


def sentence(found: Fidelity) -> str:
    """What was kept, left out, added and altered, in plain words to the one who reflected.

    One sentence, and a question for each place that may have been turned round. Empty where there
    was nothing to compare.
    """
    if not _tells(found):
        return ""
    parts = [next(kept for least, kept in _KEPT if found.coverage >= least)]
    missed = _untold(found.missed, [change.said for change in found.altered])
    own = (*found.questions, *found.rebuttals)
    added = _untold(found.added, [*(change.became for change in found.altered), *own])
    if missed:
        parts.append(f"you left out {_quoted(missed)}")
    if added:
        parts.append(f"{_quoted(added)} {'was' if len(added) == 1 else 'were'} not said")
    parts += [_change(change) for change in found.altered]
    parts += [f'"{question}" is a question of your own' for question in found.questions]
    parts += [f'"{phrase}" answers instead of mirroring' for phrase in found.rebuttals]
    if found.unclear:
        parts.append(f"unclear here: {_quoted(found.unclear)}")
    if len(parts) == 1 and found.coverage >= _KEPT[0][0] and not found.perhaps:
        parts.append("nothing was added")
    questions = [_question(change) for change in found.perhaps]
    return " ".join(["; ".join(parts) + ".", *questions])


def _tells(found: Fidelity) -> bool:
    """False where a text was empty: then nothing was kept, and nothing was left out either."""
    evidence = (found.missed, found.added, found.altered, found.perhaps, found.unclear)
    return found.coverage > 0 or any((*evidence, found.questions, found.rebuttals))


def _untold(phrases: tuple[str, ...], told: Iterable[str]) -> tuple[str, ...]:
    """The phrases that are not told in another place already."""
    told = tuple(told)
    return tuple(phrase for phrase in phrases if not any(phrase in other for other in told))


def _change(change: Altered) -> str:
    if not change.became:
        return f'"{change.said}" is not what came back'
    if not change.said:
        return f'"{change.became}" turns it round'
    if change.said.lower() == change.became.lower():
        return f'"{change.became}" should be said from your side'
    return f'"{change.said}" became "{change.became}"'


def _question(change: Altered) -> str:
    if change.kind == "role":
        return f'Did you mean "{change.became}" of yourself?'
    return f'Did you mean "{change.became}" for "{change.said}"?'


def _quoted(phrases: tuple[str, ...]) -> str:
    return ", ".join(f'"{phrase}"' for phrase in phrases)
