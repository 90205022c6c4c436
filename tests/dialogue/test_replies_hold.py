"""What no wording changes: a yes taken back is none, and every text has its answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.dialogue.language import load, wordings
from voicecoach.dialogue.messages import Answer, Question
from voicecoach.dialogue.replies import asked, opens_mirror, understand

HERE = Path(__file__).parent
MIRRORS = (
    "So what I hear you saying is that you felt alone when I came home late.",
    "You don't want to go on.",
    None,
)
ENGLISH = load("en")
CONFIRMING = sorted(
    {
        " ".join(ENGLISH.plain.phrase(wording))
        for table in ("any", "satisfied")
        for kind, texts in ENGLISH.tables["replies"][table].items()
        for text in texts
        for wording in list(wordings(text))[:: max(1, len(list(wordings(text))) // 8)]
        if kind in ("yes", "firm", "lone", "soft", "known")
    }
)
"""Every phrase of the language file that may confirm a reflection, in plain words; of those with
choices some wordings."""
YES_LIKE = {
    "yes", "yeah", "yep", "right", "exactly", "sure", "correct", "true", "perfect", "okay",
    "definitely", "absolutely", "got",
}  # fmt: skip
NO_LIKE = {"no", "nope", "not", "never", "nothing", "nobody", "cannot"}


def rows(name: str) -> list[dict[str, str]]:
    lines = (HERE / f"replies_{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def plain_yes(text: str, mirrored: str | None) -> bool:
    """True if `text` would advance the dialogue without anything else said."""
    reply = understand(text, Question.SATISFIED, mirrored=mirrored)
    return reply.answer is Answer.YES and not reply.rest


def test_the_sets_hold_what_is_hard() -> None:
    """300 replies of each question, half of them never tuned on; many of them look-alikes."""
    tuned, untuned = rows("tuned"), rows("untuned")
    both = [*tuned, *untuned]
    assert len(tuned) >= 300
    assert len(untuned) >= 300
    for question in ("satisfied", "more"):
        assert sum(row["question"] == question for row in both) >= 300

    def says(row: dict[str, str], likes: set[str]) -> bool:
        return bool(likes & set(re.findall(r"[a-z]+", row["text"].lower().replace("n't", " not"))))

    assert sum(row["answer"] != "YES" and says(row, YES_LIKE) for row in both) >= 200
    after_more = [row for row in both if row["question"] == "more" and row["answer"] != "NO"]
    assert sum(says(row, NO_LIKE) for row in after_more) >= 60


def test_there_are_phrases_to_take_back() -> None:
    """The confirming phrases come from the language file."""
    assert len(CONFIRMING) >= 150
    assert {"yes", "exactly", "that is right", "right"} <= set(CONFIRMING)


@pytest.mark.parametrize("mirrored", MIRRORS)
@pytest.mark.parametrize(
    "change",
    [
        "{} but",
        "{} but it was Sunday",
        "um {} but not quite",
        "{}, except the phone",
        "well {}, although no",
        "{} however",
        "not {}",
        "that's not {}",
        "it isn't {}",
        "it's not true that {}",
        "you did not say {}",
        "I can't say {}",
        "{}, no",
        "{}, not really",
        "{}, that's wrong",
        "{} if you mean the phone",
        "he said {}",
        "maybe {}",
        "I'm not sure, {}",
    ],
)
def test_no_confirming_phrase_survives_being_taken_back(change: str, mirrored: str | None) -> None:
    """Negated, doubted, quoted, tied to a condition or followed by "but": never a plain yes."""
    advanced = [yes for yes in CONFIRMING if plain_yes(change.format(yes), mirrored)]
    assert not advanced


@given(st.text(max_size=300), st.sampled_from(Question), st.none() | st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_has_an_answer(text: str, question: Question, mirrored: str | None) -> None:
    """`understand`, `asked` and `opens_mirror` are total."""
    assert understand(text, question, mirrored=mirrored).answer in Answer
    asked(text)
    opens_mirror(text)


WORDS = st.lists(
    st.sampled_from([*CONFIRMING, "no", "but", "not", "if", "maybe", "I", "you", "left", "too"]),
    min_size=1,
    max_size=6,
).map(" ".join)


@given(WORDS, st.sampled_from(MIRRORS))
@settings(max_examples=300, deadline=None)
def test_but_at_the_end_takes_any_yes_back(text: str, mirrored: str | None) -> None:
    """However a reply is put together, a "but" at its end leaves no plain yes."""
    assert not plain_yes(f"{text} but", mirrored)


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    """2,000 characters are enough for a reply; what follows changes nothing."""
    text = "yes " + "and it was so " * 200
    assert understand(text + "but no", Question.SATISFIED) == understand(text, Question.SATISFIED)


TUNED = [(row["text"], Question(row["question"]), row["mirrored"]) for row in rows("tuned")]
CASES: tuple[Callable[[str], str], ...] = (str.upper, str.lower, str.title)


@given(st.sampled_from(TUNED), st.data())
@settings(max_examples=150, deadline=None)
def test_case_punctuation_and_spacing_change_nothing(
    row: tuple[str, Question, str | None], data: st.DataObject
) -> None:
    """The answer depends on the words alone."""
    text, question, mirrored = row
    words = text.split()
    marks = data.draw(st.lists(st.sampled_from([" ", "  ", ", ", ". ", "! ", " - ", "...\n"]),
                               min_size=len(words), max_size=len(words)))  # fmt: skip
    changed = "".join(word + mark for word, mark in zip(words, marks, strict=True))
    changed = data.draw(st.sampled_from(CASES))(changed)
    before = understand(text, question, mirrored=mirrored)
    after = understand(changed, question, mirrored=mirrored)
    assert (after.answer, after.command) == (before.answer, before.command)
