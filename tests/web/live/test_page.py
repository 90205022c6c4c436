"""The page in a real browser, fed line by line as a talk feeds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.conftest import entered
from tests.web.live.talks import (
    STRANGE,
    STRANGE_LINES,
    asked_aloud,
    lines,
    scenes,
    showing,
    until,
)
from tests.web.serving import Address
from tests.web.test_axe import violations
from voicecoach.web.live import hub as hubs
from voicecoach.web.live.hub import Hub

TALK = lines()


@pytest.fixture
def hub_and_address() -> Iterator[tuple[Hub, Address]]:
    with showing(until(TALK, "share")) as both:
        yield both


@pytest.fixture
def hub(hub_and_address: tuple[Hub, Address]) -> Hub:
    return hub_and_address[0]


@pytest.fixture
def live(context: BrowserContext, hub_and_address: tuple[Hub, Address]) -> Iterator[Page]:
    """The page of a talk in which Daniel has been asked to share."""
    yield from entered(context, hub_and_address[1])


def go_on(hub: Hub, before: list[Any], after: list[Any]) -> None:
    """Show what comes between these two."""
    for line in after[len(before) :]:
        hub.show(line)


def test_every_phase_is_shown_as_it_comes(live: Page, hub: Hub) -> None:
    """Who has the floor, what to do, the steps, the captions: no page is loaded for it."""
    live.evaluate("window.same = true")
    who, what, here = (live.locator(at) for at in ("h1", ".what", "[aria-current=step]"))
    there = until(TALK, "share")
    for phase, nth, name, todo, step in (
        ("share", 1, "Daniel", "Say what Ruth should hear.", "share"),
        ("reflect", 1, "Ruth", "Say back what Daniel said.", "mirror"),
        ("check", 1, "Daniel", "Did Ruth get that?", "understood?"),
        ("share", 2, "Daniel", "Say it again, in other words.", "share"),
        ("check", 2, "Daniel", "Did Ruth get that?", "understood?"),
        ("more", 1, "Daniel", "Is there more?", "more?"),
        ("swap", 1, "Both of you", "You switch roles.", "switch"),
        ("share", 3, "Ruth", "Say what Daniel should hear.", "share"),
    ):
        after = until(TALK, phase, nth)
        go_on(hub, there, after)
        there = after
        expect(who).to_have_text(name)
        expect(what).to_have_text(todo)
        expect(here).to_have_text(step)
        expect(live).to_have_title(f"{name} - voicecoach")
    expect(live.locator(".place")).to_have_text("Round 2")
    expect(live.locator("#captions li").last).to_be_in_viewport()
    go_on(hub, there, TALK)
    expect(who).to_have_text("The coach has ended")
    expect(what).to_have_text("The dialogue is complete.")
    expect(live.locator("#buttons button")).to_have_count(0)
    said = [line for line in TALK if line["kind"] in ("turn", "announce")]
    expect(live.locator("#captions li")).to_have_count(len(said))
    assert live.evaluate("window.same") is True


def test_the_ring_breathes_with_the_voice_and_rests_in_silence(live: Page, hub: Hub) -> None:
    ring = live.locator("#stage")

    def level() -> int:
        return int(ring.evaluate("s => s.style.getPropertyValue('--level')") or 0)

    for _ in range(hubs.FRAMES_PER_LEVEL):
        hub.watch(-12.0)
    expect(ring).to_have_attribute("style", re.compile(r"--level: 19"))
    for _ in range(60):
        hub.watch(-70.0)
    expect(ring).to_have_attribute("style", re.compile(r"--level: 0"))
    assert level() == 0


def test_two_tabs_show_the_same_and_either_may_press(live: Page, hub: Hub) -> None:
    other = live.context.new_page()
    other.goto(live.url)
    go_on(hub, until(TALK, "share"), until(TALK, "check"))
    for tab in (live, other):
        expect(tab.locator(".what")).to_have_text("Did Ruth get that?")
    other.get_by_role("button", name="Repeat").click()
    expect(live.locator("h1")).to_have_text("Daniel")
    live.get_by_role("button", name="Pause").click()
    live.wait_for_function("document.readyState === 'complete'")
    _until_pressed(hub, live, "rp")


def _until_pressed(hub: Hub, page: Page, keys: str) -> None:
    came = ""
    for _ in range(100):
        came += hub.read()
        if len(came) >= len(keys):
            break
        page.wait_for_timeout(50)
    assert came == keys


def test_five_tabs_can_all_be_pressed(live: Page, hub: Hub) -> None:
    """A browser has six connections to one place; what is pressed must not wait for one."""
    tabs = [live, *(live.context.new_page() for _ in range(4))]
    for tab in tabs[1:]:
        tab.goto(live.url)
    go_on(hub, until(TALK, "share"), until(TALK, "reflect"))
    for tab in tabs:
        expect(tab.locator("h1")).to_have_text("Ruth")
        tab.get_by_role("button", name="Repeat").click()
    _until_pressed(hub, live, "rrrrr")


def test_a_reload_in_the_middle_loses_nothing(live: Page, hub: Hub) -> None:
    go_on(hub, until(TALK, "share"), until(TALK, "check", 2))
    expect(live.locator(".place")).to_have_text("Round 1, try 2")
    before = live.locator("#captions").inner_text()
    live.reload()
    expect(live.locator(".place")).to_have_text("Round 1, try 2")
    assert live.locator("#captions").inner_text() == before
    go_on(hub, until(TALK, "check", 2), until(TALK, "more"))
    expect(live.locator(".what")).to_have_text("Is there more?")
    numbers = live.locator("#captions li").evaluate_all("all => all.map(li => li.dataset.number)")
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]


@pytest.mark.parametrize(
    ("key", "came"), [("p", "p"), ("R", "r"), ("s", "s"), ("g", ""), ("y", "")]
)
def test_keys_do_what_the_buttons_say(live: Page, hub: Hub, key: str, came: str) -> None:
    """Those that are shown, and no others."""
    live.keyboard.press("r")
    live.keyboard.press(key)
    last = "p" if came != "s" else "g"  # under the question whether to stop there is no pause
    expect(live.locator(f'#buttons [data-key="{last}"]')).to_be_visible()
    live.keyboard.press(last)
    _until_pressed(hub, live, "r" + came + last)


def test_no_key_of_the_browser_is_taken_and_all_can_be_switched_off(live: Page, hub: Hub) -> None:
    for key in ("Control+r", "Alt+p", "Meta+s", "Control+s"):
        taken = live.evaluate(
            """([key, ctrl, alt, meta]) => !document.body.dispatchEvent(new KeyboardEvent("keydown",
            {key, ctrlKey: ctrl, altKey: alt, metaKey: meta, bubbles: true, cancelable: true}))""",
            [key[-1], "Control" in key, "Alt" in key, "Meta" in key],
        )
        assert not taken, key
    live.keyboard.press("Space")
    live.get_by_role("button", name="Keys: on").click()
    live.keyboard.press("p")
    expect(live.locator("#buttons kbd").first).to_be_hidden()
    live.reload()
    live.keyboard.press("p")
    live.get_by_role("button", name="Keys: off").click()
    live.keyboard.press("r")
    _until_pressed(hub, live, "r")


def test_the_keyboard_alone_is_enough_and_keeps_its_place(live: Page, hub: Hub) -> None:
    """The button that had the focus has it still when the buttons are new."""
    live.get_by_role("button", name="Stop").focus()
    go_on(hub, until(TALK, "share"), until(TALK, "check"))
    expect(live.locator(".what")).to_have_text("Did Ruth get that?")
    expect(live.get_by_role("button", name="Stop")).to_be_focused()
    live.keyboard.press("Enter")
    _until_pressed(hub, live, "s")


def test_yes_and_no_are_there_only_where_both_agreed(context: BrowserContext) -> None:
    for agreed in (False, True):
        with showing(until(lines(buttons=agreed), "check")) as (hub, address):
            tab = entered(context, address)
            page = next(tab)
            yes = page.get_by_role("button", name="Yes, I was heard")
            expect(yes).to_have_count(int(agreed))
            expect(page.get_by_text("Both have agreed to that.")).to_have_count(int(agreed))
            if agreed:
                yes.click()
                _until_pressed(hub, page, "y")
                page.keyboard.press("n")
            page.keyboard.press("p")
            _until_pressed(hub, page, "p")
            next(tab, None)


def test_yes_and_no_come_when_both_have_said_so_aloud(context: BrowserContext) -> None:
    """Nothing is loaded anew for it; while they are asked there is no button to say it with."""
    talk = asked_aloud("Yes.")
    with showing(until(talk, "consent")) as (hub, address):
        tab = entered(context, address)
        page = next(tab)
        expect(page.locator("h1")).to_have_text("Daniel")
        expect(page.locator(".what")).to_have_text("Answer with yes or no.")
        yes = page.get_by_role("button", name="Yes, I was heard")
        expect(yes).to_have_count(0)
        page.keyboard.press("y")
        go_on(hub, until(talk, "consent"), until(talk, "check"))
        expect(page.get_by_text("Both have agreed to that.")).to_be_visible()
        yes.click()
        _until_pressed(hub, page, "y")
        next(tab, None)


def test_a_lost_connection_is_told_and_comes_back(
    context: BrowserContext, hub_and_address: tuple[Hub, Address]
) -> None:
    hub, address = hub_and_address
    name, _, value = address.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": address.origin}])
    page = context.new_page()
    page.goto(address.origin)
    context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    trouble = page.locator("#trouble")
    expect(trouble).to_contain_text("connection to the coach is lost")
    go_on(hub, until(TALK, "share"), until(TALK, "reflect"))
    context.set_offline(False)
    expect(page.locator("h1")).to_have_text("Ruth")
    expect(trouble).to_be_hidden()
    numbers = page.locator("#captions li").evaluate_all("all => all.map(li => li.dataset.number)")
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]


def test_a_coach_that_is_gone_is_told(context: BrowserContext) -> None:
    """Not where it ended in order: then the end is shown."""
    with showing(until(TALK, "share")) as (hub, address):
        tab = entered(context, address)
        page = next(tab)
        expect(page.locator("h1")).to_have_text("Daniel")
        go_on(hub, until(TALK, "share"), TALK)
    expect(page.locator("h1")).to_have_text("The coach has ended")
    page.wait_for_timeout(1500)
    expect(page.locator("#trouble")).to_be_hidden()


def test_whoever_reads_back_is_left_alone(live: Page, hub: Hub) -> None:
    live.set_viewport_size({"width": 800, "height": 600})
    go_on(hub, until(TALK, "share"), until(TALK, "swap"))
    log = live.locator("#log")
    expect(live.locator("#captions li").last).to_be_in_viewport()
    log.evaluate("log => { log.scrollTop = 0; }")
    go_on(hub, until(TALK, "swap"), until(TALK, "share", 3))
    expect(live.locator("h1")).to_have_text("Ruth")
    assert log.evaluate("log => log.scrollTop") == 0


def test_names_and_words_of_any_kind(context: BrowserContext) -> None:
    with showing(STRANGE_LINES) as (_, address):
        tab = entered(context, address)
        page = next(tab)
        expect(page.locator("h1")).to_have_text(STRANGE[0])
        expect(page.locator("#captions li").last).to_contain_text(STRANGE[1])
        assert page.title() == f"{STRANGE[0]} - voicecoach"
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        for width in (390, 1024, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(wide) <= 0
        next(tab, None)


def test_without_scripts(chromium: Browser, hub_and_address: tuple[Hub, Address]) -> None:
    """It looks anew by itself, and its buttons are forms."""
    hub, address = hub_and_address
    context = chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(15_000)
    tab = entered(context, address)
    page = next(tab)
    expect(page.locator("h1")).to_have_text("Daniel")
    go_on(hub, until(TALK, "share"), until(TALK, "reflect"))
    expect(page.locator("h1")).to_have_text("Ruth", timeout=8000)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("h1")).to_have_text("Ruth")
    assert hub.read() == "p"
    page.get_by_role("link", name="Keep it still").click()
    expect(page.get_by_role("link", name="Look anew by itself")).to_be_visible()
    context.close()


SCENES = scenes()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scene", SCENES)
def test_axe_finds_nothing(chromium: Browser, scene: str, scheme: Any) -> None:
    with showing(SCENES[scene]) as (_, address):
        context = chromium.new_context(color_scheme=scheme, reduced_motion="reduce")
        tab = entered(context, address)
        page = next(tab)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        for width in (390, 1200):
            page.set_viewport_size({"width": width, "height": 800})
            assert violations(page) == []
            assert page.evaluate(wide) <= 0
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(wide) <= 0
        assert page.evaluate("document.querySelector('#log').clientHeight") >= 140
        context.close()


def test_nothing_moves_where_that_is_asked_for(chromium: Browser) -> None:
    with showing(until(TALK, "share")) as (hub, address):
        context = chromium.new_context(reduced_motion="reduce")
        tab = entered(context, address)
        page = next(tab)
        voice = page.locator(".voice")
        sizes = set()
        for level in (-60.0, -10.0):
            for _ in range(60):
                hub.watch(level)
            page.wait_for_timeout(300)
            sizes.add(str(voice.bounding_box()))
        assert len(sizes) == 1
        assert voice.evaluate("v => getComputedStyle(v).transitionDuration") == "0s"
        context.close()
