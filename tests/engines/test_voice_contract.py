"""What every voice promises, said once and run against each of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.tiny_piper import missing, tiny_voice
from voicecoach.engines import Voice
from voicecoach.engines.scripted import SilentVoice
from voicecoach.engines.voices.espeak import Espeak
from voicecoach.engines.voices.kept import KeptVoice
from voicecoach.engines.voices.piper import Piper


def piper(folder: Path) -> Voice:
    """Piper with a tiny voice; skipped where the extra is not installed."""
    if missing():
        pytest.skip(missing())
    return Piper(tiny_voice(folder / "tiny"))


VOICES: dict[str, Callable[[Path], Voice]] = {
    "espeak": lambda _: Espeak(),
    "silent": lambda _: SilentVoice(),
    "piper": piper,
    "kept": lambda _: KeptVoice(Espeak()),
}

SENTENCE = "Anna, please tell Ben what is on your mind."


@pytest.fixture(params=VOICES)
def voice(request: pytest.FixtureRequest, tmp_path: Path) -> Voice:
    return VOICES[request.param](tmp_path)


class TestEveryVoice:
    def test_it_is_a_voice_with_a_name(self, voice: Voice) -> None:
        assert isinstance(voice, Voice)
        assert voice.name

    def test_a_sentence_is_mono_float_sound_within_full_scale(self, voice: Voice) -> None:
        samples, rate = voice.speak(SENTENCE)
        assert samples.dtype == np.float32 and samples.ndim == 1
        assert 8_000 <= rate <= 48_000
        assert 1.5 < len(samples) / rate < 8
        assert np.isfinite(samples).all() and np.abs(samples).max() <= 1.0

    def test_no_words_are_no_samples(self, voice: Voice) -> None:
        samples, rate = voice.speak("")
        assert samples.shape == (0,) and samples.dtype == np.float32 and rate > 0

    def test_a_longer_text_takes_longer(self, voice: Voice) -> None:
        once, _ = voice.speak(SENTENCE)
        twice, _ = voice.speak(SENTENCE + " " + SENTENCE)
        assert len(twice) > 1.5 * len(once)

    def test_it_can_be_asked_again_and_again(self, voice: Voice) -> None:
        lengths = [len(voice.speak(SENTENCE)[0]) for _ in range(25)]
        assert max(lengths) < 1.05 * min(lengths)

    def test_any_text_is_spoken_or_passed_over(self, voice: Voice) -> None:
        for text in ("...", "<b>&</b> [[h@l]]", "Zoë naïve 5 €", "愛 \ud800 \x07", "no " * 200):
            samples, _ = voice.speak(text)
            assert samples.ndim == 1

    def test_two_threads_may_ask_at_once(self, voice: Voice) -> None:
        alone = len(voice.speak(SENTENCE)[0])
        lengths: list[int] = []

        def ask() -> None:
            lengths.extend(len(voice.speak(SENTENCE)[0]) for _ in range(5))

        threads: list[Any] = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(lengths) == 10
        assert all(abs(length - alone) < 0.05 * alone for length in lengths)
