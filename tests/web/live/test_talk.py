"""`talk --screen` as a user starts it: a real talk from a recording, a real browser, real keys."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.commands.running import SAMPLES, command, environment, run
from tests.web.serving import Served
from voicecoach.engines.soundfiles import Recording, flac_bytes
from voicecoach.speech.audio import FRAME, RATE

CLEAN = SAMPLES / "clean.flac"
ENDS_S = 60
TWICE_MS = 1600
"""Sooner a second press would be the second half of a double click."""


class Talk(Served):
    """A running talk, and the lines that it has printed so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None and process.stdout is not None
        told = process.stderr.readline()
        assert told.startswith("The screen: http://127.0.0.1:"), told
        super().__init__(told.split()[-1], process)
        self.lines: list[dict[str, Any]] = []
        self._readers = [
            threading.Thread(target=self._read, args=(process.stdout,)),
            threading.Thread(target=process.stderr.read),
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stdout: Any) -> None:
        self.lines += (json.loads(line) for line in stdout)

    def ended(self) -> int:
        """Wait for the end, and until all that was printed is read; the exit code."""
        code = self.process.wait(ENDS_S)
        for reader in self._readers:
            reader.join()
        return code


@contextlib.contextmanager
def talking(*arguments: str, recording: Path = CLEAN) -> Iterator[Talk]:
    """A talk from the recording in real time, until the block is left."""
    process = subprocess.Popen(
        command(
            "talk", "--from", recording, "--realtime", "--names", "Anna", "Ben",
            "--consent", "nothing", "--recogniser", "sphinx", "--json", "--screen", "--no-browser",
            *arguments,
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )  # fmt: skip
    try:
        yield Talk(process)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def unanswered(tmp_path: Path) -> Path:
    """The sample up to the end of the first mirror; then nobody says anything for a minute."""
    placed = json.loads((SAMPLES / "timing.json").read_text(encoding="utf-8"))["clean"]["lines"]
    sound, heard = Recording(CLEAN), []
    while len(heard) * FRAME < (placed[1]["end_s"] + 0.2) * RATE:
        frame = sound.read()
        assert frame is not None
        heard.append(frame.samples)
    sound.close()
    file = tmp_path / "unanswered.flac"
    silence = np.zeros(60 * RATE, np.float32)
    file.write_bytes(flac_bytes(np.concatenate([*heard, silence]), RATE))
    return file


def opened(context: BrowserContext, talk: Talk) -> Page:
    """A tab that has followed the printed address."""
    page = context.new_page()
    page.goto(talk.url)
    expect(page.locator("h1")).to_have_text("Anna", timeout=30_000)
    return page


@pytest.mark.slow
def test_pause_go_on_repeat_and_stop(context: BrowserContext) -> None:
    """Each is done by the coach, and said: what the page shows comes from there alone."""
    with talking() as talk:
        page = opened(context, talk)
        said = page.locator("#captions .by-coach")
        expect(said).to_have_count(1, timeout=30_000)
        page.get_by_role("button", name="Repeat").click()
        expect(said).to_have_count(2)
        assert said.nth(0).inner_text() == said.nth(1).inner_text()
        page.get_by_role("button", name="Pause").click()
        expect(page.locator("h1")).to_have_text("Paused")
        page.keyboard.press("g")
        expect(page.locator("h1")).to_have_text("Anna")
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".what")).to_have_text("Shall we stop here? Say yes or no.")
        page.get_by_role("button", name="No, do not stop").click()
        expect(page.locator(".what")).to_have_text("Say what Ben should hear.")
        page.wait_for_timeout(TWICE_MS)
        page.keyboard.press("s")
        expect(page.get_by_role("button", name="Yes, stop")).to_be_visible()
        page.wait_for_timeout(TWICE_MS)
        page.keyboard.press("s")
        # It thanks them in a pause of Anna's, who talks on.
        expect(page.locator("h1")).to_have_text("The coach has ended", timeout=30_000)
        expect(page.locator(".what")).to_have_text("You stopped here.")
        expect(page.locator(".kept")).to_have_text("Nothing was kept.")
        assert talk.ended() == 0
        expect(page.locator("#trouble")).to_be_hidden()
        assert talk.lines[-1]["outcome"] == "stopped"


@pytest.mark.slow
def test_what_is_said_comes_to_the_page_and_ctrl_c_ends_both(context: BrowserContext) -> None:
    """Two tabs, one of which is loaded anew; the end is told to both, and nothing hangs."""
    with talking() as talk:
        page = opened(context, talk)
        other = context.new_page()
        other.goto(talk.origin)
        expect(page.locator("#stage")).to_have_attribute("style", "--level: 0;", timeout=30_000)
        for tab in (page, other):
            expect(tab.locator("h1")).to_have_text("Ben", timeout=30_000)
            expect(tab.locator("#captions .p0")).to_contain_text("phone")
        other.reload()
        expect(other.locator("#captions .p0")).to_contain_text("phone")
        talk.process.send_signal(signal.SIGINT)
        assert talk.ended() == 130
        for tab in (page, other):
            expect(tab.locator("h1")).to_have_text("The coach has ended")
            expect(tab.locator(".what")).to_have_text("It was interrupted.")
        captions = page.locator("#captions li span").all_inner_texts()
        said = [line["text"] for line in talk.lines if line["kind"] in ("turn", "announce")]
        assert captions == said


def test_a_coach_that_is_killed_is_missed(context: BrowserContext) -> None:
    with talking() as talk:
        page = opened(context, talk)
        talk.process.kill()
        expect(page.locator("#trouble")).to_contain_text("The connection to the coach is lost")
        expect(page.locator("h1")).to_have_text("Anna")


@pytest.mark.slow
@pytest.mark.parametrize("agreed", [True, False])
def test_yes_by_key_counts_only_where_both_agreed(
    context: BrowserContext, unanswered: Path, agreed: bool
) -> None:
    """Also where somebody sends what no page offers them."""
    told = ["--buttons", "both-agree"] if agreed else []
    with talking(*told, recording=unanswered) as talk:
        page = opened(context, talk)
        expect(page.locator(".what")).to_have_text("Did Ben get that?", timeout=60_000)
        if agreed:
            page.get_by_role("button", name="Yes, I was heard").click()
            expect(page.locator(".what")).to_have_text("Is there more?")
        else:
            forms = page.locator("#buttons form").first
            serial = (forms.get_attribute("action") or "").rpartition("/")[2]
            sent = "s => fetch(`/press/yes/${s}`, {method: 'POST'}).then(a => a.status)"
            assert page.evaluate(sent, serial) == 409
            page.keyboard.press("y")
            page.wait_for_timeout(500)
            expect(page.locator(".what")).to_have_text("Did Ben get that?")
        talk.process.send_signal(signal.SIGINT)
        talk.ended()
        began, *rest = talk.lines
        assert began.get("buttons", False) is agreed
        assert any("Both agreed" in note for note in began["notes"]) is agreed
        by = [(line["question"], line["answer"]) for line in rest if line.get("by") == "key"]
        assert by == ([("satisfied", "YES")] if agreed else [])


def test_buttons_need_a_screen() -> None:
    done = run("talk", "--from", CLEAN, "--buttons", "both-agree")
    assert done.returncode == 2
    assert "--screen --buttons both-agree" in done.stderr and "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told(context: BrowserContext) -> None:
    with talking() as talk:
        done = run("talk", "--from", CLEAN, "--screen", "--no-browser", "--port", str(talk.port))
    assert done.returncode == 2
    assert f"port {talk.port} cannot be used" in done.stderr


def test_a_recording_that_cannot_be_read_ends_with_its_sentence() -> None:
    """The page is not what the error is about."""
    done = run("talk", "--from", "nothing.wav", "--screen", "--no-browser")
    assert done.returncode == 5
    assert "nothing.wav" in done.stderr and "Traceback" not in done.stderr
