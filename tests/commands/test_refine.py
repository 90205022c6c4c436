"""`voicecoach talk --refine`: whole turns written down once more, by a model that is here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.running import SAMPLES, lines, phases, run
from tests.commands.test_recordings import RECORDERS, recorded
from tests.engines import tiny_whisper
from voicecoach.session import record
from voicecoach.session.library import Library


def test_without_a_model_it_says_so_and_what_to_do(tmp_path: Path) -> None:
    """Before anything is begun; the exit code is that of a missing model."""
    library = tmp_path / "library"
    done = run(
        *("talk", "--from", SAMPLES / "clean.flac", "--refine", "--library", library),
        VOICECOACH_DATA=str(tmp_path),
    )
    assert done.returncode == 4
    assert "--refine writes turns down once more with a Whisper model, and none is here" in (
        done.stderr
    )
    assert "voicecoach models fetch base.en" in done.stderr
    assert not library.exists()


@pytest.mark.slow
def test_the_record_is_corrected_and_the_session_is_the_same(tmp_path: Path) -> None:
    """Sphinx leads it; the share and the mirror get the other model's text beside their own."""
    path = recorded(tmp_path / "stereo.wav", *RECORDERS["stereo.wav"])
    tiny_whisper.build(tmp_path / "models" / "base.en", "so it is")
    shown = []
    for name, more in (("plain", ()), ("refined", ("--refine",))):
        done = run(
            *("talk", "--from", path, "--json", "--rounds", "1", "--recogniser", "sphinx", *more),
            *("--library", tmp_path / name),
            VOICECOACH_DATA=str(tmp_path),
        )
        assert done.returncode == 0, done.stderr
        shown.append(
            [line for line in lines(done.stdout) if line["kind"] not in ("began", "ended")]
        )
    assert shown[0] == shown[1]
    assert phases(shown[1]) == ["share", "reflect", "check", "more", "close"]
    turns = record.turns(Library(tmp_path / "refined").session("last"))
    assert [turn.corrected for turn in turns] == [
        "so it is",
        "so it is",
        *[None] * (len(turns) - 2),
    ]
    before = record.turns(Library(tmp_path / "plain").session("last"))
    assert [turn.utterance for turn in turns] == [turn.utterance for turn in before]
