"""What was forgotten is in none of the library's bytes."""

from __future__ import annotations

import sqlite3
from contextlib import closing as closed_after
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session import making
from voicecoach.dialogue.messages import Outcome
from voicecoach.errors import LibraryError
from voicecoach.session.library import Library, forgetting, schema
from voicecoach.session.record import Header, remark

SOUND = b"fLaC" + b"a voice in a room " * 400
GONE = "2026-03-01-1830-c0de"
STAYS = "2026-03-02-0900-beef"
WORDS = (making.MESSAGE, "Anna", "angry")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A library with one session to be forgotten and one that stays, both with sound."""
    path = tmp_path / "library.sqlite3"
    with Library(path) as library:
        writer = library.begin(making.HEADER)
        writer.append(*making.entries(SOUND))
        writer.finish(Outcome.END_OF_INPUT)
        writer = library.begin(Header(STAYS, making.HEADER.started, ("Zoe", "Jo")))
        writer.append(replace(remark("Other", 1.0), clip=b"fLaC other"))
        writer.finish(Outcome.STOPPED)
    return path


def raw(file: Path) -> bytes:
    """Every byte that lies in the library's folder."""
    return b"".join(each.read_bytes() for each in sorted(file.parent.iterdir()))


def test_no_word_and_no_sound_is_left(file: Path) -> None:
    """Neither in the file nor in the log beside it, also while the library stays open."""
    assert all(word.encode() in raw(file) for word in WORDS) and SOUND[:60] in raw(file)
    with Library(file) as library:
        library.forget([GONE])
        left = raw(file)
        assert [word for word in WORDS if word.encode() in left] == []
        assert b"a voice in a room" not in left
        assert library.ids() == (STAYS,)
    assert library_holds(file, STAYS)


def test_the_tombstone_says_when_and_not_who(file: Path) -> None:
    with Library(file) as library:
        library.forget([GONE])
    with closed_after(sqlite3.connect(file)) as connection:
        ((name, moment, what),) = connection.execute("SELECT * FROM tombstones").fetchall()
    assert (name, what) == (GONE, "session") and moment.startswith("20")


def test_the_sound_alone_goes(file: Path) -> None:
    """The words stay as they were, the other session keeps its sound."""
    with Library(file) as library:
        before = library.session(GONE)
        library.forget([GONE], "sound")
        assert b"a voice in a room" not in raw(file)
        assert library.session(GONE, sound=True) == before
        assert library.with_sound() == {STAYS}


def test_a_session_that_is_going_on_stays(file: Path) -> None:
    """And nothing else is forgotten with it."""
    with Library(file) as talking, Library(file) as library:
        writer = talking.begin(Header("2026-03-03-0900-aaaa", making.HEADER.started, ("A", "B")))
        with pytest.raises(LibraryError, match="going on"):
            library.forget([GONE, writer.header.id])
        assert GONE in library.ids()


def test_others_write_on_meanwhile(file: Path) -> None:
    """A session that is being held in another program loses nothing."""
    with Library(file) as talking, Library(file) as library:
        writer = talking.begin(Header("2026-03-03-0900-aaaa", making.HEADER.started, ("A", "B")))
        library.forget([GONE])
        writer.append(*making.entries())
        writer.finish(Outcome.DONE)
        assert len(library.session(writer.header.id).entries) == len(making.entries()) + 1


def test_a_reader_that_stays_is_told_of(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are gone at once; the file can be written anew later, and then nothing is left."""
    monkeypatch.setattr(forgetting, "BUSY_S", 0.1)
    monkeypatch.setattr(schema, "BUSY_S", 0.1)
    with closed_after(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entries").fetchone()
        with Library(file) as library, pytest.raises(LibraryError, match="locked"):
            library.forget([GONE])
        reader.execute("ROLLBACK")
    with Library(file) as library:
        assert library.ids() == (STAYS,)
        library.forget([STAYS])
    assert b"a voice in a room" not in raw(file) and b"Zoe" not in raw(file)


def test_a_library_of_the_first_version_is_brought_forward(tmp_path: Path) -> None:
    """It is read as it is, and gets what is new when something is written."""
    path = tmp_path / "old.sqlite3"
    with closed_after(sqlite3.connect(path)) as connection:
        connection.executescript(schema.TABLES)
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
    with Library(path) as library:
        assert library.ids() == ()
        writer = library.begin(making.HEADER)
        writer.append(*making.entries())
        writer.finish(Outcome.DONE)
        library.forget([writer.header.id])
    with closed_after(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert connection.execute("SELECT count(*) FROM tombstones").fetchone() == (1,)


def library_holds(file: Path, name: str) -> bool:
    with Library(file) as library:
        return bool(library.session(name, sound=True).entries)
