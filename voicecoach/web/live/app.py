"""The live page, the events that keep it up to date, and what is pressed on it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from voicecoach.web import assets
from voicecoach.web.guard import App
from voicecoach.web.live.hub import BUTTONS, Hub, News
from voicecoach.web.live.stage import ANSWERED, Stage
from voicecoach.web.pages import page

REFRESH_S = 3
"""A page without scripts looks anew so often."""

RETRY_MS = 1000
"""A page that has lost the coach tries again so often."""


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what it does, what it says, and its key."""

    does: str
    says: str
    look: str = "plain"
    """Its class: "plain", "grave", "" for what is likely wanted, "own" for the speaker's answer."""

    @property
    def key(self) -> str:
        """Its key."""
        return BUTTONS[self.does].upper()


def buttons(stage: Stage) -> list[Button]:
    """What can be pressed now."""
    if stage.ended or stage.phase in ("", "done"):
        return []
    if stage.asking == "stop":
        return [Button("stop", "Yes, stop", "grave"), Button("resume", "No, do not stop")]
    if stage.asking:
        return [Button("resume", "No, go on"), Button("stop", "Stop")]
    if stage.phase == "paused":
        return [Button("resume", "Go on", ""), Button("stop", "Stop")]
    yes_no = zip(("yes", "no"), ANSWERED.get(stage.phase, ()) if stage.agreed else (), strict=False)
    answers = [Button(does, says, "own") for does, says in yes_no]
    return [*answers, Button("pause", "Pause"), Button("repeat", "Repeat"), Button("stop", "Stop")]


class Live:
    """The pages of one session that goes on, fed by `hub`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def app(self) -> App:
        """The ASGI application, still without a guard."""
        routes = [
            Route("/", self.page),
            Route("/events", self.events),
            Route("/press/{what}/{serial:int}", self.press, methods=["POST"]),
            assets.ROUTE,
        ]
        troubles: dict[Any, Any] = {HTTPException: _trouble}
        return cast(App, Starlette(routes=routes, exception_handlers=troubles))

    async def page(self, request: Request) -> Response:
        """What is now. `plain` is asked for by a page without scripts, `still` by one that shall
        not look anew by itself."""
        stage, captions = self._hub.now()
        if "plain" in request.query_params:
            self._hub.looks_again(REFRESH_S)
        return HTMLResponse(
            page(
                "live/page",
                stage=stage,
                buttons=buttons(stage),
                captions=captions,
                refresh_s=None if stage.ended or "still" in request.query_params else REFRESH_S,
            )
        )

    async def press(self, request: Request) -> Response:
        """Take a press; 409 where it does not count any more."""
        what, serial = request.path_params["what"], request.path_params["serial"]
        if what not in BUTTONS:
            raise HTTPException(404)
        if not self._hub.press(what, serial):
            raise HTTPException(409)
        return RedirectResponse("/", 303)

    async def events(self, request: Request) -> Response:
        """Everything the page needs from here on, as server-sent events."""
        seen = request.headers.get("last-event-id") or request.query_params.get("after", "")
        after = int(seen) if re.fullmatch(r"[0-9]{1,9}", seen) else 0
        headers = {"x-accel-buffering": "no"}
        return StreamingResponse(self._told(after), media_type="text/event-stream", headers=headers)

    async def _told(self, after: int) -> AsyncIterator[str]:
        yield f"retry: {RETRY_MS}\n\n"
        async for news in self._hub.news(after):
            yield "".join(_events(news))


def _events(news: News) -> Iterator[str]:
    """The news as events; the stage as the very parts of the page that it changes."""
    if news.stage is not None:
        now = buttons(news.stage)
        yield _event("stage", page("live/stage", stage=news.stage))
        yield _event("buttons", page("live/buttons", stage=news.stage, buttons=now))
    for caption in news.captions:
        yield _event("caption", page("live/caption", caption=caption), caption.number)
    if news.level is not None:
        yield _event("level", str(news.level))
    if news.over:
        yield _event("over", "")
    elif news == News():
        yield _event("alive", "")


def _event(kind: str, data: str, number: int | None = None) -> str:
    """One event. Lines end in the three ways that its reader knows, and in no other.

    >>> _event("level", "3")
    'event: level\\ndata: 3\\n\\n'
    """
    lines = [f"data: {line}" for line in re.split("\r\n|\r|\n", data)]
    numbered = [] if number is None else [f"id: {number}"]
    return "\n".join([f"event: {kind}", *numbered, *lines, "", ""])


_TOLD = {
    404: "There is no such page.",
    409: "That was answered already.",
}


async def _trouble(request: Request, error: HTTPException) -> Response:
    """What went wrong, in a sentence, with the way back."""
    sentence = _TOLD.get(error.status_code, "That cannot be done here.")
    return HTMLResponse(page("live/trouble", sentence=sentence), error.status_code)
