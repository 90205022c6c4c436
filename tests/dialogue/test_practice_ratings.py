"""Ratings as they are said, and as a recogniser writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicecoach.dialogue.practice.ratings import corrected, rating

UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@pytest.mark.parametrize("form", ["{}", "number {}", "{} out of ten", "I'd say about a {}."])
@pytest.mark.parametrize("number", range(11))
def test_each_number_in_each_form(number: int, form: str) -> None:
    """By word and by digit."""
    assert rating(form.format(UNITS[number])) == number
    assert rating(form.format(number)) == number


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("ten out of ten", 10),
        ("seven and a half", 7.5),
        ("seven point five", 7.5),
        ("7.5", 7.5),
        ("7/10", 7),
        ("eighty percent", 8),
        ("75 %", 7.5),
        ("seventy five", 7.5),
        ("a hundred percent", 10),
        ("one hundred", 10),
        ("number to", 2),
        ("for", 4),
        ("maybe six", 6),
        ("five out of that", 5),
        ("um, seven, I think", 7),
        ("seven seven", 7),
    ],
)
def test_other_ways_to_say_it(text: str, own: float) -> None:
    """Halves, percent, and what a recogniser writes for a number that sounds the same."""
    assert rating(text) == own


@pytest.mark.parametrize(
    "text",
    [
        "",
        "number",
        "six or seven",
        "not seven",
        "eleven",
        "five hundred",
        "I waited two hours",
        "you were sad for three weeks",
        "and there were four of us at the table",
        "I want to go to the doctor",
        "the buyer to seven",
        "next",
        "yes",
    ],
)
def test_what_is_no_rating(text: str) -> None:
    """Two numbers, too many, or a number inside talk."""
    assert rating(text) is None


@pytest.mark.parametrize(
    ("text", "own"),
    [("no, I said eight", 8), ("I meant number six", 6), ("no eight", 8), ("eight", None)],
)
def test_a_correction_says_that_it_is_one(text: str, own: float | None) -> None:
    """A number alone after the score is none."""
    assert corrected(text) == own


@given(st.text(max_size=80))
def test_any_text_has_an_answer(text: str) -> None:
    """0 to 10, or none."""
    own = rating(text)
    assert own is None or 0 <= own <= 10
    corrected(text)
