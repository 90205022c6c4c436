"""The recorded dialogues are what their scripts say, and can be made again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from samples import make_samples, room_sounds
from tests.benchmarks import sample_recognition
from voicecoach.dialogue.messages import Phase
from voicecoach.engines.scripted import parse, read_script
from voicecoach.engines.sphinx import Sphinx
from voicecoach.errors import InputError

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.txt"))
TIMING: dict[str, Any] = json.loads((SAMPLES / "timing.json").read_text(encoding="utf-8"))

SHORT = """
# title: Short
# voices: ANNA slt 1.0, BEN rms 1.1
ANNA: I was alone, because [1.5 s] you were not there at dinner.
(noise: cough)
(0.5 s)
BEN: Yes.
(1.0 s)
"""

needs_flite = pytest.mark.skipif(
    shutil.which("flite") is None, reason="flite, which speaks the samples, is not installed"
)


def recording(path: Path) -> tuple[np.ndarray, dict[str, Any]]:
    """The samples as integers, and what kind of file it is."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        kind = {
            "rate": stream.rate,
            "channels": stream.channels,
            "format": stream.codec_context.format.name,
            "codec": stream.codec_context.name,
        }
        blocks = [frame.to_ndarray().reshape(-1) for frame in container.decode(stream)]
    return np.concatenate(blocks), kind


def level_db(samples: np.ndarray) -> float:
    """Root mean square level of 16 bit samples in dBFS."""
    return float(20 * np.log10(np.sqrt(np.mean((samples / 32768.0) ** 2)) + 1e-9))


def test_there_are_the_three_samples_at_least() -> None:
    """One clean dialogue, one with corrections, one that is hard to follow."""
    assert {"clean", "corrections", "adversarial"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_script_has_its_recording(name: str) -> None:
    """16 kHz, mono, 16 bit FLAC, small enough to carry about."""
    path = SAMPLES / f"{name}.flac"
    samples, kind = recording(path)
    assert kind == {"rate": 16_000, "channels": 1, "format": "s16", "codec": "flac"}
    assert path.stat().st_size < 2_500_000
    assert len(samples) < 180 * 16_000


@pytest.mark.parametrize("name", NAMES)
def test_the_path_names_phases_and_ends_in_the_close(name: str) -> None:
    """A path is made of phases of the dialogue; both partners share in it."""
    path = read_script(SAMPLES / f"{name}.txt").path
    assert set(path) <= {phase.value for phase in Phase}
    assert path[0] == "share"
    assert path[-1] == "close"
    assert path.count("swap") == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_recording_is_made_from_the_script_as_it_stands(name: str) -> None:
    """Lines, order and gaps of the script are those of the recording; none was edited alone."""
    sounds, tail_s = make_samples.sounds_of(read_script(SAMPLES / f"{name}.txt"))
    placed = TIMING[name]["lines"]
    end_s = 0.0
    for sound, place in zip(sounds, placed, strict=True):
        spoken = isinstance(sound, make_samples.Spoken)
        assert (sound.text if spoken else sound.kind) == place["text"]
        assert (sound.name if spoken else "") == place["name"]
        assert place["start_s"] - end_s == pytest.approx(sound.gap_s, abs=0.001)
        end_s = place["end_s"]
    assert TIMING[name]["seconds"] == pytest.approx(end_s + tail_s, abs=0.001)
    samples, _ = recording(SAMPLES / f"{name}.flac")
    assert len(samples) / 16_000 == pytest.approx(TIMING[name]["seconds"], abs=0.001)


@pytest.mark.parametrize("name", NAMES)
def test_people_talk_where_the_script_says_and_are_silent_between(name: str) -> None:
    """Every line is heard at its place; every gap holds nothing louder than a breath."""
    samples, _ = recording(SAMPLES / f"{name}.flac")
    end = 0
    for place in TIMING[name]["lines"]:
        start, stop = (round(place[key] * 16_000) for key in ("start_s", "end_s"))
        assert level_db(samples[end:start]) < -45
        assert level_db(samples[start:stop]) > -32
        end = stop
    assert level_db(samples[end:]) < -45


@pytest.mark.parametrize("name", NAMES)
def test_a_line_is_as_long_as_its_words_and_pauses(name: str) -> None:
    """Without the pauses written into a line, people say 1 to 6 words a second."""
    sounds, _ = make_samples.sounds_of(read_script(SAMPLES / f"{name}.txt"))
    for sound, place in zip(sounds, TIMING[name]["lines"], strict=True):
        if isinstance(sound, make_samples.Spoken):
            spoken_s = place["end_s"] - place["start_s"] - sum(sound.pauses_s)
            assert 1 < len(sound.text.split()) / spoken_s < 6, sound.text


@needs_flite
def test_the_same_script_gives_the_same_recording(tmp_path: Path) -> None:
    """Made twice: the same samples, the same bytes; another seed sounds different."""
    script = parse(SHORT)
    first, placed = make_samples.perform(script, seed=1)
    second, _ = make_samples.perform(script, seed=1)
    other, _ = make_samples.perform(script, seed=2)
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)
    assert len(placed) == 3
    for file in ("a.flac", "b.flac"):
        make_samples.write_flac(tmp_path / file, first, "Short")
    assert (tmp_path / "a.flac").read_bytes() == (tmp_path / "b.flac").read_bytes()


@needs_flite
def test_gaps_and_pauses_last_as_long_as_written() -> None:
    """A gap, a pause inside a line and the default are silent for exactly their time."""
    script = parse(SHORT)
    samples, (share, cough, reply) = make_samples.perform(script, seed=1)
    assert share.start == 2 * 16_000
    assert cough.start - share.end == 2 * 16_000
    assert reply.start - cough.end == 8_000
    assert len(samples) - reply.end == 16_000
    quiet = np.abs(samples[share.start : share.end]) < 0.01
    runs = np.diff(np.flatnonzero(np.concatenate(([True], ~quiet, [True]))))
    assert runs.max() / 16_000 == pytest.approx(1.5, abs=0.1)


@needs_flite
def test_a_recording_survives_as_flac_bit_by_bit(tmp_path: Path) -> None:
    """FLAC loses nothing: what was made is what is read."""
    samples, _ = make_samples.perform(parse(SHORT), seed=1)
    make_samples.write_flac(tmp_path / "a.flac", samples, "Short")
    read, _ = recording(tmp_path / "a.flac")
    assert np.array_equal(read, np.round(samples * 32767).astype(np.int16))


def test_without_flite_the_maker_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what is missing and how to install it."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match="apt install flite"):
        make_samples.say("Yes.", make_samples.Manner("slt", 1.0))


def test_a_sound_nobody_can_make_is_named() -> None:
    """A script with an unknown noise is refused, with the noises there are."""
    with pytest.raises(InputError, match="thunder"):
        make_samples.perform(parse("ANNA: Yes.\n(noise: thunder)"), seed=1)


def test_a_script_without_voices_is_refused() -> None:
    """The maker needs to know who sounds like whom."""
    with pytest.raises(InputError, match="whose voice"):
        make_samples.perform(parse("ANNA: Yes."), seed=1)


@pytest.mark.parametrize("name", sorted(room_sounds.NOISES))
def test_noises_are_short_finite_and_heard(name: str) -> None:
    """Each sound lasts less than two seconds and is not silent."""
    sound = room_sounds.NOISES[name](np.random.default_rng(1))
    assert 0.2 < len(sound) / 16_000 < 2
    assert sound.dtype == np.float32
    assert np.isfinite(sound).all()
    assert sound.std() > 0


def test_room_noise_has_the_level_asked_for() -> None:
    """35 dB below the voices means 35 dB."""
    noise = room_sounds.room_noise(np.random.default_rng(1), 32_000, -59.0)
    assert 20 * np.log10(noise.std()) == pytest.approx(-59.0, abs=0.1)


def test_an_unknown_sample_is_named() -> None:
    """`make_samples nothing` says in one sentence that there is no such script, and which are."""
    command = [sys.executable, "-m", "samples.make_samples", "nothing"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=SAMPLES.parent, check=False)
    assert done.returncode == 5
    assert "nothing.txt" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_embedded_recogniser_understands_the_sample(name: str) -> None:
    """At most 12 % of the words wrong, and every short answer and question word for word."""
    lines = sample_recognition.lines_of(name, Sphinx())
    assert sample_recognition.figures(lines)["word_error_rate"] <= 0.12
    short = [line for line in lines if sample_recognition.is_short(line)]
    assert [line.text for line in short if line.errors] == []
    assert len(short) >= 6
    questions = [line for line in lines if sample_recognition.question_of(line)]
    assert [line.text for line in questions if not sample_recognition.question_right(line)] == []
    assert len(questions) >= 4
