"""The last piece is decoded early in the silence; what was begun too early counts for nothing."""

from __future__ import annotations

import numpy as np
import pytest

from tests.coach.decoding import InlineDecoder
from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.scribe import Piece, Scribe
from voicecoach.dialogue.messages import Step
from voicecoach.engines import Expect, Turn
from voicecoach.engines.scripted import ScriptedDetector, ScriptedMicrophone
from voicecoach.speech.audio import RATE, Clip


def piece(seconds: float = 1.0) -> Piece:
    samples = int(seconds * RATE)
    return Piece(Clip(np.zeros(samples, np.float32), 0), 0, samples)


@pytest.mark.parametrize("there", [True, False])
def test_what_was_foreseen_is_decoded_once(there: bool) -> None:
    """Whether its words are there before the piece is over or after."""
    decoder = InlineDecoder(["yes", "another"], slow=0 if there else 1)
    scribe = Scribe(decoder)
    scribe.foresee(piece(), Expect.REPLY)
    scribe.poll()
    taken = piece()
    scribe.take(taken, Expect.REPLY)
    scribe.wait()
    assert (taken.text, len(decoder.submitted), scribe.pending) == ("yes", 1, False)


@pytest.mark.parametrize(
    ("seconds", "expect"), [(2.0, Expect.REPLY), (1.0, Expect.TALK)], ids=["went on", "talk"]
)
@pytest.mark.parametrize("there", [True, False])
def test_what_is_not_what_was_foreseen_is_decoded_itself(
    seconds: float, expect: Expect, there: bool
) -> None:
    """ "Yes" - and then "but not at work": nobody ever reads the yes."""
    decoder = InlineDecoder(["yes", "yes but not at work"], slow=0 if there else 3)
    scribe = Scribe(decoder)
    scribe.foresee(piece(), Expect.REPLY)
    scribe.poll()
    taken = piece(seconds)
    scribe.take(taken, expect)
    scribe.wait()
    assert (taken.text, scribe.pending) == ("yes but not at work", False)


def test_what_is_thrown_away_holds_up_a_costly_recogniser_and_is_not_waited_for_twice() -> None:
    """It decodes one clip at a time; what comes meanwhile is joined."""
    decoder = InlineDecoder(["yes", "but not at work"], slow=2, cost_per_call_s=30)
    scribe = Scribe(decoder)
    scribe.foresee(piece(), Expect.REPLY)
    taken = piece(2.0)
    scribe.take(taken, Expect.REPLY)
    assert len(decoder.submitted) == 1
    scribe.wait()
    assert taken.text == "but not at work"


def test_nothing_is_foreseen_while_something_waits() -> None:
    """What was really said comes first."""
    decoder = InlineDecoder(["one", "two"], slow=5)
    scribe = Scribe(decoder)
    scribe.take(piece(), Expect.REPLY)
    scribe.foresee(piece(2.0), Expect.REPLY)
    assert len(decoder.submitted) == 1


def test_a_failure_before_the_piece_is_over_loses_nothing() -> None:
    """It is tried again when it is over."""
    scribe = Scribe(InlineDecoder(["", "yes"], fails=1))
    scribe.foresee(piece(), Expect.REPLY)
    scribe.poll()
    taken = piece()
    scribe.take(taken, Expect.REPLY)
    scribe.wait()
    assert (taken.text, scribe.failed_s) == ("yes", 0.0)


def test_what_is_forgotten_is_not_given_to_what_comes_after() -> None:
    """The coach has spoken in between."""
    scribe = Scribe(InlineDecoder(["yes", "no"], slow=1))
    scribe.foresee(piece(), Expect.REPLY)
    scribe.forget()
    taken = piece()
    scribe.take(taken, Expect.REPLY)
    scribe.wait()
    assert taken.text == "no"


def heard(parts: list[tuple[float, float]], texts: list[str], step: Step, live: bool) -> tuple:
    """The turns, and the seconds of each clip that was decoded."""
    decoder = InlineDecoder(texts, slow=24)
    ear = ListeningEar(ScriptedMicrophone(parts, live), ScriptedDetector(), Scribe(decoder))
    ear.listen(step)
    turns = []
    while not ear.ended:
        turn = ear.hear(deaf=False)
        if isinstance(turn, Turn):
            turns.append(turn.utterance)
    return turns, [clip.seconds for clip, _ in decoder.submitted]


YES = [(1.0, 0.0), (0.5, 0.9), (4.0, 0.0)]
PAUSING = [(1.0, 0.0), (0.5, 0.9), (0.2, 0.0), (0.5, 0.9), (6.0, 0.0)]


def test_a_slow_recogniser_begins_0_16_s_into_the_silence_of_a_reply() -> None:
    """24 frames of decoding: the words are there at 0.93 s, and would be at 1.02 s."""
    (turn,), _ = heard(YES, ["yes"], Step.REPLY, live=True)
    assert turn.latency_s == pytest.approx(0.16 + 24 * 0.032, abs=0.04)


def test_a_pause_too_short_to_end_a_piece_is_no_end() -> None:
    """Somebody goes on after 0.2 s: what was begun is thrown away, and the whole is decoded."""
    (turn,), clips = heard(PAUSING, ["yes", "yes but"], Step.REPLY, live=True)
    assert turn.text == "yes but"
    assert clips == pytest.approx([1.06, 1.76], abs=0.05)


@pytest.mark.parametrize(
    ("step", "live"), [(Step.SHARE, True), (Step.REFLECT, True), (Step.REPLY, False)]
)
def test_talk_and_recordings_are_decoded_piece_by_piece(step: Step, live: bool) -> None:
    """Talk has breaths that would make it futile, and a recording can wait."""
    (turn,), clips = heard(PAUSING, ["yes but"], step, live)
    assert (turn.text, len(clips)) == ("yes but", 1)
