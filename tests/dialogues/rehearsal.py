"""Leads a script through the whole loop in memory, and tells what came of it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voicecoach.coach.loop import Coach
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Consent, Guidance, Outcome, Voices
from voicecoach.engines.scripted import AGREED, ASKED, Script, ScriptedEar, SilentVoice
from voicecoach.engines.soundfiles import SilentLoudspeaker
from voicecoach.session.entries import new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.session.record import replayed, stored_commands


@dataclass
class Rehearsal:
    """What was said, in the notation of scripts, the phases, and every line that was shown."""

    dialogue: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    lines: list[Mapping[str, Any]] = field(default_factory=list)
    outcome: Outcome | None = None
    replays: bool = True

    def show(self, line: Mapping[str, Any]) -> None:
        """Remember one line of the session."""
        self.lines.append(line)
        if line["kind"] == "announce":
            self.dialogue.append(f"coach> {line['text']}")
        elif line["kind"] == "turn":
            self.dialogue.append(f"{line['partner'] or 'Someone'}: {line['text']}")
        elif line["kind"] == "phase":
            self.path.append(line["phase"])


def rehearse(script: Script) -> Rehearsal:
    """Lead the script; its settings stand in its comments."""
    seen = Rehearsal()
    written = script.settings
    consent = Consent(written.get("consent", "words"))
    began = Began(
        *script.names,
        Guidance(written.get("guidance", "full")),
        consent,
        int(written.get("rounds", 2)),
        Voices(written.get("apart", "off")),
        written.get("buttons") == AGREED,
        written.get("buttons") == ASKED,
    )
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library") as library:
        header = new_header(script.names, recogniser="script")
        keeper = Keeper(library, header, consent)
        mouth = Mouth(SilentVoice(), SilentLoudspeaker())
        coach = Coach(ScriptedEar(script), mouth, keeper, Imago(), seen.show)
        seen.outcome = coach.run(began)
        if keeper.kept:
            session = library.session(header.id)
            seen.replays = replayed(session, Imago()) == stored_commands(session)
    return seen
