"""Who may see the pages: the browser that voicecoach opened, and nobody else on any network.

The address that is opened carries a token that opens the door once; from then on a cookie does,
which no script can read and no other site can have sent. A page of another site that has its own
name lead to this machine (DNS rebinding) is told by the Host it asks for; a form of another site
by its Origin. What the pages may load is said in each answer: nothing but what comes from here.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ADDRESS = "127.0.0.1"
LONGEST_BODY = 64 * 1024
"""Bytes of a form; a correction is a few hundred."""

HEADERS = {
    "cache-control": "no-store",  # what was said stays out of the browser's files
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    # Not "no-referrer": with that, browsers hide the Origin of our own forms.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""What goes with every answer, also with a refusal."""

_NOT_YOURS = (
    "These pages are open only to the browser that voicecoach opened.\n"
    "Open the address that voicecoach printed, or start it again: it works once.\n"
)


class Refused(Exception):
    """An answer instead of the page: its status and its text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Guard:
    """An ASGI application around another one, on `port` of this machine."""

    def __init__(self, app: App, port: int) -> None:
        self._app = app
        self._host = f"{ADDRESS}:{port}"
        self._origin = f"http://{self._host}"
        self._cookie = f"voicecoach-{port}"  # cookies know no ports: two reviews have two names
        self._token = secrets.token_urlsafe(32)
        self._key = secrets.token_urlsafe(32)
        self._used = False

    @property
    def url(self) -> str:
        """The address to open; it works once."""
        return f"{self._origin}/enter?token={self._token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it here."""
        if scope["type"] != "http":
            return  # there is no other kind of connection: the server closes it
        try:
            headers = _headers(scope)
            self._check_where_from(scope, headers)
            if scope["path"] == "/enter":
                await self._enter(scope, headers, send)
                return
            if not self._has_key(headers):
                raise Refused(403, _NOT_YOURS)
            body = await _body(headers, receive)
        except Refused as refused:
            await _answer(send, refused.status, refused.text)
            return
        await self._app(scope, _again(body, receive), _with_headers(send))

    def _check_where_from(self, scope: Scope, headers: dict[str, str]) -> None:
        if headers.get("host", "") != self._host:
            raise Refused(403, "This is not the name of these pages.\n")
        origin = headers.get("origin")
        if origin not in (None, self._origin):
            raise Refused(403, "Another site may not ask for this.\n")
        if scope["method"] not in ("GET", "HEAD") and origin is None:
            raise Refused(403, "A form must say where it comes from.\n")

    async def _enter(self, scope: Scope, headers: dict[str, str], send: Send) -> None:
        """Token against cookie, once; who has the cookie already goes on."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[-1]
        fits = not self._used and _same(given, self._token)
        if not fits and not self._has_key(headers):
            raise Refused(403, _NOT_YOURS)
        more = {"location": "/"}
        if fits and scope["method"] == "GET":
            self._used = True
            more["set-cookie"] = f"{self._cookie}={self._key}; HttpOnly; SameSite=Strict; Path=/"
        await _answer(send, 303, "", more)

    def _has_key(self, headers: dict[str, str]) -> bool:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return False
        return found is not None and _same(found.value, self._key)


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), known.encode())


def _headers(scope: Scope) -> dict[str, str]:
    """The headers that matter here; one that is said twice is refused, whichever was meant."""
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").lower()
        if name in ("host", "origin", "content-length") and name in found:
            raise Refused(400, f"The request says its {name} twice.\n")
        joined = "; ".join(filter(None, [found.get(name), value.decode("latin-1")]))
        found[name] = joined if name == "cookie" else value.decode("latin-1")
    return found


async def _body(headers: dict[str, str], receive: Receive) -> bytes:
    """What was sent along, whole; refused as soon as it is known to be too much."""
    too_much = Refused(413, "That is too much for one form.\n")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LONGEST_BODY:
        raise too_much
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LONGEST_BODY:
            raise too_much
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """`receive` as if the body had not been read yet."""
    given = False

    async def receive_again() -> MutableMapping[str, Any]:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            ours = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message["headers"] = [*message.get("headers", ()), *ours]
        await send(message)

    return send_with_headers


async def _answer(send: Send, status: int, text: str, more: dict[str, str] | None = None) -> None:
    headers = {"content-type": "text/plain; charset=utf-8", **HEADERS, **(more or {})}
    headers["content-length"] = str(len(text.encode()))
    if status == 413:
        headers["connection"] = "close"  # the rest of it is not waited for
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": text.encode()})
