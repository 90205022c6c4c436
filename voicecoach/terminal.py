"""What a person sees: a living display on a terminal, plain lines elsewhere, or JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Protocol

from voicecoach.dialogue import evidence
from voicecoach.dialogue.messages import Altered, Fidelity

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.text import Text

FLOOR = {
    "consent": "Please answer the coach",
    "share": "{speaker} shares, {listener} listens",
    "reflect": "{listener} says back what {speaker} said",
    "check": "{speaker}: did {listener} get that?",
    "more": "{speaker}: is there more?",
    "swap": "You switch roles",
    "close": "You close",
    "paused": 'Paused. Say "go on" when you are ready',
    "done": "The session is over",
}
"""One line for each phase: who has the floor and what to do."""

STEPS = {
    "share": "share",
    "reflect": "mirror",
    "check": "understood?",
    "more": "more?",
    "swap": "switch",
}
"""The steps of a round as the foot names them, in their order."""

MARKED = {
    evidence.COVERED: "",
    evidence.MISSED: "not dim red",
    evidence.ADDED: "not dim yellow",
    evidence.ALTERED: "not dim bold magenta",
    evidence.UNCLEAR: "not dim italic",
}
"""How marked words look; the signs mark them where there is no colour."""

SHORT = {"YES": "yes", "NO": "no", "PARTLY": "partly", "UNCLEAR": "unclear"}

QUIETEST_DB, LOUDEST_DB, BAR = -60.0, -10.0, 24
"""Ends of the level meter in dBFS, and its width in characters."""

FRAMES_PER_DRAWING = 4
"""The foot is looked at every so many frames (of 32 ms)."""


class Display(Protocol):
    """Gets every line of the session and the level of every frame."""

    def show(self, line: Mapping[str, Any]) -> None:
        """Show one line of the session."""

    def watch(self, level_db: float) -> None:
        """Show how loud the room is now."""

    def __enter__(self) -> Display:
        """Begin to show."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""


def display(
    as_json: bool = False,
    stream: IO[str] | None = None,
    plain: Callable[[Console], Display] | None = None,
    living: Callable[[Console], Display] | None = None,
) -> Display:
    """The display that fits: JSON lines, `plain` lines, or a `living` one on a terminal."""
    stream = stream or sys.stdout
    if as_json:
        return JsonLines(stream)
    from rich.console import Console

    console = Console(file=stream, highlight=False, soft_wrap=False)
    return (living or Living)(console) if console.is_terminal else (plain or Lines)(console)


class JsonLines:
    """One JSON object a line, flushed, in order."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def show(self, line: Mapping[str, Any]) -> None:
        """Print the line."""
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._stream.flush()

    def watch(self, level_db: float) -> None:
        """The level is no line of the session."""

    def __enter__(self) -> JsonLines:
        """Nothing to begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""


class Lines:
    """A transcript as it grows, one paragraph for each line of the session."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._role: str | None = None
        self._names = ("", "")
        self._roles = {"speaker": "", "listener": ""}
        self._round = 0
        self._path: list[str] = []

    def show(self, line: Mapping[str, Any]) -> None:
        """Print what the line says, if it is for people."""
        writer = getattr(self, f"_{line['kind']}", None)
        if writer is not None:
            writer(line)

    def watch(self, level_db: float) -> None:
        """Plain lines have no meter."""

    def __enter__(self) -> Lines:
        """Nothing to begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""

    # ------------------------------------------------------------ one for each kind

    def _began(self, line: Mapping[str, Any]) -> None:
        self._names = (line["names"][0], line["names"][1])
        self.console.print(f"{self._names[0]} and {self._names[1]}", style="bold")
        for note in line.get("notes", ()):
            self.console.print(note, style="dim")

    def _phase(self, line: Mapping[str, Any]) -> None:
        self._roles = {"speaker": line["speaker"], "listener": line["listener"]}
        self._path.append(line["phase"])
        if line["phase"] == "share" and line["round"] != self._round:
            self._round = line["round"]
            self.console.print()
            self.console.rule(
                f"Round {line['round']}: {line['speaker']} shares, {line['listener']} listens",
                style="dim",
                characters="─",
            )
        elif line["phase"] == "share" and line["attempt"] > 1:
            again = f"attempt {line['attempt']}, in other words"
            self.console.print(self._row("", "", again), style="dim")
        elif line["phase"] == "share" and line["exchange"] > 1:
            more = f"exchange {line['exchange']}: there is more"
            self.console.print(self._row("", "", more), style="dim")

    def _announce(self, line: Mapping[str, Any]) -> None:
        self.console.print(self._row(clock(line["at_s"]), "coach", line["text"], "cyan"))

    def _turn(self, line: Mapping[str, Any]) -> None:
        who = line["partner"] or self._roles.get(line["role"] or "", "") or "someone"
        self.console.print(self._row(clock(line["at_s"]), who, line["text"]))
        self._role = line["role"]

    def _reply(self, line: Mapping[str, Any]) -> None:
        by = f"by {line['by']}" if "by" in line else "understood as"
        if self._role == "listener" and not line["command"] and "by" not in line:
            # It is the speaker who answers; how a listener's words read would only mislead.
            return
        if line["command"]:
            text = f"heard as: {line['command']}"
        else:
            text = f"{by}: {SHORT[line['answer']]}"
            if line["rest"] and line["answer"] != "UNCLEAR":
                text += f', and "{line["rest"]}"'
        self.console.print(
            self._row("", "", text, "green" if line["answer"] == "YES" else "yellow")
        )

    def _fidelity(self, line: Mapping[str, Any]) -> None:
        from rich.text import Text

        percent = f"{line['coverage']:.0%}".replace("%", " %")
        text = Text(f"mirror {line['score']:.0f} of 100, {line['band']}; covered {percent}")
        if line["missed"]:
            text.append("; missed ")
            text.append(quoted(line["missed"]), style="red")
        if line["added"]:
            text.append("; added ")
            text.append(quoted(line["added"]), style="yellow")
        for change in line["altered"]:
            text.append(f"; {change['kind']}: ")
            text.append(f'"{change["said"]}" became "{change["became"]}"', style="bold magenta")
        self.console.print(self._row("", "", text, "blue"))
        self._marked(line)

    def _marked(self, line: Mapping[str, Any]) -> None:
        """Both texts with their words marked, where there is anything to mark."""
        from rich.text import Text

        found = fidelity_of(line)
        for name, passages in (
            ("said", evidence.marked_message(line["message"], found)),
            ("mirrored", evidence.marked_reflection(line["reflection"], found)),
        ):
            if any(passage.mark != evidence.COVERED for passage in passages):
                text = Text(f"{name}: ", style="dim")
                for passage in passages:
                    text.append(evidence.signed((passage,)), style=MARKED[passage.mark])
                self.console.print(self._row("", "", text))

    def _warning(self, line: Mapping[str, Any]) -> None:
        self.console.print(self._row(clock(line["at_s"]), "note", line["text"], "bold yellow"))

    def _ended(self, line: Mapping[str, Any]) -> None:
        endings = {
            "done": "The dialogue is complete.",
            "stopped": "You stopped here.",
            "interrupted": "Interrupted.",
            "end_of_input": "The recording ended before the dialogue did.",
        }
        self.console.print()
        self.console.print(endings[line["outcome"]], style="bold")
        self.console.print(f"Path: {' → '.join(self._path)}", style="dim")
        if line["session"]:
            self.console.print(f"Kept as session {line['session']}", style="dim")
            if line.get("resume"):
                again = f"Go on with it: voicecoach talk --resume {line['session']}"
                self.console.print(again, style="bold")
            self.console.print(f"Read it with: voicecoach export {line['session']}", style="dim")
        else:
            self.console.print("Nothing was kept.", style="dim")

    def _row(self, at: str, who: str, text: str | Text, style: str = "") -> Any:
        """Time, name and words in three columns; the words wrap in theirs."""
        from rich.table import Table
        from rich.text import Text

        width = max(6, *(len(name) for name in self._names))
        row = Table.grid(padding=(0, 1, 0, 0), expand=False)
        row.add_column(width=6, justify="right", style="dim", no_wrap=True)
        row.add_column(width=min(width, 14), style="bold", no_wrap=True, overflow="ellipsis")
        row.add_column(overflow="fold", style=style)
        row.add_row(at, who, text if isinstance(text, Text) else Text(text))
        return row


class Living(Lines):
    """The same lines with a foot that lives: who has the floor, what to do, how loud it is."""

    floor = FLOOR
    steps = STEPS
    always = 'say "pause" or "stop" at any time'

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        from rich.live import Live

        self._level_db = QUIETEST_DB
        self._phase_line: Mapping[str, Any] | None = None
        self._frames = 0
        self._drawn: tuple[str, Mapping[str, Any] | None] = ("", None)
        self._live = Live(
            console=console, auto_refresh=False, transient=True, get_renderable=self.foot
        )

    def __enter__(self) -> Living:
        """Take the foot of the terminal."""
        self._live.__enter__()
        return self

    def __exit__(self, *how: Any) -> None:
        """Give it back."""
        self._live.__exit__(*how)

    def watch(self, level_db: float) -> None:
        """Let the meter fall slowly and rise at once, as meters do.

        Drawing the foot costs more than all else in a silent room: it is drawn eight times a
        second, and only where it looks different.
        """
        self._level_db = max(level_db, self._level_db - 1.5)
        self._frames += 1
        looks = meter_bar(self._level_db), self._phase_line
        if self._frames % FRAMES_PER_DRAWING == 0 and looks != self._drawn:
            self._drawn = looks
            self._live.refresh()

    def _phase(self, line: Mapping[str, Any]) -> None:
        super()._phase(line)
        self._phase_line = line

    def foot(self) -> Group:
        """Who has the floor, which step it is, and how loud the room is.

        A line that is too long for the terminal is cut: one that wraps makes the foot jump.
        """
        from rich.console import Group
        from rich.rule import Rule
        from rich.table import Table
        from rich.text import Text

        line = self._phase_line
        floor = self.floor[line["phase"]].format(**self._roles) if line else "Getting ready ..."
        place = self._place(line) if line else ""
        heading = Table.grid(expand=True, padding=(0, 1, 0, 0))
        heading.add_column(no_wrap=True, overflow="ellipsis", style="bold", ratio=1)
        heading.add_column(no_wrap=True, justify="right", style="dim")
        heading.add_row(Text(floor), place)
        meter = Text(no_wrap=True, overflow="ellipsis")
        meter.append("level ", style="dim")
        meter.append(meter_bar(self._level_db), style="green")
        meter.append(f"   {self.always}", style="dim")
        return Group(Rule(style="dim"), heading, self._steps(), meter)

    def _place(self, line: Mapping[str, Any]) -> str:
        return place_of(line)

    def _steps(self) -> Text:
        """The steps of a round with the present one marked."""
        from rich.text import Text

        phase = self._phase_line["phase"] if self._phase_line else ""
        steps = Text("step  ", style="dim", no_wrap=True, overflow="ellipsis")
        for number, (name, shown) in enumerate(self.steps.items()):
            steps.append(" › " if number else "", style="dim")
            steps.append(f"[{shown}]" if name == phase else shown, style=STEP_STYLE[name == phase])
        return steps


STEP_STYLE = {True: "not dim bold cyan", False: "dim"}
"""How the present step and the others look; the brackets mark it where there is no colour."""


def place_of(line: Mapping[str, Any]) -> str:
    """The round, and what is counted in it once there is more than one.

    >>> place_of({"round": 1, "exchange": 1, "attempt": 2})
    'round 1, attempt 2'
    """
    counted = [f"{what} {line[what]}" for what in ("exchange", "attempt") if line[what] > 1]
    return ", ".join([f"round {line['round']}", *counted])


def fidelity_of(line: Mapping[str, Any]) -> Fidelity:
    """The fidelity that a line of the session shows, as far as it is marked in the texts."""
    return Fidelity(
        line["score"],
        line["band"],
        line["coverage"],
        line["addition"],
        missed=tuple(line["missed"]),
        added=tuple(line["added"]),
        altered=tuple(Altered(**change) for change in line["altered"]),
        questions=tuple(line["questions"]),
        rebuttals=tuple(line["rebuttals"]),
        unclear=tuple(line["unclear"]),
    )


def clock(seconds: float) -> str:
    """Minutes and seconds.

    >>> clock(75.4)
    '1:15'
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def quoted(phrases: list[str] | tuple[str, ...], most: int = 4) -> str:
    """The first few phrases in quotation marks.

    >>> quoted(["at the window", "sad"])
    '"at the window", "sad"'
    """
    shown = ", ".join(f'"{phrase}"' for phrase in phrases[:most])
    return shown + (f" and {len(phrases) - most} more" if len(phrases) > most else "")


def meter_bar(level_db: float) -> str:
    """A bar as long as the level is high."""
    share = (level_db - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)
    full = round(BAR * min(1.0, max(0.0, share)))
    return "█" * full + "·" * (BAR - full)
