"""What the loop does, as plain dictionaries: one for each line of `--json`.

Kinds: began, agreed, turn, reply, rated, fidelity, phase, announce, warning, ended. `at_s` is the
session's clock; `start_s` and `end_s` are positions in the input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from voicecoach.dialogue.machine.state import State, text_of
from voicecoach.dialogue.messages import (
    Announce,
    Answered,
    Began,
    Enter,
    Event,
    Heard,
    Outcome,
    Question,
    Rated,
    Scored,
    TakenUp,
)
from voicecoach.dialogue.turns import role_in

Shown = dict[str, Any]
Show = Callable[[Mapping[str, Any]], None]


def place(at_s: float, state: State) -> Shown:
    """What every line begins with."""
    return {
        "at_s": round(at_s, 3),
        "round": state.round,
        "exchange": state.exchange,
        "attempt": state.attempt,
    }


def happened(
    event: Event, before: State, after: State, question: Question | None, at_s: float, **about: Any
) -> Iterator[Shown]:
    """The lines that an event is by itself, from `before` to `after`; `question` was open before.

    `about` is more to show where the session begins. What the coach says is shown as `announce`.
    """
    match event:
        case Began():
            yield began(after, at_s, **about)
        case TakenUp():
            yield began(after, at_s, True, **about)
            yield standing(after, at_s)
        case Heard():
            yield turn(event, before, at_s)
            if question is not None or event.reply.command is not None:
                yield reply(event, question, before, at_s)
        case Answered() if after != before:
            yield answered(event, question, before, at_s)
        case Scored():
            yield fidelity(event, before, at_s)


def began(state: State, at_s: float, resumed: bool = False, **more: Any) -> Shown:
    """The session begins, or goes on after it was broken off."""
    names = {"names": [state.first, state.second], "guidance": str(state.guidance)}
    again = {"resumed": True} if resumed else {}
    again |= {"buttons": True} if state.buttons else {}
    consent = str(state.consent)
    return {"kind": "began", **place(at_s, state), **names, "consent": consent, **again, **more}


def agreed(state: State, at_s: float) -> Shown:
    """Both have agreed aloud that buttons count as the speaker's own yes and no."""
    return {"kind": "agreed", **place(at_s, state), "buttons": state.buttons}


def turn(event: Heard, state: State, at_s: float) -> Shown:
    """A turn was heard, in the phase that `state` was in."""
    said = event.utterance
    role = role_in(event, state.phase, state.speaker, state.listener)
    return {
        "kind": "turn",
        **place(at_s, state),
        "partner": said.partner,
        "role": role,
        "phase": str(state.phase),
        "text": said.text,
        "start_s": round(said.start_s, 3),
        "end_s": round(said.end_s, 3),
        "reason": str(said.reason),
        "latency_s": round(said.latency_s, 3),
    }


def reply(event: Heard, question: Question | None, state: State, at_s: float) -> Shown:
    """How a turn was read as an answer or a command."""
    command = event.reply.command
    return {
        "kind": "reply",
        **place(at_s, state),
        "partner": event.utterance.partner,
        "question": None if question is None else str(question),
        "answer": str(event.reply.answer),
        "rest": event.reply.rest,
        "command": None if command is None else str(command),
    }


def answered(event: Answered, question: Question | None, state: State, at_s: float) -> Shown:
    """A question was answered by key or button, as both had agreed."""
    return {
        "kind": "reply",
        **place(at_s, state),
        "partner": None,
        "question": None if question is None else str(question),
        "answer": str(event.answer),
        "rest": "",
        "command": None,
        "by": event.by,
    }


def fidelity(event: Scored, state: State, at_s: float) -> Shown:
    """The score of the last reflection with its evidence, and the two texts it is about."""
    texts = {"message": text_of(state.message), "reflection": text_of(state.reflection)}
    return {"kind": "fidelity", **place(at_s, state), **asdict(event.fidelity), **texts}


def rated(command: Rated, state: State, at_s: float) -> Shown:
    """How near the one who mirrored holds the mirror to be, from 0 to 10, or null."""
    return {"kind": "rated", **place(at_s, state), "own": command.own}


def phase(entered: Enter, at_s: float) -> Shown:
    """A phase is entered."""
    return {
        "kind": "phase",
        "at_s": round(at_s, 3),
        "round": entered.round,
        "exchange": entered.exchange,
        "attempt": entered.attempt,
        "phase": str(entered.phase),
        "speaker": entered.speaker,
        "listener": entered.listener,
    }


def standing(state: State, at_s: float) -> Shown:
    """The phase that a session which was broken off goes on in, shown as if it were entered."""
    counted = state.round, state.exchange, state.attempt
    return phase(Enter(state.phase, state.speaker, state.listener, *counted), at_s)


def announce(said: Announce, text: str, state: State, at_s: float) -> Shown:
    """The coach says something."""
    return {"kind": "announce", **place(at_s, state), "key": said.key, "to": said.to, "text": text}


def warning(code: str, text: str, state: State, at_s: float) -> Shown:
    """Something the people should know."""
    return {"kind": "warning", **place(at_s, state), "code": code, "text": text}


def ended(
    outcome: Outcome, session: str | None, state: State, at_s: float, broken_off: bool = False
) -> Shown:
    """The session is over; `session` is its name in the library, None where nothing was kept.

    One that was broken off and is kept can be gone on with: `resume` is then true.
    """
    shown = {"kind": "ended", **place(at_s, state), "outcome": str(outcome), "session": session}
    return {**shown, "resume": True} if broken_off and session else shown
