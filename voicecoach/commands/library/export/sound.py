"""The sound of a session that leaves the library: as one recording, or inside the page."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.errors import UsageError
from voicecoach.session.audible import megabytes, page_bytes

if TYPE_CHECKING:
    from voicecoach.session.audible import Sound

FORMS = {".wav": "wav", ".flac": "flac"}


def wanted(recording: Path | None, inside: bool, format_: str | None) -> bool:
    """Whether sound is to leave the library: as a recording, or inside the page.

    Raises UsageError for a recording that is none, and for what is no page.
    """
    if recording is not None:
        form_of(recording)
    if inside and format_ != "html":
        raise UsageError("only a page holds sound", "Say: --format html, or --audio FILE.")
    return recording is not None or inside


def hand_over(sound: Sound, recording: Path | None, *, overwrite: bool, redacted: bool) -> None:
    """Write the recording, where there is to be one, and say what is not heard in it or the page.

    Raises as `write_sound` does.
    """
    if recording is not None:
        write_sound(recording, sound, overwrite=overwrite)
    else:
        tell_missing(sound)
    if redacted:
        tell_silenced(sound)


def form_of(file: Path) -> str:
    """The format that the file's ending asks for. Raises UsageError."""
    form = FORMS.get(file.suffix.lower())
    if form is None:
        raise UsageError(f"{file} is no WAV and no FLAC", "Say: --audio session.flac")
    return form


def write_sound(file: Path, sound: Sound, *, overwrite: bool) -> None:
    """Write the recording and say on standard error what is in it and what is not.

    Raises UsageError where the file cannot be written, LibraryError for a clip that is damaged.
    """
    from voicecoach.commands.library.export.writing import private_file
    from voicecoach.engines.soundfiles import Placed, write_clips
    from voicecoach.session.export import clock

    clips = (Placed(start_s, flac) for start_s, flac in sound.clips)
    with private_file(file, overwrite=overwrite) as out:
        seconds = write_clips(out, form_of(file), clips, sound.silent)
    print(f"Written to {file}: {clock(seconds)} minutes", file=sys.stderr)
    tell_missing(sound)


def tell_size(sounds: Mapping[int, bytes]) -> None:
    """Say how large the page becomes by its sound, before anybody is asked."""
    size = megabytes(page_bytes(sum(map(len, sounds.values()))))
    print(f"The sound of {_counted(len(sounds), 'turn')} adds {size} to the page.", file=sys.stderr)


def tell_missing(sound: Sound) -> None:
    """Say of which turns nothing is heard."""
    if sound.missing:
        print(f"Of {_counted(sound.missing, 'turn')} no sound is kept.", file=sys.stderr)
    if sound.hidden:
        many = _counted(sound.hidden, "turn")
        print(f"Silent in it: {many} of which words were hidden in review.", file=sys.stderr)


def tell_silenced(sound: Sound) -> None:
    """Say what of the recording is silent because of the names in it."""
    print(
        f"Silent in it: {_counted(sound.names, 'name')} by the times of the words, and "
        f"{_counted(sound.turns, 'turn')} as a whole, where nobody knows when the name was said. "
        "A name that was not written down as one can still be heard, and so can whose voices "
        "they are.",
        file=sys.stderr,
    )


def _counted(number: int, what: str) -> str:
    """A number of things.

    >>> _counted(1, "turn"), _counted(0, "name")
    ('1 turn', '0 names')
    """
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
