"""Only the browser that was opened gets in, and nothing of elsewhere gets along with it."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from tests.web.sample import QUARREL_ID
from tests.web.serving import Served, served

PAGES = ("/", f"/sessions/{QUARREL_ID}", f"/sessions/{QUARREL_ID}/sound/8", "/static/calm.css")


def test_the_address_opens_the_door_once(library: Path) -> None:
    """Then only the cookie does; whoever has it may follow the old address again."""
    with served(library) as running:
        path = running.url.removeprefix(running.origin)
        assert running.ask("/").status == 403
        first = running.enter()
        assert (first.status, first.headers["location"]) == (303, "/")
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
        assert running.ask("/").status == 200
        assert running.ask(path).status == 303
        again = running.ask(path, Cookie=None)
        assert again.status == 403 and "works once" in again.text
        assert "set-cookie" not in again.headers


@pytest.mark.parametrize("page", PAGES)
def test_nobody_else_gets_a_page(looked_at: Served, page: str) -> None:
    """Without the cookie, with another one, or with the token for one."""
    name = looked_at.cookie.partition("=")[0]
    token = looked_at.url.partition("token=")[2]
    assert looked_at.ask(page).status == 200
    for cookie in (
        None,
        f"{name}=",
        f"{name}=wrong",
        f"{name}={token}",
        "\xff=\xfe; ;;=",
        "x" * 900,
    ):
        assert looked_at.ask(page, Cookie=cookie).status == 403


@pytest.mark.parametrize("token", ["", "wrong", "%00", "%ff%fe", "a" * 2000])
def test_a_wrong_token_is_refused(looked_at: Served, token: str) -> None:
    answer = looked_at.ask(f"/enter?token={token}", Cookie=None)
    assert answer.status == 403 and "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:{port}", "127.0.0.1", "127.0.0.1:1", "", None]
)
def test_another_name_is_refused(looked_at: Served, host: str | None) -> None:
    """Also with the cookie: a name of another site may have been led here."""
    name = host.format(port=looked_at.port) if host else host
    assert looked_at.ask("/", Host=name).status in (400, 403)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}"])
def test_another_origin_is_refused(looked_at: Served, origin: str) -> None:
    given = origin.format(port=looked_at.port)
    assert looked_at.ask("/", Origin=given).status == 403
    form = f"/sessions/{QUARREL_ID}"
    assert looked_at.ask(form, "POST", b"do=undo&note=1", Origin=given).status == 403
    assert looked_at.ask(form, "POST", b"do=undo&note=1", Origin=None).status == 403


def test_too_much_is_refused_before_it_is_read(looked_at: Served) -> None:
    """A form of 10 MB, whether it says so before or not; the next request is served again."""
    form = f"/sessions/{QUARREL_ID}"
    begun = (
        f"POST {form} HTTP/1.1\r\nHost: 127.0.0.1:{looked_at.port}\r\n"
        f"Origin: {looked_at.origin}\r\nCookie: {looked_at.cookie}\r\n"
    ).encode()
    where = ("127.0.0.1", looked_at.port)
    with socket.create_connection(where, timeout=20) as raw:
        raw.sendall(begun + b"Content-Length: 10000000\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 413")
    with socket.create_connection(where, timeout=20) as raw:
        raw.sendall(begun + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(3):
            raw.sendall(b"8000\r\n" + b"a" * 0x8000 + b"\r\n")
            time.sleep(0.05)
        assert raw.recv(100).startswith(b"HTTP/1.1 413")
    assert looked_at.ask(form, "POST", b"x=1", Content_Length="-1").status in (400, 413)
    assert looked_at.ask("/").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/../guard.py",
        "/static/..%2fguard.py",
        "/static/%2e%2e/guard.py",
        "/static/..%5cguard.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/",
        "/sessions/../../etc/passwd",
        "/sessions/2026-03-01",
        "/sessions/last",
        f"/sessions/{QUARREL_ID}%00",
        f"/sessions/{QUARREL_ID}/sound/-1",
        f"/sessions/{QUARREL_ID}/sound/99999999999999999999",
        f"/sessions/{QUARREL_ID}/sound/1",
        f"/sessions/{QUARREL_ID}/turns/1",
        f"//{QUARREL_ID}",
        "/%ff%fe",
    ],
)
def test_path_tricks_lead_nowhere(looked_at: Served, path: str) -> None:
    """Only what is offered is there, and an id is an id, not the beginning of one."""
    answer = looked_at.ask(path)
    assert answer.status == 404 and b"root:" not in answer.body and b"def " not in answer.body


@pytest.mark.parametrize("page", [*PAGES, "/nothing", "/enter?token=no"])
def test_every_answer_says_what_may_be_loaded(looked_at: Served, page: str) -> None:
    """Nothing from elsewhere, no script or style in the page, nothing kept in the browser."""
    for cookie in (looked_at.cookie, None):
        headers = looked_at.ask(page, Cookie=cookie).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "server" not in headers


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"do=flag", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (b"\xff\xfe=1", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(500)), "application/x-www-form-urlencoded"),
        (b"do=%ff%fe", "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_form_of_ours_is_refused(looked_at: Served, body: bytes, kind: str) -> None:
    path = f"/sessions/{QUARREL_ID}/turns/8"
    assert looked_at.ask(path, "POST", body, Content_Type=kind).status in (400, 415)
    assert looked_at.ask("/", "POST", b"a=1").status == 405


def test_it_listens_on_this_machine_only(looked_at: Served) -> None:
    """Every address that is listened on with that port is the loopback one."""
    wanted = f":{looked_at.port:04X}"
    rows = [line.split() for name in ("tcp", "tcp6") for line in _table(name)]
    heard = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(wanted)]
    assert heard == [f"0100007F{wanted}"]


def _table(name: str) -> list[str]:
    path = Path("/proc/net") / name
    if not path.exists():
        pytest.skip("this system does not tell who listens where (/proc/net)")
    return path.read_text().splitlines()[1:]
