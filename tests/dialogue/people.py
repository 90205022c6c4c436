"""Two people who say and do anything at all: events for the machine's tests, by Hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import (
    Announced,
    Announcing,
    Answer,
    Answered,
    Asked,
    Began,
    Command,
    Consent,
    Event,
    Fidelity,
    Guidance,
    Heard,
    InputEnded,
    Interrupted,
    Notice,
    Noticed,
    Pressed,
    Quiet,
    Reply,
    Scored,
    Spoken,
    TakenUp,
    Voices,
)
from voicecoach.utterance import Utterance

FIRST, SECOND = "Anna", "Ben"
PARTNERS = (FIRST, SECOND, None)

TEXTS = st.sampled_from(
    ["yes", "no", "", "I felt alone at dinner", "You felt alone", "is there more", "Did I get that"]
)

REPLIES = st.builds(
    Reply,
    answer=st.sampled_from(list(Answer)),
    rest=st.sampled_from(["", "I was sad"]),
    command=st.none() | st.sampled_from(list(Spoken)),
)

PLAIN_REPLIES = st.builds(
    Reply, answer=st.sampled_from(list(Answer)), rest=st.sampled_from(["", "I was sad"])
)

HEARD = st.builds(
    Heard,
    utterance=st.one_of(
        st.builds(Utterance, text=TEXTS, partner=st.sampled_from(PARTNERS)),
        st.builds(Utterance, text=TEXTS, either=st.just(True)),
        st.builds(Utterance, text=TEXTS, third=st.just(True)),
        st.builds(Utterance, text=TEXTS, partner=st.sampled_from(PARTNERS), overlap=st.just(True)),
    ),
    reply=st.one_of(PLAIN_REPLIES, PLAIN_REPLIES, REPLIES),
    asked=st.none() | st.none() | st.sampled_from(list(Asked)),
    before=st.sampled_from(["", "You felt alone"]),
)

OTHER = st.one_of(
    st.builds(
        Scored,
        st.builds(Fidelity, st.floats(0, 100), st.just("mirrored"), st.just(1.0), st.just(0.0)),
    ),
    st.builds(Quiet, st.just(20.0)),
    st.builds(Noticed, st.sampled_from(list(Notice))),
    st.builds(Pressed, st.sampled_from(list(Spoken))),
    st.just(TakenUp()),
    st.builds(Answered, st.sampled_from(list(Answer))),
)

ENDS = st.sampled_from([InputEnded(), Interrupted()])

BEGAN = st.builds(
    Began,
    st.just(FIRST),
    st.just(SECOND),
    st.sampled_from(list(Guidance)),
    st.sampled_from(list(Consent)),
    st.integers(1, 3),
    st.sampled_from(list(Voices)),
    st.booleans(),
    st.booleans(),
)


def heard(
    text: str,
    answer: Answer = Answer.UNCLEAR,
    *,
    by: str | None = None,
    rest: str = "",
    asked: Asked | None = None,
    before: str = "",
    command: Spoken | None = None,
    either: bool = False,
    third: bool = False,
    overlap: bool = False,
) -> Heard:
    """One turn, in short."""
    return Heard(
        Utterance(text, partner=by, either=either, third=third, overlap=overlap),
        Reply(answer, rest, command),
        asked,
        before,
    )


class Room:
    """A machine with everything that has happened to it, its commands spoken as they come."""

    def __init__(self, began: Began | None = None) -> None:
        self.machine = Imago()
        self.state: State = self.machine.initial()
        self.trace: list[tuple[State, Event, State, tuple[Command, ...]]] = []
        self.say(began or Began(FIRST, SECOND))

    def say(self, event: Event) -> tuple[Command, ...]:
        """One event; its commands."""
        before = self.state
        self.state, commands = self.machine.step(before, event)
        self.trace.append((before, event, self.state, commands))
        return commands

    def speak(self, key: str) -> tuple[Command, ...]:
        """The coach speaks the announcement `key` from beginning to end."""
        self.say(Announcing(key))
        return self.say(Announced(key))

    def talk(self, *events: Event) -> Room:
        """Several events, one after the other."""
        for event in events:
            self.say(event)
        return self
