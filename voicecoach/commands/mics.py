"""`--mics left=FIRST right=SECOND`: which partner has which of two microphones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from voicecoach.errors import UsageError

if TYPE_CHECKING:
    from voicecoach.coach.whose.microphones import Microphones
    from voicecoach.speech.channels import Levels

NOTE = "The partners are told apart by their two microphones, by level; no voice is compared."

_EXAMPLE = "Say, for example: --mics left=Anna right=Ben"


def read(given: Sequence[str] | None) -> tuple[str, str] | None:
    """The names at the left and the right microphone, as they were given; None for none.

    Raises UsageError where a side is missing, or both sides have one name.

    >>> read(["right=Ben", "left=Anna"])
    ('Anna', 'Ben')
    """
    if not given:
        return None
    sides = {
        side.strip().lower(): name.strip() for side, _, name in (g.partition("=") for g in given)
    }
    if set(sides) != {"left", "right"} or not all(sides.values()):
        raise UsageError(f"--mics names a partner for left and for right, not {given}", _EXAMPLE)
    if sides["left"].casefold() == sides["right"].casefold():
        raise UsageError(f"the two microphones cannot both be {sides['left']}'s", _EXAMPLE)
    return sides["left"], sides["right"]


def fitting(mics: tuple[str, str], names: tuple[str, str]) -> tuple[str, str]:
    """The same as the partners' names are written. Raises UsageError for who is no partner."""
    known = {name.strip().casefold(): name.strip() for name in names}
    for name in mics:
        if name.casefold() not in known:
            raise UsageError(
                f"--mics names {name}, who is no partner here: they are {names[0]} and {names[1]}",
                f"Say, for example: --mics left={names[0]} right={names[1]}",
            )
    return known[mics[0].casefold()], known[mics[1].casefold()]


def open_levels(mics: tuple[str, str] | None) -> tuple[Levels | None, Microphones | None]:
    """What the ear measures and what gives turns their partner; nothing without `mics`."""
    if mics is None:
        return None, None
    from voicecoach.coach.whose.microphones import Microphones
    from voicecoach.speech.channels import Levels

    levels = Levels()
    return levels, Microphones(levels, *mics)
