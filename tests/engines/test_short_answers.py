"""A short answer is what several hearings agree on, never a guessed yes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.coach import answers_spoken as room
from voicecoach.dialogue.answers.expected import expected
from voicecoach.dialogue.messages import Answer, Question
from voicecoach.dialogue.replies import understand
from voicecoach.engines import Expect
from voicecoach.engines.short_answers import holding, settles, short_enough
from voicecoach.engines.short_answers.language_model import language_model
from voicecoach.engines.short_answers.noise import quieted, smoothed
from voicecoach.engines.sphinx import Sphinx
from voicecoach.speech.audio import RATE, Clip, Samples, level_db

ANSWERS = expected("en")

needs_voices = pytest.mark.skipif(
    bool(room.missing_voices()), reason=room.missing_voices() or "the voices are there"
)


@pytest.fixture(scope="module")
def sphinx() -> Sphinx:
    return Sphinx()


def holds(sphinx: Sphinx, free: str, *others: str) -> str:
    """What holds where free decoding wrote `free` and the small model the `others`."""
    return holding(free, others, ANSWERS, sphinx.phones)


def answer(text: str) -> Answer:
    return understand(text, Question.SATISFIED, mirrored="you got it").answer


def test_a_yes_in_which_hearings_agree_holds(sphinx: Sphinx) -> None:
    """Free decoding and one of the others, whatever the rest made of it."""
    assert holds(sphinx, "yes", "yes", "", "yes") == "yes"
    assert holds(sphinx, "yes it is", "yes it again", "yes it again", "yes it again") == "yes it is"


@pytest.mark.parametrize(
    ("free", "others", "text"),
    [
        ("and nine", ("yes i", "that is right", "that is right"), "that is right"),
        ("thank you", ("yes i do", "yes i do", "yes i do"), "yes i do"),
        ("that shit", ("that's it", "that's it", "that had"), "that's it"),
        ("us", ("yes", "yes", "yes"), "yes"),
    ],
)
def test_a_yes_that_others_heard_twice_is_repaired(
    sphinx: Sphinx, free: str, others: tuple[str, ...], text: str
) -> None:
    """A longer one by itself, a short one where free decoding wrote what sounds like it."""
    assert holds(sphinx, free, *others) == text


@pytest.mark.parametrize(
    ("phrase", "free", "best", "others", "settled"),
    [
        ("that's it", "that shit", (), ("that should",), True),
        ("yes", "us", ("us", "yes"), ("you as",), True),
        ("yes", "ask", ("ask", "as"), ("you as",), False),
        ("that's it", "that shit", (), ("that isn't it",), False),
        ("not right", "that bright", ("not right",), (), False),
        ("yes", "ask the neighbours", ("yes",), (), False),
        ("you got it", "stop", ("you got it",), (), False),
    ],
)
def test_a_yes_of_the_grammar_must_sound_the_same(
    sphinx: Sphinx,
    phrase: str,
    free: str,
    best: tuple[str, ...],
    others: tuple[str, ...],
    settled: bool,
) -> None:
    """The same consonants, or among the next best; never against another hearing."""
    assert settles(phrase, free, best, others, ANSWERS, sphinx.phones) is settled


@pytest.mark.parametrize(
    ("free", "others"),
    [
        ("that suits me", ("that's you that's me", "absolutely", "absolutely")),
        ("and nine", ("yes i", "that is right", "was right")),
        ("that said", ("that's it", "that is said", "that's a")),
        ("yesterday", ("yes he did it", "yes", "yes he")),
        ("thank you", ("sure", "sure", "sure")),
    ],
)
def test_other_talk_is_never_made_a_yes(sphinx: Sphinx, free: str, others: tuple[str, ...]) -> None:
    """One hearing is none, and a short yes that sounds otherwise is something else."""
    assert holds(sphinx, free, *others) == free


@pytest.mark.parametrize(
    ("free", "others"),
    [
        ("you forgot it", ("you got it",) * 3),
        ("is that right", ("that's right",) * 3),
        ("he said yes", ("yes", "yes", "yes")),
        ("stop", ("yep", "yep", "yep")),
        ("not right", ("right", "that's right", "that's right")),
        ("that's right", ("that's not right", "that's right", "that's right")),
        ("yes", ("yes", "yes but", "yes")),
        ("ah right", ("not right", "not right", "right")),
        ("and so", ("yes but it", "yes that's it", "yes that's it")),
    ],
)
def test_no_yes_holds_against_what_sounds_like_a_no(
    sphinx: Sphinx, free: str, others: tuple[str, ...]
) -> None:
    """A negation, a "but", a doubt, a question or a command in any hearing takes the yes away."""
    assert answer(holds(sphinx, free, *others)) is not Answer.YES


@pytest.mark.parametrize(
    "others",
    [("yeah but it", "yeah it", "yeah"), ("yeah", "", ""), ("yes", "yes it", "was"), ("", "", "")],
)
def test_a_few_words_behind_a_yes_may_be_a_but(sphinx: Sphinx, others: tuple[str, ...]) -> None:
    """Free decoding wrote "yeah it was" for "yes, but": unless others hear a whole answer, ask."""
    assert answer("yeah it was") is Answer.YES
    assert answer(holds(sphinx, "yeah it was", *others)) is not Answer.YES


def test_a_yes_that_nobody_else_heard_is_asked_again(sphinx: Sphinx) -> None:
    """Free decoding alone is not enough."""
    assert holds(sphinx, "yes", "was", "", "it") == "was"


def test_a_no_that_was_heard_once_sends_nobody_back(sphinx: Sphinx) -> None:
    """Noise makes a "no" now and then; a spoken one is heard twice."""
    assert answer(holds(sphinx, "yeah", "no", "yes", "yes")) is not Answer.NO
    assert answer(holds(sphinx, "no because it", "and it is", "it is", "")) is not Answer.NO
    assert holds(sphinx, "no", "no", "no", "nah") == "no"
    assert holds(sphinx, "and it", "not it", "not it", "not it") == "not it"


@pytest.mark.parametrize(
    ("text", "voiced_s", "short"),
    [
        ("yes that's right", 1.8, True),
        ("no that's not right", 2.1, False),
        ("no i think that it is not right", 1.0, False),
        ("yeah and used not counting", 3.0, True),
        ("yes and i was sad about it for so long", 3.0, False),
        ("", 0.5, False),
    ],
)
def test_talk_is_never_taken_for_an_answer(text: str, voiced_s: float, short: bool) -> None:
    """More than 2 s or six words are no answer; but a yes before a few words is heard again."""
    assert short_enough(text, voiced_s) is short


def test_the_phrases_mean_what_their_list_says() -> None:
    """No phrase of the list of others is a yes; those that are a yes are read as one."""

    assert [phrase for phrase in sorted(ANSWERS.other) if answer(phrase) is Answer.YES] == []
    read = [phrase for phrase in sorted(ANSWERS.yes) if answer(phrase) is Answer.YES]
    assert len(read) > 0.8 * len(ANSWERS.yes)
    assert not ANSWERS.yes & ANSWERS.other


def test_every_word_is_in_the_dictionary(sphinx: Sphinx) -> None:
    """A word that the recogniser does not know would be heard by nobody."""
    phrases = ANSWERS.yes | ANSWERS.other | ANSWERS.words
    words = {word for phrase in phrases for word in phrase.split()}
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
    """The small model listens to replies alone."""
    clip = Clip(room.spoken("We could go to the lake on Sunday.", "slt"), 0)
    before = sphinx.transcribe(clip)
    sphinx.transcribe(Clip(room.spoken("yes", "slt"), 0), Expect.REPLY)
    assert sphinx.transcribe(clip) == before


def test_the_small_model_is_one() -> None:
    """After each word the probabilities of all words add up to 1, what it backs off to included."""
    lines = language_model(ANSWERS).splitlines()
    ones = [line.split() for line in lines[lines.index("\\1-grams:") + 1 :] if line]
    ones = ones[: [line[0] for line in ones].index("\\2-grams:")]
    alone = {word: 10 ** float(likely) for likely, word, _ in ones}
    back = {word: 10 ** float(weight) for _, word, weight in ones}
    assert sum(alone.values()) == pytest.approx(1, abs=0.01)
    pairs = [line.split() for line in lines[lines.index("\\2-grams:") + 1 :]]
    following = [
        (word, 10 ** float(p))
        for p, first, word in (x for x in pairs if len(x) == 3)
        if first == "yes"
    ]
    rest = 1 - sum(alone[word] for word, _ in following)
    assert sum(p for _, p in following) + back["yes"] * rest == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("less", [quieted, smoothed])
def test_steady_noise_is_taken_away_and_speech_is_left(less: Callable[[Samples], Samples]) -> None:
    """A second of hiss before a tone loses more than 6 dB, the tone in it less than 2 dB."""
    hiss = np.random.default_rng(5).normal(0, 0.01, 2 * RATE).astype(np.float32)
    at = np.arange(RATE // 2) / RATE
    tone = 0.3 * np.sin(2 * np.pi * 440 * at) * np.sin(2 * np.pi * 3 * at)
    sound = hiss.copy()
    sound[RATE : RATE + len(tone)] += tone.astype(np.float32)
    heard = less(sound)
    assert heard.shape == sound.shape
    quiet, loud = slice(RATE // 4, RATE * 3 // 4), slice(RATE, RATE + len(tone))
    assert level_db(heard[quiet]) < level_db(sound[quiet]) - 6
    assert level_db(heard[loud]) > level_db(sound[loud]) - 2
    assert np.array_equal(heard, less(sound))


@needs_voices
def test_an_answer_among_other_voices_is_heard(sphinx: Sphinx) -> None:
    """What was said to the coach stands out from those who talk on behind it."""
    said = room.spoken("yes, that's exactly it", "slt")
    whole = np.concatenate([room.silence(1.0), said, room.silence(1.6)])
    others = room.babble(8.0, 41, talkers=len(room.FLITE_VOICES))  # the same in every run
    noisy = room.with_noise(whole, others, 12.0)
    heard = " ".join(word.text for word in sphinx.transcribe(Clip(noisy, 0), Expect.REPLY))
    assert answer(heard) is Answer.YES
