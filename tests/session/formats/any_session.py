"""Any session that could be kept: any messages in any order, as Hypothesis draws them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from tests.session import making
from voicecoach.dialogue.messages import Outcome
from voicecoach.session.codec import COMMANDS, EVENTS
from voicecoach.session.entries import Session, closing, correction, entry_of, remark

SECONDS = st.floats(-1e8, 1e8, allow_nan=False)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    float: SECONDS,
    str: TEXTS,
    int: st.integers(-(10**6), 10**6),
    bool: st.booleans(),
}


def of_hint(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of the type, with numbers and texts as a session may hold them."""
    origin, kinds = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return st.none() | of_hint(next(kind for kind in kinds if kind is not NoneType))
    if origin is tuple and kinds[-1] is Ellipsis:
        return st.lists(of_hint(kinds[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(of_hint, kinds))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{f.name: of_hint(hints[f.name]) for f in fields(hint)})  # type: ignore[arg-type]
    return PLAIN[hint]


MESSAGES = st.one_of([of_hint(kind) for kind in (*EVENTS.values(), *COMMANDS.values())])


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    """A session of a few messages and notes."""
    found = draw(st.lists(MESSAGES, max_size=12))
    entries = [entry_of(message, float(at)) for at, message in enumerate(found)]
    for at, message in enumerate(found, 1):
        if type(message).__name__ == "Heard" and draw(st.booleans()):
            entries.append(correction(at, draw(TEXTS), "hand", 50.0))
    if draw(st.booleans()):
        entries.append(remark("CutOff", 60.0, text=draw(TEXTS), start_s=draw(SECONDS)))
        entries.append(closing(draw(st.sampled_from(Outcome)), 60.0))
    return Session(making.HEADER, tuple(replace(e, number=n) for n, e in enumerate(entries, 1)))
