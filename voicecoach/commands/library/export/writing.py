"""Files for the user's eyes only (mode 600), as the library is; none is overwritten unasked."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from voicecoach.errors import UsageError


@contextlib.contextmanager
def private_file(file: Path, *, overwrite: bool) -> Iterator[IO[bytes]]:
    """The new file, open for writing; it goes again if the block fails, where it is a plain one.

    Raises UsageError where it exists and is not to be overwritten, or cannot be written.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
    flags |= os.O_TRUNC if overwrite else os.O_EXCL
    try:
        with os.fdopen(os.open(file, flags, 0o600), "wb") as out:
            try:
                yield out
            except BaseException:
                if stat.S_ISREG(os.fstat(out.fileno()).st_mode):
                    file.unlink(missing_ok=True)
                raise
    except FileExistsError:
        raise UsageError(f"{file} exists already", "Overwrite it with --force.") from None
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {error.strerror or error}", "Choose another file."
        ) from error
