"""The program on a terminal of its own, where somebody types what it asks for."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.commands.running import HANGS_S, command, environment


def typed(
    arguments: Sequence[str | Path], answers: Sequence[str] = (), **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the program on a terminal and type each answer when something is asked.

    A question is what ends in a colon, a bracket, or a question mark, and a space. Everything the
    terminal shows is in `stderr`, what goes to standard output (a pipe) in `stdout`.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(*arguments),
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environment(**more),
        start_new_session=True,
        preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # its own terminal
    )
    os.close(theirs)
    shown, waiting, give_up = "", list(answers), time.monotonic() + HANGS_S
    while time.monotonic() < give_up:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                shown += os.read(ours, 4096).decode("utf-8", "replace")
            except OSError:  # the last one at the other end has gone
                break
            if waiting and shown.endswith((": ", "] ", "? ")):
                os.write(ours, f"{waiting.pop(0)}\n".encode())
        elif process.poll() is not None:
            break
    else:
        process.kill()
    os.close(ours)
    assert process.stdout is not None
    out = process.stdout.read().decode()
    process.stdout.close()
    return subprocess.CompletedProcess(
        process.args, process.wait(HANGS_S), out, shown.replace("\r\n", "\n")
    )
