"""The sessions of a library as rows, quickly again: what was counted once is kept.

What tells of a session at a glance is read from its outline. Its figures take all its entries;
they are counted for the rows that are shown, and again only where something was added.
"""

from __future__ import annotations

from dataclasses import replace

from voicecoach.session.library import Library
from voicecoach.session.review.figures import Figures, figures
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

    def rows(self) -> list[Listed]:
        """A row for each session, oldest first, without figures."""
        self._lasts, rows = {}, []
        for outline in self._library.outlines():
            rows.append(listed(outline))
            self._lasts[outline.header.id] = outline.entries[-1].number if outline.entries else 0
        return rows

    def counted(self, rows: list[Listed]) -> list[Listed]:
        """These of its rows with their figures, as far as this version can read the sessions."""
        return [replace(row, figures=self._figures(row.id)) for row in rows]

    def _figures(self, name: str) -> Figures | None:
        key = (name, self._lasts[name])
        if key not in self._known:
            try:
                self._known[key] = figures(read(self._library.session(name)), self._compare)
            except ValueError:  # kept by another version
                self._known[key] = None
        return self._known[key]
