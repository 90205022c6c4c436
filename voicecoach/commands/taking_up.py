"""A session that was broken off: offered, named, gone on with, or closed as interrupted."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from voicecoach.errors import UsageError

if TYPE_CHECKING:
    from voicecoach.session.entries import Session
    from voicecoach.session.library import Library
    from voicecoach.session.resuming import Standing

LAST = "last"
"""What `--resume` without a name means: the session broken off last."""

OFFERED_FOR = timedelta(days=1)
"""A talk broken off longer ago is not offered any more: nobody is in the middle of it."""


def add_to(parser: ArgumentParser) -> None:
    """Give the parser the flag."""
    parser.add_argument(
        "--resume",
        nargs="?",
        const=LAST,
        metavar="SESSION",
        help="go on with a session that was broken off, by a power cut or a crash, at the same "
        "step; without SESSION the last one. At the terminal a live talk offers it by itself",
    )


def wanted(args: Namespace, chosen: Mapping[str, Any], live: bool) -> Standing | None:
    """The session to go on with, or None for a new one.

    What is not gone on with is closed as interrupted, where somebody could have said otherwise.
    Raises UsageError where the session that was asked for cannot be gone on with.
    """
    if args.resume is None and (not live or chosen["consent"] == "nothing"):
        return None
    from voicecoach.commands.leading import library_of
    from voicecoach.session.library import Library

    with Library(library_of(chosen)) as library:
        if args.resume is not None:
            return _standing_of(library, args.resume, chosen)
        return _offered(library, asking=sys.stdin.isatty() and not args.json)


def settled(chosen: Mapping[str, Any], found: Standing) -> dict[str, Any]:
    """The settings with what was settled when the session `found` began."""
    state, header = found.state, found.session.header
    return {
        **chosen,
        "names": list(header.names),
        "guidance": state.guidance.value,
        "rounds": state.rounds,
        "language": header.language,
        "consent": state.consent.value,
        "voices": state.voices.value,
    }


def _standing_of(library: Library, name: str, chosen: Mapping[str, Any]) -> Standing:
    from voicecoach.dialogue.imago import Imago
    from voicecoach.session.resuming import standing

    broken = library.broken_off()
    if name == LAST and not broken:
        raise UsageError(
            f"there is no session in {library.path} that was broken off",
            "Begin a new one with: voicecoach talk",
        )
    found = library.session(broken[-1].header.id if name == LAST else name)
    if found.header.procedure != "imago":
        raise UsageError(
            f"session {found.header.id} was a practice, which is not gone on with",
            "Begin a new one with: voicecoach practice",
        )
    names = found.header.names
    if chosen["names"] and tuple(chosen["names"]) != names:
        raise UsageError(
            f"session {found.header.id} is the talk of {names[0]} and {names[1]}",
            "Leave --names out, or begin a new one without --resume.",
        )
    return standing(found, Imago())


def _offered(library: Library, asking: bool) -> Standing | None:
    broken = library.broken_off()
    fresh = [s for s in broken if s.header.procedure == "imago" and _is_fresh(s)]
    for each in broken:
        if each not in fresh:
            library.close_broken_off(each.header.id)
    found = _that_goes_on(library, fresh)
    if found is None:
        return None
    if not asking:
        name = found.session.header.id
        print(
            f"Session {name} was broken off. Go on with it: voicecoach talk --resume {name}",
            file=sys.stderr,
        )
        return None
    if _agreed(found):
        return found
    for each in fresh:
        library.close_broken_off(each.header.id)
    return None


def _that_goes_on(library: Library, fresh: list[Session]) -> Standing | None:
    """The last of them that this version can go on with."""
    from voicecoach.dialogue.imago import Imago
    from voicecoach.session.resuming import standing

    for each in reversed(fresh):
        try:
            return standing(library.session(each.header.id), Imago())
        except UsageError:
            continue
    return None


def _is_fresh(session: Session) -> bool:
    from voicecoach.session import record

    began = datetime.fromisoformat(session.header.started)
    ended = began + timedelta(seconds=record.seconds(session))
    return datetime.now(UTC) - ended <= OFFERED_FOR


def _agreed(found: Standing) -> bool:
    header = found.session.header
    began = datetime.fromisoformat(header.started).astimezone()
    print(
        f"The talk of {header.names[0]} and {header.names[1]} ({began:%d %B, %H:%M}) was broken "
        f'off after {_minutes(found.at_s)}.\nIt would go on with: "{_step(found)}"',
        file=sys.stderr,
    )
    print("Go on with it? Otherwise it is closed. [Y/n] ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if not answer:
        raise KeyboardInterrupt
    return answer.strip().lower() not in ("n", "no")


def _step(found: Standing) -> str:
    """What the coach is going to say first, after its recap."""
    from voicecoach.dialogue.machine.asides import where_we_are
    from voicecoach.dialogue.wording import sentence

    return sentence(where_we_are(found.state), found.session.header.language)


def _minutes(seconds: float) -> str:
    whole = round(seconds / 60)
    return "less than a minute" if whole < 1 else f"{whole} minute{'s' if whole > 1 else ''}"
