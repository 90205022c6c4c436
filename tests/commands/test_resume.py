"""`voicecoach talk` goes on with what was broken off: by `--resume`, or offered at the terminal."""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.killed import SCRIPT, whole_session
from tests.coach.test_loop import Session as Held
from tests.commands.running import SAMPLES, command, environment, lines, run
from voicecoach import config
from voicecoach.commands import screen, taking_up, talk
from voicecoach.dialogue.messages import Outcome
from voicecoach.engines.scripted import parse
from voicecoach.engines.soundfiles import flac_bytes
from voicecoach.errors import UsageError
from voicecoach.session import record
from voicecoach.session.entries import CLOSED, Session
from voicecoach.session.library import Library

SILENCE = flac_bytes(np.zeros(8000, dtype=np.float32), 16000)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session led to its close."""
    return whole_session(parse(SCRIPT), tmp_path_factory.mktemp("whole"))[0]


@pytest.fixture
def file(tmp_path: Path, whole: Session) -> Path:
    """A library in which the first mirror was awaited when the program died, a minute ago."""
    return broken_off(tmp_path / "library.db", whole, datetime.now(UTC) - timedelta(minutes=1))


def broken_off(file: Path, whole: Session, began: datetime, name: str = "aaaa") -> Path:
    """Keep the beginning of the session, as begun then."""
    header = replace(whole.header, started=began.isoformat(timespec="seconds"), id=name)
    entered = [n for n, e in enumerate(whole.entries) if e.data.get("phase") == "reflect"]
    with Library(file) as library:
        library.begin(header).append(*whole.entries[: entered[0] + 1])
    return file


def wanted(file: Path, *arguments: str, live: bool = True) -> object:
    parser = argparse.ArgumentParser()
    talk.register(parser.add_subparsers())
    args = parser.parse_args(["talk", "--library", str(file), *arguments])
    return taking_up.wanted(args, config.load(vars(args)), live)


def typed(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    keys = io.StringIO(answer)
    monkeypatch.setattr(keys, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stdin", keys)


def outcomes(file: Path) -> list[tuple[str, Outcome | None, bool]]:
    """Each session's id and outcome, and whether it was closed."""
    with Library(file) as library:
        return [
            (s.header.id, record.outcome(s), s.entries[-1].data["type"] == CLOSED)
            for s in library.sessions()
        ]


def test_resume_goes_on_at_the_same_step_with_a_recap(file: Path, tmp_path: Path) -> None:
    """The words that were shared are said again, then what is waited for; the clock goes on."""
    recording = tmp_path / "silence.flac"
    recording.write_bytes(SILENCE)
    before = outcomes(file)
    with Library(file) as library:
        at_s = record.seconds(library.session("last"))
    ended = run("talk", "--resume", "--from", recording, "--library", file, "--json")
    assert ended.returncode == 0, ended.stderr
    shown = lines(ended.stdout)
    assert shown[0]["kind"] == "began" and shown[0]["resumed"] and shown[0]["at_s"] >= at_s - 0.001
    assert shown[0]["names"] == ["Anna", "Ben"]
    assert (shown[1]["kind"], shown[1]["phase"], shown[1]["listener"]) == (
        "phase",
        "reflect",
        "Ben",
    )
    said = [line["text"] for line in shown if line["kind"] == "announce"]
    assert said[:2] == [
        "We were interrupted. Anna had said: When you come home late and do not call, I feel alone."
        " Ben was about to say it back.",
        "We go on. Ben, what did you hear?",
    ]
    assert shown[-1]["session"] == before[0][0]
    assert outcomes(file) == [("aaaa", Outcome.END_OF_INPUT, True)]


@pytest.mark.slow
def test_a_program_that_is_killed_leaves_nothing_running_and_goes_on(tmp_path: Path) -> None:
    """The real program, killed after the first yes: the next one asks whether there is more."""
    file = tmp_path / "library.db"
    told = ["talk", "--from", SAMPLES / "clean.flac", "--library", file, "--json"]
    with subprocess.Popen(
        command(*told), stdout=subprocess.PIPE, text=True, env=environment(), start_new_session=True
    ) as program:
        assert program.stdout is not None
        for line in program.stdout:
            if '"phase": "more"' in line:
                break
        program.kill()
    give_up = time.monotonic() + 10
    while left_of(program.pid) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert not left_of(program.pid)
    recording = tmp_path / "silence.flac"
    recording.write_bytes(SILENCE)
    ended = run("talk", "--resume", "--from", recording, "--library", file, "--json")
    said = [line["text"] for line in lines(ended.stdout) if line["kind"] == "announce"]
    assert "had got that" in said[0] and said[1].endswith("is there more?")


def left_of(group: int) -> bool:
    """Whether a process of that group is there."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--resume", "bbbb"], "there is no session 'bbbb'"),
        (["--resume", "--names", "Zoe", "Jo"], "is the talk of Anna and Ben"),
    ],
)
def test_what_cannot_be_gone_on_with_is_told(file: Path, arguments: list[str], told: str) -> None:
    """In one sentence, and the session stays as it was."""
    before = outcomes(file)
    with pytest.raises(UsageError, match=told):
        wanted(file, *arguments)
    assert outcomes(file) == before


def test_a_talk_that_has_begun_without_buttons_goes_on_without(file: Path, tmp_path: Path) -> None:
    """Whether they count is agreed to at the beginning; the session stays as it was."""
    recording = tmp_path / "silence.flac"
    recording.write_bytes(SILENCE)
    before = outcomes(file)
    told = ["--screen", "--no-browser", "--buttons", "both-agree"]
    ended = run("talk", "--resume", "--from", recording, "--library", file, *told)
    assert ended.returncode == 2
    assert "agreed to before a talk begins" in ended.stderr
    assert outcomes(file) == before


@pytest.mark.parametrize(("answer", "agreed"), [("Yes.", True), ("No.", False)])
def test_what_was_said_of_buttons_holds_when_it_goes_on(
    tmp_path: Path, answer: str, agreed: bool
) -> None:
    """It is asked once in a talk: whoever asks again is told how it was settled."""
    folder = tmp_path / "held"
    folder.mkdir()
    asked = f"ANNA: Yes.\nBEN: {answer}\nANNA: I was sad when you left.\n(1 s)\n"
    held = Held(folder, asked, ask_buttons=True)
    held.run()
    whole = held.library.session(held.keeper.header.id)
    file = broken_off(tmp_path / "library.db", whole, datetime.now(UTC) - timedelta(minutes=1))
    recording = tmp_path / "silence.flac"
    recording.write_bytes(SILENCE)
    told = ["--screen", "--no-browser", "--buttons", "ask", "--json"]
    ended = run("talk", "--resume", "--from", recording, "--library", file, *told)
    assert ended.returncode == 0, ended.stderr
    began = lines(ended.stdout)[0]
    assert began.get("buttons", False) is agreed
    assert (screen.NOTE if agreed else screen.SETTLED) in began["notes"]


def test_without_one_that_was_broken_off_there_is_nothing_to_resume(tmp_path: Path) -> None:
    """Said plainly, and no file is made."""
    with pytest.raises(UsageError, match="that was broken off"):
        wanted(tmp_path / "none.db", "--resume")
    assert not (tmp_path / "none.db").exists()
    assert wanted(tmp_path / "none.db") is None


@pytest.mark.parametrize(("answer", "taken"), [("\n", True), ("y\n", True), ("n\n", False)])
def test_a_live_talk_offers_it_at_the_terminal(
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    taken: bool,
) -> None:
    """A no closes it as interrupted, and it is not asked again."""
    typed(monkeypatch, answer)
    found = wanted(file)
    asked = capsys.readouterr().err
    assert "The talk of Anna and Ben" in asked and "Ben, what did you hear?" in asked
    assert (found is not None) is taken
    assert outcomes(file) == [("aaaa", Outcome.INTERRUPTED, not taken)]
    if not taken:
        typed(monkeypatch, "")
        assert wanted(file) is None
        assert capsys.readouterr().err == ""


def test_whoever_breaks_off_the_question_has_not_answered(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of the input ends the program, and the session is offered again."""
    typed(monkeypatch, "")
    with pytest.raises(KeyboardInterrupt):
        wanted(file)
    assert outcomes(file) == [("aaaa", Outcome.INTERRUPTED, False)]


def test_where_nobody_can_answer_it_is_only_mentioned(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script that starts a talk goes on with none and closes none."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert wanted(file) is None
    assert "--resume aaaa" in capsys.readouterr().err
    assert outcomes(file) == [("aaaa", Outcome.INTERRUPTED, False)]


def test_a_recording_or_a_talk_that_keeps_nothing_touches_none(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither offers, neither closes."""
    typed(monkeypatch, "n\n")
    assert wanted(file, live=False) is None
    assert wanted(file, "--consent", "nothing") is None
    assert capsys.readouterr().err == ""
    assert outcomes(file) == [("aaaa", Outcome.INTERRUPTED, False)]


def test_one_of_long_ago_is_closed_without_a_word(
    tmp_path: Path,
    whole: Session,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nobody is in the middle of it any more."""
    file = broken_off(tmp_path / "old.db", whole, datetime.now(UTC) - timedelta(days=3))
    typed(monkeypatch, "")
    assert wanted(file) is None
    assert capsys.readouterr().err == ""
    assert outcomes(file) == [("aaaa", Outcome.INTERRUPTED, True)]
