"""Keys and buttons: commands for anybody, and answers only where both agreed to that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialogue.people import BEGAN, FIRST, HEARD, OTHER, SECOND, Room, heard
from tests.dialogue.test_imago import SO_FAR
from voicecoach.dialogue.imago import TALK
from voicecoach.dialogue.messages import (
    Announcing,
    Answer,
    Answered,
    Began,
    Consent,
    Event,
    Finish,
    Outcome,
    Phase,
    Pressed,
    Spoken,
    TakenUp,
)
from voicecoach.session.codec import decode, encode

YES, NO = Answered(Answer.YES), Answered(Answer.NO)


def at_check(buttons: bool = True) -> Room:
    """Anna has shared and Ben has mirrored."""
    room = Room(Began(FIRST, SECOND, buttons=buttons))
    return room.talk(heard("I felt alone at dinner"), heard("You felt alone at dinner"))


def test_where_both_agreed_a_key_is_the_speakers_answer() -> None:
    """Not quite, yes, there is more, that is all."""
    room = at_check().talk(NO)
    assert (room.state.phase, room.state.attempt) == (Phase.SHARE, 2)
    room.talk(heard("I felt alone"), heard("You felt alone"), YES)
    assert room.state.phase is Phase.MORE
    room.talk(YES)
    assert (room.state.phase, room.state.exchange) == (Phase.SHARE, 2)
    room.talk(heard("I was sad"), heard("You were sad"), YES, NO)
    assert room.state.phase is Phase.SWAP


def test_where_both_say_so_aloud_a_key_is_the_speakers_answer() -> None:
    """From then on, and also after the talk was broken off and is taken up again."""
    room = Room(Began(FIRST, SECOND, ask_buttons=True))
    room.talk(heard("yes", Answer.YES), TakenUp(), heard("yes", Answer.YES))
    room.talk(heard("I felt alone"), heard("You felt alone"), TakenUp(), YES)
    assert room.state.phase is Phase.MORE


def test_where_they_did_not_agree_it_is_none() -> None:
    """Nothing is said to it, and the question stays open for a voice."""
    room = at_check(buttons=False)
    before = room.state
    for key in (YES, NO):
        assert room.say(key) == ()
    assert room.state == before
    assert room.talk(heard("yes", Answer.YES)).state.phase is Phase.MORE


@given(
    BEGAN.map(lambda began: replace(began, buttons=False, ask_buttons=False)),
    SO_FAR,
    st.lists(st.one_of(HEARD, OTHER), max_size=40),
    st.lists(st.sampled_from(list(Answer)), min_size=20, max_size=40),
)
@settings(max_examples=100, deadline=None)
def test_where_they_did_not_agree_no_talk_is_another_for_its_keys(
    began: Began, so_far: tuple[Event, ...], events: list[Event], pressed: list[Answer]
) -> None:
    """Whatever is said, and whatever is pressed in between: every command is as without a key."""
    plain, keyed = Room(began), Room(began)
    for at, event in enumerate((*so_far, *events)):
        if at < len(pressed):
            assert keyed.say(Answered(pressed[at])) == ()
        assert keyed.say(event) == plain.say(event)
    assert keyed.state == plain.state


@pytest.mark.parametrize("answer", [Answer.PARTLY, Answer.UNCLEAR])
def test_there_is_no_key_for_a_vague_answer(answer: Answer) -> None:
    assert at_check().say(Answered(answer)) == ()


def test_a_key_gives_no_consent_and_confirms_no_command() -> None:
    """Those are for the voices: what may be kept, and whether a turn is skipped."""
    asking = Room(Began(FIRST, SECOND, consent=Consent.ASK, buttons=True))
    assert asking.say(YES) == () and asking.state.asking == FIRST
    asking = Room(Began(FIRST, SECOND, ask_buttons=True)).talk(heard("yes", Answer.YES))
    assert asking.say(YES) == () and asking.state.asking_buttons
    for command in (Spoken.STOP, Spoken.SKIP):
        room = Room(Began(FIRST, SECOND, buttons=True)).talk(heard("x", command=command))
        assert room.say(YES) == room.say(NO) == ()
        assert room.state.confirming is command


def test_a_key_counts_only_when_the_coach_has_spoken() -> None:
    """As with a voice: while the coach talks nothing is an answer."""
    room = at_check().talk(Announcing("check"))
    assert room.say(YES) == ()
    assert room.state.phase is Phase.CHECK


@pytest.mark.parametrize("phase", [*TALK, Phase.PAUSED])
def test_stop_by_key_asks_once(phase: Phase) -> None:
    """Stop once more is the yes, go on the no."""
    room = Room()
    room.state = room.state.but(phase=phase)
    room.say(Pressed(Spoken.STOP))
    assert (room.state.phase, room.state.confirming) == (phase, Spoken.STOP)
    going_on = Room()
    going_on.state = room.state
    going_on.say(Pressed(Spoken.RESUME))
    assert (going_on.state.phase, going_on.state.confirming) == (phase, None)
    assert Finish(Outcome.STOPPED) in room.say(Pressed(Spoken.STOP))


def test_go_on_by_key_skips_no_turn() -> None:
    """It is a no; and stop, there, asks whether to stop."""
    room = Room().talk(heard("x", command=Spoken.SKIP))
    room.say(Pressed(Spoken.STOP))
    assert (room.state.phase, room.state.confirming) == (Phase.SHARE, Spoken.STOP)
    room = Room().talk(heard("x", command=Spoken.SKIP), Pressed(Spoken.RESUME))
    assert (room.state.phase, room.state.confirming) == (Phase.SHARE, None)


def test_it_is_kept_as_a_key() -> None:
    """So that nobody takes it later for something that was said."""
    kept = encode(YES)
    assert kept == {"type": "Answered", "answer": "YES", "by": "key"}
    assert decode(kept) == YES
    assert decode({"type": "Began", "first": "A", "second": "B"}) == Began("A", "B")
