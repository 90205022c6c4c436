"""Messages and mirrors as couples talk, judged by reading, and what the comparison says of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from voicecoach.dialogue.comparison import Meaning
from voicecoach.dialogue.fidelity import compare
from voicecoach.dialogue.messages import Fidelity
from voicecoach.engines.meaning import open_word_table

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("fidelity_golden.jsonl").read_text("utf-8").splitlines()
]
"""Fields: message, reflection; missed, added: what the evidence must name; altered: kinds; band:
those that a reader would accept; why: the reason, where the comparison is wrong."""


@pytest.fixture(scope="module")
def words() -> Meaning:
    return open_word_table()


def differences(row: dict[str, Any], found: Fidelity) -> list[str]:
    """What a reader would object to; empty where the evidence and the band are right.

    What was altered may be named as altered, or as missed and added.
    """
    gone = " ".join([*found.missed, *(change.said for change in found.altered)]).lower()
    new = " ".join([*found.added, *(change.became for change in found.altered)]).lower()
    wrong = []
    if {change.kind for change in found.altered} != set(row["altered"]):
        wrong.append(f"altered: {found.altered}")
    for named, there, phrases in (
        (row["missed"], gone, found.missed),
        (row["added"], new, found.added),
    ):
        complete = all(phrase.lower() in there for phrase in named)
        nothing_else = named or row["altered"] or not phrases
        if not (complete and nothing_else):
            wrong.append(f"{phrases} for {named}")
    worst = row["altered"] and found.band == "something else"
    if found.band not in row["band"] and not worst:
        wrong.append(f"{found.band} ({found.score:.0f})")
    return wrong


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["reflection"])
def test_what_a_reader_would_say(row: dict[str, Any], words: Meaning) -> None:
    """Right where it was right; where it is known to be wrong, the reason still holds."""
    wrong = differences(row, compare(row["message"], row["reflection"], meaning=words))
    assert bool(wrong) == ("why" in row), wrong


def test_most_of_it_is_right() -> None:
    """At least 150 pairs, nine of ten right, and a reason for each of the others."""
    known = [row["why"] for row in ROWS if "why" in row]
    assert len(ROWS) >= 150
    assert len(known) <= len(ROWS) / 10
    assert all(known)
