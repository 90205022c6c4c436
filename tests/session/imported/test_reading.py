"""A written talk becomes a session like one that was led, and says that it was not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from voicecoach.dialogue.followed import Followed
from voicecoach.dialogue.messages import Outcome
from voicecoach.errors import InputError
from voicecoach.session import record
from voicecoach.session.entries import Session
from voicecoach.session.export import FORMATS, as_json, as_text, exported
from voicecoach.session.imported.kept import read_export
from voicecoach.session.imported.reading import Talk, as_name, read_talk, speakers
from voicecoach.session.imported.written import read_transcript
from voicecoach.session.library import Library
from voicecoach.session.library.adding import add

TALK = """
ANNA: When you leave the room while I talk, I feel that it does not matter to you.
BEN: When I leave the room while you talk, you feel that it does not matter to me. Did I get that?
THERAPIST: Take your time.
ANNA: Yes.
BEN: Is there more?
ANNA: No, that's all.
BEN: When you shout I get scared and I need to breathe for a while.
ANNA: Stop.
ANNA: When I shout you are angry.
BEN: No, I get scared, and then I need to breathe.
ANNA: You get scared and you need to breathe.
BEN: Exactly.
"""
TALKING = Talk(("Anna", "Ben"), ("ANNA", "BEN"))


def session(text: str = TALK, talk: Talk = TALKING) -> Session:
    now = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
    return read_talk(read_transcript(text.encode(), "f"), talk, now=now)


def test_mirrors_are_scored_where_they_are() -> None:
    """Who has which role, what was compared, and how well it came back."""
    turns = record.turns(session())
    shown = [(turn.name, turn.role, turn.phase.value, turn.round) for turn in turns]
    assert shown == [
        ("Anna", "speaker", "share", 1),
        ("Ben", "listener", "reflect", 1),
        (None, None, "check", 1),
        ("Anna", "speaker", "check", 1),
        ("Ben", "listener", "more", 1),
        ("Anna", "speaker", "more", 1),
        ("Ben", "speaker", "share", 2),
        ("Anna", "listener", "reflect", 2),
        ("Anna", "listener", "check", 2),
        ("Ben", "speaker", "check", 2),
        ("Anna", "listener", "reflect", 2),
        ("Ben", "speaker", "check", 2),
    ]
    scores = [round(turn.fidelity.score) for turn in turns if turn.fidelity]
    assert scores[0] > 90 and scores[-1] > 90 and min(scores) < 60
    assert [turn.attempt for turn in turns][-3:] == [1, 2, 2]


def test_whoever_reads_it_knows_that_no_coach_led_it() -> None:
    """In the header, and in words; of a coach there is not a word in it."""
    whole = session()
    header = whole.header
    assert (header.recogniser, header.procedure, header.guidance) == ("hand", "transcript", "quiet")
    assert header.names == ("Anna", "Ben") and header.id.startswith("2026-03-01-1830-")
    text = as_text(whole)
    assert "written down by hand" in text and "no coach led it" in text and "reckoned" in text
    assert "(Coach" not in text and "told apart" not in text
    assert "Someone says from outside: THERAPIST: Take your time." in text
    assert text.endswith("\nThe transcript ends here.\n")


def test_what_was_written_is_in_it_word_for_word() -> None:
    said = [turn.text for turn in record.turns(session())]
    lines = [line.split(": ", 1) for line in TALK.strip().splitlines()]
    assert said == [": ".join(line) if line[0] == "THERAPIST" else line[1] for line in lines]


def test_it_is_a_session_like_any_other(tmp_path: Path) -> None:
    """It can be kept, exported in every format, imported again, and replayed from its events."""
    whole = session()
    assert record.replayed(whole, Followed()) == record.stored_commands(whole)
    assert read_export(as_json(whole).encode(), "f") == (whole, True)
    with Library(tmp_path / "library") as library:
        add(library, whole)
        assert library.session("last") == whole
    for name in FORMATS:
        assert exported(whole, name)
    assert record.outcome(whole) is Outcome.END_OF_INPUT and record.rounds(whole) == 2


def test_a_word_to_the_coach_was_none() -> None:
    """Nobody was there to pause or stop at a word."""
    said = "I feel alone at night, and so I cannot sleep."
    whole = session(f"ANNA: Pause.\nBEN: Stop.\nANNA: {said}\nBEN: You feel alone at night.")
    turns = record.turns(whole)
    assert all(turn.reply.command is None for turn in turns)
    assert turns[-1].fidelity is not None


def test_times_are_taken_where_they_are_and_reckoned_where_not() -> None:
    """Each line after the one before; none beyond the next one's time."""
    timed = session("[0:10] ANNA: yes yes yes yes\n[0:11] BEN: well\nANNA: oh")
    times = [(t.utterance.start_s, t.utterance.end_s) for t in record.turns(timed)]
    assert times[0] == (10.0, 11.0) and times[1] == (11.0, 11.286)
    assert times[2][0] == pytest.approx(12.286, abs=0.01)
    assert as_text(timed).count("reckoned") == 1
    given = session(
        "WEBVTT\n\n00:01.000 --> 00:02.000\nAnna: oh\n\n00:03.000 --> 00:04.500\nBen: ah"
    )
    assert [t.utterance.end_s for t in record.turns(given)] == [2.0, 4.5]
    assert "reckoned" not in as_text(given)


def test_who_speaks() -> None:
    """However it is spelt it is one; shouting is none."""
    found = speakers(read_transcript(b"ANNA: a\nBen: b\nanna: c", "f"))
    assert found == {"ANNA": 2, "Ben": 1}
    assert [as_name(who) for who in ("ANNA", "DR. LEE", "McKay", "A", "AB")] == [
        *("Anna", "Dr. Lee", "McKay", "A", "AB"),
    ]


def test_what_would_take_for_ever_is_refused() -> None:
    """A mirror that grows without end is compared again with each of its parts."""
    long = "You feel so alone and cold in the night that nobody comes. " * 20
    lines = "".join(f"BEN: {long}\nANNA: hm\n" for _ in range(60))
    with pytest.raises(InputError, match="longer than any talk"):
        session(f"ANNA: I feel alone.\n{lines}")
