"""Spoken answers in the step that asks "did I get that?": never a yes that was none.

A small part of `tests/benchmarks/spoken_replies.py`, which measures all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from tests.benchmarks.spoken_replies import false_advances, measure, placed, replies, stretches
from tests.coach import answers_spoken as room
from tests.coach.check_step import CheckStep, Played
from tests.coach.decoding import InlineDecoder
from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.scribe import Scribe
from voicecoach.dialogue.messages import Phase, Step
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.engines.scripted import ScriptedDetector, ScriptedMicrophone
from voicecoach.engines.worker import RecogniserProcess
from voicecoach.speech.segmenter import Limits

pytestmark = pytest.mark.skipif(
    bool(room.missing_voices()), reason=room.missing_voices() or "the voices are there"
)


@pytest.fixture(scope="module")
def recogniser() -> Iterator[RecogniserProcess]:
    process = RecogniserProcess(RecogniserSpec("sphinx"))
    yield process
    process.close()


def test_no_answer_but_a_yes_advances_the_dialogue(recogniser: RecogniserProcess) -> None:
    """No, partly, unclear and yes-like answers, clean and in noise: 0 false advances."""
    once = (replace(case, takes=case.takes[:1]) for case in replies(quick=True))
    measured = measure(once, recogniser)
    assert len(measured) == 30
    assert false_advances(measured) == []
    clean = [heard for case, heard in measured if (case.meant, case.condition) == ("yes", "clean")]
    assert sum(heard[0].advanced for heard in clean) > len(clean) / 2


def test_no_sound_advances_the_dialogue(recogniser: RecogniserProcess) -> None:
    """Noise, coughs, music, other talk and silence: 0 advances."""
    measured = measure(stretches(quick=True), recogniser)
    assert len(measured) == 20
    assert false_advances(measured) == []


def test_a_clear_yes_advances_it(recogniser: RecogniserProcess) -> None:
    """The same way that must not be taken wrongly can be taken."""
    heard = CheckStep(recogniser).hear(placed(room.spoken("yes, that's right", "slt")))
    assert heard.entered == [Phase.MORE]


@pytest.mark.parametrize(("voiced_s", "turns"), [(0.1, 0), (0.35, 1)])
def test_a_sound_shorter_than_a_word_is_no_reply(voiced_s: float, turns: int) -> None:
    """A click of 0.1 s that a recogniser calls "yes" is nobody's turn."""
    microphone = ScriptedMicrophone([(1, 0), (voiced_s, 0.9), (3, 0)])
    limits = Limits(onset_s=0.03)
    scribe = Scribe(InlineDecoder(["yes"]))
    ear = ListeningEar(microphone, ScriptedDetector(), scribe, limits=limits)
    ear.listen(Step.REPLY)
    heard = []
    while not ear.ended:
        heard.append(ear.hear(deaf=False))
    assert sum(turn is not None for turn in heard) == turns


def test_the_sound_is_heard_to_its_end() -> None:
    """Played sound comes in whole frames, the last one filled up."""
    played = Played(np.ones(700, np.float32))
    frames = [played.read(), played.read()]
    assert [None if frame is None else float(frame.samples.sum()) for frame in frames] == [512, 188]
    assert played.read() is None
