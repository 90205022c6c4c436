"""Damaged files of all kinds: no traceback, nothing that hangs, no library made worse.

    python -m tests.benchmarks.library_fuzz [--cases 20000] [--from 0] [--seed 1] [--only KIND]

Each case is made from the seed and its number alone, so one that failed is run again with
`--from NUMBER --cases 1`. The kinds take turns by their weight: libraries (of this version and the
one before, encrypted ones, ones with a log beside), settings files, JSON lines for `score` and
`reply`, and recordings (through the reader). Of a library one command is run, as the command line
runs it. Found is what raised anything but our own errors, took longer than 5 s, ended
with an exit code that is none of ours, or did something to a library: whatever was refused, or only
looked, leaves its bytes; whatever wrote leaves every other session that could be read before as it
was. Printed as JSON: cases and exit codes by kind, and what was found, with its number; the exit
code is 1 if that is anything.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from tests.benchmarks import fuzz_kinds
from tests.benchmarks.fuzz_kinds import KINDS, Case

CASES = 20_000
HANGS_S = 5.0
DEAD_S = 60.0
"""A worker that says nothing for so long hangs where no signal reaches it, or has crashed."""

CODES = {0, 2, 5, 6}


class Hangs(BaseException):
    """A case took longer than it may; no `except Exception` holds it up."""


def case_of(number: int, seed: int, only: str | None = None) -> Case:
    """The case of that number."""
    kinds = [kind for kind in KINDS if only in (None, kind.name)]
    turns = [kind for kind in kinds for _ in range(kind.weight)]
    return Case(number, turns[number % len(turns)], random.Random(f"{seed} {number}"))


def run_case(case: Case, folder: Path) -> tuple[int | None, str | None]:
    """Its exit code, and what was found if it is not in order."""
    for file in folder.iterdir():
        file.unlink() if file.is_file() else None
    code, found = None, None
    try:
        with _limited():
            code, found = case.kind.run(case, folder)
    except Hangs:
        return code, f"longer than {HANGS_S} s"
    except BaseException:  # noqa: BLE001  # whatever would reach the user as a traceback
        return code, traceback.format_exc(limit=-6)
    return code, found or (None if code in CODES else f"exit code {code}")


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    def late(_number: int, _frame: FrameType | None) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, HANGS_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _work(numbers: range, seed: int, only: str | None, said: Any) -> None:
    sys.stdin = io.TextIOWrapper(io.BytesIO())
    place = "/dev/shm" if Path("/dev/shm").is_dir() else None  # faster than a disk, where there is
    with tempfile.TemporaryDirectory(dir=place) as folder:
        fuzz_kinds.prepare(Path(folder))
        cases = Path(folder) / "case"
        cases.mkdir()
        for number in numbers:
            said.send((number, None, None, None))
            case = case_of(number, seed, only)
            code, found = run_case(case, cases)
            said.send((number, case.kind.name, code, found))
    said.send(None)


def fuzz(cases: int, first: int = 0, seed: int = 1, only: str | None = None) -> dict[str, Any]:
    """Run them all in a process of their own; the figures."""
    codes: dict[str, Counter[str]] = {}
    found: list[dict[str, Any]] = []
    at, end = first, first + cases
    while at < end:
        # A pipe, not a queue: what a worker has said before it dies must have arrived.
        heard, said = multiprocessing.Pipe(duplex=False)
        worker = multiprocessing.Process(target=_work, args=(range(at, end), seed, only, said))
        worker.start()
        said.close()
        at = _listen(worker, heard, at, codes, found)
    return {"seed": seed, "cases": cases, "codes": {k: dict(v) for k, v in codes.items()}} | {
        "found": found
    }


SILENT = object()
"""Instead of a word: the worker is dead, or says nothing any more."""


def _listen(
    worker: Any, heard: Any, at: int, codes: dict[str, Counter[str]], found: list[dict[str, Any]]
) -> int:
    """Count what a worker says until it is done or dead; the number to go on from."""
    heard_at = time.monotonic()
    while True:
        try:
            if not heard.poll(1.0) and time.monotonic() - heard_at < DEAD_S:
                continue
            word = heard.recv() if heard.poll() else SILENT
        except EOFError:
            word = SILENT
        if word is SILENT:
            worker.join(1.0)
            worker.kill()
            worker.join()
            how = "hangs" if worker.exitcode == -signal.SIGKILL else f"died: {worker.exitcode}"
            found.append({"number": at, "what": f"the process {how}"})
            return at + 1
        heard_at = time.monotonic()
        if word is None:
            worker.join()
            return sys.maxsize
        at, kind, code, what = word
        if kind is not None:
            codes.setdefault(kind, Counter())[str(code)] += 1
            if what is not None:
                found.append({"number": at, "kind": kind, "what": what})


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[kind.name for kind in KINDS])
    args = parser.parse_args()
    begun = time.monotonic()
    figures = fuzz(args.cases, args.first, args.seed, args.only)
    figures["seconds"] = round(time.monotonic() - begun)
    print(json.dumps(figures, indent=1))
    return 1 if figures["found"] else 0


if __name__ == "__main__":
    os.environ.pop("VOICECOACH_DATA", None)
    sys.exit(main())
