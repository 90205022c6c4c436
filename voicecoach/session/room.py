"""Room on the disk: told while there is still time to make some."""

from __future__ import annotations

import shutil
from pathlib import Path

LOW_MB = 200
"""Below so much free space it is told: an hour kept with its sound takes about 60 MB."""

WORDS_MB = 20
"""Below so much no sound is kept any more: it is room for the words of days."""

LOOK_S = 30.0
"""How often it is looked, in seconds of the session."""

NO_SOUND = (
    "The disk is all but full: from here on only the words are kept, without their sound. "
    "Free some space."
)


class Room:
    """The free space around the library `path`, looked at now and then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._next_s: float | None = None

    def look(self, at_s: float) -> str | None:
        """What to tell at that second of the session, if it is time to look and there is little.

        Not at the first call: nothing is told before a session has begun.
        """
        if self._next_s is None:
            self._next_s = at_s
            return None
        if at_s < self._next_s:
            return None
        self._next_s = at_s + LOOK_S
        free = free_mb(self._path)
        if free is None or free >= LOW_MB:
            return None
        return (
            f"Only {free:.0f} MB are free on the disk of {self._path}. Free some space, or what is "
            "said will not all be kept."
        )

    def for_sound(self) -> bool:
        """Whether there is room for more than words."""
        free = free_mb(self._path)
        return free is None or free >= WORDS_MB


def free_mb(path: Path) -> float | None:
    """The free space on the disk on which `path` is or would be, in millions of bytes; None where
    the system does not tell."""
    place = path.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        return shutil.disk_usage(place).free / 1e6
    except OSError:
        return None
