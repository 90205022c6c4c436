"""`voicecoach review` as a user starts it, and requests as anybody may send them."""

from __future__ import annotations

import contextlib
import http.client
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.commands.running import command, environment

ENDS_S = 30


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass
class Address:
    """The address that a server of pages has printed, and a way to ask it for pages."""

    url: str
    cookie: str = field(default="", kw_only=True)

    @property
    def origin(self) -> str:
        """Scheme, address and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def port(self) -> int:
        """The port that it serves on."""
        return urlsplit(self.url).port or 0

    def enter(self) -> Answer:
        """Open the printed address, and keep the cookie."""
        answer = self.ask(self.url.removeprefix(self.origin))
        self.cookie = answer.headers.get("set-cookie", self.cookie).partition(";")[0]
        return answer

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        **headers: str | None,
    ) -> Answer:
        """One request; a header given as None is left out, `_` in its name is a hyphen."""
        sent: dict[str, str | None] = {"Host": f"127.0.0.1:{self.port}", "Cookie": self.cookie}
        if method != "GET":
            sent["Origin"] = self.origin
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in sent.items():
                if value:
                    connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders()
            # Whoever refuses a body need not read it to its end.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.send(body or b"")
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form."""
        return self.ask(path, "POST", urlencode(fields).encode())


@dataclass
class Served(Address):
    """A running review."""

    process: subprocess.Popen[str]

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(ENDS_S)


@contextlib.contextmanager
def served(library: Path, *arguments: str, opens: bool = False, **more: str) -> Iterator[Served]:
    """The review of this library, until the block is left; `more` is added to its environment.

    No browser is opened unless it `opens` one.
    """
    quietly = () if opens else ("--no-browser",)
    process = subprocess.Popen(
        command("review", "--library", library, *quietly, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**more),
    )
    try:
        assert process.stdout is not None and process.stderr is not None
        url = process.stdout.readline().strip()
        assert url, process.stderr.read()
        yield Served(url, process)
    finally:
        process.kill()
        process.communicate()
