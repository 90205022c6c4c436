"""Whatever a recorder made: containers, codecs, channels and rates go through the same loop."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.commands.running import SAMPLES, lines, phases, run
from voicecoach.engines.soundfiles import Recording

RECORDERS = {
    "stereo.wav": ("pcm_s16le", 44_100, "stereo"),
    "phone.m4a": ("aac", 48_000, "stereo"),
    "small.mp3": ("mp3", 22_050, "mono"),
    "deep.flac": ("flac", 96_000, "mono"),
}
"""File: its codec, rate and channels."""


def recorded(path: Path, codec: str, rate: int, layout: str) -> Path:
    """The beginning of the clean sample as that recorder would have written it."""
    import av

    timing = json.loads((SAMPLES / "timing.json").read_text())["clean"]["lines"]
    end_s = timing[4]["end_s"] + 1.0
    recording, parts = Recording(SAMPLES / "clean.flac"), []
    while (frame := recording.read()) is not None and frame.position < end_s * 16_000:
        parts.append(frame.samples)
    recording.close()
    sound = (np.concatenate(parts) * 32_767).astype(np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.layout = layout
        resampler = av.AudioResampler(
            format=stream.format, layout=layout, rate=rate, frame_size=stream.frame_size or 1024
        )
        source = av.AudioFrame.from_ndarray(sound[None, :], format="s16", layout="mono")
        source.sample_rate = 16_000
        for given in (source, None):
            for part in resampler.resample(given):
                container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", RECORDERS)
def test_any_recording_is_led(name: str, tmp_path: Path) -> None:
    """Stereo, 44.1 kHz, AAC, MP3: the same turns and phases."""
    path = recorded(tmp_path / name, *RECORDERS[name])
    done = run("talk", "--from", path, "--consent", "nothing", "--json", "--rounds", "1")
    assert done.returncode == 0, done.stderr
    assert phases(lines(done.stdout)) == ["share", "reflect", "check", "more", "close"]


@pytest.mark.slow
def test_a_telephones_recording_simply_works(tmp_path: Path) -> None:
    """8 kHz: what a telephone leaves of the words is led; the end of the file ends it in order."""
    path = recorded(tmp_path / "telephone.wav", "pcm_s16le", 8_000, "mono")
    done = run("talk", "--from", path, "--consent", "nothing", "--json", "--rounds", "1")
    assert done.returncode == 0, done.stderr
    shown = lines(done.stdout)
    assert len([line for line in shown if line["kind"] == "turn"]) >= 3
    assert phases(shown)[:2] == ["share", "reflect"]


@pytest.mark.slow
def test_real_time_changes_nothing_but_the_time(tmp_path: Path) -> None:
    """A file gives the same session at any speed."""
    path = recorded(tmp_path / "stereo.wav", *RECORDERS["stereo.wav"])
    common = ("--from", path, "--consent", "nothing", "--json", "--rounds", "1", "--quiet")
    fast, paced = (lines(run("talk", *common, *more).stdout) for more in ((), ("--realtime",)))
    assert fast == paced
