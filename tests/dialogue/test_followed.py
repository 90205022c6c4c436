"""A dialogue that others led is followed: who shares, who mirrors, and what was understood."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialogue.people import FIRST, HEARD, SECOND
from voicecoach.dialogue import turns
from voicecoach.dialogue.followed import MANY_ROUNDS, Followed
from voicecoach.dialogue.machine.state import State, text_of
from voicecoach.dialogue.messages import (
    Answer,
    Began,
    Command,
    Enter,
    Event,
    Finish,
    Heard,
    InputEnded,
    Outcome,
    Phase,
    Score,
)
from voicecoach.utterance import Utterance

BEGAN = Began(FIRST, SECOND, rounds=MANY_ROUNDS)

SHARE = "When you come home so late in the night I feel alone."
MIRROR = "When I come home so late in the night you feel alone."
OWN = "Well, for me it is hard to come home before nine these days."


class Talk:
    """A talk as it is followed."""

    def __init__(self) -> None:
        self.procedure = Followed()
        self.state: State = self.procedure.initial()
        self.commands: list[Command] = []
        self.happen(BEGAN)

    def happen(self, event: Event) -> None:
        self.state, commands = self.procedure.step(self.state, event)
        self.commands += commands

    def says(self, who: str, text: str) -> None:
        said = Utterance(text, partner=who)
        mirrored = text_of(self.state.reflection)
        self.happen(turns.heard(said, self.procedure.question(self.state), mirrored=mirrored))

    @property
    def path(self) -> list[tuple[str, str]]:
        """The phases entered, each with its speaker."""
        return [(c.phase.value, c.speaker) for c in self.commands if isinstance(c, Enter)]

    @property
    def scores(self) -> list[tuple[str, str]]:
        return [(c.message, c.reflection) for c in self.commands if isinstance(c, Score)]


def talk(*lines: tuple[str, str]) -> Talk:
    found = Talk()
    for who, text in lines:
        found.says(who, text)
    return found


def test_the_seven_steps_without_a_coach() -> None:
    """As when one leads; the roles are switched with the first word after it."""
    found = talk(
        (FIRST, SHARE),
        (SECOND, f"{MIRROR} Did I get that?"),
        (FIRST, "Yes."),
        (SECOND, "Is there more?"),
        (FIRST, "No, that's all."),
    )
    steps = ["share", "reflect", "check", "more", "swap"]
    assert found.path == [(step, FIRST) for step in steps]
    found.says(SECOND, OWN)
    assert found.path[5:] == [("share", SECOND), ("reflect", SECOND)]
    assert found.scores == [(SHARE, MIRROR)]


def test_a_no_with_what_was_meant_is_mirrored_anew() -> None:
    again = "No, I feel alone and I am not angry with you."
    found = talk((FIRST, SHARE), (SECOND, "You are angry at me all night."), (FIRST, again))
    found.says(SECOND, "You feel alone and you are not angry.")
    assert found.scores[1] == (
        "I feel alone and I am not angry with you",
        "You feel alone and you are not angry.",
    )
    assert found.state.attempt == 2 and found.state.exchange == 1


def test_a_bare_no_brings_another_mirror_of_the_same() -> None:
    """The listener tries again by themselves: it is compared with what was said."""
    found = talk((FIRST, SHARE), (SECOND, "You are angry."), (FIRST, "No."), (SECOND, MIRROR))
    assert found.scores == [(SHARE, "You are angry."), (SHARE, MIRROR)]
    assert found.path[-2:] == [("reflect", FIRST), ("check", FIRST)]


def test_talk_in_place_of_an_answer_confirms_nothing() -> None:
    """It was said again, and no phase after check was entered."""
    more = "Last week the two of us were at my mother's house by the lake."
    found = talk((FIRST, SHARE), (SECOND, MIRROR), (FIRST, more))
    assert "more" not in dict(found.path)
    found.says(SECOND, "Last week we were at your mother's house by the lake.")
    assert found.scores[-1][0] == more and found.state.attempt == 2


def test_partly_with_the_missing_part_is_mirrored_anew() -> None:
    """They say at once what did not arrive."""
    part = "Partly, but I also said that I was scared of losing you."
    found = talk((FIRST, SHARE), (SECOND, MIRROR), (FIRST, part), (SECOND, "You were scared."))
    assert found.scores[-1] == (part, "You were scared.") and found.state.attempt == 2


def test_a_question_back_is_no_message() -> None:
    """It is asked about the mirror, which still waits for its answer."""
    back = "Sorry, could you say the last part of it once more for me?"
    found = talk((FIRST, SHARE), (SECOND, MIRROR), (FIRST, back))
    assert found.state.phase is Phase.CHECK and text_of(found.state.message) == SHARE


def test_talk_in_place_of_an_answer_to_more_is_more() -> None:
    found = talk((FIRST, SHARE), (SECOND, MIRROR), (FIRST, "Yes."), (FIRST, OWN))
    assert (found.state.phase, found.state.exchange) == (Phase.REFLECT, 2)
    assert text_of(found.state.message).endswith("these days")


def test_the_listener_who_begins_by_themselves_is_the_next_speaker() -> None:
    """Nobody said "no more", and they went on all the same; a thanks is no share."""
    found = talk((FIRST, SHARE), (SECOND, MIRROR), (FIRST, "Yes."), (SECOND, "Thank you, Anna."))
    assert found.state.phase is Phase.MORE
    found.says(SECOND, OWN)
    assert found.path[-2:] == [("share", SECOND), ("reflect", SECOND)]
    assert found.state.round == 2


def test_who_begins_is_the_speaker_whatever_the_file_says() -> None:
    """The second one shares first, at length; a word into it is no share."""
    found = talk((SECOND, "Are you ready?"), (SECOND, SHARE), (FIRST, MIRROR))
    assert found.path[-3:] == [("share", SECOND), ("reflect", SECOND), ("check", SECOND)]
    assert found.scores == [(SHARE, MIRROR)]


def test_the_end_after_the_last_no_is_the_close() -> None:
    """A talk that went all the way is done; any other just ends."""
    whole = (
        *((FIRST, SHARE), (SECOND, MIRROR), (FIRST, "Yes.")),
        *((SECOND, "Is there more?"), (FIRST, "No, that's all.")),
    )
    for lines, outcome in ((whole, Outcome.DONE), (whole[:3], Outcome.END_OF_INPUT)):
        found = talk(*lines)
        found.happen(InputEnded())
        assert found.commands[-1] == Finish(outcome)


def test_the_coach_says_nothing() -> None:
    """There was none."""
    found = talk((FIRST, SHARE), (SECOND, MIRROR), (FIRST, "Hm."), (FIRST, "Yes."))
    assert {type(command) for command in found.commands} == {Enter, Score}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(HEARD, st.builds(InputEnded)), max_size=20))
def test_nothing_is_understood_without_the_speakers_yes(events: list[Event]) -> None:
    """Whoever says anything: after check comes only a share, or more by a yes of the speaker."""
    found = Talk()
    for event in events:
        before = found.state
        count = len(found.commands)
        found.happen(event)
        entered = [c for c in found.commands[count:] if isinstance(c, Enter)]
        if before.phase is Phase.CHECK and entered and entered[0].phase is Phase.MORE:
            assert isinstance(event, Heard) and event.reply.answer is Answer.YES
            assert event.utterance.partner in (before.speaker, None)
        if before.phase is Phase.DONE:
            assert found.state == before


@settings(max_examples=100, deadline=None)
@given(st.lists(HEARD, max_size=20))
def test_the_lead_is_the_beginning_of_the_step(events: list[Event]) -> None:
    """So that it can be written down before what was said, and replaying gives the same."""
    procedure = Followed()
    state, _ = procedure.step(procedure.initial(), BEGAN)
    for event in events:
        _, led = procedure.lead(state, event)
        state, commands = procedure.step(state, event)
        assert commands[: len(led)] == led
