"""A tenth of the large library is right; how long it takes is for the benchmark to print."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks import library_scale
from voicecoach.session import record
from voicecoach.session.library import Library


def test_a_library_of_two_hundred_sessions(tmp_path: Path) -> None:
    """20,000 entries: the list has every session, and a search finds what reading all finds."""
    file = tmp_path / "library.sqlite3"
    library_scale.fill(file, library_scale.SESSIONS // 10)
    with Library(file) as library:
        outlines, wholes = list(library.outlines()), list(library.sessions())
        assert len(wholes) == 200 and {len(whole.entries) for whole in wholes} == {100}
        for outline, whole in zip(outlines, wholes, strict=True):
            assert outline.header == whole.header and len(outline.entries) <= 3
            for figure in (record.outcome, record.rounds, record.seconds):
                assert figure(outline) == figure(whole)
        words = library_scale.SEARCHES["rare"], "feel"
        for word in words:
            read = [
                (whole.header.id, turn.number)
                for whole in wholes
                for turn in record.turns(whole)
                if word in turn.text.lower().rstrip(".").split()
            ]
            found = [(turn.header.id, turn.number) for turn in library.search(word, 100_000)]
            assert found == read[::-1] and found


def test_the_figures_are_all_there(tmp_path: Path) -> None:
    """Of any library; twice the same is growth 1."""
    file = tmp_path / "library.sqlite3"
    library_scale.fill(file, 2)
    figures = library_scale.measured(file)
    assert figures["sessions"] == 2 and set(figures["searching"]) == set(library_scale.SEARCHES)
    assert library_scale.growth(figures, figures)["listing"] == 1.0
