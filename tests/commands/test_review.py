"""`voicecoach review` starts, says where it is, and ends in order."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from tests.commands.running import run
from tests.session import making
from tests.web.serving import served


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return making.library(tmp_path / "library.sqlite3")


def test_it_is_served_until_it_is_interrupted(file: Path) -> None:
    """The address is all of standard output; Ctrl-C ends it without a traceback, page or not."""
    with served(file) as running:
        assert running.url.startswith("http://127.0.0.1:")
        running.enter()
        assert "Anna" in running.ask("/").text
        with socket.create_connection(("127.0.0.1", running.port)):  # a page that stays open
            assert running.stop() == 130
        assert running.process.stdout and running.process.stderr
        assert running.process.stdout.read() == ""
        said = running.process.stderr.read()
        assert "works once" in said and "Traceback" not in said
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_port_may_be_chosen_and_may_be_taken(file: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with served(file, "--port", str(port)) as running:
        assert running.port == port
        done = run("review", "--library", file, "--no-browser", "--port", str(port))
    assert done.returncode == 2 and f"port {port} cannot be used" in done.stderr
    for impossible in ("-1", "70000"):
        done = run("review", "--library", file, "--no-browser", "--port", impossible)
        assert done.returncode == 2 and f"there is no port {impossible}" in done.stderr


def test_a_browser_is_opened_and_may_be_missing(file: Path, tmp_path: Path) -> None:
    """The one that the system names; a browser that cannot be started holds nothing up."""
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {seen}.part && mv {seen}.part {seen}\n')
    browser.chmod(0o755)
    for name in (f"{browser} %s", str(tmp_path / "none")):
        with served(file, opens=True, BROWSER=name) as running:
            assert running.enter().status == 303
            assert running.stop() == 130
    assert seen.read_text().startswith("http://127.0.0.1:")


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    """One sentence and the usual codes: nothing kept yet, no library, a damaged one."""
    missing = tmp_path / "none.sqlite3"
    done = run("review", "--library", missing, "--no-browser")
    assert done.returncode == 2 and "there is no session" in done.stderr
    assert not missing.exists()
    other = tmp_path / "notes.txt"
    other.write_text("my own notes, of some length")
    done = run("review", "--library", other, "--no-browser")
    assert done.returncode == 6 and "not a library" in done.stderr
    damaged = tmp_path / "damaged.sqlite3"
    damaged.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    done = run("review", "--library", damaged, "--no-browser")
    assert done.returncode == 6 and "Traceback" not in done.stderr
