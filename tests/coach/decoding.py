"""A decoder without a process: each clip gets the next text, after as many polls as told."""

from __future__ import annotations

from voicecoach.engines import Expect
from voicecoach.engines.scripted import ScriptedRecogniser
from voicecoach.engines.worker import Transcribed
from voicecoach.speech.audio import Clip


class InlineDecoder:
    """The interface of `engines.worker.RecogniserProcess`, in this process."""

    name = "scripted"

    def __init__(
        self, texts: list[str], slow: int = 0, cost_per_call_s: float = 0.0, fails: int = 0
    ) -> None:
        self.cost_per_call_s = cost_per_call_s
        self.submitted: list[tuple[Clip, Expect]] = []
        self._recogniser = ScriptedRecogniser(texts)
        self._slow = slow
        self._fails = fails
        self._waiting: list[tuple[int, Transcribed]] = []

    def submit(self, piece: int, clip: Clip, expect: Expect = Expect.TALK) -> None:
        self.submitted.append((clip, expect))
        words = self._recogniser.transcribe(clip, expect)
        failed = self._fails > 0
        self._fails -= failed
        done = Transcribed(piece, () if failed else words, failed)
        self._waiting.append((self._slow, done))

    def poll(self) -> list[Transcribed]:
        self._waiting = [(polls - 1, done) for polls, done in self._waiting]
        ready = [done for polls, done in self._waiting if polls < 0]
        self._waiting = [(polls, done) for polls, done in self._waiting if polls >= 0]
        return ready

    def wait(self, patience_s: float | None = None) -> list[Transcribed]:
        ready = [done for _, done in self._waiting]
        self._waiting = []
        return ready

    def close(self) -> None:
        pass
