"""A transcript as one HTML file that needs nothing else, through Jinja: for a browser, or A4 paper.

Every text is escaped by the template engine; there is no script and no address in it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from voicecoach.dialogue.evidence import ADDED, ALTERED, COVERED, MISSED, UNCLEAR
from voicecoach.session.entries import Session
from voicecoach.session.formats.transcript.parts import Said, clock, transcript

if TYPE_CHECKING:
    from jinja2 import Template

_NONE: Mapping[int, bytes] = MappingProxyType({})

TAGS = {COVERED: "", MISSED: "del", ADDED: "ins", ALTERED: "mark", UNCLEAR: "em"}
"""The element of each mark; what it means is said in words too, for those who do not see it."""


def as_page(session: Session, sounds: Mapping[int, bytes] = _NONE) -> str:
    """The transcript as HTML, message and reflection side by side with their words marked.

    `sounds` are clips as FLAC, by the number of their turn, to be heard in the page. Well-formed
    as XML too. Raises ValueError as `parts.transcript` does.
    """
    whole = transcript(session)
    return _template().render(
        whole=whole,
        parts=[(type(part).__name__, part) for part in whole.parts],
        scored=any(isinstance(part, Said) and part.evidence for part in whole.parts),
        tags=TAGS,
        marks=[mark for mark, tag in TAGS.items() if tag],
        clock=clock,
        sounds={number: b64encode(flac).decode() for number, flac in sounds.items()},
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    source = resources.files(__package__) / "page.html"
    return environment.from_string(source.read_text(encoding="utf-8"))
