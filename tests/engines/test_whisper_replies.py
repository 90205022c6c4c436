"""Short answers from Whisper: no prompt, its own limits, nothing that silence has said."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.engines.spoken import say
from voicecoach.engines import Expect
from voicecoach.engines.whisper import Whisper, believable, reply_segments


def segment(
    text: str,
    no_speech: float = 0.05,
    logprob: float = -0.3,
    ratio: float = 0.8,
    likely: float = 0.9,
) -> SimpleNamespace:
    return SimpleNamespace(
        text=text,
        no_speech_prob=no_speech,
        avg_logprob=logprob,
        compression_ratio=ratio,
        words=[SimpleNamespace(word=word, probability=likely) for word in text.split()],
    )


def kept(*segments: SimpleNamespace) -> list[str]:
    return [found.text for found in reply_segments(segments, "en")]


@pytest.mark.parametrize(
    ("text", "no_speech", "logprob", "believed"),
    [
        (" Yes.", 0.05, -0.3, True),
        (" Yes.", 0.5, -0.9, True),
        (" Yes.", 0.7, -0.3, True),
        (" Yes.", 0.7, -0.7, False),
        (" Yes.", 0.05, -1.1, False),
        (" Thank you.", 0.1, -0.3, True),
        (" Thank you.", 0.4, -0.3, False),
        (" Thanks for watching!", 0.4, -0.2, False),
        (" Thank you, that's right.", 0.4, -0.3, True),
    ],
)
def test_an_unsure_answer_or_a_known_invention_is_dropped(
    text: str, no_speech: float, logprob: float, believed: bool
) -> None:
    """A real "thank you" stays: a phrase alone never drops anything."""
    assert (kept(segment(text, no_speech, logprob)) == [text]) is believed


def test_an_answer_is_held_to_more_than_talk() -> None:
    """The same segment in a share is kept."""
    unsure = segment(" Yes.", 0.7, -0.7)
    assert believable(unsure, "en")
    assert kept(unsure) == []


@pytest.mark.parametrize(
    ("text", "no_speech", "likely", "believed"),
    [
        (" You", 0.95, 0.02, False),
        (" You", 0.05, 0.02, True),
        (" I was there", 0.95, 0.02, False),
        (" I was there", 0.95, 0.5, True),
        (" Thank you.", 0.65, 0.7, False),
        (" ...", 0.05, 0.9, False),
    ],
)
def test_what_noise_says_is_no_talk(
    text: str, no_speech: float, likely: float, believed: bool
) -> None:
    """As tiny.en writes it on hum and hiss; each of the limits by itself drops something."""
    assert believable(segment(text, no_speech, -0.9, likely=likely), "en") is believed


def test_repeats_are_dropped() -> None:
    """The same segment again, and one that repeats within itself."""
    assert kept(segment(" Yes."), segment(" Yes."), segment(" yes")) == [" Yes."]
    assert kept(segment(" Yes."), segment(" No."), segment(" Yes.")) == [" Yes.", " No.", " Yes."]
    assert kept(segment(" yes" * 40, ratio=9.0)) == []


@pytest.mark.parametrize("expect", list(Expect))
def test_nothing_is_suggested_to_it(english_whisper: Path, expect: Expect) -> None:
    """No prompt, no hotwords, no earlier text: they leak into short answers."""
    whisper = Whisper(english_whisper, device="cpu")
    asked: dict[str, Any] = {}
    transcribe = whisper._model.transcribe

    def listening(*args: Any, **options: Any) -> Any:
        asked.update(options)
        return transcribe(*args, **options)

    whisper._model.transcribe = listening
    whisper.transcribe(say("yes"), expect)
    assert asked["condition_on_previous_text"] is False
    assert not {"initial_prompt", "hotwords", "prefix"} & set(asked)
