"""What the page for the room costs the loop, and how late it is told.

One talk from a recording in real time; in turns nobody looks, five readers of the events do, and
five pages in a real browser do. For each: how long the loop is busy with a frame (of 32 ms), how
much of that its own thread works and does not wait for a core or for Python's lock, how late it
comes to the next frame, and how long after the loop has shown a caption a reader has it. All in one
run, because other work on the machine slows whichever is measured then.

    python -m tests.benchmarks.screen_cost [--sample NAME] [--seconds S] [--turns N]
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tests.commands.running import SAMPLES
from tests.web.serving import Address
from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.loop import Coach
from voicecoach.coach.scribe import Scribe
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.fidelity import compare
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Consent
from voicecoach.engines.detector import Detector
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.engines.soundfiles import Recording, SilentLoudspeaker
from voicecoach.engines.worker import RecogniserProcess
from voicecoach.session.entries import new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.speech.audio import FRAME, RATE, Frame
from voicecoach.web.live.app import Live
from voicecoach.web.live.hub import Hub
from voicecoach.web.server import Beside, listen

PAGES = 5
LOOKING = ("nobody", "readers", "browser", "nobody again")
"""The last is the measure of the measure: how much it differs from the first is chance."""


class Timed:
    """A recording that notes how long the loop takes with each frame, and who looks meanwhile."""

    def __init__(self, inner: Recording) -> None:
        self.name, self.live = inner.name, True  # no waiting for words, as in a room
        self.looking: str | None = None
        self.busy: dict[str, list[float]] = {who: [] for who in LOOKING}
        self.work: dict[str, list[float]] = {who: [] for who in LOOKING}
        self.late: dict[str, list[float]] = {who: [] for who in LOOKING}
        self._inner = inner
        self._first = self._given = self._worked = 0.0
        self._frames = 0

    def read(self, hold: bool = False) -> Frame | None:
        """The next frame when it is due."""
        asked, worked = time.perf_counter(), time.thread_time()
        frame = self._inner.read(hold)
        given = time.perf_counter()
        self._first = self._first or given
        if self.looking and self._given:
            self.busy[self.looking].append(asked - self._given)
            self.work[self.looking].append(worked - self._worked)
            due = self._first + self._frames * FRAME / RATE
            self.late[self.looking].append(max(0.0, given - due))
        self._given, self._worked = given, time.thread_time()
        self._frames += 1
        return frame

    def close(self) -> None:
        """Close the recording."""
        self._inner.close()


class Told:
    """Shows to the hub, and notes when each caption was shown."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.at: list[float] = []

    def show(self, line: Mapping[str, Any]) -> None:
        """One line of the session."""
        if line["kind"] in ("turn", "announce", "warning"):
            self.at.append(time.time())
        self._hub.show(line)


def main() -> None:
    """Measure, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", default="clean")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--turns", type=int, default=3, help="how often each is measured")
    parser.add_argument(
        "--look", help=argparse.SUPPRESS, nargs=3, metavar=("WHO", "PORT", "COOKIE")
    )
    args = parser.parse_args()
    if args.look:
        look(args.look[0], int(args.look[1]), args.look[2])
        return
    print(json.dumps(measured(SAMPLES / f"{args.sample}.flac", args.seconds, args.turns), indent=2))


def measured(recording: Path, seconds: float, turns: int) -> dict[str, Any]:
    """One talk, with those who look in turns."""
    hub = Hub()
    told, microphone = Told(hub), Timed(Recording(recording, realtime=True))
    delays: list[float] = []
    compare("I was sad.", "You were sad.")  # the first time it opens what it needs
    with (
        tempfile.TemporaryDirectory() as folder,
        Library(Path(folder) / "library") as library,
        listen() as sock,
        Beside(Live(hub).app(), sock) as server,
    ):
        address = Address(server.url)
        address.enter()
        coach = _coach(microphone, library, told, hub)

        def control() -> None:
            time.sleep(5)
            for turn in range(turns):
                for who in LOOKING:
                    print(f"{turn + 1} of {turns}: {who}", file=sys.stderr)
                    came = _measure(who, address, microphone, told, seconds)
                    delays.extend(at - told.at[number - 1] for number, at in came)
            coach.interrupt()

        control_thread = threading.Thread(target=control)
        control_thread.start()
        coach.run(Began("Anna", "Ben", consent=Consent.NOTHING))
        control_thread.join()
        hub.end()
    return _summary(microphone, delays, seconds * turns)


def _coach(microphone: Timed, library: Library, told: Told, hub: Hub) -> Coach:
    scribe = Scribe(RecogniserProcess(RecogniserSpec("sphinx")))
    return Coach(
        ListeningEar(microphone, Detector(), scribe),
        Mouth(None, SilentLoudspeaker()),  # a coach that speaks is deaf: such frames cost nothing
        Keeper(library, new_header(("Anna", "Ben"), recogniser="sphinx"), Consent.NOTHING),
        Imago(),
        told.show,
        watch=hub.watch,
    )


def _measure(
    who: str,
    address: Address,
    microphone: Timed,
    told: Told,
    seconds: float,
) -> list[tuple[int, float]]:
    """Measure while these look, once they all do; what captions came meanwhile, and when."""
    if who.startswith("nobody"):
        _pass(who, microphone, told, seconds)
        return []
    command = [sys.executable, "-m", "tests.benchmarks.screen_cost", "--look", who]
    process = subprocess.Popen(
        [*command, str(address.port), address.cookie],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdin is not None
    ready = process.stdout.readline().strip()
    if ready != "ready":
        raise RuntimeError(f"{who}: {ready}")
    began = time.time()
    _pass(who, microphone, told, seconds)
    out, _ = process.communicate("\n", timeout=30)
    came = [(int(line.split()[0]), float(line.split()[1])) for line in out.splitlines()]
    return [(number, at) for number, at in came if at > began]


def _pass(who: str, microphone: Timed, told: Told, seconds: float) -> None:
    """Let the time pass, with a caption twice a second."""
    microphone.looking = who
    for _ in range(int(seconds * 2)):
        told.show({"kind": "warning", "text": "How late does this come?"})
        time.sleep(0.5)
    microphone.looking = None


# ------------------------------------------------------------------- those who look


def look(who: str, port: int, cookie: str) -> None:
    """Look until a line is read; then print the number of each caption and when it came."""
    came: list[tuple[int, float]] = []
    with _readers(port, cookie, came) if who == "readers" else _browser(port, cookie):
        print("ready", flush=True)
        sys.stdin.readline()
    for number, at in list(came):
        print(number, at)


@contextlib.contextmanager
def _readers(port: int, cookie: str, came: list[tuple[int, float]]) -> Iterator[None]:
    connections = [http.client.HTTPConnection("127.0.0.1", port) for _ in range(PAGES)]

    def read(response: http.client.HTTPResponse) -> None:
        with contextlib.suppress(OSError, ValueError, AttributeError, http.client.HTTPException):
            while line := response.readline():
                if line.startswith(b"id: "):
                    came.append((int(line[4:]), time.time()))

    for connection in connections:
        connection.request("GET", "/events", headers={"Cookie": cookie})
        response = connection.getresponse()
        threading.Thread(target=read, args=(response,), daemon=True).start()
    time.sleep(0.5)
    yield


@contextlib.contextmanager
def _browser(port: int, cookie: str) -> Iterator[None]:
    import shutil

    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context()
        name, _, value = cookie.partition("=")
        address = f"http://127.0.0.1:{port}"
        context.add_cookies([{"name": name, "value": value, "url": address}])
        for _ in range(PAGES):
            page = context.new_page()
            page.goto(address)
            page.locator("#stage[style]").wait_for()
        yield
        browser.close()


def _summary(microphone: Timed, delays: list[float], seconds: float) -> dict[str, Any]:
    def spread(values: list[float]) -> dict[str, float]:
        places = np.percentile(np.array(values) * 1000, [50, 95, 99, 100])
        return dict(zip(("p50", "p95", "p99", "max"), np.round(places, 3).tolist(), strict=True))

    busy = {who: spread(values) for who, values in microphone.busy.items()}
    return {
        "seconds_each": seconds,
        "pages": PAGES,
        "machine_load": round(os.getloadavg()[0], 2),
        "busy_with_a_frame_ms": busy,
        "of_it_work_of_its_own_ms": {who: spread(v) for who, v in microphone.work.items()},
        "late_for_the_next_ms": {who: spread(v) for who, v in microphone.late.items()},
        "busy_against_nobody": {
            who: {p: round(busy[who][p] / busy["nobody"][p], 2) for p in ("p50", "p95", "p99")}
            for who in LOOKING[1:]
        },
        "told_after_ms": spread(delays) if delays else None,
        "captions_told": len(delays),
    }


if __name__ == "__main__":
    main()
