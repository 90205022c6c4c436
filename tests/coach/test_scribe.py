"""Pieces that wait are joined where a call is costly; every word finds its piece."""

from __future__ import annotations

import numpy as np

from tests.coach.decoding import InlineDecoder
from voicecoach.coach.scribe import Piece, Scribe
from voicecoach.engines import Expect
from voicecoach.speech.audio import RATE, Clip


def piece(start_s: float, seconds: float = 1.0) -> Piece:
    start, samples = int(start_s * RATE), int(seconds * RATE)
    return Piece(Clip(np.zeros(samples, np.float32), start), start, start + samples)


def test_cheap_pieces_go_one_by_one_and_at_once() -> None:
    """While the person still talks."""
    decoder = InlineDecoder(["one", "two"])
    scribe = Scribe(decoder)
    pieces = [piece(0), piece(2)]
    for one in pieces:
        scribe.take(one, Expect.TALK)
    assert len(decoder.submitted) == 2
    scribe.wait()
    assert [p.text for p in pieces] == ["one", "two"]


def test_costly_pieces_that_wait_are_joined_and_dealt_out_by_time() -> None:
    """A word goes where its middle lies; one between two pieces to the first of them."""
    decoder = InlineDecoder(["one", "a b c d e f"], slow=0, cost_per_call_s=30)
    scribe = Scribe(decoder)
    pieces = [piece(0), piece(2), piece(4)]
    for one in pieces:
        scribe.take(one, Expect.TALK)
    assert len(decoder.submitted) == 1
    scribe.wait()
    assert len(decoder.submitted) == 2
    assert [p.text for p in pieces] == ["one", "a b c d", "e f"]
    assert not scribe.pending


def test_joined_pieces_fit_the_window() -> None:
    """A recogniser with a window of 30 s never gets more at once."""
    decoder = InlineDecoder([""] * 9, cost_per_call_s=30)
    scribe = Scribe(decoder)
    for at in range(8):
        scribe.take(piece(at * 10, 8), Expect.TALK)
    scribe.wait()
    assert all(clip.seconds <= 28 for clip, _ in decoder.submitted)
    assert len(decoder.submitted) == 5


def test_a_reply_is_never_joined_to_talk() -> None:
    """They take different paths through the recogniser."""
    decoder = InlineDecoder([""] * 3, cost_per_call_s=30)
    scribe = Scribe(decoder)
    for at, expect in enumerate((Expect.TALK, Expect.TALK, Expect.REPLY)):
        scribe.take(piece(at * 2), expect)
    scribe.wait()
    assert [expect for _, expect in decoder.submitted] == [Expect.TALK, Expect.TALK, Expect.REPLY]
