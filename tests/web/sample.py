"""Sessions with sound for the tests of the screen: led by the real coach, each turn a tone.

The n-th turn of a session sounds at `pitch(n)` Hz for as long as its words take, so that a browser
that plays a clip can be asked whether it is the right one.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from voicecoach.coach.loop import Coach
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Consent, Outcome
from voicecoach.engines.scripted import ScriptedEar, SilentVoice, parse
from voicecoach.engines.soundfiles import SilentLoudspeaker
from voicecoach.engines.soundfiles.recording import flac_bytes
from voicecoach.session.entries import Entry, Header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library

RATE = 16_000

QUARREL = """
DANIEL: I came home on Friday and you did not ask about my new job. I was sad, because it was a big day for me.
(5.2 s)
RUTH: What I hear you say is that you came home on Friday, and I made you angry. Did I get that?
(0.7 s)
DANIEL: Not quite. I was sad, not angry, because you did not ask me about my day.
(2.4 s)
RUTH: You felt sad, not angry, because I did not ask you about your day. But I always ask! Did I get that right?
(0.5 s)
DANIEL: Yes, exactly.
(3.0 s)
DANIEL: No, nothing more.

RUTH: I was tired that night. My mother was sick, and I could not sleep.
(1.5 s)
RUTH: I needed you.
DANIEL: You say that you felt tired, because your mother was sick. Did I get that right?
(0.9 s)
RUTH: No, not really.
(2.5 s)
RUTH: I was afraid for my mother, and I needed you.
DANIEL: You felt afraid for your mother, and you needed me.
(3.0 s)
RUTH: Yes, that's right.
(1.0 s)
DANIEL: Is there more?
(0.9 s)
RUTH: No, nothing else.
(1.5 s)
"""  # noqa: E501

STRANGE = ('<script>alert("x")</script>', '\u202eרות\u202c 🌻 "O\'Hara" & Söhne')
"""Two names that no page may stumble over."""

STRANGE_TALK = """
ANNA: I said </p><script>document.title = "taken"</script> to you, and it hurt & I was "alone".
(2.2 s)
BEN: You said <b>שלום</b> 🌻 to me, and it hurt. Did I get that?
(0.7 s)
ANNA: Yes, exactly.
(3.0 s)
ANNA: No, nothing more.
"""


def pitch(index: int) -> int:
    """The pitch of the n-th turn (from 0) in Hz."""
    return 300 + 100 * index


@cache
def tone(hertz: int, seconds: float) -> bytes:
    """A soft tone as FLAC."""
    at = np.arange(int(RATE * seconds)) / RATE
    return flac_bytes((0.2 * np.sin(2 * np.pi * hertz * at)).astype(np.float32), RATE)


def led(script: str, names: tuple[str, str] | None = None, rounds: int = 2) -> tuple[Entry, ...]:
    """The entries of a session that the coach led through this script."""
    written = parse(script)
    names = names or written.names
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library") as library:
        header = Header("led", "2026-03-01T18:30:05+00:00", written.names)
        keeper = Keeper(library, header, Consent.WORDS)
        mouth = Mouth(SilentVoice(), SilentLoudspeaker())
        coach = Coach(ScriptedEar(written), mouth, keeper, Imago(), lambda line: None)
        coach.run(Began(*written.names, rounds=rounds))
        entries = library.session("led").entries
    return tuple(_named(entry, dict(zip(written.names, names, strict=True))) for entry in entries)


def _named(entry: Entry, names: dict[str, str]) -> Entry:
    """The entry with other names, in whatever fields they stand."""

    def of(value: object) -> object:
        if isinstance(value, dict):
            return {key: of(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [of(inner) for inner in value]
        return names.get(value, value) if isinstance(value, str) else value

    return replace(entry, data=of(entry.data))  # type: ignore[arg-type]


def keep(path: Path, header: Header, entries: tuple[Entry, ...], sound: bool = True) -> None:
    """Keep a session in the library; with `sound` each turn has its tone."""
    kept = [replace(entry, number=0) for entry in entries if entry.data["type"] != "Closed"]
    heard = [at for at, entry in enumerate(kept) if entry.data["type"] == "Heard"]
    for index, at in enumerate(heard if sound else ()):
        said = kept[at].data["utterance"]
        seconds = min(60.0, round(max(0.8, said["end_s"] - said["start_s"]), 1))
        clip = tone(pitch(index % 20), seconds)
        kept[at] = replace(kept[at], clip=clip, clip_start_s=said["start_s"])
    with Library(path) as library:
        writer = library.begin(header)
        writer.append(*kept)
        writer.finish(Outcome.DONE)


QUARREL_ID, STRANGE_ID, SILENT_ID = (
    "2026-03-01-1830-aaaa",
    "2026-03-08-1900-bbbb",
    "2026-04-02-0915-cccc",
)


def library(path: Path) -> Path:
    """A library of three sessions: one with sound, one of strange names, one without sound."""
    quarrel = led(QUARREL)
    about = {"recogniser": "sphinx", "version": "0.1.0"}
    keep(
        path, Header(QUARREL_ID, "2026-03-01T18:30:05+00:00", ("Daniel", "Ruth"), **about), quarrel
    )
    keep(
        path,
        Header(STRANGE_ID, "2026-03-08T19:00:00+00:00", STRANGE, **about),
        led(STRANGE_TALK, STRANGE, rounds=1),
    )
    keep(
        path,
        Header(SILENT_ID, "2026-04-02T09:15:00+00:00", ("Daniel", "Ruth"), **about),
        quarrel,
        sound=False,
    )
    return path
