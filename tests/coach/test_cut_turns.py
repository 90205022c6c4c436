"""A turn that was cut off waits for its end, also when the session was broken off meanwhile."""

from __future__ import annotations

from voicecoach.coach.cut_turns import CutTurn
from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import Phase
from voicecoach.engines import Turn
from voicecoach.utterance import Utterance

KEPT = {"type": "CutOff", "text": "i felt alone", "start_s": 1.0, "end_s": 2.0}
SHARING = State(phase=Phase.SHARE, first="Anna", second="Ben", speaker="Anna", started=True)


def test_what_was_kept_of_it_goes_on_in_the_same_step() -> None:
    """Its words come before those that follow, and only once."""
    cut = CutTurn()
    cut.restore(KEPT, SHARING)
    more = Turn(Utterance("when you left", 5.0, 6.0))
    whole = cut.gone_on(more, SHARING).utterance
    assert (whole.text, whole.start_s, whole.end_s) == ("i felt alone when you left", 1.0, 6.0)
    assert cut.gone_on(more, SHARING) is more


def test_in_another_step_it_is_nobodys_end() -> None:
    """What follows then is a turn of its own."""
    cut = CutTurn()
    cut.restore(KEPT, SHARING)
    assert cut.take(SHARING.but(phase=Phase.REFLECT)) is None
