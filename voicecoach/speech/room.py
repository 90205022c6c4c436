"""The room: how loud it is, how loud the people are, and what is too far away to be one of them.

Learned frame by frame, pure: levels in dBFS (0 is full scale), probabilities of speech in 0..1.
Talk from a television is speech to any detector. It is told from the people by its level: what
opens a turn must come near the level of those who have talked, and what holds one open near the
level of that turn (a soft partner's turn is as good as a loud one's). That helps and does not
settle it: what another voice 20 dB below theirs still does is printed by
`python -m tests.benchmarks.cut_offs` under `television`.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum

import numpy as np

from voicecoach.speech.audio import FRAME, RATE, Frame, Samples, level_db

SPEECH = 0.5
"""Probability from which a frame teaches how loud people are."""

NOT_SPEECH = 0.1
"""Probability below which a frame teaches how loud the room is."""

NEAR_FRAMES = round(0.3 * RATE / FRAME)
"""A frame is as loud as the loudest of the last 0.3 s: words have soft ends and gaps."""

OPENS_WITHIN_DB, HOLDS_WITHIN_DB = 15.0, 12.0
"""So far below the level of talk (of this turn) sound may open (hold) a turn."""

RISES, FALLS = 0.05, 0.001
"""What a louder and a softer frame add to the level of talk: near the loud end of it, and half a
minute of softer talk brings it down, so that who moves away is heard again."""

FLOOR_LEARNS = 0.01
"""The room's level follows within some three seconds."""

TARGET_DB = -22.0
"""The loud end of talk that recognisers are used to: -24 dBFS on the average."""

MOST_GAIN_DB = 20.0
"""More would only make the room's noise loud."""

SURE_AFTER_FRAMES = round(3.0 * RATE / FRAME)
"""So much talk must have been heard before anything is said about it."""

SOFT_DB = -50.0
"""Talk below this stays indistinct, however much it is brought up."""

CLEAR_DB = 10.0
"""Talk that is less than this above the room is not understood reliably."""

CLIPPED, CLIPPED_SAMPLES, CLIPPED_FRAMES = 0.985, 3, 12
"""Samples at full scale in a frame, and frames with so many of them, until it is told."""


class RoomTrouble(StrEnum):
    """What makes it hard to hear; each is told once."""

    LOUD = "loud"
    SOFT = "soft"
    CLIPPING = "clipping"


class Room:
    """Learns from every frame. `floor_db` and `talk_db` are None while they are not known."""

    def __init__(self) -> None:
        self.floor_db: float | None = None
        self.talk_db: float | None = None
        self._turn_db: float | None = None
        self._near: deque[float] = deque(maxlen=NEAR_FRAMES)
        self._talked = 0
        self._clipped = 0
        self._gain = 1.0
        self._told: set[RoomTrouble] = set()

    def brought_up(self, frame: Frame) -> Frame:
        """The frame at the level of talk: a quiet voice louder, a loud one as it is."""
        if self._gain == 1.0:
            return frame
        samples: Samples = np.clip(frame.samples * np.float32(self._gain), -1.0, 1.0)
        return Frame(samples, frame.position, frame.lost)

    def near(self, samples: Samples, probability: float, in_turn: bool) -> float:
        """The probability that one of the people speaks: 0 where it comes from too far away.

        `samples` are those of the microphone, not brought up; `in_turn` says that a turn is open.
        """
        level = level_db(samples)
        self._near.append(level)
        loudest = max(self._near)
        if not in_turn:
            self._turn_db = None
            self._gain = self._gain_now()
        if probability < NOT_SPEECH:
            self._learn_floor(level)
        if probability >= SPEECH:
            self._learn_talk(level, in_turn)
            self._clipped += int(np.count_nonzero(np.abs(samples) >= CLIPPED)) >= CLIPPED_SAMPLES
        if in_turn and self._turn_db is not None:
            return probability if loudest >= self._turn_db - HOLDS_WITHIN_DB else 0.0
        if self.talk_db is None or loudest >= self.talk_db - OPENS_WITHIN_DB:
            return probability
        return 0.0

    def trouble(self) -> RoomTrouble | None:
        """What makes it hard to hear, once for each kind; None where all is well."""
        for kind, holds in self._troubles().items():
            if holds and kind not in self._told:
                self._told.add(kind)
                return kind
        return None

    def _troubles(self) -> dict[RoomTrouble, bool]:
        if self._talked < SURE_AFTER_FRAMES or self.talk_db is None:
            return {}
        floor = self.floor_db if self.floor_db is not None else -100.0
        return {
            RoomTrouble.CLIPPING: self._clipped >= CLIPPED_FRAMES,
            RoomTrouble.SOFT: self.talk_db < SOFT_DB,
            RoomTrouble.LOUD: self.talk_db - floor < CLEAR_DB,
        }

    def _learn_floor(self, level: float) -> None:
        if self.floor_db is None:
            self.floor_db = level
        self.floor_db += (level - self.floor_db) * FLOOR_LEARNS

    def _learn_talk(self, level: float, in_turn: bool) -> None:
        self._talked += 1
        self.talk_db = _followed(self.talk_db, level)
        if in_turn:
            self._turn_db = _followed(self._turn_db, level)

    def _gain_now(self) -> float:
        if self.talk_db is None or self._talked < SURE_AFTER_FRAMES:
            return 1.0
        return float(10 ** (min(MOST_GAIN_DB, max(0.0, TARGET_DB - self.talk_db)) / 20))


def _followed(before: float | None, level: float) -> float:
    """The loud end of the levels so far."""
    if before is None:
        return level
    return before + (level - before) * (RISES if level > before else FALLS)
