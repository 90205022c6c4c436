"""A session that was broken off goes on at the same step, with what was said last."""

from __future__ import annotations

import pytest

from tests.dialogue.test_imago import FIRST, SECOND, Room, at_check, at_more, heard
from voicecoach.dialogue.imago import TALK
from voicecoach.dialogue.messages import (
    Announce,
    Announcing,
    Answer,
    Began,
    Consent,
    Listen,
    Phase,
    Spoken,
    TakenUp,
    TellApart,
    Voices,
)
from voicecoach.dialogue.wording import sentence


def said(room: Room) -> list[str]:
    """What is announced when it is taken up."""
    return [sentence(c) for c in room.say(TakenUp()) if isinstance(c, Announce)]


def test_the_recap_tells_what_was_said_and_then_asks_for_what_is_awaited() -> None:
    """At each step of a round."""
    room = Room()
    assert said(room) == [
        "We were interrupted. What was said is kept.",
        "We go on. Anna, please share.",
    ]
    room = Room().talk(heard("I felt alone at dinner"))
    assert said(room) == [
        "We were interrupted. Anna had said: I felt alone at dinner. Ben was about to say it back.",
        "We go on. Ben, what did you hear?",
    ]
    assert said(at_check()) == [
        "We were interrupted. Anna had said: I felt alone at dinner."
        " Ben had said it back like this: You felt alone at dinner.",
        "We go on. Anna, did Ben get that?",
    ]
    assert said(at_more())[1] == "We go on. Anna, is there more?"
    again = at_check().talk(heard("no", Answer.NO))
    assert "was about to say it again in other words" in said(again)[0]
    over = at_check().talk(heard("x", command=Spoken.START_OVER))
    assert said(over)[0] == "We were interrupted. What was said is kept."


def test_a_swap_that_was_being_announced_is_announced_again() -> None:
    """The roles change only when it has been spoken."""
    room = at_more().talk(heard("no that's all", Answer.NO))
    room.say(Announcing("swap"))
    assert said(room)[1].startswith("Now we switch.")
    assert room.state.phase is Phase.SWAP
    room.speak("swap")
    assert (room.state.phase, room.state.speaker) == (Phase.SHARE, SECOND)


@pytest.mark.parametrize("phase", [*TALK, Phase.PAUSED])
def test_it_moves_nothing_and_listens_in_every_phase(phase: Phase) -> None:
    """What was being said or asked about when it broke off is over."""
    room = at_check()
    room.state = room.state.but(phase=phase, talking="check", confirming=Spoken.STOP, asking=FIRST)
    before = room.state
    commands = room.say(TakenUp())
    assert isinstance(commands[-1], Listen)
    assert (room.state.talking, room.state.confirming) == (None, None)
    for kept in ("phase", "speaker", "attempt", "exchange", "round", "message", "reflection"):
        assert getattr(room.state, kept) == getattr(before, kept)


def test_a_long_share_is_said_back_by_its_end() -> None:
    """Nobody wants to hear three minutes again."""
    room = Room().talk(heard(" ".join(f"word{n}" for n in range(200))))
    recap = said(room)[0]
    assert "word199." in recap and "word140" in recap and "word139" not in recap


def test_voices_are_learned_anew_where_both_had_agreed() -> None:
    """They were in memory only, so they are gone; the agreement is not."""
    on = Room(Began(FIRST, SECOND, consent=Consent.WORDS, voices=Voices.ON))
    assert TellApart() in on.say(TakenUp())
    assert TellApart() not in Room().say(TakenUp())


def test_who_was_asked_for_a_sentence_is_asked_again() -> None:
    """The first one's is in the record, but that voice is known no more, so neither counts."""
    yes = heard("yes", Answer.YES)
    room = Room(Began(FIRST, SECOND, voices=Voices.ASK)).talk(yes, yes)
    room.talk(heard("I am Anna and I am here to listen"), TakenUp())
    keys = [c.key for c in room.trace[-1][3] if isinstance(c, Announce)]
    assert keys == ["recap", "resume_sentence"] and TellApart() in room.trace[-1][3]
    assert (room.state.asking, room.state.introducing) == (SECOND, True)


def test_before_the_beginning_and_after_the_end_it_is_nothing() -> None:
    """There is nothing to go on with."""
    room = Room()
    room.state = room.state.but(started=False)
    assert room.say(TakenUp()) == ()
    room.state = room.state.but(started=True, phase=Phase.DONE)
    assert room.say(TakenUp()) == ()
