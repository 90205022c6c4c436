"""What was forgotten is in none of the library's bytes."""

from __future__ import annotations

import sqlite3
from contextlib import closing as closed_after
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session import making
from voicecoach.dialogue.messages import Answer, Consent, Heard, Outcome, Reply
from voicecoach.errors import LibraryError
from voicecoach.session.entries import Entry, Header, correction, entry_of, remark
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library, forgetting, schema
from voicecoach.utterance import Utterance

SOUND = b"fLaC" + b"a voice in a room " * 400
GONE = "2026-03-01-1830-c0de"
STAYS = "2026-03-02-0900-beef"
WORDS = (making.MESSAGE, "Anna", "angry", "xylophon", "quixotic", "zugzwang")
ODD = "Xylophones, quixotic as a ZUGZWANG!"
"""Words the index keeps in small letters, each of which begins as no other does: it leaves out what
a word has in common with the one before it."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A library with one session to be forgotten and one that stays, both with sound."""
    path = tmp_path / "library.sqlite3"
    with Library(path) as library:
        writer = library.begin(making.HEADER)
        writer.append(*making.entries(SOUND), said(ODD), correction(7, ODD, "whisper", 68.0))
        writer.finish(Outcome.END_OF_INPUT)
        writer = library.begin(Header(STAYS, making.HEADER.started, ("Zoe", "Jo")))
        writer.append(said("Zithers, quite another thing."))
        writer.append(replace(remark("Other", 1.0), clip=b"fLaC other"))
        writer.finish(Outcome.STOPPED)
    return path


def said(text: str) -> Entry:
    """The entry of a turn."""
    return entry_of(Heard(Utterance(text, 66.0, 67.0), Reply(Answer.UNCLEAR)), 67.0)


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
        assert library.search("zithers") and not library.search("xylo*")
    assert library_holds(file, STAYS)


def test_nothing_is_left_whatever_was_written_between(file: Path) -> None:
    """The index is in many parts when a session is forgotten: words of it in all of them."""
    with Library(file) as library:
        writers = [library.begin(replace(making.HEADER, id=f"more-{n}")) for n in range(3)]
        for number in range(300):
            writers[number % 3].append(said(f"{ODD} {number}"))
        for writer in writers:
            writer.finish(Outcome.DONE)
        library.forget([GONE, "more-0", "more-2"])
        assert len(library.search("xylophones", 1000)) == 100
        library.forget(["more-1"])
        assert [word for word in WORDS if word.encode() in raw(file)] == []
        assert library.search("zithers")


def test_consent_taken_back_leaves_nothing(file: Path) -> None:
    """What was written before it was is in no byte, neither a row nor an indexed word; not even
    that there was a session."""
    with Library(file) as library:
        library.forget([GONE])
        keeper = Keeper(library, replace(making.HEADER, id="taken-back"), Consent.SOUND)
        for number in range(50):
            keeper.append(replace(said(f"{ODD} {number}"), clip=SOUND))
        assert b"zugzwang" in raw(file) and b"a voice in a room" in raw(file)
        keeper.keep(Consent.NOTHING)
        left = raw(file)
        gone = (*WORDS, "taken-back", "a voice in a room")
        assert [word for word in gone if word.encode() in left] == []
        keeper.finish(Outcome.DONE)
        assert library.ids() == (STAYS,) and library.search("zithers")


def test_consent_taken_back_while_it_cannot_be_done_is_done_at_the_end(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program writes: that is told, and the session goes as soon as it can."""
    monkeypatch.setattr(schema, "BUSY_S", 0.05)
    with closed_after(sqlite3.connect(file, isolation_level=None)) as other, Library(file) as ours:
        keeper = Keeper(ours, replace(making.HEADER, id="taken-back"), Consent.WORDS)
        keeper.append(said(ODD))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryError, match="locked"):
            keeper.keep(Consent.NOTHING)
        with pytest.raises(LibraryError, match="locked"):
            keeper.finish(Outcome.DONE)
        other.execute("ROLLBACK")
        keeper.finish(Outcome.DONE)
        assert "taken-back" not in ours.ids()
        ours.forget([GONE])
        assert b"zugzwang" not in raw(file)


def test_a_forgetting_that_was_cut_off_is_brought_to_its_end(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows were gone, the file was not yet written anew: the next session does it."""
    monkeypatch.setattr(forgetting, "_write_anew", lambda _: (_ for _ in ()).throw(OSError("cut")))
    with Library(file) as library, pytest.raises(LibraryError, match="cut"):
        library.forget([GONE])
    monkeypatch.undo()
    with Library(file) as library:
        assert library.ids() == (STAYS,)
        library.begin(replace(making.HEADER, id="next", names=("A", "B")))
        assert [word for word in WORDS if word.encode() in raw(file)] == []
    with closed_after(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM chores").fetchone() == (0,)


def test_a_large_library_is_written_anew_by_way_of_a_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in memory; nothing of it is left in the folder, and the setting is as before."""
    monkeypatch.setattr(forgetting, "LARGE", 10)
    with Library(file) as library:
        library.forget([GONE])
        assert [word for word in WORDS if word.encode() in raw(file)] == []
        assert library._connection is not None
        assert library._connection.execute("PRAGMA temp_store").fetchone() == (2,)


def test_from_a_damaged_file_nothing_is_taken(file: Path) -> None:
    """To write it anew could take more than was asked for: it is left as it is, to the byte. The
    damage is among the clips, where opening does not look."""
    with closed_after(sqlite3.connect(file)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'clips'"
        ).fetchone()
    content = bytearray(file.read_bytes())
    content[(page - 1) * 4096 + 3 : (page - 1) * 4096 + 5] = b"\0\x01"
    file.write_bytes(content)
    with Library(file) as library, pytest.raises(LibraryError, match="damaged"):
        library.forget([GONE])
    assert file.read_bytes() == bytes(content)


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
