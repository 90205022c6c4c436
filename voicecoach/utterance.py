"""What was said, without its sound: words with their times, and the turn they make up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word. Times are seconds of the input; `probability` 0..1, 1 where unknown."""

    text: str
    start_s: float
    end_s: float
    probability: float = 1.0


class Reason(StrEnum):
    """Why a turn ended."""

    SILENCE = "silence"
    VOICE = "voice"
    CHECK_BACK = "check_back"
    LIMIT = "limit"
    END_OF_INPUT = "end_of_input"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said in one turn.

    `partner` is the name of the one whose voice it was, or None where that is not known; `either`
    is True where voices are compared and it may as well have been the one as the other. `overlap`
    tells that both spoke in it at a time, `third` that it was neither's: a voice from outside.
    `start_s` and `end_s` are positions in the input in seconds; `latency_s` is the time from
    the last voiced sample until the text was there.
    """

    text: str
    start_s: float = 0.0
    end_s: float = 0.0
    partner: str | None = None
    reason: Reason = Reason.SILENCE
    latency_s: float = 0.0
    words: tuple[Word, ...] = ()
    either: bool = False
    overlap: bool = False
    third: bool = False
