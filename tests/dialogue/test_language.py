"""A language is one file, read once, whose phrases are compared in plain form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import voicecoach.dialogue
from voicecoach.dialogue.language import available, load, split
from voicecoach.dialogue.messages import Asked, Question, Spoken
from voicecoach.errors import UsageError

FOLDER = Path(voicecoach.dialogue.__file__).parent
READERS = ("replies", "language", "fidelity", "patience", "turns")


def test_english_is_there_and_read_once() -> None:
    """Loading twice gives the same object."""
    assert "en" in available()
    assert load("en") is load("en")


@pytest.mark.parametrize("code", ["xx", "", "../en", "EN", "en.announcements"])
def test_unknown_language(code: str) -> None:
    """A code that is none, or a path, is a usage error that names what there is."""
    with pytest.raises(UsageError) as caught:
        load(code)
    assert "en" in caught.value.hint


def test_plain_words() -> None:
    """Lower case, no punctuation, contractions opened, fillers dropped, assent joined."""
    english = load("en")
    assert english.plain.phrase("Um, THAT'S  right!") == ("that", "is", "right")
    assert english.plain.phrase("thats right") == ("that", "is", "right")
    assert english.plain.phrase("That’s right") == ("that", "is", "right")
    assert english.plain.phrase("uh-huh") == english.plain.phrase("mm hmm") == ("uhhuh",)
    assert english.plain.phrase("huh-uh") == ("huhuh",)


def test_words_keep_their_places() -> None:
    """Places index the original text."""
    text = "Well - that's it."
    assert [text[token.start : token.end] for token in split(text)] == ["Well", "that's", "it"]


def test_each_question_and_cue_has_phrases() -> None:
    """Nothing the code asks for is missing from the file."""
    english = load("en")
    assert set(english.replies) == {question.value for question in Question}
    assert set(english.check_backs) == {cue.value for cue in Asked}
    assert set(english.commands.values()) == {command.value for command in Spoken}


def test_no_word_of_a_language_stands_in_code() -> None:
    """The readers of replies and reflections hold no English phrase of the file as a string."""
    english = load("en")
    words = {"yes", "yeah", "exactly", "not", "never", "you", "sorry", "but", "pause please"}
    assert words & set(english.negations | english.clause_subjects | {"yes", "but"})
    kinds = {"no", "yes", "partly"}
    rooms = [path for room in ("answers", "comparison") for path in (FOLDER / room).glob("*.py")]
    for path in [FOLDER / f"{name}.py" for name in READERS] + rooms:
        code = re.sub(r'""".*?"""|#.*', "", path.read_text(encoding="utf-8"), flags=re.S)
        strings = set(re.findall(r'"([^"\n]*)"', code))
        assert not strings & (words - kinds), path.name
