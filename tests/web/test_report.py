"""The report: one file to hand over, asked for, read without a server, and printed."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.web.sample import QUARREL_ID, SILENT_ID, pitch
from tests.web.serving import Served

SESSION = f"/sessions/{QUARREL_ID}"
SHARE = 8


def saved(page: Page, folder: Path, nameless: bool = False, *more: str) -> Path:
    """The report as the browser keeps it; `more` are labels of what it is to hold."""
    page.goto(page.url.rstrip("/") + SESSION)
    page.get_by_role("link", name="Report", exact=True).click()
    if nameless:
        page.get_by_label("Put Person A").check()
    for label in more:
        page.get_by_label(label).check()
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


PLAYED = """async () => {
  const sound = document.querySelector("audio");
  await sound.play();
  await new Promise((done) => { sound.ontimeupdate = () => sound.currentTime > 0.15 && done(); });
  const kept = Uint8Array.from(atob(sound.src.split(",")[1]), (letter) => letter.charCodeAt(0));
  const clip = await new OfflineAudioContext(1, 16000, 16000).decodeAudioData(kept.buffer);
  const wave = clip.getChannelData(0);
  let crossings = 0;
  for (let at = 1; at < wave.length; at += 1) crossings += wave[at - 1] < 0 && wave[at] >= 0;
  return crossings / clip.duration;
}"""


def test_it_holds_the_sound_where_that_is_wanted(
    page: Page, reviewed: Served, chromium: Browser, tmp_path: Path
) -> None:
    """Told how large it gets; each line's own sound plays without a server; paper shows none."""
    assert "<audio" not in saved(page, tmp_path).read_text()
    page.goto(f"{reviewed.origin}{SESSION}/report")
    told = page.get_by_label("With the sound")
    expect(told).not_to_be_checked()
    expect(told).to_have_accessible_description(re.compile(r"\d\.\d MB larger"))
    page.goto(reviewed.origin)
    assert reviewed.post(f"{SESSION}/turns/14", do="redact", text="").status == 303
    file = saved(page, tmp_path, False, "With the sound")
    reviewed.stop()
    context = chromium.new_context(offline=True)
    reading = context.new_page()
    asked: list[str] = []
    reading.on("request", lambda request: asked.append(request.url))
    reading.goto(file.as_uri())
    sounds = reading.locator("audio")
    expect(sounds).to_have_count(14)
    expect(sounds.first).to_have_attribute("aria-label", "The sound of Daniel, 0:16")
    # The first clip in the page is that of the first turn.
    assert abs(reading.evaluate(PLAYED) - pitch(0)) < 5
    reading.emulate_media(media="print")
    expect(sounds.first).to_be_hidden()
    context.close()
    assert [each for each in asked if not each.startswith("data:")] == [file.as_uri()]


def test_the_notes_are_in_it_where_they_are_wanted(
    page: Page, reviewed: Served, tmp_path: Path
) -> None:
    reviewed.post(SESSION, do="note", text="Softer than last time.")
    reviewed.post(f"{SESSION}/turns/{SHARE}", do="note", text="It hurt, he says.")
    plain = saved(page, tmp_path).read_text()
    assert "Softer" not in plain and "It hurt" not in plain
    page.goto(reviewed.origin)
    told = saved(page, tmp_path, False, "With the notes").read_text()
    assert "Softer than last time." in told and "It hurt, he says." in told


def test_it_says_what_the_page_says_after_a_correction(
    page: Page, reviewed: Served, tmp_path: Path
) -> None:
    """The corrected words with their own score, and the first one beside it."""
    said = "You came home on Friday and I did not ask about your new job. You were sad, because "
    said += "it was a big day for you. Did I get that?"
    assert reviewed.post(f"{SESSION}/turns/14", do="correct", text=said).status == 303
    assert "100 of 100: mirrored" in reviewed.ask(SESSION).text
    told = saved(page, tmp_path).read_text()
    assert "score 100 of 100 (mirrored)" in told and "at first: 33 of 100: partly" in told
    assert "score 33 of 100" not in told


def test_a_session_without_sound_says_so(page: Page, reviewed: Served) -> None:
    page.goto(f"{reviewed.origin}/sessions/{SILENT_ID}/report")
    expect(page.get_by_text("No sound of this session is kept")).to_be_visible()
    expect(page.get_by_label("With the sound")).to_have_count(0)
    answer = reviewed.post(f"/sessions/{SILENT_ID}/report", agreed="yes", sound="yes")
    assert answer.status == 409 and "no sound of session" in answer.text.lower()


def test_without_the_agreement_of_both_nothing_leaves(reviewed: Served, page: Page) -> None:
    """The browser asks for it, and the server does not take its word."""
    page.goto(f"{reviewed.origin}{SESSION}/report")
    page.get_by_role("button", name="Save the report").click()
    expect(page.get_by_role("heading", name="A report to hand over")).to_be_visible()
    assert reviewed.post(f"{SESSION}/report").status == 400
    assert reviewed.post(f"{SESSION}/report", agreed="no").status == 400
    answer = reviewed.post(f"{SESSION}/report", agreed="yes")
    assert answer.status == 200 and "attachment" in answer.headers["content-disposition"]
