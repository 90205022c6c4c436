"""What of a session's sound may be heard outside the library, turn by turn.

A turn of which words were hidden in review is silent, and so is a name that is to be hidden: by the
times of its words, or the whole turn where nobody knows when it was said. Clips overlap a little,
so what is silent is told by its time and not by its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from voicecoach.errors import UsageError
from voicecoach.session import record
from voicecoach.session.entries import Entry, Session
from voicecoach.session.record import Turn
from voicecoach.session.redaction import Pseudonyms, unheard_spans

AROUND_S = 0.15
"""So much before and after a name is silent too: recognisers place words no better than that."""

Cut = Callable[[float, bytes, list[tuple[float, float]]], bytes]
"""Takes silent stretches out of a clip that begins then: `soundfiles.silenced`."""


@dataclass(slots=True)
class Sound:
    """What is to be heard: each clip with its start in seconds, and what of them is silent.

    `names` counts the places, `turns` the turns that are silent as a whole because of one, `hidden`
    those that are because words of them were hidden in review, `missing` those of which no sound
    was kept. `of` are the numbers of the turns that the clips are of.
    """

    clips: list[tuple[float, bytes]] = field(default_factory=list)
    silent: list[tuple[float, float]] = field(default_factory=list)
    names: int = 0
    turns: int = 0
    hidden: int = 0
    missing: int = 0
    of: list[int] = field(default_factory=list)

    def by_turn(self, cut: Cut) -> dict[int, bytes]:
        """The clips by the numbers of their turns, as `cut` leaves them."""
        clips = zip(self.of, self.clips, strict=True)
        return {number: cut(start_s, flac, self.silent) for number, (start_s, flac) in clips}


def sound_of(session: Session, hidden: Pseudonyms | None) -> Sound:
    """The session's sound on its own time line, without the names that are `hidden`.

    Raises UsageError where none was kept, ValueError for a session this version cannot read.
    """
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
            found.of.append(turn.number)
    if not clips:
        raise UsageError(
            f"no sound of session {session.header.id} is kept",
            "Sound is kept where both agree to it: voicecoach talk --consent sound",
        )
    return found


def _silenced(turn: Turn, shift: float, hidden: Pseudonyms | None, found: Sound) -> bool:
    """Note what of the turn is to be silent; whether any of its own clip is to be heard."""
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


def page_bytes(sound: int) -> int:
    """So many bytes of sound take so many in a page, where they are written as letters."""
    return (sound + 2) // 3 * 4


def megabytes(size: int) -> str:
    """A size to read.

    >>> megabytes(300), megabytes(12_345_678)
    ('less than 0.1 MB', '12.3 MB')
    """
    return f"{size / 1e6:,.1f} MB" if size >= 50_000 else "less than 0.1 MB"
