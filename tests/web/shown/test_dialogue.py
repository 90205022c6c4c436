"""A session line by line, without a browser: what stands where, and what is marked in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.session import making
from tests.session.review.test_pairs import plainly
from tests.session.review.test_review import ANSWER, MIRROR, SECOND_MIRROR, SHARE, with_notes
from tests.web import sample
from voicecoach.session import review
from voicecoach.session.entries import Header, Session
from voicecoach.session.library import Library
from voicecoach.session.review.reading import read
from voicecoach.web.shown.dialogue import Block, Coach, Line, Quote, blocks
from voicecoach.web.shown.marks import Marked


def shown(session: Session) -> list[Block]:
    return blocks(read(session), frozenset({SHARE, MIRROR}), plainly)


def lines(session: Session) -> dict[int, Line]:
    found = [item for block in shown(session) for item in block.items if isinstance(item, Line)]
    return {line.number: line for line in found}


def test_every_turn_stands_once_in_its_attempt() -> None:
    """An answer that is already the next message stands with its mirror."""
    found = shown(making.session())
    assert [block.heading for block in found] == [
        "Exchange 1",
        "Exchange 1, attempt 2",
        "",
    ]
    numbers = [[i.number for i in b.items if isinstance(i, Line)] for b in found]
    assert numbers == [[SHARE, MIRROR], [ANSWER, SECOND_MIRROR, 22, 24, 25], []]
    assert [line.side for line in lines(making.session()).values()] == [
        "message", "mirror", "message", "mirror", "between", "between", "between",
    ]  # fmt: skip


def test_a_line_tells_who_what_and_how_it_was_understood() -> None:
    found = lines(making.session())
    told = [(line.who, line.partner, line.deed, line.answer) for line in found.values()]
    assert told == [
        ("Anna", 0, "shares", ""),
        ("Ben", 1, "mirrors", ""),
        ("Anna", 0, "says", "understood as: no"),
        ("Ben", 1, "mirrors", ""),
        ("Anna", 0, "says", "understood as: yes"),
        ("Ben", 1, "asks", ""),
        ("Anna", 0, "says", "understood as: no"),
    ]
    assert [line.sound for line in found.values()] == [True, True] + [False] * 5


def test_marks_lie_where_the_words_are() -> None:
    """Joined, the stretches are the line; each mark says why."""
    found = lines(making.session())
    assert found[SHARE].words == (
        Marked("When you come home late I feel "),
        Marked("alone", "altered", "Altered: “alone” became “angry” (another word)."),
        Marked("."),
    )
    for line in found.values():
        assert "".join(part.text for part in line.words) == line.text


def test_what_was_compared_and_is_no_line_is_quoted() -> None:
    """The small session keeps a mirror without its question; its score stands at the line."""
    first = shown(making.session())[0]
    (quote,) = [item for item in first.items if isinstance(item, Quote)]
    assert (quote.side, quote.who, quote.partner) == ("mirror", "Ben", 1)
    assert Marked("always", "added", "Added: this was not said.") in quote.words
    score = lines(making.session())[MIRROR].score
    assert score is not None and (score.headline, score.percent) == ("58 of 100: partly", 58)


def test_a_mirror_given_to_the_other_keeps_its_score() -> None:
    session = with_notes((review.RELABELLED, {"entry": SECOND_MIRROR, "partner": 0}))
    line = lines(session)[SECOND_MIRROR]
    assert (line.who, line.relabelled) == ("Anna", True)
    assert line.score is not None and line.score.percent == 92


def test_what_is_hidden_leaves_no_mark() -> None:
    """The score stays, without its sentence; it cannot be heard."""
    found = lines(with_notes((review.REDACTED, {"entry": SHARE, "text": ""})))
    assert found[SHARE].words == (Marked(review.HIDDEN),)
    assert found[SHARE].hidden and not found[SHARE].sound and found[MIRROR].sound
    score = found[MIRROR].score
    assert score is not None and score.sentence == "" and score.percent == 58


def test_what_the_coach_said_and_the_passages() -> None:
    """Only what it really said; of the script one announcement was dropped."""
    coach = [item for block in shown(making.session()) for item in block.items]
    said = [item.text for item in coach if isinstance(item, Coach)]
    assert said[0].startswith("Anna, you share first.")
    assert said[1:] == ["The roles are switched"]


@pytest.mark.parametrize("script", ["interruption_of_a_share", "a_third_voice_is_nobodys"])
def test_a_word_thrown_in_and_a_voice_from_outside_stand_across(script: str) -> None:
    path = Path(__file__).parents[2] / "dialogues" / f"{script}.txt"
    entries = sample.led(path.read_text(encoding="utf-8"))
    found = lines(Session(Header("x", making.HEADER.started, ("Anna", "Ben")), entries))
    across = [line for line in found.values() if line.deed in ("throws in", "from outside")]
    assert across and all(line.side == "between" for line in across)


def test_a_practice_quotes_the_sentence_of_the_coach(tmp_path: Path) -> None:
    """It is no turn; the score stands at the mirror, not at the rating after it."""
    from tests.commands.running import run

    file = tmp_path / "library"
    script = Path(__file__).parents[2] / "practices" / "a_whole_practice.txt"
    done = run("rehearse", script, "--consent", "words", "--library", file)
    assert done.returncode == 0, done.stderr
    with Library(file) as library:
        session = library.session("last")
    found = shown(session)
    quotes = [item for block in found for item in block.items if isinstance(item, Quote)]
    assert [quote.side for quote in quotes] == ["message"] * len(quotes) and quotes
    scored = [line for line in lines(session).values() if line.score]
    assert scored and all(line.side == "mirror" for line in scored)
