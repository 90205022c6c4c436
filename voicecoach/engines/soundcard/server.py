"""Is our microphone still the one we opened? What PortAudio cannot see, the sound server tells.

PulseAudio and PipeWire move a stream to another source when its own is unplugged, without a word
to the program: it may then hear the monitor of our own loudspeaker. Their tool `pactl` shows which
source each stream records. Where it is missing or answers otherwise, nothing is known.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from typing import Any

LOOK_EVERY_S = 1.0

_PATIENCE_S = 5.0
"""A look that takes longer is given up, and no other is begun."""


class SourceWatch:
    """Watches this process's recording stream; a look takes about 5 ms of another process.

    `gone` never waits: it begins a look and reads the answer when it is there.
    """

    def __init__(self) -> None:
        self._pactl = shutil.which("pactl")
        self._look: subprocess.Popen[str] | None = None
        self._next = 0.0
        self._source: str | None = None

    def gone(self) -> bool:
        """True once the source that was recorded at first no longer exists."""
        now = time.monotonic()
        if self._look is not None and self._look.poll() is not None:
            answer, _ = self._look.communicate()
            self._look = None
            return self._moved_away(answer)
        if self._look is not None and now > self._next + _PATIENCE_S:
            self.close()
        if self._look is None and self._pactl and now >= self._next:
            self._next = now + LOOK_EVERY_S
            self._look = self._begin(self._pactl, "source-outputs")
        return False

    def _begin(self, pactl: str, what: str) -> subprocess.Popen[str] | None:
        try:
            return subprocess.Popen(
                [pactl, "-f", "json", "list", what],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={**os.environ, "LC_ALL": "C"},
            )
        except OSError:
            self._pactl = None
            return None

    def _moved_away(self, answer: str) -> bool:
        source = _own_source(_rows(answer))
        if source is None or source == self._source:
            return False
        before, self._source = self._source, source
        if before is None or self._pactl is None:
            return False
        # Moved. By the user, to another microphone, or by the server, because it was unplugged?
        look = self._begin(self._pactl, "sources")
        if look is None:
            return False
        try:
            answer, _ = look.communicate(timeout=_PATIENCE_S)
        except subprocess.TimeoutExpired:
            look.kill()
            look.communicate()
            return False
        sources = _rows(answer)
        return bool(sources) and before not in {str(row.get("index")) for row in sources}

    def close(self) -> None:
        """Give up watching."""
        look, self._look, self._pactl = self._look, None, None
        if look is not None:
            look.kill()
            look.communicate()


def _rows(answer: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(answer)
    except ValueError:
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _own_source(streams: list[dict[str, Any]]) -> str | None:
    """The index of the source this process records, or None where it is not shown."""
    own = str(os.getpid())
    for stream in streams:
        if str(stream.get("properties", {}).get("application.process.id")) == own:
            return str(stream.get("source"))
    return None
