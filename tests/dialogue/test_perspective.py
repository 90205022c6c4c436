"""With one microphone a yes in words that may be the listener's is asked again."""

from __future__ import annotations

import pytest

from voicecoach.dialogue.messages import Answer, Question, Reply
from voicecoach.dialogue.replies import understand

MIRROR = "So what I hear you saying is that you felt alone when I came home late."


def answer(text: str, mirrored: str | None = MIRROR) -> Answer:
    return understand(text, Question.SATISFIED, mirrored=mirrored).answer


@pytest.mark.parametrize(
    "text",
    [
        "yes, you felt alone",
        "you felt alone, yeah",
        "okay so you felt alone, yes",
        "exactly, you felt alone when I came home late",
        "yes, I came home late",
    ],
)
def test_who_keeps_the_mirrors_person_goes_on_mirroring(text: str) -> None:
    """ "You felt" in the mirror and "you felt" beside the yes: the listener may be speaking."""
    assert answer(text) is Answer.UNCLEAR


@pytest.mark.parametrize(
    "text",
    [
        "yes, I felt alone",
        "I felt alone, yeah",
        "yes, when you came home late",
        "exactly, I was alone and you came home late",
        "yes, you did",
        "yes, you got it",
    ],
)
def test_who_turns_the_persons_round_is_the_speaker(text: str) -> None:
    """The speaker says "I" of what the mirror said "you"."""
    assert answer(text) is Answer.YES


@pytest.mark.parametrize(
    "text",
    [
        "yes and I'm sorry",
        "you're right, I should have called",
        "yes, I understand",
        "yeah I get it",
        "that's true, I didn't know",
        "right, I hear you",
    ],
)
def test_who_excuses_himself_has_listened(text: str) -> None:
    """Remorse and understanding are the listener's; the speaker has something to confirm."""
    assert answer(text) is Answer.UNCLEAR


def test_without_a_mirror_persons_say_nothing() -> None:
    """What was not mirrored cannot be mirrored on."""
    assert answer("yes, you felt alone", mirrored=None) is Answer.YES


def test_a_yes_and_then_is_there_more_is_still_looked_at() -> None:
    """The listener who says yes for the speaker and asks on has not been confirmed."""
    text = "yes you felt alone is there more"
    assert understand(text, Question.SATISFIED, mirrored=MIRROR).answer is Answer.UNCLEAR


def test_no_and_partly_need_no_such_care() -> None:
    """They move nothing that the speaker could not set right."""
    assert answer("no, you felt alone") is Answer.NO
    assert understand("yes but I was angry too", Question.SATISFIED, mirrored=MIRROR) == Reply(
        Answer.PARTLY, "I was angry too"
    )
