"""The program as a user starts it: a process of its own, with what it says and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
SAMPLES = CHECKOUT / "samples"

HANGS_S = 120
"""No command that is refused may take this long; a busy machine does."""


def command(*arguments: str | Path) -> list[str]:
    """The command line of the program in this environment."""
    return [sys.executable, "-m", "voicecoach.cli", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    """This one, in which the program of the checkout is found from any folder."""
    path = os.pathsep.join(filter(None, [more.pop("PYTHONPATH", ""), str(CHECKOUT)]))
    return {**os.environ, "PYTHONPATH": path, **more}


def run(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end; `more` is added to its environment."""
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        env=environment(**more),
        timeout=HANGS_S,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def lines(text: str) -> list[dict[str, Any]]:
    """The JSON lines of an output."""
    return [json.loads(line) for line in text.splitlines()]


def phases(shown: list[dict[str, Any]]) -> list[str]:
    """The phases that were entered, without the end."""
    entered = [line["phase"] for line in shown if line["kind"] == "phase"]
    return [phase for phase in entered if phase != "done"]
