"""The figures in a real browser: a picture, its numbers, and what they do not mean."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.web.sample import QUARREL_ID, STRANGE, STRANGE_ID

TITLES = (
    "Fidelity",
    "Attempts until yes",
    "Length of a share",
    "Equality of the floor",
    "Interruptions",
    "Questions by the listener",
    "Rebuttals by the listener",
)


def test_over_sessions_each_with_a_picture_and_its_numbers(looking: Page) -> None:
    looking.get_by_role("navigation").get_by_role("link", name="Figures").click()
    for title in TITLES:
        part = looking.get_by_role("region", name=title)
        expect(
            part.get_by_role("img", name=re.compile(f"^{title} over 3 sessions"))
        ).to_be_visible()
        part.get_by_text("The numbers").click()
        expect(part.locator("tbody tr")).to_have_count(3)
        assert len(part.locator("p").last.inner_text()) > 40
    part = looking.get_by_role("region", name="Fidelity")
    expect(part.locator("tbody tr").nth(0)).to_contain_text("Daniel and Ruth")
    expect(part.locator("tbody tr").nth(0).locator(".figure")).to_have_text("65")
    name = "at first 65, at last 65, lowest 17, highest 65"
    expect(part.get_by_role("img", name=re.compile(name))).to_be_visible()
    expect(part.locator("polyline")).to_have_attribute("points", re.compile(r"^0\.0,\d"))
    looking.get_by_label("Partner").fill(STRANGE[0])
    looking.get_by_role("button", name="Show").click()
    expect(part.locator("tbody tr")).to_have_count(1)
    expect(part.locator("tbody tr")).to_contain_text(STRANGE[0])


def test_of_a_session_round_by_round(looking: Page) -> None:
    looking.goto(f"{looking.url}sessions/{QUARREL_ID}")
    looking.get_by_role("link", name="Figures of this session").click()
    rows = looking.get_by_role("region", name="Fidelity").locator("tbody tr")
    expect(rows).to_have_text(
        [
            re.compile(r"Round 1: Ruth mirrors\s*54"),
            re.compile(r"Round 2: Daniel mirrors\s*70"),
            re.compile(r"The session\s*65"),
        ]
    )
    rows = looking.get_by_role("region", name="Rebuttals").locator("tbody .figure")
    expect(rows).to_have_text(["1", "0", "1"])
    expect(rows.first.locator("xpath=..").locator("rect.part")).to_have_attribute("width", "100.0")


def test_two_side_by_side(looking: Page) -> None:
    looking.goto(f"{looking.url}figures")
    looking.get_by_label("One session").select_option(QUARREL_ID)
    looking.get_by_label("beside").select_option(STRANGE_ID)
    looking.get_by_role("button", name="Compare").click()
    expect(looking.locator("tbody tr")).to_have_count(len(TITLES))
    expect(looking.locator("tbody tr").first.locator(".figure")).to_have_text(["65", "17"])
    expect(looking.locator("li")).to_have_count(len(TITLES))
    answer = looking.request.get(f"{looking.url.partition('?')[0]}?a={QUARREL_ID}&b=none")
    assert answer.status == 404


def test_which_sessions_are_counted_is_chosen_and_said(looking: Page) -> None:
    """The last so many, or those of some days; what is left out is said."""
    looking.goto(f"{looking.url}figures")
    told = looking.locator("h1 + p")
    rows = looking.get_by_role("region", name="Fidelity").locator("tbody tr")
    expect(told).to_have_text("All 3 sessions, the earliest first.")
    expect(looking.locator("select[name=last]")).to_have_value("100")
    looking.locator("select[name=last]").select_option("all of them")
    looking.get_by_label("From").fill("2026-03-02")
    looking.get_by_role("button", name="Show").click()
    expect(told).to_have_text("All 2 sessions from 2026-03-02 on, the earliest first.")
    expect(rows).to_have_count(2)
    looking.get_by_label("To", exact=True).fill("2026-03-31")
    looking.get_by_role("button", name="Show").click()
    expect(told).to_have_text("The one session from 2026-03-02 to 2026-03-31.")
    expect(looking.locator("select[name=last]")).to_have_value("all")
    looking.get_by_label("To", exact=True).fill("2026-03-03")
    looking.get_by_role("button", name="Show").click()
    expect(looking.get_by_text("There is no such session.")).to_be_visible()
    looking.get_by_role("link", name="Show the last 100").click()
    expect(rows).to_have_count(3)
    for odd in ("last=7", "since=soon", "until=2026-02-30", "last=all&since=%00"):
        assert looking.request.get(f"{looking.url.partition('?')[0]}?{odd}").status == 200
