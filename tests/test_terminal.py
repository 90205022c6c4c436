"""The display on a terminal: a foot that keeps its height, and nothing left of it at the end."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from voicecoach.terminal import FLOOR, Lines, Living

BEGAN: dict[str, Any] = {"kind": "began", "names": ["Anna", "Maximiliane"], "notes": []}
PLACE = {"at_s": 1.0, "round": 1, "exchange": 1, "attempt": 1}
CONTROL_UP, CONTROL_ERASE = "\x1b[1A", "\x1b[2K"


def entering(phase: str, **place: int) -> dict[str, Any]:
    """The line that a phase is entered with."""
    who = {"speaker": "Maximiliane", "listener": "Anna"}
    return {"kind": "phase", "phase": phase, **PLACE, **place, **who}


def turn(role: str) -> dict[str, Any]:
    return {"kind": "turn", **PLACE, "partner": None, "role": role, "phase": "check", "text": "Yes"}


REPLY: dict[str, Any] = {"kind": "reply", "command": None, "answer": "YES", "rest": ""}


def living(columns: int = 80) -> tuple[Living, io.StringIO]:
    """A display on a terminal that remembers what is written to it."""
    file = io.StringIO()
    display = Living(Console(file=file, width=columns, height=24, force_terminal=True))
    display.show(BEGAN)
    return display, file


def foot_of(display: Living) -> list[str]:
    """The foot as lines of plain text."""
    console = display.console
    return ["".join(s.text for s in line) for line in console.render_lines(display.foot())]


@pytest.mark.parametrize("columns", [80, 40, 20])
@pytest.mark.parametrize("phase", list(FLOOR))
def test_the_foot_keeps_its_height(phase: str, columns: int) -> None:
    """A foot that grows or shrinks makes the whole screen jump."""
    display, _ = living(columns)
    before = len(foot_of(display))
    display.show(entering(phase, round=12, exchange=3, attempt=2))
    display.watch(-5.0)
    foot = foot_of(display)
    assert len(foot) == before == 4
    assert all(len(line) <= columns for line in foot)


def test_the_foot_says_who_has_the_floor_and_marks_the_step() -> None:
    """By name, with the step, and what is counted in the round."""
    display, _ = living()
    display.show(entering("reflect", attempt=2))
    text = "\n".join(foot_of(display))
    assert "Anna says back what Maximiliane said" in text
    assert "[mirror]" in text
    assert "round 1, attempt 2" in text


def test_the_meter_rises_at_once_and_falls_slowly() -> None:
    """A word is seen even if it was short."""
    display, _ = living()
    display.watch(-10.0)
    loud = foot_of(display)[-1].count("█")
    display.watch(-80.0)
    assert 0 < loud - 3 < foot_of(display)[-1].count("█") <= loud


def test_nothing_of_the_foot_is_left_when_the_session_ends() -> None:
    """Also when it ends with an error: the last thing written takes the foot away."""
    display, file = living()
    with pytest.raises(KeyboardInterrupt), display:
        display.show(entering("share"))
        raise KeyboardInterrupt
    last = file.getvalue().rpartition("at any time")[2]
    assert last.count(CONTROL_ERASE) >= 4
    assert last.count(CONTROL_UP) >= 3


def test_a_listeners_yes_is_not_shown_as_an_answer() -> None:
    """ "Understood as: yes" would say that it counted."""
    for role, shown in (("speaker", True), ("listener", False)):
        file = io.StringIO()
        lines = Lines(Console(file=file, width=80))
        for line in (BEGAN, entering("check"), turn(role), REPLY):
            lines.show(line)
        assert ("understood as: yes" in file.getvalue()) is shown


def test_a_silent_room_costs_no_drawing() -> None:
    """The foot is drawn anew only where it looks different."""
    display, file = living()
    with display:
        for _ in range(8):
            display.watch(-66.0)
        drawn = len(file.getvalue())
        for _ in range(100):
            display.watch(-66.0)
        assert len(file.getvalue()) == drawn
        for _ in range(8):
            display.watch(-20.0)
        assert len(file.getvalue()) > drawn
