"""The library: what is acknowledged is there, and what is wrong is said in one sentence."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing as closed_after
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session import making
from voicecoach.dialogue.messages import Finish, Outcome, Quiet
from voicecoach.errors import LibraryError, UsageError
from voicecoach.session import record
from voicecoach.session.entries import Header, Session, entry_of
from voicecoach.session.library import Library, LibraryFull, SessionWriter, schema

CHECKOUT = Path(__file__).resolve().parents[2]
FLAC = b"fLaC" + bytes(range(256)) * 20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a library will be, in a folder that does not exist yet."""
    return tmp_path / "kept" / "library.sqlite3"


def header(name: str) -> Header:
    """The sample header under another id."""
    return replace(making.HEADER, id=name)


def filled(file: Path, sessions: int = 1, clip: bytes | None = None) -> list[Session]:
    """A library with finished sessions; returns them as they must come back."""
    with Library(file) as library:
        for number in range(sessions):
            writer = library.begin(header(f"2026-03-0{number + 1}-1830-c0de"))
            writer.append(*making.entries(clip))
            writer.finish(Outcome.END_OF_INPUT)
        return [library.session(name, sound=True) for name in library.ids()]


def refused(file: Path, match: str) -> LibraryError:
    """Opening and reading the library says this, with exit code 6 and a hint."""
    with pytest.raises(LibraryError, match=match) as caught, Library(file) as library:
        for session in library.sessions():
            library.session(session.header.id, sound=True)
    assert caught.value.exit_code == 6 and caught.value.hint
    assert "\n" not in str(caught.value)
    return caught.value


# ---------------------------------------------------------------- what is kept


def test_a_session_comes_back_as_it_was_kept(file: Path) -> None:
    """Header, entries, their numbers and the sound of a turn survive the file."""
    with Library(file) as library:
        writer = library.begin(making.HEADER)
        kept = writer.append(*making.entries(FLAC))
        writer.finish(Outcome.END_OF_INPUT)
    with Library(file) as library:
        session = library.session(making.HEADER.id, sound=True)
        silent = library.session(making.HEADER.id)
    assert session.header == making.HEADER
    assert session.entries[:-1] == kept
    assert [entry.number for entry in session.entries] == list(range(1, len(kept) + 2))
    assert record.outcome(session) is Outcome.END_OF_INPUT
    assert {entry.clip for entry in session.entries if entry.data["type"] == "Heard"} == {FLAC}
    assert not any(entry.clip for entry in silent.entries)
    assert silent == making.session()


def test_an_outline_tells_what_the_whole_session_tells(file: Path) -> None:
    """The list of sessions reads a few entries of each and comes to the same figures."""
    filled(file, 2)
    with Library(file) as library:
        library.begin(header("2026-03-09-1830-c0de")).append(entry_of(Quiet(1.0), 77.0))
        library.begin(header("2026-03-10-1830-c0de"))
        outlines, wholes = list(library.outlines()), list(library.sessions())
    assert len(outlines) == len(wholes) == 4
    for outline, whole in zip(outlines, wholes, strict=True):
        assert outline.header == whole.header
        for figure in (record.outcome, record.rounds, record.seconds):
            assert figure(outline) == figure(whole)
    assert [record.seconds(whole) for whole in wholes] == [66.0, 66.0, 77.0, 0.0]
    assert len(outlines[0].entries) < len(wholes[0].entries)


def test_a_library_that_is_not_there_is_empty_and_stays_away(file: Path) -> None:
    """Looking makes no file and no folder."""
    with Library(file) as library:
        assert library.ids() == () and not list(library.sessions()) + list(library.outlines())
        with pytest.raises(UsageError, match="no session"):
            library.session("last")
        library.check_writable()
    assert not file.parent.exists()


def test_a_session_is_named_by_id_unique_beginning_or_last(file: Path) -> None:
    """Anything else is a usage error that lists what there is."""
    filled(file, 3)
    with Library(file) as library:
        assert library.session("last").header.id == "2026-03-03-1830-c0de"
        assert library.session("2026-03-02").header.id == "2026-03-02-1830-c0de"
        with pytest.raises(UsageError, match="3 sessions begin with '2026-03': 2026-03-01-1830"):
            library.session("2026-03")
        with pytest.raises(UsageError, match="no session '1999'") as caught:
            library.session("1999")
        assert "2026-03-01-1830-c0de, 2026-03-02-1830-c0de" in caught.value.hint
        with pytest.raises(UsageError, match="no session ''"):
            library.session("")


def test_entries_are_only_ever_added(file: Path) -> None:
    """The file itself refuses to change or take out an entry, whoever asks."""
    filled(file, clip=FLAC)
    with closed_after(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA foreign_keys = ON")
        for change in (
            "UPDATE entries SET at_s = 0",
            "DELETE FROM entries WHERE number = 1",
            "UPDATE sessions SET first = 'X'",
            "UPDATE clips SET start_s = 0",
        ):
            with pytest.raises(sqlite3.IntegrityError, match=r"only|never"):
                raw.execute(change)


def test_a_session_can_be_erased_whole(file: Path) -> None:
    """Erasing leaves no row and no byte of what was said, and spares the other session."""
    (other,) = filled(file)
    secret = b"PECULIAR-SOUND" * 400
    with Library(file) as library:
        writer = library.begin(header("2026-03-08-1830-c0de"))
        quiet = entry_of(Quiet(1.0), 1.0, clip=secret)
        writer.append(replace(quiet, data={"type": "Quiet", "seconds": 1.0, "x": "PECULIAR-WORD"}))
        with closed_after(sqlite3.connect(file)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert b"PECULIAR-WORD" in file.read_bytes()
        writer.erase()
        writer.erase()
        assert list(library.sessions()) == [other]
        for beside in file.parent.iterdir():
            assert b"PECULIAR" not in beside.read_bytes()


def test_two_writers_side_by_side(file: Path) -> None:
    """Two programs may each write a session into one library at once."""
    program = """
import sys
from pathlib import Path
from tests.session.test_store import header
from voicecoach.dialogue.messages import Outcome, Quiet
from voicecoach.session.entries import entry_of
from voicecoach.session.library import Library
with Library(Path(sys.argv[1])) as library:
    writer = library.begin(header(sys.argv[2]))
    print("begun", flush=True)
    sys.stdin.readline()
    for number in range(60):
        writer.append(entry_of(Quiet(float(number)), float(number), clip=b"x" * 5000))
    writer.finish(Outcome.DONE)
"""
    running = [python(program, file, name) for name in ("a-one", "b-two")]
    for process in running:  # both have begun, also the library itself, at the same time
        assert process.stdout.readline() == b"begun\n"
    for process in running:
        process.communicate(b"go\n", timeout=60)
        assert process.returncode == 0
    with Library(file) as library:
        assert sorted(library.ids()) == ["a-one", "b-two"]
        for name in library.ids():
            session = library.session(name, sound=True)
            assert [entry.at_s for entry in session.entries[:-1]] == list(map(float, range(60)))


# ---------------------------------------------------------------- who is still there


def python(program: str, *arguments: object) -> subprocess.Popen[bytes]:
    """Another Python that runs the program, its standard streams in our hands."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


KILLED = """
import sys
from pathlib import Path
from tests.session.test_store import header
from voicecoach.dialogue.messages import Quiet
from voicecoach.session.entries import entry_of
from voicecoach.session.library import Library
writer = Library(Path(sys.argv[1])).begin(header("killed"))
number = 0
while True:
    number += 1
    writer.append(entry_of(Quiet(float(number)), float(number), clip=b"x" * 3000))
    print(number, flush=True)
"""


def test_everything_acknowledged_outlives_the_program(file: Path) -> None:
    """Killed in the middle of writing: each acknowledged entry is there with its sound, the
    session was running while the program lived and counts as interrupted afterwards."""
    process = python(KILLED, file)
    assert process.stdout is not None
    try:
        while int(process.stdout.readline()) < 40:
            pass
        with Library(file) as library:
            assert record.outcome(library.session("killed")) is None
            assert library.session("killed").running
            assert next(library.outlines()).running
    finally:
        process.send_signal(signal.SIGKILL)
    rest = process.communicate()[0].split()
    acknowledged = int(rest[-1]) if rest else 40
    with Library(file) as library:
        session = library.session("killed", sound=True)
        assert not session.running
        assert record.outcome(session) is Outcome.INTERRUPTED
    assert acknowledged <= len(session.entries) <= acknowledged + 1
    for number, entry in enumerate(session.entries, 1):
        assert (entry.number, entry.data["seconds"], entry.clip) == (number, number, b"x" * 3000)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_session_left_open_counts_as_interrupted(file: Path) -> None:
    """Closing the library without finishing: interrupted, unless the dialogue had finished."""
    with Library(file) as library:
        library.begin(header("left"))
        library.begin(header("finished")).append(entry_of(Finish(Outcome.STOPPED), 3.0))
        assert library.session("left").running
    with Library(file) as library:
        assert record.outcome(library.session("left")) is Outcome.INTERRUPTED
        assert record.outcome(library.session("finished")) is Outcome.STOPPED


def test_a_finished_session_takes_no_more(file: Path) -> None:
    """Finish twice is finish once; to append after it is a mistake in the program."""
    with Library(file) as library:
        writer = library.begin(making.HEADER)
        writer.finish(Outcome.DONE)
        writer.finish(Outcome.INTERRUPTED)
        assert record.outcome(library.session("last")) is Outcome.DONE
        with pytest.raises(ValueError, match="closed"):
            writer.append(entry_of(Quiet(1.0), 1.0))


# ---------------------------------------------------------------- private


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_nobody_else_may_read_it(file: Path) -> None:
    """Folder 700 and every file in it 600, also the ones SQLite makes, under any umask."""
    before = os.umask(0)
    try:
        with Library(file) as library:
            library.begin(making.HEADER).append(*making.entries(FLAC))
            modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in file.parent.iterdir()}
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert len(modes) == 4 and {f"{file.name}-wal", f"{file.name}-shm"} < modes.keys()
    assert set(modes.values()) == {0o600}


# ---------------------------------------------------------------- troubles


def test_another_file_is_not_touched(tmp_path: Path) -> None:
    """A text, a picture or another program's SQLite file is named as not ours and left alone."""
    text = tmp_path / "notes.txt"
    text.write_text("Dear diary, " * 100)
    foreign = tmp_path / "other.sqlite3"
    with closed_after(sqlite3.connect(foreign)) as raw:
        raw.execute("CREATE TABLE sessions (id)")
    for path in (text, foreign):
        before = path.read_bytes()
        refused(path, "is not a library of voicecoach")
        assert path.read_bytes() == before
    refused(tmp_path, "cannot be opened")


def test_a_newer_library_asks_for_a_newer_program(file: Path) -> None:
    """A schema version above ours is never guessed at."""
    filled(file)
    with closed_after(sqlite3.connect(file)) as raw:
        raw.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    assert "Update voicecoach" in refused(file, "made by a newer voicecoach").hint


def test_a_truncated_library_is_damaged(file: Path) -> None:
    """Cut at any length: an error in words, and the rest is left as it is."""
    filled(file, 3, FLAC)
    whole = file.read_bytes()
    shorter = file.with_name("shorter.sqlite3")
    for kept in (1, 15, 16, 99, *range(100, len(whole), 4096 * 3 + 1000), len(whole) - 1):
        shorter.write_bytes(whole[:kept])
        refused(shorter, r"is damaged|is not a library")
        assert shorter.read_bytes() == whole[:kept]


@pytest.mark.parametrize("seed", range(60))
def test_damage_never_passes_for_what_was_said(file: Path, seed: int) -> None:
    """Random bytes anywhere: the sessions come back exactly as they were, or an error does."""
    whole = filled(file, 2, FLAC)
    dice = random.Random(seed)
    content = bytearray(file.read_bytes())
    for _ in range(dice.choice((1, 4, 40))):
        start = dice.randrange(len(content))
        content[start : start + 8] = dice.randbytes(min(8, len(content) - start))
    file.write_bytes(content)
    try:
        with Library(file) as library:
            back = [library.session(name, sound=True) for name in library.ids()]
            outlines = [record.outcome(outline) for outline in library.outlines()]
    except LibraryError as error:
        assert error.exit_code == 6
    else:
        assert back == whole
        assert outlines == [Outcome.END_OF_INPUT] * 2


@pytest.mark.parametrize("column", ["data", "flac", "first"])
def test_a_changed_word_is_noticed(file: Path, column: str) -> None:
    """One letter changed inside a page, where SQLite's own check sees nothing."""
    filled(file, clip=FLAC)
    words = {"data": b"home late", "flac": bytes(range(30, 50)), "first": b"AnnaBen"}[column]
    content = file.read_bytes()
    assert words in content
    file.write_bytes(content.replace(words, bytes([words[0] ^ 1]) + words[1:]))
    refused(file, "is damaged")


def test_an_entry_that_vanished_is_noticed(file: Path) -> None:
    """A page that says it holds one row less, so that the last entry would be missing."""
    with Library(file) as library:
        writer = library.begin(making.HEADER)
        writer.append(entry_of(Quiet(1.0), 1.0), entry_of(Quiet(2.0), 2.0))
        writer.finish(Outcome.DONE)
    with closed_after(sqlite3.connect(file)) as raw:
        (root,) = raw.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'entries'"
        ).fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    content = bytearray(file.read_bytes())
    count = (root - 1) * size + 3  # two bytes in the page's header
    assert content[count : count + 2] == b"\0\3"
    content[count + 1] = 2
    file.write_bytes(content)
    refused(file, "is damaged")


def test_an_empty_file_is_an_empty_library(file: Path) -> None:
    """As is left when a program dies just after it made the file; it is used as it is."""
    file.parent.mkdir()
    file.touch()
    with Library(file) as library:
        assert library.ids() == ()
        assert file.read_bytes() == b""
        library.begin(making.HEADER).finish(Outcome.DONE)
    with Library(file) as library:
        assert library.ids() == (making.HEADER.id,)


@pytest.fixture
def locker(file: Path) -> Iterator[Callable[[str], None]]:
    """Another program that holds the library after the statements given."""
    processes = []

    def lock(statements: str) -> None:
        program = (
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
            "for s in sys.argv[2].split(';'): c.execute(s).fetchall()\n"
            "print('held', flush=True); sys.stdin.readline()"
        )
        process = python(program, file, statements)
        processes.append(process)
        assert process.stdout is not None and process.stdout.readline() == b"held\n"

    yield lock
    for process in processes:
        process.communicate(b"\n")


def test_a_library_another_program_holds_is_locked(
    file: Path, locker: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restore or a backup that holds it: said after a short wait. Reading goes on meanwhile."""
    monkeypatch.setattr(schema, "BUSY_S", 0.2)
    (whole,) = filled(file)
    locker("BEGIN EXCLUSIVE")
    with Library(file) as library:
        assert library.session("last") == whole
        with pytest.raises(LibraryError, match="is locked by another program"):
            library.begin(header("second"))
        assert library.ids() == (whole.header.id,)


def test_a_library_being_restored_is_locked_for_readers_too(
    file: Path, locker: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside of write-ahead logging an exclusive lock keeps everybody out."""
    monkeypatch.setattr(schema, "BUSY_S", 0.2)
    filled(file)
    locker("PRAGMA journal_mode = DELETE;BEGIN EXCLUSIVE")
    refused(file, "is locked by another program")


def test_what_was_said_while_it_was_locked_is_kept_afterwards(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock in mid-session is reported once; the entries follow, in order, when it is gone."""
    monkeypatch.setattr(schema, "BUSY_S", 0.05)
    with Library(file) as library:
        writer = library.begin(making.HEADER)
        with closed_after(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LibraryError, match="locked"):
                writer.append(entry_of(Quiet(1.0), 1.0))
            writer.append(entry_of(Quiet(2.0), 2.0))
            other.execute("ROLLBACK")
            writer.append(entry_of(Quiet(3.0), 3.0))
            assert len(library.session("last").entries) == 3
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LibraryError, match="locked"):  # another trouble is told again
                writer.append(entry_of(Quiet(4.0), 4.0))
            other.execute("ROLLBACK")
        writer.finish(Outcome.DONE)
        session = library.session("last")
    assert [entry.data.get("seconds") for entry in session.entries] == [1.0, 2.0, 3.0, 4.0, None]


def full(writer: SessionWriter, raw: sqlite3.Connection) -> None:
    """Let the disk be full: the library may not grow by another page."""
    (pages,) = raw.execute("PRAGMA page_count").fetchone()
    raw.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_is_told_once_and_the_dialogue_goes_on(file: Path) -> None:
    """LibraryFull the first time, silence afterwards, all of it written once there is room; and
    what was acknowledged before is there in any case."""
    with Library(file) as library:
        writer = library.begin(making.HEADER)
        writer.append(entry_of(Quiet(1.0), 1.0))
        full(writer, library._connection)  # type: ignore[arg-type]
        big = entry_of(Quiet(2.0), 2.0, clip=FLAC * 20)
        with pytest.raises(LibraryFull, match="no room left") as caught:
            writer.append(big)
        assert caught.value.exit_code == 6
        writer.append(entry_of(Quiet(3.0), 3.0))
        assert len(library.session("last").entries) == 1
        library._connection.execute("PRAGMA max_page_count = 100000")  # type: ignore[union-attr]
        writer.append(entry_of(Quiet(4.0), 4.0))
        session = library.session("last", sound=True)
    assert [entry.data["seconds"] for entry in session.entries] == [1.0, 2.0, 3.0, 4.0]
    assert session.entries[1].clip == FLAC * 20


def test_a_disk_that_stays_full_is_told_again_at_the_end(file: Path) -> None:
    """Finish says that the last part is not kept; the part before it is, as interrupted."""
    with Library(file) as library:
        writer = library.begin(making.HEADER)
        writer.append(entry_of(Quiet(1.0), 1.0))
        full(writer, library._connection)  # type: ignore[arg-type]
        with pytest.raises(LibraryFull):
            writer.append(entry_of(Quiet(2.0), 2.0, clip=FLAC * 20))
        with pytest.raises(LibraryFull):
            writer.finish(Outcome.DONE)
        writer.finish(Outcome.DONE)
    with Library(file) as library:
        session = library.session("last")
    assert len(session.entries) == 1 and record.outcome(session) is Outcome.INTERRUPTED


def test_a_place_where_nothing_can_be_made_is_named(tmp_path: Path) -> None:
    """A folder that is a file: said before the session, and when it begins."""
    (tmp_path / "taken").write_text("")
    library = Library(tmp_path / "taken" / "deeper" / "library.sqlite3")
    with pytest.raises(LibraryError, match="cannot be written"):
        library.check_writable()
    with pytest.raises(LibraryError, match="cannot be used: "):
        library.begin(making.HEADER)


@pytest.fixture
def as_plain_user() -> Iterator[tuple[Path, Callable[[Callable[[], None]], str]]]:
    """A folder, and a way to do something there as a user whom file modes stop; gives the error."""
    folder = Path(tempfile.mkdtemp())
    root = os.name == "posix" and os.geteuid() == 0
    if os.name != "posix":
        pytest.skip("file modes are POSIX's")

    def trouble(action: Callable[[], None]) -> str:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            if root:
                os.setuid(65534)
            said = "nothing"
            try:
                action()
            except LibraryError as error:
                said = str(error)
            except BaseException as error:  # noqa: BLE001  # whatever it is, the test must see it
                said = repr(error)
            os.write(writing, said.encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        os.waitpid(child, 0)
        return said

    if root:
        os.chown(folder, 65534, 65534)
    yield folder, trouble
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_a_read_only_library_can_be_read_and_says_why_not_written(
    as_plain_user: tuple[Path, Callable[[Callable[[], None]], str]],
) -> None:
    """A file without the right to write: its sessions are listed, a new one is refused."""
    folder, trouble = as_plain_user
    file = folder / "library.sqlite3"
    filled(file)
    file.chmod(0o444)

    def read() -> None:
        with Library(file) as library:
            assert library.ids() == ("2026-03-01-1830-c0de",)

    def begin() -> None:
        Library(file).begin(header("second"))

    assert trouble(read) == "nothing"
    assert "is read-only" in trouble(begin)
    assert "cannot be written" in trouble(lambda: Library(file).check_writable())


def test_a_folder_that_may_not_be_written_is_named(
    as_plain_user: tuple[Path, Callable[[Callable[[], None]], str]],
) -> None:
    """No right to make a file there: said with the path, before and at the beginning."""
    folder, trouble = as_plain_user
    file = folder / "library.sqlite3"
    folder.chmod(0o500)
    assert f"{file} cannot be written" in trouble(lambda: Library(file).check_writable())
    said = trouble(lambda: Library(file).begin(making.HEADER) and None)
    assert f"the library {file} cannot be used: Permission denied" in said
