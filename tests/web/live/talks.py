"""Talks for the tests of the live page: lines that the real coach shows, and a server of them."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.web.sample import QUARREL
from tests.web.serving import Address
from voicecoach.coach.loop import Coach
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Consent, Voices
from voicecoach.engines.scripted import ScriptedEar, SilentVoice, parse
from voicecoach.engines.soundfiles import SilentLoudspeaker
from voicecoach.session.entries import Header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.web.live.app import Live
from voicecoach.web.live.hub import Hub
from voicecoach.web.server import Beside, listen

Lines = list[dict[str, Any]]

STRANGE = (
    '<script>document.title="taken"</script>',
    '\u202eרות\u202c 🌻 "O\'Hara" & Söhne ' + "w" * 80,
)
"""Two names that no page may stumble over."""

STRANGE_LINES: Lines = [
    {"kind": "began", "names": list(STRANGE), "notes": ["<b>note</b>"]},
    {
        "kind": "phase", "phase": "consent", "speaker": STRANGE[0], "listener": STRANGE[1],
        "round": 1, "exchange": 1, "attempt": 1,
    },
    {"kind": "announce", "key": "consent_first", "to": STRANGE[0], "text": "</li><script>1\r2"},
    {"kind": "turn", "partner": STRANGE[1], "role": None, "text": "שלום\n\nevent: over\ndata: x"},
]  # fmt: skip
"""What none of it may do anything in."""


@cache
def _shown(script: str, began: Began) -> tuple[dict[str, Any], ...]:
    lines: Lines = []
    written = parse(script)
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library") as library:
        header = Header("live", "2026-03-01T18:30:05+00:00", (began.first, began.second))
        keeper = Keeper(library, header, Consent.NOTHING)
        mouth = Mouth(SilentVoice(), SilentLoudspeaker())
        show = lambda line: lines.append(dict(line))  # noqa: E731
        Coach(ScriptedEar(written), mouth, keeper, Imago(), show).run(began)
    return tuple(lines)


def lines(script: str = QUARREL, **began: Any) -> Lines:
    """Every line of a talk that the coach led through this script."""
    return list(_shown(script, Began(*parse(script).names, **began)))


ASKED = """
DANIEL: Yes.
RUTH: {answer}
DANIEL: I was sad when you left.
RUTH: You were sad when I left.
(3 s)
"""


def asked_aloud(answer: str) -> Lines:
    """The lines of a talk in which both are asked whether buttons answer, and Ruth says this."""
    return lines(ASKED.format(answer=answer), ask_buttons=True)


def until(lines: Lines, phase: str, nth: int = 1) -> Lines:
    """The lines up to the n-th time that `phase` is entered, and to what the coach then says."""
    entered = [at for at, line in enumerate(lines) if line.get("phase") == phase]
    entered = [at for at in entered if lines[at]["kind"] == "phase"]
    end = entered[nth - 1] + 1
    while end < len(lines) and lines[end]["kind"] not in ("announce", "phase", "turn"):
        end += 1
    return (
        lines[: end + 1] if end < len(lines) and lines[end]["kind"] == "announce" else lines[:end]
    )


def scenes() -> dict[str, Lines]:
    """The page at its different moments, each as the lines up to it."""
    talk, agreed = lines(), lines(buttons=True)
    paused = lines("ANNA: I was sad when you left.\nBEN: Pause.\n")
    stopping = lines("ANNA: I was sad when you left.\nBEN: Stop.\n(4 s)\n")
    asked = next(at for at, line in enumerate(stopping) if line.get("key") == "stop")
    introducing = lines("ANNA: Yes.\nBEN: Yes.\n(9 s)\n", voices=Voices.ASK)
    sentence = [line.get("key") for line in introducing].index("sentence_first")
    return {
        "before": [],
        "consent": until(lines(consent=Consent.ASK), "consent"),
        "buttons-asked": until(asked_aloud("Yes."), "consent"),
        "sentence": introducing[: sentence + 1],
        "share": until(talk, "share"),
        "mirror": until(talk, "reflect", 2),
        "check-agreed": until(agreed, "check", 2),
        "more-agreed": until(agreed, "more"),
        "switch": until(talk, "swap"),
        "paused": until(paused, "paused"),
        "stopping": stopping[: asked + 1],
        "strange": STRANGE_LINES,
        "end": talk,
    }


@contextlib.contextmanager
def showing(lines: Lines) -> Iterator[tuple[Hub, Address]]:
    """A page on which these lines have been shown; more can be."""
    hub = Hub()
    for line in lines:
        hub.show(line)
    with listen() as sock, Beside(Live(hub).app(), sock) as server:
        address = Address(server.url)
        address.enter()
        yield hub, address
        hub.end()
