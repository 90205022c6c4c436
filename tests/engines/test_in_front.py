"""What was said behind an answer is no part of it; what could take a yes away always is."""

from __future__ import annotations

import numpy as np
import pytest

from tests.coach import answers_spoken as room
from voicecoach.dialogue.answers.expected import expected
from voicecoach.dialogue.messages import Answer, Question
from voicecoach.dialogue.replies import understand
from voicecoach.engines import Expect
from voicecoach.engines.short_answers import in_front
from voicecoach.engines.sphinx import Sphinx
from voicecoach.speech.audio import RATE, Clip
from voicecoach.speech.foreground import BEHIND_DB, among_talk, comes_and_goes, softer_db
from voicecoach.utterance import Word

FAR = BEHIND_DB + 3


def kept(text: str, *softer: float) -> str:
    words = tuple(Word(word, 0.0, 0.1, 1.0) for word in text.split())
    return " ".join(word.text for word in words[in_front(words, softer, expected("en"))])


@pytest.mark.parametrize(
    ("text", "softer", "left"),
    [
        ("long all yes that's right read", (FAR, FAR, 0, 2, 1, FAR), "yes that's right"),
        ("yes that's right", (0, 2, 8), "yes that's right"),
        ("yes an right", (0, FAR, 1), "yes an right"),
        ("yes", (0.0,), "yes"),
    ],
)
def test_only_soft_words_at_the_edges_go(text: str, softer: tuple[float, ...], left: str) -> None:
    """A soft word in the middle is the answer's own."""
    assert kept(text, *softer) == left


@pytest.mark.parametrize("word", ["not", "but", "if", "said", "almost", "don't", "unless"])
@pytest.mark.parametrize("at", [0, 3])
def test_what_takes_a_yes_away_stays_however_soft(word: str, at: int) -> None:
    """And with it all the rest, so that the answer is asked for again."""
    words = ["yes", "that's", "right"]
    words.insert(at, word)
    softer = [0.0] * 4
    softer[at] = 30.0
    assert kept(" ".join(["oh", *words]), 30.0, *softer) == " ".join(["oh", *words])


def test_nothing_stays_nothing() -> None:
    assert in_front((), (), expected("en")) == slice(0, 0)


def test_levels_are_those_of_the_spans() -> None:
    """Half as loud is 6 dB softer; an empty span is softer than anything."""
    tone = np.sin(np.arange(RATE) * 0.9).astype(np.float32)
    samples = np.concatenate([tone, tone / 2])
    spans = [(100, RATE - 100), (RATE + 100, 2 * RATE - 100), (5, 5)]
    first, second, empty = softer_db(samples, spans)
    assert first == 0 and second == pytest.approx(6.02, abs=0.1) and empty > 60


def test_a_quiet_room_has_nobody_behind() -> None:
    """There a soft word is the speaker's own, and nothing is taken away."""
    noise = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    assert among_talk(np.concatenate([noise, noise / 5]))
    assert not among_talk(np.concatenate([noise, noise / 1000]))


@pytest.mark.skipif(bool(room.missing_voices()), reason=room.missing_voices())
@pytest.mark.parametrize("kind", list(room.NOISES))
def test_talk_behind_comes_and_goes_and_noise_does_not(kind: str) -> None:
    """However loud it is, with an answer in it."""
    for seed, snr_db in enumerate((5, 10, 15)):
        said = np.concatenate([room.silence(0.3), room.spoken("yes, you did", "awb")])
        said = np.concatenate([said, room.silence(0.8)])
        sound = room.with_noise(said, room.NOISES[kind](5.0, 40 + seed), snr_db)
        assert comes_and_goes(sound) is (kind == "babble")


@pytest.mark.skipif(bool(room.missing_voices()), reason=room.missing_voices())
def test_talk_keeps_its_soft_ends() -> None:
    """What is too long for an answer is written down as free talk is."""
    ends = [room.spoken("I would like one free evening in the week", "rms")]
    ends += [room.spoken("with you and the children", "rms") * 0.25, room.silence(0.5)]
    whole = np.concatenate(ends).astype(np.float32)
    clip = Clip(room.with_noise(whole, room.pink(30.0, 3), 25.0), 0)
    sphinx = Sphinx()
    assert "children" in [word.text for word in sphinx.transcribe(clip)]
    assert sphinx.transcribe(clip, Expect.REPLY) == sphinx.transcribe(clip)


def paused(first: str, second: str, softer_db: float = 0.0) -> Clip:
    """Two phrases with 0.7 s between them, time around them, and hiss 25 dB below."""
    parts = [room.silence(0.8), room.spoken(first, "rms"), room.silence(0.7)]
    parts += [room.spoken(second, "rms") * 10 ** (-softer_db / 20), room.silence(0.8)]
    whole = np.concatenate(parts).astype(np.float32)
    return Clip(room.with_noise(whole, room.pink(30.0, 3), 25.0), 0)


@pytest.mark.skipif(bool(room.missing_voices()), reason=room.missing_voices())
@pytest.mark.parametrize("softer", [0.0, 5.0])
def test_who_pauses_is_heard_to_the_end(softer: float) -> None:
    """In a room that is not quiet: neither half of a share is lost, and no "but" behind a yes."""
    sphinx = Sphinx()
    share = paused("I am proud of your work.", "I would like one free evening in the week.", softer)
    words = [word.text for word in sphinx.transcribe(share, Expect.REPLY)]
    assert {"proud", "work", "evening", "week"} <= set(words)
    doubted = sphinx.transcribe(paused("yes", "but not really", softer), Expect.REPLY)
    assert (
        understand(" ".join(w.text for w in doubted), Question.SATISFIED).answer is not Answer.YES
    )
