"""Every message can be kept and comes back as it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.dialogue.messages import (
    Announce,
    Answer,
    Command,
    Enter,
    Event,
    Heard,
    Learn,
    Phase,
    Quiet,
    Reply,
)
from voicecoach.session.codec import COMMANDS, EVENTS, decode, encode
from voicecoach.utterance import Utterance, Word

ALL = (*get_args(Event), *get_args(Command))

# JSON has no NaN and no infinity, and no message means one.
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_message_comes_back_from_its_json_as_it_was(kind: type[Any]) -> None:
    """decode(json(encode(message))) == message, for any values of every message there is."""

    @settings(max_examples=40, deadline=None)
    @given(st.from_type(kind))
    def check(message: Any) -> None:
        text = json.dumps(encode(message), allow_nan=False)
        back = decode(json.loads(text))
        assert back == message
        assert repr(back) == repr(message)  # an enum is an enum again, a float a float

    check()


def test_events_and_commands_share_no_name() -> None:
    """A stored name means one message."""
    assert not EVENTS.keys() & COMMANDS.keys()
    assert len(EVENTS) + len(COMMANDS) == len(ALL)


def test_the_stored_form_is_plain_and_readable() -> None:
    """The type comes first, then the fields in order; enums by value, tuples as lists."""
    yes = Utterance("yes", 1.0, 1.4, "Anna", words=(Word("yes", 1.0, 1.4, 0.5),))
    assert encode(Learn("Anna", (yes,))) == {
        "type": "Learn",
        "partner": "Anna",
        "turns": [
            {
                "text": "yes",
                "start_s": 1.0,
                "end_s": 1.4,
                "partner": "Anna",
                "reason": "silence",
                "latency_s": 0.0,
                "words": [{"text": "yes", "start_s": 1.0, "end_s": 1.4, "probability": 0.5}],
                "either": False,
                "overlap": False,
                "third": False,
            }
        ],
        "unproven": False,
    }
    assert encode(Heard(yes, Reply(Answer.PARTLY)))["reply"]["answer"] == "PARTLY"


def test_a_field_younger_than_the_session_takes_its_default() -> None:
    """What was kept before a field with a default existed is still readable."""
    assert decode({"type": "Announce", "key": "more", "to": "Ben"}) == Announce("more", "Ben")


def test_a_whole_number_is_good_enough_for_a_float() -> None:
    """JSON writers may drop the point; the message has its float back."""
    message = decode({"type": "Quiet", "seconds": 8})
    assert isinstance(message, Quiet) and repr(message) == "Quiet(seconds=8.0)"


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"type": "Hummed"}, "unknown message type 'Hummed'"),
        ({"key": "x"}, "unknown message type None"),
        ({"type": ["Quiet"]}, "unknown message type"),
        ({"type": "Quiet", "seconds": 1.0, "mood": 3}, r"unknown field Quiet\.mood"),
        ({"type": "Quiet"}, r"missing field Quiet\.seconds"),
        ({"type": "Quiet", "seconds": "long"}, r"Quiet\.seconds cannot be 'long'"),
        ({"type": "Quiet", "seconds": True}, r"Quiet\.seconds cannot be True"),
        ({"type": "Listen", "step": "sing"}, r"Listen\.step cannot be 'sing'"),
        ({"type": "Announce", "key": "k", "to": "A", "values": "ab"}, "values is not a list"),
        ({"type": "Announce", "key": "k", "to": "A", "values": [["n"]]}, r"values\[0\] has 1 item"),
        ({"type": "Scored", "fidelity": 3}, r"Scored\.fidelity is not an object"),
    ],
)
def test_what_is_not_known_is_named(data: dict[str, Any], complaint: str) -> None:
    """A type, field or value that no message has is an error that says which."""
    with pytest.raises(ValueError, match=complaint):
        decode(data)


def test_only_messages_are_encoded() -> None:
    """A word of an utterance, a look-alike or a foreign value is no message."""

    @dataclass(frozen=True)
    class Finish:
        outcome: str

    with pytest.raises(ValueError, match="Word is neither an event nor a command"):
        encode(Word("yes", 0, 1))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Finish is neither"):
        encode(Finish("done"))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="holds a object"):
        encode(Enter(Phase.SHARE, object(), "Ben", 1, 1, 1))  # type: ignore[arg-type]
