"""A dialogue that was kept can be led again from its events, command by command."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.session.making import HEADER
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import (
    Announce,
    Announced,
    Announcing,
    Began,
    Consent,
    Event,
    Fidelity,
    Finish,
    Keep,
    Outcome,
    Phase,
    Score,
    Scored,
)
from voicecoach.dialogue.turns import heard
from voicecoach.session import record
from voicecoach.session.entries import entry_of
from voicecoach.session.export import as_json, as_text
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.utterance import Utterance

SAID = (
    ("Anna", "Yes."),
    ("Anna", "No."),
    ("Ben", "Yes, of course."),
    ("Anna", "When you come home late I feel alone."),
    ("Ben", "You feel angry when I come home late. Did I get that?"),
    ("Anna", "No, I feel alone, not angry."),
    ("Ben", "You feel alone when I come home late."),
    ("Anna", "Yes, exactly."),
    ("Anna", "No, that is all."),
    ("Ben", "I would like an hour for myself in the evening."),
    ("Anna", "You want an hour for yourself in the evening."),
    ("Ben", "Yes."),
    ("Ben", "No."),
)


def lead(keeper: Keeper) -> None:
    """Lead the dialogue above with consent asked for, keeping each message before it counts."""
    machine = Imago()
    state, at_s = machine.initial(), 0.0
    waiting: list[Event] = [Began("Anna", "Ben", consent=Consent.ASK)]
    said = list(SAID)
    while waiting or said:
        at_s += 1.0
        if waiting:
            event = waiting.pop(0)
        else:
            partner, text = said.pop(0)
            utterance = Utterance(text, at_s, at_s + 1, partner)
            event = heard(utterance, machine.question(state))
        keeper.append(entry_of(event, at_s))
        state, commands = machine.step(state, event)
        keeper.append(*(entry_of(command, at_s) for command in commands))
        for command in commands:
            if isinstance(command, Announce) and not command.optional:
                waiting += [Announcing(command.key), Announced(command.key)]
            elif isinstance(command, Score):
                waiting.append(Scored(Fidelity(80.0, "good", 0.8, 0.1)))
            elif isinstance(command, Keep):
                keeper.keep(command.consent)
            elif isinstance(command, Finish):
                keeper.finish(command.outcome)
                return


def test_the_stored_events_give_the_stored_commands(tmp_path: Path) -> None:
    """Through the library and back, replaying the events through the machine gives exactly the
    commands that were kept; with one event changed it does not."""
    with Library(tmp_path / "library.sqlite3") as library:
        lead(Keeper(library, HEADER))
        session = library.session("last")
    assert record.outcome(session) is Outcome.DONE
    assert record.path(session)[-1] is Phase.DONE and record.rounds(session) == 2
    stored = record.stored_commands(session)
    assert stored and record.replayed(session, Imago()) == stored

    changed = tuple(
        replace(entry, data={**entry.data, "reply": {"answer": "YES"}})
        if entry.data["type"] == "Heard" and entry.data["reply"]["answer"] == "NO"
        else entry
        for entry in session.entries
    )
    assert changed != session.entries
    assert record.replayed(replace(session, entries=changed), Imago()) != stored


def test_a_dialogue_that_was_led_can_be_read(tmp_path: Path) -> None:
    """The transcript of a real dialogue names each turn in order, and the JSON the same turns."""
    with Library(tmp_path / "library.sqlite3") as library:
        lead(Keeper(library, HEADER))
        session = library.session("last")
    text = as_text(session)
    places = [text.index(f"{name} ") for name, _ in SAID[:1]]
    for _, words in SAID:
        places.append(text.index(words, places[-1]))
    assert places == sorted(places)
    assert "Round 2: Ben speaks, Anna listens" in text and "attempt 2" in text
    assert text.endswith("Led to its close.\n")
    assert '"text": "Yes, exactly."' in as_json(session)
