"""Figures are counted from what was kept, by hand for a session small enough to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.session import making
from tests.session.review.test_pairs import plainly
from tests.session.review.test_review import ANSWER, SHARE, with_notes
from voicecoach.dialogue.messages import Fidelity
from voicecoach.session import review
from voicecoach.session.entries import CORRECTED, Entry, Session, entry_of
from voicecoach.session.review.figures import Figures, figures, middles
from voicecoach.session.review.reading import read


def test_a_small_session_counted_by_hand() -> None:
    """Round 1: two mirrors of 58 and 92, a yes at the second attempt; round 2 was only begun."""
    found = figures(read(making.session()))
    first, second = found.rounds
    assert (first.speaker, first.listener, first.scores) == ("Anna", "Ben", (58.0, 92.0))
    assert first.attempts == (2,)
    assert first.shares_s == pytest.approx((8 * 0.3,))
    assert (second.speaker, second.scores, second.attempts) == ("Ben", (), ())
    assert (found.fidelity, found.attempts) == (75.0, 2)
    anna = 0.3 * (8 + 6 + 1 + 1)  # "Yes." is nobody's voice, in the speaker's place
    ben = 0.3 * (13 + 8 + 3)
    assert found.spoken_s == pytest.approx((anna, ben))
    assert found.equality == pytest.approx(2 * anna / (anna + ben))
    assert found.flags == found.notes == 0


def test_what_cannot_be_told_is_not_counted() -> None:
    """Neither a mirror of a message of two words, nor a session in which nothing was said."""
    session = making.session()
    told = Fidelity(0.0, "cannot tell", 0.0, 0.0, questions=("Why?",), rebuttals=("But I do",))
    entries = list(session.entries)
    for at, entry in enumerate(entries):
        if entry.data["type"] == "Scored":
            data = dict(entry.data)
            data["fidelity"] = _plain(told)
            entries[at] = replace(entry, data=data)
    found = figures(read(replace(session, entries=tuple(entries))))
    assert found.fidelity is None
    assert (found.total("questions"), found.total("rebuttals")) == (2, 2)
    empty = figures(read(Session(making.HEADER)))
    assert empty == Figures(("Anna", "Ben"), (), (0.0, 0.0), 0.0, 0, 0)
    assert (empty.fidelity, empty.attempts, empty.share_s, empty.equality) == (None,) * 4


def _plain(found: Fidelity) -> dict[str, object]:
    from voicecoach.dialogue.messages import Scored

    data: dict[str, object] = entry_of(Scored(found), 0.0).data["fidelity"]
    return data


def test_what_was_noted_counts() -> None:
    """A turn given to the listener is an interruption; a correction gives another score; flags."""
    session = with_notes(
        (review.RELABELLED, {"entry": SHARE, "partner": 1}),
        (CORRECTED, {"entry": ANSWER, "text": "No, I love the sea.", "by": "review"}),
        (review.FLAGGED, {"entry": SHARE}),
        (review.NOTED, {"entry": SHARE, "text": "hm"}),
        (review.RENAMED, {"partner": 0, "name": "Clara"}),
    )
    found = figures(read(session), plainly)
    assert found.names == ("Clara", "Ben") and found.rounds[0].speaker == "Clara"
    assert found.rounds[0].interruptions == 1 and found.rounds[0].shares_s == ()
    assert (found.flags, found.notes) == (1, 1)
    assert found.rounds[0].scores[1] < 40 < making.HIGH.score


def test_its_two_middles_are_read_from_scores_and_steps_alone() -> None:
    """Where a correction may have changed a score, or a message is not known, they are not."""
    session = making.session()
    assert middles(session) == (75.0, 2)
    assert middles(Session(making.HEADER)) == (None, None)
    assert middles(with_notes((CORRECTED, {"entry": SHARE, "text": "x", "by": "review"}))) is None
    other = Session(making.HEADER, (Entry(0.0, "event", {"type": "Scored", "grade": "A"}),))
    assert middles(other) is None
