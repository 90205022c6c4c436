"""A hub of models on this machine: lists files with checksums, serves ranges, misbehaves on order.

It answers the two addresses that a download needs, in the form in which the real hub answers.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

REVISION = "0123456789abcdef0123456789abcdef01234567"
_LARGE = {"model.bin"}


class StandInHub:
    """Serves the files of `folder` as every repository in `repositories`.

    `cut_after` closes the connection after so many bytes of a file, `cuts` so often; `corrupt`
    flips a byte of model.bin; `ranges=False` ignores ranges; `status` refuses everything.
    `asked` lists (path, range) of all requests.
    """

    def __init__(self, folder: Path, *repositories: str) -> None:
        self.folder = folder
        self.repositories = repositories
        self.cut_after: int | None = None
        self.cuts = 0
        self.corrupt = False
        self.ranges = True
        self.status: int | None = None
        self.listing: bytes | None = None
        self.asked: list[tuple[str, str | None]] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                hub.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append((request.path, request.headers.get("Range")))
        if self.status:
            request.send_error(self.status)
            return
        listing = re.fullmatch(r"/api/models/(.+)/revision/main\?blobs=true", request.path)
        resolve = re.fullmatch(rf"/(.+)/resolve/{REVISION}/(.+)", request.path)
        if listing and listing[1] in self.repositories:
            self._send(request, 200, self.listing or self._listed())
        elif resolve and resolve[1] in self.repositories and (self.folder / resolve[2]).exists():
            self._send_file(request, resolve[2])
        else:
            request.send_error(404)

    def _listed(self) -> bytes:
        siblings = []
        for path in sorted(path for path in self.folder.rglob("*") if path.is_file()):
            content = path.read_bytes()
            blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            entry: dict[str, object] = {
                "rfilename": path.relative_to(self.folder).as_posix(),
                "size": len(content),
            }
            entry["blobId"] = blob
            if path.name in _LARGE or path.suffix == ".onnx":
                checksum = hashlib.sha256(content).hexdigest()
                entry["lfs"] = {"size": len(content), "sha256": checksum}
            siblings.append(entry)
        return json.dumps({"sha": REVISION, "siblings": siblings}).encode()

    def _send(self, request: BaseHTTPRequestHandler, status: int, content: bytes) -> None:
        request.send_response(status)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def _send_file(self, request: BaseHTTPRequestHandler, name: str) -> None:
        content = (self.folder / name).read_bytes()
        if self.corrupt and name == "model.bin":
            content = content[:-1] + bytes([content[-1] ^ 1])
        wanted = request.headers.get("Range")
        status = 200
        if wanted and self.ranges:
            first = int(wanted.removeprefix("bytes=").removesuffix("-"))
            content, status = content[first:], 206
        if self.cut_after is not None and self.cuts > 0 and len(content) > self.cut_after:
            self.cuts -= 1
            request.send_response(status)
            request.send_header("Content-Length", str(len(content)))
            request.end_headers()
            request.wfile.write(content[: self.cut_after])
            request.wfile.flush()
            return
        self._send(request, status, content)
