"""A yes by Whisper that the embedded recogniser contradicts is no yes."""

from __future__ import annotations

import pytest

from tests.coach import answers_spoken as room
from voicecoach.dialogue.answers.expected import expected
from voicecoach.engines import Expect
from voicecoach.engines.short_answers import denying, reads_as_yes
from voicecoach.engines.sphinx import Sphinx
from voicecoach.engines.two_recognisers import Overheard, TwoRecognisers
from voicecoach.speech.audio import RATE, Clip
from voicecoach.utterance import Word


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(word, 0.0, 0.1, 1.0) for word in text.split())


class Writes:
    """A recogniser that writes the same whatever it hears, and denies with the same words."""

    name = "writes"
    cost_per_call_s = 30.0

    def __init__(
        self, text: str = "", denial: str | None = None, texts: tuple[str, ...] = ()
    ) -> None:
        self._text, self._denial, self._texts = text, denial, texts

    def transcribe(self, clip: Clip, expect: Expect = Expect.TALK) -> tuple[Word, ...]:
        return words(self._text)

    def overheard(self, clip: Clip) -> Overheard:
        denial = None if self._denial is None else words(self._denial)
        return Overheard(denial, self._texts, among_talk=bool(self._texts))


def said(text: str, voice: str = "rms") -> Clip:
    return Clip(room.spoken(text, voice), 0)


def heard(written: str, denial: str | None, expect: Expect = Expect.REPLY) -> str:
    both = TwoRecognisers(Writes(written), Writes(denial=denial))
    return " ".join(word.text for word in both.transcribe(Clip(room.silence(1.0), 0), expect))


@pytest.mark.parametrize(
    ("written", "denial", "holds"),
    [
        ("That's right.", "not right", "not right"),
        ("That's right.", "", ""),
        ("That's right.", None, "That's right."),
        ("No.", "not right", "No."),
        ("I felt alone.", "not right", "I felt alone."),
        ("", "not right", ""),
    ],
)
def test_only_a_yes_gives_way(written: str, denial: str | None, holds: str) -> None:
    assert heard(written, denial) == holds


@pytest.mark.parametrize(
    ("written", "heard_beside", "holds"),
    [
        ("Yes.", ("yes good", "yes and", "yes and"), ""),
        ("Yes.", ("hang", "oh yes", "yes and"), "Yes."),
        ("Yes, that's right!", ("that right", "", ""), "Yes, that's right!"),
        ("Not quite.", ("not", "", ""), "Not quite."),
    ],
)
def test_among_talk_a_yes_must_be_heard_to_its_end(
    written: str, heard_beside: tuple[str, ...], holds: str
) -> None:
    """What followed it may have been lost; only a yes is worth the question."""
    both = TwoRecognisers(Writes(written), Writes(texts=heard_beside))
    held = both.transcribe(Clip(room.silence(1.0), 0), Expect.REPLY)
    assert " ".join(word.text for word in held) == holds


def test_free_talk_is_the_first_ones_alone() -> None:
    assert heard("Yes, that's right.", "not right", Expect.TALK) == "Yes, that's right."


@pytest.mark.parametrize(
    ("texts", "holds"),
    [
        (("that's right", "yes", "right"), None),
        (("", "", ""), None),
        (("not right", "not right", "that's right"), "not right"),
        (("not right", "that's right", "that's right"), ""),
        (("yes but", "yes", "yes"), "yes but"),
    ],
)
def test_what_denies(texts: tuple[str, ...], holds: str | None) -> None:
    assert denying(texts, expected("en")) == holds


@pytest.mark.skipif(bool(room.missing_voices()), reason=room.missing_voices())
@pytest.mark.parametrize("text", ["not right", "no", "that's not it"])
def test_a_spoken_no_takes_a_yes_away(text: str) -> None:
    """Whatever the first one wrote: the second has heard the sound itself."""
    both = TwoRecognisers(Writes("That's right."), Sphinx())
    held = " ".join(word.text for word in both.transcribe(said(text), Expect.REPLY))
    assert not reads_as_yes(held)


@pytest.mark.skipif(bool(room.missing_voices()), reason=room.missing_voices())
@pytest.mark.parametrize("text", ["yes", "that's right", "exactly"])
def test_a_spoken_yes_stays(text: str) -> None:
    both = TwoRecognisers(Writes("Yes, that's right."), Sphinx())
    assert len(both.transcribe(said(text), Expect.REPLY)) == 3


def test_silence_denies_nothing() -> None:
    assert Sphinx().overheard(Clip(room.silence(1.0), 0)) == Overheard()
    assert Sphinx().overheard(Clip(room.silence(1.0)[: RATE // 20], 0)) == Overheard()
