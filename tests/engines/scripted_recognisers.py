"""Recognisers for the worker's tests: whole classes, each with one habit."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from voicecoach.engines import Expect, Recogniser
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.errors import ModelError
from voicecoach.speech.audio import Clip
from voicecoach.utterance import Word

DEADLY = 13
"""A clip that starts at this sample ends the process that decodes it."""

BROKEN = 17
"""A clip that starts at this sample cannot be decoded."""


class Counting:
    """Says how many samples it got, where from, and what was expected."""

    name = "counting"
    cost_per_call_s = 1.5

    def __init__(self, spec: RecogniserSpec) -> None:
        self._diary = spec.folder

    def transcribe(self, clip: Clip, expect: Expect = Expect.TALK) -> tuple[Word, ...]:
        if self._diary:
            with (self._diary / "begun").open("a") as diary:
                diary.write(f"{os.getpid()} {clip.position}\n")
        if clip.position == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        if clip.position == BROKEN:
            raise RuntimeError("no such sound")
        return (Word(f"{len(clip.samples)}/{expect}", clip.start_s, clip.end_s),)


class Waiting(Counting):
    """Decodes only while the file `go` is in its folder."""

    name = "waiting"

    def transcribe(self, clip: Clip, expect: Expect = Expect.TALK) -> tuple[Word, ...]:
        words = super().transcribe(clip, expect)
        assert self._diary
        while not (self._diary / "go").exists():
            time.sleep(0.01)
        return words


class Slow(Counting):
    """Takes longer over a clip than it takes to read one from a file."""

    def transcribe(self, clip: Clip, expect: Expect = Expect.TALK) -> tuple[Word, ...]:
        time.sleep(0.05)
        return super().transcribe(clip, expect)


class Wordy(Counting):
    """Finds far more words than a pipe holds."""

    def transcribe(self, clip: Clip, expect: Expect = Expect.TALK) -> tuple[Word, ...]:
        return tuple(Word("word" * 10, i, i + 1) for i in range(20_000))


def without_model(spec: RecogniserSpec) -> Recogniser:
    raise ModelError("There is no model here.", "Fetch one.")


def surprising(spec: RecogniserSpec) -> Recogniser:
    raise OSError("the disk is on fire")


def dies_on_loading(spec: RecogniserSpec) -> Recogniser:
    if spec.folder:
        with (Path(spec.folder) / "begun").open("a") as diary:
            diary.write("loading\n")
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def loads_slowly(spec: RecogniserSpec) -> Recogniser:
    assert spec.folder
    while not (spec.folder / "go").exists():
        time.sleep(0.01)
    return Counting(spec)
