"""Encryption, backup and restore as somebody at a terminal meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.running import SAMPLES, lines, run
from tests.session import making

typing = pytest.importorskip("tests.commands.typing", reason="pseudo-terminals are POSIX's")
typed = typing.typed

SECRET = "leise, bitte"
TALK = ("rehearse", SAMPLES / "clean.txt", "--consent", "words", "--json")

KEYRING = """
import keyring.backend
class Backend(keyring.backend.KeyringBackend):
    priority = 1
    def get_password(self, service, name):
        return {("voicecoach", %r): %r}.get((service, name))
    set_password = delete_password = None
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A library that is not encrypted, with one session."""
    return making.library(tmp_path / "library.sqlite3")


def test_a_new_library_asks_twice_and_then_once(tmp_path: Path) -> None:
    """Before the session begins; each other command asks for it, and nothing is shown of it."""
    path = tmp_path / "new.sqlite3"
    talk = typed([*TALK, "--encrypt", "--library", path], [SECRET, SECRET])
    assert talk.returncode == 0 and lines(talk.stdout)[-1]["outcome"] == "done"
    assert talk.stderr.count("assphrase") == 1 and "Once more" in talk.stderr
    assert path.read_bytes().startswith(b"VOICEC") and b"Anna" not in path.read_bytes()
    shared = ("export", "last", "--i-have-consent")
    for command in (("sessions",), shared, ("search", "dinner")):
        done = typed([*command, "--library", path], [SECRET])
        assert done.returncode == 0 and "Anna" in done.stdout
        assert done.stderr.count("Passphrase of the library") == 1
        assert SECRET not in done.stderr + done.stdout
    again = typed([*TALK, "--library", path], [SECRET])
    assert again.returncode == 0 and again.stderr.count("Passphrase") == 1
    forgotten = typed(["forget", "last", "--library", path], [SECRET, "y"])
    assert forgotten.returncode == 0 and "Forgotten" in forgotten.stderr


@pytest.mark.parametrize(
    ("answers", "code", "sentence"),
    [
        ([SECRET, "anders"], 2, "the two passphrases differ"),
        ([""], 2, "a passphrase cannot be empty"),
        (["  "], 2, "a passphrase cannot be empty"),
    ],
)
def test_no_passphrase_no_library(
    tmp_path: Path, answers: list[str], code: int, sentence: str
) -> None:
    path = tmp_path / "new.sqlite3"
    for command in ([*TALK, "--encrypt"], ["encrypt"]):
        done = typed([*command, "--library", path], answers)
        assert done.returncode == code and sentence in done.stderr, done.stderr
        assert "Traceback" not in done.stderr and "began" not in done.stdout
    assert not path.exists()


def test_a_wrong_passphrase_is_one_sentence(file: Path) -> None:
    assert typed(["encrypt", "--library", file], [SECRET, SECRET]).returncode == 0
    before = file.read_bytes()
    for command in (["sessions"], ["encrypt", "--off"], ["backup", file.with_name("copy")], TALK):
        done = typed([*command, "--library", file], ["falsch"])
        assert done.returncode == 6 and "does not open the library" in done.stderr
        assert "Traceback" not in done.stderr and "hmac" not in done.stderr
    assert file.read_bytes() == before and list(file.parent.iterdir()) == [file]


def test_where_nobody_can_be_asked_it_says_so(file: Path) -> None:
    """From a pipe, exit code 6; a passphrase is not taken from there."""
    assert typed(["encrypt", "--library", file], [SECRET, SECRET]).returncode == 0
    done = run("sessions", "--library", file)
    assert done.returncode == 6 and "nobody can be asked" in done.stderr
    assert "keyring set voicecoach" in done.stderr and "Traceback" not in done.stderr


def test_the_keyring_is_asked_first(file: Path, tmp_path: Path) -> None:
    """Everything without a terminal; a wrong one there is said to be there; a keyring that fails
    is none."""
    (tmp_path / "stand_in.py").write_text(KEYRING % (str(file), SECRET))
    keys = {"PYTHONPATH": str(tmp_path), "PYTHON_KEYRING_BACKEND": "stand_in.Backend"}
    assert run("encrypt", "--library", file, **keys).returncode == 0
    assert b"Anna" not in file.read_bytes()
    done = run("sessions", "--json", "--library", file, **keys)
    assert [json.loads(line)["names"] for line in done.stdout.splitlines()] == [["Anna", "Ben"]]
    assert run("backup", tmp_path / "copy", "--library", file, **keys).returncode == 0
    (tmp_path / "stand_in.py").write_text(KEYRING % (str(file), "falsch"))
    done = run("sessions", "--library", file, **keys)
    assert done.returncode == 6 and "passphrase in the keyring does not open" in done.stderr
    (tmp_path / "stand_in.py").write_text("raise RuntimeError('broken')")
    done = run("sessions", "--library", file, **keys)
    assert done.returncode == 6 and "Traceback" not in done.stderr


def test_to_and_fro_and_what_is_said(file: Path, tmp_path: Path) -> None:
    """Encrypting, copying and bringing back say each time whether it is encrypted."""
    done = run("backup", tmp_path / "plain", "--library", file)
    assert done.returncode == 0 and "1 session. It is NOT encrypted" in done.stderr
    done = typed(["encrypt", "--library", file], [SECRET, SECRET])
    assert "is encrypted. Keep its passphrase" in done.stderr
    assert "already" in typed(["encrypt", "--library", file], [SECRET]).stderr
    done = typed(["backup", tmp_path / "secret", "--library", file], [SECRET])
    assert "It is encrypted, and opens with the library's passphrase" in done.stderr
    done = typed(["encrypt", "--off", "--library", file], [SECRET])
    assert done.returncode == 0 and "is not encrypted any more" in done.stderr
    done = typed(["restore", tmp_path / "secret", "--library", file], [SECRET])
    assert done.returncode == 0 and "1 session" in done.stderr
    assert "is encrypted" in done.stderr and ".before-restore" in done.stderr
    done = run("restore", tmp_path / "plain", "--library", file)
    assert done.returncode == 0 and "is not encrypted" in done.stderr
    assert run("sessions", "--library", file).stdout.count("Anna") == 1


def test_what_was_forgotten_and_comes_back_is_said(file: Path, tmp_path: Path) -> None:
    assert run("backup", tmp_path / "copy", "--library", file).returncode == 0
    assert run("forget", "last", "--yes", "--library", file).returncode == 0
    done = run("restore", tmp_path / "copy", "--library", file)
    assert "1 session can be read again" in done.stderr


def test_the_doctor_asks_for_nothing(file: Path) -> None:
    """It says that the library is encrypted; whether talk can run depends on other things."""
    assert typed(["encrypt", "--library", file], [SECRET, SECRET]).returncode == 0
    done = run("doctor", "--json", "--library", file)
    (found,) = (each for each in lines(done.stdout) if each["name"] == "library")
    assert found["state"] == "fine" and "encrypted" in found["text"]


def test_nothing_is_asked_where_nothing_will_be_kept(file: Path) -> None:
    """An encrypted library does not stand in the way of a talk that is not kept."""
    assert typed(["encrypt", "--library", file], [SECRET, SECRET]).returncode == 0
    done = run("rehearse", SAMPLES / "clean.txt", "--consent", "nothing", "--library", file)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("backup", "copy", "--library", "none"), 2),
        (("restore", "none"), 2),
        (("restore", "notes"), 6),
        (("encrypt", "--off", "--library", "none"), 2),
        (("encrypt", "--library", "notes"), 6),
        (("backup", "notes/copy"), 2),
        (("backup",), 2),
    ],
)
def test_what_cannot_be(
    file: Path, arguments: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    Path("notes").write_text("some text of mine, which is no library")
    done = run(*arguments, *(() if "--library" in arguments else ("--library", file)))
    assert done.returncode == code and "Traceback" not in done.stderr
    assert Path("notes").read_text().startswith("some text") and not Path("none").exists()
