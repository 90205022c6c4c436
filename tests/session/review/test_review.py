"""What is noted afterwards changes what is told, and nothing that was kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.session import making
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Announce, Enter, Score, Scored
from voicecoach.session import record, review
from voicecoach.session.entries import CORRECTED, Session, remark
from voicecoach.session.export import as_text

SHARE, MIRROR, ANSWER, SECOND_MIRROR = 7, 9, 13, 16


def with_notes(*notes: tuple[str, dict[str, Any]]) -> Session:
    """The small session with these notes after its end."""
    session = making.session()
    entries = list(session.entries)
    for kind, data in notes:
        entries.append(replace(remark(kind, 66.0, **data), number=len(entries) + 1))
    return replace(session, entries=tuple(entries))


def test_a_note_that_was_taken_back_does_not_hold() -> None:
    """And taking that back makes it hold again."""
    flag = (review.FLAGGED, {"entry": SHARE})
    last = len(making.session().entries)
    session = with_notes(flag)
    assert [note.number for note in review.holding(session.entries)] == [last, last + 1]
    session = with_notes(flag, (review.UNDONE, {"entry": last + 1}))
    assert [note.number for note in review.holding(session.entries)] == [last]
    session = with_notes(
        flag, (review.UNDONE, {"entry": last + 1}), (review.UNDONE, {"entry": last + 2})
    )
    assert [note.number for note in review.holding(session.entries)] == [last, last + 1]


def test_how_it_ended_and_how_long_it_took_stay() -> None:
    session = with_notes((review.NOTED, {"entry": SHARE, "text": "hm"}))
    assert record.outcome(session) == record.outcome(making.session())
    assert record.seconds(session) == 66.0


def test_a_correction_that_was_taken_back() -> None:
    """Of two the last one holds; without it the one before."""
    one = (CORRECTED, {"entry": SHARE, "text": "one", "by": "review"})
    two = (CORRECTED, {"entry": SHARE, "text": "two", "by": "review"})
    last = len(making.session().entries)
    back = (review.UNDONE, {"entry": last + 2})
    for notes, text in (((one, two), "two"), ((one, two, back), "one")):
        turn = record.turns(with_notes(*notes))[0]
        assert (turn.text, turn.utterance.text) == (text, making.MESSAGE)


def test_a_name_is_another_one_everywhere_and_the_header_stays() -> None:
    session = with_notes((review.RENAMED, {"partner": 0, "name": "Clara"}))
    assert record.names(session) == ("Clara", "Ben")
    assert session.header.names == ("Anna", "Ben")
    assert {turn.name for turn in record.turns(session)} == {"Clara", "Ben"}
    told = [message for _, message in record.messages(session)]
    assert all(m.speaker in ("Clara", "Ben") for m in told if isinstance(m, Enter))
    announced = [dict(m.values)["speaker"] for m in told if isinstance(m, Announce)]
    assert announced == ["Clara", "Clara"]
    text = as_text(session)
    assert text.startswith("Clara and Ben") and "Anna" not in text


def test_who_spoke_changes_the_role() -> None:
    """A turn of the other one, or of neither; the other turns stay."""
    turns = record.turns(with_notes((review.RELABELLED, {"entry": SHARE, "partner": 1})))
    assert [(t.name, t.role) for t in turns[:2]] == [("Ben", "listener"), ("Ben", "listener")]
    turns = record.turns(with_notes((review.RELABELLED, {"entry": SHARE, "partner": None})))
    assert (turns[0].name, turns[0].role, turns[0].utterance.third) == (None, None, True)


@pytest.mark.parametrize("passage", ["", "I feel alone", "ALONE"])
def test_what_is_hidden_is_told_nowhere(passage: str) -> None:
    """Neither in the turn nor in what was compared with it, nor in its evidence."""
    session = with_notes((review.REDACTED, {"entry": SHARE, "text": passage}))
    turn = record.turns(session)[0]
    assert turn.hidden and review.HIDDEN in turn.text
    told = [message for entry, message in record.messages(session) if entry.number < ANSWER]
    score = next(m for m in told if isinstance(m, Score))
    assert "alone" not in score.message and score.reflection
    scored = next(m for m in told if isinstance(m, Scored))
    assert scored.fidelity.score == making.LOW.score
    assert not (scored.fidelity.missed or scored.fidelity.added or scored.fidelity.altered)
    before_the_answer = as_text(session).split("answers no")[0]
    assert "alone" not in before_the_answer


def test_hiding_takes_whole_words() -> None:
    """A name inside another word is none; signs in a passage are only signs."""
    assert review.hidden_in("Ann and (a.b)", ("an", "(a.b)")) == "Ann and [hidden]"


def test_a_corrected_line_that_is_hidden() -> None:
    session = with_notes(
        (CORRECTED, {"entry": SHARE, "text": "Anna Smith was late.", "by": "review"}),
        (review.REDACTED, {"entry": SHARE, "text": "Smith"}),
    )
    turn = record.turns(session)[0]
    assert turn.text == "Anna [hidden] was late." and turn.utterance.text == making.MESSAGE


def test_replaying_knows_nothing_of_the_review() -> None:
    """The events that are replayed are those that happened."""
    notes = [
        (review.RENAMED, {"partner": 0, "name": "Clara"}),
        (review.REDACTED, {"entry": ANSWER, "text": ""}),
        (review.RELABELLED, {"entry": SHARE, "partner": 1}),
    ]
    plain = record.replayed(making.session(), Imago())
    assert record.replayed(with_notes(*notes), Imago()) == plain


def test_a_remark_on_the_whole_session() -> None:
    """It holds until it is taken back; without remarks all the rest is there."""
    made = ((review.REMARKED, {"text": "One."}), (review.REMARKED, {"text": "Two."}))
    session = with_notes(*made, (review.NOTED, {"entry": SHARE, "text": "Three."}))
    first = len(making.session().entries) + 1
    assert review.remarks(session.entries) == ("One.", "Two.")
    undone = with_notes(*made, (review.UNDONE, {"entry": first}))
    assert review.remarks(undone.entries) == ("Two.",)
    assert review.without_remarks(session) == making.session()
