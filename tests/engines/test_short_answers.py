"""A short answer is what free decoding and a grammar of answers agree on, never a guessed yes."""

from __future__ import annotations

import pytest

from tests.coach import answers_spoken as room
from voicecoach.dialogue.answers.expected import expected
from voicecoach.dialogue.messages import Answer, Question
from voicecoach.dialogue.replies import understand
from voicecoach.engines import Expect
from voicecoach.engines.short_answers import settles, short_enough
from voicecoach.engines.sphinx import Sphinx
from voicecoach.speech.audio import Clip

ANSWERS = expected("en")

needs_voices = pytest.mark.skipif(
    bool(room.missing_voices()), reason=room.missing_voices() or "the voices are there"
)


@pytest.fixture(scope="module")
def sphinx() -> Sphinx:
    return Sphinx()


def settled(sphinx: Sphinx, free: str, phrase: str, alternatives: tuple[str, ...] = ()) -> str:
    """What holds where free decoding gave `free` and the grammar `phrase`."""
    holds = settles(phrase, free, (free, *alternatives), ANSWERS, sphinx.phones)
    return phrase if holds else free


@pytest.mark.parametrize(
    ("free", "phrase"),
    [("that shit", "that's it"), ("us it is", "yes it is"), ("that said", "that's it")],
)
def test_a_yes_that_sounds_the_same_is_repaired(sphinx: Sphinx, free: str, phrase: str) -> None:
    """Both hear the same sounds, and only the grammar knows what they mean."""
    assert settled(sphinx, free, phrase) == phrase


def test_a_yes_among_the_best_alternatives_is_repaired(sphinx: Sphinx) -> None:
    """The free decoding nearly said it itself."""
    assert settled(sphinx, "good", "correct") == "good"
    assert settled(sphinx, "good", "correct", ("correct",)) == "correct"


@pytest.mark.parametrize(
    ("free", "phrase"),
    [
        ("you forgot it", "you got it"),
        ("not right", "right"),
        ("that's not it", "that's it"),
        ("that is not what i meant", "that's what i meant"),
        ("yeah but", "yep"),
        ("he said yes", "yes"),
        ("is that right", "that's right"),
        ("kind of", "of course"),
        ("stop", "yep"),
    ],
)
def test_what_means_something_else_is_never_made_a_yes(
    sphinx: Sphinx, free: str, phrase: str
) -> None:
    """A negation, a doubt, a question or a command stays what it is, whatever else it resembles."""
    assert settled(sphinx, free, phrase, (phrase,)) == free


@pytest.mark.parametrize(
    ("free", "phrase"),
    [("yesterday", "yes you did"), ("thank you", "sure"), ("bless you", "yes you did")],
)
def test_other_talk_is_never_made_a_yes(sphinx: Sphinx, free: str, phrase: str) -> None:
    """What sounds otherwise is something else."""
    assert settled(sphinx, free, phrase) == free


@pytest.mark.parametrize(
    ("free", "phrase"),
    [("ah right", "not right"), ("yeah my right", "am i right"), ("right", "am i right")],
)
def test_a_free_yes_is_overruled_by_what_sounds_like_it(
    sphinx: Sphinx, free: str, phrase: str
) -> None:
    """ "Not right" must never become "that's right"."""
    assert settled(sphinx, free, phrase) == phrase


def test_a_clear_yes_stays_where_the_grammar_hears_more(sphinx: Sphinx) -> None:
    """The grammar pays nothing for one more small word."""
    assert settled(sphinx, "yes", "yes but") == "yes"


def test_half_a_phrase_is_no_phrase(sphinx: Sphinx) -> None:
    """A grammar that has not come to its end has recognised nothing."""
    assert settled(sphinx, "you caught", "you got") == "you caught"


@pytest.mark.parametrize(
    ("text", "voiced_s", "short"),
    [
        ("yes that's right", 1.0, True),
        ("yes that's right", 1.3, False),
        ("yes i think that is right", 1.0, False),
        ("", 0.5, False),
    ],
)
def test_talk_is_never_taken_for_an_answer(text: str, voiced_s: float, short: bool) -> None:
    """More than 1.2 s or five words never come from the grammar."""
    assert short_enough(text, voiced_s) is short


def test_the_phrases_mean_what_their_list_says() -> None:
    """No phrase of the list of others is a yes; those that are a yes are read as one."""

    def answer(phrase: str) -> Answer:
        return understand(phrase, Question.SATISFIED, mirrored="you got it").answer

    assert [phrase for phrase in sorted(ANSWERS.other) if answer(phrase) is Answer.YES] == []
    read = [phrase for phrase in sorted(ANSWERS.yes) if answer(phrase) is Answer.YES]
    assert len(read) > 0.8 * len(ANSWERS.yes)
    assert not ANSWERS.yes & ANSWERS.other


def test_every_word_is_in_the_dictionary(sphinx: Sphinx) -> None:
    """A word that the recogniser does not know would end its grammar."""
    words = {word for phrase in ANSWERS.yes | ANSWERS.other for word in phrase.split()}
    assert [word for word in sorted(words) if not sphinx.phones(word)] == []


@needs_voices
@pytest.mark.parametrize("voice", room.VOICES)
@pytest.mark.parametrize("text", ["not right", "that's not right", "am I right?"])
def test_not_right_never_becomes_a_yes(sphinx: Sphinx, voice: str, text: str) -> None:
    """The word that says no is the one that gets lost."""
    words = sphinx.transcribe(Clip(room.spoken(text, voice), 0), Expect.REPLY)
    heard = " ".join(word.text for word in words)
    assert understand(heard, Question.SATISFIED, mirrored="it").answer is not Answer.YES


@needs_voices
def test_talk_gives_the_same_text_in_a_reply_step(sphinx: Sphinx) -> None:
    """Long talk never takes the way of a short answer."""
    clip = Clip(room.spoken("We could go to the lake on Sunday.", "slt"), 0)
    assert sphinx.transcribe(clip, Expect.REPLY) == sphinx.transcribe(clip, Expect.TALK)


@needs_voices
def test_free_talk_is_free_again_after_a_reply(sphinx: Sphinx) -> None:
    """The grammar listens to replies alone."""
    clip = Clip(room.spoken("We could go to the lake on Sunday.", "slt"), 0)
    before = sphinx.transcribe(clip)
    sphinx.transcribe(Clip(room.spoken("yes", "slt"), 0), Expect.REPLY)
    assert sphinx.transcribe(clip) == before
