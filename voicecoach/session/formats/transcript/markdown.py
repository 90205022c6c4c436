"""A transcript as Markdown: for notes and for whoever turns that into something else.

What was said is never taken for markup: every sign that could be is written with a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from voicecoach.dialogue.evidence import LEGEND, signed
from voicecoach.session.entries import Session
from voicecoach.session.formats.transcript.parts import (
    Evidence,
    Heading,
    Said,
    Told,
    clock,
    transcript,
)

_MARKUP = re.compile(r"[\\`*_\[\]<>&#|~$@!=^{}]|:(?=/)|(?<=\bwww)\.", re.IGNORECASE)
"""Signs that begin markup in CommonMark or in what GitHub adds; no text begins a line here."""


def as_markdown(session: Session) -> str:
    """The transcript in CommonMark, a paragraph for each turn, its evidence quoted beneath it.

    Raises ValueError as `parts.transcript` does.
    """
    whole = transcript(session)
    blocks = [f"# {escaped(whole.title)}", "\n".join(f"- {escaped(fact)}" for fact in whole.facts)]
    blocks += [f"**Note:** {escaped(remark)}" for remark in whole.remarks]
    if any(isinstance(part, Said) and part.evidence for part in whole.parts):
        blocks.append(f"Marks: {escaped(LEGEND)}")
    for part in whole.parts:
        match part:
            case Heading(text=text, level=level):
                blocks.append(f"{'#' * (level + 1)} {escaped(text)}")
            case Told(at_s=at_s, text=text, said=said):
                told = f"*Coach:* {escaped(text)}" if said else f"*{escaped(text)}*"
                blocks.append(f"{clock(at_s)} {told}")
            case Said():
                blocks += _said(part)
    return "\n\n".join([*blocks, whole.ending]) + "\n"


def escaped(text: str) -> str:
    r"""The text as Markdown that shows it as it is, in one line.

    >>> escaped("I *was* sad & <b>alone</b>")
    'I \\*was\\* sad \\& \\<b\\>alone\\</b\\>'
    """
    return " ".join(_MARKUP.sub(lambda found: "\\" + found[0], text).split())


def _said(said: Said) -> Iterator[str]:
    yield f"{clock(said.at_s)} **{escaped(said.who)}** {escaped(said.deed)}: {escaped(said.text)}"
    beneath = [] if said.heard is None else [f"at first this was heard: {escaped(said.heard)}"]
    if said.evidence is not None:
        beneath += _evidence(said.evidence)
    beneath += [f"**note:** {escaped(remark)}" for remark in said.remarks]
    if beneath:
        yield "\n>\n".join(f"> {line}" for line in beneath)


def _evidence(found: Evidence) -> Iterator[str]:
    yield escaped(found.figures)
    if found.told:
        yield escaped(found.told)
    if found.marked:
        yield f"said: {escaped(signed(found.message))}"
        yield f"mirrored: {escaped(signed(found.reflection))}"
