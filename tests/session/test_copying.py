"""A backup is of one moment, a restore brings back all of it or changes nothing."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing as closed_after
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session import making
from voicecoach.dialogue.messages import Outcome
from voicecoach.errors import LibraryError, UsageError
from voicecoach.session import record
from voicecoach.session.entries import Session
from voicecoach.session.library import Library, index, schema
from voicecoach.session.library.secret import passphrase
from voicecoach.session.library.whole import backup, exclusive, restore

CHECKOUT = Path(__file__).resolve().parents[2]
SOUND = b"fLaC" + bytes(range(256)) * 20
SECRET = "a passphrase"


@pytest.fixture(params=["plain", "encrypted"])
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A library with one session and its sound, of either kind."""
    path = tmp_path / "kept" / "library.sqlite3"
    passphrase.remember(path, SECRET)
    filled(path, making.HEADER.id, encrypt=request.param == "encrypted")
    return path


@pytest.fixture
def copy(file: Path) -> Path:
    """A backup of it, with whose passphrase one is not asked."""
    target = file.parents[1] / "copy"
    backup(file, target)
    passphrase.remember(target, SECRET)
    return target


def filled(file: Path, name: str, *, encrypt: bool = False) -> None:
    with Library(file, encrypt=encrypt) as library:
        writer = library.begin(replace(making.HEADER, id=name))
        writer.append(*making.entries(SOUND))
        writer.finish(Outcome.DONE)


def held(file: Path) -> list[Session]:
    """Every session of the library, with its sound."""
    with Library(file) as library:
        library.check()
        return [library.session(name, sound=True) for name in library.ids()]


def names(file: Path) -> list[str]:
    return [session.header.id for session in held(file)]


PROGRAM = """
import sys, time
from pathlib import Path
from tests.session.test_copying import *
from voicecoach.dialogue.messages import Quiet
from voicecoach.session.entries import entry_of
path, what = Path(sys.argv[1]), sys.argv[2]
dice = random.Random(os.getpid())
passphrase.remember(path, SECRET)
if what == "write":
    with Library(path) as library:
        writer = library.begin(replace(making.HEADER, id="going-on"))
        for number in range(1, 10_000):
            writer.append(entry_of(Quiet(float(number)), float(number), clip=SOUND))
            print(number, flush=True)
            time.sleep(0.003)
if what == "hold":
    library = Library(path)
    library.ids()
    print("held", flush=True)
    sys.stdin.readline()
if what == "alone":
    with exclusive.alone(path):
        print("held", flush=True)
        sys.stdin.readline()
if what == "look":
    while True:
        try:
            with Library(path) as library:
                found = library.ids()
                assert library.check() >= len(found)  # one more may have been written since
        except LibraryError as error:
            assert isinstance(error, schema.Locked), error
        print("looked", flush=True)
        time.sleep(dice.random() / 5)
"""


@contextmanager
def another(file: Path, what: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another program that has the library, from when it says so."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(file), what],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stdout.readline()
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


# ---------------------------------------------------------------- backup


def test_a_copy_holds_all_of_it_for_the_user_alone(file: Path) -> None:
    """Whatever the umask; the library is untouched, nothing else is made, and it says what it
    wrote."""
    before, whole = file.read_bytes(), held(file)
    target = file.with_name("copy")
    mask = os.umask(0)
    try:
        copied = backup(file, target)
        with exclusive.beside(target) as new:
            assert new.stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(mask)
    assert copied.sessions == 1
    assert copied.encrypted == before.startswith(b"VOICEC") != (b"Anna" in target.read_bytes())
    assert target.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes() == before and sorted(file.parent.iterdir()) == [target, file]
    passphrase.remember(target, SECRET)
    assert held(target) == whole


def test_a_copy_is_of_one_moment_while_a_session_goes_on(file: Path) -> None:
    """Another program writes all the while; each copy is whole and further than the one before,
    and has what was acknowledged before it was begun. The writer is not disturbed."""
    target = file.with_name("copy")
    passphrase.remember(target, SECRET)
    with another(file, "write") as process:
        assert process.stdout is not None
        for _ in range(5):
            acknowledged = int(process.stdout.readline())
            backup(file, target, force=True)
            session = held(target)[1]
            numbers = [entry.data["seconds"] for entry in session.entries]
            assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= acknowledged
            assert all(entry.clip == SOUND for entry in session.entries)
            assert record.outcome(session) is Outcome.INTERRUPTED
        assert process.poll() is None


def test_an_existing_file_is_overwritten_only_on_demand(file: Path) -> None:
    """And never the library itself, nor one that is in use."""
    target = file.with_name("copy")
    target.write_text("my letters")
    with pytest.raises(UsageError, match="exists already"):
        backup(file, target)
    assert target.read_text() == "my letters"
    assert backup(file, target, force=True).sessions == 1
    before = file.read_bytes()
    link = file.with_name("link")
    link.symlink_to(file)
    for same in (file, link):
        with pytest.raises(UsageError, match="is the library itself"):
            backup(file, same, force=True)
    assert file.read_bytes() == before
    passphrase.remember(target, SECRET)
    with Library(target) as used:
        used.begin(replace(making.HEADER, id="used"))
        with pytest.raises(UsageError, match="in use"):
            backup(file, target, force=True)
    assert names(target) == [making.HEADER.id, "used"]


def test_what_cannot_be_copied(file: Path, tmp_path: Path) -> None:
    """No library, an empty one, a place that is none, a damaged one; nothing is left there."""
    with pytest.raises(UsageError, match="there is no library"):
        backup(tmp_path / "none", tmp_path / "copy")
    (tmp_path / "empty").touch()
    with pytest.raises(UsageError, match="there is nothing in"):
        backup(tmp_path / "empty", tmp_path / "copy")
    with pytest.raises(UsageError, match="cannot be written"):
        backup(file, tmp_path / "empty" / "copy")
    with pytest.raises(UsageError, match="cannot be written: Is a directory"):
        backup(file, tmp_path / "kept", force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "kept"]
    assert list(file.parent.iterdir()) == [file]


def test_beside_a_session_others_search_and_forget(file: Path) -> None:
    """Short writes go side by side: the program that holds the session loses nothing."""
    with another(file, "write") as process:
        assert process.stdout is not None
        with Library(file) as library:
            assert library.search("always")
            library.forget([making.HEADER.id])
            acknowledged = int(process.stdout.readline())
            filled(file, "another")
        assert process.poll() is None
    going_on, other = held(file)
    assert [entry.number for entry in going_on.entries] == list(range(1, len(going_on.entries) + 1))
    assert len(going_on.entries) >= acknowledged and other.header.id == "another"


# ---------------------------------------------------------------- restore


def test_what_was_backed_up_comes_back(file: Path, copy: Path) -> None:
    """As it was; the library of before is beside, each time under a name of its own."""
    whole = held(file)
    filled(file, "later")
    later = held(file)
    done = restore(copy, file)
    assert (done.sessions, done.returned) == (1, 0)
    assert done.kept == file.with_name("library.sqlite3.before-restore")
    assert held(file) == whole
    passphrase.remember(done.kept, SECRET)
    assert held(done.kept) == later
    again = restore(done.kept, file)
    assert again.kept is not None and again.kept.name.endswith(".before-restore-2")
    assert held(file) == later
    assert {path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {0o600}
    filled(file, "on-it-goes")
    assert len(names(file)) == 3 and len(list(file.parent.iterdir())) == 3


def test_it_may_be_encrypted_now_and_not_then(tmp_path: Path) -> None:
    """The copy decides; nobody needs the passphrase of the library that it replaces."""
    plain, secret, path = tmp_path / "plain", tmp_path / "secret", tmp_path / "library"
    passphrase.remember(secret, SECRET)
    filled(plain, "plain")
    filled(secret, "secret", encrypt=True)
    assert not restore(plain, path).encrypted and names(path) == ["plain"]
    assert restore(secret, path).encrypted and names(path) == ["secret"]
    passphrase.remember(path, None)
    assert not restore(plain, path).encrypted and names(path) == ["plain"]


def test_where_there_is_no_library_yet(file: Path, copy: Path) -> None:
    new = file.parents[1] / "other" / "library.sqlite3"
    assert restore(copy, new).kept is None
    assert held(new) == held(file) and list(new.parent.iterdir()) == [new]


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_copy_changes_nothing(file: Path, copy: Path, seed: int) -> None:
    """Bytes changed anywhere, or cut off: the library stays, to the byte."""
    filled(file, "later")
    before = file.read_bytes()
    dice = random.Random(seed)
    content = bytearray(copy.read_bytes())
    if seed % 3 == 0:
        content = content[: dice.randrange(1, len(content))]
    else:
        sound = content.find(SOUND[:200]) if seed % 3 == 1 else -1
        start = sound if sound > 0 else dice.randrange(4096, len(content))
        content[start : start + 40] = dice.randbytes(min(40, len(content) - start))
    copy.write_bytes(content)
    try:
        restore(copy, file)
    except LibraryError as error:
        assert error.exit_code == 6
        assert file.read_bytes() == before and list(file.parent.iterdir()) == [file]
    else:  # where no row, page or index has a byte
        assert names(file) == [making.HEADER.id]


def test_what_is_no_copy_changes_nothing(file: Path, copy: Path) -> None:
    """No file, another file, an empty one, the library itself, one of a newer version."""
    before = file.read_bytes()
    note = file.parents[1] / "note"
    with pytest.raises(UsageError, match="there is no file"):
        restore(note, file)
    note.touch()
    with pytest.raises(UsageError, match="there is nothing in"):
        restore(note, file)
    note.write_text("some text of mine, and no library")
    with pytest.raises(LibraryError, match="not a library"):
        restore(note, file)
    with pytest.raises(UsageError, match="the library itself"):
        restore(file, file)
    with pytest.raises(LibraryError, match="not a library"):
        restore(copy, note)
    assert note.read_text() == "some text of mine, and no library"
    with Library(copy) as library:
        library._connection.execute("PRAGMA user_version = 99")  # type: ignore[union-attr]
    with pytest.raises(LibraryError, match="made by a newer voicecoach"):
        restore(copy, file)
    assert file.read_bytes() == before and list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("what", ["hold", "write"])
def test_not_while_somebody_else_has_the_library(
    file: Path, copy: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session that is going on, or only somebody who looks: exit code 6, nothing is changed."""
    monkeypatch.setattr(schema, "BUSY_S", 0.2)
    with another(file, what) as process:
        with pytest.raises(LibraryError, match="in use by another program") as caught:
            restore(copy, file)
        assert caught.value.exit_code == 6 and process.poll() is None
    assert making.HEADER.id in names(file)
    assert restore(copy, file).sessions == 1


def test_not_even_where_the_library_cannot_be_opened(
    file: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Damaged while a session is going on in it: that session's lock is seen all the same."""
    monkeypatch.setattr(schema, "BUSY_S", 0.2)
    with another(file, "hold"):
        content = bytearray(file.read_bytes())
        content[4096:] = bytes(len(content) - 4096)
        descriptor = os.open(file, os.O_WRONLY)
        os.write(descriptor, content)
        os.close(descriptor)
        with pytest.raises(LibraryError, match="in use by another program"):
            restore(copy, file)


def test_a_damaged_library_is_replaced_and_kept(file: Path, copy: Path) -> None:
    """Which is what copies are for."""
    whole = held(file)
    content = bytearray(file.read_bytes())
    content[5000:9000] = bytes(4000)
    file.write_bytes(content)
    done = restore(copy, file)
    assert held(file) == whole and done.kept is not None
    assert done.kept.read_bytes() == bytes(content)


def test_a_library_whose_passphrase_nobody_knows_is_kept_with_its_log(
    tmp_path: Path,
) -> None:
    """What was written last is in the log still, because the program was killed."""
    path, plain = tmp_path / "library", tmp_path / "plain"
    passphrase.remember(path, SECRET)
    filled(path, "first", encrypt=True)
    with another(path, "write") as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) < 5:
            pass
    filled(plain, "plain")
    passphrase.remember(path, None)
    done = restore(plain, path)
    assert names(path) == ["plain"] and done.kept is not None
    passphrase.remember(done.kept, SECRET)
    assert names(done.kept) == ["first", "going-on"]


def test_what_comes_back_though_it_was_forgotten_is_counted(file: Path, copy: Path) -> None:
    with Library(file) as library:
        library.forget([making.HEADER.id])
    assert restore(copy, file).returned == 1


def test_a_disk_that_fails_leaves_the_library(
    file: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the last step: the library has its name, and nothing is beside it."""
    before = held(file)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(5, "disk failed")))
    with pytest.raises(LibraryError, match="disk failed"):
        restore(copy, file)
    monkeypatch.undo()
    assert held(file) == before and list(file.parent.iterdir()) == [file]


def test_what_is_written_while_it_is_checked_is_no_damage(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entries and the index that are compared are of one moment."""
    holds = index.holds

    def slowly(connection: sqlite3.Connection) -> bool:
        rows = connection.execute("SELECT rowid, text FROM said ORDER BY rowid").fetchall()
        filled(file, f"written-{len(rows)}")
        after = connection.execute("SELECT rowid, text FROM said ORDER BY rowid").fetchall()
        return rows == after and holds(connection)

    monkeypatch.setattr(index, "holds", slowly)
    with Library(file) as library:
        assert library.check() == 1
    monkeypatch.undo()
    assert len(names(file)) == 2


def test_who_looks_while_it_is_replaced_sees_one_or_the_other(file: Path, copy: Path) -> None:
    """Other programs open, read and close it all the time; a session is written in between."""
    done = 0
    with another(file, "look") as first, another(file, "look") as second:
        for number in range(10):
            with suppress(exclusive.InUse):
                restore(copy, file)
                done += 1
            filled(file, f"between-{number}")
        assert first.poll() is None and second.poll() is None
    assert making.HEADER.id in names(file) and names(file)[-1] == "between-9" and done


def test_a_library_that_somebody_has_alone_is_locked(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For reading and for writing, in one sentence; and is as it was afterwards."""
    monkeypatch.setattr(schema, "BUSY_S", 0.2)
    with another(file, "alone"), pytest.raises(LibraryError, match="is locked by another"):
        Library(file)
    assert names(file) == [making.HEADER.id]


def test_who_kept_it_open_without_a_lock_does_not_write_into_another(
    file: Path, copy: Path
) -> None:
    """A library that is not in write-ahead mode is not held by who has read it; after it has been
    replaced nothing goes into the file that was."""
    with Library(file) as library:
        library._connection.execute("PRAGMA journal_mode = DELETE")  # type: ignore[union-attr]
    with Library(file) as library:
        library.ids()
        file.replace(file.with_name("away"))
        copy.replace(file)
        with pytest.raises(LibraryError, match="another file has taken the place"):
            library.begin(replace(making.HEADER, id="astray"))
    assert names(file) == [making.HEADER.id]


def test_two_in_one_program_do_not_take_each_others_lock(
    file: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To look at the file's beginning and close it would, on POSIX: another program could then
    replace a library that is open here."""
    monkeypatch.setattr(schema, "BUSY_S", 0.2)
    with Library(file) as first:
        first.ids()
        Library(file).close()
        program = (
            "import sys; from tests.session.test_copying import *\n"
            "path = Path(sys.argv[1]); passphrase.remember(path, SECRET); schema.BUSY_S = 0.2\n"
            "passphrase.remember(Path(sys.argv[2]), SECRET)\n"
            "try: restore(Path(sys.argv[2]), path)\n"
            "except exclusive.InUse: sys.exit(6)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, str(file), str(copy)], cwd=CHECKOUT, check=False
        )
        assert done.returncode == 6


def test_a_copy_of_a_library_that_was_not_closed_has_what_is_in_its_log(tmp_path: Path) -> None:
    """A library given as the copy, with its log beside it: all of it comes along."""
    path, other = tmp_path / "library", tmp_path / "other"
    filled(path, "first")
    with closed_after(sqlite3.connect(path)) as reader:
        reader.execute("PRAGMA journal_mode = WAL")
        reader.execute("SELECT count(*) FROM sessions").fetchone()
        filled(path, "second")
        assert path.with_name("library-wal").stat().st_size > 0
        restore(path, other)
    assert names(other) == ["first", "second"]
