"""Transcripts made elsewhere: who said what and when, in the ways in which people write that."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session import making
from voicecoach.errors import InputError
from voicecoach.session.export import exported
from voicecoach.session.imported import written
from voicecoach.session.imported.written import Line, read_transcript

VTT = """WEBVTT - Session 3
Kind: captions

NOTE Anna: this is a note
about it

STYLE
::cue { color: red }

first
00:00:01.000 --> 00:00:04.000 align:start position:10%
<v Anna>When you come home late I feel alone,

00:04.500 --> 00:06.000
<v Anna>and <i>dinner</i> is cold &amp; still.</v>

00:07.000 --> 00:12.000
<v.loud Ben>You feel alone.</v> <v Anna Maria>Yes.</v>
"""


def read(text: str) -> list[tuple[str, str]]:
    return [(line.who, line.text) for line in read_transcript(text.encode(), "f").lines]


def test_captions_with_voices() -> None:
    """Near captions of one voice are one turn; notes, styles and markup are no talk."""
    found = read_transcript(VTT.encode(), "f.vtt")
    assert found.form == "vtt"
    assert found.lines == (
        Line("Anna", "When you come home late I feel alone, and dinner is cold & still.", 1.0, 6.0),
        Line("Ben", "You feel alone.", 7.0, 12.0),
        Line("Anna Maria", "Yes.", 7.0, 12.0),
    )


SRT = """1
00:00:01,000 --> 00:00:04,000
ANNA: I feel alone
when you come late.

2
00:00:04,500 --> 00:00:05,000
It is cold.

3
00:01:00,000 --> 00:01:02,500
- Ben: <b>You feel alone?</b>
- Anna: Yes.
"""


def test_subtitles_with_names() -> None:
    """A line without a name goes on with the one before; two may speak in one."""
    found = read_transcript(SRT.replace("\n", "\r\n").encode("utf-8-sig"), "f.srt")
    assert found.form == "srt" and found.nameless == 2 and found.lost == 0
    assert found.lines == (
        Line("ANNA", "I feel alone when you come late. It is cold.", 1.0, 5.0),
        Line("Ben", "You feel alone?", 60.0, 62.5),
        Line("Anna", "Yes.", 60.0, 62.5),
    )


def test_captions_far_apart_or_after_a_question_are_turns_of_their_own() -> None:
    """A question ends a turn, and so does a long silence."""
    cue = "00:00:{:02d}.000 --> 00:00:{:02d}.500\nBen: {}\n"
    said = ((1, "You feel alone."), (2, "Did I get that?"), (3, "Is there more?"), (9, "Well."))
    text = "WEBVTT\n\n" + "\n".join(cue.format(at, at, words) for at, words in said)
    assert [words for _, words in read(text)] == [
        "You feel alone. Did I get that?",
        "Is there more?",
        "Well.",
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ANNA: I felt alone.", Line("ANNA", "I felt alone.")),
        ("Anna:   I said: no.", Line("Anna", "I said: no.")),
        ("Speaker 1: at 10:30 we left", Line("Speaker 1", "at 10:30 we left")),
        ("[00:01:02] Anna: yes", Line("Anna", "yes", 62.0)),
        ("0:05 Anna: yes", Line("Anna", "yes", 5.0)),
        ("(1:02.5) - Dr. Sönmez-Lee: yes", Line("Dr. Sönmez-Lee", "yes", 62.5)),
        ("Anna [0:05]: yes", Line("Anna", "yes", 5.0)),
        ("Anna  (0:05): yes", Line("Anna", "yes", 5.0)),
        ("- Anna: yes", Line("Anna", "yes")),
        (">> ANNA: yes", Line("ANNA", "yes")),
        ("[SPEAKER_00]: yes", Line("SPEAKER_00", "yes")),
        ("[0:05] [SPEAKER_00]: yes", Line("SPEAKER_00", "yes", 5.0)),
        ("安娜: 好的", Line("安娜", "好的")),
    ],
)
def test_a_line_of_text(line: str, expected: Line) -> None:
    assert read_transcript(line.encode(), "f.txt").lines == (expected,)


def test_a_name_above_its_words() -> None:
    """With its time; and paragraphs go on until the next name."""
    text = "A title\n\nAnna  0:05\nI felt alone.\nAt 10:30 you came.\n\nBen 1:00\nYes."
    found = read_transcript(text.encode("utf-16"), "f.txt")
    assert found.lines == (
        Line("Anna", "I felt alone. At 10:30 you came.", 5.0),
        Line("Ben", "Yes.", 60.0),
    )
    assert (found.nameless, found.lost) == (4, 1)


def test_our_own_captions_come_back() -> None:
    """What is exported as captions is read with the same names, words and times."""
    for name in ("vtt", "srt"):
        content = exported(making.session(), name)
        found = read_transcript(content, f"f.{name}")
        assert found.lines[0] == Line("Anna", making.MESSAGE, 3.5, 5.9)
        names = [line.who for line in found.lines]
        assert names == ["Anna", "Ben", "Anna", "Ben", "Anna", "Ben", "Anna"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "nobody is named"),
        (b"Just a text\nwithout names.", "nobody is named"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nno name", "nobody is named"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no text in UTF-8"),
        ("Zoë: né".encode("latin-1"), "no text in UTF-8"),
        (b"\xff\xfeA", "no text in UTF-8"),
        (exported(making.session(), "txt"), "that voicecoach printed"),
        (exported(making.session(), "md"), "that voicecoach printed"),
        (exported(making.session(), "html"), "that voicecoach printed"),
        (b"<!DOCTYPE html><p>ANNA: yes</p>", "a page"),
        (b"a { color: red }", "nobody is named"),
        (b"x" * (written.MOST_BYTES + 1), "too large"),
        (b"A: " + b"x " * 500_000, "more than 20000 characters"),
        (b"A: x\nx\n" * 16_000, "more than 3000 turns"),
        (b"A: x\n" + b"x\n" * 31_000, "has"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<v A>x" * 300_000, "has"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<" * 2_000_000, "nobody is named"),
        (b"A" + b" (" * 990_000, "nobody is named"),
        (b"1:" * 990_000, "nobody is named"),
        (b"A:" * 990_000, "nobody is named"),
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_no_transcript_is_named(content: bytes, expected: str) -> None:
    """One sentence, exit code 5, in no time."""
    with pytest.raises(InputError, match=expected) as caught:
        read_transcript(content, "f")
    assert caught.value.exit_code == 5 and "\n" not in str(caught.value)


PIECES = st.sampled_from(
    [
        *"\n\n\n:-<>[]() .,0159Ab",
        "WEBVTT",
        "-->",
        "00:01.000",
        "<v A>",
        "</v>",
        "Anna: ",
        "\x00&amp;",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Never another error; what is read has names, words and times in order."""
    try:
        found = read_transcript(text.encode(), "f")
    except InputError:
        return
    for line in found.lines:
        assert line.text.isprintable() and line.who.isprintable()
        assert line.end_s is None or (line.start_s is not None and line.start_s <= line.end_s)
