"""Every page, in light and dark, wide and narrow, as axe-core sees it: no violation of WCAG 2.2."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.sample import QUARREL_ID, STRANGE_ID
from tests.web.serving import Served

SESSION = f"/sessions/{QUARREL_ID}"
PAGES = {
    "library": "/",
    "search": "/?words=sad",
    "nothing found": "/?words=elephant",
    "session": SESSION,
    "strange names": f"/sessions/{STRANGE_ID}",
    "just noted": f"{SESSION}?done=",
    "line": f"{SESSION}/turns/14",
    "figures": "/figures",
    "figures of nobody": "/figures?who=nobody",
    "figures of a session": f"{SESSION}/figures",
    "two sessions": f"/figures/compare?a={QUARREL_ID}&b={STRANGE_ID}",
    "delete": f"{SESSION}/forget",
    "report": f"{SESSION}/report",
    "trouble": "/nothing",
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What axe-core finds, each as a rule and the places."""
    # What is out of sight is not laid out until it is scrolled to; here all of it is looked at.
    page.evaluate(
        "document.querySelectorAll('.block').forEach(b => b.style.contentVisibility = 'visible');"
        "document.querySelectorAll('details').forEach(d => d.open = true)"
    )
    source = resources.files("axe_playwright_python").joinpath("axe.min.js")
    page.evaluate(source.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    assert len(found["passes"]) > 10
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def shown(chromium: Browser, running: Served, path: str, scheme: Any, width: int) -> Page:
    context = chromium.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    name, _, value = running.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": running.origin}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{running.origin}{path}")
    return page


@pytest.fixture(scope="module")
def noted(looked_at: Served) -> Served:
    """The session with everything that may be noted about it."""
    turn = f"{SESSION}/turns"
    looked_at.post(f"{turn}/8", do="flag")
    looked_at.post(f"{turn}/8", do="note", text="ask")
    looked_at.post(SESSION, do="note", text="softer than last time")
    looked_at.post(f"{turn}/14", do="correct", text="You came home on Friday.")
    looked_at.post(f"{turn}/20", do="redact", text="sad")
    where = looked_at.post(f"{turn}/25", do="relabel", partner="outside").headers["location"]
    PAGES["just noted"] = where.partition("#")[0]
    return looked_at


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_violation(chromium: Browser, noted: Served, name: str, scheme: str) -> None:
    page = shown(chromium, noted, PAGES[name], scheme, 1200)
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert violations(page) == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0, "the page can be moved sideways"
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_while_it_plays_and_while_a_line_is_changed(
    chromium: Browser, noted: Served, scheme: str
) -> None:
    page = shown(chromium, noted, SESSION, scheme, 1200)
    page.locator("#turn-8 .hear").click()
    expect(page.get_by_role("region", name="What plays")).to_be_visible()
    page.locator("#turn-8 mark").first.focus()
    assert violations(page) == []
    page.locator("#turn-8 .change").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_in_a_report(
    chromium: Browser, noted: Served, scheme: Any, tmp_path: Path
) -> None:
    """The file that is handed over, with its sound and all notes; narrow, it is not cut off."""
    answer = noted.post(f"{SESSION}/report", agreed="yes", sound="yes", notes="yes")
    file = tmp_path / "report.html"
    file.write_bytes(answer.body)
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto(file.as_uri())
    expect(page.locator("audio").first).to_be_visible()
    expect(page.locator(".remark")).to_have_count(2)
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert violations(page) == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0, "the page can be moved sideways"
    context.close()


def test_twice_as_large(chromium: Browser, noted: Served) -> None:
    """At 200 % (half the width) nothing is cut off sideways, on any page."""
    for path in PAGES.values():
        page = shown(chromium, noted, path, "light", 640)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) <= 0, path
        page.context.close()
