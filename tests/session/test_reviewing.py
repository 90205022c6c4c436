"""Notes are added to a session that is over, beside one that goes on; one clip is read alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.session import making
from tests.session.test_forgetting import closed_after
from voicecoach.dialogue.messages import Outcome
from voicecoach.errors import LibraryError, UsageError
from voicecoach.session import record, review
from voicecoach.session.entries import CORRECTED, Header, remark
from voicecoach.session.library import Library

NAME = making.HEADER.id
FLAG = remark(review.FLAGGED, 0.0, entry=7)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "library.sqlite3"
    with Library(path) as library:
        writer = library.begin(making.HEADER)
        writer.append(*making.entries(b"fLaC of a turn"))
        writer.finish(Outcome.DONE)
    return path


def test_notes_follow_the_last_entry_at_its_time(file: Path) -> None:
    """All of them, with their numbers, and others see them."""
    with Library(file) as library, Library(file) as other:
        before = library.session(NAME)
        last = before.entries[-1].number
        added = library.add_notes(NAME, FLAG, remark(review.NOTED, 0.0, entry=7, text="hm"))
        assert [note.number for note in added] == [last + 1, last + 2]
        after = other.session(NAME)
        assert after.entries == (*before.entries, *added)
        assert record.seconds(after) == record.seconds(before)
    assert not list(file.parent.glob("*.running"))


def test_a_list_still_knows_how_it_ended(file: Path) -> None:
    """Also where a note is the last entry, and the dialogue itself told of no end."""
    header = Header("2026-03-03-0900-aaaa", making.HEADER.started, ("A", "B"))
    with Library(file) as library:
        writer = library.begin(header)
        writer.append(*making.entries()[:7])
        writer.finish(Outcome.STOPPED)
        library.add_notes(header.id, FLAG)
        outlines = {each.header.id: each for each in library.outlines()}
    assert record.outcome(outlines[header.id]) is Outcome.STOPPED


def test_beside_a_session_that_goes_on(file: Path) -> None:
    """It loses nothing; and to it itself nothing is added."""
    header = Header("2026-03-03-0900-aaaa", making.HEADER.started, ("A", "B"))
    with Library(file) as talking, Library(file) as library:
        writer = talking.begin(header)
        writer.append(*making.entries()[:3])
        library.add_notes(NAME, FLAG)
        with pytest.raises(LibraryError, match="going on"):
            library.add_notes(header.id, FLAG)
        writer.append(*making.entries()[3:])
        writer.finish(Outcome.DONE)
        kept = library.session(header.id)
        assert [entry.number for entry in kept.entries] == list(range(1, len(kept.entries) + 1))
        library.add_notes(header.id, FLAG)


def test_to_a_session_that_broke_off(file: Path) -> None:
    header = Header("2026-03-03-0900-aaaa", making.HEADER.started, ("A", "B"))
    with Library(file) as talking:
        talking.begin(header).append(*making.entries()[:3])
    with Library(file) as library:
        library.add_notes(header.id, FLAG)
        assert len(library.session(header.id).entries) == 4


def test_one_clip_is_read_alone_and_checked(file: Path) -> None:
    with Library(file) as library:
        assert library.clip(NAME, 7) == b"fLaC of a turn"
        assert library.clip(NAME, 8) is None
        assert 7 in library.clips(NAME) and 8 not in library.clips(NAME)
        with pytest.raises(UsageError, match="there is no session"):
            library.clip("2026-03-01", 7)
        with pytest.raises(UsageError, match="there is no session"):
            library.add_notes("none", FLAG)
    with closed_after(sqlite3.connect(file)) as connection:
        connection.execute("DROP TRIGGER clips_stay")
        connection.execute("UPDATE clips SET flac = x'664c6143'")
        connection.commit()
    with Library(file) as library, pytest.raises(LibraryError, match="damaged"):
        library.clip(NAME, 7)


def test_a_library_that_cannot_be_written(file: Path) -> None:
    """Nothing is half added."""
    with Library(file) as library, closed_after(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryError, match="locked"):
            library.add_notes(NAME, FLAG)
        other.execute("ROLLBACK")
        library.add_notes(NAME, FLAG)


def test_what_is_found_is_what_is_known_by_now(file: Path) -> None:
    """Corrected, taken back, hidden and shown again: the index follows."""
    with Library(file) as library:

        def found(words: str) -> list[int]:
            return [turn.number for turn in library.search(words)]

        def noted(kind: str, **data: object) -> int:
            (note,) = library.add_notes(NAME, remark(kind, 0.0, **data))
            library.check()
            return note.number

        assert found("late alone") == [16, 7]
        correction = noted(CORRECTED, entry=7, text="I love the sea.", by="review")
        assert found("late alone") == [16] and found("sea") == [7]
        hiding = noted(review.REDACTED, entry=7, text="sea")
        assert found("sea") == [] and found("love the") == [7]
        noted(review.UNDONE, entry=hiding)
        assert found("sea") == [7]
        noted(review.UNDONE, entry=correction)
        assert found("sea") == [] and found("late alone") == [16, 7]
        noted(review.RENAMED, partner=0, name="Clara")
        assert {turn.name for turn in library.search("late")} == {"Clara", "Ben"}


def test_a_remark_on_the_whole_session_is_listed_and_forgotten_with_it(file: Path) -> None:
    """A list knows of it without reading the session; of what is forgotten no byte is left."""
    with Library(file) as library:
        library.add_notes(NAME, remark(review.REMARKED, 0.0, text="They are on their way."), FLAG)
        (outline,) = library.outlines()
        assert review.remarks(outline.entries) == ("They are on their way.",)
    assert b"on their way" in b"".join(each.read_bytes() for each in file.parent.iterdir())
    with Library(file) as library:
        library.forget([NAME])
    assert b"on their way" not in b"".join(each.read_bytes() for each in file.parent.iterdir())
