"""What a trainee sees: the lines of `talk` in a practice's words, and the summary at the end."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from voicecoach.dialogue import evidence
from voicecoach.dialogue.messages import Announce, Phase
from voicecoach.dialogue.practice.ratings import MOST
from voicecoach.dialogue.practice.state import Result
from voicecoach.dialogue.practice.summary import NEAR, summary
from voicecoach.dialogue.wording import sentence
from voicecoach.terminal import Display, Lines, Living, display, fidelity_of

FLOOR = {
    "consent": "Getting ready",
    "share": "Listen",
    "reflect": "Say back what you heard",
    "rate": 'How near was that? Say "number seven", or press a key',
    "next": 'Say "next", "again" or "score"',
    "close": "The last one is done",
    "paused": 'Paused. Say "go on" when you are ready',
    "done": "The practice is over",
}
STEPS = {"share": "listen", "reflect": "mirror", "rate": "rate", "next": "look"}
ALWAYS = 'say "pause" or "stop" at any time'
KEYED = "1-9 0 rate  n next  a again  s skip  q quit"
"""The keys that fit beside the meter on 80 columns; `practice --help` names them all."""

ENDINGS = {
    "done": "The practice is complete.",
    "stopped": "You stopped here.",
    "interrupted": "Interrupted.",
    "end_of_input": "The recording ended before the practice did.",
}

KINDS = {
    "feeling": "the feeling",
    "reason": "the reason",
    "wish": "the wish",
    "number": "numbers and days",
    "beginning": "the beginning",
    "end": "the end",
}
"""What is left out, as the summary names it."""

ALTERED = {
    "role": "I and you",
    "negation": "a not",
    "number": "a number",
    "name": "a name",
    "order": "what came first",
    "word": "a word",
}

INDENT = 10
"""Columns of the names in the summary."""

AT_MOST = 3
"""So many of what was left out are named."""


def shown(as_json: bool, language: str, keys: bool = False) -> Summarised:
    """The display that fits, with a summary before the end."""
    foot = KEYED if keys else ALWAYS
    inner = display(as_json, plain=PractisedLines, living=partial(_living, foot))
    return Summarised(inner, language)


def _living(foot: str, console: Any) -> Display:
    living = PractisedLiving(console)
    living.always = foot
    return living


class Summarised:
    """A display that also gets a line `summary` before the line `ended`."""

    def __init__(self, inner: Display, language: str = "en") -> None:
        self._inner = inner
        self._language = language
        self._results: list[Result] = []
        self._own: float | None = None
        self._looking = False

    def show(self, line: Mapping[str, Any]) -> None:
        """Remember what is scored and rated, then show the line."""
        match line["kind"]:
            case "phase":
                self._looking = False
                self._own = None
            case "rated" if self._looking:
                self._results[-1] = replace(self._results[-1], own=line["own"])
            case "rated":
                self._own = line["own"]
            case "fidelity":
                place = line["exchange"], line["attempt"]
                found = Result(*place, line["message"], self._own, fidelity_of(line))
                self._results.append(found)
                self._looking = True
            case "ended":
                self._inner.show(self._summary(line))
        self._inner.show(line)

    def _summary(self, ended: Mapping[str, Any]) -> dict[str, Any]:
        place = {key: ended[key] for key in ("at_s", "round", "exchange", "attempt")}
        found = summary(self._results, self._language)
        told = sentence(Announce(f"practice_advice_{found.advice}", "both"), self._language)
        return {"kind": "summary", **place, **asdict(found), "next": told}

    def watch(self, level_db: float) -> None:
        """Show how loud the room is now."""
        self._inner.watch(level_db)

    def __enter__(self) -> Summarised:
        """Begin to show."""
        self._inner.__enter__()
        return self

    def __exit__(self, *how: Any) -> None:
        """End it."""
        self._inner.__exit__(*how)


class PractisedLines(Lines):
    """A transcript of a practice as it grows."""

    _count = 0

    def _began(self, line: Mapping[str, Any]) -> None:
        self._names = (line["names"][0], line["names"][1])
        self._count = line.get("statements", 0)
        self.console.print(f"{self._names[1]} practises: {counted(self._count)}", style="bold")
        for note in line.get("notes", ()):
            self.console.print(note, style="dim")

    def _phase(self, line: Mapping[str, Any]) -> None:
        self._roles = {"speaker": line["speaker"], "listener": line["listener"]}
        if line["phase"] == Phase.SHARE:
            again = f", attempt {line['attempt']}" if line["attempt"] > 1 else ""
            of = f" of {self._count}" if self._count else ""
            self.console.print()
            title = f"Statement {line['exchange']}{of}{again}"
            self.console.rule(title, style="dim", characters="─")

    def _rated(self, line: Mapping[str, Any]) -> None:
        own = "no rating of your own"
        if line["own"] is not None:
            own = f"your own rating: {number(line['own'])} of {MOST}"
        self.console.print(self._row("", "", own, "green"))

    def _fidelity(self, line: Mapping[str, Any]) -> None:
        told = f"score: {evidence.headline(line['score'], line['band'])}"
        self.console.print(self._row("", "", told, "bold blue"))
        if said := evidence.sentence(fidelity_of(line)):
            self.console.print(self._row("", "", said, "blue"))
        self._marked(line)

    def _summary(self, line: Mapping[str, Any]) -> None:
        self.console.print()
        self.console.rule("Summary", style="dim", characters="─")
        for name, text in told(line):
            rows = textwrap.wrap(text, max(20, self.console.width - INDENT))
            for at, row in enumerate(rows):
                self.console.print(f"{'' if at else name:>{INDENT - 2}}  {row}")

    def _ended(self, line: Mapping[str, Any]) -> None:
        self.console.print()
        self.console.print(ENDINGS[line["outcome"]], style="bold")
        if line["session"]:
            self.console.print(f"Kept as session {line['session']}", style="dim")
            self.console.print(f"Read it with: voicecoach export {line['session']}", style="dim")
        else:
            self.console.print("Nothing was kept.", style="dim")


class PractisedLiving(PractisedLines, Living):
    """The same with a foot that lives."""

    floor = FLOOR
    steps = STEPS
    always = ALWAYS

    def _phase(self, line: Mapping[str, Any]) -> None:
        super()._phase(line)
        self._phase_line = line

    def _place(self, line: Mapping[str, Any]) -> str:
        of = f" of {self._count}" if self._count else ""
        return f"statement {line['exchange']}{of}"


def told(line: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The summary as rows: what it is about, and a sentence."""
    untold = line["untold"]
    unheard = f"; {untold} could not be told" if untold else ""
    if line["score"] is None:
        return [("mirrors", f"none was scored{unheard}.")]
    mirrors = f"{counted(line['mirrors'], 'mirror')}, on average {line['score']:.0f} of 100"
    rows = [("mirrors", f"{mirrors}{unheard}."), ("rating", _ratings(line))]
    often = [tally for tally in line["left_out"] if tally["times"] > 1]
    lost = (often or line["left_out"])[:AT_MOST]
    if lost:
        named = ", ".join(f"{KINDS[t['kind']]} ({t['times']} of {t['of']})" for t in lost)
        rows.append(("left out", f"{'most often ' if often else ''}{named}."))
    else:
        rows.append(("left out", "nothing of weight."))
    if line["altered"]:
        named = ", ".join(f"{ALTERED[t['kind']]} ({t['times']})" for t in line["altered"])
        rows.append(("altered", f"{named}."))
    own = [(line["adding"], "with what was not said"), (line["owning"], "with own words")]
    if any(times for times, _ in own):
        named = ", ".join(f"{counted(times, 'mirror')} {what}" for times, what in own if times)
        rows.append(("added", f"{named}."))
    return [*rows, ("next", line["next"])]


def _ratings(line: Mapping[str, Any]) -> str:
    if not line["rated"]:
        return "you did not rate your mirrors."
    apart = round(line["apart"])
    where = "just at the scores"
    if apart:
        points = f"{abs(apart)} point{'s' if abs(apart) != 1 else ''}"
        where = f"{points} {'above' if apart > 0 else 'below'} the scores"
    return (
        f"yours are {number(line['own'])} of {MOST} on average, {where}: {line['near']} near "
        f"(within {NEAR:.0f} points), {line['over']} above, {line['under']} below."
    )


def counted(count: int, what: str = "statement") -> str:
    """A number with its noun.

    >>> counted(1), counted(2, "mirror")
    ('1 statement', '2 mirrors')
    """
    return f"{count} {what}{'' if count == 1 else 's'}"


def number(value: float) -> str:
    """A rating without a needless zero.

    >>> number(7.0), number(7.5)
    ('7', '7.5')
    """
    return f"{value:.1f}".removesuffix(".0")
