"""`voicecoach score`: how much of a message a reflection gives back, with the evidence."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from typing import TYPE_CHECKING

from voicecoach.errors import UsageError

if TYPE_CHECKING:
    from voicecoach.commands.texts.rows import Row
    from voicecoach.dialogue.comparison import Meaning
    from voicecoach.dialogue.messages import Fidelity


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `score` to the command line."""
    parser = commands.add_parser(
        "score",
        help="score how faithfully a reflection gives back a message",
        description="Scores 0 to 100 how much of MESSAGE is in REFLECTION, unaltered, and shows "
        "what was missed, added or altered. It measures closeness, not empathy or quality.",
    )
    parser.add_argument("message", nargs="?", metavar="MESSAGE", help="what the speaker shared")
    parser.add_argument("reflection", nargs="?", metavar="REFLECTION", help="the mirror of it")
    parser.add_argument(
        "--jsonl",
        metavar="FILE",
        help='read lines of {"message", "reflection"} (- is standard input) and write the same '
        "lines with the score and its evidence added",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--meaning",
        choices=["words", "encoder", "none"],
        default="words",
        help="compare meaning by the shipped word table (default), by a sentence encoder in the "
        "folder of models (slower, better), or words alone",
    )
    parser.add_argument(
        "--scale",
        action="store_true",
        help="print what the score was on what people said, when the scale was fitted",
    )
    parser.add_argument("--language", default="en", help="language of the texts (default: en)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Score one pair, or each line of a file."""
    from voicecoach.commands.texts.rows import answer_each
    from voicecoach.dialogue.fidelity import compare

    if args.scale:
        from voicecoach.dialogue.comparison.scale import figures

        print("\n".join(figures(args.meaning)))
        return 0
    pair = args.message is not None and args.reflection is not None
    if pair == (args.jsonl is not None) or (args.jsonl is not None and args.message is not None):
        raise UsageError(
            "Give either a message and its reflection, or --jsonl FILE.",
            'Example: voicecoach score "I was sad" "you were sad"',
        )
    meaning = meaning_for(args.meaning)
    used = "none" if meaning is None else meaning.name
    if args.jsonl is not None:
        print(f"meaning: {used}", file=sys.stderr)

        def answer(row: Row) -> Row:
            message, reflection = str(row["message"]), str(row["reflection"])
            return dataclasses.asdict(
                compare(message, reflection, language=args.language, meaning=meaning)
            )

        answer_each(args.jsonl, answer, ("message", "reflection"))
        return 0
    fidelity = compare(args.message, args.reflection, language=args.language, meaning=meaning)
    if args.json:
        row = {"message": args.message, "reflection": args.reflection, "meaning": used}
        print(json.dumps({**row, **dataclasses.asdict(fidelity)}, ensure_ascii=False))
    else:
        print("\n".join(lines(args.message, args.reflection, fidelity, used)))
    return 0


def lines(message: str, reflection: str, fidelity: Fidelity, used: str) -> list[str]:
    """The score for a reader: number and band, a sentence, the pair with its words marked."""
    from voicecoach.dialogue import evidence

    how = {
        "none": "words alone",
        "words": "words and the shipped word table",
        "encoder": "words and a sentence encoder",
    }[used]
    sentence = evidence.sentence(fidelity)
    return [
        evidence.headline(fidelity.score, fidelity.band),
        *([sentence] if sentence else []),
        f"said:     {evidence.signed(evidence.marked_message(message, fidelity))}",
        f"mirrored: {evidence.signed(evidence.marked_reflection(reflection, fidelity))}",
        f"(coverage {fidelity.coverage:.0%}, additions {fidelity.addition:.0%}; {how}. "
        "It measures closeness, not empathy.)",
    ]


def meaning_for(name: str) -> Meaning | None:
    """The `Meaning` called "words" or "encoder", None for "none"; ModelError if it is missing."""
    if name == "none":
        return None
    from voicecoach.engines import meaning

    return meaning.open_encoder() if name == "encoder" else meaning.open_word_table()
