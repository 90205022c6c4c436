"""What came out of a session in numbers, round by round: counted from its entries.

A number tells how it went, not how good it was: two who are kind to each other may score low, and
a parrot scores high. What each figure does not mean is said wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from voicecoach.dialogue import evidence
from voicecoach.dialogue.messages import Enter, Phase
from voicecoach.session import entries, record, review
from voicecoach.session.entries import Session
from voicecoach.session.record import Turn
from voicecoach.session.review.pairs import Compare, Pair, pairs
from voicecoach.session.review.reading import Reading


@dataclass(frozen=True, slots=True)
class Round:
    """One partner's time as speaker.

    `scores` of the reflections in order, 0..100, without those that could not be told; `attempts`
    it took in each exchange until the speaker said yes; `shares_s` the seconds of each message
    (all its turns together); `spoken_s` by speaker and listener, in seconds. `interruptions` are
    turns of the listener while the speaker shared; `questions` and `rebuttals` the listener's own
    inside reflections.
    """

    number: int
    speaker: str
    listener: str
    scores: tuple[float, ...] = ()
    attempts: tuple[int, ...] = ()
    shares_s: tuple[float, ...] = ()
    spoken_s: tuple[float, float] = (0.0, 0.0)
    interruptions: int = 0
    questions: int = 0
    rebuttals: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """A session in numbers; `spoken_s` by the two in the order of their names, in seconds."""

    names: tuple[str, str]
    rounds: tuple[Round, ...]
    spoken_s: tuple[float, float]
    seconds: float
    flags: int
    notes: int

    @property
    def fidelity(self) -> float | None:
        """The median score of all reflections, or None where there is none."""
        return middle(score for each in self.rounds for score in each.scores)

    @property
    def attempts(self) -> float | None:
        """How many attempts it took until the yes: the median over exchanges that got one."""
        return middle(count for each in self.rounds for count in each.attempts)

    @property
    def share_s(self) -> float | None:
        """The median length of a message in seconds."""
        return middle(length for each in self.rounds for length in each.shares_s)

    @property
    def equality(self) -> float | None:
        """How equally the two spoke: 1 for the same time each, 0 where only one did."""
        whole = sum(self.spoken_s)
        return 2 * min(self.spoken_s) / whole if whole else None

    def total(self, name: str) -> int:
        """The sum of a count over the rounds: interruptions, questions or rebuttals."""
        return sum(getattr(each, name) for each in self.rounds)


def middle(values: Iterable[float]) -> float | None:
    """The median, or None of nothing.

    >>> middle([3.0, 1.0, 2.0]), middle([])
    (2.0, None)
    """
    listed = list(values)
    return median(listed) if listed else None


def middles(session: Session) -> tuple[float | None, float | None] | None:
    """The `fidelity` and `attempts` of its figures, read from the scores and steps alone.

    None where a line was corrected, hidden, or given to somebody else, or where this version
    cannot tell: then it takes all of it.
    """
    scores, agreed = [], {}
    for data in (entry.data for entry in session.entries):
        try:
            match data["type"]:
                case entries.CORRECTED | review.RELABELLED | review.REDACTED:
                    return None
                case "Scored" if data["fidelity"]["band"] != evidence.CANNOT_TELL:
                    scores.append(float(data["fidelity"]["score"]))
                case "Enter" if data["phase"] == Phase.MORE:
                    agreed[data["round"], data["exchange"]] = int(data["attempt"])
        except (KeyError, TypeError, ValueError):  # kept by another version
            return None
    return middle(scores), middle(agreed.values())


def figures(reading: Reading, compare: Compare | None = None) -> Figures:
    """The figures of a session; with `compare`, corrected reflections count as compared anew."""
    names = reading.names
    turns = [turn for turn in reading.turns if turn.role is not None]
    held = [note.data["type"] for note in review.holding(reading.session.entries)]
    return Figures(
        names=names,
        rounds=_rounds(reading, turns, pairs(reading, compare)),
        spoken_s=(_spoken(turns, names[0]), _spoken(turns, names[1])),
        seconds=record.seconds(reading.session),
        flags=held.count(review.FLAGGED),
        notes=held.count(review.NOTED),
    )


def _rounds(reading: Reading, turns: list[Turn], found: tuple[Pair, ...]) -> tuple[Round, ...]:
    entered = [message for _, message in reading.messages if isinstance(message, Enter)]
    begun = {each.round: each for each in reversed(entered) if each.phase is Phase.SHARE}
    agreed = {
        (each.round, each.exchange): each.attempt for each in entered if each.phase is Phase.MORE
    }
    return tuple(
        _round(
            begun[number],
            [turn for turn in turns if turn.round == number],
            [pair for pair in found if pair.round == number],
            tuple(count for (where, _), count in sorted(agreed.items()) if where == number),
        )
        for number in sorted(begun)
    )


def _round(begun: Enter, turns: list[Turn], found: list[Pair], attempts: tuple[int, ...]) -> Round:
    shares: dict[tuple[int, int], float] = {}
    for turn in turns:
        if turn.phase is Phase.SHARE and turn.role == "speaker":
            where = (turn.exchange, turn.attempt)
            shares[where] = shares.get(where, 0.0) + _length(turn)
    told = [pair.score for pair in found if pair.score.band != evidence.CANNOT_TELL]
    return Round(
        number=begun.round,
        speaker=begun.speaker,
        listener=begun.listener,
        scores=tuple(score.score for score in told),
        attempts=attempts,
        shares_s=tuple(shares.values()),
        spoken_s=(_spoken(turns, begun.speaker), _spoken(turns, begun.listener)),
        interruptions=sum(t.phase is Phase.SHARE and t.role == "listener" for t in turns),
        questions=sum(len(pair.score.questions) for pair in found),
        rebuttals=sum(len(pair.score.rebuttals) for pair in found),
    )


def _spoken(turns: list[Turn], name: str) -> float:
    return sum(_length(turn) for turn in turns if turn.name == name)


def _length(turn: Turn) -> float:
    return max(0.0, turn.utterance.end_s - turn.utterance.start_s)
