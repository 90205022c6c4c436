"""The report: one file to hand over, asked for, read without a server, and printed."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.web.sample import QUARREL_ID
from tests.web.serving import Served

SESSION = f"/sessions/{QUARREL_ID}"
SHARE = 8


def saved(page: Page, folder: Path, nameless: bool = False) -> Path:
    """The report as the browser keeps it."""
    page.goto(page.url.rstrip("/") + SESSION)
    page.get_by_role("link", name="Report", exact=True).click()
    if nameless:
        page.get_by_label("Put Person A").check()
    page.get_by_label("Both agree").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the report").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_it_is_read_without_a_server_and_printed(
    page: Page, reviewed: Served, chromium: Browser, tmp_path: Path
) -> None:
    """It asks for nothing from anywhere, and fills pages of A4."""
    file = saved(page, tmp_path)
    assert file.name == f"voicecoach-{QUARREL_ID}.html"
    reviewed.stop()
    context = chromium.new_context(offline=True)
    reading = context.new_page()
    asked: list[str] = []
    reading.on("request", lambda request: asked.append(request.url))
    reading.goto(file.as_uri())
    expect(reading.get_by_role("heading", name="Daniel and Ruth")).to_be_visible()
    expect(reading.get_by_text("you left out").first).to_be_visible()
    printed = reading.pdf(format="A4")
    context.close()
    assert asked == [file.as_uri()]
    sheets = re.findall(rb"/MediaBox\s*\[\s*0 0 (\d+)[\d.]* (\d+)", printed)
    assert sheets and set(sheets) <= {(b"594", b"841"), (b"595", b"842")}


def test_names_and_what_was_hidden_are_left_out(
    page: Page, reviewed: Served, tmp_path: Path
) -> None:
    """Persons A and B, and no word that the review has hidden."""
    assert reviewed.post(f"{SESSION}/turns/{SHARE}", do="redact", text="new job").status == 303
    text = saved(page, tmp_path, nameless=True).read_text()
    assert "Person A" in text and "[hidden]" in text
    assert not re.search("Daniel|Ruth|new job", text)


def test_without_the_agreement_of_both_nothing_leaves(reviewed: Served, page: Page) -> None:
    """The browser asks for it, and the server does not take its word."""
    page.goto(f"{reviewed.origin}{SESSION}/report")
    page.get_by_role("button", name="Save the report").click()
    expect(page.get_by_role("heading", name="A report to hand over")).to_be_visible()
    assert reviewed.post(f"{SESSION}/report").status == 400
    assert reviewed.post(f"{SESSION}/report", agreed="no").status == 400
    answer = reviewed.post(f"{SESSION}/report", agreed="yes")
    assert answer.status == 200 and "attachment" in answer.headers["content-disposition"]
