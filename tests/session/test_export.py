"""A session on paper: compared character by character with what was once read and found good.

`VOICECOACH_ACCEPT=1 pytest tests/session/test_export.py` accepts what comes out now; read the
difference before it is committed.
"""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.session import making
from tests.session.review.test_review import SHARE, with_notes
from voicecoach.dialogue.messages import (
    Announce,
    Announcing,
    Answer,
    Heard,
    Outcome,
    Phase,
    Reply,
    Spoken,
    TakenUp,
)
from voicecoach.session import record, review
from voicecoach.session.entries import (
    BROKEN_OFF,
    Entry,
    Session,
    closing,
    correction,
    entry_of,
    remark,
)
from voicecoach.session.export import ENDINGS, FORMATS, WIDTH, as_json, as_text, exported
from voicecoach.session.redaction import pseudonyms, redacted
from voicecoach.utterance import Utterance

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", ["txt", "md", "html", "csv", "vtt", "srt", "json"])
def test_an_export_is_what_was_accepted(name: str) -> None:
    """The sample session gives the stored file, to the last byte."""
    content = exported(making.session(), name)
    file = GOLDEN / f"session.{name}"
    if os.environ.get("VOICECOACH_ACCEPT"):
        file.write_bytes(content)
    assert content == file.read_bytes()


ON_ALL, ON_A_LINE = "Anna  <b>is</b>\n*tired*.", "Ben & Anna: the first time!"


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_remarks_are_on_paper_only_where_they_are_wanted(name: str) -> None:
    """Those on the session and on a line; with the names in them replaced where those are to be."""
    whole = with_notes(
        (review.REMARKED, {"text": ON_ALL}), (review.NOTED, {"entry": SHARE, "text": ON_A_LINE})
    )
    plain = _words(exported(making.session(), name), name)
    assert (_words(exported(whole, name), name) == plain) == (name != "json")
    told = _words(exported(redacted(whole, pseudonyms(whole)), name, remarks=True), name)
    some = name in ("txt", "md", "html", "docx", "json")
    for words in ("tired", "Person A", "the first time"):
        assert (words in told and words not in plain) == (some or words == "Person A")
    assert "Anna" not in told


def _words(content: bytes, name: str) -> str:
    if name != "docx":
        return content.decode()
    import docx

    return "\n".join(each.text for each in docx.Document(io.BytesIO(content)).paragraphs)


def session(*entries: Entry) -> Session:
    """A running session of these entries."""
    numbered = (replace(entry, number=number) for number, entry in enumerate(entries, 1))
    return Session(making.HEADER, tuple(numbered), running=True)


def test_the_json_holds_all_that_was_kept() -> None:
    """Its entries are the session's; turns, phases and outcome are the computed ones."""
    whole = making.session()
    document = json.loads(as_json(whole))
    assert [Entry(**{"clip": None, **entry}) for entry in document["entries"]] == [*whole.entries]
    assert document["header"]["names"] == ["Anna", "Ben"]
    assert [entered["phase"] for entered in document["phases"]] == list(record.path(whole))
    assert [turn["name"] for turn in document["turns"]] == [t.name for t in record.turns(whole)]
    assert json.loads(as_json(session()))["outcome"] is None


def test_only_what_the_coach_really_said_is_in_the_transcript() -> None:
    """An announcement that was dropped is not there; one of an unknown version is, by its key."""
    dropped = Announce("more", "Anna", (("speaker", "Anna"),))
    said = replace(dropped, key="check", values=(("speaker", "Anna"), ("listener", "Ben")))
    foreign = Announce("hum_a_song", "both")
    text = as_text(
        session(
            entry_of(dropped, 1.0),
            entry_of(said, 1.0),
            entry_of(Announcing("check"), 1.0),
            entry_of(foreign, 2.0),
            entry_of(Announcing("hum_a_song"), 2.0),
        )
    )
    assert "(Coach: Anna, did Ben get that?)" in text
    assert "(Coach: hum_a_song)" in text
    assert "more" not in text


def test_pause_swap_and_close_have_their_lines() -> None:
    """The passages of a dialogue are named, and the attempt is named again after them."""
    phases = (Phase.CONSENT, Phase.SHARE, Phase.PAUSED, Phase.SHARE, Phase.SWAP, Phase.CLOSE)
    text = as_text(session(*(entry_of(making._enter(phase), 1.0) for phase in phases)))
    passages = [line.strip() for line in text.splitlines() if line.startswith("  ")]
    exchange = "Exchange 1, attempt 1"
    assert passages == [
        "The coach asks what may be kept",
        exchange,
        "A pause",
        exchange,
        "The roles are switched",
        "The close",
    ]


def test_where_it_was_broken_off_is_shown() -> None:
    """With what was gone on with headed again."""
    share = entry_of(making._enter(Phase.SHARE), 1.0)
    taken_up = remark(BROKEN_OFF, 2.0, moment="2026-03-01T19:00:00+00:00")
    text = as_text(session(share, taken_up, entry_of(TakenUp(), 2.0), share))
    assert text.count("Exchange 1, attempt 1") == 2
    assert "\n  Broken off here, and gone on with later\n" in text


def test_a_command_and_a_stranger_are_shown_as_such() -> None:
    """A spoken command is no share; without voice or role nobody is named."""
    heard = Heard(Utterance("Stop please."), Reply(Answer.UNCLEAR, command=Spoken.STOP))
    text = as_text(session(entry_of(making._enter(Phase.PAUSED), 0.0), entry_of(heard, 61.0)))
    assert '1:01  Someone says "stop": Stop please.' in text


def test_a_long_turn_is_wrapped_under_itself() -> None:
    """No line is longer than a page is wide, and no word is lost."""
    words = [f"word{number}" for number in range(100)]
    heard = Heard(Utterance(" ".join(words)), Reply(Answer.UNCLEAR))
    text = as_text(session(entry_of(making._enter(Phase.SHARE), 0.0), entry_of(heard, 50.0)))
    assert max(map(len, text.splitlines())) <= WIDTH
    assert [word for word in text.split() if word.startswith("word")] == words


def test_every_ending_has_its_words() -> None:
    """However a session ended, the transcript says so in its last line."""
    assert ENDINGS.keys() == {*Outcome, None}
    for outcome in Outcome:
        assert ENDINGS[outcome] in as_text(session(closing(outcome, 1.0))).lower()
    assert as_text(session()).endswith("\nStill going on.\n")


def test_names_are_named_as_a_guess_only_where_they_are_one() -> None:
    """The remark on voices not told apart is there only if one was not."""
    entered = entry_of(making._enter(Phase.SHARE), 0.0)
    known = as_text(session(entered, entry_of(making._heard("Hm.", 1.0, "Anna"), 2.0)))
    unknown = as_text(session(entered, entry_of(making._heard("Hm.", 1.0, None), 2.0)))
    assert "told apart" in unknown and "told apart" not in known
    assert "Anna shares: Hm." in unknown


def test_a_corrected_turn_shows_both_texts() -> None:
    """What was said stands in the line; what the dialogue heard beneath it, and in the JSON."""
    entries = making.session().entries
    number = next(e.number for e in entries if e.data.get("type") == "Heard")
    first, second = (
        correction(number, text, "whisper small.en", 70.0)
        for text in ("When you come home late I fell alone.", "When you come late I feel alone.")
    )
    corrected = session(*entries, first, second)
    text = as_text(corrected)
    assert "Anna shares: When you come late I feel alone." in text
    assert f"at first this was heard: {making.MESSAGE}" in text
    assert "fell alone" not in text
    turn = json.loads(as_json(corrected))["turns"][0]
    assert turn["text"] == making.MESSAGE
    assert turn["corrected"] == "When you come late I feel alone."
