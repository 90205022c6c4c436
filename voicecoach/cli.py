"""The command line: one parser, one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import threading
from collections.abc import Sequence

from voicecoach import __version__
from voicecoach.errors import VoicecoachError

COMMANDS = (
    "demo",
    "talk",
    "practice",
    "rehearse",
    "texts.score",
    "texts.reply",
    "transcribe",
    "library.sessions",
    "library.review",
    "library.search",
    "library.export",
    "library.importing",
    "library.forget",
    "library.backup",
    "library.restore",
    "library.encrypt",
    "models",
    "doctor",
)
"""The modules of `voicecoach.commands`, in the order `--help` shows them."""


def parser() -> argparse.ArgumentParser:
    """The whole command line; each command's module adds its own part."""
    top = argparse.ArgumentParser(
        prog="voicecoach",
        description="Leads two people in a room through the Imago dialogue by voice, on this "
        "machine alone. A practice tool, not therapy.",
        epilog="Start with: voicecoach demo",
    )
    top.add_argument("--version", action="version", version=f"voicecoach {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        importlib.import_module(f"voicecoach.commands.{name}").register(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (0 done, 2..6 and 130 as in `voicecoach --help`)."""
    code = _run(argv)
    if threading.active_count() > 1:
        from voicecoach.engines.soundcard.devices import hangs

        if hangs():
            # A sound system that does not answer would hang or crash the end of the program.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return code


def _run(argv: Sequence[str] | None) -> int:
    try:
        args = parser().parse_args(argv)
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except VoicecoachError as error:
        print(f"voicecoach: {error}", file=sys.stderr)
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("voicecoach: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone; there is nobody left to tell.
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
