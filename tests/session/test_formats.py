"""Each format is read by a program that is not ours, and holds what was said."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
import srt
import webvtt

from tests.session import making
from voicecoach.dialogue.messages import Answer, Enter, Heard, Phase, Reply
from voicecoach.session import record
from voicecoach.session.entries import Entry, Session, entry_of
from voicecoach.session.formats.captions import as_srt, as_vtt
from voicecoach.session.formats.table import COLUMNS, as_csv
from voicecoach.utterance import Utterance

HARD = 'a <b>bold</b> & "quoted" --> arrow\n\nnew ünïcode 🙂'


def spoken(text: str, start_s: float = 1.0, end_s: float = 2.0) -> Entry:
    heard = Heard(Utterance(text, start_s, end_s, partner="Anna"), Reply(Answer.UNCLEAR))
    return entry_of(heard, end_s)


def session(*entries: Entry) -> Session:
    names = ("Anna", '=cmd|" /C calc"!A0')
    share = entry_of(Enter(Phase.SHARE, *names, 1, 1, 1), 0.0)
    numbered = (replace(entry, number=n) for n, entry in enumerate((share, *entries), 1))
    return Session(replace(making.HEADER, names=names), tuple(numbered))


def test_a_caption_for_each_turn_in_both() -> None:
    """The same times and words, by two parsers; the coach has none."""
    whole = making.session()
    turns = sorted(record.turns(whole), key=lambda turn: turn.utterance.start_s)
    captions = webvtt.from_string(as_vtt(whole)).captions
    subtitles = list(srt.parse(as_srt(whole)))
    assert len(captions) == len(subtitles) == len(turns)
    for turn, caption, subtitle in zip(turns, captions, subtitles, strict=True):
        assert caption.text == turn.utterance.text and caption.voice == turn.name
        assert subtitle.content == f"{turn.name}: {turn.utterance.text}"
        assert subtitle.start == timedelta(seconds=round(turn.utterance.start_s, 3))
        assert caption.start_in_seconds == int(turn.utterance.start_s)


def test_no_text_breaks_out_of_its_caption() -> None:
    """Marks, arrows and empty lines are words like others."""
    hard = session(spoken(HARD), spoken("after it", 3.0, 3.0))
    vtt = as_vtt(hard)
    captions = webvtt.from_string(vtt).captions
    assert len(captions) == 2 and vtt.count("-->") == 2
    assert "&lt;b&gt;" in vtt and "🙂" in captions[0].text
    first, second = srt.parse(as_srt(hard))
    assert first.content == "Anna: " + " ".join(HARD.split())
    assert second.end > second.start


def test_a_row_for_each_turn() -> None:
    whole = making.session()
    rows = list(csv.DictReader(io.StringIO(as_csv(whole).removeprefix("\ufeff"))))
    assert [row["text"] for row in rows] == [t.utterance.text for t in record.turns(whole)]
    assert tuple(rows[0]) == COLUMNS
    scored = [row for row in rows if row["score"]]
    assert [row["score"] for row in scored] == ["58", "92"]
    assert scored[0]["altered"] == "alone -> angry" and scored[0]["missed"] == "alone"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1"])
def test_a_formula_is_text(text: str) -> None:
    """Said or named so, no cell begins like a formula."""
    table = list(csv.reader(io.StringIO(as_csv(session(spoken(text), spoken("fine"))))))
    cells = [cell for row in table[1:] for cell in row]
    assert "'" + text in cells and "fine" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\n")]


def test_a_session_without_a_turn() -> None:
    assert webvtt.from_string(as_vtt(session())).captions == []
    assert list(srt.parse(as_srt(session()))) == []
    assert as_csv(session()).count("\n") == 1
