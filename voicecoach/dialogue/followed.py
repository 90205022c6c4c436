"""A dialogue that somebody else led, followed afterwards through the same table.

Nobody is asked and nothing is said here: of what the table commands only the phases, the scores
and the end are kept. Where the two did not wait for what the coach would have said, it follows
them, by who speaks and how long:

- after the speaker's "no" to more, or when the listener begins to talk at length without it, the
  roles are switched with the next turn;
- a share that is awaited is whose who talks at length; a listener who does so after "no" tries
  another mirror of the same message;
- a speaker who, instead of yes or no, talks at length has said it again: nothing was confirmed.

So a mirror is scored against what was said right before it, and an exchange counts as understood
only by the speaker's own yes, as always.
"""

from __future__ import annotations

from collections.abc import Callable

from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.machine import acts
from voicecoach.dialogue.machine.state import State, Trigger
from voicecoach.dialogue.machine.triggers import trigger
from voicecoach.dialogue.messages import (
    Announce,
    Command,
    Enter,
    Event,
    Finish,
    Heard,
    InputEnded,
    Outcome,
    Phase,
    Question,
    Score,
)

AT_LENGTH = 8
"""So many words take the floor; fewer are an answer, a thanks, a sign of listening."""

MANY_ROUNDS = 10_000
"""For `Began.rounds`: they switch as often as they did."""

_IMAGO = Imago()


class Followed:
    """The dialogue as a `Procedure` that follows."""

    def initial(self) -> State:
        """The state before the first turn."""
        return _IMAGO.initial()

    def question(self, state: State) -> Question | None:
        """The question that the next turn answers, or None where none is open."""
        return _IMAGO.question(state)

    def where(self, state: State) -> Announce:
        """What the two would do next."""
        return _IMAGO.where(state)

    def step(self, state: State, event: Event) -> tuple[State, tuple[Command, ...]]:
        """What `event` amounts to; pure, and total over every state and event."""
        state, before = self.lead(state, event)
        if isinstance(event, InputEnded) and state.phase in (Phase.SWAP, Phase.CLOSE):
            # The last word of a dialogue that went all the way.
            state, after = acts.finished(state, Outcome.DONE)
        else:
            state, after = _IMAGO.step(state, event)
        return state, (*before, *_silent(after))

    def lead(self, state: State, event: Event) -> tuple[State, tuple[Command, ...]]:
        """The first part of that: where the two have gone by themselves when `event` comes."""
        if not isinstance(event, Heard):
            return state, ()
        before: tuple[Command, ...] = ()
        if state.phase is Phase.SWAP and not event.utterance.third:
            state, before = acts.swapped(state, event)
        lead = _LEADS.get((state.phase, trigger(state, event)))
        if lead is not None:
            state, led = lead(state, event)
            before = (*before, *led)
        return state, _silent(before)


def _silent(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    return tuple(command for command in commands if isinstance(command, Enter | Score | Finish))


Lead = Callable[[State, Heard], acts.Step]


def _takes_the_floor(state: State, heard: Heard) -> acts.Step:
    """The listener talks at length where a share is awaited."""
    if not _at_length(heard.utterance.text):
        return state, ()
    if state.attempt > 1 and state.message:
        state, entered = acts.enter(state.but(reflection=()), Phase.REFLECT)
    elif state.exchange == 1:
        state, entered = acts.enter(state.but(speaker=state.listener), Phase.SHARE)
    else:
        return state, ()
    return state, (entered,)


def _says_it_again(state: State, heard: Heard) -> acts.Step:
    """The speaker talks on instead of an answer to "did I get that?"; asking back is no message."""
    text = heard.utterance.text.strip()
    asks = heard.asked is not None or text.endswith("?")
    if heard.utterance.partner != state.speaker or asks or not _at_length(text):
        return state, ()
    state, entered = acts.enter(state.but(attempt=state.attempt + 1), Phase.SHARE)
    return state, (entered,)


def _switches(state: State, heard: Heard) -> acts.Step:
    """The listener talks at length once the speaker felt understood."""
    return acts.swapped(state, heard) if _at_length(heard.utterance.text) else (state, ())


def _at_length(text: str) -> bool:
    return len(text.split()) >= AT_LENGTH


_LEADS: dict[tuple[Phase, Trigger], Lead] = {
    (Phase.SHARE, Trigger.INTERJECTED): _takes_the_floor,
    (Phase.CHECK, Trigger.UNCLEAR): _says_it_again,
    (Phase.CHECK, Trigger.PARTLY): _says_it_again,
    (Phase.MORE, Trigger.OTHER_ANSWERED): _switches,
}
"""Where the table would wait for what the coach says, and they went on without."""
