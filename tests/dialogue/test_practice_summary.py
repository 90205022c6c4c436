"""The summary of a practice: counted by hand, from mirrors that were really compared."""

from __future__ import annotations

import pytest

from voicecoach.dialogue.fidelity import compare
from voicecoach.dialogue.messages import Altered, Fidelity
from voicecoach.dialogue.practice.state import Result
from voicecoach.dialogue.practice.summary import Tally, summary

FEELING = "I feel lonely in the evenings, because you are on your phone until we go to bed."
LONG = (
    "When you got the new job I was happy for you, and at the same time I was scared that I would "
    "see you even less. I did not dare to say it, because you were so excited."
)


def result(message: str, mirror: str, own: float | None = None, exchange: int = 1) -> Result:
    """A mirror that was compared."""
    return Result(exchange, 1, message, own, compare(message, mirror))


def scored(score: float, own: float | None, exchange: int = 1, **evidence: object) -> Result:
    """A mirror with this score, and nothing missed unless it is said."""
    found = Fidelity(score, "mostly", 0.9, 0.0, **evidence)  # type: ignore[arg-type]
    return Result(exchange, 1, "I was sad at home.", own, found)


def lost(message: str, *missed: str) -> Result:
    """A mirror of 60 that has left out these phrases."""
    return Result(1, 1, message, None, Fidelity(60, "mostly", 0.6, 0.0, missed=missed))


def kinds(*results: Result) -> dict[str, tuple[int, int]]:
    """What was left out, how often and of how many."""
    return {t.kind: (t.times, t.of) for t in summary(results).left_out}


def test_nothing_done_is_nothing_told() -> None:
    """No mean of nothing, and no advice but to begin."""
    found = summary(())
    assert (found.mirrors, found.score, found.own, found.apart) == (0, None, None, None)
    assert (found.left_out, found.advice) == ((), "none")
    waiting = Result(1, 1, "I was sad.", 7.0)
    assert summary([waiting]) == found


def test_own_ratings_against_scores() -> None:
    """Ten times the rating less the score: one far above, one near, one far below, one unrated."""
    found = summary([scored(60, 9), scored(72, 7, 2), scored(80, 4, 2), scored(50, None, 3)])
    assert (found.mirrors, found.statements, found.rated) == (4, 3, 3)
    assert (found.score, found.own) == (65.5, 6.7)
    assert found.apart == round((30 - 2 - 40) / 3, 1)
    assert (found.over, found.near, found.under) == (1, 1, 1)


def test_a_mirror_that_could_not_be_told_counts_as_that() -> None:
    """Its number would be no score."""
    found = summary([result("Yes.", "Yes.", 9), scored(70, 7)])
    assert (found.mirrors, found.untold, found.score) == (1, 1, 70.0)


def test_what_was_left_out_by_kind() -> None:
    """The feeling, the reason, the wish, the number: each counted where the message holds it."""
    assert kinds(result(FEELING, "You are on your phone until we go to bed.")) == {
        "feeling": (1, 1)
    }
    assert kinds(result(FEELING, "You feel lonely in the evenings.")) == {"reason": (1, 1)}
    wish = "I am tired. I want you to sit with me for ten minutes."
    assert kinds(result(wish, "You are tired.")) == {"number": (1, 1), "wish": (1, 1)}
    assert kinds(result(wish, "You are tired and want me to sit with you for ten minutes.")) == {}


def test_beginning_and_end_of_a_long_message() -> None:
    """A mirror of the beginning alone has lost the end."""
    lost = kinds(result(LONG, "When I got the new job you were happy for me, and also scared."))
    assert lost["end"] == (1, 1) and "beginning" not in lost
    lost = kinds(result(LONG, "You did not dare to say it, because I was so excited."))
    assert lost["beginning"] == (1, 1) and "end" not in lost


def test_the_most_often_left_out_comes_first() -> None:
    """By how often it was, not by how many had it."""
    found = summary(
        [
            result(FEELING, "You feel lonely in the evenings."),
            result(FEELING, "You feel lonely in the evenings."),
            result(FEELING, "You are on your phone until we go to bed."),
        ]
    )
    assert found.left_out == (Tally("reason", 2, 3), Tally("feeling", 1, 3))


@pytest.mark.parametrize(
    ("results", "advice"),
    [
        ([scored(40, 4, altered=(Altered("role", "I", "I"),)) for _ in range(3)], "role"),
        ([scored(40, 4, altered=(Altered("negation", "a", "b"),)) for _ in range(3)], "negation"),
        ([scored(30, 3)], "pieces"),
        ([scored(70, 7, questions=("why",)) for _ in range(2)], "own"),
        ([scored(90, 4) for _ in range(3)], "under"),
        ([scored(60, 9) for _ in range(3)], "over"),
        ([scored(90, 9)], "onward"),
        ([scored(60, 6)], "more"),
        ([lost(FEELING, "phone until we go to bed")] * 2, "reason"),
        ([lost(FEELING, "lonely")] * 2, "feeling"),
        ([lost(FEELING, "lonely")], "more"),
    ],
)
def test_one_advice(results: list[Result], advice: str) -> None:
    """What turns a message round goes before what is lost, and that before the ratings."""
    assert summary(results).advice == advice


def test_one_slip_is_no_habit() -> None:
    """One of five mirrors with a question of one's own is not what to work at."""
    slip = scored(80, 8, questions=("why",))
    assert summary([slip, *(scored(80, 8) for _ in range(4))]).advice == "onward"
