"""An export comes back as the session that it was; nothing else comes in."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session import making
from tests.session.formats.any_session import sessions
from tests.session.test_redaction import told
from voicecoach.errors import InputError, LibraryError
from voicecoach.session import record
from voicecoach.session.entries import Session
from voicecoach.session.export import FORMATS, exported
from voicecoach.session.formats.entries import as_json
from voicecoach.session.imported import kept
from voicecoach.session.imported.kept import read_export
from voicecoach.session.library import Library
from voicecoach.session.library.adding import add

DOCUMENT: dict[str, Any] = json.loads(as_json(making.session()))


def read(document: Any) -> tuple[Session, bool]:
    return read_export(json.dumps(document).encode(), "file.json")


@pytest.mark.parametrize("whole", [making.session(), told(), Session(making.HEADER)])
def test_what_was_exported_comes_back(whole: Session, tmp_path: Path) -> None:
    """Header, entries, and all that is computed from them; also through a library's checks."""
    session, as_computed = read_export(as_json(whole).encode(), "file.json")
    assert session == whole and as_computed
    with Library(tmp_path / "library") as library:
        add(library, session)
    with Library(tmp_path / "library") as library:
        again = library.session("last")
    assert again == whole
    assert record.turns(again) == record.turns(whole)
    assert as_json(again) == as_json(whole)


@settings(max_examples=60, deadline=None)
@given(sessions())
def test_any_session_comes_back(whole: Session) -> None:
    """Whatever messages it holds; and it is shown in every format without an error."""
    session, as_computed = read_export(as_json(whole).encode(), "file.json")
    assert session == whole and as_computed
    for name in FORMATS:
        exported(session, name)


def test_a_library_has_a_session_once(tmp_path: Path) -> None:
    """A second one of that id is refused whole."""
    with Library(tmp_path / "library") as library:
        add(library, making.session())
        with pytest.raises(LibraryError):
            add(library, Session(making.HEADER))
        assert library.session("last") == making.session()


def test_turns_that_were_changed_by_hand_are_noticed() -> None:
    """They are computed from the entries, which count; whoever imports is to know."""
    changed = deepcopy(DOCUMENT)
    changed["turns"][0]["text"] = "I never said that."
    session, as_computed = read(changed)
    assert session == making.session() and not as_computed


# ----------------------------------------------------------------- what is refused


def change(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    """A change of one value in the document."""

    def changed(document: dict[str, Any]) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return changed


def without(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def changed(document: dict[str, Any]) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return changed


HEARD = 6
"""The index of the first turn's entry."""

DAMAGE: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "no entries": (without("entries"), "no entries"),
    "no format": (without("format"), "format is not given"),
    "a newer one": (change("format", to=2), "newer voicecoach"),
    "true as format": (change("format", to=True), "format is not given"),
    "no header": (without("header"), "no header"),
    "an unknown field": (change("header", "wheel", to=1), "unknown field header.wheel"),
    "a path as id": (change("header", "id", to="../../etc/passwd"), "header.id cannot be"),
    "an id of spaces": (change("header", "id", to=" "), "header.id cannot be"),
    "last as id": (change("header", "id", to="last"), "header.id cannot be"),
    "no id": (without("header", "id"), "missing field header.id"),
    "no time": (change("header", "started", to="yesterday"), "isoformat"),
    "a local time": (change("header", "started", to="2026-03-01T18:30:05"), "header.started"),
    "another zone": (change("header", "started", to="2026-03-01T18:30:05+02:00"), "header.started"),
    "one name": (change("header", "names", to=["Anna"]), "two different names"),
    "twice a name": (change("header", "names", to=["Anna", "ANNA"]), "two different names"),
    "a name of signs": (change("header", "names", 0, to="An\x1b[2Jna"), "no text"),
    "a long name": (change("header", "names", 0, to="A" * 1000), "too long"),
    "a number as name": (change("header", "names", 0, to=7), "two different names"),
    "a strange guidance": (change("header", "guidance", to="loud"), "header.guidance"),
    "a strange procedure": (change("header", "procedure", to="../x"), "header.procedure"),
    "a list for entries": (change("entries", to={}), "no list"),
    "a text as entry": (change("entries", 3, to="x"), "entry 4"),
    "a gap": (change("entries", 3, "number", to=9), "entry 4 has the number 9"),
    "one missing": (without("entries", 3), "entry 4 has the number 5"),
    "a time before it": (change("entries", 3, "at_s", to=-1.0), "at_s cannot be"),
    "a text as time": (change("entries", 3, "at_s", to="0"), "at_s cannot be"),
    "true as time": (change("entries", 3, "at_s", to=True), "at_s cannot be"),
    "a huge number": (change("entries", 3, "at_s", to=10**400), "too large"),
    "a huge fraction": (change("entries", HEARD, "data", "utterance", "end_s", to=1e300), "large"),
    "another kind": (change("entries", 3, "kind", to="order"), "kind cannot be"),
    "a list as kind": (change("entries", 3, "kind", to=[]), "kind cannot be"),
    "no message": (change("entries", 3, "data", to=[]), "holds no message"),
    "no type": (change("entries", 3, "data", to={}), "holds no message"),
    "an unknown message": (change("entries", 3, "data", "type", to="Sighed"), "unknown command"),
    "a message of another kind": (change("entries", 3, "kind", to="event"), "unknown event"),
    "an unknown field in it": (change("entries", HEARD, "data", "x", to=1), "unknown field"),
    "a wrong type in it": (change("entries", HEARD, "data", "reply", to="yes"), "not an object"),
    "a message as note": (
        change("entries", 3, to={**DOCUMENT["entries"][3], "kind": "note"}),
        "no note can be 'Listen'",
    ),
    "a strange outcome": (change("entries", -1, "data", "outcome", to="won"), "outcome cannot be"),
    "a correction of nothing": (
        change("entries", -1, "data", to={"type": "Corrected", "entry": [1]}),
        "is no correction",
    ),
    "half a character": (
        change("entries", HEARD, "data", "utterance", "text", to="\ud83d"),
        "no text",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_named_in_one_sentence(name: str) -> None:
    """Exit code 5, what is wrong and where; nothing that the file could make long."""
    damage, expected = DAMAGE[name]
    document = deepcopy(DOCUMENT)
    damage(document)
    with pytest.raises(InputError) as caught:
        read(document)
    assert caught.value.exit_code == 5
    assert expected in str(caught.value), str(caught.value)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 260


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"NaN",
        b'{"entries": [], "format": 1e999}',
        b'{"entries": [{"at_s": NaN}]}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"entries":' + b"[" * 500 + b"]" * 500 + b"}",
        b"9" * 100_000,
        b'{"x": ' + b"9" * 10_000 + b"}",
        as_json(making.session()).encode()[:-500],
        b'{"entries": [' + b"{}," * 60_000 + b"{}]}",
    ],
    ids=lambda content: repr(content[:20]),
)
def test_what_is_no_export_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match=r"file\.json is no session that voicecoach exported"):
        read_export(content, "file.json")


def test_what_is_too_large_is_not_even_read() -> None:
    with pytest.raises(InputError, match="too large"):
        read_export(b" " * (kept.MOST_BYTES + 1), "file.json")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_change_is_read_or_refused(data: st.DataObject) -> None:
    """A value anywhere in the document becomes another one: never another error than ours."""
    document = deepcopy(DOCUMENT)
    place: Any = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    hostile = [None, True, -1, 10**30, 1e308, "", "x", "\ud800", [], {}, [[]], {"type": []}]
    place[key] = data.draw(st.sampled_from(hostile))
    try:
        session, _ = read(document)
    except InputError:
        return
    for name in FORMATS:
        if name != "docx":  # it shows what html shows, and takes its time
            exported(session, name)
