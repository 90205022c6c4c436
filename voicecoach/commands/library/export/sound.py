"""`voicecoach export --audio`: the sound that was kept, as one recording."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach.errors import UsageError

if TYPE_CHECKING:
    from voicecoach.session.entries import Entry, Session
    from voicecoach.session.record import Turn
    from voicecoach.session.redaction import Pseudonyms

FORMS = {".wav": "wav", ".flac": "flac"}

AROUND_S = 0.15
"""So much before and after a name is silent too: recognisers place words no better than that."""


@dataclass(slots=True)
class Sound:
    """What is to be heard: each clip with its start in seconds, and what of them is silent.

    `names` counts the places, `turns` the turns that are silent as a whole because of one, `hidden`
    those that are because words of them were hidden in review, `missing` those of which no sound
    was kept.
    """

    clips: list[tuple[float, bytes]] = field(default_factory=list)
    silent: list[tuple[float, float]] = field(default_factory=list)
    names: int = 0
    turns: int = 0
    hidden: int = 0
    missing: int = 0


def form_of(file: Path) -> str:
    """The format that the file's ending asks for. Raises UsageError."""
    form = FORMS.get(file.suffix.lower())
    if form is None:
        raise UsageError(f"{file} is no WAV and no FLAC", "Say: --audio session.flac")
    return form


def sound_of(session: Session, hidden: Pseudonyms | None) -> Sound:
    """The session's sound on its own time line, without the names that are `hidden`.

    Raises UsageError where none was kept, ValueError for a session this version cannot read.
    """
    from voicecoach.session import record

    found = Sound()
    clips = {entry.number: (start, entry) for start, entry in _placed(session)}
    for turn in record.turns(session):
        if turn.number not in clips:
            found.missing += 1
            continue
        start_s, entry = clips[turn.number]
        assert entry.clip is not None
        if _silenced(turn, start_s - entry.clip_start_s, hidden, found):
            found.clips.append((start_s, entry.clip))
    if not clips:
        raise UsageError(
            f"no sound of session {session.header.id} is kept",
            "Sound is kept where both agree to it: voicecoach talk --consent sound",
        )
    return found


def _silenced(turn: Turn, shift: float, hidden: Pseudonyms | None, found: Sound) -> bool:
    """Note what of the turn is to be silent; whether any of its own clip is to be heard."""
    from voicecoach.session.redaction import unheard_spans

    said = turn.utterance
    # What of it is in the clip of the turn before or after is as silent.
    whole = (said.start_s + shift, said.end_s + shift)
    if turn.hidden:
        found.hidden += 1
        found.silent.append(whole)
        return False
    if hidden is None:
        return True
    spans = unheard_spans(said.words, (said.text, turn.text), hidden)
    if spans is None:
        found.turns += 1
        found.silent.append(whole)
        return False
    found.names += len(spans)
    found.silent += [(start + shift - AROUND_S, end + shift + AROUND_S) for start, end in spans]
    return True


def _placed(session: Session) -> Iterator[tuple[float, Entry]]:
    """The entries with sound and where it begins; a second input goes on where the first ended."""
    begun, end, offset = 0.0, 0.0, 0.0
    for entry in session.entries:
        if entry.clip is None:
            continue
        if entry.clip_start_s + offset < begun:
            offset = end - entry.clip_start_s
        begun = entry.clip_start_s + offset
        end = max(end, begun, entry.data["utterance"]["end_s"] + offset)
        yield begun, entry


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
