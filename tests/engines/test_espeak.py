"""The embedded voice: its languages and variants, and what it says when it cannot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from voicecoach.engines.voices.espeak import Espeak
from voicecoach.errors import ModelError


def test_it_speaks_at_22050_hz_and_calmly() -> None:
    """About 150 words a minute: 13 words take more than four seconds (2.9 at the usual pace)."""
    text = "Ben, please say back to Anna what you have just heard from her."
    samples, rate = Espeak().speak(text)
    assert rate == 22_050
    assert 4.0 < len(samples) / rate < 7.0


def test_a_variant_is_another_person() -> None:
    usual, _ = Espeak("en").speak("Is there more?")
    other, _ = Espeak("en+f3").speak("Is there more?")
    assert len(usual) != len(other) or not np.array_equal(usual, other)


def test_each_instance_keeps_its_own_voice() -> None:
    """The library has one state for all; a second voice must not change the first."""
    english = Espeak("en")
    before = len(english.speak("Is there more?")[0])
    Espeak("de").speak("Gibt es mehr?")
    assert abs(len(english.speak("Is there more?")[0]) - before) < 0.05 * before


@pytest.mark.parametrize("language", ["xx", "", "en+nobody", "en-gb\0", "../../etc"])
def test_an_unknown_voice_is_one_sentence(language: str) -> None:
    with pytest.raises(ModelError, match="knows no language") as caught:
        Espeak(language)
    assert caught.value.exit_code == 4
    assert caught.value.hint


def test_missing_data_is_one_sentence_and_does_not_end_the_program(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ModelError, match="data is not in"):
            Espeak(data=path)
    assert len(Espeak().speak("Still here.")[0]) > 0


def test_data_at_the_end_of_a_long_path_is_found(tmp_path: Path) -> None:
    """The library cuts paths at 160 bytes; an environment may lie deeper than that."""
    import espeakng_loader

    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    data = deep / "espeak-ng-data"
    data.symlink_to(espeakng_loader.get_data_path(), target_is_directory=True)
    code = (
        "import sys; from pathlib import Path\n"
        "from voicecoach.engines.voices.espeak import Espeak\n"
        "print(len(Espeak(data=Path(sys.argv[1])).speak('Hello.')[0]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(data)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) > 5_000


def test_a_text_of_blanks_is_no_sound() -> None:
    for text in ("  ", "\n", "\0"):
        assert Espeak().speak(text)[0].shape == (0,)
