"""Of which sessions figures are shown: the last so many, or all, in a span of days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from voicecoach.web.pages import moment
from voicecoach.web.shown.listing import Listed, Wanted, chosen

LASTS = {"20": "the last 20", "100": "the last 100", "all": "all of them"}
"""How many sessions one may ask for, in words."""

USUAL = "100"


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked for: whose sessions, how many of them at most, and the first and last day.

    `last` is one of `LASTS`; the days are ISO 8601 in the time of this machine's place, "" where
    none is given.
    """

    who: str = ""
    last: str = USUAL
    since: str = ""
    until: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Span:
        """Out of the fields of an address; what is no such thing counts as not said."""
        last = asked.get("last", "")
        return cls(
            who=" ".join(asked.get("who", "").split()),
            last=last if last in LASTS else USUAL,
            since=_day(asked.get("since", "")),
            until=_day(asked.get("until", "")),
        )

    def inside(self, rows: list[Listed]) -> list[Listed]:
        """The rows of these partners in these days, the earliest first; not cut to the last."""
        found = chosen(rows, Wanted(who=self.who, up=True))
        return [row for row in found if self._holds(moment(row.started)[:10])]

    def cut(self, rows: list[Listed]) -> list[Listed]:
        """The last of these rows, as many as are wanted."""
        return rows if self.last == "all" else rows[-int(self.last) :]

    def _holds(self, day: str) -> bool:
        return (not self.since or day >= self.since) and (not self.until or day <= self.until)

    def told(self, shown: int, inside: int) -> str:
        """Which sessions these are, in a sentence without its end.

        >>> Span().told(100, 2000), Span(since="2026-01-01").told(1, 1)
        ('The last 100 of 2,000 sessions, the earliest first', 'The one session from 2026-01-01 on')
        """
        if shown < inside:
            which = f"The last {shown:,} of {inside:,} sessions"
        elif inside == 1:
            which = "The one session"
        else:
            which = f"All {inside:,} sessions" if inside else "No session"
        days = (f" from {self.since}" if self.since else "") + (
            f" to {self.until}" if self.until else " on" if self.since else ""
        )
        return which + days + (", the earliest first" if shown > 1 else "")


def _day(text: str) -> str:
    """The day if it is one, else "".

    >>> _day("2026-02-28"), _day("2026-02-30"), _day("soon")
    ('2026-02-28', '', '')
    """
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
