"""What was said is found again, whoever asks for it and however."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing as closed_after
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session import making
from voicecoach.dialogue.messages import Answer, Heard, Outcome, Reply
from voicecoach.errors import LibraryError, UsageError
from voicecoach.session.entries import Entry, correction, entry_of
from voicecoach.session.library import Found, Library, schema
from voicecoach.utterance import Utterance

SECOND = replace(making.HEADER, id="2026-03-02-0900-beef", names=("Zoë", "Jo"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A library with the sample session."""
    return making.library(tmp_path / "library.sqlite3")


def search(file: Path, words: str, limit: int = 20) -> tuple[Found, ...]:
    with Library(file) as library:
        return library.search(words, limit)


def said(file: Path, words: str) -> list[str]:
    return [turn.text for turn in search(file, words)]


def test_a_turn_is_found_by_its_words(file: Path) -> None:
    """With its session, its time, who said it, and where in it the words are; the last first."""
    last, _, first = search(file, "feel ALONE")
    assert (first.header, first.number, first.at_s, first.name) == (making.HEADER, 7, 7.1, "Anna")
    assert first.text == making.MESSAGE
    assert [first.text[start:end] for start, end in first.marks] == ["feel", "alone"]
    assert last.text == "You feel alone when I come home late." and last.name == "Ben"
    assert len(search(file, "feel alone", limit=2)) == 2


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("home late", 3),
        ('"home late"', 3),
        ('"late home"', 0),
        ("ang*", 2),
        ('"when i come h"*', 2),
        ("ang", 0),
        ("feel angry", 1),
        ("feel OR angry", 0),
        ("feel NOT angry", 1),
        ("text:feel", 0),
        ("ALWAYS", 1),
    ],
)
def test_every_word_is_only_a_word(file: Path, words: str, count: int) -> None:
    """All of them are wanted; what SQLite would take for syntax is not."""
    assert len(search(file, words)) == count


def test_whatever_is_typed_is_no_error(file: Path) -> None:
    """It finds something or nothing, or there is no word in it."""
    dice = random.Random(7)
    signs = "\"'*(){}[]^:-+,;\\ \0\x02é\ud800 aNOT"
    with Library(file) as library:
        for _ in range(400):
            words = "".join(dice.choices(signs, k=dice.randrange(1, 12)))
            try:
                library.search(words)
            except UsageError as error:
                assert error.exit_code == 2 and error.hint
        with pytest.raises(UsageError, match="more than"):
            library.search("a " * 10_000)
        library.search('"' + "a " * 10_000 + '"')


def test_accents_do_not_count_and_marks_in_a_text_do_not_disturb(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    with Library(path) as library:
        writer = library.begin(SECOND)
        heard = Heard(Utterance("Déjà\x02vu\x03, Zoë", 1.0, 2.0, "Zoë"), Reply(Answer.UNCLEAR))
        writer.append(entry_of(heard, 2.0))
    (turn,) = search(path, "deja ZOE")
    assert turn.text == "Déjà\x02vu\x03, Zoë"
    assert [turn.text[start:end] for start, end in turn.marks] == ["Déjà", "Zoë"]


def test_a_corrected_turn_is_found_by_what_was_said(file: Path) -> None:
    """The last of several corrections holds; what the recogniser took it for finds nothing."""
    with Library(file) as library:
        writer = library.begin(SECOND)
        writer.append(
            *making.entries(), correction(7, "zebra", "a", 67.0), correction(7, "yak", "b", 68.0)
        )
        (turn,) = library.search("yak")
        assert (turn.header.id, turn.number, turn.text) == (SECOND.id, 7, "yak")
        assert library.search("zebra") == ()
        assert [found.header.id for found in library.search("when home")].count(SECOND.id) == 2


def test_an_entry_and_its_words_are_kept_together_or_not_at_all(file: Path) -> None:
    """What could not be written is not found either; what is tried again is found once."""
    with Library(file) as library:
        writer = library.begin(SECOND)
        with closed_after(sqlite3.connect(file, isolation_level=None)) as other:
            schema.BUSY_S, waited = 0.05, schema.BUSY_S
            try:
                library._connection.execute("PRAGMA busy_timeout = 50")  # type: ignore[union-attr]
                other.execute("BEGIN IMMEDIATE")
                with pytest.raises(LibraryError, match="locked"):
                    writer.append(*making.entries())
            finally:
                schema.BUSY_S = waited
            assert len(library.search("always")) == 1
            other.execute("ROLLBACK")
        writer.finish(Outcome.DONE)
        assert [found.header.id for found in library.search("always")] == [
            SECOND.id,
            making.HEADER.id,
        ]


def older(file: Path, version: int) -> None:
    """Turn the library into one of an older version, with what that had."""
    with closed_after(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE said")
        connection.execute("DROP TABLE chores")
        if version < 2:
            connection.execute("DROP TABLE tombstones")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.commit()


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_library_is_searched_as_it_is_and_gets_its_index(file: Path, version: int) -> None:
    """Looking changes nothing in it; the next session brings it forward, with all that was said."""
    with Library(file) as library:
        library.begin(SECOND).append(*making.entries(), correction(7, "yak", "a", 67.0))
    older(file, version)
    before = file.read_bytes()
    assert len(search(file, "feel")) == 5 and len(search(file, "yak")) == 1
    assert file.read_bytes() == before
    with Library(file) as library:
        library.begin(replace(SECOND, id="third")).append(*making.entries())
        assert len(library.search("feel")) == 8 and len(library.search("yak")) == 1
    with closed_after(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)


def test_nothing_is_found_where_nothing_is_kept(tmp_path: Path) -> None:
    """No file, an empty file; and a search without a word is one there, too."""
    assert search(tmp_path / "none", "word") == ()
    (tmp_path / "empty").touch()
    assert search(tmp_path / "empty", "word") == ()
    with pytest.raises(UsageError, match="no word"):
        search(tmp_path / "none", "?")


def test_a_session_of_another_version_is_found_too(file: Path) -> None:
    """One message in it is not known here: who said what is then not told, the rest is."""
    with Library(file) as library:
        writer = library.begin(SECOND)
        strange = Entry(0.0, "event", {"type": "Unheard", "of": 1})
        writer.append(strange, *making.entries())
        found, *_ = library.search('"always angry"')
    assert (found.header, found.name, found.at_s) == (SECOND, None, 12.0)
    assert found.text.startswith("You are always")


def test_an_index_that_says_something_else_is_damage(file: Path) -> None:
    """A letter changed in the index, where no checksum is: noticed by whoever finds it."""
    with closed_after(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE said_content SET c0 = replace(c0, 'alone', 'alane')")
        connection.commit()
    with Library(file) as library, pytest.raises(LibraryError, match="damaged"):
        library.search("feel")


def test_an_index_of_what_is_not_there_is_damage(file: Path) -> None:
    with closed_after(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO said (rowid, text) VALUES (5 << 24, 'zebra')")
        connection.execute("INSERT INTO said (rowid, text) VALUES ((1 << 24) + 3, 'yak')")
        connection.commit()
    with Library(file) as library:
        for word in ("zebra", "yak"):
            with pytest.raises(LibraryError, match="damaged"):
                library.search(word)
