"""Models from the hub over plain HTTPS: resumed where it was cut, checked, moved in whole.

The hub lists a repository's files with their sizes and checksums (`/api/models/...?blobs=true`:
SHA-256 for large files, git's SHA-1 for small ones) and serves them under `/resolve/`, with byte
ranges. HF_ENDPOINT names another hub. Nothing else is sent or asked: no account, no telemetry.

A download lives in NAME.part until every file has been checked; only then it becomes NAME.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import json
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from voicecoach import __version__
from voicecoach.engines.models import RECORD, KnownModel, Progress, check, sha256
from voicecoach.errors import ModelError
from voicecoach.places import user_data_dir

HUB = "https://huggingface.co"
WANTED = (
    "model.bin",
    "config.json",
    "tokenizer.json",
    "vocabulary.json",
    "vocabulary.txt",
    "preprocessor_config.json",
)
PLAN = "plan.json"
"""In NAME.part: what was being fetched, so that parts of another version are not continued."""

TRIES = 5
"""How often in a row a download may stop without one new byte before we give up."""

TIMEOUT_S = 20.0
CHUNK = 1 << 18
SPARE = 50_000_000
"""Bytes that must stay free on the disk."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of the repository; `checksum` is SHA-256 or, if `git`, git's SHA-1 of a blob.

    `place` is its folder there, empty or ending in "/".
    """

    name: str
    size: int
    checksum: str
    git: bool
    place: str = ""

    def matches(self, path: Path) -> bool:
        """Whether the file at `path` is the one that the hub has."""
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        if not self.git:
            return sha256(path) == self.checksum
        content = path.read_bytes()
        blob = b"blob %d\0" % len(content) + content
        return hashlib.sha1(blob, usedforsecurity=False).hexdigest() == self.checksum


def fetch(model: KnownModel, progress: Progress) -> Path:
    """Fetch the model into the user's data directory, and return its folder.

    Raises ModelError: offline, refused, no such model, damaged on the way, disk full.
    """
    import filelock

    home = user_data_dir() / "models"
    try:
        home.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(home / f".{model.name}.lock", timeout=0):
            return _fetch_alone(model, home, progress)
    except filelock.Timeout:
        raise ModelError(
            f"Another voicecoach is fetching {model.name} already.", "Wait until it is done."
        ) from None
    except (OSError, http.client.HTTPException) as error:
        raise _in_words(error, model) from error


def _fetch_alone(model: KnownModel, home: Path, progress: Progress) -> Path:
    folder, part = home / model.name, home / f"{model.name}.part"
    try:
        check(folder)
        return folder
    except ModelError:
        pass
    revision, files = _listing(model)
    _prepare(part, revision, files)
    whole = sum(file.size for file in files)
    there = sum(_size(part / file.name) for file in files)
    if shutil.disk_usage(home).free < whole - there + SPARE:
        raise OSError(errno.ENOSPC, "disk full")
    before = 0
    for file in files:
        url = f"{_endpoint()}/{model.repository}/resolve/{revision}/{file.place}{file.name}"
        _fetch_file(model, file, url, part, lambda n, done=before: progress(done + n, whole))  # type: ignore[misc]
        before += file.size
    _record(part, model, revision, files)
    if folder.exists():
        shutil.rmtree(folder)
    part.rename(folder)
    return folder


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", HUB).rstrip("/")


def _open(url: str, headers: dict[str, str] | None = None) -> Any:
    agent = {"User-Agent": f"voicecoach/{__version__}"}
    try:
        request = urllib.request.Request(url, headers=agent | (headers or {}))
        return urllib.request.urlopen(request, timeout=TIMEOUT_S)
    except (ValueError, http.client.InvalidURL) as error:
        raise ModelError(
            f"{_endpoint()} is no address of a hub.", "Correct or unset the variable HF_ENDPOINT."
        ) from error


def _listing(model: KnownModel) -> tuple[str, list[HubFile]]:
    """The newest revision and those of its files that we need."""
    with _open(f"{_endpoint()}/api/models/{model.repository}/revision/main?blobs=true") as answer:
        content = answer.read()
    try:
        listing = json.loads(content)
        wanted = model.files or WANTED
        files = [_hub_file(entry) for entry in listing["siblings"] if entry["rfilename"] in wanted]
        revision = str(listing["sha"])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{_endpoint()} did not answer like a hub of models.",
            "Check HF_ENDPOINT, and whether this network asks you to sign in first.",
        ) from error
    needed = {Path(name).name for name in model.files} or {"model.bin"}
    if not needed <= {file.name for file in files}:
        raise ModelError(f"The repository {model.repository} holds no model.", "Choose another.")
    return revision, sorted(files, key=lambda file: file.size)


def _hub_file(entry: dict[str, Any]) -> HubFile:
    place, slash, name = entry["rfilename"].rpartition("/")
    large = entry.get("lfs")
    if large:
        return HubFile(name, int(large["size"]), large["sha256"], False, place + slash)
    return HubFile(name, int(entry["size"]), entry["blobId"], True, place + slash)


def _prepare(part: Path, revision: str, files: list[HubFile]) -> None:
    """Keep of an earlier attempt what still belongs to the files the hub has now."""
    part.mkdir(exist_ok=True)
    try:
        planned = {file["name"]: file for file in json.loads((part / PLAN).read_text())["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        planned = {}
    for file in files:
        if planned.get(file.name) != asdict(file) or _size(part / file.name) > file.size:
            (part / file.name).unlink(missing_ok=True)
    plan = {"revision": revision, "files": [asdict(file) for file in files]}
    (part / PLAN).write_text(json.dumps(plan))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _fetch_file(
    model: KnownModel, file: HubFile, url: str, part: Path, progress: Callable[[int], None]
) -> None:
    """Fetch one file, going on after a cut as long as new bytes arrive."""
    path = part / file.name
    fruitless = 0
    while (before := _size(path)) < file.size:
        # What has arrived before a cut is on the disk.
        with suppress(http.client.HTTPException, ConnectionError, TimeoutError):
            _continue(file, url, path, progress)
        fruitless = fruitless + 1 if _size(path) == before else 0
        if fruitless >= TRIES:
            raise ConnectionError("the hub sends nothing more")
    progress(file.size)
    if not file.matches(path):
        path.unlink()
        raise ModelError(
            f"{file.name} of the model {model.name} arrived damaged.",
            f"Try again: voicecoach models fetch {model.name}",
        )


def _continue(file: HubFile, url: str, path: Path, progress: Callable[[int], None]) -> None:
    """Append to the file what the hub sends from where it ends."""
    there = _size(path)
    headers = {"Range": f"bytes={there}-", "Accept-Encoding": "identity"} if there else {}
    with _open(url, headers) as answer:
        # A server that does not know ranges sends all of it again.
        out = path.open("ab" if answer.status == 206 else "wb")
        with out:
            while out.tell() <= file.size and (chunk := answer.read(CHUNK)):
                out.write(chunk)
                progress(out.tell())


def _record(part: Path, model: KnownModel, revision: str, files: list[HubFile]) -> None:
    sums = {f.name: {"size": f.size, "sha256": sha256(part / f.name)} for f in files}
    record = {"repository": model.repository, "revision": revision, "files": sums}
    (part / RECORD).write_text(json.dumps(record, indent=1))
    (part / PLAN).unlink()


def _in_words(error: Exception, model: KnownModel) -> ModelError:
    """A failed download as a sentence and what to do about it."""
    again = f"voicecoach models fetch {model.name}"
    if isinstance(error, urllib.error.HTTPError):
        if error.code in (401, 403, 404):
            return ModelError(
                f"The hub {_endpoint()} does not give out {model.repository} ({error.code}).",
                "Choose another model: voicecoach models list",
            )
        return ModelError(
            f"The hub {_endpoint()} refused the download ({error.code}).", f"Try later: {again}"
        )
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return ModelError(
            f"The disk is too full for the model {model.name} ({model.megabytes} MB).",
            f"Make room in {user_data_dir()}, then: {again}",
        )
    if isinstance(error, PermissionError | FileExistsError | NotADirectoryError):
        return ModelError(
            f"The folder {user_data_dir() / 'models'} cannot be written.",
            "Choose another with the variable VOICECOACH_DATA.",
        )
    return ModelError(
        f"The hub {_endpoint()} cannot be reached, or the connection was cut.",
        f"Go online and go on where it stopped: {again}",
    )
