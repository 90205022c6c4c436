"""A redacted session says who nobody was: in no format is a name left, and nothing else is lost."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace

import pytest

from tests.session import making
from voicecoach.dialogue.messages import (
    Altered,
    Announce,
    Announcing,
    Answer,
    Began,
    Enter,
    Fidelity,
    Finish,
    Heard,
    Learn,
    Outcome,
    Phase,
    Reply,
    Score,
    Scored,
)
from voicecoach.session import record
from voicecoach.session.entries import Session, closing, correction, entry_of, remark
from voicecoach.session.export import FORMATS, exported
from voicecoach.session.redaction import Pseudonyms, pseudonyms, redacted, unheard_spans
from voicecoach.utterance import Utterance, Word

ANNA, BEN, CLARA = "Anna-Maria Groß", "Béla", "Clara"
NAMES = ("Anna", "Maria", "Groß", "Gross", "Béla", "Bela", "Clara")

SAID = "Anna Maria, I told Béla's sister Clara, and CLARA and bela that Mr Gross left."


def told() -> Session:
    """A session with names in everything that can hold one."""
    score = Fidelity(
        50.0,
        "partly",
        0.5,
        0.5,
        missed=("told Béla's sister",),
        added=("Clara",),
        altered=(Altered("name", "Clara", "Béla"),),
        perhaps=(Altered("word", "CLARA", "Anna"),),
        questions=("Was it Clara?",),
        rebuttals=("No, Anna",),
        unclear=("Maria",),
    )
    words = tuple(Word(word, at, at + 0.5) for at, word in enumerate(SAID.split()))
    said = Utterance(SAID, 1.0, 2.0, ANNA, words=words)
    messages = (
        Began(ANNA, BEN),
        Enter(Phase.SHARE, ANNA, BEN, 1, 1, 1),
        Announce("said", ANNA, (("speaker", ANNA), ("said", "Clara's"))),
        Announcing("said"),
        Announce("swap", "both", (("speaker", ANNA), ("listener", BEN))),
        Announcing("swap"),
        Heard(said, Reply(Answer.NO, rest="it was Clara"), before="Clara"),
        Enter(Phase.REFLECT, ANNA, BEN, 1, 1, 1),
        Heard(replace(said, partner=BEN), Reply(Answer.UNCLEAR)),
        Score(SAID, "You told Clara"),
        Scored(score),
        Learn(ANNA, (said,)),
        Finish(Outcome.DONE),
    )
    entries = [entry_of(message, float(at)) for at, message in enumerate(messages)]
    entries += [
        correction(7, f"{SAID} Clara", "Clara", 20.0),
        remark("CutOff", 21.0, text="And Clara", start_s=1.0, end_s=2.0, who=[{"of": BEN}]),
        closing(Outcome.DONE, 22.0),
    ]
    numbered = tuple(replace(entry, number=n) for n, entry in enumerate(entries, 1))
    return Session(replace(making.HEADER, names=(ANNA, BEN)), numbered)


def text_of(content: bytes) -> str:
    """All texts in a file, a Word document unpacked."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(n) for n in archive.namelist() if not n.startswith("docProps/thumb")]
        return " ".join(part.decode("utf-8", "replace") for part in parts)


@pytest.mark.parametrize("name", FORMATS)
def test_no_name_is_left_in_any_format(name: str) -> None:
    """Neither written as it is nor without its accents; before it was there."""
    whole = told()
    hidden = redacted(whole, pseudonyms(whole, [CLARA]))
    before, after = (text_of(exported(each, name)) for each in (whole, hidden))
    assert "Clara" in before
    for each in NAMES:
        assert not re.search(rf"(?i)\b{each}\b", after), each
    assert "Person A" in after and "Person B" in after and "Person C" in after


def test_all_that_is_no_name_stays() -> None:
    """The same entries with the same kinds, numbers and times; the same turns in the same roles."""
    whole = told()
    hidden = redacted(whole, pseudonyms(whole, [CLARA]))
    assert [(e.number, e.at_s, e.kind, e.data["type"]) for e in hidden.entries] == [
        (e.number, e.at_s, e.kind, e.data["type"]) for e in whole.entries
    ]
    assert [t.role for t in record.turns(hidden)] == [t.role for t in record.turns(whole)]
    (first, second) = record.turns(hidden)
    expected = "Person A, I told Person B's sister Person C, and Person C and Person B that Mr "
    assert second.text == expected + "Person A left."
    assert first.partner == "Person A" and first.reply.rest == "it was Person C"
    assert second.fidelity is not None
    assert second.fidelity.altered == (Altered("name", "Person C", "Person B"),)
    assert hidden.header.names == ("Person A", "Person B")
    assert replace(hidden.header, names=whole.header.names) == whole.header


@pytest.mark.parametrize("name", ["both", "said", "swap", "name", "partly", "Heard", "done"])
def test_a_name_that_is_a_word_of_ours_breaks_nothing(name: str) -> None:
    """Whoever is called so is hidden where they are named, and the session can still be read."""
    whole = told()
    hidden = redacted(whole, pseudonyms(whole, [name]))
    assert [e.data["type"] for e in hidden.entries] == [e.data["type"] for e in whole.entries]
    assert record.outcome(hidden) is Outcome.DONE
    assert "Now we switch" in exported(hidden, "txt").decode()
    assert exported(hidden, "json").count(b"Person")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann, ann and ANN", "Person A, Person A and Person A"),
        ("Annoyed at the cannery by Anne", "Annoyed at the cannery by Anne"),
        ("Ann's, ann’s, anns", "Person A's, Person A’s, Person As"),
        ("Ann-Marie and pre-Ann", "Person A-Marie and pre-Person A"),
        ("jose lópez; LOPEZ'S José", "Person B; Person B'S Person B"),
        ("José\n  López", "Person B"),
        ("o'brien, O’Brien, OBrien, obriens", "Person C, Person C, Person C, Person Cs"),
        ("A friend of a friend told a D, or d.", "A friend of a friend told a Person D, or d."),
    ],
)
def test_a_name_is_a_whole_word(text: str, expected: str) -> None:
    """In any case, with any apostrophe or accent, with its s; never inside another word."""
    assert Pseudonyms(["Ann", "José López", "O'Brien", "D"]).text(text) == expected


def test_a_word_that_two_names_share_stands_for_itself() -> None:
    """The family's name tells of neither of them which one it is."""
    hidden = Pseudonyms(["Ann Lee", "Ben Lee"])
    assert hidden.text("Ann and Ben Lee, the Lees") == "Person A and Person B, the Person Cs"


def test_small_words_of_a_name_are_no_names() -> None:
    """Titles and articles; and what is written small in it, unless all of it is."""
    hidden = Pseudonyms(["Dr. Ana de la Cruz", "the Browns", "anna lee"])
    assert hidden.text("Dr. Ana de la Cruz, de la Dr. Cruz") == "Person A, de la Dr. Person A"
    assert hidden.text("the Browns and the brown dog") == "Person B and the brown dog"
    assert hidden.text("Lee or Anna") == "Person C or Person C"
    assert Pseudonyms(["Partner A"]).text("my partner, Partner A") == "my partner, Person A"


def test_one_letter_is_a_name_where_it_is_the_whole_name() -> None:
    """Called "a" from the start, and still a different thing from the word."""
    whole = told()
    enter = entry_of(Enter(Phase.SHARE, "a", "b", 1, 1, 1), 0.0)
    small = Session(replace(whole.header, names=("a", "b")), (replace(enter, number=1),))
    hidden = redacted(small, pseudonyms(small))
    assert hidden.entries[0].data["speaker"] == "Person A"
    assert Pseudonyms(["a"]).text("a b A") == "a b Person A"


def test_the_letters_go_on_after_z() -> None:
    hidden = Pseudonyms([f"name{n}" for n in range(30)])
    assert [hidden.name(f"Name{n}") for n in (0, 25, 26, 29)] == [
        *("Person A", "Person Z", "Person AA", "Person AD"),
    ]


def test_who_practises_alone_is_hidden_and_the_coach_is_not() -> None:
    practice = Session(replace(making.HEADER, names=("Coach", "Ben"), procedure="practice"))
    assert redacted(practice, pseudonyms(practice)).header.names == ("Coach", "Person A")


def test_no_sound_goes_with_it() -> None:
    """A clip holds the names as they were said."""
    whole = Session(making.HEADER, making.entries(b"fLaC"))
    assert all(e.clip is None for e in redacted(whole, pseudonyms(whole)).entries)


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(w, float(at), at + 0.9) for at, w in enumerate(text.split()))


def test_when_a_name_is_said() -> None:
    """From its first word to its last."""
    hidden = Pseudonyms(["Ann Lee", "Ben"])
    said = "then ann lee, saw ben's annoyed face"
    assert unheard_spans(words(said), [said], hidden) == [(1.0, 2.9), (4.0, 4.9)]
    assert unheard_spans(words("nobody"), ["nobody"], hidden) == []


def test_a_name_at_an_unknown_time_is_anywhere_in_its_turn() -> None:
    """Corrected later, without word times, or without any length."""
    hidden = Pseudonyms(["Ann", "Ben"])
    said = "then and saw ben"
    assert unheard_spans(words(said), [said, "then Ann saw Ben"], hidden) is None
    assert unheard_spans((), ["ann"], hidden) is None
    assert unheard_spans((Word("ann", 1.0, 1.0),), ["ann"], hidden) is None


def test_a_redacted_export_reads_as_json() -> None:
    whole = told()
    document = json.loads(exported(redacted(whole, pseudonyms(whole)), "json"))
    assert document["header"]["names"] == ["Person A", "Person B"]
