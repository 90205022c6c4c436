"""An encrypted library keeps what the other keeps, and shows none of it."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session import making
from tests.session.test_forgetting import ODD, raw, said
from voicecoach.dialogue.messages import Consent, Outcome, Quiet
from voicecoach.errors import LibraryError
from voicecoach.session.entries import Session, entry_of
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library, LibraryFull, forgetting, make_ready
from voicecoach.session.library.secret import passphrase
from voicecoach.session.library.whole import decrypt, encrypt

CHECKOUT = Path(__file__).resolve().parents[2]
SECRET = 'it\'s "a quiet" Fluß'
SOUND = b"fLaC" + b"a voice in a room " * 400
SPOKEN = (
    *(b"Anna", b"home late", b"angry", b"Xylophon", b"xylophon", b"zugzwang", b"c0de"),
    *(b"a voice in", b"Heard", b"sessions", b"CREATE TABLE", b"SQLite"),
)
"""What is in the bytes of a library that is not encrypted."""


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """Where an encrypted library will be, whose passphrase was given before."""
    path = tmp_path / "kept" / "library.sqlite3"
    passphrase.remember(path, SECRET)
    yield path
    passphrase.remember(path, None)


def filled(file: Path, *, encrypt: bool = True) -> Session:
    """A library with one session that has all there is; as it must come back."""
    with Library(file, encrypt=encrypt) as library:
        writer = library.begin(making.HEADER)
        writer.append(*making.entries(SOUND), said(ODD))
        writer.finish(Outcome.DONE)
        return library.session("last", sound=True)


def shown(content: bytes) -> list[bytes]:
    return [word for word in SPOKEN if word in content]


def test_the_words_to_look_for_are_in_a_library_that_is_not_encrypted(file: Path) -> None:
    filled(file, encrypt=False)
    assert shown(raw(file)) == list(SPOKEN)


def test_none_of_it_is_in_its_bytes(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the file, nor in the log beside it while it is written, nor in temporary files;
    also after a search and after something was forgotten."""
    elsewhere = tmp_path / "temporary"
    elsewhere.mkdir()
    for name in ("SQLITE_TMPDIR", "TMPDIR"):
        monkeypatch.setenv(name, str(elsewhere))
    monkeypatch.setattr(forgetting, "LARGE", 10)
    whole = filled(file)
    with Library(file) as library:
        writer = library.begin(replace(making.HEADER, id="2026-03-02-0900-c0de"))
        for number in range(40):
            writer.append(*making.entries(SOUND), said(f"{ODD} {number}"))
            assert shown(raw(file)) == []
        assert file.with_name(f"{file.name}-wal").stat().st_size > 100_000
        assert len(library.search("xylophones", 100)) == 41
        writer.finish(Outcome.DONE)
        library.forget(["2026-03-02-0900-c0de"])
        assert shown(raw(file)) == [] and not library.search("16*")
        assert library.session("last", sound=True) == whole
    assert list(elsewhere.iterdir()) == []
    with Library(file) as library:
        assert library.check() == 1


def test_two_libraries_of_one_passphrase_have_no_block_in_common(file: Path) -> None:
    """Each has a salt of its own, so that equal words do not show as equal bytes."""
    other = file.with_name("other.sqlite3")
    passphrase.remember(other, SECRET)
    filled(file), filled(other)
    blocks = [
        {content[at : at + 16] for at in range(16, len(content), 16)}
        for content in (file.read_bytes(), other.read_bytes())
    ]
    assert len(blocks[0]) > 1000 and not blocks[0] & blocks[1]


def test_another_passphrase_opens_nothing_and_changes_nothing(file: Path) -> None:
    filled(file)
    before = file.read_bytes()
    for wrong in ("it's", SECRET + " ", SECRET.upper(), "x'" + "00" * 32 + "'"):
        with pytest.raises(LibraryError, match="this passphrase does not open") as caught:
            Library(file, known=wrong)
        assert caught.value.exit_code == 6 and "Try again" in caught.value.hint
    assert file.read_bytes() == before and len(list(file.parent.iterdir())) == 1
    assert Library(file, known=SECRET).ids() == (making.HEADER.id,)


def test_without_the_package_it_is_said_what_to_install(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anybody is asked for a passphrase; a library that is not encrypted is no trouble."""
    filled(file)
    plain = file.with_name("plain.sqlite3")
    filled(plain, encrypt=False)
    passphrase.remember(file, None)
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    for attempt in (
        lambda: Library(file),
        lambda: encrypt(plain),
        lambda: make_ready(file.with_name("new"), encrypt=True),
    ):
        with pytest.raises(LibraryError, match="need the package sqlcipher3") as caught:
            attempt()
        assert "pip install sqlcipher3" in caught.value.hint
    assert Library(plain).ids() == (making.HEADER.id,)


def test_where_it_must_be_encrypted_a_plain_one_is_refused(file: Path) -> None:
    filled(file, encrypt=False)
    for attempt in (lambda: Library(file, encrypt=True), lambda: make_ready(file, encrypt=True)):
        with pytest.raises(LibraryError, match="is not encrypted") as caught:
            attempt()
        assert "voicecoach encrypt" in caught.value.hint


def test_consent_taken_back_leaves_nothing_here_either(file: Path) -> None:
    whole = filled(file)
    size = file.stat().st_size
    with Library(file) as library:
        keeper = Keeper(library, replace(making.HEADER, id="taken-back"), Consent.SOUND)
        keeper.append(*making.entries(SOUND * 10))
        keeper.keep(Consent.NOTHING)
        keeper.finish(Outcome.DONE)
        assert library.session("last", sound=True) == whole
        assert library.check() == 1
    assert file.stat().st_size <= size + 4096


@pytest.mark.parametrize("seed", range(30))
def test_damage_never_passes_for_what_was_said(file: Path, seed: int) -> None:
    """Random bytes anywhere: an error in words, and the bytes stay; or it is what it was."""
    whole = filled(file)
    dice = random.Random(seed)
    content = bytearray(file.read_bytes())
    for _ in range(dice.choice((1, 4, 40))):
        start = dice.randrange(len(content))
        content[start : start + 8] = dice.randbytes(min(8, len(content) - start))
    if seed % 5 == 4:
        del content[dice.randrange(1, len(content)) :]
    file.write_bytes(content)
    try:
        with Library(file) as library:
            assert library.session("last", sound=True) == whole
            library.search("feel")
            library.check()
    except LibraryError as error:
        assert error.exit_code == 6 and error.hint and "\n" not in str(error)
        assert "cannot be used" not in str(error)
    else:
        pytest.fail("some of these bytes belong to every page")
    assert file.read_bytes() == bytes(content)


def test_troubles_are_told_as_elsewhere(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locked, full: the same sentences, and what could not be written follows."""
    filled(file)
    with Library(file) as other, Library(file) as library:
        writer = library.begin(replace(making.HEADER, id="second"))
        held, ours = other._connection, library._connection
        assert held is not None and ours is not None
        ours.execute("PRAGMA busy_timeout = 50")
        held.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryError, match="is locked by another program"):
            writer.append(entry_of(Quiet(1.0), 1.0))
        held.execute("ROLLBACK")
        writer.append(entry_of(Quiet(2.0), 2.0))
        assert len(library.session("second").entries) == 2
        (pages,) = ours.execute("PRAGMA page_count").fetchone()
        ours.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LibraryFull, match="no room left"):
            writer.append(entry_of(Quiet(3.0), 3.0, clip=SOUND * 50))
        ours.execute("PRAGMA max_page_count = 1000000")
        writer.finish(Outcome.DONE)
        assert len(library.session("second").entries) == 4


# ---------------------------------------------------------------- to and fro


def test_a_library_is_encrypted_and_decrypted_again(file: Path) -> None:
    """With all that is in it, and its index; what its bytes were is overwritten. Twice is once."""
    whole = filled(file, encrypt=False)
    before = file.open("rb")
    assert encrypt(file) and not encrypt(file)
    assert set(before.read()) == {0}
    before.close()
    assert shown(raw(file)) == [] and file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]
    with Library(file) as library:
        assert library.session("last", sound=True) == whole and library.search("zugzwang")
        library.begin(replace(making.HEADER, id="second")).finish(Outcome.DONE)
    assert decrypt(file) and not decrypt(file)
    assert shown(raw(file)) == list(SPOKEN) and list(file.parent.iterdir()) == [file]
    with Library(file) as library:
        assert library.check() == 2
        assert library.session(making.HEADER.id, sound=True) == whole
        with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
            library._connection.execute("UPDATE entries SET at_s = 0")  # type: ignore[union-attr]


@pytest.mark.parametrize("empty", [True, False])
def test_a_new_library_can_be_made_an_encrypted_one(file: Path, empty: bool) -> None:
    """Where there is no file, or one that a program left empty that died just after making it."""
    if empty:
        file.parent.mkdir()
        file.touch(0o600)
    assert encrypt(file) and file.read_bytes()[:6] == b"VOICEC"
    filled(file)
    assert shown(raw(file)) == []


def test_a_damaged_library_is_not_encrypted(file: Path) -> None:
    """It stays as it was, with its name, and nothing is left beside."""
    filled(file, encrypt=False)
    content = file.read_bytes().replace(b"a voice in", b"a noise in", 1)
    file.write_bytes(content)
    with pytest.raises(LibraryError, match="is damaged"):
        encrypt(file)
    with Library(file) as library:
        assert library.ids() == (making.HEADER.id,)
    assert b"a noise in" in file.read_bytes()
    assert list(file.parent.iterdir()) == [file]


HOLDS = """
import sys
from pathlib import Path
from tests.session.test_encrypted import SECRET, making, replace
from voicecoach.session.library import Library
library = Library(Path(sys.argv[1]), known=SECRET)
library.ids()
if sys.argv[2] == "writes":
    library.begin(replace(making.HEADER, id="another"))
print("held", flush=True)
sys.stdin.readline()
"""


def python(program: str, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


@pytest.mark.parametrize("does", ["reads", "writes"])
def test_a_library_that_is_in_use_is_left_as_it_is(
    file: Path, does: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another program that reads or writes; both ways; and afterwards it can be done."""
    monkeypatch.setattr("voicecoach.session.library.schema.BUSY_S", 0.2)
    filled(file, encrypt=False)
    for change in (encrypt, decrypt):
        process = python(HOLDS, file, does)
        assert process.stdout is not None and process.stdout.readline() == b"held\n"
        with pytest.raises(LibraryError, match="is in use by another program") as caught:
            change(file)
        assert caught.value.exit_code == 6
        process.communicate(b"\n")
        does = "reads"
        assert change(file)
    with Library(file) as library:
        library.check()


TO_AND_FRO = """
import sys
from pathlib import Path
from tests.session.test_encrypted import SECRET, decrypt, encrypt, passphrase
path = Path(sys.argv[1])
while True:
    passphrase.remember(path, SECRET)
    encrypt(path)
    print("to", flush=True)
    decrypt(path)
    print("fro", flush=True)
"""


@pytest.mark.slow
def test_killed_at_any_moment_one_of_the_two_is_whole(file: Path) -> None:
    """The library opens, encrypted or not, with all that was in it."""
    whole = filled(file, encrypt=False)
    dice = random.Random(11)
    for _ in range(8):
        process = python(TO_AND_FRO, file)
        assert process.stdout is not None and process.stdout.readline() == b"to\n"
        time.sleep(dice.random())
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with Library(file, known=SECRET) as library:
            library.check()
            assert library.session("last", sound=True) == whole
        # What it was working on is beside it still, for the user alone.
        assert {path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {0o600}
    for left in file.parent.glob(".*.new*"):
        os.utime(left, (0, 0))
    passphrase.remember(file, SECRET)
    encrypt(file), decrypt(file)
    assert list(file.parent.iterdir()) == [file]
