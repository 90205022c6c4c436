"""A room whose devices come and go, on a clock of its own: whole stand-ins, no sleeping."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.coach.decoding import InlineDecoder
from voicecoach.coach.devices import Devices
from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.loop import Coach
from voicecoach.coach.scribe import Scribe
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Outcome
from voicecoach.engines import Ear, Opened
from voicecoach.engines.keyboard import KeyedEar
from voicecoach.engines.scripted import (
    KEYS,
    ScriptedDetector,
    ScriptedMicrophone,
    SilentVoice,
)
from voicecoach.engines.soundfiles import SilentLoudspeaker
from voicecoach.errors import DeviceError
from voicecoach.session.entries import Session, new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.speech.audio import FRAME, RATE, Frame, Samples

Parts = list[tuple[float, float]]


class Wall:
    """A wall clock that goes on when somebody waits for it; `ring` is called at `ring_at`."""

    def __init__(self) -> None:
        self.at_s = 0.0
        self.ring_at = 1e9
        self.ring: Callable[[], None] = lambda: None

    def now(self) -> float:
        return self.at_s

    def wait(self, seconds: float) -> None:
        self.at_s += seconds
        if self.at_s >= self.ring_at:
            self.ring()


class Presses:
    """Keys as `engines.scripted` names them, each pressed at its time on the wall clock."""

    def __init__(self, wall: Wall, presses: list[tuple[float, str]]) -> None:
        self._wall = wall
        self._presses = list(presses)

    def read(self) -> str:
        pressed = ""
        while self._presses and self._presses[0][0] <= self._wall.at_s:
            pressed += CHARACTERS[self._presses.pop(0)[1]]
        return pressed


CHARACTERS = {name: chr(ord("a") + at) for at, name in enumerate(KEYS)}
"""A character for each key."""


class RoomMicrophone(ScriptedMicrophone):
    """Hears its parts in the wall clock's time, and is gone at their end."""

    def __init__(self, wall: Wall, parts: Parts, name: str = "desk") -> None:
        super().__init__(parts, live=True)
        self.name = name
        self._wall = wall

    def read(self, hold: bool = False) -> Frame | None:
        self._wall.wait(FRAME / RATE)
        frame = super().read(hold)
        if frame is None:
            raise DeviceError(f"The microphone {self.name} is gone.", "Plug it in.")
        return frame


class RoomLoudspeaker(SilentLoudspeaker):
    """Plays as long as it is there: from `gone_at` on the wall clock it is not."""

    def __init__(self, wall: Wall, gone_at: float = 1e9, name: str = "box") -> None:
        super().__init__()
        self.name = name
        self.heard: list[float] = []
        self.closed = False
        self._wall = wall
        self._gone_at = gone_at

    def play(self, samples: Samples, rate: int) -> None:
        assert not self.closed
        self.heard.append(self._wall.at_s)
        super().play(samples, rate)

    def tick(self, samples: int) -> None:
        assert not self.closed
        if self._wall.at_s >= self._gone_at:
            raise DeviceError("The loudspeaker box is gone.", "Plug it in.")
        super().tick(samples)

    def close(self) -> None:
        self.closed = True


class RoomDevices:
    """A `Reopening`: each microphone and loudspeaker can be opened from its time on."""

    TAKES_S = 0.3

    def __init__(
        self,
        wall: Wall,
        microphones: list[tuple[float, Parts]],
        loudspeakers: list[tuple[float, RoomLoudspeaker]] | None = None,
        *,
        newly: bool = False,
    ) -> None:
        self.speaks = True
        self.begun: list[float] = []
        self.tried: list[float] = []
        self._wall = wall
        self._microphones = microphones
        self._loudspeakers = loudspeakers or []
        self._newly = newly
        self._ready: float | None = None
        self._all = False

    def begin(self) -> None:
        self.begun.append(self._wall.at_s)
        self._ready, self._all = self._wall.at_s + self.TAKES_S, True

    def begin_to_speak(self) -> None:
        self.tried.append(self._wall.at_s)
        self._ready, self._all = self._wall.at_s + self.TAKES_S, False

    def opened(self) -> Opened | None:
        if self._ready is None or self._wall.at_s < self._ready:
            return None
        microphone = loudspeaker = None
        if self._all and self._microphones and self._microphones[0][0] <= self._ready:
            microphone = RoomMicrophone(self._wall, self._microphones.pop(0)[1], "other")
        there = self._loudspeakers and self._loudspeakers[0][0] <= self._ready
        if there and (self._all or not self._newly):
            loudspeaker = self._loudspeakers.pop(0)[1]
        elif self._all and not self._loudspeakers:
            loudspeaker = RoomLoudspeaker(self._wall)
        self._ready = None
        return Opened(microphone, loudspeaker)

    def close(self) -> None:
        self._ready = None


class LiveSession:
    """A coach over a room: what is said is `texts`, a text for each stretch of sound."""

    def __init__(
        self,
        folder: Path,
        parts: Parts,
        texts: list[str],
        *,
        then: list[tuple[float, Parts]] | None = None,
        loudspeaker_gone_at: float = 1e9,
        loudspeakers: list[float] | None = None,
        newly: bool = False,
        slow: int = 0,
        presses: list[tuple[float, str]] | None = None,
        buttons: bool = False,
    ) -> None:
        self.wall = Wall()
        self.lines: list[Mapping[str, Any]] = []
        self.library = Library(folder / "library.sqlite3")
        self.microphone = RoomMicrophone(self.wall, parts)
        decoder = InlineDecoder(texts, slow)
        hears = ListeningEar(self.microphone, ScriptedDetector(), Scribe(decoder))
        keys = {CHARACTERS[name]: key for name, key in KEYS.items()}
        self.ear: Ear = KeyedEar(hears, Presses(self.wall, presses or []), keys)
        self.loudspeaker = RoomLoudspeaker(self.wall, loudspeaker_gone_at)
        self.others = [(at, RoomLoudspeaker(self.wall, name="new")) for at in loudspeakers or []]
        mouth = Mouth(SilentVoice(), self.loudspeaker)
        self.room = RoomDevices(self.wall, list(then or []), list(self.others), newly=newly)
        devices = Devices(self.ear, mouth, self.room, now=self.wall.now, wait=self.wall.wait)
        began = Began("Anna", "Ben", rounds=1, buttons=buttons)
        header = new_header(("Anna", "Ben"), recogniser="script")
        self.keeper = Keeper(self.library, header, began.consent)
        self.coach = Coach(self.ear, mouth, self.keeper, Imago(), self._show, devices=devices)
        self.began = began
        self.stop_at = 1e9

    def _show(self, line: Mapping[str, Any]) -> None:
        self.lines.append({**line, "wall": self.wall.at_s})

    def run(self) -> Outcome:
        """Lead it until there is no microphone any more for good, or until `stop_at`."""
        self.wall.ring, self.wall.ring_at = self.coach.interrupt, self.stop_at
        return self.coach.run(self.began)

    def kinds(self, kind: str) -> list[Mapping[str, Any]]:
        return [line for line in self.lines if line["kind"] == kind]

    def said(self) -> list[str]:
        return [line["text"] for line in self.kinds("turn")]

    def phases(self) -> list[str]:
        return [line["phase"] for line in self.kinds("phase")]

    def asked(self) -> list[str]:
        return [line["key"] for line in self.kinds("announce")]

    def warnings(self) -> list[str]:
        return [line["code"] for line in self.kinds("warning")]

    def kept(self) -> Session:
        return self.library.session(self.keeper.header.id)
