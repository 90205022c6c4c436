"""Pictures of every page of `voicecoach review`, and of the page for the room, to be looked at.

    python -m tests.benchmarks.screenshots OUT [--scheme light|dark|both]

Writes each page at 390, 1024 and 1920 pixels into the folder OUT, of the sample sessions of the
tests with something of everything noted, the report, and the page for the room (in a window as
high as that of a telephone, a tablet and a screen) at its different moments; prints the names of
the files as JSON.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.web import sample
from tests.web.live.talks import scenes, showing
from tests.web.sample import QUARREL_ID, SILENT_ID, STRANGE_ID
from tests.web.serving import Served, served

WIDTHS = {390: 844, 1024: 768, 1920: 1080}
"""Each with the height of such a window."""
SESSION = f"/sessions/{QUARREL_ID}"
PAGES = {
    "library": "/",
    "search": "/?words=sad+angry",
    "session": SESSION,
    "strange": f"/sessions/{STRANGE_ID}",
    "line": f"{SESSION}/turns/14",
    "figures": "/figures",
    "session-figures": f"{SESSION}/figures",
    "compare": f"/figures/compare?a={QUARREL_ID}&b={STRANGE_ID}",
    "delete": f"/sessions/{SILENT_ID}/forget",
    "report": f"/sessions/{QUARREL_ID}/report",
    "trouble": "/nothing",
}
WHOLE = "document.querySelectorAll('.block').forEach(b => b.style.contentVisibility = 'visible')"
"""What is out of sight is not drawn until it is scrolled to; a picture of all of it needs it."""


def main(arguments: list[str]) -> int:
    """Draw and write them all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--scheme", choices=("light", "dark", "both"), default="light")
    args = parser.parse_args(arguments)
    executable = shutil.which("chromium")
    if executable is None:
        print("There is no Chromium here (Debian: apt-get install chromium).", file=sys.stderr)
        return 1
    args.out.mkdir(parents=True, exist_ok=True)
    schemes = ("light", "dark") if args.scheme == "both" else (args.scheme,)
    with tempfile.TemporaryDirectory() as folder:
        library = sample.library(Path(folder) / "library.sqlite3")
        with served(library) as running, sync_playwright() as playwright:
            running.enter()
            note(running)
            browser = playwright.chromium.launch(
                executable_path=executable, args=["--no-sandbox", "--mute-audio"]
            )
            written = [
                name
                for scheme in schemes
                for width in WIDTHS
                for drawn in (
                    draw(running, browser, args.out, scheme, width),
                    draw_live(browser, args.out, scheme, width),
                )
                for name in drawn
            ]
            browser.close()
    print(json.dumps(written))
    return 0


def note(running: Served) -> None:
    """One of each kind of note."""
    turn = f"{SESSION}/turns"
    running.post(f"{turn}/8", do="flag")
    running.post(f"{turn}/8", do="note", text="He says for the first time that it hurt.")
    said = "What I hear you say is that you came home on Friday, and I did not ask. Did I get that?"
    running.post(SESSION, do="note", text="Softer than last time.\nAsk about the mother next week.")
    running.post(f"{turn}/14", do="correct", text=said)
    running.post(f"{turn}/66", do="redact", text="my mother")
    running.post(SESSION, do="rename", partner="1", name="Ruth M.")


def draw(running: Served, browser: Browser, out: Path, scheme: str, width: int) -> Iterator[str]:
    """Each page at this width; the names of the files."""
    context = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
    )
    name, _, value = running.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": running.origin}])
    page = context.new_page()
    for what, path in PAGES.items():
        page.goto(running.origin + path)
        yield _picture(page, out, f"{what}-{width}-{scheme}", whole=True)
    answer = running.post(f"{SESSION}/report", agreed="yes", sound="yes", notes="yes")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.html"
        report.write_bytes(answer.body)
        page.goto(report.as_uri())
        yield _picture(page, out, f"handed-over-{width}-{scheme}", whole=True)
    page.goto(running.origin + SESSION)
    page.locator("#turn-8 .hear").click()
    page.locator("#turn-8 mark").first.hover()
    yield _picture(page, out, f"playing-{width}-{scheme}", whole=False)
    page.locator("#turn-14 .change").click()
    page.get_by_role("dialog").wait_for()
    yield _picture(page, out, f"changing-{width}-{scheme}", whole=False)
    context.close()


def draw_live(browser: Browser, out: Path, scheme: str, width: int) -> Iterator[str]:
    """The page for the room at this width, somebody speaking; the names of the files."""
    for what, lines in scenes().items():
        context = browser.new_context(
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport={"width": width, "height": WIDTHS[width]},
        )
        with showing(lines) as (hub, address):
            name, _, value = address.cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": address.origin}])
            page = context.new_page()
            page.goto(address.origin)
            page.locator("#stage[style]").wait_for()
            for _ in range(20):
                hub.watch(-22.0)
            page.wait_for_timeout(400)
            yield _picture(page, out, f"live-{what}-{width}-{scheme}", whole=False)
            context.close()


def _picture(page: Page, out: Path, name: str, whole: bool) -> str:
    if whole:
        page.evaluate(WHOLE)
    page.screenshot(path=out / f"{name}.png", full_page=whole)
    return f"{name}.png"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
