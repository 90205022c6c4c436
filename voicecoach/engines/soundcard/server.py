"""Is our microphone still the one we opened? What PortAudio cannot see, the sound server tells.

PulseAudio and PipeWire move a stream to another source when its own is unplugged, without a word
to the program: it may then hear the monitor of our own loudspeaker. Their tool `pactl` shows which
source each stream records, and tells at once when that changes. Where it is missing or answers
otherwise, nothing is known.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from typing import Any

LOOK_EVERY_S = 1.0
"""A look without a reason, for servers that do not tell of changes."""

_PATIENCE_S = 5.0
"""A look that takes longer is given up, and no other is begun."""

_TOLD_BY = (b" on source", b" on server")
"""What is in a line of `pactl subscribe` that tells of a source, a recording, or all of it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source of the sound server; `monitor` is the sink it overhears, empty for a microphone."""

    name: str
    monitor: str = ""


def own_source() -> Source | None:
    """The source that this process records now; None where that is not known. Waits for it."""
    index = _own_source(_asked("source-outputs"))
    for row in _asked("sources") if index is not None else []:
        if str(row.get("index")) == index:
            return Source(str(row.get("name")), str(row.get("monitor_source") or ""))
    return None


def own_sink() -> str | None:
    """The name of the sink that this process plays to now; None where that is not known."""
    sink = _own(_asked("sink-inputs"), "sink")
    names = [row.get("name") for row in _asked("sinks") if str(row.get("index")) == sink]
    return str(names[0]) if sink is not None and names else None


class SourceWatch:
    """Watches this process's recording stream; a look takes about 5 ms of another process.

    `gone` never waits: it begins a look and reads the answer when it is there.
    """

    def __init__(self) -> None:
        self._pactl = shutil.which("pactl")
        self._told = self._begin("subscribe")
        if self._told is not None and self._told.stdout is not None:
            os.set_blocking(self._told.stdout.fileno(), False)
        self._look: subprocess.Popen[bytes] | None = None
        self._next = 0.0
        self._source: str | None = None
        self._doubted: str | None = None

    def gone(self) -> bool:
        """True once the source that was recorded at first no longer exists."""
        now = time.monotonic()
        told = self._was_told()
        if self._look is not None and self._look.poll() is not None:
            answer, _ = self._look.communicate()
            self._look = None
            return self._moved_away(answer)
        if self._look is not None and now > self._next + _PATIENCE_S:
            self.close()
        if told:
            self._next = min(self._next, now)
        if self._look is None and self._pactl and now >= self._next:
            self._next = now + LOOK_EVERY_S
            self._look = self._begin("-f", "json", "list", "source-outputs")
        return False

    def _was_told(self) -> bool:
        """Whether the server has told of a change since the last time."""
        if self._told is None or self._told.stdout is None:
            return False
        try:
            told = os.read(self._told.stdout.fileno(), 65_536)
        except BlockingIOError:
            return False
        if not told:  # it has ended: the server is gone, or does not know the question
            self._told.communicate()
            self._told = None
        return any(word in told for word in _TOLD_BY)

    def _begin(self, *words: str) -> subprocess.Popen[bytes] | None:
        if self._pactl is None:
            return None
        try:
            return subprocess.Popen(
                [self._pactl, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C"},
            )
        except OSError:
            self._pactl = None
            return None

    def _moved_away(self, answer: bytes) -> bool:
        source = _own_source(_rows(answer))
        if source is None or source == self._source:
            return False
        if self._source is None:
            self._source = source
            return False
        # Moved. By the user, to another microphone, or by the server, because it was unplugged?
        sources = _asked("sources")
        if sources and self._source not in {str(row.get("index")) for row in sources}:
            return True
        # Asked twice: the first answer may come from the midst of the unplugging.
        self._source, self._doubted = (source, None) if self._doubted else (self._source, source)
        return False

    def close(self) -> None:
        """Give up watching."""
        running = [each for each in (self._look, self._told) if each is not None]
        self._look, self._told, self._pactl = None, None, None
        for each in running:
            each.kill()
            each.communicate()


def _asked(what: str) -> list[dict[str, Any]]:
    """The rows that `pactl` lists, waited for; none where it cannot tell."""
    pactl = shutil.which("pactl")
    if pactl is None:
        return []
    try:
        done = subprocess.run(
            [pactl, "-f", "json", "list", what],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE_S,
            env={**os.environ, "LC_ALL": "C"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return _rows(done.stdout)


def _rows(answer: bytes) -> list[dict[str, Any]]:
    try:
        rows = json.loads(answer)
    except ValueError:
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _own(streams: list[dict[str, Any]], what: str) -> str | None:
    """The index of the source or sink of this process's stream, or None where it is not shown."""
    own = str(os.getpid())
    for stream in streams:
        properties = stream.get("properties")
        told = properties.get("application.process.id") if isinstance(properties, dict) else None
        if str(told) == own and stream.get(what) is not None:
            return str(stream[what])
    return None


def _own_source(streams: list[dict[str, Any]]) -> str | None:
    return _own(streams, "source")
