"""Transcripts that others made, as lines: who said what, and when, as far as that is written.

WebVTT with voice spans or "NAME: " before the words; SubRip with "NAME: "; plain text in lines
"NAME: words" or "[0:05] NAME: words", or with name and time in a line of their own above the words.
What has no name goes on with what was before it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from voicecoach.errors import InputError
from voicecoach.session.formats.transcript.parts import fit

MOST_BYTES = 2 * 2**20
MOST_LINES, MOST_CAPTIONS = 3_000, 30_000
"""Of a day of talk: turns, and the lines or captions that they are written in."""

LONGEST_TURN = 20_000
"""Characters of one turn: 25 minutes without a breath."""

MORE_S = 3.0
"""Captions of one voice with less than this between them are one turn: the longest patience."""

LOOKS = 'Lines look like "ANNA: I felt alone." or "[0:05] Anna: I felt alone."'

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_WHO = r"(?P<who>[^\W\d_][^:\[\](){}<>]{0,39}?)"
_NAMED = re.compile(
    rf"^(?:[-–>]+\s*)?(?:[\[(]?(?P<before>{_TIME})[\])]?[\s–-]*)?\[?{_WHO}\]?\s*"
    rf"(?:[\[(](?P<after>{_TIME})[\])])?\s*:(?:\s+(?P<text>.*))?$"
)
_ABOVE = re.compile(rf"^{_WHO}\s+[\[(]?(?P<after>{_TIME})[\])]?$")
_TIMING = re.compile(rf"^\s*(?P<start>{_TIME})\s*-->\s*(?P<end>{_TIME})(?:\s.*)?$")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<who>[^>]+)>(?P<text>.*?)(?:</v>|(?=<v[.\s])|\Z)", re.S)
_TAG = re.compile(r"<[^>]{0,200}>")
_OURS = re.compile(r"^(?:- |<li>)?Session \S+, written down by ", re.MULTILINE)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """Something said: `who` as it is written, times in seconds where they are written."""

    who: str
    text: str
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A transcript: its `form` (vtt, srt, txt) and lines; `nameless` counts what had no name.

    Of those `lost` could not be taken at all, as nobody had spoken before.
    """

    form: str
    lines: tuple[Line, ...]
    nameless: int = 0
    lost: int = 0


def read_transcript(content: bytes, name: str) -> Written:
    """The transcript in a file's bytes. Raises InputError, in one sentence, where it is none."""
    if len(content) > MOST_BYTES:
        raise InputError(f"{name} is too large for a transcript", "Is it the right file?")
    text = _decoded(content, name)
    if _OURS.search(text[:6000]):
        raise InputError(
            f"{name} is a transcript that voicecoach printed, without all that was kept",
            "Import what voicecoach export --format json wrote.",
        )
    if _MARKUP.match(text):
        raise InputError(f"{name} is a page, no transcript", "Save it as plain text in UTF-8.")
    form, found = _lines(text)
    try:
        written = _named(form, found)
    except ValueError as error:
        raise InputError(f"{name} {error}", "Import it in parts.") from error
    if not any(line.who for line in written.lines):
        raise InputError(f"nobody is named in {name}", LOOKS)
    return written


def _decoded(content: bytes, name: str) -> str:
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name} is no text in UTF-8", "Save it as plain text in UTF-8.") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _lines(text: str) -> tuple[str, Iterator[Line]]:
    if text.startswith("WEBVTT"):
        return "vtt", _captions(text)
    if any(_TIMING.match(line) for line in text.split("\n")):
        return "srt", _captions(text)
    return "txt", _paragraphs(text)


def _captions(text: str) -> Iterator[Line]:
    """The captions of a WebVTT or SubRip file; what is no caption (notes, styles) is no talk."""
    for block in re.split(r"\n[ \t]*\n", text):
        rows = [row for row in block.split("\n") if row.strip()]
        for at, row in enumerate(rows[:2]):
            if timing := _TIMING.match(row):
                start_s, end_s = _seconds(timing["start"]), _seconds(timing["end"])
                yield from _caption(rows[at + 1 :], start_s, max(start_s, end_s))
                break


def _caption(rows: list[str], start_s: float, end_s: float) -> Iterator[Line]:
    whole = "\n".join(rows)
    if voices := list(_VOICE.finditer(whole)):
        for voice in voices:
            yield Line(_plain(voice["who"]), _plain(voice["text"]), start_s, end_s)
        return
    for row in rows:
        plain = _plain(row)
        found = _NAMED.match(plain)
        who, said = (found["who"], found["text"] or "") if found else ("", plain)
        yield Line(who.strip(), said, start_s, end_s)


def _plain(text: str) -> str:
    """A caption's words without its markup.

    >>> _plain("<i>I &amp; you</i>")
    'I & you'
    """
    return " ".join(fit(html.unescape(_TAG.sub("", text))).split())


def _paragraphs(text: str) -> Iterator[Line]:
    for row in text.split("\n"):
        plain = " ".join(fit(row).split())
        if not plain:
            continue
        if found := _NAMED.match(plain):
            time = found["before"] or found["after"]
            yield Line(found["who"].strip(), found["text"] or "", _seconds(time) if time else None)
        elif found := _ABOVE.match(plain):
            yield Line(found["who"].strip(), "", _seconds(found["after"]))
        else:
            yield Line("", plain)


def _seconds(time: str) -> float:
    """A written time in seconds.

    >>> _seconds("1:02:03,5"), _seconds("2:03")
    (3723.5, 123.0)
    """
    seconds = 0.0
    for part in time.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def _named(form: str, found: Iterator[Line]) -> Written:
    """Each line with its name: one without goes on with the last, and so do near captions.

    Raises ValueError for more than any talk holds.
    """
    lines: list[Line] = []
    nameless = lost = 0
    for count, line in enumerate(found):
        if count > MOST_CAPTIONS or len(lines) > MOST_LINES:
            raise ValueError(f"has more than {MOST_LINES} turns")
        last = lines[-1] if lines else None
        if not line.who:
            nameless += 1
            if last is None:
                lost += 1
            else:
                lines[-1] = _joined(last, line)
        elif last is not None and _goes_on(last, line):
            lines[-1] = _joined(last, line)
        else:
            lines.append(_joined(replace(line, text=""), line))
    return Written(form, tuple(line for line in lines if line.text), nameless, lost)


def _goes_on(last: Line, line: Line) -> bool:
    """Whether these are captions of one turn; a question ends one, as it does when one listens."""
    if last.end_s is None or line.start_s is None or line.who.casefold() != last.who.casefold():
        return False
    return line.start_s - last.end_s < MORE_S and not last.text.endswith("?")


def _joined(last: Line, line: Line) -> Line:
    text = f"{last.text} {line.text}".strip()
    if len(text) > LONGEST_TURN:
        raise ValueError(f"has a turn of more than {LONGEST_TURN} characters")
    return replace(last, text=text, end_s=line.end_s if line.end_s is not None else last.end_s)
