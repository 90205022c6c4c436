"""A score says how much of a message came back, and shows its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from voicecoach.dialogue.fidelity import ALTERED_AT_MOST, compare, score_of
from voicecoach.dialogue.messages import Fidelity, Meaning
from voicecoach.engines.meaning import open_word_table
from voicecoach.errors import UsageError

MESSAGE = (
    "When you come home late and do not call, I feel lonely and I start to worry that something "
    "has happened to you. I was waiting at the window until ten."
)
VERBATIM = (
    "So what I hear you saying is that when I come home late and don't call, you feel lonely and "
    "you start to worry that something has happened to me. You were waiting at the window until "
    "ten. Did I get that?"
)


@pytest.fixture(scope="module")
def words() -> Meaning:
    return open_word_table()


# ------------------------------------------------------------------ the four standard cases


def test_identical() -> None:
    """A verbatim mirror with I and you turned round is 100 and has no evidence against it."""
    assert compare(MESSAGE, VERBATIM) == Fidelity(100.0, "mirrored", 1.0, 0.0)


def test_empty() -> None:
    """Nothing to compare is no score; nothing given back misses everything."""
    assert compare("", "you felt sad").band == "cannot tell"
    nothing = compare("I felt sad and alone", "")
    assert (nothing.score, nothing.coverage, nothing.band) == (0.0, 0.0, "something else")
    assert nothing.missed == ("felt sad and alone",)


@pytest.mark.parametrize("text", ["?!", "\x00", "日本語", "a" * 20_000, "'", "I " * 5000])
def test_malformed(text: str) -> None:
    """Any text has an answer."""
    for fidelity in (compare(text, MESSAGE), compare(MESSAGE, text), compare(text, text)):
        assert 0 <= fidelity.score <= 100


GOLDEN: list[tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...], Sequence[str]]] = [
    # message, reflection, missed, added, kinds of alteration, bands
    ("I felt sad.", "You felt sad.", (), (), (), ["mirrored"]),
    ("I am angry.", "I hear you are angry. Did I get that?", (), (), (), ["mirrored"]),
    ("I am angry.", "I hear you are not angry.", (), (), ("negation",), ["partly"]),
    ("I am not angry.", "You are angry.", (), (), ("negation",), ["partly"]),
    ("I am angry.", "I am angry.", (), (), ("role",), ["partly"]),
    ("It is not easy for me.", "It is difficult for you.", (), (), (), ["mirrored"]),
    (
        "That was impossible for me.",
        "That was not possible for you.",
        (),
        (),
        (),
        ["mirrored", "mostly"],
    ),
    (
        "I felt sad all day.",
        "You were unhappy all day.",
        ("felt",),
        (),
        (),
        ["mirrored", "mostly", "partly"],
    ),
    (
        "I drink three beers every day.",
        "You drink ten beers every day.",
        ("three",),
        ("ten",),
        ("number",),
        ["partly"],
    ),
    (
        "I was happy at the party.",
        "You were sad at the party.",
        ("happy",),
        ("sad",),
        ("word",),
        ["something else", "partly"],
    ),
    (
        "She told me that I am lazy.",
        "I told you that she is lazy.",
        (),
        (),
        ("role", "role"),
        ["partly"],
    ),
    (
        "I was waiting at the window and I was cold.",
        "You were cold.",
        ("waiting at the window",),
        (),
        (),
        ["partly", "something else"],
    ),
    (
        "I was cold.",
        "You were cold and your sister was laughing at the neighbours.",
        (),
        ("sister was laughing at the neighbours",),
        (),
        ["partly", "mostly"],
    ),
    (
        "My mother came on Sunday.",
        "The match was great.",
        ("mother came on Sunday",),
        ("match was great",),
        (),
        ["something else"],
    ),
]


@pytest.mark.parametrize(
    ("message", "reflection", "missed", "added", "kinds", "bands"),
    GOLDEN,
    ids=[g[1] for g in GOLDEN],
)
def test_golden(
    message: str, reflection: str, missed: tuple[str, ...], added: tuple[str, ...],
    kinds: tuple[str, ...], bands: Sequence[str],
) -> None:  # fmt: skip
    """Message, reflection, and what a reader would say was missed, added and altered."""
    found = compare(message, reflection)
    assert found.missed == missed
    assert found.added == added
    assert tuple(change.kind for change in found.altered) == kinds
    assert found.band in bands


# ------------------------------------------------------------------ the scale


def test_the_scale_with_the_word_table(words: Meaning) -> None:
    """Verbatim 100, a third of it 30 to 50, unrelated and generic talk under 15."""

    def score(reflection: str) -> float:
        return compare(MESSAGE, reflection, meaning=words).score

    assert score(VERBATIM) == 100
    assert 30 <= score("You were waiting at the window until ten.") <= 50
    assert score("The football game was great last night.") < 15
    assert score("I hear you and I understand how you feel.") < 15
    assert score("You are upset with me.") < 15
    paraphrase = (
        "You feel alone and get worried that something happened to me when I come home late and "
        "don't phone, and you waited at the window till ten."
    )
    assert score(paraphrase) > 60


def test_meaning_lifts_a_paraphrase(words: Meaning) -> None:
    """With a word table other words for the same thing count as kept."""
    pair = ("I am afraid to lose my job.", "You are scared of losing your work.")
    assert compare(*pair, meaning=words).score > compare(*pair).score
    assert compare(*pair, meaning=words).closeness > 0.5
    assert compare(*pair).closeness == 0


def test_an_alteration_caps_the_score(words: Meaning) -> None:
    """One word turned into its opposite is never a good mirror."""
    altered = VERBATIM.replace("you feel lonely", "you do not feel lonely")
    for meaning in (None, words):
        assert compare(MESSAGE, altered, meaning=meaning).score <= ALTERED_AT_MOST


def test_evidence_is_in_the_words_that_were_said() -> None:
    """Phrases are cut from the texts, in their order."""
    found = compare(MESSAGE, "You felt LONELY; your aunt Berta sang.")
    at = [MESSAGE.index(phrase) for phrase in found.missed]
    assert at == sorted(at)
    assert found.added == ("aunt Berta sang",)


def test_the_frame_is_no_content() -> None:
    """Lead-ins and check-backs change nothing."""
    plain = compare("I felt sad at work.", "You felt sad at work.")
    framed = compare(
        "I felt sad at work.", "If I got that right, you felt sad at work. Is that right?"
    )
    assert framed == plain


def test_an_unknown_language_is_a_usage_error() -> None:
    """The sentence names the language."""
    with pytest.raises(UsageError, match="xx"):
        compare("a", "b", language="xx")


# ------------------------------------------------------------------ properties

NOUNS = (
    "window",
    "kitchen",
    "mother",
    "garden",
    "phone",
    "dinner",
    "holiday",
    "money",
    "letter",
    "dog",
)
PHRASES = st.lists(st.sampled_from(NOUNS), min_size=1, max_size=8, unique=True)


@given(st.text(max_size=200), st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_range(message: str, reflection: str) -> None:
    """Every figure stays in its range and every phrase in its text."""
    found = compare(message, reflection)
    assert 0 <= found.score <= 100
    assert 0 <= found.coverage <= 1 and 0 <= found.addition <= 1
    assert all(phrase in message for phrase in found.missed)
    assert all(phrase in reflection for phrase in found.added)


@given(PHRASES, PHRASES)
@settings(deadline=None)
def test_coverage_never_falls_when_a_missed_phrase_is_added(
    said: list[str], back: list[str]
) -> None:
    """Giving back more of the message cannot cover less of it."""
    message, reflection = " ".join(said), " ".join(back)
    before = compare(message, reflection)
    for phrase in before.missed:
        after = compare(message, f"{reflection} {phrase}")
        assert after.coverage >= before.coverage
        assert after.score >= before.score


@given(PHRASES, st.lists(st.sampled_from(NOUNS), min_size=1, max_size=4, unique=True))
@settings(deadline=None)
def test_additions_never_fall_when_unrelated_talk_is_added(
    said: list[str], more: list[str]
) -> None:
    """What was not said cannot be added for nothing."""
    assume(not set(said) & set(more))
    message = " ".join(said)
    assert (
        compare(message, f"{message} {' '.join(more)}").addition
        >= compare(message, message).addition
    )


@given(
    PHRASES,
    st.sampled_from([str.upper, str.title]),
    st.sampled_from([", ", "... ", " um ", " uh, "]),
)
@settings(deadline=None)
def test_case_punctuation_and_fillers_change_nothing(
    said: list[str], case: Any, between: str
) -> None:
    """Only the words count."""
    assert (
        compare("my window mother", case(between.join(said))).score
        == compare("my window mother", " ".join(said)).score
    )


@given(
    PHRASES,
    PHRASES,
    st.sampled_from(["What I hear you saying is that ", "If I got that right, ", "I hear that "]),
    st.sampled_from([" Did I get that?", ""]),
)
@settings(deadline=None)
def test_lead_ins_change_nothing(said: list[str], back: list[str], before: str, after: str) -> None:
    """How a mirror is announced and closed is no part of it."""
    message, mirror = " and the ".join(said), f"the {' and the '.join(back)}"
    assert compare(message, f"{before}{mirror}.{after}").score == compare(message, mirror).score


SHARE = st.floats(0, 1)


@given(SHARE, SHARE, SHARE, SHARE, st.integers(0, 5), st.sampled_from(["words", "encoder", "none"]))
def test_the_score_is_monotone(
    one: float, two: float, three: float, four: float, altered: int, meaning: str
) -> None:
    """Rising in coverage and in closeness, falling in addition and in kinds of alteration."""
    low, high = sorted((one, two))

    def score(coverage: float, addition: float, closeness: float, kinds: int = altered) -> float:
        return score_of(coverage, addition, closeness, kinds, meaning)

    assert 0 <= score(low, three, four) <= score(high, three, four) <= 100
    assert score(three, four, low) <= score(three, four, high)
    assert score(three, high, four) <= score(three, low, four)
    assert score(one, two, three, altered + 1) <= score(one, two, three)
    assert score(one, two, three, altered + 1) <= ALTERED_AT_MOST
    assert score(1, 0, 1, 0) == 100
