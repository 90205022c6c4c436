"""Speech models: which there are, where they lie, whether they are whole, which one to use.

A model is a folder. It is looked for in this order: the path given, the user's data directory,
`models/` of a checkout, shipped. What is fetched (`hub`) goes to the user's data directory.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.errors import ModelError
from voicecoach.places import model_dirs, shipped

RECORD = "fetched.json"
"""Beside a fetched model's files: where it came from, and each file's size and checksum."""

REQUIRED = ("model.bin", "config.json", "tokenizer.json")
"""Without tokenizer.json the library would ask the network for one."""

SPHINX_MEANS = (
    "about one word in three is wrong on free speech, and only English is known; "
    "fetch a Whisper model with: voicecoach models fetch base.en"
)

Progress = Callable[[int, int], None]
"""Called with the bytes that are there and the bytes of the whole download."""


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model of the manifest. `knows` is "en" or "many"; `gain` is a sentence for the person."""

    name: str
    repository: str
    megabytes: int
    knows: str
    gain: str
    files: tuple[str, ...] = ()
    """The paths in the repository; empty for a recogniser, whose files have known names."""

    @property
    def is_voice(self) -> bool:
        """Whether it is a voice for the coach, and no recogniser."""
        return bool(self.files)

    def understands(self, language: str) -> bool:
        """Whether the model was made for the language."""
        return self.knows == "many" or self.knows == language


@cache
def known() -> tuple[KnownModel, ...]:
    """The recognisers of the manifest, from the quickest to the most accurate."""
    return tuple(KnownModel(name, **entry) for name, entry in _manifest()["whisper"].items())


@cache
def known_voices() -> tuple[KnownModel, ...]:
    """The voices of the manifest."""
    voices = _manifest()["piper"]
    return tuple(
        KnownModel(name, **{**entry, "files": tuple(entry["files"])})
        for name, entry in voices.items()
    )


def _manifest() -> dict[str, Any]:
    path = shipped("models/manifest.toml")
    if path is None:
        raise ModelError(
            "The list of models is missing from this installation.", "Install voicecoach again."
        )
    return tomllib.loads(path.read_text(encoding="utf-8"))


def known_model(name: str) -> KnownModel:
    """The model of that name. Raises ModelError for a name that the manifest lacks."""
    for model in (*known(), *known_voices()):
        if model.name == name:
            return model
    names = ", ".join(model.name for model in (*known(), *known_voices()))
    raise ModelError(f"There is no model {name!r}.", f"The models are: {names}.")


def find(name_or_path: str) -> Path | None:
    """The folder of a model, by its path or its name; whole or not."""
    path = Path(name_or_path).expanduser()
    if path.is_dir():
        return path
    if path.name != name_or_path or name_or_path in (".", ".."):
        return None
    folders = (root / name_or_path for root in model_dirs())
    return next((folder for folder in folders if _holds_model(folder)), None)


def _holds_model(folder: Path) -> bool:
    return (folder / "model.bin").exists() or any(folder.glob("*.onnx"))


def check(folder: Path, checksums: bool = False) -> None:
    """See that the model is whole: its files are there and, where it was fetched, their sizes.

    `checksums` reads every byte too. Raises ModelError that says what is wrong.
    """
    again = f"Fetch it again: voicecoach models fetch {folder.name}"
    if not folder.is_dir():
        raise ModelError(f"There is no model folder {folder}.", again)
    for names in _required(folder):
        if not any((folder / name).is_file() for name in names):
            raise ModelError(f"The model in {folder} lacks its file {names[0]}.", again)
    for name, size, checksum in _recorded(folder, again):
        path = folder / name
        there = path.stat().st_size if path.is_file() else 0
        if there != size:
            raise ModelError(
                f"{name} of the model in {folder} has {there} bytes instead of {size}.", again
            )
        if checksums and sha256(path) != checksum:
            raise ModelError(f"{name} of the model in {folder} has been altered.", again)


def _required(folder: Path) -> list[tuple[str, ...]]:
    """The files that must be there; of several names one is enough."""
    voice = next((voice for voice in known_voices() if voice.name == folder.name), None)
    if voice is not None:
        return [(Path(file).name,) for file in voice.files]
    return [*((name,) for name in REQUIRED), ("vocabulary.json", "vocabulary.txt")]


def _recorded(folder: Path, again: str) -> list[tuple[str, int, str]]:
    """Name, size and checksum of each file as it was fetched; empty for a model of one's own."""
    record = folder / RECORD
    if not record.exists():
        return []
    try:
        files = json.loads(record.read_text(encoding="utf-8"))["files"]
        return [(name, int(entry["size"]), entry["sha256"]) for name, entry in files.items()]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"The record of the model in {folder} is damaged.", again) from error


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(name: str, progress: Progress = lambda there, whole: None) -> Path:
    """Fetch a model of the manifest into the user's data directory; returns its folder.

    A whole one is left as it is. Raises ModelError; what has arrived by then is used next time.
    """
    from voicecoach.engines.models import hub

    return hub.fetch(known_model(name), progress)


def best_available(language: str = "en") -> tuple[str, Path | None]:
    """("whisper", folder) of the most accurate whole model that is here, or ("sphinx", None)."""
    for model in reversed(known()):
        folder = find(model.name) if model.understands(language) else None
        if folder and _whole(folder):
            return "whisper", folder
    return "sphinx", None


def _whole(folder: Path) -> bool:
    try:
        check(folder)
    except ModelError:
        return False
    return True


def recogniser_spec(choice: str | None, language: str = "en") -> tuple[RecogniserSpec, str]:
    """What `--recogniser` asks for, and a sentence that says what is used and what that means.

    `choice` is "whisper", "sphinx", a model's name, its folder, or None for the best that is here.
    Raises ModelError where that cannot be had.
    """
    if choice == "sphinx":
        kind, folder = "sphinx", None
    elif choice in (None, "whisper"):
        kind, folder = best_available(language)
        if choice == "whisper" and folder is None:
            raise ModelError(
                "There is no Whisper model here that can be used.", _how_to_fetch(language)
            )
    else:
        kind, folder = "whisper", _chosen(choice, language)
    if folder is None:
        if language != "en":
            raise ModelError(
                f"No recogniser is here for the language {language!r}.", _how_to_fetch(language)
            )
        return RecogniserSpec("sphinx", None, "en"), (
            f"Recogniser: the embedded one (sphinx): {SPHINX_MEANS}"
        )
    check(folder)
    return RecogniserSpec(kind, folder, language), (
        f"Recogniser: Whisper {folder.name}, on this machine."
    )


def voice_folder(choice: str | None, language: str = "en") -> Path | None:
    """The folder of the Piper voice that `--voice` asks for; None for the voice that is built in.

    `choice` is "espeak", a voice's name, its folder, or None for the best that is here. Raises
    ModelError where the voice that was asked for is not here.
    """
    fitting = [voice for voice in known_voices() if voice.understands(language)]
    if choice == "espeak":
        return None
    if choice is None:
        here = (find(voice.name) for voice in fitting)
        return next((folder for folder in here if folder is not None and _whole(folder)), None)
    folder = find(choice)
    if folder is not None:
        return folder
    if any(voice.name == choice for voice in known_voices()):
        raise ModelError(
            f"The voice {choice} has not been fetched yet.",
            f"Fetch it with: voicecoach models fetch {choice}",
        )
    names = ", ".join(voice.name for voice in known_voices())
    raise ModelError(
        f"There is no voice {choice!r}.", f"Choose espeak, a voice's folder, or one of: {names}."
    )


def _chosen(choice: str, language: str) -> Path:
    """The folder of a model given by name or path."""
    folder = find(choice)
    names = {model.name: model for model in known()}
    if folder is None and choice in names:
        raise ModelError(
            f"The model {choice} has not been fetched yet.",
            f"Fetch it ({names[choice].megabytes} MB) with: voicecoach models fetch {choice}",
        )
    if folder is None:
        raise ModelError(
            f"There is no recogniser or model {choice!r}.",
            f"Choose sphinx, whisper, a model's folder, or one of: {', '.join(names)}.",
        )
    model = names.get(folder.name)
    if model and not model.understands(language):
        raise ModelError(
            f"The model {model.name} knows English only, not {language!r}.",
            _how_to_fetch(language),
        )
    return folder


def _how_to_fetch(language: str) -> str:
    model = known_model("base.en" if language == "en" else "small")
    return f"Fetch one ({model.megabytes} MB) with: voicecoach models fetch {model.name}"
