"""A recogniser in a process of its own, so that decoding never holds up the sound.

    process = RecogniserProcess(RecogniserSpec("sphinx"))   # starts loading, returns at once
    process.submit(1, clip, Expect.TALK)                    # returns at once
    for transcribed in process.poll(): ...                  # what is there by now
    for transcribed in process.wait(): ...                  # all that was submitted
    process.close()

The worker gets the next piece only when it has asked for it. So the pipe holds at most the one
piece that is being read, whatever its length, and no write can wait for a busy worker. A worker
that dies is started again and its piece decoded again; a piece that kills it twice is given up.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from voicecoach.engines import Expect, Recogniser
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.errors import ModelError
from voicecoach.speech.audio import Clip
from voicecoach.utterance import Word

DEATHS = 2
"""A piece that ends the worker this often is given up; so is a model that does so on loading."""

YIELDING = 15
"""How much further back in the queue for the cores a worker stands that yields."""


@dataclass(frozen=True, slots=True)
class Transcribed:
    """The words of a submitted piece; `failed` says that it could not be decoded."""

    piece: int
    words: tuple[Word, ...]
    failed: bool = False


@dataclass(slots=True, eq=False)
class _Job:
    piece: int
    clip: Clip
    expect: Expect
    deaths: int = 0


def open_recogniser(spec: RecogniserSpec) -> Recogniser:
    """Load the recogniser here, in this process. Raises ModelError where that cannot be."""
    if spec.made_by:
        module, _, made_by = spec.made_by.partition(":")
        make: Callable[[RecogniserSpec], Recogniser] = getattr(
            importlib.import_module(module), made_by
        )
        return make(spec)
    if spec.kind == "sphinx":
        from voicecoach.engines.sphinx import Sphinx

        return Sphinx(spec.language)
    if spec.kind == "whisper" and spec.folder is not None:
        from voicecoach.engines.whisper import Whisper

        whisper = Whisper(spec.folder, spec.language)
        return _heard_twice(whisper) if spec.answers and spec.language == "en" else whisper
    raise ModelError(
        f"There is no recogniser {spec.kind!r}.", "Choose sphinx, or whisper with its folder."
    )


def _heard_twice(whisper: Recogniser) -> Recogniser:
    """Whisper with the embedded recogniser, which knows English only, beside it."""
    from voicecoach.engines.sphinx import Sphinx
    from voicecoach.engines.two_recognisers import TwoRecognisers

    return TwoRecognisers(whisper, Sphinx())


class RecogniserProcess:
    """Runs the recogniser of `spec` in a worker process; nothing here waits but `wait*`.

    `name` and `cost_per_call_s` are those of the recogniser. `poll` and `wait` raise ModelError
    when it could not be loaded.
    """

    def __init__(self, spec: RecogniserSpec) -> None:
        self.name = spec.kind
        self.cost_per_call_s = spec.cost_per_call_s
        self._spec = spec
        self._waiting: deque[_Job] = deque()
        self._decoding: _Job | None = None
        self._done: list[Transcribed] = []
        self._ready = False
        self._deaths_loading = 0
        self._error: ModelError | None = None
        self._closed = False
        self._start()

    @property
    def pending(self) -> int:
        """How many submitted pieces have not been handed out yet."""
        return len(self._waiting) + (self._decoding is not None) + len(self._done)

    @property
    def pid(self) -> int | None:
        """The worker's process number."""
        return self._process.pid

    def submit(self, piece: int, clip: Clip, expect: Expect = Expect.TALK) -> None:
        """Have `clip` decoded; its words come back under the number `piece`. Does not wait."""
        self._waiting.append(_Job(piece, clip, expect))
        self._receive()

    def poll(self) -> list[Transcribed]:
        """What was decoded since the last call, in the order of submission. Does not wait."""
        self._receive()
        return self._handed_out()

    def wait(self, patience_s: float | None = None) -> list[Transcribed]:
        """Wait until every submitted piece is decoded; what was not handed out before.

        With a `patience_s` it gives up when the worker has said nothing for so long.
        """
        self._receive()
        while (self._waiting or self._decoding) and not (self._error or self._closed):
            if not self._connection.poll(patience_s):
                break
            self._receive()
        return self._handed_out()

    def wait_ready(self) -> None:
        """Wait until the model is loaded."""
        while not self._ready and not self._error and not self._closed:
            self._connection.poll(None)
            self._receive()
        if self._error:
            raise self._error

    def close(self) -> None:
        """End the worker, whatever it does; may be called twice."""
        self._waiting.clear()
        self._decoding = None
        if not self._closed:
            self._closed = True
            self._end_worker()

    def _handed_out(self) -> list[Transcribed]:
        if self._error:
            raise self._error
        done, self._done = self._done, []
        return done

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_work, args=(theirs, self._spec), name="recogniser", daemon=True
        )
        self._ready = False
        _start_shielded(self._process)
        # With our copy closed, the worker's death is the end of the file.
        theirs.close()

    def _end_worker(self) -> None:
        self._connection.close()
        self._process.terminate()
        self._process.join(2.0)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()

    def _receive(self) -> None:
        """Take in what the worker has said, and give it the next piece if it waits for one."""
        if self._closed or self._error:
            return
        try:
            while self._connection.poll():
                self._take(self._connection.recv())
            if self._ready and self._decoding is None and self._waiting:
                job = self._decoding = self._waiting.popleft()
                self._connection.send((job.clip.samples, job.clip.position, job.expect))
        except (EOFError, OSError):
            self._worker_died()

    def _take(self, message: tuple[Any, ...]) -> None:
        match message:
            case ("ready", str(name), cost):
                self.name, self.cost_per_call_s = name, float(cost)
                self._ready, self._deaths_loading = True, 0
            case ("words", tuple(words)) if self._decoding:
                self._done.append(Transcribed(self._decoding.piece, words))
                self._decoding = None
            case ("failed",) if self._decoding:
                self._done.append(Transcribed(self._decoding.piece, (), failed=True))
                self._decoding = None
            case ("no model", str(sentence), str(hint)):
                self._error = ModelError(sentence, hint)

    def _worker_died(self) -> None:
        if self._error:
            return
        self._end_worker()
        job, self._decoding = self._decoding, None
        if job:
            job.deaths += 1
            if job.deaths < DEATHS:
                self._waiting.appendleft(job)
            else:
                self._done.append(Transcribed(job.piece, (), failed=True))
        elif not self._ready:
            self._deaths_loading += 1
        if self._deaths_loading < DEATHS:
            self._start()
        else:
            self._closed = True
            self._error = ModelError(
                f"The recogniser {self.name} ended twice while it was loading.",
                "There may be too little memory; choose a smaller model, or --recogniser sphinx.",
            )


def _start_shielded(process: SpawnProcess) -> None:
    """Start the process with Ctrl-C blocked in it from its first instruction on.

    Ctrl-C goes to every process of the terminal; the parent decides what it means.
    """
    if not hasattr(signal, "pthread_sigmask"):
        process.start()
        return
    # Its first start unblocks the signal, which would undo the next line.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(connection: Connection, spec: RecogniserSpec) -> None:
    """The worker: load, then decode piece after piece until the parent closes or is gone."""
    # Where `_start_shielded` could not do it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if spec.yields and hasattr(os, "nice"):
        os.nice(YIELDING)
    with suppress(EOFError, OSError):
        try:
            recogniser = open_recogniser(spec)
        except ModelError as error:
            connection.send(("no model", str(error), error.hint))
            return
        except Exception as error:  # noqa: BLE001 - a foreign library may raise anything
            connection.send(("no model", f"The recogniser {spec.kind} did not load: {error}", ""))
            return
        connection.send(("ready", recogniser.name, recogniser.cost_per_call_s))
        while True:
            samples, position, expect = connection.recv()
            try:
                words = recogniser.transcribe(Clip(samples, position), expect)
            except Exception:  # noqa: BLE001 - one clip that cannot be decoded must not end the rest
                connection.send(("failed",))
            else:
                connection.send(("words", words))
