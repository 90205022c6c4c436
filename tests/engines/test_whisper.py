"""Whisper: the true path through faster-whisper, with a model built here."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.engines import tiny_whisper
from tests.engines.spoken import say
from voicecoach.engines import Expect
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.engines.whisper import Whisper, believable, words_within
from voicecoach.engines.worker import RecogniserProcess
from voicecoach.errors import ModelError
from voicecoach.speech.audio import RATE, Clip, Samples


@pytest.fixture(scope="module")
def whisper(english_whisper: Path) -> Whisper:
    return Whisper(english_whisper, device="cpu")


def noise(seconds: float) -> Samples:
    return np.random.default_rng(1).normal(0, 0.1, int(seconds * RATE)).astype(np.float32)


def text(whisper: Whisper, clip: Clip) -> str:
    return " ".join(word.text for word in whisper.transcribe(clip))


def copied(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to / "copied"))


def test_words_come_without_the_spaces_of_their_tokens(whisper: Whisper) -> None:
    assert [w.text for w in whisper.transcribe(say("hello"))] == ["you", "can", "hear", "me"]


def test_a_reply_is_decoded_too(whisper: Whisper) -> None:
    assert len(whisper.transcribe(say("yes"), Expect.REPLY)) == 4


def test_the_same_clip_gives_the_same_words(whisper: Whisper) -> None:
    first = whisper.transcribe(Clip(noise(2), 0))
    whisper.transcribe(say("something else"))
    assert whisper.transcribe(Clip(noise(2), 0)) == first


def test_more_than_one_window_is_decoded_to_its_end(whisper: Whisper) -> None:
    """A clip of 65 s takes three windows; words of the last one lie in the last one."""
    words = whisper.transcribe(Clip(noise(65), 0))
    assert len(words) >= 12
    assert words[-1].end_s > 60


def test_a_model_of_many_languages_hears_the_one_it_is_told(many_whisper: Path) -> None:
    german = Whisper(many_whisper, "de", device="cpu")
    assert text(german, say("ja", voice="de")) == "ja das stimmt"


def test_an_english_model_is_refused_for_another_language(english_whisper: Path) -> None:
    with pytest.raises(ModelError, match="does not know the language 'de'") as told:
        Whisper(english_whisper, "de", device="cpu")
    assert "models fetch" in told.value.hint


def test_an_unknown_language_is_refused(many_whisper: Path) -> None:
    with pytest.raises(ModelError, match="does not know the language 'xx'"):
        Whisper(many_whisper, "xx", device="cpu")


def test_what_it_takes_for_silence_and_is_unsure_of_is_dropped(tmp_path: Path) -> None:
    """The model says "you know" but also that nobody spoke: nobody spoke."""
    sure, unsure = (
        tiny_whisper.build(tmp_path / str(sure), "you know", multilingual=True, sure=sure)
        for sure in (True, False)
    )
    assert text(Whisper(sure, device="cpu"), Clip(noise(2), 0)) == "you know"
    assert text(Whisper(unsure, device="cpu"), Clip(noise(2), 0)) == ""


def test_endless_repetition_is_dropped(tmp_path: Path) -> None:
    looping = tiny_whisper.build(tmp_path / "looping", "thank you " * 40)
    assert text(Whisper(looping, device="cpu"), Clip(noise(2), 0)) == ""


@pytest.mark.parametrize(
    ("no_speech", "logprob", "ratio", "kept"),
    [
        (0.1, -0.3, 1.2, True),
        (0.9, -0.3, 1.2, True),
        (0.1, -1.5, 1.2, True),
        (0.61, -1.01, 1.2, False),
        (0.1, -0.3, 2.5, False),
    ],
)
def test_what_is_believed(no_speech: float, logprob: float, ratio: float, kept: bool) -> None:
    segment = SimpleNamespace(
        text=" you know",
        no_speech_prob=no_speech,
        avg_logprob=logprob,
        compression_ratio=ratio,
        words=[],
    )
    assert believable(segment, "en") is kept


def test_words_stay_in_the_clip_and_in_order() -> None:
    """Alignment reaches into the padding and, at times, back before the word before."""
    clip = Clip(np.zeros(2 * RATE, np.float32), 10 * RATE)
    times = [(0.5, 0.9), (0.4, 0.45), (1.9, 2.7), (2.8, 3.1)]
    aligned = [SimpleNamespace(word=" so", start=a, end=b, probability=0.5) for a, b in times]
    segments = [SimpleNamespace(words=aligned[:2]), SimpleNamespace(words=aligned[2:])]
    got = [(word.start_s, word.end_s) for word in words_within(clip, segments)]
    assert got == [(10.5, 10.9), (10.5, 10.5), (11.9, 12.0), (12.0, 12.0)]


@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
def test_a_missing_file_is_named(english_whisper: Path, tmp_path: Path, name: str) -> None:
    folder = copied(english_whisper, tmp_path)
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"lacks its file {name}") as told:
        Whisper(folder, device="cpu")
    assert "models fetch" in told.value.hint
    assert told.value.exit_code == 4


@pytest.mark.parametrize("bytes_left", [0, 3, 100, 100_000])
def test_a_truncated_model_is_refused(
    english_whisper: Path, tmp_path: Path, bytes_left: int
) -> None:
    """Also one that was not fetched by us, so that nothing tells its size."""
    folder = copied(english_whisper, tmp_path)
    whole = (folder / "model.bin").read_bytes()
    (folder / "model.bin").write_bytes(whole[:bytes_left])
    with pytest.raises(ModelError, match="cannot be read"):
        Whisper(folder, device="cpu")


def test_a_truncated_tokenizer_is_refused(english_whisper: Path, tmp_path: Path) -> None:
    folder = copied(english_whisper, tmp_path)
    (folder / "tokenizer.json").write_text('{"model": {')
    with pytest.raises(ModelError, match=r"damaged tokenizer\.json"):
        Whisper(folder, device="cpu")


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model folder"):
        Whisper(tmp_path / "none", device="cpu")


def test_the_network_is_never_asked(english_whisper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading and decoding work although no connection can be made."""

    def refuse(*args: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert text(Whisper(english_whisper, device="cpu"), say("hello")) == "you can hear me"


def test_it_runs_in_its_process(english_whisper: Path) -> None:
    process = RecogniserProcess(RecogniserSpec("whisper", english_whisper))
    try:
        assert process.cost_per_call_s == 30
        process.submit(1, say("hello"), Expect.TALK)
        (result,) = process.wait()
        assert process.name == "whisper english"
    finally:
        process.close()
    assert " ".join(word.text for word in result.words) == "you can hear me"


def test_its_process_tells_of_a_damaged_model(english_whisper: Path, tmp_path: Path) -> None:
    folder = copied(english_whisper, tmp_path)
    (folder / "model.bin").write_bytes(b"")
    process = RecogniserProcess(RecogniserSpec("whisper", folder))
    try:
        with pytest.raises(ModelError, match="cannot be read"):
            process.wait_ready()
    finally:
        process.close()


def test_nothing_is_written_to_the_terminal(english_whisper: Path) -> None:
    code = (
        "import sys, numpy as np; from pathlib import Path;"
        "from voicecoach.engines.whisper import Whisper; from voicecoach.speech.audio import Clip;"
        "noise = np.random.default_rng(1).normal(0, .1, 16000).astype('float32');"
        "Whisper(Path(sys.argv[1]), device='cpu').transcribe(Clip(noise, 0))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, str(english_whisper)], capture_output=True, text=True
    )
    assert (out.returncode, out.stdout, out.stderr) == (0, "", "")
