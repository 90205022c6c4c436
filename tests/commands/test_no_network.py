"""While a session runs nothing speaks to any network: no internet socket is even made."""

from __future__ import annotations

from pathlib import Path

from tests.commands.running import SAMPLES, lines, run

WATCH = """
import os, socket

class Watched(socket.socket):
    def __init__(self, family=-1, *how, **more):
        super().__init__(family, *how, **more)
        if self.family in (socket.AF_INET, socket.AF_INET6):
            with open(os.environ["SOCKETS_SEEN"], "a") as seen:
                seen.write(f"{os.getpid()} {self.family!r}\\n")

socket.socket = Watched
"""
"""A sitecustomize: every process of the program, the recogniser's too, is watched."""


def test_a_session_makes_no_internet_socket(tmp_path: Path) -> None:
    """The whole loop with recogniser, voice, library and score."""
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    seen = tmp_path / "seen"
    sample = SAMPLES / "corrections.flac"
    watched = {"PYTHONPATH": str(tmp_path), "SOCKETS_SEEN": str(seen)}
    done = run("talk", "--from", sample, "--json", "--library", tmp_path / "library", **watched)
    assert done.returncode == 0, done.stderr
    assert lines(done.stdout)[-1]["outcome"] == "done"
    assert not seen.exists(), seen.read_text()


PLACES = """
import os, sys

def watch(event, arguments):
    if event in ("socket.bind", "socket.connect", "socket.sendto", "socket.getaddrinfo"):
        where = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
        with open(os.environ["SOCKETS_SEEN"], "a") as seen:
            seen.write(f"{where}\\n")

sys.addaudithook(watch)
"""
"""A sitecustomize: every place that a socket is bound or connected to is written down."""


def test_the_page_for_the_room_is_reached_on_this_machine_alone(tmp_path: Path) -> None:
    """With `--screen` there is a socket, and its place is the loopback address."""
    (tmp_path / "sitecustomize.py").write_text(PLACES)
    seen = tmp_path / "seen"
    sample = SAMPLES / "corrections.flac"
    watched = {"PYTHONPATH": str(tmp_path), "SOCKETS_SEEN": str(seen)}
    screen = ("--screen", "--no-browser", "--library", tmp_path / "library")
    done = run("talk", "--from", sample, "--json", *screen, **watched)
    assert done.returncode == 0, done.stderr
    places = set(seen.read_text().split("\n")) - {""}
    assert places
    assert all(place.startswith(("('127.0.0.1'", "127.0.0.1")) for place in places), places


def test_the_watch_sees_a_fetch(tmp_path: Path) -> None:
    """Or the test above would pass for nothing."""
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    seen = tmp_path / "seen"
    watched = {"PYTHONPATH": str(tmp_path), "SOCKETS_SEEN": str(seen)}
    nobody = {"HF_ENDPOINT": "http://127.0.0.1:9"}
    assert run("models", "fetch", "tiny.en", **watched, **nobody).returncode == 4
    assert seen.exists()
