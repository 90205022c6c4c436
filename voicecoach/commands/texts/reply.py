"""`voicecoach reply`: what a short answer means, one on the command line or many as JSON lines."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from voicecoach.errors import UsageError

if TYPE_CHECKING:
    from voicecoach.commands.texts.rows import Row
    from voicecoach.dialogue.messages import Reply


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `reply` to the command line."""
    parser = commands.add_parser(
        "reply",
        help="tell what a short answer means: yes, no, partly or unclear",
        description="Tells what TEXT means as an answer to a question of the dialogue.",
    )
    parser.add_argument("text", nargs="?", metavar="TEXT", help="what was said")
    parser.add_argument(
        "--question",
        choices=["satisfied", "more", "consent", "confirm"],
        default="satisfied",
        help='"did I get that?" (default), "is there more?", "may I keep a recording?", '
        '"shall we stop here?"',
    )
    parser.add_argument("--mirrored", metavar="TEXT", help="what was said just before it")
    parser.add_argument(
        "--jsonl",
        metavar="FILE",
        help='read lines of {"text", "mirrored"?} (- is standard input) and write the same lines '
        'with "answer", "rest" and "command" added',
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--language", default="en", help="language of the text (default: en)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Answer one text, or each line of a file."""
    from voicecoach.commands.texts.rows import answer_each
    from voicecoach.dialogue.messages import Question
    from voicecoach.dialogue.replies import understand

    if (args.text is None) == (args.jsonl is None):
        raise UsageError(
            "Give either a text or --jsonl FILE.", 'Example: voicecoach reply "yes, but"'
        )
    question = Question(args.question)
    if args.jsonl is not None:

        def answer(row: Row) -> Row:
            mirrored, language = row.get("mirrored"), args.language
            return fields(understand(row["text"], question, mirrored=mirrored, language=language))

        answer_each(args.jsonl, answer, ("text",), ("mirrored",))
        return 0
    reply = understand(args.text, question, mirrored=args.mirrored, language=args.language)
    if args.json:
        print(json.dumps({"text": args.text, **fields(reply)}, ensure_ascii=False))
    else:
        sys.stdout.write(sentence(reply) + "\n")
    return 0


def fields(reply: Reply) -> Row:
    """The reply as plain values."""
    command = None if reply.command is None else reply.command.value
    return {"answer": reply.answer.value, "rest": reply.rest, "command": command}


def sentence(reply: Reply) -> str:
    """The reply on one line for a reader."""
    if reply.command is not None:
        return f"command: {reply.command.value.replace('_', ' ')}"
    return reply.answer.value + (f'  and then: "{reply.rest}"' if reply.rest else "")
