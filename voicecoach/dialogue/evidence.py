"""The evidence of a fidelity for people: both texts with their words marked, and one sentence.

Everything is read from the texts and the `Fidelity` that was kept with them, so that a stored
session shows what the live one showed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voicecoach.dialogue.language import load
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

CANNOT_TELL = "cannot tell"
"""The band of what is too short, or was heard too unclearly."""

_TOO_LITTLE = "Too little was said, or heard clearly, to tell how much came back"
_NOTHING = 0.05
"""Below this coverage nothing came back that was said."""
_TOLD = 4
"""So many phrases of a kind are told; the marked texts show them all."""
_KEPT = (
    (0.95, "You kept all of it"),
    (0.85, "You kept nearly all of it"),
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


def headline(score: float, band: str) -> str:
    """Number and band as one; no number where it would tell nothing.

    >>> headline(84.2, "mirrored"), headline(100.0, "cannot tell")
    ('84 of 100: mirrored', 'cannot tell')
    """
    return band if band == CANNOT_TELL else f"{score:.0f} of 100: {band}"


def sentence(found: Fidelity, language: str = "en") -> str:
    """What was kept, left out, added and altered, in plain words to the one who reflected.

    One sentence, and a question for each place that may have been turned round. Small words alone
    ("ever", "makes") are marked in the texts and not told here, nor more than a few phrases of a
    kind. Empty where there was nothing to compare.
    """
    if not _tells(found):
        return ""
    if found.band == CANNOT_TELL:
        return "; ".join([_TOO_LITTLE, *_unclear(found)]) + "."
    if found.coverage < _NOTHING and not (found.altered or found.perhaps):
        return "; ".join(["Nothing of it came back", *_own(found), *_unclear(found)]) + "."
    told = [change.said for change in found.altered]
    missed = _worth_telling(found.missed, told, language)
    told = [*(change.became for change in found.altered), *found.questions, *found.rebuttals]
    added = _worth_telling(found.added, told, language)
    changes = _changes(found.altered)
    parts = [_kept(found)]
    if missed:
        parts.append(f"you left out {_quoted(missed)}")
    if added:
        parts.append(f"{_quoted(added)} {'was' if len(added) == 1 else 'were'} not said")
    if changes and len(parts) == 1:
        parts[0] += f", but {changes.pop(0)}"
    parts += [*changes, *_own(found), *_unclear(found)]
    untouched = not found.altered and not found.perhaps
    if len(parts) == 1 and found.coverage >= _KEPT[0][0] and untouched:
        little = found.addition > _NOTHING
        parts.append("next to nothing was added" if little else "nothing was added")
    questions = [_question(change) for change in found.perhaps]
    return " ".join(["; ".join(parts) + ".", *questions])


def _tells(found: Fidelity) -> bool:
    """False where a text was empty: then nothing was kept, and nothing was left out either."""
    evidence = (found.missed, found.added, found.altered, found.perhaps, found.unclear)
    return found.coverage > 0 or any((*evidence, found.questions, found.rebuttals))


def _kept(found: Fidelity) -> str:
    """How much came back; not all of it where a word of it became another one."""
    turned = any(not _unturned(change) for change in found.altered)
    kept = _KEPT[1:] if turned else _KEPT
    return next(how for least, how in kept if found.coverage >= least)


def _own(found: Fidelity) -> list[str]:
    questions = [f'"{question}" is a question of your own' for question in found.questions]
    return questions + [f'"{phrase}" answers instead of mirroring' for phrase in found.rebuttals]


def _unclear(found: Fidelity) -> list[str]:
    return [f"unclear here: {_quoted(found.unclear)}"] if found.unclear else []


def _worth_telling(phrases: tuple[str, ...], told: Iterable[str], language: str) -> tuple[str, ...]:
    """The phrases that say more than what is told in another place, and than small words."""
    told = tuple(filter(None, told))
    return tuple(
        phrase
        for phrase in phrases
        if not any(phrase in other for other in told)
        and not _small(_without(phrase, told), language)
    )


def _without(phrase: str, told: Iterable[str]) -> str:
    for other in told:
        phrase = phrase.replace(other, " ")
    return phrase


def _small(text: str, language: str) -> bool:
    """Whether there is no word in `text` that carries something by itself."""
    known = load(language)
    table = known.tables["fidelity"]
    small = known.light | {*table["unweighty"]}
    return all(word.word in small for word in known.plain.tokens(text))


def _changes(altered: Iterable[Altered]) -> list[str]:
    """Each change; those that are only not turned round are told together."""
    parts = [_change(change) for change in altered if not _unturned(change)]
    sides = tuple(change.became for change in altered if _unturned(change))
    return [*parts, f"{_quoted(sides)} should be said from your side"] if sides else parts


def _unturned(change: Altered) -> bool:
    return bool(change.said) and change.said.lower() == change.became.lower()


def _change(change: Altered) -> str:
    if not change.became:
        return f'"{change.said}" is not what came back'
    if not change.said:
        return f'"{change.became}" turns it round'
    return f'"{change.said}" became "{change.became}"'


def _question(change: Altered) -> str:
    if change.kind == "role":
        return f'Did you mean "{change.became}" of yourself?'
    return f'Did you mean "{change.became}" for "{change.said}"?'


def _quoted(phrases: tuple[str, ...]) -> str:
    """The phrases in quotation marks; of many the longest, in their order."""
    if len(phrases) > _TOLD:
        longest = sorted(range(len(phrases)), key=lambda at: -len(phrases[at]))[:_TOLD]
        phrases = tuple(phrases[at] for at in sorted(longest))
        return ", ".join(f'"{phrase}"' for phrase in phrases) + " and more"
    return ", ".join(f'"{phrase}"' for phrase in phrases)
