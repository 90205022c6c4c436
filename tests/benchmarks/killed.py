"""What is left of a session whose program is killed, or whose machine loses power.

    python -m tests.benchmarks.killed [--runs 500] [--recognisers 5] [--seed N]

Printed as JSON. `killed`: a written dialogue is led in a process of its own, which is killed with
SIGKILL at a random moment, also within a transaction; counted are entries that had been
acknowledged and are not there, libraries that fail the integrity check, sessions that stand at
another step than the dialogue stood at, and sessions that, gone on with to the end, hold another
dialogue than one that was never killed. `power_cut`: the write-ahead log of a session is cut at
every frame boundary, and in the middle of every frame; counted are the same. `recogniser_killed`: a
sample is led by the real program, whose recogniser is killed at a random step; counted are the
talks that do not reach their close by the same steps. Ends with 1 where one of them is not 0.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.commands.running import SAMPLES, command, environment
from voicecoach.commands import leading
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Consent, Heard, Phase
from voicecoach.engines.scripted import Script, ScriptedEar, SilentVoice, parse, read_script
from voicecoach.engines.soundfiles import SilentLoudspeaker
from voicecoach.errors import VoicecoachError
from voicecoach.session import record
from voicecoach.session.entries import Entry, Session
from voicecoach.session.library import Library, SessionWriter
from voicecoach.session.resuming import standing

SCRIPT = """
ANNA: When you come home late and do not call, I feel alone.
BEN: You are angry when I come home late. Did I get that?
(0.5 s)
ANNA: No, I feel alone, not angry.
BEN: When I come home late and do not call, you feel alone.
(3.0 s)
ANNA: Yes, exactly.
(3.0 s)
ANNA: Yes, there is more.
ANNA: I would like to know when you will be here.
BEN: You would like to know when I will be here. Did I get it?
(0.5 s)
ANNA: Yes.
(3.0 s)
ANNA: No, that is all.
BEN: I would like an hour for myself in the evening.
ANNA: You want an hour for yourself in the evening.
(3.0 s)
BEN: Yes, that is right.
(3.0 s)
BEN: No, that is everything.
"""

WAL_HEADER, FRAME_HEADER, PAGE = 32, 24, 4096
"""Bytes of the write-ahead log's own header, of each frame's, and of the page in it (SQLite's file
format, section 4)."""


@dataclass
class Found:
    """What is counted; all but `runs` should be 0."""

    runs: int = 0
    lost: int = 0
    damaged: int = 0
    wrong_step: int = 0
    other_dialogue: int = 0
    not_gone_on_with: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def fine(self) -> bool:
        """Whether nothing went wrong."""
        wrong = self.lost + self.damaged + self.wrong_step + self.other_dialogue
        return self.runs > 0 and not wrong + self.not_gone_on_with


class Unseen:
    """A display that shows nothing."""

    def show(self, line: Any) -> None:
        """Nobody looks."""

    def watch(self, level_db: float) -> None:
        """Nobody looks."""

    def __enter__(self) -> Unseen:
        """Nothing to begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""


def lead(library: Path, script: Script, taken_up: str | None = None) -> None:
    """Lead the script into the library; with `taken_up` as the rest of that session."""
    chosen = {"rounds": 2, "language": "en", "guidance": "full", "library": str(library)}
    plan = leading.plan(chosen, ("Anna", "Ben"), consent=Consent.WORDS, recogniser="script")
    if taken_up is not None:
        with Library(library) as opened:
            found = standing(opened.session(taken_up), Imago())
        plan = replace(plan, taken_up=found)
    ear = ScriptedEar(script, plan.begins)
    leading.lead(plan, ear, SilentVoice(), SilentLoudspeaker(), Unseen())


def the_rest(script: Script, heard: int) -> Script:
    """The script after so many lines were heard."""
    said = 0
    for number, line in enumerate(script.lines):
        if said == heard:
            return replace(script, lines=script.lines[number:])
        said += line.kind == "said"
    return replace(script, lines=())


def killed_after(seconds: float, library: Path, script: Script) -> int:
    """Lead the script in a process that is killed after so long; the entries it acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _acknowledge(writing)
        try:
            lead(library, script)
        finally:
            os._exit(0)
    os.close(writing)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        return len(pipe.read())


def _acknowledge(pipe: int) -> None:
    """Write one byte for every entry that was acknowledged."""
    append: Callable[..., tuple[Entry, ...]] = SessionWriter.append

    def appended(self: SessionWriter, *entries: Entry) -> tuple[Entry, ...]:
        kept = append(self, *entries)
        os.write(pipe, b"." * len(entries))
        return kept

    SessionWriter.append = appended  # type: ignore[method-assign]


def examine(library: Path, acknowledged: int, whole: Session, script: Script, found: Found) -> None:
    """Count what is wrong with what is left, and go on with it to its end."""
    found.runs += 1
    if not library.exists():
        found.lost += acknowledged
        return
    with closing(sqlite3.connect(library)) as raw:
        found.damaged += raw.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
    try:
        with Library(library) as opened:
            left = opened.session("last") if opened.ids() else None
    except VoicecoachError as error:
        found.damaged += 1
        found.examples.append(str(error))
        return
    if left is None or not left.entries:
        found.lost += acknowledged
        return
    kept = left.entries
    found.lost += max(0, acknowledged - len(kept))
    found.other_dialogue += kept != whole.entries[: len(kept)]
    if not _ended(left, whole):
        _go_on(library, left, whole, script, found)


def _go_on(library: Path, left: Session, whole: Session, script: Script, found: Found) -> None:
    try:
        found.wrong_step += standing(left, Imago()).state != _state_after(whole, len(left.entries))
        heard = sum(entry.data["type"] == Heard.__name__ for entry in left.entries)
        lead(library, the_rest(script, heard), left.header.id)
        with Library(library) as opened:
            ended = opened.session(left.header.id)
    except VoicecoachError as error:
        found.not_gone_on_with += 1
        found.examples.append(str(error))
        return
    same = [t.text for t in record.turns(ended)] == [t.text for t in record.turns(whole)]
    path = [p for p in record.path(ended) if p in record.path(whole)]
    found.other_dialogue += not same or path != list(record.path(whole))
    if record.replayed(ended, Imago()) != record.stored_commands(ended):
        found.other_dialogue += 1


def _ended(left: Session, whole: Session) -> bool:
    """Whether it had reached its end, though the end itself may not have been kept."""
    ended: bool = _state_after(whole, len(left.entries)).phase is Phase.DONE
    return ended


def _state_after(whole: Session, entries: int) -> Any:
    machine = Imago()
    state = machine.initial()
    for entry, message in record.messages(replace(whole, entries=whole.entries[:entries])):
        if entry.kind == "event":
            state, _ = machine.step(state, message)  # type: ignore[arg-type]
    return state


def whole_session(script: Script, folder: Path) -> tuple[Session, float]:
    """The session as it is when nobody kills it, and the seconds it took."""
    library = folder / "whole.db"
    began = time.perf_counter()
    lead(library, script)
    took = time.perf_counter() - began
    with Library(library) as opened:
        return opened.session("last"), took


def kill(
    runs: int, chance: random.Random, progress: Callable[[int], None] = lambda _: None
) -> Found:
    """Kill so many sessions, and look at what is left of each."""
    script, found = parse(SCRIPT), Found()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole, took = whole_session(script, folder)
        for run in range(runs):
            library = folder / f"{run}.db"
            acknowledged = killed_after(chance.uniform(0.0, took * 1.1), library, script)
            examine(library, acknowledged, whole, script, found)
            for file in folder.glob(f"{run}.db*"):
                file.unlink()
            progress(run + 1)
    return found


def cut_power() -> Found:
    """Cut the write-ahead log of a session at every frame, and look at what is left."""
    script, found = parse(SCRIPT), Found()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole, _ = whole_session(script, folder)
        live, log = _left_in_its_log(whole, folder)
        before = 0
        for end in range(0, len(log) + 1, (FRAME_HEADER + PAGE) // 2):
            end = min(WAL_HEADER + end, len(log))
            library = folder / "cut" / "library.db"
            library.parent.mkdir()
            shutil.copy(live, library)
            library.with_name("library.db-wal").write_bytes(log[:end])
            before = _after_cut(library, whole, before, found)
            shutil.rmtree(library.parent)
    return found


def _left_in_its_log(whole: Session, folder: Path) -> tuple[Path, bytes]:
    """A library as it lies there while its session is led, and its whole write-ahead log."""
    live = folder / "live.db"
    with Library(live) as opened:
        writer = opened.begin(whole.header)
        for entry in whole.entries[:-1]:
            writer.append(entry)
        copy = folder / "copied.db"
        shutil.copy(live, copy)
        return copy, live.with_name("live.db-wal").read_bytes()


def _after_cut(library: Path, whole: Session, before: int, found: Found) -> int:
    found.runs += 1
    try:
        with Library(library) as opened:
            left = opened.session("last") if opened.ids() else None
    except VoicecoachError as error:
        found.damaged += 1
        found.examples.append(str(error))
        return before
    kept = len(left.entries) if left else 0
    found.lost += max(0, before - kept)  # what was there with a shorter log
    if left and left.entries:
        found.other_dialogue += left.entries != whole.entries[:kept]
        if not _ended(left, whole):
            found.wrong_step += standing(left, Imago()).state != _state_after(whole, kept)
    return kept


def kill_recognisers(runs: int, chance: random.Random) -> Found:
    """Kill the recogniser's process of so many talks led from a sample."""
    found = Found()
    path = [*read_script(SAMPLES / "clean.txt").path, "done"]
    arguments = ("talk", "--from", SAMPLES / "clean.flac", "--names", "Anna", "Ben", "--json")
    with tempfile.TemporaryDirectory() as name:
        for run in range(runs):
            kept = ("--library", Path(name) / f"{run}.db")
            with subprocess.Popen(
                command(*arguments, *kept), stdout=subprocess.PIPE, text=True, env=environment()
            ) as program:
                phases = _led_after_a_kill(program, chance.randrange(1, 9))
            found.runs += 1
            found.other_dialogue += phases != path
    return found


def _led_after_a_kill(program: subprocess.Popen[str], at_phase: int) -> list[str]:
    """The phases that the program enters, its recogniser killed when it enters that one."""
    assert program.stdout is not None
    phases: list[str] = []
    for line in program.stdout:
        shown = json.loads(line)
        if shown["kind"] == "phase":
            phases.append(shown["phase"])
            if len(phases) == at_phase:
                _kill_children(program.pid)
    return phases


def _kill_children(parent: int) -> None:
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), signal.SIGKILL)


def main() -> int:
    """Run the measure from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--recognisers", type=int, default=5)
    parser.add_argument("--seed", type=int, default=None)
    args = parser.parse_args()
    seed = args.seed if args.seed is not None else random.SystemRandom().randrange(2**32)

    def progress(done: int) -> None:
        if done % 50 == 0:
            print(f"{done} of {args.runs} killed", file=sys.stderr, flush=True)

    chance = random.Random(seed)
    measured = {"killed": kill(args.runs, chance, progress), "power_cut": cut_power()}
    if args.recognisers:
        measured["recogniser_killed"] = kill_recognisers(args.recognisers, chance)
    print(json.dumps({"seed": seed} | {n: vars(f) for n, f in measured.items()}, indent=1))
    return 0 if all(found.fine for found in measured.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
