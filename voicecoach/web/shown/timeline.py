"""Who spoke when: the session as a few rows of bars, and the same in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from voicecoach.dialogue.messages import Announced, Announcing, Enter, Phase
from voicecoach.session import record
from voicecoach.session.export import clock
from voicecoach.session.record import Turn
from voicecoach.session.review.reading import Reading

WIDTH = 1000
"""Units of a row."""
ROWS = 6
"""At most so many rows, each of one of these lengths in seconds."""
LENGTHS = (60, 120, 300, 600, 900, 1800, 3600)
SILENCE_S = 4.0
"""A pause that is shown."""

STEPS = {
    Phase.CONSENT: "consent",
    Phase.SHARE: "share",
    Phase.REFLECT: "mirror",
    Phase.CHECK: "understood?",
    Phase.MORE: "more?",
    Phase.SWAP: "switch",
    Phase.CLOSE: "close",
    Phase.PAUSED: "pause",
    Phase.RATE: "rate",
    Phase.NEXT: "next",
}
"""The steps as the time line names them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time in a row: where it begins and how wide it is, in units of the row.

    `lane` is 0 and 1 for the two, 2 for the coach, 3 for a voice that is nobody's; `kind` one of
    turn, interruption, coach, silence, step. `turn` is the number of the turn's entry.
    """

    x: float
    width: float
    lane: int
    kind: str
    title: str
    turn: int | None = None


@dataclass(slots=True)
class Row:
    """A stretch of the session, from one second to another."""

    start_s: float
    end_s: float
    bars: list[Bar] = field(default_factory=list)
    steps: list[Bar] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One voice in numbers."""

    name: str
    turns: int
    seconds: float
    percent: int


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The rows and their numbers."""

    rows: list[Row]
    spoken: list[Spoken]
    silences: int
    interruptions: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    start_s: float
    end_s: float
    lane: int
    kind: str
    title: str
    turn: int | None = None


def rows(reading: Reading) -> TimeLine:
    """The time line of a session, in times of its input."""
    names = reading.names
    spoken = [_turn(turn, names) for turn in reading.turns]
    coach = _announcements(reading)
    silences = _silences([*spoken, *coach])
    end_s = max([record.seconds(reading.session), *(each.end_s for each in (*spoken, *coach)), 1.0])
    length = next((each for each in LENGTHS if each * ROWS >= end_s), LENGTHS[-1])
    steps = _steps(reading, end_s)
    made = []
    for start in range(0, int(end_s) + 1, length):
        row = Row(start, min(start + length, end_s) if start else min(length, end_s))
        if row.end_s - row.start_s < 0.5:
            continue
        scale = WIDTH / (length if end_s > length else end_s)
        row.bars = _bars(row, (*silences, *coach, *spoken), scale)
        row.steps = _bars(row, steps, scale)
        made.append(row)
    figures = _spoken(spoken, names)
    interruptions = sum(each.kind == "interruption" for each in spoken)
    return TimeLine(made, figures, len(silences), interruptions)


def _turn(turn: Turn, names: tuple[str, str]) -> _Stretch:
    lane = names.index(turn.name) if turn.name in names else 3
    start_s = turn.utterance.start_s
    end_s = max(turn.utterance.end_s, start_s + 0.2)
    into = turn.phase is Phase.SHARE and turn.role == "listener"
    kind = "interruption" if into else "turn"
    who = turn.name or "Someone"
    what = f"{who}, {clock(start_s)}" + (", throws in" if into else "")
    return _Stretch(start_s, end_s, lane, kind, what, turn.number)


def _announcements(reading: Reading) -> list[_Stretch]:
    found: list[_Stretch] = []
    since: float | None = None
    for entry, message in reading.messages:
        if isinstance(message, Announcing):
            since = entry.at_s
        elif isinstance(message, Announced) and since is not None:
            end_s = max(entry.at_s, since + 0.2)
            found.append(_Stretch(since, end_s, 2, "coach", f"Coach, {clock(since)}"))
            since = None
    return found


def _silences(stretches: list[_Stretch]) -> list[_Stretch]:
    found: list[_Stretch] = []
    until = None
    for each in sorted(stretches, key=lambda each: each.start_s):
        if until is not None and each.start_s - until >= SILENCE_S:
            told = f"{each.start_s - until:.0f} seconds of silence, {clock(until)}"
            found.append(_Stretch(until, each.start_s, 2, "silence", told))
        until = max(until or 0.0, each.end_s)
    return found


def _steps(reading: Reading, end_s: float) -> list[_Stretch]:
    entered = [
        (entry.at_s, message)
        for entry, message in reading.messages
        if isinstance(message, Enter) and message.phase in STEPS
    ]
    found = []
    for at, (start_s, enter) in enumerate(entered):
        until = entered[at + 1][0] if at + 1 < len(entered) else end_s
        if until > start_s:
            name = STEPS[enter.phase]
            found.append(_Stretch(start_s, until, 0, str(enter.phase), f"{name}, {clock(start_s)}"))
    return found


def _bars(row: Row, stretches: tuple[_Stretch, ...] | list[_Stretch], scale: float) -> list[Bar]:
    bars = []
    for each in stretches:
        start_s, end_s = max(each.start_s, row.start_s), min(each.end_s, row.end_s)
        if end_s > start_s:
            x, width = (start_s - row.start_s) * scale, (end_s - start_s) * scale
            bars.append(
                Bar(
                    round(x, 1),
                    round(max(width, 1.5), 1),
                    each.lane,
                    each.kind,
                    each.title,
                    each.turn,
                )
            )
    return bars


def _spoken(spoken: list[_Stretch], names: tuple[str, str]) -> list[Spoken]:
    whole = sum(each.end_s - each.start_s for each in spoken) or 1.0
    found = []
    for lane, name in ((0, names[0]), (1, names[1]), (3, "Not told apart")):
        theirs = [each for each in spoken if each.lane == lane]
        if theirs or lane < 2:
            seconds = sum(each.end_s - each.start_s for each in theirs)
            found.append(Spoken(name, len(theirs), seconds, round(100 * seconds / whole)))
    return found
