"""The full-text index over what was said: every turn, as far as it is known what was said in it.

A turn that was corrected is found by its corrected words only: the index answers "where did they
say this", and a recogniser's mistake was never said. What the dialogue heard stays in the entry.
What a review has hidden is not found, until that is undone.

The index is made from the entries and is written in the same transaction as they are. It carries
no checksum of its own: whoever searches compares what it says with the entry it points to.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voicecoach.dialogue.messages import Heard
from voicecoach.errors import UsageError
from voicecoach.session import review
from voicecoach.session.entries import CORRECTED, Entry
from voicecoach.session.review import KINDS

TABLE = """
CREATE VIRTUAL TABLE said USING fts5 (
    text,                             -- of the turn whose session * 2^24 + number is the rowid
    tokenize = "unicode61 remove_diacritics 2"
);
"""

SHADOWS = ("said_data", "said_idx", "said_content", "said_docsize", "said_config")
"""The tables in which SQLite keeps the index."""

_BITS = 24
_OPEN, _CLOSE = "\x02", "\x03"
_MARKS = str.maketrans({_OPEN: " ", _CLOSE: " "})
_WORDS = re.compile(r'"([^"]*)"(\*?)|(\S+)')

MOST_WORDS = 50
"""So many words are searched for at once; nobody types more."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A turn that was found: its session's key, its entry's number, its text as the index keeps it,
    and where in that the words begin and end."""

    session: int
    number: int
    text: str
    marks: tuple[tuple[int, int], ...]


def add(connection: sqlite3.Connection, session: int, number: int, data: Mapping[str, Any]) -> None:
    """Put what the entry says into the index, if it says what was said.

    Of a session that is being led; after a review, `told_anew`.
    """
    if data["type"] == Heard.__name__:
        _put(connection, session, {number: data["utterance"]["text"]})
    elif data["type"] == CORRECTED:
        _put(connection, session, {data["entry"]: data["text"]})


def told_anew(connection: sqlite3.Connection, session: int) -> None:
    """Put every turn of a session into the index anew, within the caller's transaction."""
    (texts,) = _all_said(connection, session).values() or ({},)
    _put(connection, session, texts)


def _put(connection: sqlite3.Connection, session: int, texts: Mapping[int, str]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO said (rowid, text) VALUES (?, ?)", _rows(session, texts)
    )


def _rows(session: int, texts: Mapping[int, str]) -> list[tuple[int, str]]:
    return [((session << _BITS) + number, plain(text)) for number, text in texts.items()]


def plain(text: str) -> str:
    """The text as the index keeps it: without the characters that mark what was found.

    >>> plain("so\\x02 it is")
    'so  it is'
    """
    return text.translate(_MARKS)


def take_out(connection: sqlite3.Connection, session: int) -> None:
    """Take out a session's turns, within the caller's transaction; `optimise` is to follow."""
    first = session << _BITS
    connection.execute(
        "DELETE FROM said WHERE rowid BETWEEN ? AND ?", (first, first + (1 << _BITS) - 1)
    )


def optimise(connection: sqlite3.Connection) -> None:
    """Write the index anew: until then it holds the words of what was taken out of it."""
    connection.execute("INSERT INTO said (said) VALUES ('optimize')")


def fill(connection: sqlite3.Connection) -> None:
    """Put every entry into the empty index.

    Raises sqlite3.DatabaseError, without a code, for an entry that cannot be one.
    """
    for session, texts in _all_said(connection).items():
        _put(connection, session, texts)


def holds(connection: sqlite3.Connection) -> bool:
    """Whether the index says exactly what the entries say. Raises as `fill` does."""
    rows = connection.execute("SELECT rowid, text FROM said ORDER BY rowid").fetchall()
    every = _all_said(connection).items()
    return rows == sorted(row for session, texts in every for row in _rows(session, texts))


def _all_said(connection: sqlite3.Connection, only: int | None = None) -> dict[int, dict[int, str]]:
    """By the key of each session (or of `only` one) what was said in its turns by now."""
    types = (Heard.__name__, *KINDS)
    which = "TRUE" if only is None else f"session = {only:d}"
    rows = connection.execute(
        "SELECT session, number, kind, data FROM entries"
        f" WHERE {which} AND type IN ({', '.join('?' * len(types))}) ORDER BY session, number",
        types,
    ).fetchall()
    entries: dict[int, list[Entry]] = defaultdict(list)
    try:
        for session, number, kind, data in rows:
            entries[session].append(Entry(0.0, kind, json.loads(data), number=number))
        return {session: review.said(entries[session]) for session in entries}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise sqlite3.DatabaseError(f"an entry that is none: {error}") from error


def stand_in(connection: sqlite3.Connection) -> None:
    """An index in memory, for a library of an older version that is only looked at."""
    connection.execute("DROP TABLE IF EXISTS temp.said")
    connection.execute(TABLE.replace("TABLE said", "TABLE temp.said"))
    fill(connection)


def query(words: str) -> str:
    """What a person asks for, in the index's own language: each word quoted, all of them wanted.

    Words in double quotes stand together; a `*` at the end of a word takes what begins so. Raises
    UsageError where there is no word, or too many.

    >>> query('feel "left alone" ang* (NOT')
    '"feel" "left alone" "ang"* "(NOT"'
    """
    terms = []
    for phrase, star, word in _WORDS.findall(words):
        text = phrase or word.rstrip("*")
        if any(letter.isalnum() for letter in text):
            prefix = star or word.endswith("*")
            text = text.replace('"', '""').replace("\0", " ")
            terms.append(f'"{text}"' + ("*" if prefix else ""))
    if not terms:
        raise UsageError(
            f"there is no word in {words!r}", "Say, for example: voicecoach search alone"
        )
    if len(terms) > MOST_WORDS:
        raise UsageError(f"these are more than {MOST_WORDS} words", "Search for a few of them.")
    return " ".join(terms).encode("utf-8", "replace").decode()


def find(connection: sqlite3.Connection, words: str, limit: int) -> list[Hit]:
    """The turns that hold all these words, the last one said first. Raises as `query` does."""
    rows = connection.execute(
        "SELECT rowid, highlight(said, 0, ?, ?) FROM said(?) ORDER BY rowid DESC LIMIT ?",
        (_OPEN, _CLOSE, query(words), limit),
    ).fetchall()
    return [Hit(row >> _BITS, row & ((1 << _BITS) - 1), *_unmarked(marked)) for row, marked in rows]


def _unmarked(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text without the marks, and where they were.

    >>> _unmarked("I \\x02feel\\x03 it")
    ('I feel it', ((2, 6),))
    """
    text, marks, start = "", [], 0
    for part in re.split(f"([{_OPEN}{_CLOSE}])", marked):
        if part == _OPEN:
            start = len(text)
        elif part == _CLOSE:
            marks.append((start, len(text)))
        else:
            text += part
    return text, tuple(marks)
