"""What was said by two leaves the library only where both agree; and what is said about it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from voicecoach.errors import UsageError

if TYPE_CHECKING:
    from voicecoach.session.entries import Session
    from voicecoach.session.redaction import Pseudonyms

QUESTION = "Do both agree that this leaves the library?"
OPEN = (
    "What is exported is not encrypted, and holds what was said: keep it as you keep the library."
)


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the options of sharing."""
    parser.add_argument(
        "--i-have-consent",
        action="store_true",
        help="do not ask: you hold the consent of both in writing",
    )
    parser.add_argument(
        "--redact",
        action="store_true",
        help="replace the partners' names by Person A, Person B, and silence them in the sound",
    )
    parser.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="NAME",
        help="with --redact: another name to replace; may be repeated",
    )


def agreed(session: Session, given: bool) -> bool:
    """Whether the session may be shared: asked on a terminal, once, unless consent is `given`.

    One who practises alone need not be asked. Raises UsageError where nobody can answer.
    """
    from voicecoach.session.redaction import ALONE

    if given or session.header.procedure == ALONE:
        return True
    if not sys.stdin.isatty():
        raise UsageError(
            "sharing what two people said asks for the agreement of both, and nobody can answer",
            "Say --i-have-consent where you hold it in writing.",
        )
    print(f"{QUESTION} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def hidden(args: argparse.Namespace, session: Session) -> Pseudonyms | None:
    """The names to hide, None where none are to be. Raises UsageError for --also alone."""
    from voicecoach.session.redaction import pseudonyms

    if args.also and not args.redact:
        raise UsageError("--also names who else is to be hidden", "Say --redact with it.")
    if not all(name.strip() for name in args.also):
        raise UsageError("--also wants a name", "Say, for example: --redact --also Clara")
    return pseudonyms(session, args.also) if args.redact else None


def tell(redacted: bool) -> None:
    """Say what leaves the library, on standard error."""
    print(OPEN, file=sys.stderr)
    if redacted:
        print(
            "Names were replaced wherever they are written as you gave them; one that was written "
            "down wrongly, and what else tells who somebody is, is still in it.",
            file=sys.stderr,
        )
