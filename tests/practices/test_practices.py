"""Every practice in this folder: what goes in, and what the coach must say.

`VOICECOACH_ACCEPT=1` writes the coach's lines into the scripts anew: read them, then keep them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.dialogues.rehearsal import Rehearsal
from tests.dialogues.test_dialogues import rewritten
from voicecoach.coach.loop import Coach
from voicecoach.coach.speaking import Mouth
from voicecoach.commands import practice
from voicecoach.dialogue.messages import Began, Consent, Outcome
from voicecoach.engines.keyboard import KEYS, Keyboard, KeyedEar
from voicecoach.engines.scripted import Script, ScriptedEar, SilentVoice, dialogue_of, read_script
from voicecoach.engines.soundfiles import SilentLoudspeaker
from voicecoach.session.entries import new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.session.record import replayed, stored_commands

SCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))
CHOSEN = {"language": "en", "consent": "words", "library": "", "rounds": 2, "guidance": "full"}


def rehearse(script: Script, folder: Path) -> Rehearsal:
    """Lead the script through the whole loop in memory, kept, and replay what was kept."""
    seen = Rehearsal()
    plan = practice.rehearsal(script, Path(__file__).parent, CHOSEN, None)
    with Library(folder / "library") as library:
        header = new_header(plan.names, recogniser="script", procedure=plan.name)
        keeper = Keeper(library, header, plan.consent)
        mouth = Mouth(SilentVoice(), SilentLoudspeaker())
        coach = Coach(ScriptedEar(script), mouth, keeper, plan.procedure, seen.show)
        seen.outcome = coach.run(Began(*plan.names, consent=plan.consent))
        session = library.session(header.id)
        seen.replays = replayed(session, plan.procedure) == stored_commands(session)
    return seen


def test_there_are_scripts() -> None:
    """A folder without scripts would pass everything."""
    assert len(SCRIPTS) >= 10


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_script(path: Path, tmp_path: Path) -> None:
    """The coach says what is written, and the phases come in the order that is written."""
    script = read_script(path)
    rehearsed = rehearse(script, tmp_path)
    if os.environ.get("VOICECOACH_ACCEPT"):
        path.write_text(rewritten(path.read_text(), script.lines, rehearsed.dialogue))
        return
    assert rehearsed.dialogue == dialogue_of(script.lines)
    assert script.path, "a script names its path"
    assert [phase for phase in rehearsed.path if phase != "done"] == list(script.path)
    assert rehearsed.replays, "the stored events must reproduce the stored commands"
    assert rated_before_scored(rehearsed) or script.settings.get("mirrors") == "only"


def rated_before_scored(rehearsed: Rehearsal) -> bool:
    """True if each score follows a rating (or its absence) that was shown before it."""
    kinds = [line["kind"] for line in rehearsed.lines if line["kind"] in ("rated", "fidelity")]
    return all(kinds[at - 1] == "rated" for at, kind in enumerate(kinds) if kind == "fidelity")


class Typist(Keyboard):
    """Somebody who types at once what they are told to."""

    def __init__(self) -> None:
        super().__init__()
        self.types = ""

    def read(self) -> str:
        typed, self.types = self.types, ""
        return typed


def test_a_practice_by_keys_alone_but_for_the_mirror(tmp_path: Path) -> None:
    """A number rates, "n" goes on; both come through the loop like what is said."""
    script = read_script(Path(__file__).parent / "she_rates_unasked.txt")
    script = replace(script, lines=script.lines[:3])
    plan = practice.rehearsal(script, Path(__file__).parent, CHOSEN, None)
    typist, seen = Typist(), Rehearsal()

    def show(line: Mapping[str, Any]) -> None:
        seen.show(line)
        if line["kind"] == "phase":
            typist.types = {"rate": "9", "next": "n"}.get(line["phase"], "")

    with Library(tmp_path / "library") as library:
        header = new_header(plan.names, recogniser="script", procedure=plan.name)
        keeper = Keeper(library, header, plan.consent)
        ear = KeyedEar(ScriptedEar(script), typist, KEYS)
        mouth = Mouth(SilentVoice(), SilentLoudspeaker())
        coach = Coach(ear, mouth, keeper, plan.procedure, show)
        assert coach.run(Began(*plan.names, consent=plan.consent)) is Outcome.DONE
        session = library.session(header.id)
    assert replayed(session, plan.procedure) == stored_commands(session)
    assert [line["own"] for line in seen.lines if line["kind"] == "rated"] == [9.0]
    assert seen.path == ["share", "reflect", "rate", "next", "close", "done"]


def test_consent_is_what_was_given() -> None:
    """Without it nothing is kept: the plan of a script that does not ask for it says so."""
    script = read_script(SCRIPTS[0])
    plan = practice.rehearsal(script, Path(__file__).parent, {**CHOSEN, "consent": None}, ["Eva"])
    assert plan.consent is Consent.NOTHING
    assert plan.names == ("Coach", "Eva")
