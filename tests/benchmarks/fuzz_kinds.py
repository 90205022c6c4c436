"""What `library_fuzz` damages, and what it then does with it.

A kind has a name, a weight, and a function that makes a case in an empty folder, does with it what
a user would, and gives the exit code, and what is wrong if anything is. Another kind of file is
another line in `KINDS`.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.benchmarks import damage
from tests.session import making
from voicecoach import cli
from voicecoach.dialogue.messages import Outcome
from voicecoach.errors import VoicecoachError
from voicecoach.session.export import exported
from voicecoach.session.library import Library
from voicecoach.session.library.secret import passphrase

SECRET = "a passphrase"
SOUND = b"fLaC" + bytes(range(256)) * 30
BASES = ("plain", "older", "logged", "encrypted")
SCRIPT = "ANNA: I felt alone.\nBEN: You felt alone.\n"
SETTINGS = """
names = ["Anna", "Ben"]
guidance = "light"
consent = "nothing"
rounds = 2
retention = 30
language = "en"
library = "library.sqlite3"
quiet = true
"""
PAIRS = """{"message": "I felt alone when you came home.", "reflection": "You felt alone."}
{"id": 7, "message": "I do not want three of them.", "reflection": "You want 3."}
"""
REPLIES = """{"text": "yes, that is it", "mirrored": "You felt alone.", "id": 7}
{"text": "no, I was sad"}
"""

_prepared: dict[str, Path] = {}


@dataclass(frozen=True, slots=True)
class Case:
    """One file to be damaged: by its number and its dice, always in the same way."""

    number: int
    kind: Kind
    dice: random.Random


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file, and how often it comes."""

    name: str
    weight: int
    run: Callable[[Case, Path], tuple[int, str | None]]


def prepare(folder: Path) -> None:
    """Make what is to be damaged, once."""
    os.environ["XDG_CONFIG_HOME"] = str(folder / "config")
    os.environ["VOICECOACH_DATA"] = str(folder / "data")
    (folder / "config" / "voicecoach").mkdir(parents=True)
    _prepared["settings"] = folder / "config" / "voicecoach" / "settings.toml"
    _prepared["script"] = folder / "script.txt"
    _prepared["script"].write_text(SCRIPT)
    for base in BASES:
        _prepared[base] = folder / base / "library.sqlite3"
        _make_library(_prepared[base], base)
    for ending, codec in (("flac", "flac"), ("wav", "pcm_s16le"), ("m4a", "aac"), ("mp3", "mp3")):
        _prepared[ending] = _make_sound(folder / f"sound.{ending}", codec)


def _make_library(file: Path, base: str) -> None:
    passphrase.remember(file, SECRET)
    with Library(file, encrypt=base == "encrypted") as library:
        for number in range(3):
            name = f"2026-03-0{number + 1}-1830-c0de"
            writer = library.begin(replace(making.HEADER, id=name))
            writer.append(*making.entries(SOUND))
            writer.finish(Outcome.END_OF_INPUT)
        if base == "older":
            assert library._connection is not None
            for statement in ("DROP TABLE said", "DROP TABLE chores", "PRAGMA user_version = 2"):
                library._connection.execute(statement)
        if base == "logged":
            for end in ("", "-wal"):  # as a program leaves it that is killed
                copied = file.with_name(file.name + end).read_bytes()
                file.with_name("kept" + end).write_bytes(copied)
    if base == "logged":
        for end in ("", "-wal"):
            file.with_name("kept" + end).replace(file.with_name(file.name + end))


def _make_sound(file: Path, codec: str) -> Path:
    from tests.commands.test_recordings import recorded

    return recorded(file, codec, 16_000, "mono")


# ---------------------------------------------------------------- as the command line does


def command(*arguments: object) -> int:
    """Run the command in this process; the exit code. What it prints goes nowhere."""
    out, errors = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        try:
            return cli._run([str(argument) for argument in arguments])
        except SystemExit as error:  # argparse
            return int(error.code or 0)


# ---------------------------------------------------------------- libraries

LOOKING = (
    ("sessions",),
    ("sessions", "--json"),
    ("export", "last", "--format", "json"),
    ("export", "2026-03-01", "--format", "txt"),
    ("search", "alone"),
    ("search", "al*", "--limit", "3"),
)
WRITING = (
    ("forget", "2026-03-02", "--yes"),
    ("forget", "--older-than", "0d", "--audio-only", "--yes"),
    ("rehearse", "SCRIPT", "--consent", "words", "--json"),
)


def library(case: Case, folder: Path) -> tuple[int, str | None]:
    """One command on a damaged library."""
    dice = case.dice
    base = dice.choices(BASES, (60, 15, 22, 3))[0]
    file = folder / "library.sqlite3"
    shutil.copyfile(_prepared[base], file)
    log = file.with_name(f"{file.name}-wal")
    if base == "logged":
        shutil.copyfile(_prepared[base].with_name(log.name), log)
    damaged = log if base == "logged" and dice.random() < 0.5 else file
    damaged.write_bytes(damage.of(damaged.read_bytes(), dice, page=4096))
    passphrase.remember(file, SECRET)
    if dice.random() < 0.08:
        return _copied(case, file)
    words = dice.choice(LOOKING + WRITING * 2)
    writes = words in WRITING
    before = _readable(file) if writes else {}
    bytes_before = file.read_bytes()
    arguments = [_prepared["script"] if word == "SCRIPT" else word for word in words]
    code = command(*arguments, "--library", file)
    refused = not writes or code != 0
    if refused and base != "logged" and file.read_bytes() != bytes_before:
        return code, f"{words} left other bytes behind (exit code {code})"
    if writes:
        return code, _worse(file, before, words)
    return code, None


def _readable(file: Path) -> dict[str, Any]:
    """Every session that can be read whole, with its sound; and what can be read without."""
    found: dict[str, Any] = {}
    try:
        with Library(file) as opened:
            for name in opened.ids():
                with contextlib.suppress(VoicecoachError):
                    found[name] = opened.session(name)
                with contextlib.suppress(VoicecoachError):
                    found[f"{name} with sound"] = opened.session(name, sound=True)
    except VoicecoachError:
        pass
    return found


def _worse(file: Path, before: dict[str, Any], words: tuple[str, ...]) -> str | None:
    after = _readable(file)
    gone = ()
    if words[:1] == ("forget",):
        gone = (words[1],) if "--audio-only" not in words else (" with sound",)
    for name, session in before.items():
        if any(part in name for part in gone):
            continue
        if after.get(name) != session:
            return f"{words} made {name} unreadable"
    return None


def _copied(case: Case, copy: Path) -> tuple[int, str | None]:
    """A damaged copy is restored over a library that is well: it is refused, or whole."""
    good = copy.with_name("good.sqlite3")
    shutil.copyfile(_prepared["plain"], good)
    whole = good.read_bytes()
    if case.dice.random() < 0.3:
        code = command("backup", copy.with_name("copy"), "--library", copy)
        return code, None
    code = command("restore", copy, "--library", good)
    if code != 0 and good.read_bytes() != whole:
        return code, "a copy that was refused changed the library"
    if code == 0:
        with Library(good) as opened:
            opened.check()
    return code, None


# ---------------------------------------------------------------- texts and sound


def settings(case: Case, folder: Path) -> tuple[int, str | None]:
    """A damaged settings file, and a command that reads it."""
    file = _prepared["settings"]
    file.write_bytes(damage.of_text(SETTINGS, case.dice))
    library = folder / "library.sqlite3"
    try:
        words = ("rehearse", _prepared["script"], "--json", "--consent", "nothing")
        return command(*words, "--library", library), None
    finally:
        file.unlink()


def rows(case: Case, folder: Path) -> tuple[int, str | None]:
    """Damaged JSON lines, to be scored or understood."""
    file = folder / "rows.jsonl"
    scored = case.dice.random() < 0.5
    file.write_bytes(damage.of_text(PAIRS if scored else REPLIES, case.dice))
    words = ("score",) if scored else ("reply", "--question", "satisfied")
    return command(*words, "--jsonl", file), None


def sound(case: Case, folder: Path) -> tuple[int, str | None]:
    """A damaged recording, read to its end."""
    from voicecoach.engines.soundfiles import Recording

    base = _prepared[case.dice.choice(("flac", "wav", "m4a", "mp3"))]
    file = folder / base.name
    file.write_bytes(damage.of(base.read_bytes(), case.dice, page=512))
    try:
        recording = Recording(file)
        try:
            while recording.read() is not None:
                pass
        finally:
            recording.close()
    except VoicecoachError as error:
        return error.exit_code, None
    return 0, None


IMPORTED = ("json", "vtt", "srt", "txt")


def imports(case: Case, folder: Path) -> tuple[int, str | None]:
    """A damaged export or transcript, brought into a library that is well."""
    ending = case.dice.choice(IMPORTED)
    file, library = folder / f"talk.{ending}", folder / "library.sqlite3"
    file.write_bytes(damage.of_text(_written(ending), case.dice))
    shutil.copyfile(_prepared["plain"], library)
    before, bytes_before = _readable(library), library.read_bytes()
    names = () if ending == "json" else ("--names", "Anna", "Ben")
    code = command("import", file, *names, "--library", library)
    if code != 0 and library.read_bytes() != bytes_before:
        return code, "an import that was refused changed the library"
    return code, _worse(library, before, ("import",))


def _written(ending: str) -> str:
    """What is imported: the sample session as `export` writes it, or a plain transcript."""
    if ending == "txt":
        return SCRIPT * 3
    session = replace(making.session(), header=replace(making.HEADER, id="2026-04-01-1200-abcd"))
    return exported(session, ending).decode()


KINDS = (
    Kind("library", 10, library),
    Kind("settings", 3, settings),
    Kind("rows", 4, rows),
    Kind("sound", 3, sound),
    Kind("import", 3, imports),
)
