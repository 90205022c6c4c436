"""The room: levels are learned, a quiet voice is brought up, a television is not one of them."""

from __future__ import annotations

import numpy as np
import pytest

from voicecoach.speech.audio import FRAME, RATE, Frame, Samples, level_db
from voicecoach.speech.room import Room, RoomTrouble


def noise(decibels: float) -> Samples:
    sound = np.random.default_rng(1).normal(0, 1, FRAME)
    sound *= 10 ** (decibels / 20) / np.sqrt(np.mean(np.square(sound)))
    return sound.astype(np.float32)


def hear(
    room: Room, seconds: float, decibels: float, probability: float, in_turn: bool = True
) -> float:
    """What the room makes of the last frame."""
    judged = 0.0
    for _ in range(round(seconds * RATE / FRAME)):
        judged = room.near(noise(decibels), probability, in_turn)
    return judged


def test_the_floor_is_learned_from_what_is_not_speech() -> None:
    """Talk says nothing about the room."""
    room = Room()
    hear(room, 10, -55, 0.0, in_turn=False)
    hear(room, 10, -20, 0.9)
    assert room.floor_db == pytest.approx(-55, abs=1)
    assert room.talk_db == pytest.approx(-20, abs=1)


def test_the_first_to_talk_is_heard_at_any_level() -> None:
    """Nothing is known yet: nothing is too far away."""
    assert hear(Room(), 0.5, -60, 0.9, in_turn=False) == 0.9


def test_a_television_opens_no_turn() -> None:
    """Speech far below the level of those who talk."""
    room = Room()
    hear(room, 5, -24, 0.9)
    assert hear(room, 2, -44, 0.9, in_turn=False) == 0.0
    assert hear(room, 2, -34, 0.9, in_turn=False) == 0.9


def test_a_television_holds_no_turn_open() -> None:
    """Near the level of this turn, be it a loud one or a soft one."""
    room = Room()
    hear(room, 5, -24, 0.9)
    assert hear(room, 1, -40, 0.9) == 0.0
    hear(room, 1, -60, 0.0, in_turn=False)
    hear(room, 5, -36, 0.9)
    assert hear(room, 1, -40, 0.9) == 0.9


def test_the_end_of_a_word_is_as_loud_as_the_word() -> None:
    """Speech is uneven within 0.3 s."""
    room = Room()
    hear(room, 5, -24, 0.9)
    assert hear(room, 0.2, -45, 0.9) == 0.9


def test_who_moves_away_is_heard_again() -> None:
    """Half a minute of talk brings the level down: nobody is shut out for good."""
    room = Room()
    hear(room, 5, -20, 0.9)
    assert hear(room, 1, -38, 0.9, in_turn=False) == 0.0
    assert hear(room, 30, -38, 0.9, in_turn=False) == 0.9


def test_a_quiet_voice_is_brought_up_and_a_loud_one_left_alone() -> None:
    """Once it is known, between turns, within bounds."""
    for decibels, after in ((-36, -22), (-60, -40), (-15, -15)):
        room = Room()
        hear(room, 5, decibels, 0.9)
        hear(room, 0.1, decibels, 0.0, in_turn=False)
        louder = room.brought_up(Frame(noise(decibels), 512, lost=3))
        assert level_db(louder.samples) == pytest.approx(after, abs=0.5)
        assert (louder.position, louder.lost) == (512, 3)


def test_the_gain_does_not_change_inside_a_turn() -> None:
    """A sentence whose level jumps is hard to read."""
    room = Room()
    hear(room, 5, -40, 0.9)
    assert room.brought_up(Frame(noise(-40), 0)).samples == pytest.approx(noise(-40))


def test_full_scale_is_not_exceeded() -> None:
    """A shout after a whisper clips, and does not wrap around."""
    room = Room()
    hear(room, 5, -50, 0.9)
    hear(room, 0.1, -60, 0.0, in_turn=False)
    assert np.abs(room.brought_up(Frame(noise(-3), 0)).samples).max() <= 1.0


@pytest.mark.parametrize(
    ("talk_db", "floor_db", "trouble"),
    [
        (-25, -60, None),
        (-25, -32, RoomTrouble.LOUD),
        (-56, -80, RoomTrouble.SOFT),
        (-2, -60, RoomTrouble.CLIPPING),
    ],
)
def test_trouble_is_told_once(talk_db: float, floor_db: float, trouble: RoomTrouble | None) -> None:
    """Too loud a room, too soft a voice, too much for the microphone."""
    room = Room()
    hear(room, 10, floor_db, 0.0, in_turn=False)
    hear(room, 2, talk_db, 0.9)
    assert room.trouble() is None
    hear(room, 3, talk_db, 0.9)
    assert room.trouble() is trouble
    assert room.trouble() is None
