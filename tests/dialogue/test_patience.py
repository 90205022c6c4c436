"""How long to wait, and where the words themselves end a turn."""

from __future__ import annotations

import pytest

from voicecoach.dialogue.messages import Step
from voicecoach.dialogue.patience import PATIENCE, patience_s, shortest_s, turn_end
from voicecoach.utterance import Reason


def test_a_share_deserves_more_than_a_reply() -> None:
    """1.5 to 3 s against 0.6 to 0.9 s."""
    assert 1.5 <= patience_s(Step.SHARE, "I was sad") <= 3
    assert 0.6 <= patience_s(Step.REPLY, "yes") <= 0.9


@pytest.mark.parametrize("text", ["I was sad and", "I was sad because", "I was, um", "and my"])
def test_an_unfinished_sentence_gets_the_longest(text: str) -> None:
    """Nobody ends with "because"."""
    assert patience_s(Step.SHARE, text) == PATIENCE[Step.SHARE].longest


@pytest.mark.parametrize("text", ["I waited for you", "not really", "I told her", "it is"])
def test_a_finished_sentence_does_not(text: str) -> None:
    """Words that often end a sentence are no sign of more."""
    assert patience_s(Step.SHARE, text) == PATIENCE[Step.SHARE].usual


def test_what_is_not_known_yet_is_waited_for() -> None:
    """Live, the turn stays open until the text is there."""
    assert patience_s(Step.REPLY, None) == PATIENCE[Step.REPLY].longest


def test_a_slow_talker_gets_more_time_within_bounds() -> None:
    """Learned from their own pauses, once there are some."""
    usual = PATIENCE[Step.SHARE].usual
    assert patience_s(Step.SHARE, "I was sad", [1.4]) == usual
    slow = patience_s(Step.SHARE, "I was sad", [1.4] * 5)
    assert usual < slow <= usual + 0.8
    assert patience_s(Step.SHARE, "I was sad", [9.0] * 5) == usual + 0.8
    assert patience_s(Step.SHARE, "I was sad", [0.3] * 5) == usual


def test_nothing_ends_a_turn_before_the_shortest() -> None:
    """The bounds of every step are in order."""
    for step, bounds in PATIENCE.items():
        assert shortest_s(step) == bounds.shortest <= bounds.usual <= bounds.longest


def test_a_check_back_ends_the_turn() -> None:
    """What comes after it is the other one's."""
    pieces = ["you were sad", "did I get that", "yes"]
    assert turn_end(Step.REFLECT, pieces) == (2, Reason.CHECK_BACK)


def test_a_question_in_two_pieces_is_still_one() -> None:
    """A pause inside "did I ... get that"."""
    assert turn_end(Step.REFLECT, ["you were sad did I", "get that"]) == (2, Reason.CHECK_BACK)


def test_a_mirrors_lead_in_ends_the_share() -> None:
    """But the same words at the beginning of a share do not."""
    pieces = ["I was sad", "what I hear you say is that you were sad"]
    assert turn_end(Step.SHARE, pieces) == (1, Reason.CHECK_BACK)
    assert turn_end(Step.SHARE, pieces[1:]) is None


def test_a_question_of_its_own_ends_the_reply_before_it() -> None:
    """ "Yes." - "Is there more?" - "No.": three turns of two people."""
    assert turn_end(Step.REPLY, ["yes", "is there more", "no"]) == (1, Reason.CHECK_BACK)
    assert turn_end(Step.REPLY, ["is there more", "no"]) == (1, Reason.CHECK_BACK)
    assert turn_end(Step.REPLY, ["no", "that's all"]) is None
