"""What leaves the library on paper: one session, in one of `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from voicecoach.session import review
from voicecoach.session.entries import Session
from voicecoach.session.formats.captions import as_srt, as_vtt
from voicecoach.session.formats.entries import FORMAT, as_json
from voicecoach.session.formats.table import as_csv
from voicecoach.session.formats.transcript.markdown import as_markdown
from voicecoach.session.formats.transcript.page import as_page
from voicecoach.session.formats.transcript.parts import ENDINGS, clock
from voicecoach.session.formats.transcript.text import WIDTH, as_text
from voicecoach.session.formats.transcript.word import as_word

__all__ = ["ENDINGS", "FORMAT", "FORMATS", "WIDTH", "as_json", "as_text", "clock", "exported"]

FORMATS: dict[str, Callable[[Session], str | bytes]] = {
    "txt": as_text,
    "md": as_markdown,
    "html": as_page,
    "docx": as_word,
    "csv": as_csv,
    "vtt": as_vtt,
    "srt": as_srt,
    "json": as_json,
}
"""Each format by the ending of its files, and what writes it."""

TRANSCRIPTS = ("txt", "md", "html", "docx")
"""Those that are read: what was corrected in them is to be scored anew before, by `rescored`."""

BINARY = ("docx",)
"""The formats that are no text."""


def exported(
    session: Session, name: str, *, remarks: bool = False, sounds: Mapping[int, bytes] | None = None
) -> bytes:
    """The session in the format `name`, text as UTF-8; with `remarks` those of a review too, with
    `sounds` (clips as FLAC, by the number of their turn) to be heard in a page.

    The JSON holds all that was kept, remarks among it. The table and captions hold none.
    Raises ValueError for a session with messages that this version does not know.
    """
    if not remarks and name != "json":
        session = review.without_remarks(session)
    content = as_page(session, sounds) if sounds else FORMATS[name](session)
    return content if isinstance(content, bytes) else content.encode("utf-8", "replace")
