"""Where words were said: every turn of every session is looked through."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from voicecoach.session import record
from voicecoach.session.library.store import Library
from voicecoach.session.record import Header


@dataclass(frozen=True, slots=True)
class Found:
    """A turn in which words were found; `name` is who said it, or None where that is not known.

    `marks` are the places in `text` where each of the words begins and ends.
    """

    header: Header
    number: int
    at_s: float
    name: str | None
    text: str
    marks: tuple[tuple[int, int], ...]


def search(library: Library, words: str, limit: int = 20) -> tuple[Found, ...]:
    """The turns in which all these words were said, the last one first, `limit` at most.

    Case and accents do not count. A turn that was corrected is found by what is known by now, what
    is hidden is not found. A session of another version, which cannot be read, is passed over.
    """
    wanted = {plain(word) for word in re.findall(r"\w+", words)}
    found: list[Found] = []
    for session in reversed(list(library.sessions()) if wanted else []):
        try:
            turns = record.turns(session)
        except ValueError:
            continue
        for turn in reversed(turns):
            marks = _marks(turn.text, wanted)
            if marks and len(found) < limit:
                about = (turn.number, turn.at_s, turn.name, turn.text, marks)
                found.append(Found(session.header, *about))
    return tuple(found)


def plain(word: str) -> str:
    """The word as it is compared: without case and accents.

    >>> plain("Café")
    'cafe'
    """
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _marks(text: str, wanted: set[str]) -> tuple[tuple[int, int], ...]:
    """Where the words stand in the text; nothing unless all of them do."""
    places = [(match.span(), plain(match.group())) for match in re.finditer(r"\w+", text)]
    if not wanted <= {word for _, word in places}:
        return ()
    return tuple(span for span, word in places if word in wanted)
