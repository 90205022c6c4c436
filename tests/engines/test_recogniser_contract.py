"""What every recogniser keeps, whichever it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engines.spoken import say
from voicecoach.engines import Expect, Recogniser
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.engines.worker import open_recogniser
from voicecoach.speech.audio import RATE, Clip

FAR = 3600 * RATE
"""Clips lie an hour into the input: times are those of the input, not of the clip."""


@pytest.fixture(scope="module", params=["sphinx", "whisper"])
def recogniser(request: pytest.FixtureRequest) -> Recogniser:
    folder: Path | None = None
    if request.param == "whisper":
        folder = request.getfixturevalue("english_whisper")
    return open_recogniser(RecogniserSpec(request.param, folder))


class TestEveryRecogniser:
    def test_keeps_the_protocol(self, recogniser: Recogniser) -> None:
        assert isinstance(recogniser, Recogniser)
        assert recogniser.name
        assert recogniser.cost_per_call_s >= 0

    @pytest.mark.parametrize("expect", list(Expect))
    def test_words_lie_in_the_clip_and_in_order(
        self, recogniser: Recogniser, expect: Expect
    ) -> None:
        clip = say("what can you do for your country", position=FAR)
        words = recogniser.transcribe(clip, expect)
        assert words
        assert all(word.text.strip() == word.text != "" for word in words)
        assert all(
            clip.start_s <= word.start_s <= word.end_s <= clip.end_s + 1e-6 for word in words
        )
        starts = [word.start_s for word in words]
        assert starts == sorted(starts)
        assert all(0 <= word.probability <= 1 for word in words)

    @pytest.mark.parametrize("seconds", [0.2, 1.0, 5.0])
    def test_silence_gives_nothing(self, recogniser: Recogniser, seconds: float) -> None:
        silence = np.zeros(int(seconds * RATE), np.float32)
        assert recogniser.transcribe(Clip(silence, FAR)) == ()

    @pytest.mark.parametrize("samples", [0, 1, 100, 1599])
    def test_less_than_a_sound_gives_nothing(self, recogniser: Recogniser, samples: int) -> None:
        assert recogniser.transcribe(Clip(np.full(samples, 0.1, np.float32), FAR)) == ()

    @pytest.mark.parametrize("samples", [1600, 2000, 4000])
    def test_very_short_clips_do_not_fail(self, recogniser: Recogniser, samples: int) -> None:
        noise = np.random.default_rng(2).normal(0, 0.1, samples).astype(np.float32)
        words = recogniser.transcribe(Clip(noise, FAR))
        assert all(3600 <= word.start_s <= word.end_s <= 3600.25 for word in words)

    def test_half_a_minute_works(self, recogniser: Recogniser) -> None:
        sentence = say("what can you do for your country").samples
        samples = np.tile(sentence, 30 * RATE // len(sentence) + 1)[: 30 * RATE]
        words = recogniser.transcribe(Clip(samples, FAR))
        assert len(words) >= 4
        assert all(3600 <= word.start_s <= word.end_s <= 3630 for word in words)

    @pytest.mark.parametrize("level", [1e-3, 1.0, 5.0])
    def test_any_level_works(self, recogniser: Recogniser, level: float) -> None:
        """Whispered, or so loud that it clips."""
        samples = say("yes").samples
        loud = samples * np.float32(level / np.abs(samples).max())
        assert recogniser.transcribe(Clip(loud, 0), Expect.REPLY)

    def test_the_clip_is_left_as_it_was(self, recogniser: Recogniser) -> None:
        clip = say("yes")
        before = clip.samples.copy()
        recogniser.transcribe(clip)
        assert np.array_equal(clip.samples, before)
