"""The statements: ours are well made, a trainer's own are read, the order repeats."""

from __future__ import annotations

from itertools import pairwise
from statistics import mean

import pytest

from voicecoach.dialogue.comparison.comparable import comparable
from voicecoach.dialogue.practice.statements import Level, chosen, parse, shipped
from voicecoach.errors import InputError, UsageError

EASY, HARD = Level("easy", ("a", "b", "c")), Level("hard", ("d", "e"))


def test_ours_get_longer_from_level_to_level() -> None:
    """What is easy to mirror is short; the longest still takes less than a minute to say."""
    lengths = [mean(len(s.split()) for s in level.statements) for level in shipped()]
    assert len(lengths) == 5
    assert all(longer > shorter for shorter, longer in pairwise(lengths))
    words = [len(s.split()) for level in shipped() for s in level.statements]
    assert min(words) >= 6 and max(words) <= 75


def test_ours_can_be_compared_and_are_all_different() -> None:
    """Each has content to give back, speaks as "I" to "you", and no two are the same."""
    statements = [s for level in shipped() for s in level.statements]
    assert len(statements) == len(set(statements)) == 40
    for statement in statements:
        text = comparable(statement, "en", reflection=False)
        assert sum(word.content for word in text.words) >= 2, statement
        assert {"i", "my", "me"} & {word.word for word in text.words}, statement
        assert statement[-1] in ".?!" and "{" not in statement


def test_the_order_is_always_the_same_and_rises() -> None:
    """As many of each level as goes, the easy ones first; other series take other ones."""
    first = chosen(shipped(), 10)
    assert chosen(shipped(), 10) == first
    place = {s: n for n, level in enumerate(shipped()) for s in level.statements}
    assert [place[s] for s in first] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    series = [set(chosen(shipped(), 10, n)) for n in (1, 2, 3, 4)]
    assert len(set.union(*series)) == 40
    assert chosen(shipped(), 10, 5) == first


@pytest.mark.parametrize("count", range(1, 6))
def test_every_number_of_statements_can_be_had_once(count: int) -> None:
    """A level that is too short lets the others fill in; none comes twice."""
    for series in (1, 2, 3):
        taken = chosen((EASY, HARD), count, series)
        assert len(taken) == len(set(taken)) == count


@pytest.mark.parametrize(("count", "series"), [(0, 1), (-1, 1), (6, 1), (1, 0)])
def test_numbers_that_cannot_be(count: int, series: int) -> None:
    """A sentence, not an index out of range."""
    with pytest.raises(UsageError):
        chosen((EASY, HARD), count, series)


def test_a_file_of_ones_own() -> None:
    """Blocks with a list of statements; the name may be missing, lines may be broken."""
    text = '[[level]]\nstatements = ["I was\\n sad."]\n[[level]]\nname = "x"\nstatements = ["b"]'
    assert parse(text, "f") == (Level("", ("I was sad.",)), Level("x", ("b",)))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("I was sad.", "not TOML"),
        ("", "no block"),
        ("level = 3", "no block"),
        ("level = [3]", "level 1 has no list"),
        ('[[level]]\nname = "x"', "level 1 has no list"),
        ("[[level]]\nstatements = []", "level 1 has no list"),
        ('[[level]]\nstatements = "I was sad."', "level 1 has no list"),
        ("[[level]]\nstatements = [3]", "statement 1 is no text"),
        ('[[level]]\nstatements = ["a", " ... "]', "statement 2 is no text"),
        (f'[[level]]\nstatements = ["{"a" * 1001}"]', "1001 characters"),
    ],
)
def test_a_bad_file_is_told_by_its_place(text: str, wrong: str) -> None:
    """One sentence that names what is wrong."""
    with pytest.raises(InputError, match=wrong):
        parse(text, "file.toml")


def test_a_language_without_statements() -> None:
    """It is said, and what there is."""
    with pytest.raises(UsageError, match="no practice"):
        shipped("xx")
