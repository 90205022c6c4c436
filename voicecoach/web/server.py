"""Listening on this machine's own address, until it is told to stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from voicecoach.errors import UsageError
from voicecoach.web.guard import ADDRESS, App, Guard

if TYPE_CHECKING:
    import uvicorn

LAST_PORT = 65_535

WAIT_S = 2
"""Seconds that a page still loading gets when the program is told to stop."""


def listen(port: int = 0) -> socket.socket:
    """A socket on the loopback address; port 0 is any free one. UsageError where it is taken."""
    if not 0 <= port <= LAST_PORT:
        raise UsageError(
            f"there is no port {port}", f"Ports go up to {LAST_PORT}; 0 is a free one."
        )
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((ADDRESS, port))
        sock.listen()
    except OSError as error:
        sock.close()
        raise UsageError(
            f"port {port} cannot be used: {error.strerror}",
            "Leave --port out, and a free one is taken.",
        ) from error
    return sock


def serve(app: App, sock: socket.socket, ready: Callable[[str], None]) -> None:
    """Serve `app` on `sock` until the program is interrupted; `ready` gets the address to open.

    Raises KeyboardInterrupt when it was ended by Ctrl-C, after what was loading has been sent.
    """
    guard = Guard(app, sock.getsockname()[1])
    ready(guard.url)  # the socket takes connections from now on; they wait for the next line
    _server(guard).run(sockets=[sock])


class Beside:
    """Serves `app` on `sock` in a thread of its own, from `__enter__` to `__exit__`."""

    def __init__(self, app: App, sock: socket.socket) -> None:
        guard = Guard(app, sock.getsockname()[1])
        self.url = guard.url
        self._server = _server(guard)
        # What does not end by itself does not keep the program from ending.
        run = partial(self._server.run, sockets=[sock])
        self._thread = threading.Thread(target=run, name="screen", daemon=True)

    def __enter__(self) -> Beside:
        """Begin to serve."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End in order; what is being sent gets `WAIT_S` seconds."""
        self._server.should_exit = True
        self._thread.join(WAIT_S + 1)


def _server(guard: Guard) -> uvicorn.Server:
    import uvicorn

    return uvicorn.Server(
        uvicorn.Config(
            guard,
            log_config=None,  # nothing of what is looked at is written down anywhere
            log_level="critical",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            http="h11",
            loop="asyncio",
            timeout_graceful_shutdown=WAIT_S,
        )
    )
