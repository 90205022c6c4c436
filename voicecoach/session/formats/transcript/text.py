"""A transcript as plain text for a screen, a mail or a printer."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from voicecoach.dialogue.evidence import signed
from voicecoach.session.entries import Session
from voicecoach.session.formats.transcript.parts import (
    Evidence,
    Heading,
    Said,
    Told,
    clock,
    transcript,
)

WIDTH = 96
"""Characters in a line of the transcript."""


def as_text(session: Session) -> str:
    """A transcript to read: rounds, exchanges and attempts, who said what, each score's evidence.

    Raises ValueError as `parts.transcript` does.
    """
    whole = transcript(session)
    lines = [whole.title, *whole.facts]
    for remark in whole.remarks:
        lines += textwrap.wrap(f"Note: {remark}", WIDTH, subsequent_indent="  ")
    for part in whole.parts:
        match part:
            case Heading(text=text, of_round=of_round):
                lines += ["", text if of_round else f"  {text}"]
            case Told(at_s=at_s, text=text, said=said):
                lines += _wrapped(at_s, f"(Coach: {text})" if said else f"({text})")
            case Said():
                lines += _said(part)
    lines += ["", whole.ending]
    return "\n".join(lines) + "\n"


def _said(said: Said) -> Iterator[str]:
    yield from _wrapped(said.at_s, f"{said.who} {said.deed}: {said.text}")
    if said.heard is not None:
        yield from _beneath(f"at first this was heard: {said.heard}")
    if said.evidence is not None:
        for line in _evidence(said.evidence):
            yield from _beneath(line)
    for remark in said.remarks:
        yield from _beneath(f"note: {remark}")


def _evidence(found: Evidence) -> Iterator[str]:
    yield found.figures
    if found.told:
        yield found.told
    if found.marked:
        yield f"said: {signed(found.message)}"
        yield f"mirrored: {signed(found.reflection)}"


def _beneath(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * 12, subsequent_indent=" " * 14)


def _wrapped(at_s: float, text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=f"{clock(at_s):>8}  ", subsequent_indent=" " * 12
    )
