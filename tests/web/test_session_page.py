"""A session in a real browser: seen, heard, and gone about by keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.web.sample import QUARREL_ID, SILENT_ID, STRANGE, STRANGE_ID, pitch
from tests.web.serving import Served

SHARE, MIRROR, ANSWER, SECOND_MIRROR, YES = 8, 14, 20, 25, 31
"""The entries of the first turns of the quarrel."""

HEARD = """async () => {
  const sound = await (await fetch(window.playing)).arrayBuffer();
  const clip = await new OfflineAudioContext(1, 16000, 16000).decodeAudioData(sound);
  const wave = clip.getChannelData(0);
  let crossings = 0;
  for (let at = 1; at < wave.length; at += 1) crossings += wave[at - 1] < 0 && wave[at] >= 0;
  return { pitch: crossings / clip.duration, seconds: clip.duration };
}"""

WATCHED = """() => {
  const real = window.Audio;
  window.Audio = function () {
    window.sound = new real();
    window.sound.addEventListener("play", () => { window.playing = window.sound.src; });
    return window.sound;
  };
}"""
"""Keeps hold of the page's sound, which is no part of its document."""


@pytest.fixture
def quarrel(looking: Page) -> Page:
    """The page of the quarrel, its sound within reach."""
    looking.add_init_script(f"({WATCHED})()")
    looking.goto(f"{looking.url}sessions/{QUARREL_ID}")
    return looking


def line(page: Page, number: int) -> Locator:
    return page.locator(f"#turn-{number}")


def hear(page: Page, number: int) -> Locator:
    return line(page, number).get_by_role("link", name="Hear")


def plays(page: Page) -> None:
    """Time passes in the sound."""
    page.wait_for_function("() => window.sound.currentTime > 0.15 && !window.sound.paused")


@pytest.mark.parametrize(("number", "index"), [(SHARE, 0), (MIRROR, 1), (SECOND_MIRROR, 3)])
def test_a_line_is_heard_by_clicking_it(quarrel: Page, number: int, index: int) -> None:
    """It is the sound of that turn: its pitch and its length; and it really plays."""
    line(quarrel, number).locator(".said").click(position={"x": 5, "y": 8})
    plays(quarrel)
    expect(line(quarrel, number)).to_have_class(re.compile(r"\bnow\b"))
    heard = quarrel.evaluate(HEARD)
    assert abs(heard["pitch"] - pitch(index)) < 5
    assert quarrel.evaluate("window.sound.duration") == pytest.approx(heard["seconds"], abs=0.05)
    assert quarrel.url.endswith(f"#turn-{number}")


def test_it_plays_on_and_the_line_follows(quarrel: Page) -> None:
    """At the end of a line the next one plays, unless one does not want it; at the chosen speed."""
    hear(quarrel, YES).click()
    player = quarrel.get_by_role("region", name="What plays")
    expect(player).to_contain_text("Daniel, 0:50")
    player.get_by_label("Speed").select_option("2")
    assert quarrel.evaluate("window.sound.playbackRate") == 2
    quarrel.wait_for_function("() => window.playing.endsWith('/sound/39')")
    expect(line(quarrel, 39)).to_be_in_viewport()
    assert quarrel.evaluate("window.sound.playbackRate") == 2
    player.get_by_label("Play on").uncheck()
    quarrel.wait_for_function("() => window.sound.ended")
    expect(player).to_contain_text("Daniel, 0:57")
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()
    player.get_by_role("button", name="Before").click()
    quarrel.wait_for_function("() => window.playing.endsWith('/sound/31')")


def test_a_place_in_a_line_is_gone_to(quarrel: Page, looked_at: Served) -> None:
    """By the slider, by keys too; the browser then asks for a part of the sound."""
    hear(quarrel, SHARE).click()
    plays(quarrel)
    place = quarrel.get_by_role("slider", name="Place in this line")
    quarrel.get_by_role("button", name="Pause").click()
    place.fill("500")
    half = quarrel.evaluate("window.sound.duration / 2")
    assert quarrel.evaluate("window.sound.currentTime") == pytest.approx(half, abs=0.1)
    place.press("Home")
    assert quarrel.evaluate("window.sound.currentTime") == pytest.approx(0.0, abs=0.1)
    path = f"/sessions/{QUARREL_ID}/sound/{SHARE}"
    whole = looked_at.ask(path)
    part = looked_at.ask(path, Range="bytes=100-199")
    assert (whole.status, part.status) == (200, 206)
    assert part.body == whole.body[100:200]
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.body)}"
    assert looked_at.ask(path, Range=f"bytes={len(whole.body)}-").status == 416


@pytest.mark.parametrize("speed", ["0.75", "1.25", "1.5", "2"])
def test_every_speed(quarrel: Page, speed: str) -> None:
    hear(quarrel, SHARE).click()
    quarrel.get_by_label("Speed").select_option(speed)
    assert quarrel.evaluate("window.sound.playbackRate") == float(speed)
    plays(quarrel)


def test_everything_by_keys(quarrel: Page) -> None:
    """Arrows go from line to line, Enter hears one, Space stops and goes on, Tab leads to all."""
    hear(quarrel, SHARE).focus()
    quarrel.keyboard.press("ArrowDown")
    expect(hear(quarrel, MIRROR)).to_be_focused()
    quarrel.keyboard.press("Enter")
    plays(quarrel)
    assert quarrel.evaluate("window.playing").endswith(f"/sound/{MIRROR}")
    quarrel.keyboard.press("Space")
    quarrel.wait_for_function("() => window.sound.paused")
    quarrel.keyboard.press("Space")
    plays(quarrel)
    quarrel.keyboard.press("ArrowUp")
    expect(hear(quarrel, SHARE)).to_be_focused()
    quarrel.keyboard.press("Tab")
    expect(line(quarrel, SHARE).get_by_role("link", name="Change")).to_be_focused()
    quarrel.keyboard.press("Enter")
    dialog = quarrel.get_by_role("dialog", name="Daniel shares")
    expect(dialog).to_be_visible()
    quarrel.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(line(quarrel, SHARE).get_by_role("link", name="Change")).to_be_focused()


def test_marks_explain_themselves(quarrel: Page) -> None:
    """On hovering and on focus; Escape hides it; the pair stands side by side."""
    mark = line(quarrel, SHARE).locator("mark.missed", has_text="big day")
    why = line(quarrel, SHARE).locator(".why", has_text="did not come back").last
    expect(why).to_be_hidden()
    mark.hover()
    expect(why).to_be_visible()
    quarrel.mouse.move(0, 0)
    expect(why).to_be_hidden()
    mark.focus()
    expect(why).to_be_visible()
    expect(mark).to_have_accessible_description("Missed: this did not come back.")
    quarrel.keyboard.press("Escape")
    expect(why).to_be_hidden()
    added = line(quarrel, SECOND_MIRROR).locator("mark.added", has_text="always ask")
    expect(added).to_have_accessible_description("Added: this answers instead of mirroring.")
    said, mirrored = line(quarrel, SHARE).bounding_box(), line(quarrel, MIRROR).bounding_box()
    assert said and mirrored
    assert abs(said["y"] - mirrored["y"]) < 2 and said["x"] + said["width"] <= mirrored["x"]


def test_an_answer_that_is_the_next_message_stands_beside_its_mirror(quarrel: Page) -> None:
    said = line(quarrel, ANSWER).bounding_box()
    mirrored = line(quarrel, SECOND_MIRROR).bounding_box()
    assert said and mirrored and abs(said["y"] - mirrored["y"]) < 2


def test_the_time_line_leads_to_the_line(quarrel: Page) -> None:
    """It has a name for those who do not see it, and the same in numbers."""
    quarrel.locator(f'rect[data-turn="{SECOND_MIRROR}"]').click()
    expect(hear(quarrel, SECOND_MIRROR)).to_be_focused()
    picture = quarrel.get_by_role("img", name="Daniel above, Ruth below").first
    expect(picture).to_be_visible()
    quarrel.get_by_text("The same in numbers").click()
    expect(quarrel.get_by_role("row", name="Ruth")).to_be_visible()


def test_a_reload_in_the_middle(quarrel: Page) -> None:
    """The line that was playing is in view again, and plays again."""
    hear(quarrel, YES).click()
    plays(quarrel)
    quarrel.reload()
    expect(line(quarrel, YES)).to_be_in_viewport()
    hear(quarrel, YES).click()
    plays(quarrel)


def test_a_session_without_sound(looking: Page) -> None:
    """It is read as any other; nothing offers to be heard."""
    looking.goto(f"{looking.url}sessions/{SILENT_ID}")
    expect(line(looking, SHARE)).to_contain_text("I came home on Friday")
    expect(looking.get_by_role("link", name="Hear")).to_have_count(0)
    line(looking, SHARE).locator(".said").click(position={"x": 5, "y": 8})
    expect(looking.get_by_role("region", name="What plays")).to_have_count(0)


def test_names_and_words_are_only_ever_text(looking: Page) -> None:
    """Markup, quotes, letters from right to left and pictures are shown as they are."""
    looking.goto(f"{looking.url}sessions/{STRANGE_ID}")
    for name in STRANGE:
        expect(looking.locator(".line .who b", has_text=name).first).to_be_visible()
    share = line(looking, SHARE).locator(".said")
    assert 'I said </p><script>document.title = "taken"</script> to you' in (
        share.evaluate(
            "p => [...p.querySelectorAll('.why')].forEach(w => w.remove()) ?? p.textContent"
        )
    )
    assert "taken" not in looking.title() and STRANGE[0] in looking.title()
    assert looking.locator("script:not([src])").count() == 0
    line(looking, SHARE).get_by_role("link", name="Change").click()
    expect(looking.get_by_role("dialog")).to_contain_text(STRANGE[0])


@pytest.fixture
def plain(context: BrowserContext, looked_at: Served) -> Iterator[Page]:
    """A browser that runs no scripts."""
    name, _, value = looked_at.cookie.partition("=")
    browser = context.browser
    assert browser is not None
    without = browser.new_context(java_script_enabled=False)
    without.add_cookies([{"name": name, "value": value, "url": looked_at.origin}])
    page = without.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{looked_at.origin}/sessions/{QUARREL_ID}")
    yield page
    without.close()


def test_without_scripts(plain: Page) -> None:
    """Marks explain themselves, a line is changed on its own page, its sound is a link."""
    line(plain, SHARE).locator("mark").first.focus()
    expect(line(plain, SHARE).locator(".why").first).to_be_visible()
    plain.locator("h1").click()  # an explanation lies over what is below it until one moves on
    line(plain, SHARE).get_by_role("link", name="Change").click()
    expect(plain.get_by_label("What was said")).to_have_value(
        "I came home on Friday and you did "
        "not ask about my new job. I was sad, because it was a big day for me."
    )
    plain.get_by_role("link", name="Back to the session").click()
    with plain.expect_response(lambda answer: "/sound/" in answer.url) as sounded:
        hear(plain, SHARE).click()
    assert sounded.value.headers["content-type"] == "audio/flac"
