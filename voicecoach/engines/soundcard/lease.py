"""One live microphone, one voicecoach: two coaches in a room would answer each other."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from voicecoach.errors import DeviceError, LibraryError
from voicecoach.places import user_data_dir


class MicrophoneLease:
    """The right to listen, for one process at a time; it ends with the process at the latest.

    Raises DeviceError where another voicecoach holds it, and LibraryError where the user's data
    directory cannot be written.
    """

    def __init__(self, folder: Path | None = None) -> None:
        import filelock

        folder = folder or user_data_dir()
        self._owner = folder / "microphone.pid"
        self._lock: Any = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(folder / "microphone.lock")
            lock.acquire(timeout=0)
            self._lock = lock
            # Beside the lock and not in it: some systems let nobody read a locked file.
            self._owner.write_text(str(os.getpid()), encoding="ascii")
        except filelock.Timeout:
            raise DeviceError(
                f"The microphone is taken by another voicecoach{_process(self._owner)}.",
                "End that session first.",
            ) from None
        except OSError as error:
            self.close()
            raise LibraryError(
                f"The folder {folder} cannot be written: {error.strerror or error}.",
                "Make it writable, or set VOICECOACH_DATA to another folder.",
            ) from None

    def close(self) -> None:
        """Give it back; may be called twice."""
        lock, self._lock = self._lock, None
        if lock is not None:
            self._owner.unlink(missing_ok=True)
            lock.release()

    def __enter__(self) -> MicrophoneLease:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _process(owner: Path) -> str:
    try:
        return f" (process {int(owner.read_text(encoding='ascii'))})"
    except (OSError, ValueError):
        return ""
