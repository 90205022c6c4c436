"""Forms become notes, notes become words, and every note can be taken back, the taking back too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.session import making
from tests.session.review.test_review import SHARE
from voicecoach.errors import UsageError
from voicecoach.session import record, review
from voicecoach.session.entries import Session
from voicecoach.web import actions


def noted(session: Session, *forms: dict[str, str]) -> Session:
    """The session after these forms; with "turn" they are about that turn."""
    for form in forms:
        if "turn" in form:
            notes = actions.about_turn(session, int(form["turn"]), form)
        else:
            notes, _ = actions.about_session(session, form)
        entries = list(session.entries)
        for note in notes:
            entries.append(replace(note, number=len(entries) + 1))
        session = replace(session, entries=tuple(entries))
    return session


ABOUT = str(SHARE)
FORMS = [
    ({"turn": ABOUT, "do": "correct", "text": " I feel\n lonely. "}, "A line was corrected"),
    ({"turn": ABOUT, "do": "relabel", "partner": "1"}, "A line was given to Ben"),
    ({"turn": ABOUT, "do": "relabel", "partner": "outside"}, "given to a voice from outside"),
    ({"turn": ABOUT, "do": "note", "text": "hm"}, "A note was added"),
    ({"do": "note", "text": "hm"}, "A note on the session was added"),
    ({"turn": ABOUT, "do": "flag"}, "A line was flagged"),
    ({"turn": ABOUT, "do": "redact", "text": ""}, "A line was hidden"),
    ({"turn": ABOUT, "do": "redact", "text": "home late"}, "Words were hidden"),
    ({"do": "rename", "partner": "0", "name": " Ann  Lee "}, "Anna was renamed Ann Lee"),
]


@pytest.mark.parametrize(("form", "words"), FORMS, ids=[words for _, words in FORMS])
def test_each_note_is_taken_back_and_made_again(form: dict[str, str], words: str) -> None:
    """Undo leaves all as it was; doing it again is undoing the undoing; the list tells both."""
    plain = making.session()
    session = noted(plain, form)
    (told,) = actions.history(session)
    assert words in told.text and told.holds and told.undo == told.number
    assert record.turns(session) != record.turns(plain) or form["do"] in ("note", "flag")
    undone = noted(session, {"do": "undo", "note": str(told.undo)})
    (told,) = actions.history(undone)
    assert not told.holds and told.undo == len(undone.entries)
    assert record.turns(undone) == record.turns(plain)
    assert record.names(undone) == record.names(plain)
    last = actions.told(undone, len(undone.entries))
    assert last is not None and last.text.startswith("Undone: ") and last.undo == last.number
    again = noted(undone, {"do": "undo", "note": str(told.undo)})
    assert record.turns(again) == record.turns(session)
    (told,) = actions.history(again)
    assert told.holds and told.undo == told.number
    last = actions.told(again, len(again.entries))
    assert last is not None and last.text.startswith("Done again: ")


def test_nothing_of_what_was_hidden_is_in_the_list() -> None:
    session = noted(making.session(), {"turn": ABOUT, "do": "redact", "text": "home late"})
    assert "home" not in str([told.text for told in actions.history(session)])


def test_what_changes_nothing_is_no_note() -> None:
    """The text and the name as they are; an empty remark."""
    for form in (
        {"turn": ABOUT, "do": "correct", "text": making.MESSAGE},
        {"turn": ABOUT, "do": "note", "text": "  "},
        {"do": "note", "text": " \n"},
        {"do": "rename", "partner": "1", "name": "Ben"},
    ):
        assert noted(making.session(), form) == making.session()


def test_a_flag_is_taken_away_by_the_same_button() -> None:
    session = noted(making.session(), *[{"turn": ABOUT, "do": "flag"}] * 2)
    assert not [n for n in review.holding(session.entries) if n.data["type"] == review.FLAGGED]
    assert "flagged" in actions.history(session)[0].text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"do": "burn"}, "nothing to be done"),
        ({"do": "undo", "note": "3"}, "no such note"),
        ({"do": "undo", "note": "²"}, "no such note"),
        ({"do": "rename", "partner": "2", "name": "X"}, "two partners"),
        ({"do": "rename", "partner": "0", "name": " "}, "without a name"),
        ({"do": "rename", "partner": "0", "name": "Ben"}, "could not be told apart"),
        ({"turn": ABOUT, "do": ""}, "nothing to be done"),
        ({"turn": ABOUT, "do": "correct", "text": ""}, "to nothing"),
        ({"turn": ABOUT, "do": "relabel", "partner": "3"}, "one partner's"),
        ({"turn": ABOUT, "do": "redact", "text": "elephant"}, "does not say"),
    ],
)
def test_what_cannot_be(form: dict[str, str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        noted(making.session(), form)


def test_what_is_hidden_cannot_be_corrected() -> None:
    """Whoever corrects sees what they correct."""
    session = noted(making.session(), {"turn": ABOUT, "do": "redact", "text": ""})
    with pytest.raises(UsageError, match="cannot be corrected"):
        noted(session, {"turn": ABOUT, "do": "correct", "text": "x"})
