"""Whatever a careless user gives: one clear sentence, what to do next, and the right exit code."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.commands.running import HANGS_S, SAMPLES, command, environment, lines, run

STAND_IN = Path(__file__).with_name("sounddevice_stand_in.py")
CLEAN = SAMPLES / "clean.flac"


def refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """It ended with `code`, one sentence that holds `words` and one hint, and nothing else."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    sentence, *hint = done.stderr.splitlines()
    assert sentence.startswith("voicecoach: ")
    assert len(hint) == 1, done.stderr
    assert hint[0].startswith("  ") and len(hint[0].split()) >= 2
    for word in words:
        assert word.lower() in sentence.lower(), sentence
    assert not [line for line in done.stdout.splitlines() if "ended" in line]


def recorded(path: Path, samples: np.ndarray, rate: int = 16_000) -> Path:
    """(channels, n) float samples as a file of the kind that its name says."""
    layout = "stereo" if len(samples) == 2 else "mono"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(
            {".flac": "flac", ".wav": "pcm_s16le"}[path.suffix], rate=rate, layout=layout
        )
        stream.format = "s16"
        whole = np.asarray(np.clip(samples, -1, 1) * 32767, np.int16)
        for at in range(0, whole.shape[1], 4096):
            block = np.ascontiguousarray(whole[:, at : at + 4096].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(block, "s16", layout)
            frame.sample_rate, frame.pts = rate, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


# ------------------------------------------------------------------------ recordings


def test_no_such_file(tmp_path: Path) -> None:
    """The file is named, the path is to be checked; no library comes of it."""
    library = tmp_path / "library"
    done = run("talk", "--from", tmp_path / "none.wav", "--library", library)
    refused(done, 5, "no file", "none.wav")
    assert not library.exists()


@pytest.mark.parametrize(
    ("name", "words"), [("letter.wav", "not a recording"), ("letter.flac", "holds no sound")]
)
def test_not_audio(tmp_path: Path, name: str, words: str) -> None:
    """A letter under a recording's name is no recording."""
    (tmp_path / name).write_text("Dear Anna, I was not at home.\n" * 50)
    refused(run("talk", "--from", tmp_path / name), 5, name, words)


def test_an_empty_file(tmp_path: Path) -> None:
    """A file without a byte is said to be empty."""
    (tmp_path / "empty.wav").touch()
    refused(run("talk", "--from", tmp_path / "empty.wav"), 5, "empty.wav", "empty")


def test_a_folder_as_recording(tmp_path: Path) -> None:
    """A folder is told from a recording."""
    refused(run("talk", "--from", tmp_path), 5, "folder")


def test_a_silent_recording_simply_works(tmp_path: Path) -> None:
    """Nobody speaks: the coach greets, waits, and says that the recording has ended."""
    path = recorded(tmp_path / "silent.wav", np.zeros((1, 16_000 * 5)))
    done = run("talk", "--from", path, "--json")
    assert done.returncode == 0, done.stderr
    shown = lines(done.stdout)
    assert shown[-1]["outcome"] == "end_of_input"
    assert not [line for line in shown if line["kind"] in ("turn", "reply")]


def growing(seconds: float, folder: Path) -> Path:
    """Hours of a quiet room at 8 kHz, made of one minute over and over."""
    path = folder / "long.flac"
    room = np.random.default_rng(1).normal(0, 0.0004, 8000 * 60)
    minute = np.asarray(room * 32767, np.int16)[None]
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("flac", rate=8000, layout="mono")
        stream.format = "s16"
        for number in range(int(seconds // 60)):
            frame = av.AudioFrame.from_ndarray(minute, "s16", "mono")
            frame.sample_rate, frame.pts = 8000, number * minute.shape[1]
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_three_hours_in_constant_memory(tmp_path: Path) -> None:
    """The second and third hour of an 8 kHz recording take no more memory than the first."""
    path = growing(3 * 3600, tmp_path)
    child = subprocess.Popen(
        command("transcribe", path), env=environment(), stderr=subprocess.PIPE, text=True
    )
    megabytes = []
    with child:
        while child.poll() is None:
            pages = Path(f"/proc/{child.pid}/statm").read_text().split()
            megabytes.append(int(pages[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if pages else 0)
            time.sleep(0.25)
        assert child.stderr is not None
        assert "Nobody speaks" in child.stderr.read()
    assert child.returncode == 0
    assert len(megabytes) > 12
    third = max(megabytes[: len(megabytes) // 3])
    assert max(megabytes) < third + 20, megabytes


# ------------------------------------------------------------------------- sound card


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """A folder whose sounddevice is found before any other."""
    folder = tmp_path / "stand-in"
    folder.mkdir()
    shutil.copy(STAND_IN, folder / "sounddevice.py")
    return folder


@pytest.mark.parametrize(
    ("state", "words", "hint"),
    [
        ("missing", ("PortAudio", "not installed"), "libportaudio2"),
        ("none", ("no microphone",), "voicecoach doctor"),
        ("busy", ("Desk microphone", "cannot be opened"), "program that uses it"),
    ],
)
def test_no_microphone(
    stand_in: Path, state: str, words: tuple[str, ...], hint: str, tmp_path: Path
) -> None:
    """No PortAudio, no device, a busy one: which package or device, and exit 3."""
    library = tmp_path / "library"
    arguments = ("talk", "--json", "--names", "Anna", "Ben", "--library", library)
    done = run(*arguments, PYTHONPATH=str(stand_in), SOUND_CARD=state)
    refused(done, 3, *words)
    assert hint in done.stderr or not sys.platform.startswith("linux")
    assert not library.exists()


def test_two_live_runs_at_once(stand_in: Path, tmp_path: Path) -> None:
    """The second is told that the microphone is taken, and by whom; the first goes on."""
    arguments = ("talk", "--json", "--quiet", "--names", "Anna", "Ben", "--consent", "words")
    sound = {"PYTHONPATH": str(stand_in), "SOUND_CARD": "quiet"}
    with started(*arguments, **sound) as first:
        assert until(first, "began")
        second = run(*arguments, **sound)
        refused(second, 3, "microphone is taken", str(first.pid))
        assert first.poll() is None
        first.send_signal(signal.SIGINT)
        assert first.wait(HANGS_S) == 130
    third = run("talk", *arguments[1:], PYTHONPATH=str(stand_in), SOUND_CARD="busy")
    refused(third, 3, "cannot be opened")  # and no longer: taken


def test_a_microphone_that_dies_is_waited_for_and_the_session_can_be_ended(
    stand_in: Path, tmp_path: Path
) -> None:
    """Shown as lost, back where it was opened again, lost again; Ctrl-C ends it in order."""
    arguments = ("talk", "--json", "--quiet", "--names", "Anna", "Ben", "--consent", "words")
    library = ("--library", tmp_path / "library")
    sound = {"PYTHONPATH": str(stand_in), "SOUND_CARD": "dies"}
    with started(*arguments, *library, **sound) as running:
        for code in ("device", "device_back", "device"):
            until(running, "warning", code=code)
        running.send_signal(signal.SIGINT)
        assert running.wait(HANGS_S) == 130
        assert running.stdout is not None
        assert lines(running.stdout.read())[-1]["outcome"] == "interrupted"


# ---------------------------------------------------------------------------- library


def damaged(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + bytes(byte ^ 0x5A for byte in whole[4096:]))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library with a session in it."""
    path = tmp_path / "library.sqlite3"
    script = tmp_path / "script.txt"
    script.write_text("ANNA: I felt alone.\nBEN: You felt alone.\nANNA: Yes.\n")
    assert run("rehearse", script, "--library", path, "--consent", "words").returncode == 0
    return path


def test_a_damaged_library(library: Path) -> None:
    """Damage is said, with the file's name, by whoever opens it; exit 6."""
    damaged(library)
    refused(run("sessions", "--library", library), 6, "damaged", str(library))
    refused(run("talk", "--from", CLEAN, "--library", library), 6, "damaged")


def test_a_library_that_is_something_else(tmp_path: Path) -> None:
    """A text file named as library is left as it was."""
    path = tmp_path / "notes.txt"
    path.write_text("my notes\n" * 1000)
    refused(run("talk", "--from", CLEAN, "--library", path), 6, "not a library")
    assert path.read_text() == "my notes\n" * 1000


def test_a_library_held_by_another_program(library: Path) -> None:
    """A restore that holds the file alone: said within seconds, exit 6; afterwards it works."""
    holder = sqlite3.connect(library, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        refused(run("talk", "--from", CLEAN, "--library", library), 6, "locked by another")
    finally:
        holder.close()
    assert run("sessions", "--library", library).returncode == 0


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_nobody_may_write(tmp_path: Path) -> None:
    """Said before the first word, not after the last."""
    tmp_path.chmod(0o500)
    try:
        refused(run("talk", "--from", CLEAN, "--library", tmp_path / "library"), 6, "library")
    finally:
        tmp_path.chmod(0o700)


def test_a_library_below_a_file(tmp_path: Path) -> None:
    """Where no folder can be made, no library can be kept: exit 6, whoever asks."""
    (tmp_path / "file").write_text("x")
    where = tmp_path / "file" / "library"
    refused(run("talk", "--from", CLEAN, "--library", where), 6, str(where))


def test_a_library_in_a_new_folder(tmp_path: Path) -> None:
    """A folder that does not exist yet is made, for the user alone."""
    path = tmp_path / "new" / "folder" / "library"
    script = tmp_path / "script.txt"
    script.write_text("ANNA: I felt alone.\n")
    done = run("rehearse", script, "--library", path, "--consent", "words")
    assert done.returncode == 0, done.stderr
    assert path.is_file()


# ----------------------------------------------------------------------------- Ctrl-C


@contextmanager
def started(*arguments: str | Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    """The program while it runs; it is ended if a test leaves it running."""
    child = subprocess.Popen(
        command(*arguments),
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()


def until(child: subprocess.Popen[str], kind: str, **wanted: str) -> list[dict[str, Any]]:
    """The lines up to the first of this kind that has what is wanted."""
    shown = []
    assert child.stdout is not None
    for text in child.stdout:
        shown.append(json.loads(text))
        if shown[-1]["kind"] == kind and wanted.items() <= shown[-1].items():
            return shown
    pytest.fail(f"no line {kind} {wanted} came: {child.stderr.read() if child.stderr else ''}")


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [
        ("began", {}),
        ("announce", {"key": "begin"}),
        ("turn", {"phase": "share"}),
    ],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_session_in_order(
    tmp_path: Path, moment: str, wanted: dict[str, str], number: signal.Signals
) -> None:
    """While it loads, while the coach speaks, while somebody talks: what was said up to then is
    kept, the session was interrupted, the exit code is 130. Ctrl-C is the two's own wish and ends
    it; a termination is not, and it can be gone on with."""
    library, spoken = tmp_path / "library", tmp_path / "spoken.wav"
    arguments = ("talk", "--from", CLEAN, "--json", "--library", library, "--speak-to", spoken)
    realtime = () if moment == "turn" else ("--realtime",)
    with started(*arguments, *realtime) as child:
        shown = until(child, moment, **wanted)
        child.send_signal(number)
        out, err = child.communicate(timeout=HANGS_S)
    assert child.returncode == 130, err
    assert "Traceback" not in err
    last = lines(out)[-1]
    assert (last["kind"], last["outcome"]) == ("ended", "interrupted")
    assert last.get("resume", False) is (number == signal.SIGTERM)
    listed = lines(run("sessions", "--library", library, "--json").stdout)
    assert [row["outcome"] for row in listed] == ["interrupted"]
    said = [line["text"] for line in shown if line["kind"] == "turn"]
    how = ("--library", library, "--format", "json", "--i-have-consent")
    exported = run("export", last["session"], *how).stdout
    assert json.loads(exported)
    assert all(text in exported for text in said)
    assert not list(tmp_path.glob("*.running"))


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.2, 0.5, 1.0])
def test_ctrl_c_while_it_starts(tmp_path: Path, after_s: float) -> None:
    """From the moment the program has begun, at any point of its start: 130 and no traceback."""
    code = (
        "import sys; from voicecoach import cli; print('here', file=sys.stderr, flush=True); "
        "sys.exit(cli.main(sys.argv[1:]))"
    )
    arguments = ["talk", "--from", str(CLEAN), "--json", "--library", str(tmp_path / "library")]
    child = subprocess.Popen(
        [sys.executable, "-c", code, *arguments, "--realtime", "--quiet"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stderr is not None and child.stderr.readline() == "here\n"
        time.sleep(after_s)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=HANGS_S)
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()
    assert "Traceback" not in err, err
    assert child.returncode == 130, err


# ------------------------------------------------------------------------ carelessness


@pytest.mark.parametrize(
    ("given", "code", "word"),
    [
        (("--names", "Anna", "anna"), 2, "names"),
        (("--names", "", "Ben"), 2, "names"),
        (("--names", " ", "  "), 2, "names"),
        (("--rounds", "0"), 2, "round"),
        (("--rounds", "-3"), 2, "round"),
        (("--language", "tlh"), 2, "tlh"),
        (("--recogniser", "ears"), 4, "ears"),
    ],
)
def test_settings_that_cannot_be(given: tuple[str, ...], code: int, word: str) -> None:
    """Two different names, at least one round, a language and a recogniser that are here."""
    refused(run("talk", "--from", CLEAN, *given), code, word)


@pytest.mark.parametrize(
    "given", [("--names", "Anna"), ("--rounds", "two"), ("--guidance", "loud"), ("--frm", "x")]
)
def test_a_command_line_that_is_none(given: tuple[str, ...]) -> None:
    """What the command line does not know: its usage, one sentence, exit 2."""
    done = run("talk", *given)
    assert done.returncode == 2
    assert "usage: voicecoach" in done.stderr
    assert "Traceback" not in done.stderr


def test_speaking_into_the_recording(tmp_path: Path) -> None:
    """--speak-to onto the recording that is read is refused, and the recording is whole."""
    path = tmp_path / "clean.flac"
    shutil.copy(CLEAN, path)
    refused(run("talk", "--from", path, "--speak-to", path), 2, "erase")
    assert path.read_bytes() == CLEAN.read_bytes()


def test_speaking_to_nowhere(tmp_path: Path) -> None:
    """--speak-to into a folder that is not there."""
    refused(run("talk", "--from", CLEAN, "--speak-to", tmp_path / "no" / "a.wav"), 2, "written")


def test_a_script_that_is_none(tmp_path: Path) -> None:
    """A recording given to rehearse is no text; a script that does not exist is named."""
    refused(run("rehearse", CLEAN), 5, "clean.flac")
    refused(run("rehearse", tmp_path / "none.txt"), 5, "none.txt")
    refused(run("rehearse", tmp_path), 5, str(tmp_path))


def test_an_unknown_sample() -> None:
    """The samples that there are stand in the hint."""
    done = run("demo", "--sample", "thunder")
    refused(done, 5, "thunder")
    assert "clean" in done.stderr


def test_the_reader_goes_away(tmp_path: Path) -> None:
    """`voicecoach ... | head -1`: no traceback, nothing hangs."""
    with started("rehearse", SAMPLES / "clean.txt", "--json") as child:
        assert child.stdout is not None and child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.wait(HANGS_S) in (0, 141)
        err = child.stderr.read()
        child.stdout = None
    assert err == ""
