"""The short answers a recogniser listens for beside free talk: `languages/CODE.spoken.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Expected:
    """Phrases in the spelling of a recogniser's dictionary; all empty where none are known."""

    yes: frozenset[str] = frozenset()
    """Confirm what was said."""
    other: frozenset[str] = frozenset()
    """Do not: no, partly, unclear, and what only sounds like a yes."""
    commonest: frozenset[str] = frozenset()
    """Those of both that are said most."""
    words: frozenset[str] = frozenset()
    """Words that are said beside them, or instead of them."""
    inventions: frozenset[str] = frozenset()
    """What recognisers are known to write where nobody spoke."""
    loaded: frozenset[str] = frozenset()
    """Words that take a yes away however softly they are said."""


@cache
def expected(language: str = "en") -> Expected:
    """The spoken answers of a language."""
    file = files("voicecoach.dialogue.languages") / f"{language}.spoken.toml"
    if not file.is_file():
        return Expected()
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return Expected(**{field.name: frozenset(table[field.name]) for field in fields(Expected)})
