"""What a session tells is computed from its entries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.session import making
from voicecoach.dialogue.messages import (
    Announce,
    Command,
    Enter,
    Event,
    Finish,
    Guidance,
    Heard,
    Outcome,
    Phase,
    Question,
    Quiet,
)
from voicecoach.session import record
from voicecoach.session.entries import Entry, Session, closing, entry_of, new_header


def numbered(*entries: Entry, running: bool = False) -> Session:
    """A session of these entries."""
    return Session(
        making.HEADER,
        tuple(replace(entry, number=number) for number, entry in enumerate(entries, 1)),
        running,
    )


def test_the_path_is_the_phases_entered() -> None:
    """In order, with every return to a phase."""
    names = "share reflect check share reflect check more swap share"
    assert record.path(making.session()) == tuple(map(Phase, names.split()))
    assert record.rounds(making.session()) == 2
    assert record.seconds(making.session()) == 66.0


def test_turns_carry_role_step_and_count() -> None:
    """Each turn knows who had it in which role, in which attempt, and in which step."""
    told = [(t.name, t.role, t.phase, t.attempt, t.partner) for t in record.turns(making.session())]
    assert told == [
        ("Anna", "speaker", Phase.SHARE, 1, "Anna"),
        ("Ben", "listener", Phase.REFLECT, 1, "Ben"),
        ("Anna", "speaker", Phase.CHECK, 1, "Anna"),
        ("Ben", "listener", Phase.REFLECT, 2, None),
        ("Anna", "speaker", Phase.CHECK, 2, None),
        ("Ben", "listener", Phase.MORE, 2, "Ben"),
        ("Anna", "speaker", Phase.MORE, 2, "Anna"),
    ]


def test_a_score_belongs_to_its_reflection() -> None:
    """It is shown with the reflection even though it comes after the next step was entered."""
    scores = [turn.fidelity for turn in record.turns(making.session())]
    assert scores == [None, making.LOW, None, making.HIGH, None, None, None]


def test_a_voice_that_is_known_decides_the_role() -> None:
    """The listener's yes in the speaker's place is the listener's; a pause has no roles."""
    heard = making._heard("Yes.", 1.0, "Ben")
    session = numbered(
        entry_of(making._enter(Phase.CHECK), 0.0),
        entry_of(heard, 2.0),
        entry_of(making._enter(Phase.PAUSED), 2.0),
        entry_of(heard, 3.0),
        entry_of(making._heard("Hm.", 4.0, None), 5.0),
    )
    turns = record.turns(session)
    assert [(t.role, t.name) for t in turns] == [("listener", "Ben"), (None, "Ben"), (None, None)]


def test_how_it_ended() -> None:
    """The closing note, else the dialogue's own Finish; without both it runs, or was cut off."""
    finish = entry_of(Finish(Outcome.STOPPED), 1.0)
    note = closing(Outcome.INTERRUPTED, 2.0)
    assert record.outcome(numbered(finish, note)) is Outcome.INTERRUPTED
    assert record.outcome(numbered(finish)) is Outcome.STOPPED
    assert record.outcome(numbered()) is Outcome.INTERRUPTED
    assert record.outcome(numbered(running=True)) is None
    assert record.seconds(numbered()) == 0.0 and record.rounds(numbered()) == 0


def test_entries_know_events_from_commands() -> None:
    """The kind follows from the message."""
    assert entry_of(Quiet(1.0), 2.0).kind == "event"
    assert entry_of(Announce("more", "Ben"), 2.0).kind == "command"


def test_the_header_is_read_off_the_wall_clock_once() -> None:
    """In UTC wherever the clock is; two sessions in one minute have two ids."""
    evening = datetime(2026, 3, 1, 20, 30, 5, 123456, tzinfo=timezone(timedelta(hours=2)))
    header = new_header(("Anna", "Ben"), recogniser="sphinx", now=evening)
    assert header.started == "2026-03-01T18:30:05+00:00"
    assert header.id.startswith("2026-03-01-1830-")
    assert header.guidance == Guidance.FULL and header.names == ("Anna", "Ben")
    ids = {new_header(("A", "B"), recogniser="", now=evening).id for _ in range(20)}
    assert len(ids) > 1
    before = datetime.now(UTC).isoformat(timespec="seconds")
    assert new_header(("A", "B"), recogniser="").started >= before


def test_a_name_typed_in_another_encoding_can_be_kept() -> None:
    """Bytes that are no text, as a terminal may pass them, become question marks."""
    assert new_header(("Zo\udceb", "Ben"), recogniser="").names == ("Zo?", "Ben")


@dataclass(frozen=True)
class Echo:
    """A procedure that counts what it hears and answers each turn with a share."""

    offset: int = 0

    def initial(self) -> int:
        """Nothing heard yet."""
        return self.offset

    def question(self, state: int) -> Question | None:
        """It asks nothing."""
        return None

    def step(self, state: int, event: Event) -> tuple[int, tuple[Command, ...]]:
        """Enter the share numbered by the turns so far."""
        if not isinstance(event, Heard):
            return state, ()
        return state + 1, (Enter(Phase.SHARE, "Anna", "Ben", 1, 1, state + 1),)


def test_replaying_the_events_gives_the_commands() -> None:
    """The stored events through the same procedure are the stored commands; another is not."""
    state, entries = Echo().initial(), []
    for at_s, message in making.SCRIPT:
        if isinstance(message, Heard | Quiet):
            entries.append(entry_of(message, at_s))
            state, commands = Echo().step(state, message)
            entries += [entry_of(command, at_s) for command in commands]
    session = numbered(*entries, closing(Outcome.DONE, 99.0))
    assert len(record.stored_commands(session)) == 7
    assert record.replayed(session, Echo()) == record.stored_commands(session)
    assert record.replayed(session, Echo(1)) != record.stored_commands(session)


def test_an_entry_of_another_version_is_named() -> None:
    """A message that is not known is an error, not a gap."""
    session = numbered(Entry(1.0, "event", {"type": "Sighed"}))
    with pytest.raises(ValueError, match="unknown message type 'Sighed'"):
        record.turns(session)
