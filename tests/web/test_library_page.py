"""The library in a real browser: found, sorted, deleted."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.web.sample import QUARREL_ID, SILENT_ID, STRANGE, STRANGE_ID
from tests.web.serving import Served
from voicecoach.session.library import Library


def shows(page: Page, *dates: str) -> None:
    """The table comes to show the sessions of these dates, in this order."""
    expect(page.locator("tbody th")).to_have_text([re.compile(f"^{date}") for date in dates])


def test_a_row_tells_how_a_session_went(looking: Page) -> None:
    row = looking.get_by_role("row", name="2026-03-01")
    for text in ("Daniel and Ruth", "led to its close", "2 min"):
        expect(row).to_contain_text(text)
    expect(row.locator('[data-label="Rounds"]')).to_have_text("2")
    expect(row.locator('[data-label="Flags"]')).to_have_text("0")
    expect(row.locator('[data-label="Attempts until yes"]')).to_have_text("2")
    expect(row.locator('[data-label="Fidelity"]')).to_have_text("65")
    row.get_by_role("link").first.click()
    expect(looking).to_have_url(re.compile(f"{QUARREL_ID}$"))


def test_it_is_sorted_by_every_column(looking: Page) -> None:
    """The latest first; a second click turns the order round, and says so to a screen reader."""
    shows(looking, "2026-04-02", "2026-03-08", "2026-03-01")
    looking.get_by_role("link", name="Fidelity").click()
    shows(looking, "2026-04-02", "2026-03-01", "2026-03-08")
    looking.get_by_role("link", name="Fidelity").click()
    shows(looking, "2026-03-08", "2026-04-02", "2026-03-01")
    heading = looking.get_by_role("columnheader", name="Fidelity")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    for name in ("Date", "Partners", "Minutes", "Rounds", "Attempts", "Flags"):
        looking.get_by_role("link", name=name).click()
        expect(looking.locator("tbody tr")).to_have_count(3)


def test_it_is_filtered(looking: Page) -> None:
    looking.get_by_label("Partner").fill("ruth")
    looking.get_by_role("button", name="Filter").click()
    expect(looking.get_by_text("2 sessions, of 3")).to_be_visible()
    looking.get_by_role("link", name="Rounds").click()  # the filter stays
    expect(looking).to_have_url(re.compile("sort=rounds"))
    expect(looking.locator("tbody tr")).to_have_count(2)
    looking.get_by_role("link", name="Show all").click()
    expect(looking.locator("tbody tr")).to_have_count(3)


def test_words_are_found_and_marked(looking: Page) -> None:
    """Whatever their case; a click leads to the line; markup is only ever words."""
    looking.get_by_label("Search what was said").fill("SAD angry")
    looking.keyboard.press("Enter")
    expect(looking.get_by_role("heading", name="4 lines with SAD angry")).to_be_visible()
    marked = looking.locator("mark").all_inner_texts()
    assert set(marked) == {"sad", "angry"} and len(marked) == 8
    looking.locator(".found a").last.click()
    expect(looking.locator(":target")).to_contain_text("Not quite.")
    looking.goto(f"{looking.url.partition('/sessions')[0]}/?words=<script>")
    expect(looking.locator(".found bdi").first).to_have_text(STRANGE[0])
    looking.goto(f"{looking.url.partition('/?')[0]}/?words=elephant")
    expect(looking.get_by_text("Nobody said that")).to_be_visible()


def test_deleting_asks_first(page: Page, library: Path) -> None:
    """Keeping keeps; deleting leaves nothing of it in the file's bytes."""
    page.get_by_role("link", name="Delete the session of 2026-03-01").click()
    page.get_by_role("link", name="Keep it").click()
    page.get_by_role("link", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Delete this session for ever?")).to_be_visible()
    page.get_by_role("button", name="Delete for ever").click()
    expect(page.get_by_role("status")).to_be_visible()
    shows(page, "2026-04-02", "2026-03-08")
    with Library(library) as kept:
        assert set(kept.ids()) == {SILENT_ID, STRANGE_ID}
        kept.forget([SILENT_ID])
    assert b"big day" not in b"".join(p.read_bytes() for p in library.parent.glob("library*"))


def test_odd_questions_have_an_answer(looked_at: Served) -> None:
    for asked in (
        "?page=99",
        "?page=x",
        "?sort=burn&up=7",
        "?words=%20%22*",
        "?who=%00",
        "?a=1&a=2",
    ):
        assert looked_at.ask(f"/{asked}").status == 200
