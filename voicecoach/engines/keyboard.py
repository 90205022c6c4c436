"""Keys of the terminal, one by one and without Enter, beside what a room or a recording gives.

On Linux and macOS the terminal is read through `termios`, on Windows through `msvcrt`; both come
with Python.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Mapping
from typing import Any, Protocol

from voicecoach.dialogue.messages import Notice, Spoken, Step, Typed
from voicecoach.engines import Ear, Key, Microphone, Turn

Keys = Mapping[str, Key]
"""What each character stands for; others are no keys."""

KEYS: Keys = {
    **{str(number % 10): Typed(number) for number in range(1, 11)},
    **dict.fromkeys("n \r\n", Spoken.RESUME),
    "a": Spoken.START_OVER,
    "r": Spoken.REPEAT,
    "s": Spoken.SKIP,
    "p": Spoken.PAUSE,
    "q": Spoken.STOP,
    "h": Spoken.HELP,
    "?": Spoken.HELP,
}
"""The keys of a practice: 1 to 9 and 0 for ten, next (or Enter, space), again, repeat, skip, pause,
quit, help."""


class Keyboard:
    """The terminal on standard input, from `__enter__` to `__exit__`; then it is as it was."""

    def __init__(self) -> None:
        self._before: list[Any] | None = None
        self._file = -1

    @staticmethod
    def there() -> bool:
        """Whether somebody can type: standard input is a terminal."""
        return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()

    def __enter__(self) -> Keyboard:
        """Give each key at once, and do not show it."""
        if sys.platform != "win32":
            import termios
            import tty

            self._file = sys.stdin.fileno()
            self._before = termios.tcgetattr(self._file)
            tty.setcbreak(self._file)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the terminal as it was."""
        if sys.platform != "win32" and self._before is not None:
            import termios

            termios.tcsetattr(self._file, termios.TCSADRAIN, self._before)
            self._before = None

    def read(self) -> str:
        """What was typed since the last call; empty where nothing was. Does not wait."""
        if sys.platform == "win32":
            import msvcrt

            typed = ""
            while msvcrt.kbhit():
                typed += msvcrt.getwch()
            return typed
        import select

        if self._before is None or not select.select([self._file], [], [], 0)[0]:
            return ""
        return os.read(self._file, 1024).decode(errors="ignore")


class Typing(Protocol):
    """Where keys come from: a keyboard, or what stands for one."""

    def read(self) -> str:
        """What was typed since the last call; does not wait."""


class KeyedEar:
    """An `Ear` that also hears the keys of a keyboard."""

    def __init__(self, ear: Ear, keyboard: Typing, keys: Keys) -> None:
        self._ear = ear
        self._keyboard = keyboard
        self._keys = keys
        self._typed: deque[Key] = deque()

    @property
    def clock(self) -> int:
        """The session's time in samples."""
        return self._ear.clock

    @property
    def ended(self) -> bool:
        """True when nothing more will come."""
        return self._ear.ended

    @property
    def level_db(self) -> float:
        """Level of the last frame in dBFS."""
        return self._ear.level_db

    @property
    def troubles(self) -> dict[str, str]:
        """What went wrong with hearing so far."""
        return self._ear.troubles

    @property
    def lost_s(self) -> float:
        """Seconds of sound that were lost so far."""
        return self._ear.lost_s

    def listen(self, step: Step) -> None:
        """Expect a turn of this kind from now on."""
        self._ear.listen(step)

    def hear(self, deaf: bool) -> Turn | Key | Notice | None:
        """A key, or what the ear within hears. Raises DeviceError as that does."""
        return self._key() or self._ear.hear(deaf)

    def miss(self, samples: int) -> Turn | Key | None:
        """Time passed by `samples` without a microphone: what was said before, or a key."""
        return self._ear.miss(samples) or self._key()

    def _key(self) -> Key | None:
        """The first key that was typed and not told yet."""
        self._typed += (self._keys[key] for key in self._keyboard.read() if key in self._keys)
        return self._typed.popleft() if self._typed else None

    def hear_through(self, microphone: Microphone) -> None:
        """Hear through another microphone."""
        self._ear.hear_through(microphone)

    @property
    def quiet_s(self) -> float:
        """Seconds since anybody was heard."""
        return self._ear.quiet_s

    @property
    def busy(self) -> bool:
        """True while somebody talks, or what was said is not understood yet."""
        return self._ear.busy

    def close(self) -> None:
        """Give everything back."""
        self._ear.close()
