"""`--screen`: a talk is also shown on a page in the browser, which has buttons and keys."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from voicecoach.errors import UsageError

if TYPE_CHECKING:
    from voicecoach.dialogue.machine.state import State
    from voicecoach.engines import Ear, Key
    from voicecoach.engines.keyboard import Keys
    from voicecoach.terminal import Display
    from voicecoach.web.live.hub import Hub

AGREED, ASK = "both-agree", "ask"
NOTE = "Both agreed: a button or key of the screen counts as the speaker's own yes or no."
SETTLED = "Buttons are no answer in this talk: that was settled when it began."

Keyed = Callable[["Ear"], "Ear"]


def add_to(parser: argparse.ArgumentParser, answers: bool = True) -> None:
    """Give the parser the flags of the screen; with `answers` that of buttons for yes and no."""
    parser.add_argument(
        "--screen",
        action="store_true",
        help="show a page for the room in the browser: who has the floor, what to do, and captions",
    )
    if answers:
        parser.add_argument(
            "--buttons",
            choices=("off", ASK, AGREED),
            default="off",
            help="what “yes, I was heard” and “not quite” are as buttons and keys of the page: "
            "nothing (off), or the speaker's own answer, kept as given by key, where both of you "
            "agree to that: the coach asks you aloud, and takes two yeses (ask), or you say here "
            "that both of you do, for one who cannot say yes aloud (both-agree)",
        )
    parser.add_argument(
        "--port",
        type=int,
        default=0,
        metavar="N",
        help="the port of the page (default: a free one)",
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="print the page's address, and do not open it"
    )


def agreed(args: argparse.Namespace, before: bool = True) -> bool:
    """Whether both agreed that buttons answer; `before` says whether they had in a talk that is
    gone on with. Raises UsageError where there would be no buttons, or they did not agree then."""
    if args.buttons in (ASK, AGREED) and not args.screen:
        raise UsageError(
            "--buttons are those of the screen", f"Say: --screen --buttons {args.buttons}"
        )
    if args.buttons == AGREED and not before:
        raise UsageError(
            "whether buttons count is agreed to before a talk begins, and that one has begun",
            "Leave --buttons out.",
        )
    return bool(args.buttons == AGREED)


def notes(args: argparse.Namespace, before: State | None = None) -> list[str]:
    """What the two should know of the buttons at the beginning, or where the talk whose state is
    `before` goes on."""
    if before is None:
        return [NOTE] if agreed(args) else []
    if args.buttons == ASK and not before.buttons and not before.ask_buttons:
        return [SETTLED]
    return [NOTE] if args.screen and before.buttons else []


@contextmanager
def on_screen(args: argparse.Namespace, shown: Display) -> Iterator[tuple[Display, Keyed]]:
    """What shows the session, and what adds the page's buttons to its ear; where no screen is asked
    for, `shown` alone. Raises UsageError where the port is taken."""
    if not args.screen:
        yield shown, lambda ear: ear
        return
    from voicecoach.engines.keyboard import KeyedEar
    from voicecoach.web.live.app import Live
    from voicecoach.web.live.hub import Hub
    from voicecoach.web.server import Beside, listen

    hub, keys = Hub(), _keys()
    with listen(args.port) as sock, Beside(Live(hub).app(), sock) as server:
        _open(server.url, args.no_browser)
        try:
            yield Both(shown, hub), lambda ear: KeyedEar(ear, hub, keys)
        finally:
            hub.end()
            hub.wait()


def _keys() -> Keys:
    """What the page's keys stand for."""
    from voicecoach.dialogue.messages import Answer, Answered, Spoken
    from voicecoach.web.live.hub import BUTTONS

    does: dict[str, Key] = {
        "pause": Spoken.PAUSE,
        "resume": Spoken.RESUME,
        "repeat": Spoken.REPEAT,
        "stop": Spoken.STOP,
        "yes": Answered(Answer.YES),
        "no": Answered(Answer.NO),
    }
    return {BUTTONS[what]: meant for what, meant in does.items()}


def _open(url: str, only_printed: bool) -> None:
    import threading
    import webbrowser

    print(f"The screen: {url}", file=sys.stderr, flush=True)
    print("Open this address in a browser here; it works once.", file=sys.stderr, flush=True)
    if not only_printed and _windows():
        # Some browsers keep whoever opens them waiting until they are closed.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _windows() -> bool:
    """Whether there are windows: a browser of the terminal would take it from the talk."""
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(shown) or not sys.platform.startswith("linux")


class Both:
    """A display that leaves a copy of everything with the page."""

    def __init__(self, shown: Display, hub: Hub) -> None:
        self._shown = shown
        self._hub = hub

    def show(self, line: Mapping[str, Any]) -> None:
        """Show one line of the session."""
        self._hub.show(line)
        self._shown.show(line)

    def watch(self, level_db: float) -> None:
        """Show how loud the room is now."""
        self._hub.watch(level_db)
        self._shown.watch(level_db)

    def __enter__(self) -> Both:
        """Begin to show."""
        self._shown.__enter__()
        return self

    def __exit__(self, *how: Any) -> None:
        """End it; the page stays until the program has ended."""
        self._shown.__exit__(*how)
