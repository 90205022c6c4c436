"""A disk that gets full: told before, sound goes first, and what was acknowledged is there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks import full_disk
from tests.commands.running import SAMPLES, lines, run
from tests.session import making
from voicecoach.dialogue.messages import Consent, Outcome, Quiet
from voicecoach.errors import LibraryError
from voicecoach.session import record, room
from voicecoach.session.entries import entry_of
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library

SOUND = entry_of(Quiet(1.0), 1.0, clip=b"fLaC" * 3000, clip_start_s=0.5)
TALK = ("rehearse", SAMPLES / "clean.txt", "--consent", "words", "--json", "--library")


@pytest.fixture
def little() -> Iterator[Path]:
    """A disk of 100 MB."""
    try:
        with full_disk.disk(100_000) as folder:
            yield folder
    except full_disk.NoMount as error:
        pytest.skip(f"a tmpfs cannot be mounted here: {error}")


def test_full_at_every_point(little: Path) -> None:
    """Twenty disks, each full at another turn: nothing that was acknowledged is lost, every library
    is whole, and what waited is written once there is room."""
    assert little.exists()
    found = full_disk.sweep(20)
    assert found["acknowledged"] > 1000 and found["sounds_acknowledged"] > 500
    assert found["sound_went"] > 5 < found["sound_went"] + found["all_fitted"]
    assert found["words_went_too"] and found["all_fitted"]
    bad = ("lost", "sounds_lost", "libraries_damaged", "not_begun", "missing_though_there_was_room")
    assert {name: found[name] for name in bad} == dict.fromkeys(bad, 0)


def test_little_room_is_told_once_when_the_session_has_begun(little: Path) -> None:
    done = run(*TALK, little / "library")
    shown = lines(done.stdout)
    told = [line for line in shown if line["kind"] == "warning"]
    assert done.returncode == 0 and [line["code"] for line in told] == ["disk"]
    assert "MB are free on the disk of" in told[0]["text"] and "Free some space" in told[0]["text"]
    assert shown[0]["kind"] == "began"


def test_on_a_full_disk_the_talk_goes_on_to_its_end(little: Path) -> None:
    """Said once, nothing else: the dialogue is the same as with a disk that has room."""
    free = room.free_mb(little)
    assert free is not None
    (little / "filler").write_bytes(bytes(int(free * 1e6) - 400_000))
    done = run(*TALK, little / "library")
    shown = lines(done.stdout)
    told = {line["code"]: line["text"] for line in shown if line["kind"] == "warning"}
    assert done.returncode == 0 and "Traceback" not in done.stderr
    assert "there is no room left for the library" in told["library"]
    assert shown[-1]["outcome"] == "done"
    assert [line["phase"] for line in shown if line["kind"] == "phase"][-1] == "done"


def test_a_disk_that_may_only_be_read_is_told_before_the_session(little: Path) -> None:
    """Its sessions are listed, a new one is not begun."""
    file = little / "library"
    with Library(file) as library:
        library.begin(making.HEADER).finish(Outcome.DONE)
    subprocess.run(["mount", "-o", "remount,ro", str(little)], check=True)
    done = run(*TALK, file)
    assert done.returncode == 6 and "Traceback" not in done.stderr and done.stdout == ""
    listed = run("sessions", "--library", file)
    assert listed.returncode == 0, listed.stderr
    assert making.HEADER.id in listed.stdout


def test_without_room_for_sound_the_words_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the moment on that the disk is all but full; it is told why, and stays so."""
    with Library(tmp_path / "library") as library:
        keeper = Keeper(library, making.HEADER, Consent.SOUND)
        keeper.append(SOUND)
        assert not keeper.troubles
        monkeypatch.setattr(room, "WORDS_MB", 1e12)
        (written,) = keeper.append(SOUND)
        assert written.clip is None and written.number == 2
        assert "only the words are kept" in keeper.troubles["sound"]
        monkeypatch.undo()
        keeper.append(SOUND)
        keeper.finish(Outcome.DONE)
        clips = [bool(entry.clip) for entry in library.session("last", sound=True).entries]
    assert clips == [True, False, False, False]


def test_where_the_sound_does_not_fit_any_more_the_words_do(tmp_path: Path) -> None:
    """Full all at once: the entry is written without its sound, as if nothing had been."""
    with Library(tmp_path / "library") as library:
        keeper = Keeper(library, making.HEADER, Consent.SOUND)
        keeper.append(replace(SOUND, clip=b"x"))
        connection = library._connection
        assert connection is not None
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        (written,) = keeper.append(SOUND)
        assert (written.clip, written.number) == (None, 2) and "sound" in keeper.troubles
        keeper.finish(Outcome.DONE)
        session = library.session("last", sound=True)
    assert [bool(entry.clip) for entry in session.entries] == [True, False, False]
    assert record.outcome(session) is Outcome.DONE


def test_a_library_that_becomes_read_only_is_told_once(tmp_path: Path) -> None:
    """In mid-session: what was kept is there, what waits is written when it can be."""
    with Library(tmp_path / "library") as library:
        keeper = Keeper(library, making.HEADER, Consent.WORDS)
        keeper.append(SOUND)
        library._connection.execute("PRAGMA query_only = ON")  # type: ignore[union-attr]
        with pytest.raises(LibraryError, match="is read-only"):
            keeper.append(SOUND)
        keeper.append(SOUND)
        assert len(library.session("last").entries) == 1
        library._connection.execute("PRAGMA query_only = OFF")  # type: ignore[union-attr]
        keeper.finish(Outcome.DONE)
        assert len(library.session("last").entries) == 4


def test_a_slow_disk_delays_and_loses_nothing(tmp_path: Path) -> None:
    """Every few steps SQLite waits for a process: the same entries, in the same order."""
    with Library(tmp_path / "library") as library:
        keeper = Keeper(library, making.HEADER, Consent.WORDS)

        def wait() -> int:
            return subprocess.run(["true"], check=True).returncode

        assert library._connection is not None
        library._connection.set_progress_handler(wait, 20)
        kept = keeper.append(*making.entries())
        keeper.finish(Outcome.DONE)
        library._connection.set_progress_handler(None, 0)
        assert library.session("last").entries[:-1] == kept


def test_it_is_looked_now_and_then(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not at the first entry, then every half minute of the session; enough room is no news."""
    monkeypatch.setattr(room, "LOW_MB", 1e12)
    looked = room.Room(tmp_path / "not" / "there")
    told = [looked.look(at_s) is not None for at_s in (0.0, 0.0, 10.0, 29.0, 30.0, 31.0, 500.0)]
    assert told == [False, True, False, False, True, False, True]
    monkeypatch.setattr(room, "LOW_MB", 0)
    assert looked.look(1000.0) is None and looked.for_sound()
