"""Messages as plain JSON values and back: one codec over dataclass fields and their type hints.

A field added to a message is stored without a word here. Read back, a field that is missing takes
its default, so that sessions kept before the field existed stay readable; a field or a type that
is not known is an error, because dropping it would replay another dialogue than the one held.
"""

from __future__ import annotations

from collections.abc import Hashable
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
    message: Event | Command = _build(_NAMED[name], values, name)
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


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: type[Any], values: Any, where: str) -> Any:
    """An instance of the dataclass `kind` out of a dict of JSON values."""
    if not isinstance(values, dict):
        raise ValueError(f"{where} is not an object")
    hints = _hints(cast(Hashable, kind))
    for name in values:
        if name not in hints:
            raise ValueError(f"unknown field {where}.{name}")
    for field in fields(kind):
        required = field.default is MISSING and field.default_factory is MISSING
        if required and field.name not in values:
            raise ValueError(f"missing field {where}.{field.name}")
    return kind(**{name: _typed(hints[name], v, f"{where}.{name}") for name, v in values.items()})


def _typed(hint: Any, value: Any, where: str) -> Any:
    """The JSON value as what the type hint asks for."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        if value is None and NoneType in get_args(hint):
            return None
        (hint,) = (kind for kind in get_args(hint) if kind is not NoneType)
        return _typed(hint, value, where)
    if origin is tuple:
        return _typed_tuple(get_args(hint), value, where)
    if is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value, where)
    if isinstance(hint, type) and issubclass(hint, Enum):
        try:
            return hint(value)
        except ValueError:
            raise ValueError(f"{where} cannot be {value!r}") from None
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise ValueError(f"{where} cannot be {value!r}")
    return value


def _typed_tuple(kinds: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{where} is not a list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = (kinds[0],) * len(value)
    if len(kinds) != len(value):
        raise ValueError(f"{where} has {len(value)} items instead of {len(kinds)}")
    return tuple(
        _typed(kind, item, f"{where}[{index}]")
        for index, (kind, item) in enumerate(zip(kinds, value, strict=True))
    )
