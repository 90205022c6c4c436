"""The segmenter, advanced frame by frame: no clock, no model, no sleeping."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.speech.audio import FRAME, RATE, Frame
from voicecoach.speech.segmenter import Limits, PieceEnded, Segmenter, TurnEnded
from voicecoach.utterance import Reason

FRAME_S = FRAME / RATE


class Stream:
    """Feeds probabilities by the second; every sample carries its own frame number."""

    def __init__(self, segmenter: Segmenter) -> None:
        self.segmenter = segmenter
        self.frames = 0
        self.ended: list[tuple[float, PieceEnded | TurnEnded]] = []

    def push(self, seconds: float, probability: float) -> Stream:
        for _ in range(round(seconds / FRAME_S)):
            samples = np.full(FRAME, self.frames, np.float32)
            frame = Frame(samples, self.frames * FRAME)
            for ended in self.segmenter.push(frame, probability):
                self.ended.append((self.frames * FRAME_S, ended))
            self.frames += 1
        return self

    @property
    def pieces(self) -> list[PieceEnded]:
        return [e for _, e in self.ended if isinstance(e, PieceEnded)]

    @property
    def turns(self) -> list[TurnEnded]:
        return [e for _, e in self.ended if isinstance(e, TurnEnded)]


def stream(patience_s: float = 1.6, limits: Limits | None = None) -> Stream:
    return Stream(Segmenter(limits, patience_s))


def test_a_turn_ends_after_the_patience_it_was_told() -> None:
    """Patience is the silence after which a turn counts as over."""
    for patience_s in (0.7, 1.6, 3.0):
        room = stream(patience_s).push(1, 0).push(2, 0.9).push(4, 0)
        (at,) = [at for at, e in room.ended if isinstance(e, TurnEnded)]
        assert at == pytest.approx(3 + patience_s, abs=3 * FRAME_S)
        assert room.turns == [TurnEnded(Reason.SILENCE)]


def test_a_pause_shorter_than_the_patience_stays_in_the_turn() -> None:
    """Two pieces, one turn."""
    room = stream().push(1, 0.9).push(1, 0).push(1, 0.9).push(2, 0)
    assert (len(room.pieces), len(room.turns)) == (2, 1)


def test_a_piece_is_there_long_before_the_turn_is_over() -> None:
    """Recognition overlaps the silence."""
    room = stream().push(1, 0.9).push(0.4, 0)
    assert (len(room.pieces), len(room.turns)) == (1, 0)


def test_a_piece_carries_what_was_heard_before_it_was_noticed() -> None:
    """Speech begins earlier than the detector says."""
    (piece,) = stream().push(2, 0).push(1, 0.9).push(2, 0).pieces
    assert piece.voiced_from / RATE == pytest.approx(2, abs=2 * FRAME_S)
    assert piece.clip.start_s == pytest.approx(2 - Limits().lead_s, abs=2 * FRAME_S)
    assert piece.clip.end_s == pytest.approx(3 + Limits().tail_s, abs=2 * FRAME_S)
    frames = piece.clip.samples[::FRAME]
    assert np.array_equal(frames, np.arange(frames[0], frames[0] + len(frames)))


def test_the_shortest_yes_is_a_turn() -> None:
    """A "yes" lasts 0.35 s and turns the dialogue."""
    room = stream(0.7).push(0.5, 0).push(0.32, 0.9).push(1, 0)
    assert (len(room.pieces), len(room.turns)) == (1, 1)


def test_a_yes_at_the_very_beginning_is_heard() -> None:
    """There is no time in which the detector is not ready."""
    assert len(stream(0.7).push(0.32, 0.9).push(1, 0).turns) == 1


def test_a_click_opens_nothing() -> None:
    """A sound shorter than a word is not a reply."""
    assert stream().push(1, 0).push(0.096, 0.99).push(3, 0).ended == []


def test_speech_that_is_only_just_noticed_is_a_turn() -> None:
    """In noise a word is seldom sure: frames that hold count, if some near them are speech."""
    limits = Limits()
    room = stream(0.7).push(0.5, 0).push(0.13, limits.holds).push(0.1, limits.opens)
    (piece,) = room.push(1, 0).pieces
    assert piece.voiced_from / RATE == pytest.approx(0.5, abs=2 * FRAME_S)
    assert stream(0.7).push(0.5, 0).push(0.5, limits.holds).push(1, 0).ended == []


def test_a_click_cancels_no_silence() -> None:
    """It takes real speech to go on with a turn."""
    room = stream(1.0).push(1, 0.9).push(0.6, 0).push(0.064, 0.99).push(1, 0)
    (at,) = [at for at, e in room.ended if isinstance(e, TurnEnded)]
    assert at == pytest.approx(2, abs=3 * FRAME_S)


def test_patience_may_change_at_any_frame() -> None:
    """What was said so far decides how long to wait."""
    room = stream(3.0).push(1, 0.9).push(1, 0)
    room.segmenter.patience_s = 0.7
    assert len(room.push(0.1, 0).turns) == 1


def test_a_turn_without_end_is_cut_at_the_limit_without_losing_a_frame() -> None:
    """No turn is endless, and long speech comes in pieces."""
    limits = Limits(piece_s=5, turn_s=12)
    room = stream(1.6, limits).push(20, 0.9)
    assert room.turns[0] == TurnEnded(Reason.LIMIT)
    positions = [(p.clip.position, p.clip.position + len(p.clip.samples)) for p in room.pieces]
    assert all(a[1] == b[0] for a, b in pairwise(positions))


def test_deafness_forgets_what_was_open() -> None:
    """Over the coach's own voice nothing is heard, and nothing of before is left."""
    room = stream().push(1, 0.9)
    room.segmenter.deafen()
    assert not room.segmenter.in_turn
    assert room.push(3, 0).ended == []


def test_the_end_of_the_input_ends_the_turn() -> None:
    """Whatever is open ends there."""
    room = stream().push(1, 0.9)
    kinds = [type(e) for e in room.segmenter.finish()]
    assert kinds == [PieceEnded, TurnEnded]
    assert stream().segmenter.finish() == []


@given(st.lists(st.tuples(st.floats(0.03, 1.5), st.floats(0, 1)), max_size=30))
@settings(max_examples=150, deadline=None)
def test_pieces_never_overlap_and_turns_follow_pieces(parts: list[tuple[float, float]]) -> None:
    """Whatever the room: clips in order, gapless inside, and no turn without a piece."""
    room = stream(0.7)
    for seconds, probability in parts:
        room.push(seconds, probability)
    room.ended += [(0.0, e) for e in room.segmenter.finish()]
    end = 0
    pieces_in_turn = 0
    for _, ended in room.ended:
        if isinstance(ended, TurnEnded):
            assert pieces_in_turn > 0
            pieces_in_turn = 0
            continue
        pieces_in_turn += 1
        assert ended.clip.position >= end
        assert ended.voiced_from < ended.voiced_until
        assert ended.clip.position <= ended.voiced_from
        end = ended.clip.position + len(ended.clip.samples)
        values = ended.clip.samples[::FRAME]
        assert np.array_equal(np.diff(values), np.ones(len(values) - 1))


def test_a_piece_is_known_before_it_is_over_and_is_the_same_then() -> None:
    """Told once in a silence, sample for sample; a pause in between makes it a longer one."""
    room = stream()
    told: list[PieceEnded] = []
    for seconds, probability in ((1.0, 0.0), (0.6, 0.9), (0.2, 0.0), (0.6, 0.9), (1.0, 0.0)):
        for _ in range(round(seconds / FRAME_S)):
            room.push(FRAME_S, probability)
            so_far = room.segmenter.so_far()
            told += [so_far] if so_far else []
    (ended,) = room.pieces
    early, last = told
    assert np.array_equal(last.clip.samples, ended.clip.samples)
    assert (last.voiced_from, last.voiced_until) == (ended.voiced_from, ended.voiced_until)
    assert len(early.clip.samples) < len(last.clip.samples)
