"""The state of a practice, and the ways an event can strike it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import Fidelity


class Strike(StrEnum):
    """What an event amounts to in the state it meets; the columns of the table."""

    BEGAN = "the practice begins"
    STATED = "the statement has been spoken"
    MIRRORED = "the trainee mirrors"
    WENT_ON = "the trainee goes on mirroring"
    RATED = "a rating"
    CORRECTED = "no, I said eight"
    UNCLEAR = "no rating, no wish"
    NEXT = "next"
    AGAIN = "again"
    SCORE = "tell me the score"
    SKIP = "skip"
    SCORED = "the score is there"
    ON = "it goes on by itself"
    CLOSED = "the close has been spoken"
    QUIET = "nobody speaks"
    NOTICED = "the ear notices something"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    STOP_YES = "yes, stop"
    CONFIRM_NO = "no, go on"
    CONFIRM_UNCLEAR = "really or not: unclear"
    REPEAT = "repeat that"
    HELP = "help"
    SAID_WHAT = "what did I say?"
    INPUT_ENDED = "the recording ends"
    INTERRUPTED = "the program is told to stop"
    NOTHING = "nothing that counts"


@dataclass(frozen=True, slots=True)
class Result:
    """One mirror: `own` is the trainee's rating 0..10 or None; `fidelity` None until it is there.

    `exchange` counts the statements from 1, `attempt` the mirrors of one statement.
    """

    exchange: int
    attempt: int
    message: str
    own: float | None = None
    fidelity: Fidelity | None = None


@dataclass(frozen=True, slots=True)
class Practising(State):
    """The dialogue's state, whose speaker is the coach, and what a practice needs besides."""

    language: str = "en"
    statements: tuple[str, ...] = ()
    rates: bool = True
    """Whether the trainee rates each mirror and says when to go on; else only mirrors are said."""
    results: tuple[Result, ...] = ()
    put: bool = False
    """Whether the rating of this mirror has been asked for aloud."""

    @property
    def last(self) -> bool:
        """Whether this is the last statement."""
        return self.exchange >= len(self.statements)
