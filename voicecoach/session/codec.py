"""Messages as plain JSON values and back: one codec over dataclass fields and their type hints.

A field added to a message is stored without a word here. Read back, a field that is missing takes
its default, so that sessions kept before the field existed stay readable; a field or a type that
is not known is an error, because dropping it would replay another dialogue than the one held.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from voicecoach.dialogue.messages import Command, Event

EVENTS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Event)}
"""Every event by the name it is stored under."""

COMMANDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Command)}
"""Every command by the name it is stored under."""

_NAMED = EVENTS | COMMANDS


def encode(message: Event | Command) -> dict[str, Any]:
    """The message as JSON values: its fields in order after `"type"`, its class's name.

    Raises ValueError for anything that is not an event or a command, or holds a foreign value.
    """
    name = type(message).__name__
    if _NAMED.get(name) is not type(message):
        raise ValueError(f"{name} is neither an event nor a command")
    return {"type": name, **_plain_fields(message)}


def decode(data: dict[str, Any]) -> Event | Command:
    """The message that `encode` made `data` of.

    Raises ValueError naming the type or field that is unknown, missing or of the wrong kind.
    """
    values = dict(data)
    name = values.pop("type", None)
    if not isinstance(name, str) or name not in _NAMED:
        raise ValueError(f"unknown message type {name!r}")
    message: Event | Command = _of_class(cast(Hashable, _NAMED[name]))(values, name)
    return message


def _plain_fields(value: Any) -> dict[str, Any]:
    return {field.name: plain(getattr(value, field.name)) for field in fields(value)}


def plain(value: Any) -> Any:
    """A message's value as JSON values: enums by value, tuples as lists, dataclasses as objects.

    Raises ValueError for anything that no message holds.
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, float):
        return float(value)  # numpy's float64 is one too, and JSON should see the plain number
    if isinstance(value, int):
        return int(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _plain_fields(value)
    raise ValueError(f"a message holds a {type(value).__name__}, which cannot be kept")


_Reader = Callable[[Any, str], Any]
"""Makes of a JSON value, found at a place that is named in errors, what a type hint asks for."""


@cache
def _of_class(kind: Hashable) -> _Reader:
    """What reads instances of the dataclass `kind` out of dicts of JSON values."""
    made = cast(type[Any], kind)
    hints = get_type_hints(made)
    readers = {field.name: _of_hint(hints[field.name]) for field in fields(made)}
    required = [
        field.name
        for field in fields(made)
        if field.default is MISSING and field.default_factory is MISSING
    ]

    def read(values: Any, where: str) -> Any:
        if not isinstance(values, dict):
            raise ValueError(f"{where} is not an object")
        for name in values:
            if name not in readers:
                raise ValueError(f"unknown field {where}.{name}")
        for name in required:
            if name not in values:
                raise ValueError(f"missing field {where}.{name}")
        return made(**{name: readers[name](v, f"{where}.{name}") for name, v in values.items()})

    return read


def _of_hint(hint: Any) -> _Reader:
    """What reads JSON values that a type hint asks for; the hint is looked at once, not each time:
    a session of an hour has ten thousand words with two times each."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        (kind,) = (kind for kind in get_args(hint) if kind is not NoneType)
        read, or_none = _of_hint(kind), NoneType in get_args(hint)
        return lambda v, where: None if v is None and or_none else read(v, where)
    if origin is tuple:
        return _of_tuple(get_args(hint))
    if is_dataclass(hint) and isinstance(hint, type):
        return _of_class(cast(Hashable, hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _of_enum(hint)
    return _of_plain(hint)


def _of_enum(kind: type[Enum]) -> _Reader:
    def read(value: Any, where: str) -> Any:
        try:
            return kind(value)
        except ValueError:
            raise ValueError(f"{where} cannot be {value!r}") from None

    return read


def _of_plain(kind: type[Any]) -> _Reader:
    def read(value: Any, where: str) -> Any:
        if type(value) is kind:
            return value
        if kind is float and type(value) is int:
            return float(value)
        raise ValueError(f"{where} cannot be {value!r}")

    return read


def _of_tuple(kinds: tuple[Any, ...]) -> _Reader:
    """What reads tuples out of lists: of any length for `(kind, ...)`, else of just these."""
    many = len(kinds) == 2 and kinds[1] is Ellipsis
    readers = [_of_hint(kind) for kind in (kinds[:1] if many else kinds)]

    def read(value: Any, where: str) -> Any:
        if not isinstance(value, list):
            raise ValueError(f"{where} is not a list")
        if many:
            each = readers[0]
            return tuple([each(item, f"{where}[{at}]") for at, item in enumerate(value)])
        if len(readers) != len(value):
            raise ValueError(f"{where} has {len(value)} items instead of {len(readers)}")
        both = enumerate(zip(readers, value, strict=True))
        return tuple([each(item, f"{where}[{at}]") for at, (each, item) in both])

    return read
