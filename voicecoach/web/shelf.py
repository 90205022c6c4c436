"""The sessions of a library as rows, quickly again: what was counted once is kept.

What tells of a session at a glance is read from its outline, and so are the two figures that rows
are sorted by. All its figures take all its turns; they are counted for the rows that are shown, and
again only where something was added. What was counted is held in memory alone.
"""

from __future__ import annotations

from dataclasses import replace

from voicecoach.session.entries import Session
from voicecoach.session.library import Library
from voicecoach.session.review.figures import Figures, figures, middles
from voicecoach.session.review.pairs import Compare
from voicecoach.session.review.reading import read
from voicecoach.web.shown.listing import Listed, listed


class Shelf:
    """The rows of one library; `compare` scores again what was corrected."""

    def __init__(self, library: Library, compare: Compare) -> None:
        self._library = library
        self._compare = compare
        self._lasts: dict[str, int] = {}
        self._known: dict[tuple[str, int], Figures | None] = {}

    def rows(self, *, sums: bool = False) -> list[Listed]:
        """A row for each session, oldest first, without figures; with `sums` those of its rows."""
        self._lasts, rows = {}, []
        for outline in self._library.outlines(scored=sums):
            row = listed(outline)
            self._lasts[row.id] = outline.entries[-1].number if outline.entries else 0
            rows.append(self._summed(row, outline) if sums else row)
        current = self._lasts.items()
        self._known = {key: known for key, known in self._known.items() if key in current}
        return rows

    def counted(self, rows: list[Listed]) -> list[Listed]:
        """These of its rows with their figures, as far as this version can read the sessions."""
        return [replace(row, figures=self._figures(row.id)) for row in rows]

    def _summed(self, row: Listed, outline: Session) -> Listed:
        sums = middles(outline)
        if sums is None:
            found = self._figures(row.id)
            sums = (found.fidelity, found.attempts) if found is not None else (None, None)
        return replace(row, fidelity=sums[0], attempts=sums[1])

    def _figures(self, name: str) -> Figures | None:
        key = (name, self._lasts[name])
        if key not in self._known:
            try:
                self._known[key] = figures(read(self._library.to_count(name)), self._compare)
            except ValueError:  # kept by another version
                self._known[key] = None
        return self._known[key]
