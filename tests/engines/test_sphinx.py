"""The embedded recogniser: English, quiet on the terminal, the same text for the same clip."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tests.engines.spoken import say
from voicecoach.engines.sphinx import Sphinx
from voicecoach.errors import ModelError
from voicecoach.speech.audio import RATE, Clip


@pytest.fixture(scope="module")
def sphinx() -> Sphinx:
    return Sphinx()


def heard(sphinx: Sphinx, clip: Clip) -> str:
    return " ".join(word.text for word in sphinx.transcribe(clip))


@pytest.mark.parametrize("text", ["yes", "no", "what can you do for your country"])
def test_it_hears_clear_speech(sphinx: Sphinx, text: str) -> None:
    """espeak-ng's sound varies a little from run to run: a first "what" may come out as "well"."""
    assert heard(sphinx, say(text)).removeprefix("well").removeprefix("what") == text.removeprefix(
        "what"
    )


@pytest.mark.parametrize("gain", [0.001, 0.3, 4.0])
def test_loud_or_quiet_makes_no_difference(sphinx: Sphinx, gain: float) -> None:
    """Someone far from the microphone is heard as well as someone near."""
    clip = say("what can you do for your country")
    assert heard(sphinx, Clip(clip.samples * np.float32(gain), 0)) == heard(sphinx, clip)


def test_words_bear_no_marks_of_the_dictionary(sphinx: Sphinx) -> None:
    """Silences, noises and the numbers of pronunciations are not words."""
    clip = say("the man and the woman read to a friend, and then to the other")
    words = sphinx.transcribe(clip)
    assert len(words) > 8
    assert all(word.text.replace("'", "").isalpha() for word in words)


def test_the_text_depends_on_the_clip_alone(sphinx: Sphinx) -> None:
    """What was heard before changes nothing: a recording gives the same session every time."""
    first = sphinx.transcribe(say("I was sad when you left"))
    rumble = np.random.default_rng(1).normal(0, 0.2, 3 * RATE).astype(np.float32)
    sphinx.transcribe(Clip(rumble, 0))
    assert sphinx.transcribe(say("I was sad when you left")) == first


def test_probabilities_are_given(sphinx: Sphinx) -> None:
    words = sphinx.transcribe(say("what can you do for your country"))
    assert all(0 <= word.probability <= 1 for word in words)
    assert len({word.probability for word in words}) > 1


def test_another_language_is_refused_with_a_hint() -> None:
    with pytest.raises(ModelError, match="English only, not 'de'") as told:
        Sphinx("de")
    assert "models fetch" in told.value.hint


def test_nothing_is_written_to_the_terminal() -> None:
    code = (
        "import numpy as np; from voicecoach.engines.sphinx import Sphinx;"
        "from voicecoach.speech.audio import Clip; s = Sphinx();"
        "noise = np.random.default_rng(1).normal(0, .1, 16000).astype('float32');"
        "s.transcribe(Clip(noise, 0)); s.transcribe(Clip(noise[:1700], 0))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (out.stdout, out.stderr) == ("", "")
