"""`--screen`: what is opened, what is printed where, and what happens where there is none."""

from __future__ import annotations

import argparse
import shutil
import sys
import threading
import webbrowser
from pathlib import Path
from typing import Any

import pytest

from samples.make_samples import perform, write_flac
from tests.commands.running import lines, run
from voicecoach.commands import screen
from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import Answer, Answered, Spoken
from voicecoach.engines.scripted import ScriptedEar, parse
from voicecoach.errors import UsageError
from voicecoach.terminal import JsonLines

SCRIPT = parse("ANNA: I was sad.\nBEN: You were sad.\n")


def flags(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    screen.add_to(parser)
    return parser.parse_args(given)


@pytest.mark.parametrize(
    ("windows", "given", "opened"),
    [
        ({"DISPLAY": ":0"}, [], True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, [], True),
        ({"DISPLAY": ":0"}, ["--no-browser"], False),
        ({}, [], sys.platform != "linux"),
    ],
)
def test_the_browser_is_opened_where_there_are_windows(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    windows: dict[str, str],
    given: list[str],
    opened: bool,
) -> None:
    """A browser of the terminal would take it from the talk. The address is printed in any case,
    beside what a machine reads."""
    came, there = [], threading.Event()
    monkeypatch.setattr(webbrowser, "open", lambda url: (came.append(url), there.set()))
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in windows.items():
        monkeypatch.setenv(name, value)
    with screen.on_screen(flags("--screen", *given), JsonLines(sys.stdout)):
        if opened:
            assert there.wait(10)
    printed = capsys.readouterr()
    url = printed.err.split()[2]
    assert url.startswith("http://127.0.0.1:") and "/enter?token=" in url
    assert came == ([url] if opened else [])
    assert printed.out == ""


def test_without_it_nothing_is_added() -> None:
    """The display and the ear are what they were, and there is no thread."""
    shown, ear = JsonLines(sys.stdout), ScriptedEar(SCRIPT)
    before = threading.active_count()
    with screen.on_screen(flags(), shown) as (also_shown, keyed):
        assert also_shown is shown and keyed(ear) is ear
        assert threading.active_count() == before


def test_what_is_pressed_reaches_the_ear_and_what_is_shown_the_page(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And the display goes on showing all of it."""
    with screen.on_screen(flags("--screen", "--no-browser"), JsonLines(sys.stdout)) as (
        both,
        keyed,
    ):
        assert isinstance(both, screen.Both)
        hub: Any = both._hub
        both.show({"kind": "began", "names": ["Anna", "Ben"], "buttons": True})
        for phase in ("share", "check"):
            entered = {"kind": "phase", "phase": phase, "speaker": "Anna", "listener": "Ben"}
            both.show({**entered, "round": 1, "exchange": 1, "attempt": 1})
        both.watch(-20.0)
        serial = hub.now()[0].serial
        for what in ("pause", "repeat", "yes"):
            assert hub.press(what, serial)
        ear = keyed(ScriptedEar(SCRIPT))
        heard = [ear.hear(deaf=True) for _ in range(4)]
    assert heard == [Spoken.PAUSE, Spoken.REPEAT, Answered(Answer.YES), None]
    assert hub.now()[0].over
    assert capsys.readouterr().out.count("\n") == 3


def test_an_error_of_the_talk_goes_through_and_the_page_ends() -> None:
    hubs: list[Any] = []
    with (
        pytest.raises(ValueError, match="of the talk"),
        screen.on_screen(flags("--screen", "--no-browser"), JsonLines(sys.stdout)) as (both, _),
    ):
        hubs.append(both._hub)  # type: ignore[attr-defined]
        raise ValueError("of the talk")
    assert hubs[0].now()[0].over
    assert not any(thread.name == "screen" for thread in threading.enumerate())


def test_buttons_are_those_of_a_screen() -> None:
    assert not screen.agreed(flags())
    assert screen.agreed(flags("--screen", "--buttons", "both-agree"))
    with pytest.raises(UsageError, match="of the screen"):
        screen.agreed(flags("--buttons", "both-agree"))
    assert not screen.agreed(flags("--screen", "--buttons", "ask"))
    with pytest.raises(UsageError, match="of the screen") as refused:
        screen.agreed(flags("--buttons", "ask"))
    assert refused.value.hint == "Say: --screen --buttons ask"
    with pytest.raises(UsageError, match="before a talk begins"):
        screen.agreed(flags("--screen", "--buttons", "both-agree"), before=False)


@pytest.mark.parametrize(
    ("given", "before", "told"),
    [
        (["--screen", "--buttons", "both-agree"], None, [screen.NOTE]),
        (["--screen", "--buttons", "ask"], None, []),
        ([], None, []),
        (["--screen"], State(buttons=True), [screen.NOTE]),
        (["--screen", "--buttons", "ask"], State(buttons=True), [screen.NOTE]),
        ([], State(buttons=True), []),
        (["--screen"], State(), []),
        (["--screen", "--buttons", "ask"], State(), [screen.SETTLED]),
        (["--screen", "--buttons", "ask"], State(ask_buttons=True), []),
    ],
)
def test_what_holds_of_the_buttons_is_told(
    given: list[str], before: State | None, told: list[str]
) -> None:
    """In a talk that goes on it is what was settled in it; who is being asked hears it aloud."""
    assert screen.notes(flags(*given), before) == told


ASKED = """
# voices: ANNA slt 1.1, BEN rms 1.1
ANNA: Yes.
(2.0 s)
BEN: {answer}
(2.5 s)
ANNA: When you are on the phone at dinner, I feel alone.
(2.0 s)
"""


@pytest.mark.skipif(shutil.which("flite") is None, reason="flite, which says yes, is missing")
@pytest.mark.slow
@pytest.mark.parametrize("answer", ["Yes.", "No."])
def test_buttons_are_asked_about_aloud(tmp_path: Path, answer: str) -> None:
    """Through the whole program: what the two say is heard, and settles it; it is said."""
    samples, _ = perform(parse(ASKED.format(answer=answer)), seed=6)
    write_flac(tmp_path / "talk.flac", samples, "buttons")
    told = ["--names", "Anna", "Ben", "--recogniser", "sphinx", "--voices", "off", "--json"]
    shown = ["--screen", "--no-browser", "--buttons", "ask", "--consent", "nothing"]
    done = run("talk", "--from", tmp_path / "talk.flac", *told, *shown)
    assert done.returncode == 0, done.stderr
    came = lines(done.stdout)
    keys = [line["key"] for line in came if line["kind"] == "announce"]
    settled = "share_buttons" if answer == "Yes." else "share_no_buttons"
    assert keys[:3] == ["buttons_first_begin", "buttons_second", settled]
    assert [line["buttons"] for line in came if line["kind"] == "agreed"] == [True] * (
        answer == "Yes."
    )
