"""A written talk of two as a session: each line a turn, followed through the dialogue's table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from voicecoach.dialogue import fidelity, turns
from voicecoach.dialogue.comparison import Meaning
from voicecoach.dialogue.followed import MANY_ROUNDS, Followed
from voicecoach.dialogue.machine.state import State, text_of
from voicecoach.dialogue.messages import (
    Began,
    Command,
    Event,
    Finish,
    Guidance,
    InputEnded,
    Outcome,
    Phase,
    Score,
    Scored,
)
from voicecoach.errors import InputError
from voicecoach.session.entries import Entry, Session, closing, entry_of, new_header, remark
from voicecoach.session.imported import IMPORTED
from voicecoach.session.imported.written import Line, Written
from voicecoach.utterance import Reason, Utterance

PROCEDURE = "transcript"
"""What a header calls a dialogue that was followed afterwards and not led."""

BY_HAND = "hand"
"""What a header calls whoever wrote it down, where it was none of our recognisers."""

LETTERS_PER_S = 14.0
"""How fast people talk where no times are written (about 150 words a minute)."""

GAP_S = 1.0
"""The pause between two lines without times."""

MOST_COMPARED = 400_000
"""Characters in all that are compared: seven hours of talk. What needs more would take minutes."""


@dataclass(frozen=True, slots=True)
class Talk:
    """The two who hold it, first who shares first, each with the spelling in the lines."""

    names: tuple[str, str]
    spelt: tuple[str, str]

    def of(self, who: str) -> str | None:
        """The one of the two that a line is of, or None."""
        folded = [name.casefold() for name in self.spelt]
        return self.names[folded.index(who.casefold())] if who.casefold() in folded else None


def speakers(written: Written) -> dict[str, int]:
    """Who speaks, as first spelt, in that order, with the number of their lines."""
    spelt: dict[str, str] = {}
    counts: dict[str, int] = {}
    for line in written.lines:
        name = spelt.setdefault(line.who.casefold(), line.who)
        counts[name] = counts.get(name, 0) + 1
    return counts


def as_name(who: str) -> str:
    """A name as people write it: transcripts shout.

    >>> as_name("ANNA"), as_name("McKay"), as_name("A")
    ('Anna', 'McKay', 'A')
    """
    return who.title() if who.isupper() and len(who) > 2 else who


def read_talk(
    written: Written,
    talk: Talk,
    *,
    meaning: Meaning | None = None,
    language: str = "en",
    now: datetime | None = None,
) -> Session:
    """The talk as a session that is over. Whoever else speaks is kept as a voice from outside.

    Raises InputError for what is beyond any talk.
    """
    header = new_header(
        talk.names,
        recogniser=BY_HAND,
        guidance=Guidance.QUIET,
        language=language,
        procedure=PROCEDURE,
        now=now,
    )
    follower = _Follower(meaning, language)
    times = _times_of(written.lines)
    follower.add(remark(IMPORTED, 0.0, form=written.form, times=times))
    follower.happen(Began(*talk.names, Guidance.QUIET, rounds=MANY_ROUNDS), 0.0)
    for said in _utterances(written.lines, talk):
        follower.hear(said)
    follower.happen(InputEnded(), follower.at_s)
    follower.add(closing(follower.outcome, follower.at_s))
    return Session(header, tuple(follower.entries))


class _Follower:
    """Keeps events and commands in their order, as the loop does that leads a session."""

    def __init__(self, meaning: Meaning | None, language: str) -> None:
        self.entries: list[Entry] = []
        self.at_s = 0.0
        self.outcome = Outcome.END_OF_INPUT
        self._procedure = Followed()
        self._state: State = self._procedure.initial()
        self._meaning, self._language = meaning, language
        self._compared = 0

    def add(self, entry: Entry) -> None:
        self.entries.append(replace(entry, number=len(self.entries) + 1))

    def hear(self, said: Utterance) -> None:
        """A turn; what would be a command to the coach was said to somebody else."""
        mirrored = text_of(self._state.reflection) if self._state.phase is Phase.CHECK else ""
        question = self._procedure.question(self._state)
        event = turns.heard(said, question, mirrored=mirrored, language=self._language)
        reply = replace(event.reply, command=None)
        self.happen(replace(event, reply=reply), max(self.at_s, said.end_s))

    def happen(self, event: Event, at_s: float) -> None:
        self.at_s = at_s
        _, led = self._procedure.lead(self._state, event)
        self._state, commands = self._procedure.step(self._state, event)
        # Where they had gone by themselves they were before this was said.
        for message in (*led, event, *commands[len(led) :]):
            self.add(entry_of(message, at_s))
        for command in commands:
            self._act(command)

    def _act(self, command: Command) -> None:
        if isinstance(command, Finish):
            self.outcome = command.outcome
        elif isinstance(command, Score):
            self._compared += len(command.message) + len(command.reflection)
            if self._compared > MOST_COMPARED:
                raise InputError("it goes on longer than any talk of two", "Import it in parts.")
            found = fidelity.compare(
                command.message,
                command.reflection,
                language=self._language,
                meaning=self._meaning,
            )
            self.happen(Scored(found), self.at_s)


def _times_of(lines: Sequence[Line]) -> str:
    given = [line.start_s is not None for line in lines]
    if all(given):
        return "given"
    return "partly" if any(given) else "reckoned"


def _utterances(lines: Sequence[Line], talk: Talk) -> Iterator[Utterance]:
    """The lines with their times; who is not of the two is named in their words."""
    end_s = -GAP_S
    for at, line in enumerate(lines):
        start_s = end_s + GAP_S if line.start_s is None else line.start_s
        end_s = line.end_s if line.end_s is not None else start_s + len(line.text) / LETTERS_PER_S
        after = lines[at + 1].start_s if at + 1 < len(lines) else None
        if line.end_s is None and after is not None and start_s < after < end_s:
            end_s = after
        partner = talk.of(line.who)
        said = Utterance(line.text, round(start_s, 3), round(end_s, 3), partner, Reason.SILENCE)
        if partner is None:
            said = replace(said, text=f"{line.who}: {line.text}", third=True)
        yield said
