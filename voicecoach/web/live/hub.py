"""Between the session's thread, which may never wait, and the pages, which may be slow or dead.

The session leaves its lines and the level here and goes on. The web's thread folds them into the
stage. Each page is told what is now and the captions it has not seen: one that is slow gets fewer
steps in between, one that comes back gets all it needs, and nothing is kept for one that is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from voicecoach.web.live import stage
from voicecoach.web.live.stage import ANSWERED, Caption, Line, Stage

MOST_LINES = 1000
"""Lines that may wait for the web's thread; then the oldest is dropped."""

MOST_CAPTIONS = 300
"""Captions that a page can still get."""

MOST_PRESSES = 8

DELIBERATE_S = 1.5
"""A second press of what answers or stops counts only so much later: a double click is one press,
also where another button has come to the same place meanwhile."""

QUIETEST_DB, LOUDEST_DB, LEVELS = -50.0, -10.0, 20
"""Ends of the level ring in dBFS, and its sizes between them; below, the room counts as still."""

FALL_DB = 1.5
"""So much the level falls with a frame at most: it rises at once, as meters do."""

FRAMES_PER_LEVEL = 4
"""The level is told every so many frames (of 32 ms) at most, and only where it has changed."""

SLOW_S = 1.0
"""So much longer a browser may take to look anew than it was told."""

ALIVE_S = 10.0
"""A page hears so often that the coach is still there."""

BUTTONS = {"pause": "p", "resume": "g", "repeat": "r", "stop": "s", "yes": "y", "no": "n"}
"""What can be pressed, each with its key."""


@dataclass(frozen=True, slots=True)
class News:
    """What a page has not seen yet."""

    stage: Stage | None = None
    captions: tuple[Caption, ...] = ()
    level: int | None = None
    over: bool = False


class Hub:
    """Lines and levels in, from the session's thread; news out, and presses in, on the web's."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lines: deque[Line] = deque(maxlen=MOST_LINES)
        self._pressed: deque[str] = deque(maxlen=MOST_PRESSES)
        self._level_db = QUIETEST_DB
        self._level = self._told_level = 0
        self._frames = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()
        self._listeners = 0
        self._stage = Stage()
        self._captions: deque[Caption] = deque(maxlen=MOST_CAPTIONS)
        self._numbered = 0
        self._pressed_s = {"stop": -DELIBERATE_S, "answer": -DELIBERATE_S}
        self._looks_until = clock()

    # ------------------------------------------------------- the session's thread

    def show(self, line: Line) -> None:
        """Take one line of the session."""
        self._lines.append(line)
        self._wake()

    def watch(self, level_db: float) -> None:
        """Take the level of one frame in dBFS."""
        self._level_db = max(level_db, self._level_db - FALL_DB)
        self._frames += 1
        if self._frames % FRAMES_PER_LEVEL == 0:
            share = (self._level_db - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)
            self._level = round(LEVELS * min(1.0, max(0.0, share)))
            if self._level != self._told_level:
                self._told_level = self._level
                self._wake()

    def read(self) -> str:
        """The keys that were pressed since the last call, as of a keyboard."""
        keys = ""
        with contextlib.suppress(IndexError):
            while True:
                keys += self._pressed.popleft()
        return keys

    def end(self) -> None:
        """Nothing more will come; every page is told so."""
        self.show(stage.OVER)

    def wait(self) -> None:
        """Wait, some seconds at most, for a page without scripts to look once more."""
        while self._clock() < self._looks_until:
            time.sleep(0.05)

    def _wake(self) -> None:
        if self._listeners and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the web's thread has ended meanwhile
                self._loop.call_soon_threadsafe(self._woken)

    # ------------------------------------------------------------ the web's thread

    def _woken(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def now(self) -> tuple[Stage, tuple[Caption, ...]]:
        """The stage and the captions so far."""
        with contextlib.suppress(IndexError):
            while True:
                self._take(self._lines.popleft())
        return self._stage, tuple(self._captions)

    def _take(self, line: Line) -> None:
        said = stage.caption(self._stage, line, self._numbered + 1)
        if said is not None:
            self._numbered = said.number
            self._captions.append(said)
        self._stage = self._stage.after(line)

    def looks_again(self, after_s: float) -> None:
        """A page was given that looks anew after so many seconds, unless it has seen the end."""
        self._looks_until = self._clock() + (0.0 if self._stage.over else after_s + SLOW_S)

    async def news(self, after: int) -> AsyncIterator[News]:
        """What is now, with the captions after that number; then what changes, until the end."""
        self._loop = asyncio.get_running_loop()
        self._listeners += 1
        seen: Stage | None = None
        level = -1
        try:
            while True:
                changed = self._changed  # before looking: what comes while looking is not missed
                now, (there, captions) = self._level, self.now()
                fresh = tuple(each for each in captions if each.number > after)
                after = fresh[-1].number if fresh else after
                yield News(
                    None if there == seen else there,
                    fresh,
                    None if now == level else now,
                    there.over,
                )
                if there.over:
                    return
                seen, level = there, now
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(ALIVE_S):
                        await changed.wait()
        finally:
            self._listeners -= 1

    def press(self, what: str, serial: int) -> bool:
        """Take a press; whether it counts. What answers a question counts only while that question
        is open: `serial` is that of the page where it was pressed."""
        there, _ = self.now()
        fits = serial == there.serial
        if there.ended or there.phase in ("", "done"):
            return False
        if what in ("yes", "no"):
            asked = there.agreed and there.phase in ANSWERED and not there.asking
            counts = asked and fits and self._deliberate("answer")
        elif what == "stop":
            counts = (fits or there.asking != "stop") and self._deliberate("stop")
        else:
            counts = True
        if counts:
            self._pressed.append(BUTTONS[what])
            self.show(stage.pressed(what))
        return counts

    def _deliberate(self, what: str) -> bool:
        now = self._clock()
        if now - self._pressed_s[what] < DELIBERATE_S:
            return False
        self._pressed_s[what] = now
        return True
