"""Keys of a real terminal: a pseudo-terminal in the place of standard input."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from voicecoach.dialogue.messages import Spoken, Typed
from voicecoach.engines import Ear, Turn
from voicecoach.engines.keyboard import KEYS, Keyboard, KeyedEar
from voicecoach.engines.scripted import ScriptedEar, parse

if sys.platform == "win32":
    pytest.skip("there is no pseudo-terminal on Windows", allow_module_level=True)

import pty
import termios


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The end that a person types into; standard input is the other one."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, closefd=True) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield ours
    os.close(ours)


def typed(keyboard: Keyboard, terminal: int, text: str) -> str:
    """What arrives of what is typed, without Enter."""
    os.write(terminal, text.encode())
    end, came = time.monotonic() + 5, ""
    while len(came) < len(text) and time.monotonic() < end:
        came += keyboard.read()
    return came


def test_keys_come_at_once_and_are_not_shown(terminal: int) -> None:
    """No Enter is waited for, nothing is echoed, and nothing typed is no key."""
    before = termios.tcgetattr(sys.stdin.fileno())
    with Keyboard() as keyboard:
        assert keyboard.read() == ""
        assert typed(keyboard, terminal, "7n") == "7n"
        assert not termios.tcgetattr(sys.stdin.fileno())[3] & termios.ECHO
    assert termios.tcgetattr(sys.stdin.fileno()) == before


def test_the_terminal_is_as_it_was_after_an_error(terminal: int) -> None:
    """Also when the practice ends with Ctrl-C."""
    before = termios.tcgetattr(sys.stdin.fileno())
    with pytest.raises(KeyboardInterrupt), Keyboard():
        raise KeyboardInterrupt
    assert termios.tcgetattr(sys.stdin.fileno()) == before
    assert Keyboard().read() == ""


def test_it_is_there_only_where_somebody_can_type(
    terminal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal, not a pipe and not a closed input."""
    assert Keyboard.there()
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert not Keyboard.there()
    assert not Keyboard.there()
    monkeypatch.setattr(sys, "stdin", None)
    assert not Keyboard.there()


def test_an_ear_with_keys_hears_both(terminal: int) -> None:
    """Each key in its order, others not at all; what is said comes as before."""
    within = ScriptedEar(parse("ANNA: You were sad.\n"))
    with Keyboard() as keyboard:
        ear = KeyedEar(within, keyboard, KEYS)
        assert isinstance(ear, Ear)
        os.write(terminal, b"0xn")
        heard: list[object] = []
        end = time.monotonic() + 10
        while not ear.ended and time.monotonic() < end:
            came = ear.hear(deaf=False)
            heard += [came] if came is not None else []
    assert heard[:2] == [Typed(10), Spoken.RESUME]
    assert isinstance(heard[2], Turn)
    assert heard[2].utterance.text == "You were sad."
    assert ear.clock == within.clock > 0
    assert (ear.lost_s, ear.troubles, ear.busy) == (0.0, {}, False)
