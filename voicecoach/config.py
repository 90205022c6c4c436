"""The settings: one list that feeds the loader, `--help` and the documentation.

A setting comes from the command line, else from `settings.toml` in the user's configuration
folder, else from its default here.
"""

from __future__ import annotations

import argparse
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicecoach.errors import UsageError


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its flag is `--name`; `count` values, or a switch where `count` is 0."""

    name: str
    help: str
    default: Any = None
    choices: tuple[str, ...] = ()
    count: int = 1
    metavar: str | tuple[str, ...] | None = None
    kind: type = str


TALK = (
    Setting("names", "the two partners; the first one speaks first", count=2, metavar=("A", "B")),
    Setting(
        "recogniser",
        "sphinx, whisper, or a Whisper model's name or folder; the best one there if not given",
        metavar="NAME",
    ),
    Setting(
        "refine",
        "write each share and mirror down once more, whole, with the best Whisper model that is "
        "here, when there is time; it corrects the record and moves nothing",
        False,
        count=0,
    ),
    Setting("guidance", "how soon the coach helps", "full", ("full", "light", "quiet")),
    Setting("consent", "what may be kept", None, ("ask", "nothing", "words", "sound")),
    Setting(
        "voices",
        "tell the partners apart by voice; live it is asked aloud, with a sentence of each to know "
        "it by, else on",
        None,
        ("ask", "on", "off"),
    ),
    Setting(
        "mics",
        "a stereo input has a microphone of each: who is left, who is right",
        count=2,
        metavar=("left=NAME", "right=NAME"),
    ),
    Setting("rounds", "how many turns at speaking; two is one each", 2, kind=int, metavar="N"),
    Setting("language", "language of the talk", "en", metavar="CODE"),
    Setting("library", "file that sessions are kept in", metavar="FILE"),
    Setting(
        "encrypt",
        "keep sessions in an encrypted library only; a new one asks for a passphrase",
        False,
        count=0,
    ),
    Setting(
        "retention",
        "forget sessions begun more than this many days ago, whenever a session starts",
        kind=int,
        metavar="DAYS",
    ),
    Setting("microphone", "name of the input device", metavar="NAME"),
    Setting("loudspeaker", "name of the output device", metavar="NAME"),
    Setting(
        "voice",
        "espeak, or a Piper voice's name or folder; the best one there if not given",
        metavar="NAME",
    ),
    Setting("quiet", "print the announcements instead of speaking them", False, count=0),
)
"""The settings of `talk`, in the order `--help` shows them."""


def settings_file() -> Path:
    """Where the user's settings are, if there are any; `XDG_CONFIG_HOME` moves the folder."""
    chosen = os.environ.get("XDG_CONFIG_HOME")
    if chosen:
        return Path(chosen) / "voicecoach" / "settings.toml"
    import platformdirs

    return Path(platformdirs.user_config_dir("voicecoach", appauthor=False)) / "settings.toml"


def add_to(parser: argparse.ArgumentParser, settings: tuple[Setting, ...] = TALK) -> None:
    """Give the parser a flag for each setting."""
    for setting in settings:
        flag = f"--{setting.name}"
        text = setting.help
        if setting.default not in (None, False):
            text += f" (default {setting.default})"
        if setting.count == 0:
            parser.add_argument(flag, action="store_true", default=None, help=text)
        else:
            parser.add_argument(
                flag,
                default=None,
                help=text,
                type=setting.kind,
                choices=setting.choices or None,
                nargs=setting.count if setting.count > 1 else None,
                metavar=setting.metavar,
            )


def load(
    given: Mapping[str, Any], settings: tuple[Setting, ...] = TALK, file: Path | None = None
) -> dict[str, Any]:
    """The settings that hold: given on the command line, else in the file, else the default.

    Raises UsageError for a file that is no TOML, or a name or value that is none of ours.
    """
    file = file or settings_file()
    stored = _stored(file)
    known = {setting.name: setting for setting in settings}
    unknown = sorted(set(stored) - set(known))
    if unknown:
        raise UsageError(
            f"{file} has a setting '{unknown[0]}' that does not exist",
            f"Settings: {', '.join(known)}",
        )
    result: dict[str, Any] = {}
    for name, setting in known.items():
        value = given.get(name)
        if value is None:
            value = _checked(setting, stored[name], file) if name in stored else setting.default
        result[name] = value
    return result


def _stored(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"the settings in {file} cannot be read: {error}") from error


def _checked(setting: Setting, value: Any, file: Path) -> Any:
    kind: type | tuple[type, ...] = bool if setting.count == 0 else setting.kind
    values = value if setting.count > 1 and isinstance(value, list) else [value]
    fits = all(isinstance(v, kind) and not (kind is int and isinstance(v, bool)) for v in values)
    if setting.count > 1:
        fits = fits and len(values) == setting.count
    if setting.choices:
        fits = fits and value in setting.choices
    if not fits:
        wanted = f"one of {', '.join(setting.choices)}" if setting.choices else "another kind"
        raise UsageError(f"{file}: '{setting.name}' cannot be {value!r}", f"It takes {wanted}.")
    return value
