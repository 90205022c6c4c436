"""`voicecoach doctor` says in one line each what is fine and what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.virtual_soundcard import VirtualSoundcard

CHECKS = [
    "Python",
    "PortAudio",
    "microphone",
    "loudspeaker",
    "voice",
    "detector",
    "recogniser",
    "library",
    "disk",
]

PROGRAM = """
import argparse, sys
from voicecoach.commands import doctor
parser = argparse.ArgumentParser()
doctor.register(parser.add_subparsers())
args = parser.parse_args(["doctor", *sys.argv[1:]])
sys.exit(args.run(args))
"""

NO_PORTAUDIO = "import ctypes.util; ctypes.util.find_library = lambda name: None\n"


def doctor(
    *words: str, environment: dict[str, str] | None = None, before: str = ""
) -> tuple[int, str, str]:
    """The command in a process of its own: exit code, standard output, standard error."""
    done = subprocess.run(
        [sys.executable, "-c", before + PROGRAM, *words],
        env={**os.environ, **(environment or {})},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def found(out: str) -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in map(json.loads, out.splitlines())}


def test_without_portaudio_it_names_the_package_and_goes_on() -> None:
    code, out, err = doctor("--json", before=NO_PORTAUDIO)
    rows = found(out)
    assert code == 3 and not err
    assert list(rows) == CHECKS
    assert rows["PortAudio"]["state"] == rows["microphone"]["state"] == "problem"
    assert rows["loudspeaker"]["state"] == "remark"  # talk then shows its announcements
    assert "install" in rows["PortAudio"]["hint"].lower()
    for name in ("Python", "voice", "detector", "library", "disk"):
        assert rows[name]["state"] == "fine"


def test_for_people_it_is_one_line_each_on_standard_error() -> None:
    code, out, err = doctor(before=NO_PORTAUDIO)
    lines = err.splitlines()
    assert code == 3 and not out
    assert len(lines) == len(CHECKS) + 1
    assert all(line[:2] in ("ok", "--", "!!") for line in lines[:-1])
    assert lines[-1] == "Something is missing; see above."


def test_a_library_that_cannot_be_used_is_found(tmp_path: Path) -> None:
    damaged = tmp_path / "library.sqlite3"
    damaged.write_bytes(b"no database at all" * 100)
    _, out, _ = doctor("--json", "--library", str(damaged), before=NO_PORTAUDIO)
    row = found(out)["library"]
    assert row["state"] == "problem" and row["code"] == 6
    assert damaged.read_bytes() == b"no database at all" * 100


def test_a_model_that_is_not_there_is_found() -> None:
    _, out, _ = doctor("--json", "--recogniser", "/no/such/model", before=NO_PORTAUDIO)
    row = found(out)["recogniser"]
    assert row["state"] == "problem" and row["code"] == 4 and row["hint"]


def test_a_language_without_voice_and_recogniser_is_found() -> None:
    _, out, _ = doctor("--json", "--language", "tlh-x", before=NO_PORTAUDIO)
    rows = found(out)
    assert rows["voice"]["code"] == rows["recogniser"]["code"] == 4


def test_it_leaves_nothing_behind(private_data: Path) -> None:
    doctor(before=NO_PORTAUDIO)
    assert not (private_data / "library.sqlite3").exists()


@pytest.mark.live
def test_with_a_sound_card_talk_can_run_and_the_level_is_shown() -> None:
    with VirtualSoundcard() as card:
        code, out, err = doctor("--json", environment=card.environment)
        rows = found(out)
        assert code == 0, err
        assert rows["loudspeaker"]["state"] == "fine"
        assert rows["microphone"]["state"] == "remark"  # the virtual room is perfectly silent
        assert "muted" in rows["microphone"]["hint"]
        code, _, err = doctor("--microphone", "Blue Yeti", environment=card.environment)
        assert code == 3 and "Blue Yeti" in err
        code, _, err = doctor("--loudspeaker", "Blue Yeti", environment=card.environment)
        assert code == 3 and "Blue Yeti" in err


@pytest.mark.live
def test_while_another_session_listens_it_says_so() -> None:
    from voicecoach.engines.soundcard import MicrophoneLease

    with VirtualSoundcard() as card, MicrophoneLease():
        code, out, _ = doctor("--json", environment=card.environment)
    assert code == 3
    assert f"(process {os.getpid()})" in found(out)["microphone"]["text"]
