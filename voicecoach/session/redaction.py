"""Names replaced by pseudonyms everywhere in a session, which stays one that every format writes.

A name is a whole word, in any case, with or without its accents, its possessive s included ("Ann"
is not in "annoyed"). Of a name of several words each word counts too. What the program itself
calls things (phases, announcements, kinds of notes) stays, also where somebody is called so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from voicecoach.dialogue.messages import Altered, Announce, Announced, Announcing, Fidelity
from voicecoach.session import record
from voicecoach.session.codec import decode, encode
from voicecoach.session.entries import Entry, Session
from voicecoach.utterance import Word

ALONE = "practice"
"""The procedure in which one person speaks; the first name is the coach's."""

SHORTEST_PART = 2
"""A word of a longer name counts by itself from so many letters on: "J. Ann" has one such."""

TITLES = frozenset(
    (
        *("dr", "mr", "mrs", "ms", "miss", "prof", "sir", "the", "and", "of"),
        *("partner", "person", "client", "speaker"),
    )
)
"""What stands before names, and is none; also in "Partner A", who is called so from the start."""

_OURS: dict[type[Any], tuple[str, ...]] = {
    Announce: ("key",),
    Announcing: ("key",),
    Announced: ("key",),
    Altered: ("kind",),
    Fidelity: ("band",),
}
"""Fields of messages that hold words of ours and not of people."""

_OF_NOTES = ("type", "outcome", "device")
"""The same of notes."""

_BOTH = "both"
"""Whom an announcement is to, if not to one of the two."""


class Pseudonyms:
    """Each name with what stands for it: Person A, Person B, ... in the order of `names`.

    Names that differ only in case are one; a word that is in two names stands for itself.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._of: dict[str, str] = {}
        whole = {_folded(name): _parts(name) for name in names if name.strip()}
        for name in whole:
            self._add(name)
        parts = [part for each in whole.values() for part in each]
        for name, each in whole.items():
            for part in each:
                if part not in self._of:
                    shared = parts.count(part) > 1
                    self._add(part, None if shared else self._of[name])
        longest_first = sorted(self._of, key=len, reverse=True)
        self._patterns = [(_pattern(name), self._of[name]) for name in longest_first]
        alternatives = "|".join(f"({found})" for found, _ in self._patterns)
        self._any = re.compile(alternatives or r"(?!)", re.IGNORECASE)

    def _add(self, name: str, pseudonym: str | None = None) -> None:
        count = len(set(self._of.values()))
        self._of[name] = pseudonym or f"Person {_letters(count)}"

    def text(self, text: str) -> str:
        """The text with a pseudonym in place of each name.

        >>> Pseudonyms(["Anna", "Ben"]).text("anna's bench, Ben?")
        "Person A's bench, Person B?"
        """
        text = unicodedata.normalize("NFC", text)
        written, after, last = "", 0, ""
        for found in self._any.finditer(text):
            between = text[after : found.start()]
            pseudonym = self._instead(found)
            # First name and family name in a row are one person.
            if pseudonym != last or not after or between.strip(" \t\n-"):
                written += between + pseudonym
            after, last = found.end(), pseudonym
        return written + text[after:]

    def name(self, name: str) -> str:
        """What stands for a name; a text that is none has those in it replaced."""
        return self._of.get(_folded(name)) or self.text(name)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where names are in the text: first character, and the one after the last."""
        return (found.span() for found in self._any.finditer(text))

    def _instead(self, found: re.Match[str]) -> str:
        assert found.lastindex is not None
        return self._patterns[found.lastindex - 1][1]


def pseudonyms(session: Session, also: Iterable[str] = ()) -> Pseudonyms:
    """The pseudonyms of a session's partners, and of whoever else is to be hidden in it."""
    # Whoever was renamed in a review had another name before, and both are theirs.
    called = (session.header.names, record.names(session))
    alone = session.header.procedure == ALONE
    people = [name for names in called for name in (names[1:] if alone else names)]
    return Pseudonyms([*dict.fromkeys(people), *also])


def redacted(session: Session, hidden: Pseudonyms) -> Session:
    """The session without those names; its sound, which holds them too, is not in it.

    Raises ValueError for a session with messages that this version does not know.
    """
    first, second = session.header.names
    named = (hidden.name(first), hidden.name(second))
    header = replace(session.header, names=named, recogniser=hidden.text(session.header.recogniser))
    entries = tuple(_entry(entry, hidden) for entry in session.entries)
    return replace(session, header=header, entries=entries)


def unheard_spans(
    words: Sequence[Word], texts: Iterable[str], hidden: Pseudonyms
) -> list[tuple[float, float]] | None:
    """When names are said in a turn, in seconds of the input; None where it cannot be told.

    `texts` are all that is written of the turn: a name in them that is not among the words as
    they were recognised was said at a time that nobody knows.
    """
    said = " ".join(word.text for word in words)
    found = list(hidden.spans(said))
    if any(len(list(hidden.spans(text))) > len(found) for text in texts):
        return None
    starts: list[int] = []
    at = 0
    for word in words:
        starts.append(at)
        at += len(word.text) + 1
    spans = []
    for begin, end in found:
        inside = [
            word
            for word, start in zip(words, starts, strict=True)
            if start < end and start + len(word.text) > begin
        ]
        spans.append((inside[0].start_s, inside[-1].end_s))
    return spans if all(end > start for start, end in spans) else None


def _entry(entry: Entry, hidden: Pseudonyms) -> Entry:
    if entry.kind == "note":
        data = {k: v if k in _OF_NOTES else _plain(v, hidden) for k, v in entry.data.items()}
    else:
        data = encode(_message(decode(entry.data), hidden))
    return replace(entry, data=data, clip=None, clip_start_s=0.0)


def _message(value: Any, hidden: Pseudonyms) -> Any:
    """A message, or a value in one, with the names in it replaced."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return hidden.name(value)
    if isinstance(value, tuple):
        return tuple(_message(item, hidden) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    ours = _OURS.get(type(value), ())
    changed = {
        field.name: _field(value, field.name, hidden)
        for field in fields(value)
        if field.name not in ours
    }
    return replace(value, **changed)


def _field(message: Any, name: str, hidden: Pseudonyms) -> Any:
    value = getattr(message, name)
    if isinstance(message, Announce) and name == "values":
        # The first of each pair is the blank in the sentence, a word of ours.
        return tuple((blank, hidden.name(filled)) for blank, filled in value)
    if isinstance(message, Announce) and name == "to" and value == _BOTH:
        return value
    return _message(value, hidden)


def _plain(value: Any, hidden: Pseudonyms) -> Any:
    """The same for what a note holds: JSON values."""
    if isinstance(value, str):
        return hidden.text(value)
    if isinstance(value, list):
        return [_plain(item, hidden) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item, hidden) for key, item in value.items()}
    return value


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).lower().split())


def _parts(name: str) -> list[str]:
    """The words of a name of several that count by themselves: "Cruz" of "Dr. Ana de la Cruz" does.

    Where any of them has a capital, those without are no names.
    """
    words = re.split(r"[\s-]+", name.strip())
    if len(words) < 2:
        return []
    capital = any(word[:1].isupper() for word in words)
    return [
        _folded(word)
        for word in words
        if len(word.strip(".")) >= SHORTEST_PART
        and word.strip(".").lower() not in TITLES
        and (word[:1].isupper() or not capital)
    ]


def _letters(count: int) -> str:
    """A, B, ..., Z, AA, AB, ..."""
    letter = chr(ord("A") + count % 26)
    return letter if count < 26 else _letters(count // 26 - 1) + letter


def _pattern(name: str) -> str:
    """A regular expression for the name as a whole word, however it is written."""
    forms = dict.fromkeys((name, _bare(name), name.casefold()))
    written = "|".join(_spelt(form) for form in forms)
    before = r"(?<!\w)" if _borders(name[0]) else ""
    after = r"(?=s?(?!\w))" if _borders(name[-1]) else ""
    if len(name) == 1:  # "a" is a word, "A" may be somebody
        return rf"(?<!\w)(?-i:{re.escape(name.upper())})(?!\w)"
    return f"{before}(?:{written}){after}"


def _spelt(name: str) -> str:
    """Spaces of any kind or a hyphen between its words; apostrophes of any kind, or none."""
    spelt = re.escape(name).replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]*")
    return re.sub("['’]", "['’]?", spelt)


def _bare(name: str) -> str:
    """The name without its accents, as a recogniser of another language writes it."""
    apart = unicodedata.normalize("NFD", name)
    return "".join(character for character in apart if not unicodedata.combining(character))


def _borders(character: str) -> bool:
    """Whether a word ends at it: scripts without capitals do not part their words."""
    return character.upper() != character.lower() or character.isdigit()
