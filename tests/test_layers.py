"""Imports point only downwards, each foreign library has one home, and starting is fast."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

import voicecoach

PACKAGE = Path(voicecoach.__file__).parent
CHECKOUT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))

HOMES: dict[str, tuple[str, ...]] = {
    "av": ("engines/soundfiles/",),
    "ctranslate2": ("engines/whisper",),
    "docx": ("session/formats/transcript/word",),
    "espeakng_loader": ("engines/voices/espeak",),
    "faster_whisper": ("engines/whisper",),
    "filelock": ("engines/models/hub", "engines/soundcard/lease", "session/library/writing"),
    "jinja2": ("session/formats/transcript/page", "web/pages"),
    "keyring": ("session/library/secret/passphrase",),
    "numpy": ("engines/", "speech/", "commands/doctor"),
    "onnxruntime": ("engines/detector", "engines/meaning"),
    "piper": ("engines/voices/piper",),
    "platformdirs": ("config", "places"),
    "pocketsphinx": ("engines/sphinx",),
    "pywebrtc_audio": ("engines/short_answers/noise",),
    "rapidfuzz": ("dialogue/",),
    "rich": ("terminal", "commands/models"),
    "snowballstemmer": ("dialogue/comparison/comparable",),
    "sounddevice": ("engines/soundcard/devices",),
    "soxr": ("engines/soundcard/", "engines/soundfiles/"),
    "sqlcipher3": ("session/library/secret/cipher",),
    "starlette": ("web/app", "web/assets", "web/live/app", "web/report"),
    "tokenizers": ("engines/meaning",),
    "uvicorn": ("web/server",),
    "webrtcvad": ("engines/detector",),
}
"""Where a foreign library may be imported: in one module, or in the folders that end in "/".

`filelock` is one lock for each thing that is locked: the microphone, a download, a session;
`starlette` serves two sets of pages: those about the library, and the one for the room.
"""

PURE = ("dialogue", "speech")
IMPURE = {"threading", "asyncio", "queue", "time", "datetime", "random", "logging"}
"""What meaning and sound as numbers must not know: clocks, threads, chance."""

HEAVY = {
    "av", "ctranslate2", "docx", "espeakng_loader", "faster_whisper", "huggingface_hub", "jinja2",
    "lxml", "numpy", "onnxruntime", "piper", "pocketsphinx", "pywebrtc_audio", "rapidfuzz", "rich",
    "sounddevice", "soxr", "sqlcipher3", "starlette", "uvicorn", "webrtcvad",
}  # fmt: skip
"""What costs time to import, and is not needed to know what was asked for."""


def imported(source: str) -> Iterator[str]:
    """The top names of all modules that this source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def name_of(path: Path) -> str:
    """A module as its place in the package, without the ending."""
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def foreign() -> dict[str, set[str]]:
    """Each foreign library with the modules that import it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        for name in imported(path.read_text(encoding="utf-8")):
            if name not in sys.stdlib_module_names and name != "voicecoach":
                found[name].add(name_of(path))
    return found


def at_home(module: str, homes: tuple[str, ...]) -> bool:
    return any(module == home or (home[-1] == "/" and module.startswith(home)) for home in homes)


def test_imports_point_only_downwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """The layers that pyproject.toml names hold in every module."""
    monkeypatch.chdir(CHECKOUT)
    assert lint_imports() == EXIT_STATUS_SUCCESS


def test_each_foreign_library_has_one_home() -> None:
    """A library is imported where the table says and nowhere else; none is missing in it."""
    strays = {
        name: sorted(m for m in modules if not at_home(m, HOMES.get(name, ())))
        for name, modules in foreign().items()
    }
    assert {name: modules for name, modules in strays.items() if modules} == {}


def test_the_table_names_no_home_that_is_empty() -> None:
    """A library that moved, or went, leaves the table too."""
    found = foreign()
    empty = [
        (name, home)
        for name, homes in HOMES.items()
        for home in homes
        if not any(at_home(module, (home,)) for module in found.get(name, ()))
    ]
    assert empty == []


def test_what_is_imported_is_asked_for_and_the_other_way_round() -> None:
    """Every foreign library is among the dependencies, and every dependency is used."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked_for = project["dependencies"] + extras["piper"] + extras["encrypt"] + extras["keyring"]
    names = {line.split(">")[0].strip().replace("-", "_") for line in asked_for}
    called = {"webrtcvad_wheels": "webrtcvad", "piper_tts": "piper", "python_docx": "docx"}
    names = {called.get(name, name) for name in names}
    # ctranslate2 is what faster-whisper stands on, and comes with it.
    assert names == set(foreign()) - {"ctranslate2"}


@pytest.mark.parametrize("path", [p for p in MODULES if name_of(p).split("/")[0] in PURE])
def test_meaning_and_sound_know_no_clock_no_thread_and_no_chance(path: Path) -> None:
    """`dialogue` and `speech` are pure: the same input gives the same answer at any time."""
    assert IMPURE.isdisjoint(imported(path.read_text(encoding="utf-8")))


def test_an_import_inside_a_function_is_seen() -> None:
    """The looking itself: imports of any form, at any depth; relative ones are ours."""
    source = "import a.b as c\ndef f():\n    from d.e import g\n    from . import h\n"
    assert sorted(imported(source)) == ["a", "d"]


def test_starting_imports_nothing_heavy() -> None:
    """`voicecoach --help` knows all commands without loading what only some of them need."""
    code = "import sys, voicecoach.cli; voicecoach.cli.parser(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "voicecoach" in loaded
    assert loaded & HEAVY == set()
