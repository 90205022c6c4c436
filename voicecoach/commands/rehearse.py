"""`voicecoach rehearse SCRIPT`: a written dialogue through the same machine, without sound."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecoach import config

if TYPE_CHECKING:
    from voicecoach.commands.leading import Plan
    from voicecoach.engines.scripted import Script


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `rehearse` to the command line."""
    parser = commands.add_parser(
        "rehearse",
        help="lead a written dialogue, without sound",
        description="Leads a written dialogue through the same machine as talk. Lines look like "
        '"ANNA: I felt alone.", "(0.3 s)" or "coach> Anna, is there more?". A script with the line '
        '"# procedure: practice" is a practice; "# count:", "# series:", "# statements:" (a file '
        'beside it) and "# mirrors: only" set what the options of practice do.',
    )
    parser.add_argument("script", metavar="SCRIPT", type=Path, help="a text file")
    parser.add_argument("--check", action="store_true", help="fail unless the coach> lines come")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    config.add_to(parser, tuple(s for s in config.TALK if s.name in REHEARSED))
    parser.set_defaults(run=run)


REHEARSED = ("names", "guidance", "consent", "rounds", "language", "library", "encrypt")


def run(args: argparse.Namespace) -> int:
    """Lead the script; 1 if `--check` finds another dialogue than the one that is written."""
    from voicecoach.commands import leading
    from voicecoach.dialogue.messages import Consent, Voices
    from voicecoach.engines.scripted import AGREED, ASKED, read_script
    from voicecoach.terminal import display

    script = read_script(args.script)
    given = vars(args)
    chosen = config.load({**given, **_written(script.settings, given)})
    if script.settings.get("procedure") == "practice":
        from voicecoach.commands import practice

        seen = Recorded(practice.display(args.json, chosen["language"]))
        plan = practice.rehearsal(script, args.script.parent, chosen, args.names)
        return _lead(args, script, plan, seen)
    names = tuple(args.names) if args.names else script.names
    consent = Consent(chosen["consent"] or Consent.NOTHING)
    voices = Voices(chosen["voices"] or Voices.OFF)
    buttons = script.settings.get("buttons")
    plan = leading.plan(
        chosen,
        names,
        consent=consent,
        voices=voices,
        buttons=buttons == AGREED,
        ask_buttons=buttons == ASKED,
        recogniser="script",
    )
    return _lead(args, script, plan, Recorded(display(args.json)))


def _lead(args: argparse.Namespace, script: Script, plan: Plan, seen: Recorded) -> int:
    from voicecoach.commands import leading
    from voicecoach.engines.scripted import ScriptedEar, SilentVoice
    from voicecoach.engines.soundfiles import SilentLoudspeaker

    code = leading.lead(plan, ScriptedEar(script), SilentVoice(), SilentLoudspeaker(), seen)
    if code == 0 and args.check:
        return _compare(script.lines, script.path, seen)
    return code


def _written(settings: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that stand in the script's comments and were not given otherwise."""
    written: dict[str, Any] = {
        key: value
        for key, value in settings.items()
        if key in ("guidance", "consent", "rounds") and given.get(key) is None
    }
    if "rounds" in written:
        written["rounds"] = int(written["rounds"])
    if "apart" in settings:
        # A sample's "voices" are those that speak it.
        written["voices"] = settings["apart"]
    return written


class Recorded:
    """A display that also remembers the dialogue and its path."""

    def __init__(self, shown: Any) -> None:
        self._shown = shown
        self.dialogue: list[str] = []
        self.path: list[str] = []

    def show(self, line: Mapping[str, Any]) -> None:
        """Remember what was said, then show it."""
        if line["kind"] == "announce":
            self.dialogue.append(f"coach> {line['text']}")
        elif line["kind"] == "turn":
            self.dialogue.append(f"{line['partner'] or 'Someone'}: {line['text']}")
        elif line["kind"] == "phase":
            self.path.append(line["phase"])
        self._shown.show(line)

    def watch(self, level_db: float) -> None:
        """Nothing to remember."""
        self._shown.watch(level_db)

    def __enter__(self) -> Recorded:
        """Begin to show."""
        self._shown.__enter__()
        return self

    def __exit__(self, *how: Any) -> None:
        """End it."""
        self._shown.__exit__(*how)


def _compare(lines: Sequence[Any], path: Sequence[str], seen: Recorded) -> int:
    from voicecoach.engines.scripted import dialogue_of

    written = dialogue_of(lines)
    came = seen.dialogue
    if not any(line.startswith("coach>") for line in written):
        came = [line for line in came if not line.startswith("coach>")]
    difference = list(unified_diff(written, came, "written", "came", lineterm=""))
    entered = [phase for phase in seen.path if phase != "done"]
    if path and list(path) != entered:
        difference += [f"path written: {' '.join(path)}", f"path came:    {' '.join(entered)}"]
    for line in difference:
        print(line, file=sys.stderr)
    return 1 if difference else 0
