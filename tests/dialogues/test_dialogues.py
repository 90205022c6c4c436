"""Every script in this folder: what goes in, and what the coach must say.

`VOICECOACH_ACCEPT=1` writes the coach's lines into the scripts anew: read them, then keep them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.dialogues.rehearsal import rehearse
from voicecoach.engines.scripted import Line, dialogue_of, read_script

SCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


def test_there_are_scripts() -> None:
    """A folder without scripts would pass everything."""
    assert len(SCRIPTS) >= 20


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_script(path: Path) -> None:
    """The coach says what is written, and the phases come in the order that is written."""
    script = read_script(path)
    rehearsed = rehearse(script)
    if os.environ.get("VOICECOACH_ACCEPT"):
        path.write_text(rewritten(path.read_text(), script.lines, rehearsed.dialogue))
        return
    assert rehearsed.dialogue == dialogue_of(script.lines)
    assert script.path, "a script names its path"
    assert [phase for phase in rehearsed.path if phase != "done"] == list(script.path)
    assert swaps_are_spoken_first(rehearsed.lines)
    assert rehearsed.replays, "the stored events must reproduce the stored commands"


def swaps_are_spoken_first(lines: list[Mapping[str, Any]]) -> bool:
    """True if the new speaker of every round was awaited only after the swap was announced."""
    announced = 1
    for line in lines:
        announced += line["kind"] == "announce" and line["key"] == "swap"
        if line["kind"] == "phase" and line["phase"] == "share" and line["round"] > announced:
            return False
    return True


def rewritten(text: str, lines: tuple[Line, ...], dialogue: list[str]) -> str:
    """The script with the coach's lines as they came; comments, gaps and noises stay."""
    came = list(dialogue)
    kept: list[str] = []
    for raw in text.splitlines():
        said = raw.strip() and not raw.startswith(("#", "(", "coach>"))
        if raw.startswith("coach>"):
            continue
        if said:
            while came and came[0].startswith("coach>"):
                kept.append(came.pop(0))
            came.pop(0)
        kept.append(raw)
    return "\n".join([*kept, *came]) + "\n"
