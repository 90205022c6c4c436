"""Answers by key are in the record as such: who reads it later sees that nobody said them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.session import making
from voicecoach.coach import loop
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Consent, Fidelity
from voicecoach.engines.scripted import ScriptedEar, SilentVoice, parse
from voicecoach.engines.soundfiles import SilentLoudspeaker
from voicecoach.session import record
from voicecoach.session.entries import Session
from voicecoach.session.export import as_text
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.session.resuming import standing
from voicecoach.session.review.reading import read
from voicecoach.web.shown import dialogue
from voicecoach.web.shown.dialogue import Coach

FIDELITY = Fidelity(100.0, "mirrored", 1.0, 0.0)
TALK = """
ANNA: I felt alone at dinner.
(press: yes)
BEN: You felt alone at dinner.
(3 s)
(press: yes)
(3 s)
(press: no)
"""


def held(folder: Path, talk: str = TALK, **began: bool) -> tuple[Session, list[dict[str, object]]]:
    """The talk as it was kept and as it was shown; both agreed, or not."""
    shown: list[dict[str, object]] = []
    with Library(folder / "library") as library:
        keeper = Keeper(library, making.HEADER, Consent.WORDS)
        mouth = Mouth(SilentVoice(), SilentLoudspeaker())
        coach = loop.Coach(
            ScriptedEar(parse(talk)), mouth, keeper, Imago(), lambda line: shown.append({**line})
        )
        coach.run(Began("Anna", "Ben", rounds=1, **began))
        return library.session(making.HEADER.id), shown


def test_what_counted_is_told_and_replays(tmp_path: Path) -> None:
    """The press into the share answered nothing."""
    session, shown = held(tmp_path, buttons=True)
    assert list(record.keyed(record.messages(session)).values()) == [
        "Anna answers yes by key",
        "Anna answers no by key",
    ]
    assert "(Anna answers yes by key)" in as_text(session)
    told = dialogue.blocks(read(session), frozenset(), lambda *_: FIDELITY)
    passages = [item.text for block in told for item in block.items if isinstance(item, Coach)]
    assert "Anna answers yes by key." in passages, "the review tells it too"
    assert record.replayed(session, Imago()) == record.stored_commands(session)
    pressed = [e.data for e in session.entries if e.data["type"] == "Answered"]
    assert [data["by"] for data in pressed] == ["key"] * 3
    replies = [(line["answer"], line["by"]) for line in shown if "by" in line]
    assert replies == [("YES", "key"), ("NO", "key")]
    assert shown[0]["buttons"] is True


def test_what_did_not_count_is_told_nowhere(tmp_path: Path) -> None:
    session, shown = held(tmp_path, buttons=False)
    assert record.keyed(record.messages(session)) == {}
    assert "by key" not in as_text(session)
    assert not any("by" in line for line in shown)
    assert "buttons" not in shown[0]
    assert record.outcome(session) == "end_of_input"


@pytest.mark.parametrize("answer", ["Yes.", "No."])
def test_an_agreement_aloud_is_kept_as_what_was_said(tmp_path: Path, answer: str) -> None:
    """The question, both answers and, after two yeses, the command; a talk goes on from there."""
    asked = f"ANNA: Yes.\nBEN: {answer}\n{TALK.strip()}"
    session, shown = held(tmp_path, asked, ask_buttons=True)
    data = [entry.data for entry in session.entries]
    assert (data[0]["buttons"], data[0]["ask_buttons"]) == (False, True)
    told = [each for each in data if each["type"] in ("Heard", "AcceptKeys")][:3]
    agreed = answer == "Yes."
    assert [each["type"] for each in told] == [
        "Heard",
        "Heard",
        "AcceptKeys" if agreed else "Heard",
    ]
    replies = [(line["answer"], line["by"]) for line in shown if "by" in line]
    assert replies == ([("YES", "key"), ("NO", "key")] if agreed else [])
    assert [line["buttons"] for line in shown if line["kind"] == "agreed"] == [True] * agreed
    assert record.replayed(session, Imago()) == record.stored_commands(session)
    at_the_mirror = next(at for at, each in enumerate(data) if each["type"] == "Score")
    broken = replace(session, entries=session.entries[:at_the_mirror])
    assert standing(broken, Imago()).state.buttons is agreed


@pytest.mark.parametrize("buttons", [True, False])
def test_the_agreement_is_kept(tmp_path: Path, buttons: bool) -> None:
    """The first entry says whether they agreed, also where nothing was pressed."""
    session, _ = held(tmp_path, buttons=buttons)
    assert session.entries[0].data["buttons"] is buttons
