"""The time line: who spoke when, in units of a row and in numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.session import making
from tests.session.review.test_review import SHARE, with_notes
from tests.web import long_session
from voicecoach.session import review
from voicecoach.session.entries import Header, Session
from voicecoach.session.review.reading import read
from voicecoach.web.shown.timeline import LENGTHS, ROWS, WIDTH, rows


def test_a_small_session_in_one_row_of_its_own_length() -> None:
    """66 seconds: the first turn from 3.5 s to 5.9 s, the coach from 0.1 s to 2.5 s."""
    told = rows(read(making.session()))
    assert [(row.start_s, row.end_s) for row in told.rows] == [(0, 60), (60, 66)]
    bars = {bar.turn: bar for row in told.rows for bar in row.bars if bar.turn}
    scale = WIDTH / 60
    first = bars[SHARE]
    assert (first.x, first.width) == pytest.approx((3.5 * scale, 8 * 0.3 * scale), abs=0.1)
    assert (first.lane, first.kind, first.title) == (0, "turn", "Anna, 0:03")
    coach = next(bar for row in told.rows for bar in row.bars if bar.kind == "coach")
    assert (coach.x, coach.width) == pytest.approx((0.1 * scale, 2.4 * scale), abs=0.1)
    assert [spoken.name for spoken in told.spoken] == ["Anna", "Ben"]
    assert sum(spoken.percent for spoken in told.spoken) in (99, 100, 101)
    assert sum(spoken.turns for spoken in told.spoken) == 7
    steps = [bar.kind for bar in told.rows[0].steps]
    assert steps[:3] == ["share", "reflect", "check"]


def test_interruptions_and_voices_of_nobody() -> None:
    """The share given to the listener interrupts; one from outside has a lane of its own."""
    told = rows(read(with_notes((review.RELABELLED, {"entry": SHARE, "partner": 1}))))
    bar = next(bar for row in told.rows for bar in row.bars if bar.turn == SHARE)
    assert (told.interruptions, bar.kind, bar.lane) == (1, "interruption", 1)
    told = rows(read(with_notes((review.RELABELLED, {"entry": SHARE, "partner": None}))))
    bar = next(bar for row in told.rows for bar in row.bars if bar.turn == SHARE)
    assert (told.interruptions, bar.lane, told.spoken[-1].name) == (0, 3, "Not told apart")


def test_a_silence_is_where_nobody_speaks_for_four_seconds() -> None:
    session = making.session()
    late = session.entries[15]
    assert late.data["utterance"]["text"].startswith("You feel alone")
    data = {**late.data, "utterance": {**late.data["utterance"], "start_s": 30.0, "end_s": 33.0}}
    entries = (*session.entries[:15], replace(late, data=data), *session.entries[16:])
    assert rows(read(session)).silences == 1  # from 0:16 to 0:20
    assert rows(read(replace(session, entries=entries))).silences == 2


def test_three_hours_in_a_few_rows() -> None:
    """Every turn is in a row, none beyond its end; a session of nothing has a row too."""
    header = Header("x", making.HEADER.started, ("Daniel", "Ruth"))
    told = rows(read(Session(header, long_session.entries())))
    assert len(told.rows) <= ROWS and told.rows[0].end_s in LENGTHS
    bars = [bar for row in told.rows for bar in row.bars]
    assert len({bar.turn for bar in bars if bar.turn}) == 600
    assert all(0 <= bar.x <= WIDTH and bar.x + bar.width <= WIDTH + 2 for bar in bars)
    assert [row.bars for row in rows(read(Session(header))).rows] == [[]]
