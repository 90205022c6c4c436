"""Rows are quick to get, and say what the whole sessions say, also after a review."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.session.review.test_pairs import plainly
from tests.web.sample import QUARREL_ID, STRANGE_ID
from voicecoach.session import review
from voicecoach.session.entries import CORRECTED, remark
from voicecoach.session.library import Library
from voicecoach.session.review.figures import figures
from voicecoach.session.review.reading import read
from voicecoach.web.shelf import Shelf

MIRROR = 14
BETTER = (
    "You came home on Friday and I did not ask about your new job. You were sad, because it was a "
)
BETTER += "big day for you."


def agrees(library: Library) -> dict[str, float | None]:
    """The fidelity of each session by its id; by whichever way it is found out, it is the same."""
    shelf = Shelf(library, plainly)
    rows = shelf.counted(shelf.rows(sums=True))
    for row in rows:
        whole = figures(read(library.session(row.id)), plainly)
        assert row.figures == whole
        assert (row.fidelity, row.attempts) == (whole.fidelity, whole.attempts)
    plain = [replace(row, fidelity=None, attempts=None, figures=None) for row in rows]
    assert plain == shelf.rows()
    return {row.id: row.fidelity for row in rows}


def test_the_quick_way_and_the_whole_way_agree(library: Path) -> None:
    with Library(library) as opened:
        assert len(agrees(opened)) == 3


@pytest.mark.parametrize(
    "note",
    [
        remark(CORRECTED, 0.0, entry=MIRROR, text=BETTER, by="review"),
        remark(review.RELABELLED, 0.0, entry=MIRROR, partner=0),
        remark(review.REDACTED, 0.0, entry=MIRROR, text=""),
        remark(review.RENAMED, 0.0, partner=0, name="Dan"),
        remark(review.FLAGGED, 0.0, entry=MIRROR),
    ],
    ids=lambda note: note.data["type"],
)
def test_what_was_noted_counts_at_once(library: Path, note: object) -> None:
    """Also on a shelf that has counted before; undone, all is as it was."""
    with Library(library) as opened:
        before = agrees(opened)
        (added,) = opened.add_notes(QUARREL_ID, note)  # type: ignore[arg-type]
        after = agrees(opened)
        changed = added.data["type"] == CORRECTED
        assert (after[QUARREL_ID] != before[QUARREL_ID]) == changed
        assert after[STRANGE_ID] == before[STRANGE_ID]
        opened.add_notes(QUARREL_ID, remark(review.UNDONE, 0.0, entry=added.number))
        assert agrees(opened) == before


def test_nothing_of_a_forgotten_session_is_on_it(library: Path) -> None:
    with Library(library) as opened:
        shelf = Shelf(opened, plainly)
        shelf.counted(shelf.rows())
        opened.forget([QUARREL_ID])
        assert QUARREL_ID not in {row.id for row in shelf.rows()}
        assert not [key for key in shelf._known if QUARREL_ID in key]
