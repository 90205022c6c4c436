"""One library for the tests that only look, and a fresh copy of it for those that change it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web import sample
from tests.web.serving import Served, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample library, made once."""
    return sample.library(tmp_path_factory.mktemp("made") / "library.sqlite3")


@pytest.fixture
def library(made: Path, tmp_path: Path) -> Path:
    """A copy of the sample library of one's own."""
    return Path(shutil.copy(made, tmp_path / "library.sqlite3"))


@pytest.fixture(scope="module")
def looked_at(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A review of the sample library, entered; for tests that change nothing."""
    copy = Path(shutil.copy(made, tmp_path_factory.mktemp("looked") / "library.sqlite3"))
    with served(copy) as running:
        running.enter()
        yield running


@pytest.fixture
def reviewed(library: Path) -> Iterator[Served]:
    """A review of one's own library, entered."""
    with served(library) as running:
        running.enter()
        yield running


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless; no browser is ever fetched."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("there is no Chromium on this machine (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    # Run as root in a container, Chromium cannot make a sandbox of its own.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--mute-audio"]
        )
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A window of its own: no cookie of another test."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, reviewed: Served) -> Iterator[Page]:
    """A tab in which the review of one's own library is open; it must not complain of anything."""
    yield from entered(context, reviewed)


@pytest.fixture
def looking(context: BrowserContext, looked_at: Served) -> Iterator[Page]:
    """A tab in which the review that nobody changes is open."""
    yield from entered(context, looked_at)


def _complains(line: ConsoleMessage) -> bool:
    """Whether the browser complains; that we refuse something (409) is no fault of a page."""
    return line.type == "error" and "status of 409" not in line.text


def entered(context: BrowserContext, running: Served) -> Iterator[Page]:
    """A tab with the library's page; what it loads and what goes wrong in it is watched."""
    name, _, value = running.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": running.origin}])
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if _complains(line) else None)
    page.on("dialog", lambda dialog: (troubles.append(dialog.message), dialog.dismiss()))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(running.origin) else troubles.append(request.url)
        ),
    )
    page.goto(running.origin)
    yield page
    assert troubles == []
