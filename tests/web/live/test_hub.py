"""The session never waits for a page, and no page misses what matters."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import pytest

from tests.web.live.talks import asked_aloud, lines, until
from voicecoach.web.live import hub as hubs
from voicecoach.web.live.hub import Hub, News


def note(number: int) -> dict[str, str]:
    """A line that is a caption."""
    return {"kind": "warning", "text": f"note {number}"}


def at(phase: str, *, agreed: bool = False, clock: object = time.monotonic) -> Hub:
    """A hub that has come to that phase."""
    hub = Hub(clock)  # type: ignore[arg-type]
    for line in until(lines(buttons=agreed), phase):
        hub.show(line)
    return hub


async def first(news: AsyncIterator[News]) -> News:
    async with asyncio.timeout(5):
        return await anext(news)


def test_a_page_is_told_what_is_now_and_then_what_changes() -> None:
    async def look() -> None:
        hub = at("check")
        news = hub.news(0)
        came = await first(news)
        assert came.stage is not None and came.stage.phase == "check"
        assert [each.number for each in came.captions] == [1, 2, 3, 4]
        for line in until(lines(), "share", 2)[len(until(lines(), "check")) :]:
            hub.show(line)
        came = await first(news)
        assert came.stage is not None and came.stage.attempt == 2
        assert next(each.number for each in came.captions) == 5
        hub.end()
        assert (await first(news)).over
        assert [each async for each in news] == []

    asyncio.run(look())


def test_a_page_that_comes_back_gets_what_it_has_not_seen() -> None:
    async def look() -> None:
        hub = at("check")
        came = await first(hub.news(2))
        assert [each.number for each in came.captions] == [3, 4]
        assert came.stage is not None
        came = await first(hub.news(99))
        assert came.captions == () and came.stage is not None

    asyncio.run(look())


def test_what_nobody_takes_is_dropped_the_oldest_first() -> None:
    """Lines that wait for the web's thread, captions that a page may get: all have an end."""
    hub = Hub()
    for number in range(hubs.MOST_LINES + 50):
        hub.show(note(number))
    _, captions = hub.now()
    assert len(captions) == hubs.MOST_CAPTIONS
    assert captions[-1].text == f"note {hubs.MOST_LINES + 49}"
    assert captions[-1].number == hubs.MOST_LINES, "the oldest were not even looked at"
    for _ in range(3 * hubs.MOST_PRESSES):
        hub.show(until(lines(), "share")[1])
        hub.press("pause", 0)
    assert len(hub.read()) == hubs.MOST_PRESSES
    assert hub.read() == ""


def test_a_page_that_is_slow_gets_fewer_steps_and_all_captions() -> None:
    """However much happens meanwhile, what waits for a page is one piece of news."""

    async def look() -> None:
        hub = Hub()
        news = hub.news(0)
        await first(news)
        for number in range(40):
            hub.show(note(number))
            hub.watch(-20.0)
            await asyncio.sleep(0)
        came = await first(news)
        assert [each.text for each in came.captions] == [f"note {n}" for n in range(40)]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await anext(news)

    asyncio.run(look())


def test_it_is_told_within_a_tenth_of_a_second() -> None:
    """From another thread, as the session does it; measured only against being told at all."""

    async def look() -> float:
        hub = Hub()
        news = hub.news(0)
        await first(news)
        said: list[float] = []

        def session() -> None:
            time.sleep(0.1)
            said.append(time.monotonic())
            hub.show(note(1))

        thread = threading.Thread(target=session)
        thread.start()
        assert (await first(news)).captions
        told = time.monotonic() - said[0]
        thread.join()
        return told

    assert min(asyncio.run(look()) for _ in range(3)) < 0.1


def test_a_page_hears_that_the_coach_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "ALIVE_S", 0.05)

    async def look() -> None:
        news = Hub().news(0)
        await first(news)
        assert await first(news) == News()

    asyncio.run(look())


def test_the_level_is_told_rarely_and_only_where_it_changes() -> None:
    async def look() -> None:
        hub = Hub()
        news = hub.news(0)
        assert (await first(news)).level == 0
        for _ in range(40):
            hub.watch(-70.0)  # a still room
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await anext(news)
        news = hub.news(0)
        await first(news)
        for _ in range(hubs.FRAMES_PER_LEVEL):
            hub.watch(-10.0)
        assert (await first(news)).level == hubs.LEVELS

    asyncio.run(look())


def test_without_a_page_nothing_is_woken() -> None:
    """A session that nobody looks at pays for an entry in a list, and nothing else."""

    class Loop:
        def call_soon_threadsafe(self, *_: object) -> None:
            raise AssertionError("nobody listens")

    hub = Hub()
    hub._loop = Loop()  # type: ignore[assignment]
    hub.show(note(1))
    for level in range(-60, 0):
        hub.watch(level)


def test_a_session_outlives_the_web_thread() -> None:
    """Also where a page was open when that thread died."""
    hub = Hub()

    async def look() -> None:
        await first(hub.news(0))
        hub._listeners = 1  # as where nothing was given back

    asyncio.run(look())
    hub.show(note(1))
    hub.end()


# ------------------------------------------------------------------- what is pressed


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def serial(hub: Hub) -> int:
    return hub.now()[0].serial


def test_commands_are_taken_as_keys() -> None:
    hub = at("reflect")
    for what in ("pause", "resume", "repeat", "repeat", "stop"):
        assert hub.press(what, serial(hub))
    assert hub.read() == "pgrrs"


def test_nothing_can_be_pressed_before_and_after() -> None:
    hub = Hub()
    assert not hub.press("pause", 0)
    hub = at("share")
    hub.end()
    assert not hub.press("pause", serial(hub))
    assert hub.read() == ""


@pytest.mark.parametrize("what", ["yes", "no"])
def test_yes_and_no_are_nothing_unless_both_agreed(what: str) -> None:
    hub = at("check")
    assert not hub.press(what, serial(hub))
    hub = at("check", agreed=True)
    assert hub.press(what, serial(hub))
    assert hub.read() == hubs.BUTTONS[what]


@pytest.mark.parametrize(("answer", "counts"), [("Yes.", True), ("No.", False)])
def test_yes_and_no_count_from_the_second_yes_aloud_on(answer: str, counts: bool) -> None:
    """Not while they are asked, and not after a no."""
    talk = asked_aloud(answer)
    hub = Hub()
    for line in until(talk, "consent"):
        hub.show(line)
    assert not hub.press("yes", serial(hub))
    for line in until(talk, "check")[len(until(talk, "consent")) :]:
        hub.show(line)
    assert hub.press("yes", serial(hub)) is counts
    assert hub.read() == ("y" if counts else "")


@pytest.mark.parametrize("phase", ["share", "reflect", "swap", "close"])
def test_yes_and_no_answer_only_the_two_questions(phase: str) -> None:
    hub = at(phase, agreed=True)
    assert not hub.press("yes", serial(hub))


def test_an_answer_to_an_older_question_does_not_count() -> None:
    """Pressed on a page that still shows what is over."""
    hub = at("more", agreed=True)
    assert not hub.press("yes", serial(hub) - 1)
    assert hub.press("yes", serial(hub))


def test_a_double_click_is_one_press_also_where_the_next_button_lies_under_it() -> None:
    clock = Clock()
    hub = at("check", agreed=True, clock=clock)
    assert hub.press("yes", serial(hub))
    clock.now += 0.3
    for line in until(lines(buttons=True), "more")[len(until(lines(buttons=True), "check")) :]:
        hub.show(line)
    assert not hub.press("yes", serial(hub))
    clock.now += hubs.DELIBERATE_S
    assert hub.press("yes", serial(hub))


def test_a_double_click_on_stop_does_not_confirm_it() -> None:
    clock = Clock()
    hub = at("share", clock=clock)
    before = serial(hub)
    assert hub.press("stop", before)
    assert not hub.press("stop", before)
    assert hub.now()[0].asking == "stop", "it is asked at once, also where somebody talks on"
    clock.now += 0.3
    assert not hub.press("stop", serial(hub))
    clock.now += hubs.DELIBERATE_S
    assert not hub.press("stop", before), "a page that does not show the question yet"
    assert hub.press("stop", serial(hub))
    assert hub.read() == "ss"


def test_go_on_takes_the_question_back() -> None:
    hub = at("share")
    hub.press("stop", serial(hub))
    hub.press("resume", serial(hub))
    assert hub.now()[0].asking == ""


def test_it_waits_for_a_page_without_scripts_to_see_the_end() -> None:
    """And for no other, and not without end."""
    clock = Clock()
    hub = Hub(clock)
    began = time.monotonic()
    hub.wait()
    hub.looks_again(3)
    clock.now += 3 + hubs.SLOW_S
    hub.wait()
    hub.looks_again(3)
    hub.end()
    hub.now()
    hub.looks_again(3)
    hub.wait()
    assert time.monotonic() - began < 3
