"""The published schema is what the messages say, and what is exported keeps to it.

Drawn anew with VOICECOACH_ACCEPT=1.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

from tests.session import making
from tests.session.formats.any_session import sessions
from tests.session.formats.hard import HARD, session
from tests.session.formats.message_schema import session_schema
from tests.session.test_redaction import told
from voicecoach.session import formats
from voicecoach.session.entries import Session
from voicecoach.session.formats.entries import as_json, schema

FILE = Path(formats.__file__).parent / "session.schema.json"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(schema()))


def test_the_shipped_schema_is_the_messages_own() -> None:
    """A field that is added to a message is in the file; and it is a schema of its draft."""
    drawn = json.dumps(session_schema(), indent=2) + "\n"
    if os.environ.get("VOICECOACH_ACCEPT"):
        FILE.write_text(drawn, encoding="utf-8")
    assert schema() == drawn
    jsonschema.Draft202012Validator.check_schema(json.loads(schema()))


@pytest.mark.parametrize(
    "whole", [making.session(), told(), session(HARD[0]), Session(making.HEADER)]
)
def test_what_is_exported_keeps_to_it(
    whole: Session, validator: jsonschema.Draft202012Validator
) -> None:
    validator.validate(json.loads(as_json(whole)))


@settings(max_examples=60, deadline=None)
@given(sessions())
def test_any_session_keeps_to_it(whole: Session) -> None:
    """Any messages with any values, in any order."""
    document = json.loads(as_json(whole))
    jsonschema.Draft202012Validator(json.loads(schema())).validate(document)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"outcome": "maybe"},
        {"entries": [{"number": 1, "at_s": 0, "kind": "event", "data": {"type": "Sighed"}}]},
        {"entries": [{"number": 1, "at_s": 0, "kind": "command", "data": {"type": "InputEnded"}}]},
        {"entries": [{"number": 0, "at_s": 0, "kind": "note", "data": {"type": "Closed"}}]},
        {"entries": [{"number": 1, "at_s": 0, "kind": "event", "data": {"type": "Quiet"}}]},
    ],
)
def test_what_is_no_session_does_not(
    change: dict[str, object], validator: jsonschema.Draft202012Validator
) -> None:
    """Or a schema that lets all pass would do."""
    document = json.loads(as_json(making.session()))
    assert validator.is_valid(document)
    assert not validator.is_valid({**document, **change})
