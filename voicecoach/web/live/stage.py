"""What the page tells of a session: folded from its lines, one after the other; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from voicecoach.dialogue.machine.asides import NOTICES

Line = Mapping[str, Any]

STEPS = {
    "share": "share",
    "reflect": "mirror",
    "check": "understood?",
    "more": "more?",
    "swap": "switch",
}
"""The steps of a round in their order, as the page names them; the last round closes instead."""

BOTH = "Both of you"

TO_DO = {
    "consent": (BOTH, "Answer with yes or no."),
    "share": ("{speaker}", "Say what {listener} should hear."),
    "reflect": ("{listener}", "Say back what {speaker} said."),
    "check": ("{speaker}", "Did {listener} get that?"),
    "more": ("{speaker}", "Is there more?"),
    "swap": (BOTH, "You switch roles."),
    "close": (BOTH, "You have come to the end."),
    "done": (BOTH, "This is the end."),
    "paused": ("Paused", "Say “go on” when you are ready."),
}
"""For each phase who has the floor, and in one line what to do."""

INTRODUCE = "Say your name and that you are here to listen."
AGAIN = "Say it again, in other words."
NEXT = "Say what else {listener} should hear."

ASKED = {
    "stop": (BOTH, "Shall we stop here? Say yes or no."),
    "skip": ("{speaker}", "Skip your turn? Say yes or no."),
    "forget": (BOTH, "Delete what was kept? Say yes or no."),
}
"""What is asked about a command, by the command."""

ANSWERED = {"check": ("Yes, I was heard", "Not quite"), "more": ("There is more", "That is all")}
"""The phases in which the speaker answers, with what the buttons for yes and no say."""

ENDINGS = {
    "done": "The dialogue is complete.",
    "stopped": "You stopped here.",
    "interrupted": "It was interrupted.",
    "end_of_input": "The recording ended before the dialogue did.",
}

ASIDES = {*NOTICES.values(), "let_finish"}
"""Announcements beside the step: a question that is open stays open."""


@dataclass(frozen=True, slots=True)
class Caption:
    """One thing that was said: `side` is 0 or 1 for the partners, None for anybody else."""

    number: int
    kind: Literal["turn", "coach", "note"]
    who: str
    side: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A step that the round has come to, as its name; `sign` tells how it came out."""

    phase: str
    text: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the session stands, as far as the page tells it."""

    names: tuple[str, str] = ("", "")
    notes: tuple[str, ...] = ()
    agreed: bool = False
    """Whether both agreed that buttons count as the speaker's own yes and no."""
    phase: str = ""
    speaker: str = ""
    listener: str = ""
    round: int = 1
    exchange: int = 1
    attempt: int = 1
    path: tuple[Passed, ...] = ()
    asked: str = ""
    """The name of the one that a question of consent is put to."""
    introducing: bool = False
    """Whether they are asked for a sentence, and not for a yes or no."""
    asking: str = ""
    """The command that is asked about, as `ASKED` names it."""
    outcome: str | None = None
    session: str | None = None
    over: bool = False
    """The program has ended, whether it said how or not."""
    serial: int = 0
    """Counts what the page asks for: a press that answers something older does not count."""

    def after(self, line: Line) -> Stage:
        """The stage after one more line of the session."""
        told = _TOLD.get(line["kind"])
        after = self if told is None else told(self, line)
        if (after.phase, after.asking, after.outcome) == (self.phase, self.asking, self.outcome):
            return after
        return replace(after, serial=self.serial + 1)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.over or self.outcome is not None

    @property
    def who(self) -> str:
        """Who has the floor."""
        if self.ended:
            return "The coach has ended"
        if self.phase == "consent" and not self.asking and self.asked in self.names:
            return self.asked
        return self._filled(0) or " and ".join(filter(None, self.names)) or "voicecoach"

    @property
    def what(self) -> str:
        """What to do now, in one line."""
        if self.ended:
            return ENDINGS.get(self.outcome or "", "The terminal tells why.")
        return self._filled(1) or "Getting ready …"

    @property
    def side(self) -> int | None:
        """Whose colour it has: 0 or 1 for the partners."""
        return self.side_of(self.who)

    def side_of(self, name: str | None) -> int | None:
        """0 or 1 for a partner's name, None for any other."""
        return self.names.index(name) if name is not None and name in self.names else None

    @property
    def place(self) -> str:
        """The round, and what is counted in it once there is more than one."""
        if not self.path:
            return ""
        parts = [f"Round {self.round}"]
        parts += [f"message {self.exchange}"] if self.exchange > 1 else []
        parts += [f"try {self.attempt}"] if self.attempt > 1 else []
        return ", ".join(parts)

    @property
    def to_come(self) -> tuple[str, ...]:
        """The steps of the round that come next, if all goes well; not whether it is the last."""
        names = [name for name in STEPS if name != "swap"]
        last = self.path[-1].phase if self.path else ""
        if self.ended or last not in names:
            return ()
        return tuple(STEPS[name] for name in names[names.index(last) + 1 :])

    def _filled(self, which: int) -> str:
        told = ASKED.get(self.asking) or TO_DO.get(self.phase)
        if told is None:
            return ""
        sentence = told[which]
        if which == 1 and self.phase == "consent" and self.introducing and not self.asking:
            sentence = INTRODUCE
        if which == 1 and self.phase == "share" and not self.asking:
            again = AGAIN if self.attempt > 1 else sentence
            sentence = NEXT if self.exchange > 1 and self.attempt == 1 else again
        return sentence.replace("{speaker}", self.speaker).replace("{listener}", self.listener)


def caption(stage: Stage, line: Line, number: int) -> Caption | None:
    """The caption that a line is, or None; `stage` is what was before it."""
    if line["kind"] == "announce":
        return Caption(number, "coach", "Coach", None, line["text"])
    if line["kind"] == "warning":
        return Caption(number, "note", "Note", None, line["text"])
    if line["kind"] != "turn":
        return None
    by_role = {"speaker": stage.speaker, "listener": stage.listener}
    who = line["partner"] or by_role.get(line["role"] or "", "") or "Someone"
    return Caption(number, "turn", who, stage.side_of(who), line["text"])


# ------------------------------------------------------------ one for each kind


def _began(stage: Stage, line: Line) -> Stage:
    first, second = line["names"]
    agreed = bool(line.get("buttons", False))
    return replace(stage, names=(first, second), notes=tuple(line.get("notes", ())), agreed=agreed)


def _agreed(stage: Stage, line: Line) -> Stage:
    """They have said so aloud."""
    return replace(stage, agreed=bool(line["buttons"]))


def _phase(stage: Stage, line: Line) -> Stage:
    keys = ("phase", "speaker", "listener", "round", "exchange", "attempt")
    there = replace(stage, asking="", **{key: line[key] for key in keys})
    return replace(there, path=_path(stage, line))


def _path(stage: Stage, line: Line) -> tuple[Passed, ...]:
    """The steps of the round so far: a pause is none, and what goes on after it is no new one."""
    phase, path = line["phase"], stage.path
    if line["round"] != stage.round:
        path = ()
    if phase not in (*STEPS, "close") or (stage.phase == "paused" and path):
        return path
    if path:
        path = (*path[:-1], _came_out(path[-1], line))
    return (*path, Passed(str(phase), STEPS.get(phase, "close")))


def _came_out(last: Passed, line: Line) -> Passed:
    """The step before, with how it came out."""
    if last.phase == "check":
        understood = line["phase"] == "more"
        text, sign = ("understood", "✓") if understood else ("not yet", "↻")
        return replace(last, text=text, sign=sign)
    if last.phase == "more":
        return replace(last, text="more" if line["phase"] == "share" else "no more")
    return last


def _announce(stage: Stage, line: Line) -> Stage:
    key = line["key"].removesuffix("_again")
    if line["key"] in ASIDES:
        return stage
    asking = key if key in ASKED else ""
    introducing = stage.introducing
    if line["key"].startswith(("sentence", "resume_sentence", "buttons")):
        introducing = not line["key"].startswith("buttons")
    return replace(stage, asking=asking, asked=line["to"], introducing=introducing)


def _reply(stage: Stage, line: Line) -> Stage:
    if line["command"] == "stop":
        return replace(stage, asking="stop")
    settled = line["question"] == "confirm" and line["answer"] in ("YES", "NO")
    return replace(stage, asking="") if settled else stage


def _pressed(stage: Stage, line: Line) -> Stage:
    """What is asked after a press is shown at once: the coach may have to wait with saying it."""
    if line["what"] == "stop":
        return replace(stage, asking="stop")
    return replace(stage, asking="") if line["what"] == "resume" else stage


def _ended(stage: Stage, line: Line) -> Stage:
    return replace(stage, outcome=line["outcome"], session=line["session"], asking="")


def _over(stage: Stage, line: Line) -> Stage:
    return replace(stage, over=True, asking="")


OVER: Line = {"kind": "over"}
"""The last line of all, of the screen itself: nothing more will come."""


def pressed(what: str) -> Line:
    """A line of the screen itself: this was pressed, and counts."""
    return {"kind": "pressed", "what": what}


_TOLD = {
    "began": _began,
    "agreed": _agreed,
    "phase": _phase,
    "announce": _announce,
    "reply": _reply,
    "pressed": _pressed,
    "ended": _ended,
    "over": _over,
}
