"""Everything that was kept of a session, sound apart, as JSON; `session.schema.json` says how."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import resources
from typing import Any

from voicecoach.dialogue.messages import Enter
from voicecoach.session import record
from voicecoach.session.codec import plain
from voicecoach.session.entries import Session
from voicecoach.session.record import Turn

FORMAT = 1
"""Version of the JSON's structure; raised when a field changes its meaning or goes."""


def as_json(session: Session) -> str:
    """Everything that was kept, sound apart, as one JSON object in a stable order.

    `format`; `header` (id, started, names, procedure, language, recogniser, guidance, version);
    `outcome` (done, stopped, interrupted, end_of_input, or null while it runs), `seconds`,
    `rounds`; `phases`: each entering of one (at_s, phase, speaker, listener, round, exchange,
    attempt); `turns` (number of its entry, at_s, round, exchange, attempt, phase, role, name,
    partner: the voice's, or null, text as the dialogue heard it, corrected: what was said if that
    is known better by now, or null, start_s, end_s in the input, reason, latency_s, answer, rest,
    command, asked, fidelity or null); `entries`: what all that is computed from (number,
    at_s, kind, data). Raises ValueError as `as_text` does.
    """
    document = {
        "format": FORMAT,
        "header": asdict(session.header),
        "outcome": record.outcome(session),
        "seconds": record.seconds(session),
        "rounds": record.rounds(session),
        "phases": [
            {"at_s": entry.at_s, **plain(message)}
            for entry, message in record.messages(session)
            if isinstance(message, Enter)
        ],
        "turns": [turn_fields(turn) for turn in record.turns(session)],
        "entries": [
            {"number": entry.number, "at_s": entry.at_s, "kind": entry.kind, "data": entry.data}
            for entry in session.entries
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def turn_fields(turn: Turn) -> dict[str, Any]:
    """A turn as it stands in the JSON."""
    said = turn.utterance
    return {
        "number": turn.number,
        "at_s": turn.at_s,
        "round": turn.round,
        "exchange": turn.exchange,
        "attempt": turn.attempt,
        "phase": turn.phase,
        "role": turn.role,
        "name": turn.name,
        "partner": turn.partner,
        "text": said.text,
        "corrected": turn.corrected,
        "start_s": said.start_s,
        "end_s": said.end_s,
        "reason": said.reason,
        "latency_s": said.latency_s,
        **plain(turn.reply),
        "asked": turn.asked,
        "fidelity": plain(turn.fidelity),
    }


def schema() -> str:
    """The JSON Schema (draft 2020-12) of `as_json`, as text."""
    return (resources.files(__package__) / "session.schema.json").read_text(encoding="utf-8")
