"""The library as rows: one for each session, found, filtered and in an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from voicecoach.session import record, review
from voicecoach.session.entries import Session
from voicecoach.session.export import ENDINGS
from voicecoach.session.library import Found
from voicecoach.session.review.figures import Figures
from voicecoach.web.pages import moment
from voicecoach.web.shown.marks import Marked

PAGE = 50
"""Rows on a page."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One session; `figures` is None where they were not counted, or this version cannot.

    `fidelity` and `attempts` are there where rows are sorted by them.
    """

    id: str
    started: str
    names: tuple[str, str]
    seconds: float
    rounds: int
    ending: str
    flags: int
    remarks: int = 0
    fidelity: float | None = None
    attempts: float | None = None
    figures: Figures | None = None


_ORDERS: dict[str, Callable[[Listed], Any]] = {
    "date": lambda row: row.started,
    "names": lambda row: [name.casefold() for name in row.names],
    "minutes": lambda row: row.seconds,
    "rounds": lambda row: row.rounds,
    "attempts": lambda row: row.attempts or 0.0,
    "fidelity": lambda row: row.fidelity or 0.0,
    "flags": lambda row: row.flags,
}
COUNTED = ("attempts", "fidelity")
"""The columns that no outline of a session holds by itself."""
COLUMNS = {
    "date": "Date",
    "names": "Partners",
    "minutes": "Minutes",
    "rounds": "Rounds",
    "attempts": "Attempts until yes",
    "fidelity": "Fidelity",
    "flags": "Flags",
}
"""What the table shows, by the name it is sorted by."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: whose sessions, only those with a flag, the order, and the page."""

    who: str = ""
    flagged: bool = False
    sort: str = "date"
    up: bool = False
    page: int = 1

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Wanted:
        """Out of the fields of an address; what is no such thing counts as not said."""
        sort = asked.get("sort", "")
        page = asked.get("page", "")
        return cls(
            who=" ".join(asked.get("who", "").split()),
            flagged=asked.get("flagged") == "1",
            sort=sort if sort in _ORDERS else "date",
            up=asked.get("up") == "1",
            page=max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1,
        )

    def but(self, **changes: Any) -> dict[str, str]:
        """The fields of the address that asks for this with changes."""
        fields = {
            "who": self.who,
            "flagged": "1" if self.flagged else "",
            "sort": self.sort,
            "up": "1" if self.up else "",
        } | changes
        return {name: str(value) for name, value in fields.items() if value}


def listed(session: Session) -> Listed:
    """The row of a session, which may be in outline, without its figures."""
    held = review.holding(session.entries)
    return Listed(
        session.header.id,
        session.header.started,
        record.names(session),
        record.seconds(session),
        record.rounds(session),
        ENDINGS[record.outcome(session)],
        sum(note.data["type"] == review.FLAGGED for note in held),
        len(review.remarks(held)),
    )


def called(row: Listed) -> str:
    """A session in a few words: when and who."""
    return f"{moment(row.started)}, {row.names[0]} and {row.names[1]}"


def chosen(rows: list[Listed], wanted: Wanted) -> list[Listed]:
    """The rows that are wanted, in the wanted order; of equal ones the later session first."""
    words = wanted.who.casefold().split()
    found = [
        row
        for row in rows
        if all(word in " ".join(row.names).casefold() for word in words)
        and (not wanted.flagged or row.flags)
    ]
    found.sort(key=lambda row: row.started, reverse=True)
    found.sort(key=_ORDERS[wanted.sort], reverse=not wanted.up)
    return found


def marked(found: Found) -> tuple[Marked, ...]:
    """What was said, with the words that were searched for marked."""
    parts, at = [], 0
    for start, end in found.marks:
        parts += [Marked(found.text[at:start]), Marked(found.text[start:end], "found")]
        at = end
    return tuple(part for part in (*parts, Marked(found.text[at:])) if part.text)
