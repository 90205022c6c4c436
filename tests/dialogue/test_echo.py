"""The coach's own words, heard again, are known; nobody's answer is taken for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.dialogue.answers.echo import echoes
from voicecoach.dialogue.messages import Announce
from voicecoach.dialogue.wording import sentence, sentences

VALUES = (("speaker", "Anna"), ("listener", "Ben"), ("said", "I was sad when you left."))
SPOKEN = {key: sentence(Announce(key, "Anna", VALUES)) for key in sentences("en")}

ANSWERS = (
    "yes",
    "no",
    "not quite",
    "yes that's right",
    "yes that is exactly right",
    "no that's not it",
    "that is all",
    "no that's all",
    "there is more",
    "yes there is more",
    "stop here",
    "go on",
    "I feel understood",
    "yes I do feel understood",
    "did I get that",
    "did I get that right",
    "is something missing",
    "yes he got it",
    "yes Ben got that",
    "no say that again",
    "I was sad, not angry",
    "I need to hear it from you that you are sorry",
)


@pytest.mark.parametrize("key", sorted(SPOKEN))
def test_an_announcement_heard_whole_is_an_echo(key: str) -> None:
    """Every sentence the coach can say, as a recogniser writes it; the very short ones excepted."""
    heard = SPOKEN[key].lower().replace(".", "").replace(",", "").replace("?", "")
    assert echoes(heard, SPOKEN[key]) is (len(heard.split()) >= 3)


@pytest.mark.parametrize(
    "heard", ["did ben get that", "and a did ben get that", "anna did then get that"]
)
def test_a_word_lost_or_misheard_does_not_hide_an_echo(heard: str) -> None:
    """The first name is often swallowed, or becomes other words."""
    assert echoes(heard, SPOKEN["check"])


def test_one_sentence_of_several_is_an_echo() -> None:
    """The tail of a long announcement is what a room gives back."""
    assert echoes("did ben hear you right", SPOKEN["check_again"])
    assert echoes("anna please begin", SPOKEN["begin"])


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("key", sorted(SPOKEN))
def test_no_answer_is_an_echo(answer: str, key: str) -> None:
    """An answer counts even where the coach has just suggested its very words."""
    assert not echoes(answer, SPOKEN[key])


def test_more_than_the_coach_said_is_not_an_echo() -> None:
    """Somebody repeats the question and answers it."""
    assert not echoes("did ben get that yes he did get all of that", SPOKEN["check"])


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_two_texts_have_an_answer(text: str, announcement: str) -> None:
    """Total, whatever was heard; a text of one or two words is never an echo."""
    found = echoes(text, announcement)
    assert not (found and len(text.split()) < 2 and text.isalpha())
