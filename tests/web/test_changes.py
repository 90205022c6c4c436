"""What a therapist notes in the browser: kept beside what was heard, shown, and taken back."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.web.sample import QUARREL_ID, SILENT_ID
from tests.web.serving import Served
from voicecoach.session import record
from voicecoach.session.library import Library

SHARE, MIRROR, ANSWER, SECOND_MIRROR = 8, 14, 20, 25
SESSION = f"/sessions/{QUARREL_ID}"


def line(page: Page, number: int) -> Locator:
    return page.locator(f"#turn-{number}")


def change(page: Page, number: int) -> Locator:
    """The dialog in which a line is changed."""
    if not page.url.partition("?")[0].partition("#")[0].endswith(SESSION):
        page.goto(f"{page.url.rstrip('/')}{SESSION}")
    line(page, number).get_by_role("link", name="Change").click()
    return page.get_by_role("dialog")


def undo(page: Page) -> None:
    page.get_by_role("status").get_by_role("button", name="Undo").click()


def test_a_correction_is_scored_again_and_both_are_shown(page: Page, library: Path) -> None:
    """What was heard at first stays, in the library too; undone, all is as it was."""
    dialog = change(page, MIRROR)
    said = "You came home on Friday and I did not ask about your new job. You were sad, because "
    said += "it was a big day for you. Did I get that?"
    expect(line(page, MIRROR)).to_contain_text("33 of 100")
    dialog.get_by_label("What was said").fill(said)
    dialog.get_by_role("button", name="Correct").click()
    expect(page.get_by_role("status")).to_contain_text("A line was corrected.")
    expect(line(page, MIRROR)).to_be_in_viewport()
    expect(line(page, MIRROR)).to_contain_text("At first this was heard: What I hear you say")
    expect(line(page, MIRROR)).to_contain_text("100 of 100: mirrored")
    expect(line(page, MIRROR)).to_contain_text("at first: 33 of 100: partly")
    expect(line(page, SHARE).locator("mark")).to_have_count(0)
    with Library(library) as kept:
        turn = next(t for t in record.turns(kept.session(QUARREL_ID)) if t.number == MIRROR)
    assert turn.text == said and turn.utterance.text.startswith("What I hear")
    undo(page)
    expect(page.get_by_role("status")).to_contain_text("Undone: a line was corrected.")
    expect(line(page, MIRROR)).not_to_contain_text("At first")
    expect(line(page, MIRROR)).to_contain_text("33 of 100")
    page.get_by_role("button", name="Do it again").click()
    expect(line(page, MIRROR)).to_contain_text("100 of 100")


def test_a_corrected_message_is_scored_again_too(page: Page) -> None:
    """The words before a question of the procedure, and after an answer, are the ones compared."""
    dialog = change(page, ANSWER)
    dialog.get_by_label("What was said").fill("Not quite. I was glad about my job.")
    dialog.get_by_role("button", name="Correct").click()
    expect(line(page, SECOND_MIRROR)).to_contain_text("at first: 75 of 100")
    expect(line(page, ANSWER).locator("mark.missed", has_text="glad")).to_have_count(1)


def test_a_partner_is_renamed_everywhere(page: Page) -> None:
    page.goto(f"{page.url}{SESSION[1:]}")
    page.get_by_label("First to speak").fill("D. <i>")
    page.locator("#names form").first.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("Daniel was renamed D. <i>.")
    expect(page.get_by_role("heading", level=1)).to_have_text("D. <i> and Ruth")
    assert "Daniel" not in page.locator(".talk").inner_text()
    expect(page.locator("li.coach").first).to_contain_text("D. <i>, you share first")
    page.goto(f"{page.url.partition('/sessions')[0]}/?who=D.")
    expect(page.get_by_role("row", name="D. <i> and Ruth")).to_have_count(1)


def test_two_of_one_name_are_refused(page: Page) -> None:
    page.goto(f"{page.url}{SESSION[1:]}")
    page.get_by_label("First to speak").fill("Ruth")
    page.locator("#names form").first.get_by_role("button").evaluate("b => b.form.submit()")
    expect(page.get_by_text("could not be told apart")).to_be_visible()


def test_who_spoke_is_told_anew(page: Page) -> None:
    dialog = change(page, SHARE)
    dialog.get_by_label("Ruth").check()
    dialog.get_by_role("button", name="Say who spoke").click()
    expect(line(page, SHARE).locator(".who b")).to_have_text("Ruth")
    expect(line(page, SHARE)).to_contain_text("throws in")
    expect(page.get_by_role("status")).to_contain_text("A line was given to Ruth.")
    undo(page)
    expect(line(page, SHARE).locator(".who b")).to_have_text("Daniel")
    dialog = change(page, SHARE)
    dialog.get_by_label("neither: a voice from outside").check()
    dialog.get_by_role("button", name="Say who spoke").click()
    expect(line(page, SHARE).locator(".who")).to_contain_text("Someone from outside")


def test_notes_and_flags(page: Page) -> None:
    """A note may be a picture or markup; the library tells how many flags there are."""
    dialog = change(page, SHARE)
    dialog.get_by_label("A note to this line").fill("Ask about <work> & 🌻\nagain")
    dialog.get_by_role("button", name="Add the note").click()
    expect(line(page, SHARE).locator(".remark")).to_have_text("Ask about <work> & 🌻\nagain")
    change(page, SHARE).get_by_role("button", name="Flag this line").click()
    expect(line(page, SHARE).locator(".flag")).to_have_text("flagged")
    page.goto(f"{page.url.partition('/sessions')[0]}/?flagged=1")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first.locator('[data-label="Flags"]')).to_have_text("1")
    rows.first.get_by_role("link").first.click()
    page.wait_for_url("**/sessions/*")  # and until it is loaded, its scripts too
    change(page, SHARE).get_by_role("button", name="Take the flag away").click()
    expect(line(page, SHARE).locator(".flag")).to_have_count(0)
    expect(page.locator("#history li")).to_have_count(2)


def test_a_note_on_the_whole_session(page: Page) -> None:
    """At the top, and in the library as a sign that leads to it; taken back, gone from both."""
    library = page.url
    page.goto(f"{page.url}{SESSION[1:]}")
    page.get_by_text("Add a note").first.click()
    page.get_by_label("A note on the whole session").fill("Softer than <last> time 🌻\nthey say")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#about .remark")).to_have_text("Softer than <last> time 🌻\nthey say")
    expect(page.get_by_role("status")).to_contain_text("A note on the session was added.")
    page.goto(library)
    sign = page.get_by_role("link", name="with a note")
    expect(sign).to_have_count(1)
    sign.click()
    expect(page.locator("#about .remark")).to_be_in_viewport()
    page.locator("#history").get_by_role("button", name="Undo").click()
    expect(page.locator("#about .remark")).to_have_count(0)
    page.goto(library)
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(sign).to_have_count(0)


def test_a_line_is_corrected_by_keys_alone(page: Page) -> None:
    """From the line to its dialog, through its form, and back by Undo: no pointer is needed."""
    page.goto(f"{page.url}{SESSION[1:]}")
    line(page, MIRROR).get_by_role("link", name="Change").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    for _ in range(10):
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("You were sad.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Correct")).to_be_focused()
    page.keyboard.press("Enter")
    expect(line(page, MIRROR).locator(".first")).to_contain_text("At first this was heard")
    page.get_by_role("status").get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(line(page, MIRROR).locator(".first")).to_have_count(0)


def test_an_altered_word_explains_itself_on_both_sides(page: Page) -> None:
    dialog = change(page, MIRROR)
    dialog.get_by_label("What was said").fill(
        "You came home on Saturday and I did not ask about your new job. You were sad."
    )
    dialog.get_by_role("button", name="Correct").click()
    page.wait_for_url("**done=**")  # and until it is loaded: until then, it may take the focus
    for number, said in ((SHARE, "Friday"), (MIRROR, "Saturday")):
        mark = line(page, number).locator("mark.altered", has_text=said)
        expect(mark).to_have_accessible_description(
            re.compile("^Altered: “Friday” became “Saturday”")
        )
        mark.focus()
        expect(line(page, number).locator(".why:visible")).to_contain_text("Altered:")


def test_each_kind_of_note_is_undone_and_done_again_in_the_list(
    page: Page, reviewed: Served
) -> None:
    """A name, a note, a flag, a voice, a hidden line: each by its own button."""
    turn = f"{SESSION}/turns/{SHARE}"
    made = {
        "A line was hidden": (turn, {"do": "redact", "text": ""}, f"#turn-{SHARE}", "[hidden]"),
        "A line was given to Ruth": (turn, {"do": "relabel", "partner": "1"}, ".talk", "by hand"),
        "A note was added": (turn, {"do": "note", "text": "hm hm"}, ".talk", "hm hm"),
        "A line was flagged": (turn, {"do": "flag"}, ".talk", "flagged"),
        "Daniel was renamed Dan": (
            SESSION,
            {"do": "rename", "partner": "0", "name": "Dan"},
            "h1",
            "Dan and Ruth",
        ),
    }
    for to, fields, _, _ in made.values():
        assert reviewed.post(to, **fields).status == 303
    page.goto(f"{page.url}{SESSION[1:]}")
    for what, (_, _, where, shown) in made.items():
        row = page.locator("#history li", has_text=what)
        expect(page.locator(where).first).to_contain_text(shown)
        row.get_by_role("button", name="Undo").click()
        expect(row).to_contain_text("(taken back)")
        expect(page.locator(where).first).not_to_contain_text(shown)
        row.get_by_role("button", name="Do it again").click()
        expect(page.locator(where).first).to_contain_text(shown)


def test_what_is_hidden_is_nowhere(page: Page, reviewed: Served, library: Path) -> None:
    """Not in the line, not in the evidence of its mirror, not to be heard; until it is undone."""
    dialog = change(page, SHARE)
    dialog.get_by_label("Words to hide").fill("new job")
    dialog.get_by_role("button", name="Hide").click()
    expect(line(page, SHARE).locator(".said")).to_contain_text("did not ask about my [hidden]. I")
    assert "new job" not in page.content()
    assert reviewed.ask(f"{SESSION}/sound/{SHARE}").status == 404
    assert reviewed.ask(f"{SESSION}/sound/{MIRROR}").status == 200
    assert "new job" not in reviewed.ask(f"{SESSION}/turns/{SHARE}").text
    assert "1 line with new job" in reviewed.ask("/?words=new+job").text  # of the other session
    change(page, MIRROR).get_by_role("button", name="Hide").click()
    expect(line(page, MIRROR).locator(".said")).to_have_text("[hidden]")
    expect(line(page, MIRROR)).to_contain_text("33 of 100")
    assert "made you angry" not in page.content()
    undo(page)
    expect(line(page, MIRROR)).to_contain_text("made you angry")
    expect(line(page, SHARE)).to_contain_text("[hidden]")
    with Library(library) as kept:  # hiding erases nothing
        assert "new job" in str(kept.session(QUARREL_ID).entries)


def test_words_that_are_not_there_cannot_be_hidden(page: Page) -> None:
    dialog = change(page, SHARE)
    dialog.get_by_label("Words to hide").fill("old house")
    dialog.get_by_role("button", name="Hide").click()
    expect(page.get_by_text("The line does not say “old house”.")).to_be_visible()


def test_two_tabs(page: Page, context: BrowserContext, library: Path) -> None:
    """Each adds to what the other has done; what is gone in one is gone in the other."""
    origin = page.url.rstrip("/")
    page.goto(f"{origin}{SESSION}")
    other = context.new_page()
    other.goto(f"{origin}{SESSION}")
    change(page, SHARE).get_by_role("button", name="Flag this line").click()
    dialog = change(other, MIRROR)
    dialog.get_by_label("A note to this line").fill("hm")
    dialog.get_by_role("button", name="Add the note").click()
    expect(line(other, SHARE).locator(".flag")).to_have_count(1)
    expect(line(other, MIRROR).locator(".remark")).to_have_text("hm")
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete for ever").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing of it is left")
    other.reload()
    expect(other.get_by_text("forgotten meanwhile")).to_be_visible()
    with Library(library) as kept:
        assert QUARREL_ID not in kept.ids()


def test_a_form_of_a_page_that_is_stale(reviewed: Served) -> None:
    """A note that was taken back already is taken back again without harm; nonsense is refused."""
    to = f"{SESSION}/turns/{SHARE}"
    assert reviewed.post(to, do="flag").status == 303
    number = reviewed.post(to, do="note", text="x").headers["location"]
    note = number.partition("done=")[2].partition("#")[0]
    for _ in range(2):
        assert reviewed.post(SESSION, do="undo", note=note).status == 303
    assert 'class="remark"' not in reviewed.ask(SESSION).text
    for fields in ({}, {"do": "burn"}, {"do": "undo", "note": "1"}, {"do": "undo", "note": "x"}):
        assert reviewed.post(SESSION, **fields).status == 409
    for fields in ({"do": "relabel"}, {"do": "correct", "text": "  "}, {"do": "correct"}):
        assert reviewed.post(to, **fields).status == 409
    assert reviewed.post(f"{SESSION}/turns/7", do="flag").status == 404
    assert reviewed.post(f"/sessions/{SILENT_ID}/forget").status == 400
