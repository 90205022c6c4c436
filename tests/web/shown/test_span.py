"""Of many sessions those that are wanted are counted, and it is said which they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from voicecoach.web.shown.listing import Listed
from voicecoach.web.shown.span import Span


def row(day: int, name: str = "Ann") -> Listed:
    started = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
    return Listed(f"s{day}", started.isoformat(), (name, "Bo"), 60.0, 2, "", 0)


ROWS = [row(day, "Ann" if day % 2 else "Cy") for day in range(150)]


@pytest.mark.parametrize(
    ("asked", "first", "shown", "sentence"),
    [
        ({}, "s50", 100, "The last 100 of 150 sessions, the earliest first"),
        ({"last": "20"}, "s130", 20, "The last 20 of 150 sessions, the earliest first"),
        ({"last": "all"}, "s0", 150, "All 150 sessions, the earliest first"),
        ({"who": "cy"}, "s0", 75, "All 75 sessions, the earliest first"),
        (
            {"until": "2026-02-01", "last": "20"},
            "s12",
            20,
            "The last 20 of 32 sessions to 2026-02-01, the earliest first",
        ),
        ({"since": "2026-05-30"}, "s149", 1, "The one session from 2026-05-30 on"),
        ({"since": "2027-01-01"}, "", 0, "No session from 2027-01-01 on"),
    ],
)
def test_what_is_asked_for(asked: dict[str, str], first: str, shown: int, sentence: str) -> None:
    span = Span.of(asked)
    inside = span.inside(ROWS)
    cut = span.cut(inside)
    assert [len(cut), *(each.id for each in cut[:1])] == [shown, *([first] if first else [])]
    assert span.told(len(cut), len(inside)) == sentence
