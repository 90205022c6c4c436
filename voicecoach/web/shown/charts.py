"""Figures to look at: each a picture, its numbers, and what it does not mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from voicecoach.session.review.figures import Figures, Round, middle
from voicecoach.web.pages import figure

WIDTH, HEIGHT = 600, 120
"""Units of a line that is drawn over sessions."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is counted: its name, its unit, and what it is and is not.

    `of_round` and `of_session` compute it (None: there is nothing to count); `most` is the end of
    its scale, or None where the greatest value is.
    """

    key: str
    title: str
    what: str
    not_this: str
    of_round: Callable[[Round], float | None]
    of_session: Callable[[Figures], float | None]
    most: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A number in a row: its text, its bar in percent of the scale, and whose it is."""

    text: str
    percent: float
    partner: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a chart: what it is about, where that leads, and its values."""

    label: str
    values: tuple[Value, ...]
    link: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A measure with its rows; `heads` stand above the values, `points` and `told` are its line."""

    measure: Measure
    heads: tuple[str, ...]
    rows: list[Row]
    points: list[tuple[float, float]] = field(default_factory=list)
    told: str = ""
    scale: str = ""


def _equality(spoken_s: tuple[float, float]) -> float | None:
    whole = sum(spoken_s)
    return 200 * min(spoken_s) / whole if whole else None


MEASURES = (
    Measure(
        "fidelity",
        "Fidelity",
        "How much of a message came back in the mirror unaltered, 0 to 100; the median of all.",
        "It measures closeness in words and meaning. It does not tell how warmly it was said, nor "
        "whether the other felt understood.",
        lambda each: middle(each.scores),
        lambda each: each.fidelity,
        100,
    ),
    Measure(
        "attempts",
        "Attempts until yes",
        "How often a message was shared until its speaker said it had been understood; the median "
        "of the exchanges.",
        "One attempt may mean that it was understood at once, or that somebody gave in.",
        lambda each: middle(each.attempts),
        lambda each: each.attempts,
    ),
    Measure(
        "share",
        "Length of a share",
        "How long one message took to say, in seconds; the median of the messages.",
        "Long is neither good nor bad, and the seconds do not tell what was said in them.",
        lambda each: middle(each.shares_s),
        lambda each: each.share_s,
        None,
        "s",
    ),
    Measure(
        "floor",
        "Equality of the floor",
        "How equally the two spoke, shares and mirrors together: 100 % where each spoke as long as "
        "the other, 0 % where one did not speak.",
        "Equal time is not equal weight, and on one day one may need more of it.",
        lambda each: _equality(each.spoken_s),
        lambda each: _equality(each.spoken_s),
        100,
        "%",
    ),
    Measure(
        "interruptions",
        "Interruptions",
        "How often the listener spoke while the speaker was sharing.",
        "A word thrown in may be a kind one; and where voices were not told apart, it is missed.",
        lambda each: each.interruptions,
        lambda each: each.total("interruptions"),
    ),
    Measure(
        "questions",
        "Questions by the listener",
        "How many questions of their own stood in the mirrors.",
        "A question may show interest; it is counted because it leaves the mirror.",
        lambda each: each.questions,
        lambda each: each.total("questions"),
    ),
    Measure(
        "rebuttals",
        "Rebuttals by the listener",
        "How often a mirror answered instead of giving back.",
        "It is found by its words (“but I”, “that is not true”): one that is put otherwise is not "
        "seen, and not all of these words are meant as one.",
        lambda each: each.rebuttals,
        lambda each: each.total("rebuttals"),
    ),
)
"""All measures, in the order in which they are shown."""


def of_session(figures: Figures) -> list[Chart]:
    """The charts of one session: a row for each round, and one for all of it."""
    charts = []
    for measure in MEASURES:
        rounds = [(each, measure.of_round(each)) for each in figures.rounds]
        whole = measure.of_session(figures)
        most = _most(measure, [value for _, value in rounds] + [whole])
        rows = []
        for each, value in rounds:
            label, partner = _label(measure, each, figures.names)
            rows.append(Row(label, (_value(measure, value, most, partner),)))
        rows.append(Row("The session", (_value(measure, whole, most),)))
        charts.append(Chart(measure, (measure.title,), rows))
    return charts


def _label(measure: Measure, each: Round, names: tuple[str, str]) -> tuple[str, int | None]:
    """What a round is called, and whose its number is: theirs who did what is measured."""
    if measure.key == "floor":
        return f"Round {each.number}", None
    does = "shares" if measure.key == "share" else "mirrors"
    who = each.speaker if does == "shares" else each.listener
    return f"Round {each.number}: {who} {does}", names.index(who) if who in names else None


def over_sessions(sessions: Iterable[tuple[str, str, Figures]]) -> list[Chart]:
    """The charts over sessions, given by what each is called, where it is, and its figures.

    The first of them is the earliest.
    """
    listed = list(sessions)
    charts = []
    for measure in MEASURES:
        values = [measure.of_session(figures) for _, _, figures in listed]
        most = _most(measure, values)
        rows = [
            Row(label, (_value(measure, value, most),), link)
            for (label, link, _), value in zip(listed, values, strict=True)
        ]
        there = [value for value in values if value is not None]
        told, points = "", []
        if len(there) > 1:
            told = (
                f"{measure.title} over {len(there)} sessions: at first {figure(there[0])}, at last "
                f"{figure(there[-1])}, lowest {figure(min(there))}, highest {figure(max(there))}"
            )
            points = _points(values, most)
        scale = f"{figure(most)}{_unit(measure)}"
        charts.append(Chart(measure, (measure.title,), rows, points, told, scale))
    return charts


def side_by_side(first: Figures, second: Figures) -> list[Row]:
    """A row for each measure, with its value in two sessions."""
    rows = []
    for measure in MEASURES:
        values = (measure.of_session(first), measure.of_session(second))
        most = _most(measure, values)
        shown = tuple(_value(measure, value, most, at) for at, value in enumerate(values))
        rows.append(Row(measure.title, shown))
    return rows


def _value(measure: Measure, value: float | None, most: float, partner: int | None = None) -> Value:
    if value is None:
        return Value("-", 0.0, partner)
    return Value(f"{figure(value)}{_unit(measure)}", round(100 * value / most, 1), partner)


def _unit(measure: Measure) -> str:
    return f" {measure.unit}" if measure.unit else ""


def _most(measure: Measure, values: Iterable[float | None]) -> float:
    """The end of the scale; never 0."""
    return measure.most or max([1.0, *(value for value in values if value is not None)])


def _points(values: list[float | None], most: float) -> list[tuple[float, float]]:
    """Where the values lie in the picture; what is missing has no point."""
    apart = WIDTH / max(1, len(values) - 1)
    return [
        (round(at * apart, 1), round(HEIGHT * (1 - value / most), 1))
        for at, value in enumerate(values)
        if value is not None
    ]
