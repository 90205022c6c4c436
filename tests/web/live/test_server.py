"""The page's addresses as anybody may ask for them: the guard holds here too."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.web.live.talks import STRANGE, STRANGE_LINES, lines, showing, until
from tests.web.serving import Address
from voicecoach.web.live.app import Live
from voicecoach.web.live.hub import Hub
from voicecoach.web.server import Beside, listen


@contextlib.contextmanager
def stream(
    address: Address, path: str = "/events", **headers: str
) -> Iterator[http.client.HTTPResponse]:
    """An open stream of events."""
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", path, headers={"Cookie": address.cookie, **headers})
        yield connection.getresponse()


def events(response: http.client.HTTPResponse, until: str) -> list[tuple[str, str, str]]:
    """The events (kind, id, data) up to the first of that kind."""
    found: list[tuple[str, str, str]] = []
    fields: dict[str, str] = {}
    while not found or found[-1][0] != until:
        line = response.readline().decode()
        assert line, found
        name, _, value = line.rstrip("\n").partition(": ")
        if line == "\n":
            if "event" in fields:
                found.append((fields["event"], fields.get("id", ""), fields.get("data", "")))
            fields = {}
        else:
            fields[name] = f"{fields[name]}\n{value}" if name in fields else value
    return found


def test_the_events_begin_with_what_is_now() -> None:
    with showing(until(lines(), "check")) as (_, address), stream(address) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        came = events(response, "level")
        assert [kind for kind, _, _ in came] == ["stage", "buttons", *["caption"] * 4, "level"]
        assert [number for kind, number, _ in came if kind == "caption"] == ["1", "2", "3", "4"]
        assert "Did Ruth get that?" in came[0][2]


@pytest.mark.parametrize(
    ("path", "header", "first"),
    [
        ("/events?after=2", None, "3"),
        ("/events?after=2", "3", "4"),
        ("/events", "1", "2"),
        ("/events?after=nothing", "<script>", "1"),
        ("/events?after=99999999999999999999", None, "1"),
    ],
)
def test_who_comes_back_gets_what_was_missed(path: str, header: str | None, first: str) -> None:
    headers = {"Last-Event-ID": header} if header else {}
    with (
        showing(until(lines(), "check")) as (_, address),
        stream(address, path, **headers) as response,
    ):
        numbers = [number for kind, number, _ in events(response, "level") if kind == "caption"]
        assert numbers[0] == first


def test_the_end_ends_the_stream() -> None:
    with showing(lines()) as (hub, address), stream(address) as response:
        events(response, "level")
        hub.end()
        assert "The coach has ended" in events(response, "over")[-3][2]
        assert response.read() == b""


def test_it_ends_in_order_whoever_still_looks() -> None:
    """Also with a page that reads nothing more, and with one that hangs in the middle of a line."""
    hub = Hub()
    with listen() as sock, Beside(Live(hub).app(), sock) as server:
        address = Address(server.url)
        address.enter()
        with stream(address), stream(address):
            half = socket.create_connection(("127.0.0.1", address.port))
            half.sendall(b"GET / HT")
            for line in lines() * 40:
                hub.show(line)
            began = time.monotonic()
            hub.end()
            server.__exit__()
            assert not server._thread.is_alive()
            assert time.monotonic() - began < 10
            half.close()
    assert not any(thread.name == "screen" for thread in threading.enumerate())


def test_without_scripts_it_is_a_page_that_looks_anew() -> None:
    with showing(until(lines(), "check")) as (hub, address):
        plain = address.ask("/?plain").text
        assert "Did Ruth get that?" in plain and 'http-equiv="refresh"' in plain
        assert 'action="/press/pause/' in plain and "You came home" not in plain
        assert 'http-equiv="refresh"' not in address.ask("/?still").text
        for line in lines()[len(until(lines(), "check")) :]:
            hub.show(line)
        ended = address.ask("/?plain").text
        assert "The coach has ended" in ended
        assert "refresh" not in ended and "/press/" not in ended


def test_a_press_is_a_form() -> None:
    with showing(until(lines(), "check")) as (hub, address):
        serial = hub.now()[0].serial
        answer = address.post(f"/press/pause/{serial}")
        assert (answer.status, answer.headers["location"]) == (303, "/")
        assert hub.read() == "p"
        assert address.post(f"/press/yes/{serial}").status == 409
        assert address.post(f"/press/skip/{serial}").status == 404
        assert address.post("/press/pause/-1").status == 404
        assert address.ask(f"/press/pause/{serial}").status == 405
        assert hub.read() == ""


@pytest.mark.parametrize("path", ["/", "/events", "/static/live.js"])
def test_nobody_else_sees_anything(path: str) -> None:
    """Without the cookie, under another name, or sent by another site."""
    with showing(until(lines(), "check")) as (hub, address):
        serial = hub.now()[0].serial
        for wrong in (
            {"Cookie": None},
            {"Host": "evil.example"},
            {"Origin": "http://evil.example"},
        ):
            answer = address.ask(path, **wrong)
            assert answer.status == 403 and "Daniel" not in answer.text
            assert address.ask(f"/press/pause/{serial}", "POST", b"", **wrong).status == 403
        assert address.ask(f"/press/pause/{serial}", "POST", b"", Origin=None).status == 403
        assert hub.read() == ""


@pytest.mark.parametrize("path", ["/sessions/last", "/static/../guard.py", "/figures", "/%ff%fe"])
def test_nothing_of_the_library_is_here(path: str) -> None:
    with showing([]) as (_, address):
        assert address.ask(path).status == 404


def test_names_and_words_of_any_kind_are_only_shown() -> None:
    """In the page and in what is sent to it."""
    with showing(STRANGE_LINES) as (_, address):
        page = address.ask("/").text
        with stream(address) as response:
            came = events(response, "level")
    assert [kind for kind, _, _ in came] == ["stage", "buttons", "caption", "caption", "level"]
    for text in (page, *(data for _, _, data in came)):
        assert "<script>" not in text.replace('<script type="module"', "")
        assert "<b>note" not in text
    assert STRANGE[1].replace("&", "&amp;").replace('"', "&#34;").replace("'", "&#39;") in page
