"""`voicecoach practice` as a user starts it: through the true loop, and what it refuses."""

from __future__ import annotations

import functools
import io
import json
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from tests.coach.answers_spoken import missing_voices, silence, spoken
from tests.commands.running import command, environment, lines, phases, run
from voicecoach.commands.practice.shown import FLOOR, KEYED, PractisedLines, _living
from voicecoach.engines.soundfiles import flac_bytes
from voicecoach.session import record
from voicecoach.session.library import Library
from voicecoach.speech.audio import RATE

SPEAKS = pytest.mark.skipif(bool(missing_voices()), reason=missing_voices())

SAID = (
    "You were worried when I did not call last night.",
    "number nine",
    "next",
    "You feel lonely in the evenings because I am on my phone.",
    "number seven",
    "again",
    "You feel lonely in the evenings, because I am on my phone until we go to bed.",
    "number ten",
    "next",
)
"""The mirrors of two statements, with ratings and wishes."""

OWN = (
    "I was worried when you did not call last night.",
    "I feel lonely in the evenings, because you are on your phone until we go to bed.",
)

MIRRORS = (SAID[0], SAID[6])


def written(texts: tuple[str, ...], folder: Path) -> Path:
    """A file of these statements."""
    file = folder / f"own-{len(texts[0])}.toml"
    file.write_text(f"[[level]]\nstatements = {json.dumps(texts)}\n", encoding="utf-8")
    return file


def recording(said: tuple[str, ...], voice: str, folder: Path) -> Path:
    """What a trainee says, with pauses after which a turn is over."""
    parts = [silence(0.8)]
    for text in said:
        parts += [spoken(text, voice), silence(2.5)]
    file = folder / f"{voice}-{len(said)}.flac"
    file.write_bytes(flac_bytes(np.concatenate(parts), RATE))
    return file


@functools.cache
def led(voice: str, *more: str) -> tuple[list[dict[str, Any]], Path]:
    """The lines of a practice of two statements, and its folder; each is led once."""
    folder = Path(tempfile.mkdtemp(prefix="voicecoach-test-"))
    file = recording(SAID, voice, folder)
    own, library = written(OWN, folder), folder / "lib"
    done = run(
        "practice", "--statements", own, "--from", file, "--json", "--library", library, *more
    )
    assert done.returncode == 0, done.stderr
    return lines(done.stdout), folder


def of(shown: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [line for line in shown if line["kind"] == kind]


# ------------------------------------------------------------------- sound through the loop


@SPEAKS
@pytest.mark.parametrize("voice", ["slt", "rms"])
def test_a_practice_is_led_from_a_recording(voice: str) -> None:
    """Two statements, one of them twice; ratings as they were said, then each score."""
    shown, _ = led(voice)
    one = ["share", "reflect", "rate", "next"]
    assert phases(shown) == [*one, *one, *one, "close"]
    assert [line["own"] for line in of(shown, "rated")] == [9, 7, 10]
    scores = of(shown, "fidelity")
    assert [(line["exchange"], line["attempt"]) for line in scores] == [(1, 1), (2, 1), (2, 2)]
    assert min(scores[0]["score"], scores[2]["score"]) >= 75
    assert scores[1]["score"] < scores[2]["score"]
    assert any("go to bed" in phrase for phrase in scores[1]["missed"])
    assert scores[1]["message"].startswith("I feel lonely")
    assert shown[-1]["outcome"] == "done"


@SPEAKS
def test_the_lines_have_the_keys_that_are_documented() -> None:
    """A rating, and the summary before the end."""
    shown, _ = led("slt")
    place = {"kind", "at_s", "round", "exchange", "attempt"}
    assert all(set(line) == place | {"own"} for line in of(shown, "rated"))
    (summary,) = of(shown, "summary")
    assert shown[-2] is summary
    assert set(summary) == place | {
        *("mirrors", "statements", "untold", "score", "rated", "own", "apart", "over", "near"),
        *("under", "left_out", "altered", "adding", "owning", "advice", "next"),
    }
    assert (summary["mirrors"], summary["statements"], summary["rated"]) == (3, 2, 3)
    assert shown[0]["statements"] == 2


@SPEAKS
def test_the_recogniser_never_sees_the_statement(tmp_path: Path) -> None:
    """The same recording against quite other statements gives the same words."""
    shown, folder = led("slt")
    texts = ("The train to the coast was late.", "My sister paints the kitchen blue.")
    other = written(texts, tmp_path)
    file = recording(SAID, "slt", folder)
    done = run("practice", "--statements", other, "--from", file, "--json")
    again = lines(done.stdout)
    assert [line["text"] for line in of(again, "turn")] == [
        line["text"] for line in of(shown, "turn")
    ]
    assert max(line["score"] for line in of(again, "fidelity")) < 25


@SPEAKS
def test_only_mirrors_in_a_recording(tmp_path: Path) -> None:
    """No rating is waited for, and the next statement comes by itself."""
    file = recording(MIRRORS, "slt", tmp_path)
    own = written(OWN, tmp_path)
    done = run("practice", "--statements", own, "--mirrors-only", "--from", file, "--json")
    shown = lines(done.stdout)
    assert shown[-1]["outcome"] == "done"
    assert of(shown, "rated") == []
    assert [line["exchange"] for line in of(shown, "fidelity")] == [1, 2]
    assert shown[-2]["own"] is None


# ------------------------------------------------------------------- what is remembered


@SPEAKS
def test_nothing_is_remembered_unless_it_is_agreed() -> None:
    """Without `--keep` no file is written; with it the session can be led again and read."""
    shown, folder = led("slt")
    assert shown[-1]["session"] is None
    assert not (folder / "lib").exists()
    kept, folder = led("slt", "--keep")
    with Library(folder / "lib") as library:
        session = library.session(kept[-1]["session"])
    assert session.header.procedure == "practice"
    assert all(entry.clip is None for entry in session.entries)
    said = [turn.utterance.text for turn in record.turns(session)]
    assert said == [line["text"] for line in of(kept, "turn")]
    exported = run("export", kept[-1]["session"], "--library", folder / "lib").stdout
    text = " ".join(exported.split())
    assert "(Coach: I was worried when you did not call last night.)" in text
    assert "Trainee reflects: " in text and "Trainee rates: number nine" in text
    assert "[-until we go to bed-]" in text


# ------------------------------------------------------------------- Ctrl-C, width


@SPEAKS
def test_an_interruption_prints_the_summary_so_far(tmp_path: Path) -> None:
    """Ctrl-C in the middle: what was mirrored is summed up, exit code 130."""
    file = recording(SAID, "slt", tmp_path)
    own = written(OWN, tmp_path)
    arguments = ("practice", "--statements", own, "--from", file, "--quiet", "--realtime")
    process = subprocess.Popen(
        command(*arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment(PYTHONUNBUFFERED="1", COLUMNS="80"),
    )
    assert process.stdout is not None
    seen: list[str] = []
    end = time.monotonic() + 90
    while time.monotonic() < end and not any("score:" in line for line in seen):
        seen.append(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "1 mirror, on average" in rest
    assert "Interrupted." in rest and "Nothing was kept." in rest
    assert "Traceback" not in errors


@SPEAKS
def test_it_reads_well_on_eighty_columns() -> None:
    """No line is wider, no name is cut; the marked pair and the summary are there."""
    lines, _ = led("slt")
    file = io.StringIO()
    display = PractisedLines(Console(file=file, width=80, highlight=False))
    for line in lines:
        display.show(line)
    text = file.getvalue()
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "your own rating: 9 of 10" in text
    assert "[-until we go to bed-]" in text
    assert "─ Summary ─" in text
    for name in (" mirrors  ", "  rating  ", "left out  ", "    next  "):
        assert name in text
    assert "…" not in text


# ------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--count", "0"], 2, "0 of 40 statements"),
        (["--count", "41"], 2, "41 of 40 statements"),
        (["--count", "-3"], 2, "statements"),
        (["--count", "many"], 2, "invalid int"),
        (["--series", "0"], 2, "series"),
        (["--language", "xx"], 2, "xx"),
        (["--name", " "], 2, "nobody who practises"),
        (["--name", "coach"], 2, "nobody who practises"),
        (["--keep", "everything"], 2, "invalid choice"),
        (["--statements", "/nowhere/at/all.toml"], 5, "there is no file"),
        (["--statements", "."], 5, "cannot be read"),
        (["--from", "/nowhere/at/all.wav"], 5, "no file"),
        (["--recogniser", "nobody", "--from", "x.wav"], 4, "nobody"),
    ],
)
def test_what_cannot_be_is_one_sentence(arguments: list[str], code: int, told: str) -> None:
    """The exit code, and what is wrong; nothing hangs and nothing is traced."""
    done = run("practice", *arguments)
    assert done.returncode == code, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "content",
    [b"I was sad.", b"[[level]]\nstatements = []", b"\xff\xfe\x00", b"", b"[[level]]\nname = 3"],
)
def test_a_bad_file_of_statements(content: bytes, tmp_path: Path) -> None:
    """Exit code 5, the file's name and a hint."""
    file = tmp_path / "own.toml"
    file.write_bytes(content)
    done = run("practice", "--statements", file)
    assert done.returncode == 5
    assert "own.toml" in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2


def test_a_rehearsed_practice(tmp_path: Path) -> None:
    """A script that says so is a practice; `--check` holds the coach to it."""
    script = tmp_path / "script.txt"
    script.write_text(
        "# procedure: practice\n# count: 1\nANNA: You were worried when I did not call.\n"
        "ANNA: number nine\nANNA: next\n",
        encoding="utf-8",
    )
    done = run("rehearse", script, COLUMNS="80")
    assert done.returncode == 0, done.stderr
    assert "Anna practises: 1 statement" in done.stdout
    assert "1 mirror, on average" in done.stdout
    script.write_text(script.read_text() + "coach> Never said.\n", encoding="utf-8")
    assert run("rehearse", script, "--check").returncode == 1
    script.write_text("# procedure: practice\n# count: x\nANNA: hm\n", encoding="utf-8")
    assert run("rehearse", script).returncode == 5


# ------------------------------------------------------------------- the foot of the terminal


@pytest.mark.parametrize("columns", [80, 40])
def test_the_foot_says_what_to_do_and_keeps_its_height(columns: int) -> None:
    """One line for each phase, the statement it is, the keys; none is wider than the terminal."""
    console = Console(file=io.StringIO(), width=columns, height=24, force_terminal=True)
    living = _living(KEYED, console)
    living.show({"kind": "began", "names": ["Coach", "Anna"], "statements": 10, "notes": []})
    place = {"at_s": 1.0, "round": 1, "exchange": 3, "attempt": 2}
    who = {"speaker": "Coach", "listener": "Anna"}
    for phase, told in FLOOR.items():
        living.show({"kind": "phase", "phase": phase, **place, **who})
        rows = ["".join(s.text for s in row) for row in console.render_lines(living.foot())]
        assert len(rows) == 4
        assert all(len(row) <= columns for row in rows)
        assert rows[1].startswith(told[:20])
        if columns == 80:
            assert "statement 3 of 10" in rows[1] and told in rows[1]
            assert KEYED in rows[3]
