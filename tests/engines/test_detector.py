"""The speech detector: it tells talk from silence, keeps its state, and its gate costs nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.engines.spoken import say
from voicecoach.engines import SpeechDetector
from voicecoach.engines.detector import CALM_FRAMES, Detector, silero_file
from voicecoach.engines.soundfiles import Recording
from voicecoach.speech.audio import FRAME, RATE, Samples
from voicecoach.speech.rumble import RumbleFilter

TALK = "I felt alone when you came home late again and did not call me."


def quiet(seconds: float, level: float = 3e-4) -> Samples:
    noise = np.random.default_rng(7).normal(0, level, int(seconds * RATE))
    return noise.astype(np.float32)


def probabilities(detector: Detector, samples: Samples) -> Samples:
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    return np.array([detector.probability(frame) for frame in frames], np.float32)


@pytest.fixture(scope="module")
def room() -> Samples:
    """Two quiet seconds, a sentence, three quiet seconds, a short answer, a quiet second."""
    parts = [quiet(2), say(TALK).samples, quiet(3), say("Yes.").samples, quiet(1)]
    return np.concatenate(parts)


def test_it_is_a_speech_detector() -> None:
    assert isinstance(Detector(), SpeechDetector)


def test_talk_is_likely_and_silence_is_not(room: Samples) -> None:
    heard = probabilities(Detector(), room)
    assert heard[: 2 * RATE // FRAME].max() < 0.3
    sentence = heard[int(2.4 * RATE / FRAME) : int(4.5 * RATE / FRAME)]
    assert np.mean(sentence > 0.5) > 0.8


def test_a_short_yes_after_a_long_silence_is_heard_from_the_first_stream_on() -> None:
    """No warm-up: an answer must not run into a detector that starts anew."""
    samples = np.concatenate([quiet(20), say("Yes.").samples, quiet(0.5)])
    heard = probabilities(Detector(), samples)
    assert heard[20 * RATE // FRAME :].max() > 0.5


def test_the_gate_answers_in_silence_and_changes_no_judgement(room: Samples) -> None:
    gated = probabilities(Detector(), room)
    judged = probabilities(Detector(gate=False), room)
    assert np.count_nonzero(gated == 0) > CALM_FRAMES
    assert np.array_equal(gated > 0.3, judged > 0.3)


def test_the_state_after_the_gate_is_as_if_the_judge_had_always_listened(room: Samples) -> None:
    gated = probabilities(Detector(), room)
    judged = probabilities(Detector(gate=False), room)
    spoken = judged > 0.3
    assert spoken.any()
    assert np.abs(gated - judged)[spoken].max() < 1e-3


def test_the_judge_hears_what_its_makers_let_it_hear(room: Samples) -> None:
    """Frame by frame they are those of faster-whisper's own pass, over the sound without rumble."""
    from faster_whisper.vad import get_vad_model

    whole = room[: len(room) // FRAME * FRAME]
    expected = np.asarray(get_vad_model()(RumbleFilter()(whole))).reshape(-1)
    assert np.abs(probabilities(Detector(gate=False), whole) - expected).max() < 1e-3


def test_a_frame_that_rises_out_of_the_calm_goes_to_the_judge() -> None:
    """The first frame of a word may be louder before webrtcvad hears a voice in it."""
    soft = quiet(FRAME / RATE, 1e-3)
    gated, judged = Detector(), Detector(gate=False)
    calm = quiet(2.0)
    assert probabilities(gated, calm)[-1] == 0 < probabilities(judged, calm)[-1]
    assert gated.probability(soft) == pytest.approx(judged.probability(soft), abs=1e-3) != 0


def test_the_gate_costs_no_f1_on_labelled_speech(evaluation: Path) -> None:
    clips = json.loads((evaluation / "speech" / "manifest.json").read_text())["clips"]
    labelled = [clip for clip in clips if "labels" in clip]
    assert len(labelled) > 20
    for threshold in (0.3, 0.5):
        gated = _f1(evaluation, labelled, True, threshold)
        assert gated >= _f1(evaluation, labelled, False, threshold)
        assert gated > 0.86


def _f1(evaluation: Path, clips: list[dict], gate: bool, threshold: float) -> float:  # type: ignore[type-arg]
    """F1 over frames, each clip after two seconds of quiet that close the gate."""
    before = 63
    hits = alarms = misses = 0
    for clip in clips:
        recording = Recording(evaluation / "speech" / clip["file"])
        frames = []
        while (frame := recording.read()) is not None:
            frames.append(frame.samples)
        recording.close()
        samples = np.concatenate([quiet(before * FRAME / RATE), *frames])
        heard = probabilities(Detector(gate=gate), samples)[before:] >= threshold
        middle = (np.arange(len(heard)) + 0.5) * FRAME / RATE
        truth = np.zeros(len(heard), bool)
        for start, end, speech in clip["labels"]:
            truth |= (middle >= start) & (middle < end) & bool(speech)
        hits += np.count_nonzero(heard & truth)
        alarms += np.count_nonzero(heard & ~truth)
        misses += np.count_nonzero(~heard & truth)
    return 2 * hits / (2 * hits + alarms + misses)


def test_without_silero_webrtcvad_listens_alone_and_says_so(tmp_path: Path, room: Samples) -> None:
    broken = tmp_path / "silero.onnx"
    broken.write_bytes(b"not a network")
    for model in (broken, tmp_path / "missing.onnx"):
        detector = Detector(model)
        assert "webrtcvad" in detector.note
        heard = probabilities(detector, room)
        assert heard[int(2.4 * RATE / FRAME) : int(4.5 * RATE / FRAME)].mean() > 0.6
        assert heard[RATE // FRAME : 2 * RATE // FRAME].max() < 0.5
    assert Detector().note == ""


def test_a_frame_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="512"):
        Detector().probability(np.zeros(480, np.float32))


def test_the_model_is_found_without_importing_its_package() -> None:
    """faster-whisper takes a second to import; the detector must not wait for it."""
    assert silero_file().is_file()
    code = (
        "import sys; from voicecoach.engines.detector import Detector; Detector();"
        "sys.exit('faster_whisper' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_cost_of_a_frame_is_printed(room: Samples, capsys: pytest.CaptureFixture[str]) -> None:
    for kind, samples in (("talk", say(TALK * 3).samples), ("silence", quiet(30))):
        detector = Detector()
        began = time.perf_counter()
        frames = len(probabilities(detector, samples))
        cost = (time.perf_counter() - began) / frames
        with capsys.disabled():
            print(f"\ndetector, {kind}: {1000 * cost:.3f} ms a frame of 32 ms")
        assert frames > 100
