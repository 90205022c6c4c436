"""What is kept is what there is consent for, and nothing else reaches the disk."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session import making
from voicecoach.dialogue.messages import Consent, Outcome, Quiet
from voicecoach.errors import LibraryError
from voicecoach.session import record
from voicecoach.session.entries import Session, entry_of
from voicecoach.session.keeper import Keeper, MemoryWriter
from voicecoach.session.library import Library, schema

SOUND = entry_of(Quiet(1.0), 1.0, clip=b"fLaC", clip_start_s=0.5)


def kept(file: Path) -> Session:
    """The one session of the library, with its sound."""
    with Library(file) as library:
        (name,) = library.ids()
        return library.session(name, sound=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a library will be, in a folder that does not exist yet."""
    return tmp_path / "kept" / "library.sqlite3"


def test_consent_nothing_makes_no_file(file: Path) -> None:
    """Neither from the start, nor after everything was said, nor if nobody ever answered."""
    for answers in ([Consent.NOTHING], [Consent.NOTHING, Consent.SOUND], []):
        with Library(file) as library:
            keeper = Keeper(library, making.HEADER)
            keeper.append(*making.entries(b"fLaC"))
            for answer in answers:
                keeper.keep(answer)
            keeper.append(SOUND)
            keeper.finish(Outcome.DONE)
            keeper.keep(Consent.SOUND)  # too late
            assert not keeper.kept
    with Library(file) as library:
        keeper = Keeper(library, making.HEADER, Consent.NOTHING)
        keeper.append(SOUND)
        keeper.finish(Outcome.DONE)
    assert not file.parent.exists()


def test_consent_nothing_does_not_care_for_the_library(tmp_path: Path) -> None:
    """With nothing to keep, a library that cannot be written is no trouble; else it is, at once."""
    (tmp_path / "taken").write_text("")
    library = Library(tmp_path / "taken" / "library.sqlite3")
    Keeper(library, making.HEADER, Consent.NOTHING).append(SOUND)
    for consent in (Consent.ASK, Consent.WORDS, Consent.SOUND):
        with pytest.raises(LibraryError, match="library"):
            Keeper(library, making.HEADER, consent)


def test_before_the_answer_nothing_is_on_disk(file: Path) -> None:
    """While it is asked entries wait in memory; the answer brings those said before it too."""
    with Library(file) as library:
        keeper = Keeper(library, making.HEADER)
        before = keeper.append(*making.entries(b"fLaC"))
        assert not file.parent.exists() and not keeper.kept
        keeper.keep(Consent.SOUND)
        assert keeper.kept and len(library.session("last").entries) == len(before)
        (after,) = keeper.append(SOUND)
        keeper.finish(Outcome.STOPPED)
    session = kept(file)
    assert session.entries[:-1] == (*before, after)
    assert record.outcome(session) is Outcome.STOPPED


@pytest.mark.parametrize("asked", [True, False])
def test_consent_to_words_keeps_no_sound(file: Path, asked: bool) -> None:
    """Not of what is said after the answer, nor of what was said before it."""
    with Library(file) as library:
        keeper = Keeper(library, making.HEADER, Consent.ASK if asked else Consent.WORDS)
        keeper.append(SOUND)
        if asked:
            keeper.keep(Consent.WORDS)
        keeper.append(SOUND)
        keeper.finish(Outcome.DONE)
    session = kept(file)
    assert len(session.entries) == 3
    assert [(entry.clip, entry.clip_start_s) for entry in session.entries] == [(None, 0.0)] * 3
    assert all(b"fLaC" not in path.read_bytes() for path in file.parent.iterdir())


def test_sound_is_kept_only_from_the_yes_to_it(file: Path) -> None:
    """Words first, sound later, words again: only what was said in between has its sound."""
    with Library(file) as library:
        keeper = Keeper(library, making.HEADER, Consent.WORDS)
        for consent in (Consent.WORDS, Consent.SOUND, Consent.WORDS):
            keeper.keep(consent)
            keeper.append(SOUND)
        keeper.finish(Outcome.DONE)
    assert [entry.clip for entry in kept(file).entries] == [None, b"fLaC", None, None]


def test_consent_taken_back_erases_the_session(file: Path) -> None:
    """A "nothing" after all takes it out of the library again, and is final."""
    with Library(file) as library:
        keeper = Keeper(library, making.HEADER, Consent.SOUND)
        keeper.append(SOUND)
        keeper.keep(Consent.NOTHING)
        keeper.keep(Consent.SOUND)
        keeper.append(SOUND)
        keeper.finish(Outcome.DONE)
        assert library.ids() == ()
    assert all(b"fLaC" not in path.read_bytes() for path in file.parent.iterdir())


def test_a_library_locked_at_the_answer_is_tried_again_at_the_end(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trouble is told at once; what was said is kept as soon as the lock is gone."""
    monkeypatch.setattr(schema, "BUSY_S", 0.05)
    with Library(file) as library:
        library.begin(replace(making.HEADER, id="earlier")).finish(Outcome.DONE)
    with closing(sqlite3.connect(file, isolation_level=None)) as other, Library(file) as library:
        keeper = Keeper(library, making.HEADER)
        (first,) = keeper.append(SOUND)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryError, match="locked"):
            keeper.keep(Consent.SOUND)
        (second,) = keeper.append(SOUND)
        with pytest.raises(LibraryError, match="locked"):
            keeper.finish(Outcome.DONE)
        other.execute("ROLLBACK")
        keeper.finish(Outcome.DONE)
        session = library.session(making.HEADER.id, sound=True)
    assert session.entries[:2] == (first, second) and len(session.entries) == 3


def test_to_ask_is_no_answer(file: Path) -> None:
    """`keep(ASK)` is a mistake in the program."""
    with pytest.raises(ValueError, match="still the question"):
        Keeper(Library(file), making.HEADER).keep(Consent.ASK)


def test_memory_behaves_as_the_library_does(file: Path) -> None:
    """The same calls give the same numbers and the same entries, in memory and on disk."""
    memory = MemoryWriter(making.HEADER)
    with Library(file) as library:
        disk = library.begin(making.HEADER)
        for entry in making.entries():
            assert memory.append(entry) == disk.append(entry)
        for writer in (memory, disk):
            writer.finish(Outcome.DONE)
            writer.finish(Outcome.STOPPED)
            with pytest.raises(ValueError, match="closed"):
                writer.append(SOUND)
    assert tuple(memory.entries) == kept(file).entries
