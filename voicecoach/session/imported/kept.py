"""A JSON export back as the session that it was. Nothing in the file is taken on trust.

What stands in its entries counts; turns, phases and the rest are computed from them, as always.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any, NoReturn

from voicecoach.dialogue.messages import Guidance, Outcome
from voicecoach.errors import InputError
from voicecoach.session import record
from voicecoach.session.codec import COMMANDS, EVENTS, decode
from voicecoach.session.entries import CLOSED, CORRECTED, Entry, Header, Session
from voicecoach.session.formats.entries import FORMAT, turn_fields

MOST_BYTES = 24 * 2**20
MOST_ENTRIES = 20_000
MOST_VALUES = 500_000
"""Three hours of talk with the times of all words are 11 MB, 3,500 entries and 300,000 values."""

DEEPEST = 12
LARGEST = 1e9
"""No number in a session is larger: seconds, counts, probabilities."""

LONGEST_NAME = 100
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")
_WORD = re.compile(r"[a-z][a-z_-]{0,31}")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

_ENTRY = {"number", "at_s", "kind", "data"}
_KINDS = {"event": EVENTS, "command": COMMANDS}


def read_export(content: bytes, name: str) -> tuple[Session, bool]:
    """The session in a JSON export, and whether its turns are as computed from its entries.

    They are not where another version wrote it, or somebody changed it by hand. `name` is the
    file's, for the error. Raises InputError, in one sentence, for anything but such an export.
    """
    if len(content) > MOST_BYTES:
        raise InputError(f"{name} is too large for a session", "Is it the right file?")
    try:
        if content.count(b"[") + content.count(b"{") > MOST_VALUES:
            raise ValueError("it holds more than any session")
        document = json.loads(content, parse_constant=_no_number)
        _check_values(document)
        session = _session(document)
        turns = _turns(session)
    except RecursionError:
        raise _refused(name, "it is nested too deeply") from None
    except (ValueError, OverflowError) as error:
        raise _refused(name, str(error)) from error
    return session, turns == document.get("turns")


def _turns(session: Session) -> list[dict[str, Any]]:
    """What is computed from the entries, so that nothing is kept that could not be shown again."""
    try:
        return [turn_fields(turn) for turn in record.turns(session)]
    except (LookupError, TypeError) as error:
        # Messages were checked field by field; what notes hold is free.
        raise ValueError("its notes hold what no note does") from error


def _refused(name: str, why: str) -> InputError:
    if len(why) > 160:
        why = why[:160] + " ..."
    return InputError(
        f"{name} is no session that voicecoach exported: {why}",
        "Give a file that voicecoach export --format json wrote; the library is as it was.",
    )


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _check_values(document: Any) -> None:
    """Raise ValueError for what no session holds: depth, sizes, signs that nobody could see."""
    waiting = [(document, 0)]
    held = 0
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise ValueError("it is nested too deeply")
        if isinstance(value, list | dict):
            held += len(value)
            if held > MOST_VALUES:
                raise ValueError("it holds more than any session")
            inside = value if isinstance(value, list) else (*value, *value.values())
            waiting += [(item, depth + 1) for item in inside]
        elif isinstance(value, str):
            if _UNSEEN.search(value):
                raise ValueError("it holds signs that are no text")
        elif isinstance(value, int | float) and not abs(value) <= LARGEST:
            raise ValueError("it holds a number that is too large")


def _session(document: Any) -> Session:
    if not isinstance(document, dict) or "entries" not in document:
        raise ValueError("there are no entries in it")
    version = document.get("format")
    if type(version) is int and version > FORMAT:
        raise ValueError(f"it is of format {version}, made by a newer voicecoach; update this one")
    if type(version) is not int or version != FORMAT:
        raise ValueError("its format is not given")
    entries = document["entries"]
    if not isinstance(entries, list):
        raise ValueError("its entries are no list")
    if len(entries) > MOST_ENTRIES:
        raise ValueError(f"it has more than {MOST_ENTRIES} entries")
    header = _header(document.get("header"))
    return Session(header, tuple(_entry(entry, at) for at, entry in enumerate(entries, 1)))


def _header(data: Any) -> Header:
    if not isinstance(data, dict):
        raise ValueError("it has no header")
    known = {field.name: field for field in fields(Header)}
    if unknown := sorted(data.keys() - known.keys()):
        raise ValueError(f"unknown field header.{unknown[0]}")
    for name, field in known.items():
        if name not in data and field.default is MISSING:
            raise ValueError(f"missing field header.{name}")
    values = {**data, "names": _names(data["names"])}
    for name, value in values.items():
        if name != "names" and not _fits(name, value):
            raise ValueError(f"header.{name} cannot be {value!r}")
    return Header(**values)


def _names(names: Any) -> tuple[str, str]:
    listed = names if isinstance(names, list) else []
    fine = [
        name for name in listed if isinstance(name, str) and name.strip() and name.isprintable()
    ]
    if len(fine) != 2 or len(listed) != 2 or fine[0].casefold() == fine[1].casefold():
        raise ValueError("header.names are not two different names")
    if max(map(len, fine)) > LONGEST_NAME:
        raise ValueError("header.names are too long")
    return fine[0], fine[1]


def _fits(name: str, value: Any) -> bool:
    """Whether a field of the header can be this; what becomes part of a file's name is narrow."""
    if not isinstance(value, str) or not value.isprintable() or len(value) > 200:
        return False
    if name == "id":
        return bool(_ID.fullmatch(value)) and value != "last"
    if name == "started":
        # Sessions are told apart by age in the order of the letters: one way to write a time.
        moment = datetime.fromisoformat(value)
        return (
            moment.tzinfo is not None
            and moment.astimezone(UTC).isoformat(timespec="seconds") == value
        )
    if name == "guidance":
        return value in set(Guidance)
    return bool(_WORD.fullmatch(value)) if name in ("procedure", "language") else True


def _entry(entry: Any, number: int) -> Entry:
    where = f"entry {number}"
    if not isinstance(entry, dict) or entry.keys() != _ENTRY:
        raise ValueError(f"{where} has not the fields of one")
    at_s, kind, data = entry["at_s"], entry["kind"], entry["data"]
    if type(entry["number"]) is not int or entry["number"] != number:
        raise ValueError(f"{where} has the number {entry['number']!r}")
    if type(at_s) not in (int, float) or not 0 <= at_s < math.inf:
        raise ValueError(f"{where}: at_s cannot be {at_s!r}")
    if not isinstance(data, dict) or not isinstance(data.get("type"), str):
        raise ValueError(f"{where} holds no message")
    if kind == "note":
        _check_note(data, where)
    elif not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError(f"{where}: kind cannot be {kind!r}")
    elif data["type"] not in _KINDS[kind]:
        raise ValueError(f"{where}: unknown {kind} {data['type']!r}")
    else:
        try:
            decode(data)
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from error
    return Entry(float(at_s), kind, data, number=number)


def _check_note(data: dict[str, Any], where: str) -> None:
    """Notes are free in what they hold, but for those that are read again."""
    name = data["type"]
    if name in EVENTS or name in COMMANDS or not name.isidentifier():
        raise ValueError(f"{where}: no note can be {name!r}")
    if name == CLOSED and data.get("outcome") not in set(Outcome):
        raise ValueError(f"{where}: outcome cannot be {data.get('outcome')!r}")
    if name == CORRECTED:
        wanted = {"entry": int, "text": str, "by": str}
        if any(type(data.get(field)) is not kind for field, kind in wanted.items()):
            raise ValueError(f"{where} is no correction")
