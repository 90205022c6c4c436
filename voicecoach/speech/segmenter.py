"""Speech probabilities in, pieces and turns out. Neither clock nor model: it counts samples.

A *piece* is speech between two short pauses, the unit of recognition. A *turn* is one partner's
floor and ends when the silence is as long as the patience it was told. Sound shorter than a word
opens nothing, and a click cancels no silence: only real speech does (hysteresis in level and time).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from voicecoach.speech.audio import FRAME, RATE, Clip, Frame
from voicecoach.utterance import Reason


@dataclass(frozen=True, slots=True)
class PieceEnded:
    """Speech between two short pauses, with a little of the silence around it."""

    clip: Clip
    voiced_from: int
    """Input sample at which the first voiced frame began."""
    voiced_until: int
    """Input sample at which the last voiced frame ended."""


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The silence is as long as the patience, or the turn as long as the limit."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Limits:
    """How the segmenter tells speech from what is not, in probabilities and seconds.

    The probabilities are Silero's. A frame of `opens` is speech, one of `holds` is where speech
    was found near it. `onset_s` of frames that hold within `onset_window_s`, `sure_s` of them
    speech, open a turn; `resume_s` cancel a silence inside one.
    """

    opens: float = 0.3
    holds: float = 0.2
    sure_s: float = 0.064
    onset_s: float = 0.16
    onset_window_s: float = 0.32
    resume_s: float = 0.096
    pre_roll_s: float = 1.0
    lead_s: float = 0.4
    tail_s: float = 0.16
    piece_pause_s: float = 0.256
    piece_s: float = 20.0
    turn_s: float = 240.0


def _frames(seconds: float) -> int:
    return max(1, round(seconds * RATE / FRAME))


class Segmenter:
    """Finds pieces and turns in a stream of frames.

    It is told how long to wait (`patience_s`) and may be told anew at any frame. `quiet_s` is the
    time since the last voiced sample, `talking` whether somebody is speaking.
    """

    def __init__(self, limits: Limits | None = None, patience_s: float = 1.6) -> None:
        self.limits = limits or Limits()
        self.patience_s = patience_s
        self._recent: deque[tuple[Frame, float]] = deque(maxlen=_frames(self.limits.pre_roll_s))
        self._piece: list[Frame] = []
        self._turn_frames = 0
        self._quiet_frames = 0
        self._in_turn = False
        self._voiced_from = 0
        self._voiced_until = 0

    @property
    def in_turn(self) -> bool:
        """True from the first word until the turn has ended."""
        return self._in_turn

    @property
    def talking(self) -> bool:
        """True while a piece is open: somebody speaks or has only just stopped."""
        return bool(self._piece)

    @property
    def turn_s(self) -> float:
        """Seconds since the first word of the turn that is open; 0 where none is."""
        return self._turn_frames * FRAME / RATE if self._in_turn else 0.0

    @property
    def quiet_s(self) -> float:
        """Seconds since the last voiced frame."""
        return self._quiet_frames * FRAME / RATE

    def push(self, frame: Frame, probability: float) -> list[PieceEnded | TurnEnded]:
        """What the next frame brings to an end; frames must come in order."""
        self._recent.append((frame, probability))
        self._quiet_frames += 1
        if not self._piece:
            return self._outside(frame)
        return self._inside(probability >= self.limits.holds, frame)

    def so_far(self) -> PieceEnded | None:
        """The open piece as it will be reported if nobody goes on, told once in each silence: when
        all of the silence that belongs to it has passed. None at any other time."""
        if not self._piece or self._quiet_frames != _frames(self.limits.tail_s):
            return None
        return self._reported(self._piece)

    def deafen(self) -> None:
        """Forget what was heard and not yet reported: the coach itself is speaking."""
        self._recent.clear()
        self._piece = []
        self._in_turn = False
        self._turn_frames = 0
        self._quiet_frames = 0

    def hold(self) -> None:
        """The input waits while the coach speaks: nothing is lost, the silence counts anew."""
        self._quiet_frames = 0

    def close_turn(self) -> None:
        """The words have ended the turn: what follows is the next one."""
        if not self._piece:
            self._in_turn = False
        self._turn_frames = len(self._piece)

    def finish(self, reason: Reason = Reason.END_OF_INPUT) -> list[PieceEnded | TurnEnded]:
        """The input is over: whatever is open ends here."""
        ended: list[PieceEnded | TurnEnded] = []
        if self._piece:
            ended.append(self._cut_piece())
        if self._in_turn:
            ended.append(self._end_turn(reason))
        return ended

    def _outside(self, frame: Frame) -> list[PieceEnded | TurnEnded]:
        """Between pieces: look for the onset of speech, or for the end of the turn."""
        ended: list[PieceEnded | TurnEnded] = []
        if self._in_turn:
            self._turn_frames += 1
        if self._speech_begins():
            self._open_piece(frame)
        elif self._in_turn and self.quiet_s >= self.patience_s:
            ended.append(self._end_turn(Reason.SILENCE))
        return ended

    def _speech_begins(self) -> bool:
        limits = self.limits
        window = [p for _, p in self._recent][-_frames(limits.onset_window_s) :]
        if window[-1] < limits.holds:
            return False
        needed = limits.resume_s if self._in_turn else limits.onset_s
        return sum(p >= limits.holds for p in window) >= _frames(needed) and sum(
            p >= limits.opens for p in window
        ) >= _frames(limits.sure_s)

    def _open_piece(self, frame: Frame) -> None:
        """Take up what was heard just before: speech begins earlier than it is noticed."""
        lead = _frames(self.limits.lead_s)
        heard = [f for f, _ in self._recent]
        first = next(i for i, (_, p) in enumerate(self._recent) if p >= self.limits.holds)
        self._piece = heard[max(0, first - lead) :]
        if not self._in_turn:
            self._in_turn = True
            self._turn_frames = len(self._piece)
        self._quiet_frames = 0
        self._voiced_from = heard[first].position
        self._voiced_until = frame.position + FRAME

    def _inside(self, voiced: bool, frame: Frame) -> list[PieceEnded | TurnEnded]:
        """In a piece: it ends with a short pause, or when it grows too long."""
        ended: list[PieceEnded | TurnEnded] = []
        self._piece.append(frame)
        self._turn_frames += 1
        if voiced:
            self._quiet_frames = 0
            self._voiced_until = frame.position + FRAME
        too_long = len(self._piece) >= _frames(self.limits.piece_s)
        if self.quiet_s >= self.limits.piece_pause_s or too_long:
            ended.append(self._cut_piece())
        if self._turn_frames >= _frames(self.limits.turn_s):
            if self._piece:
                ended.append(self._cut_piece())
            ended.append(self._end_turn(Reason.LIMIT))
        return ended

    def _cut_piece(self) -> PieceEnded:
        keep = len(self._piece) - max(0, self._quiet_frames - _frames(self.limits.tail_s))
        frames = self._piece[: max(1, keep)]
        self._piece = []
        # What was voiced belongs to this piece and may not help to open the next one.
        self._recent = deque(
            ((f, 0.0) for f, _ in self._recent if f.position > frames[-1].position),
            maxlen=self._recent.maxlen,
        )
        return self._reported(frames)

    def _reported(self, frames: list[Frame]) -> PieceEnded:
        clip = Clip(np.concatenate([f.samples for f in frames]), frames[0].position)
        return PieceEnded(clip, self._voiced_from, self._voiced_until)

    def _end_turn(self, reason: Reason) -> TurnEnded:
        self._in_turn = False
        self._turn_frames = 0
        return TurnEnded(reason)
