"""Reflections and messages find each other again, and are compared anew where they changed."""

from __future__ import annotations

from dataclasses import replace

from tests.session import making
from tests.session.review.test_review import ANSWER, MIRROR, SECOND_MIRROR, SHARE, with_notes
from voicecoach.dialogue.fidelity import compare
from voicecoach.dialogue.messages import Fidelity
from voicecoach.session import record, review
from voicecoach.session.entries import CORRECTED, Session
from voicecoach.session.export import as_text
from voicecoach.session.redaction import pseudonyms, redacted
from voicecoach.session.review.pairs import pairs, text
from voicecoach.session.review.reading import read
from voicecoach.session.review.rescoring import rescored


def plainly(message: str, reflection: str, language: str) -> Fidelity:
    return compare(message, reflection, language=language)


def test_the_turns_of_a_pair_are_found_again() -> None:
    """Also where an answer goes on with the next message."""
    first, second = pairs(read(making.session()))
    assert [part.number for part in first.message] == [SHARE]
    assert [part.number for part in second.message] == [ANSWER]
    assert [part.number for part in second.reflection] == [SECOND_MIRROR]
    assert (first.attempt, second.attempt) == (1, 2)
    assert second.score is second.first == making.HIGH


def test_words_whose_turn_is_not_found_stay() -> None:
    """The mirror of the first pair was kept without the question at its end."""
    first, _ = pairs(read(making.session()))
    (part,) = first.reflection
    assert part.number == 0 and part.heard.startswith("You are always angry")


def test_only_what_was_corrected_is_compared_anew() -> None:
    note = {"entry": ANSWER, "text": "No, I feel alone when you come home late.", "by": "review"}
    first, second = pairs(read(with_notes((CORRECTED, note))), plainly)
    assert not first.rescored
    assert second.rescored and second.first == making.HIGH
    assert text(second.message) == "I feel alone when you come home late"
    assert second.score == plainly(text(second.message), text(second.reflection), "en")


def test_a_corrected_line_that_is_not_compared_changes_nothing() -> None:
    note = {"entry": 25, "text": "No, thanks.", "by": "review"}
    assert not any(pair.rescored for pair in pairs(read(with_notes((CORRECTED, note))), plainly))


def test_what_is_hidden_is_not_compared_anew() -> None:
    """Half of the words would give a score of nothing."""
    notes = (
        (CORRECTED, {"entry": ANSWER, "text": "No, I was glad.", "by": "review"}),
        (review.REDACTED, {"entry": ANSWER, "text": "glad"}),
    )
    _, second = pairs(read(with_notes(*notes)), plainly)
    assert second.hidden and not second.rescored
    assert second.score.score == making.HIGH.score


def test_a_message_in_two_turns_and_its_repetition() -> None:
    """The parts stand in their order; the listener's words are not taken for the speaker's."""
    session = making.session()
    said = replace(session.entries[SHARE - 1], number=SHARE)
    entries = list(session.entries)
    data = dict(entries[9].data)
    assert data["type"] == "Score"
    data["message"] = f"{making.MESSAGE}"
    entries[9] = replace(entries[9], data=data)
    first, _ = pairs(read(replace(session, entries=tuple(entries))))
    assert [part.heard for part in first.message] == [said.data["utterance"]["text"]]
    assert MIRROR not in [part.number for part in first.message]


def test_what_is_printed_is_scored_anew() -> None:
    """The score of now with its evidence, and the first one beside it; all else as it was."""
    said = "No, I feel alone when you come home late."
    session = with_notes((CORRECTED, {"entry": ANSWER, "text": said, "by": "review"}))
    _, pair = pairs(read(session), plainly)
    whole = rescored(session, plainly)
    before, after = (" ".join(as_text(each).split()) for each in (session, whole))
    assert f"score {pair.score.score:.0f} of 100" in after and "at first: 92 of 100: close" in after
    assert "score 92 of 100" not in after and "at first: 92" not in before
    assert [t.fidelity for t in record.turns(whole) if t.fidelity] == [making.LOW, pair.score]
    assert rescored(making.session(), plainly) == making.session()
    assert rescored(Session(making.HEADER), plainly) == Session(making.HEADER)


def test_names_are_hidden_in_what_was_scored_anew() -> None:
    said = "No, Anna feels alone when Ben comes home late."
    session = with_notes((CORRECTED, {"entry": ANSWER, "text": said, "by": "review"}))
    text_ = " ".join(as_text(redacted(rescored(session, plainly), pseudonyms(session))).split())
    assert "at first: 92" in text_ and "Person A" in text_
    assert "Anna" not in text_ and "Ben " not in text_
