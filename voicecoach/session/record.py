"""What a session was: computed from its header and its entries, which are all that is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from voicecoach.dialogue.machine.procedure import Procedure
from voicecoach.dialogue.messages import (
    Answered,
    Asked,
    Command,
    Enter,
    Event,
    Fidelity,
    Finish,
    Heard,
    Outcome,
    Phase,
    Reply,
    Scored,
)
from voicecoach.dialogue.turns import role_in
from voicecoach.session import review
from voicecoach.session.codec import COMMANDS, decode
from voicecoach.session.entries import CLOSED, Entry, Session
from voicecoach.utterance import Utterance


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as the dialogue saw it.

    `partner` is whose voice it was, or None where that was not known. `role` is "speaker" or
    "listener" (None in a pause or before the first share), by the voice where it is known, by the
    step otherwise; `name` is the one who has that role. `fidelity` is the score of a reflection.
    `utterance` is what the dialogue heard, `corrected` what is known by now to have been said;
    who spoke, and the names, are those of now. `hidden` tells that words of it are hidden.
    """

    number: int
    at_s: float
    utterance: Utterance
    reply: Reply
    asked: Asked | None
    phase: Phase
    round: int
    exchange: int
    attempt: int
    role: Literal["speaker", "listener"] | None
    name: str | None
    fidelity: Fidelity | None = None
    corrected: str | None = None
    hidden: bool = False

    @property
    def text(self) -> str:
        """What was said, as far as that is known."""
        return self.utterance.text if self.corrected is None else self.corrected

    @property
    def partner(self) -> str | None:
        """Whose voice it was, or None."""
        return self.utterance.partner


def kept(session: Session) -> Iterator[tuple[Entry, Event | Command]]:
    """Every entry that is a message, with the message just as it was kept.

    Raises ValueError where a message is not known to this version.
    """
    for entry in session.entries:
        if entry.kind != "note":
            yield entry, decode(entry.data)


def messages(session: Session) -> Iterator[tuple[Entry, Event | Command]]:
    """Every entry that is a message, with the message as it is told after the review so far.

    Names and voices are those of now, and what is to be hidden is: see `review`. Raises ValueError
    where a message is not known to this version.
    """
    told = review.Reviewed(review.changes(session.entries, session.header.names))
    for entry, message in kept(session):
        yield entry, told(entry.number, message)


def names(session: Session) -> tuple[str, str]:
    """What the two are called by now, in the order of the header."""
    called = review.changes(session.entries, session.header.names).names
    first, second = session.header.names
    return called[first], called[second]


def outcome(session: Session) -> Outcome | None:
    """How it ended; None while it runs. A session whose program died was interrupted."""
    for entry in reversed(session.entries):
        if entry.data.get("type") in (CLOSED, Finish.__name__):
            return Outcome(entry.data["outcome"])
    return None if session.running else Outcome.INTERRUPTED


def path(session: Session) -> tuple[Phase, ...]:
    """The phases it went through, in order."""
    return tuple(entered.phase for entered in _entered(session))


def rounds(session: Session) -> int:
    """How many rounds were begun."""
    entered = (e.data["round"] for e in session.entries if e.data.get("type") == Enter.__name__)
    return max(entered, default=0)


def seconds(session: Session) -> float:
    """How long it lasted so far, by its own clock."""
    return session.entries[-1].at_s if session.entries else 0.0


def turns(
    session: Session, told: Iterable[tuple[Entry, Event | Command]] | None = None
) -> tuple[Turn, ...]:
    """What the two said, turn by turn; each reflection with its score once that was there.

    Of several corrections of a turn the last one holds. `told` are the session's `messages`, where
    they are at hand already.
    """
    changed = review.changes(session.entries, session.header.names)
    found: list[Turn] = []
    entered = Enter(Phase.CONSENT, *names(session), 0, 0, 0)
    reflected: int | None = None
    for entry, message in messages(session) if told is None else told:
        if isinstance(message, Enter):
            entered = message
        elif isinstance(message, Heard):
            if entered.phase is Phase.REFLECT:
                reflected = len(found)
            found.append(_turn(entry, message, entered))
        elif isinstance(message, Scored) and reflected is not None:
            found[reflected] = replace(found[reflected], fidelity=message.fidelity)
    return tuple(_as_known(turn, changed) for turn in found)


def keyed(told: Iterable[tuple[Entry, Event | Command]]) -> dict[int, str]:
    """What was answered by key or button, as both had agreed, in words; by the entry's number.

    `told` are a session's `messages`. A press that answered nothing is none.
    """
    found: dict[int, str] = {}
    speaker, number, answer = "", 0, ""
    for entry, message in told:
        if answer and entry.kind == "command":
            found[number] = answer
        number, answer = entry.number, ""
        if isinstance(message, Answered):
            answer = f"{speaker} answers {message.answer.lower()} by {message.by}"
        elif isinstance(message, Enter):
            speaker = message.speaker
    return found


def stored_commands(session: Session) -> tuple[Command, ...]:
    """The commands it kept, in order."""
    return tuple(
        decode(entry.data)  # type: ignore[misc]  # kind "command" holds nothing but commands
        for entry in session.entries
        if entry.data["type"] in COMMANDS and entry.kind == "command"
    )


def replayed(session: Session, procedure: Procedure) -> tuple[Command, ...]:
    """The commands that `procedure` gives for the events kept: those kept, if nothing is broken."""
    state = procedure.initial()
    given: list[Command] = []
    for entry, message in kept(session):
        if entry.kind == "event":
            state, commands = procedure.step(state, message)  # type: ignore[arg-type]
            given += commands
    return tuple(given)


def _as_known(turn: Turn, changed: review.Changes) -> Turn:
    """The turn with what was said as far as that is known by now."""
    text = changed.texts.get(turn.number)
    corrected = None if text is None else changed.shown(turn.number, text)
    return replace(turn, corrected=corrected, hidden=turn.number in changed.passages)


def _entered(session: Session) -> Iterator[Enter]:
    for entry in session.entries:
        if entry.data.get("type") == Enter.__name__:
            message = decode(entry.data)
            assert isinstance(message, Enter)
            yield message


def _turn(entry: Entry, heard: Heard, entered: Enter) -> Turn:
    names = {"speaker": entered.speaker, "listener": entered.listener}
    role = role_in(heard, entered.phase, entered.speaker, entered.listener)
    return Turn(
        number=entry.number,
        at_s=entry.at_s,
        utterance=heard.utterance,
        reply=heard.reply,
        asked=heard.asked,
        phase=entered.phase,
        round=entered.round,
        exchange=entered.exchange,
        attempt=entered.attempt,
        role=role,
        name=names[role] if role else heard.utterance.partner,
    )
