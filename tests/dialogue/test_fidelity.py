"""A score says how much of a message came back, and shows its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from voicecoach.dialogue.comparison import Meaning
from voicecoach.dialogue.fidelity import ALTERED_AT_MOST, compare, score_of
from voicecoach.dialogue.messages import Altered, Fidelity
from voicecoach.engines.meaning import open_word_table
from voicecoach.errors import UsageError
from voicecoach.utterance import Word

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
    """Verbatim 100, two fifths of it 30 to 55, unrelated and generic talk under 15."""

    def score(reflection: str) -> float:
        return compare(MESSAGE, reflection, meaning=words).score

    assert score(VERBATIM) == 100
    assert 30 <= score("You were waiting at the window until ten.") <= 55
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


# ------------------------------------------------------------------ what the listener brings in


def test_own_questions_and_rebuttals_are_told_apart_and_cost(words: Meaning) -> None:
    """A question about something else and "but ..." are the listener's own, and lower the score."""
    message = "When you come home late and do not call, I feel lonely."
    mirror = "When I come home late and do not call, you feel lonely."
    plain = compare(message, mirror, meaning=words)
    asked = compare(message, f"{mirror} Have you talked to your sister?", meaning=words)
    against = compare(message, f"{mirror} But I had a meeting on Tuesday.", meaning=words)
    assert (plain.questions, plain.rebuttals) == ((), ())
    assert asked.questions == ("Have you talked to your sister",)
    assert against.rebuttals == ("But I had a meeting on Tuesday",)
    assert max(asked.score, against.score) < 0.9 * plain.score


@pytest.mark.parametrize(
    ("message", "reflection"),
    [
        ("I love you, but I need more time.", "You love me, but you need more time."),
        ("I do not know why you left.", "You do not know why I left."),
        ("I asked: did you call the doctor?", "You asked: did I call the doctor?"),
        ("I was sad.", "Were you sad?"),
    ],
)
def test_what_the_speaker_said_is_no_question_or_rebuttal(message: str, reflection: str) -> None:
    """A "but" or a "why" that was in the message is mirrored like any other word."""
    found = compare(message, reflection)
    assert (found.questions, found.rebuttals) == ((), ())


def test_asking_for_more_is_noticed_and_costs_nothing() -> None:
    """ "Is there more?" belongs to the procedure."""
    with_it = compare("I felt sad at work.", "You felt sad at work. Is there more?")
    assert with_it.asked_more
    assert with_it.score == compare("I felt sad at work.", "You felt sad at work.").score
    assert not compare("I felt sad at work.", "You felt sad at work. Right?").asked_more


def test_an_alteration_far_from_its_place_is_a_question(words: Meaning) -> None:
    """Where the clauses do not run alongside the score gives way, and is not capped."""
    message = "I do not trust you any longer, since you wrote those letters to her."
    turned = "Those letters to her: since then there is trust on your side."
    found = compare(message, turned, meaning=words)
    assert not found.altered
    assert [(change.kind, change.said) for change in found.perhaps] == [("negation", "not trust")]
    right = compare(message, turned.replace("is trust", "is no trust"), meaning=words)
    assert not right.perhaps
    assert 0.6 * right.score < found.score < right.score


def test_who_only_speaks_of_themselves_is_asked_about_it() -> None:
    """The speaker said "I"; the listener said "I" too, and never "you"."""
    found = compare("I stay in bed all day, it is too much.", "I would also be tired of it.")
    assert [change.kind for change in found.perhaps] == ["role"]


# ------------------------------------------------------------------ what was not heard well


def heard(text: str, **doubts: float) -> list[Word]:
    """The words of `text`, sure but for those named."""
    return [Word(word, 0.0, 0.0, doubts.get(word, 1.0)) for word in text.split()]


def test_a_doubtful_word_counts_less_and_is_named() -> None:
    """What the recogniser doubts is neither missed nor added but unclear."""
    message, mirror = "i was waiting at the window", "you were waiting at the widow"
    sure = compare(message, mirror)
    unsure = compare(message, mirror, reflection_heard=heard(mirror, widow=0.1))
    assert unsure.unclear == ("widow",)
    assert (unsure.missed, unsure.added) == ((), ())
    assert unsure.score > sure.score


def test_a_doubtful_word_alters_nothing() -> None:
    """A "not" that may not have been said is no verdict."""
    message, mirror = "i am angry about the letter", "you are not angry about the letter"
    assert compare(message, mirror).altered
    assert not compare(message, mirror, reflection_heard=heard(mirror, **{"not": 0.2})).altered


def test_poor_recognition_cannot_tell() -> None:
    """Where most of a text is in doubt there is no band; nor for a message of one word."""
    message, mirror = "i felt lonely in the new town", "you felt lonely in the new town"
    poor = heard(mirror, felt=0.1, lonely=0.1, new=0.1, town=0.2)
    assert compare(message, mirror, reflection_heard=poor).band == "cannot tell"
    assert compare("Sad.", "Sad.").band == "cannot tell"


def test_words_that_sound_alike_are_half_kept_in_their_place() -> None:
    """ "Wait" heard as "weight" is not a miss; elsewhere it is."""
    found = compare("I wait for you at home.", "You weight for me at home.")
    assert (found.missed, found.added) == ((), ())
    assert compare("I wait for you at home.", "The heavy weight hurt.").missed[0] == "wait"


def test_the_words_need_not_be_those_of_the_text() -> None:
    """Words cut off by the dialogue, or corrected by hand, do no harm."""
    sure = compare("I was cold", "You were cold")
    strange = [Word("xyz", 0.0, 0.0, 0.1), *heard("You were cold did I get that", get=0.1)]
    assert compare("I was cold", "You were cold", reflection_heard=strange) == sure


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
FEW = st.integers(0, 4)
KINDS = ("negation", "number", "name", "role", "word")


def components(
    coverage: float, addition: float, closeness: float, nearest: float,
    altered: int = 0, perhaps: int = 0, own: int = 0,
) -> Fidelity:  # fmt: skip
    """Components as a comparison might report them."""
    changes = tuple(Altered(kind, "a", "b") for kind in KINDS)
    return Fidelity(
        0.0, "", coverage, addition, closeness=closeness, nearest=nearest,
        altered=changes[:altered], perhaps=changes[:perhaps],
        questions=("why",) * (own // 2), rebuttals=("but",) * (own - own // 2),
    )  # fmt: skip


@given(
    SHARE, SHARE, SHARE, SHARE, SHARE, FEW, FEW, FEW, st.sampled_from(["words", "encoder", "none"])
)
def test_the_score_is_monotone(
    one: float, two: float, three: float, four: float, five: float,
    altered: int, perhaps: int, own: int, meaning: str,
) -> None:  # fmt: skip
    """Rising in coverage and closeness, falling in addition, alterations, questions, rebuttals."""
    low, high = sorted((one, two))

    def score(*shares: float, more: Sequence[int] = (0, 0, 0)) -> float:
        counts = (altered + more[0], perhaps + more[1], own + more[2])
        return score_of(components(*shares, *counts), meaning)

    assert 0 <= score(low, three, four, five) <= score(high, three, four, five) <= 100
    assert score(three, four, low, five) <= score(three, four, high, five)
    assert score(three, four, five, low) <= score(three, four, five, high)
    assert score(three, high, four, five) <= score(three, low, four, five)
    plain = score(three, four, five, one)
    for more in ((1, 0, 0), (0, 1, 0), (0, 0, 1)):
        assert score(three, four, five, one, more=more) <= plain
    assert score(one, two, three, four, more=(1, 0, 0)) <= ALTERED_AT_MOST
    assert score_of(components(1, 0, 1, 1), meaning) == 100


# ------------------------------------------------------------------ what is no alteration


@pytest.mark.parametrize("lead_in", ["Let me see if I got it:", "Let me check if I got that:"])
def test_a_lead_in_is_no_part_of_the_mirror(lead_in: str) -> None:
    """However it is put together, it adds nothing."""
    assert compare(MESSAGE, f"{lead_in} {VERBATIM}").score == 100


def test_how_it_is_taken_in_adds_nothing_later_on_either() -> None:
    """ "I can tell ..." at the beginning of a sentence is the listener's frame."""
    message = "My sister left. I was sad."
    plain = compare(message, "Your sister left. You were sad.")
    assert compare(message, "Your sister left. I can tell you were sad.").score == plain.score


@pytest.mark.parametrize(
    ("message", "reflection"),
    [
        (
            "Nobody asked. So take this one on Monday.",
            "Nobody asked. So take it on Monday, Friday.",
        ),
        ("I ate the soup on Monday evening.", "You bought two books."),
    ],
)
def test_nothing_was_altered(message: str, reflection: str, words: Meaning) -> None:
    """ "This one" counts nothing; where hardly anything came back, nothing was altered."""
    assert compare(message, reflection, meaning=words).altered == ()


def test_what_one_did_given_to_the_other_is_altered_anywhere(words: Meaning) -> None:
    """ "My job" that the listener calls "my job" changed hands, whatever stands around it."""
    message = "Since the winter I have no work, I lost my job and sit at home."
    wrong = compare(message, "It hit so hard, at home all day without my job.", meaning=words)
    right = compare(message, "It hit so hard, at home all day without your job.", meaning=words)
    assert "role" in {change.kind for change in wrong.altered}
    assert "role" not in {change.kind for change in right.altered}
