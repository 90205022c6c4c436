"""`voicecoach practice`: mirror spoken statements alone, rate yourself, then see the score."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecoach import config
from voicecoach.errors import InputError, UsageError

if TYPE_CHECKING:
    from voicecoach.commands.leading import Plan
    from voicecoach.dialogue.practice.statements import Level
    from voicecoach.engines.scripted import Script
    from voicecoach.terminal import Display

COUNT = 10
COACH, TRAINEE = "Coach", "Trainee"

SETTINGS = (
    *("recogniser", "language", "library", "encrypt"),
    *("microphone", "loudspeaker", "voice", "quiet"),
)
"""The settings of `talk` that a practice has, too."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `practice` to the command line."""
    parser = commands.add_parser(
        "practice",
        help="mirror spoken statements alone, rate yourself, see the score",
        description="The coach says a statement, you say back what you heard, and tell how near "
        'that was ("number seven", or a key). Then the score is shown with its evidence. Nothing '
        "is remembered unless --keep is given. Keys on the terminal: 1 to 9 and 0 for ten rate, "
        "n next, a again, r repeat, s skip, p pause, q quit, h help. Exit codes: 0 done, 2 usage, "
        "3 device, 4 model, 5 input file, 6 library, 130 interrupted.",
    )
    parser.add_argument("--count", type=int, metavar="N", help=f"how many (default {COUNT})")
    parser.add_argument(
        "--series",
        type=int,
        default=1,
        metavar="N",
        help="which statements: each series has others, and always the same ones (default 1)",
    )
    parser.add_argument("--statements", metavar="FILE", type=Path, help="your own, as TOML")
    parser.add_argument("--name", default=TRAINEE, help="the name of the one who practises")
    parser.add_argument(
        "--mirrors-only",
        action="store_true",
        help="no rating and no waiting: each mirror is followed by the next statement",
    )
    parser.add_argument(
        "--keep",
        nargs="?",
        const="words",
        choices=["words", "sound"],
        help="keep this practice in the library: its words, or its sound too",
    )
    parser.add_argument("--from", dest="source", metavar="FILE", help="a recording of the mirrors")
    parser.add_argument("--realtime", action="store_true", help="play the recording in real time")
    parser.add_argument("--speak-to", metavar="FILE", help="write the announcements to a WAV file")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    config.add_to(parser, tuple(s for s in config.TALK if s.name in SETTINGS))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Lead one practice; the exit code."""
    from voicecoach.commands import talk
    from voicecoach.engines.keyboard import KEYS, Keyboard, KeyedEar
    from voicecoach.engines.models import recogniser_spec

    chosen = config.load(vars(args)) | {"mics": None}  # one person practises
    live = args.source is None
    plan = plan_of(args, chosen)
    spec, note = recogniser_spec(chosen["recogniser"], chosen["language"])
    used = spec.kind if spec.folder is None else f"{spec.kind} {spec.folder.name}"
    about = {**plan.about, "recogniser": used, "input": args.source or "microphone"}
    plan = replace(plan, recogniser=used, about={**about, "notes": [note]})
    keys = live and Keyboard.there()
    if live and not args.json:
        print(talk.PRACTICE, file=sys.stderr)
    with talk.leased(live), Keyboard() if keys else nullcontext() as keyboard:
        shown = display(args.json, chosen["language"], keys)
        if keyboard is None:
            return talk.open_and_lead(args, chosen, plan, spec, shown)
        return talk.open_and_lead(
            args, chosen, plan, spec, shown, lambda ear: KeyedEar(ear, keyboard, KEYS)
        )


def rehearsal(
    script: Script, folder: Path, chosen: Mapping[str, Any], names: Sequence[str] | None
) -> Plan:
    """The practice that a script's comments ask for: count, series, mirrors (only), statements (a
    file beside it). Raises what `plan_of` raises."""
    written = script.settings
    try:
        count = int(written["count"]) if "count" in written else None
        series = int(written.get("series", 1))
    except ValueError as error:
        raise InputError("count and series in a script are numbers", "# count: 3") from error
    own = folder / written["statements"] if "statements" in written else None
    args = argparse.Namespace(
        name=names[0] if names else script.names[0],
        statements=own,
        count=count,
        series=series,
        mirrors_only=written.get("mirrors") == "only",
        keep=None if chosen["consent"] in (None, "nothing") else chosen["consent"],
    )
    return replace(plan_of(args, chosen), recogniser="script")


def display(as_json: bool, language: str, keys: bool = False) -> Display:
    """The display that fits a practice."""
    from voicecoach.commands.practice.shown import shown

    return shown(as_json, language, keys)


def plan_of(args: argparse.Namespace, chosen: Mapping[str, Any]) -> Plan:
    """What the practice is to be. Raises UsageError or InputError for what cannot be."""
    from voicecoach.commands import leading
    from voicecoach.dialogue.messages import Consent
    from voicecoach.dialogue.practice import Practice
    from voicecoach.dialogue.practice.statements import chosen as take
    from voicecoach.dialogue.practice.statements import shipped

    language = chosen["language"]
    name = args.name.strip()
    if not name or name.casefold() == COACH.casefold():
        raise UsageError(f"nobody who practises can be called {args.name!r}", "Say: --name Anna")
    levels = shipped(language) if args.statements is None else own(args.statements)
    there = sum(len(level.statements) for level in levels)
    count = min(COUNT, there) if args.count is None else args.count
    statements = take(levels, count, args.series)
    return leading.plan(
        chosen,
        (COACH, name),
        consent=Consent(args.keep or Consent.NOTHING),
        recogniser="",
        procedure=Practice(statements, rates=not args.mirrors_only, language=language),
        name="practice",
        about={"statements": len(statements)},
    )


def own(file: Path) -> tuple[Level, ...]:
    """The statements in a trainer's file. Raises InputError where they cannot be read."""
    from voicecoach.dialogue.practice.statements import parse

    try:
        return parse(file.read_text(encoding="utf-8"), str(file))
    except FileNotFoundError as error:
        raise InputError(f"there is no file {file}", "Check the path.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as text: {error}", "Save it as UTF-8.") from error
