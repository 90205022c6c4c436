"""The JSON schema of an export, drawn from the messages themselves; the shipped file is this."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from voicecoach.dialogue.messages import Answer, Asked, Enter, Fidelity, Outcome, Phase, Spoken
from voicecoach.session.codec import COMMANDS, EVENTS
from voicecoach.session.entries import Header
from voicecoach.session.formats.entries import FORMAT
from voicecoach.utterance import Reason

Schema = dict[str, Any]

NUMBER, TEXT, COUNT = {"type": "number"}, {"type": "string"}, {"type": "integer"}


def session_schema() -> Schema:
    """The whole of it."""
    definitions: dict[str, Schema] = {}
    for kind in (*EVENTS.values(), *COMMANDS.values()):
        definitions[kind.__name__] = of_dataclass(kind, definitions, kind.__name__)
    properties = {
        "format": {"const": FORMAT},
        "header": of_dataclass(Header, definitions),
        "outcome": {"enum": [*(str(o) for o in Outcome), None]},
        "seconds": {**NUMBER, "minimum": 0},
        "rounds": COUNT,
        "phases": listed(phase(definitions)),
        "turns": listed(turn(definitions)),
        "entries": listed({"oneOf": entries()}),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:voicecoach:session:{FORMAT}",
        "title": "A session of voicecoach",
        "description": "What `voicecoach export --format json` writes and `voicecoach import` "
        "reads. All is computed from `entries`; times are in seconds, at_s on the session's "
        "clock, start_s and end_s in the sound that was heard.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "$defs": dict(sorted(definitions.items())),
    }


def entries() -> list[Schema]:
    """An entry of each kind: a message of the dialogue as an object with its `type`, or a note."""
    note = {"type": "object", "properties": {"type": TEXT}, "required": ["type"]}
    data = {
        "event": {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in EVENTS]},
        "command": {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in COMMANDS]},
        "note": note,
    }
    return [
        closed(
            {
                "number": {**COUNT, "minimum": 1},
                "at_s": {**NUMBER, "minimum": 0},
                "kind": {"const": kind},
                "data": message,
            }
        )
        for kind, message in data.items()
    ]


def turn(definitions: dict[str, Schema]) -> Schema:
    """A turn as the dialogue saw it."""
    properties = {
        "number": COUNT,
        "at_s": NUMBER,
        "round": COUNT,
        "exchange": COUNT,
        "attempt": COUNT,
        "phase": of_hint(Phase, definitions),
        "role": {"enum": ["speaker", "listener", None]},
        "name": optional(TEXT),
        "partner": optional(TEXT),
        "text": TEXT,
        "corrected": optional(TEXT),
        "start_s": NUMBER,
        "end_s": NUMBER,
        "reason": of_hint(Reason, definitions),
        "latency_s": NUMBER,
        "answer": of_hint(Answer, definitions),
        "rest": TEXT,
        "command": optional(of_hint(Spoken, definitions)),
        "asked": optional(of_hint(Asked, definitions)),
        "fidelity": optional(of_hint(Fidelity, definitions)),
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def phase(definitions: dict[str, Schema]) -> Schema:
    """A phase that was entered."""
    entered = of_dataclass(Enter, definitions)
    properties = {"at_s": NUMBER, **entered["properties"]}
    return {"type": "object", "properties": properties, "required": list(properties)}


def closed(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def listed(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def optional(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def of_dataclass(kind: type[Any], definitions: dict[str, Schema], name: str = "") -> Schema:
    """A dataclass as the codec writes it; with a `name`, as a message with its type."""
    hints = get_type_hints(kind)
    typed = {"type": {"const": name}} if name else {}
    properties = {f.name: of_hint(hints[f.name], definitions) for f in fields(kind)}
    required = [field.name for field in fields(kind) if not has_default(field)]
    summary = (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ")
    return {
        "description": summary,
        **closed({**typed, **properties}),
        "required": [*typed, *required],
    }


def has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def of_hint(hint: Any, definitions: dict[str, Schema]) -> Schema:
    """What a type hint admits."""
    origin, kinds = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (kind,) = (kind for kind in kinds if kind is not NoneType)
        return optional(of_hint(kind, definitions))
    if origin is tuple:
        if kinds[-1] is Ellipsis:
            return listed(of_hint(kinds[0], definitions))
        items = [of_hint(kind, definitions) for kind in kinds]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "items": False}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [str(member.value) for member in hint]}
    if is_dataclass(hint):
        assert isinstance(hint, type)
        if hint.__name__ not in definitions:
            definitions[hint.__name__] = of_dataclass(hint, definitions)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    plain: dict[Any, Schema] = {
        str: TEXT,
        int: COUNT,
        float: NUMBER,
        bool: {"type": "boolean"},
    }
    return plain[hint]
