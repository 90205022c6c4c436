"""The statements to mirror: from easy to hard, ours or a trainer's own, in an order that repeats.

A file of statements is TOML with blocks `[[level]]`, from easy to hard, each with `statements`, a
list of texts, and if wanted a `name`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from voicecoach.errors import InputError, UsageError

LONGEST = 1000
"""Characters of a statement: about a minute of talk. Nobody mirrors more in one piece."""

_HINT = 'A file of statements looks like: [[level]] statements = ["I was sad.", "I was glad."]'


@dataclass(frozen=True, slots=True)
class Level:
    """Statements that are about equally hard."""

    name: str
    statements: tuple[str, ...]


@lru_cache(maxsize=8)
def tables(language: str) -> dict[str, Any]:
    """The practice file of a language. Raises UsageError where there is none."""
    file = files("voicecoach.dialogue.languages") / f"{language}.practice.toml"
    if not file.is_file():
        raise UsageError(f"there is no practice in language '{language}'", "Use: en")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def shipped(language: str = "en") -> tuple[Level, ...]:
    """The statements that come along. Raises UsageError for a language that has none."""
    return tuple(
        Level(level["name"], tuple(level["statements"])) for level in tables(language)["level"]
    )


def parse(text: str, name: str) -> tuple[Level, ...]:
    """The levels of a file of statements. Raises InputError with what is wrong in file `name`."""
    try:
        blocks = tomllib.loads(text).get("level")
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} is not TOML: {error}.", _HINT) from error
    if not isinstance(blocks, list) or not blocks:
        raise InputError(f"{name} has no block [[level]].", _HINT)
    return tuple(_level(block, f"{name}, level {n}") for n, block in enumerate(blocks, 1))


def _level(block: Any, where: str) -> Level:
    statements = block.get("statements") if isinstance(block, dict) else None
    if not isinstance(statements, list) or not statements:
        raise InputError(f"{where} has no list of statements.", _HINT)
    for number, statement in enumerate(statements, 1):
        here = f"{where}, statement {number}"
        if not isinstance(statement, str) or not any(letter.isalnum() for letter in statement):
            raise InputError(f"{here} is no text.", _HINT)
        if len(statement) > LONGEST:
            raise InputError(
                f"{here} has {len(statement)} characters; at most {LONGEST} can be mirrored.",
                "Make two of it.",
            )
    return Level(str(block.get("name", "")), tuple(" ".join(each.split()) for each in statements))


def chosen(levels: tuple[Level, ...], count: int, series: int = 1) -> tuple[str, ...]:
    """`count` statements from easy to hard, as many of each level as goes; always the same ones.

    Another `series` (from 1) takes the next ones of each level, and begins anew at its end. Raises
    UsageError where there are not so many, or where either number is below one.

    >>> chosen((Level("easy", ("a", "b")), Level("hard", ("c", "d"))), 2, series=2)
    ('b', 'd')
    """
    there = sum(len(level.statements) for level in levels)
    if series < 1:
        raise UsageError("the series count from one", "Say, for example: --series 2")
    if not 1 <= count <= there:
        raise UsageError(f"{count} of {there} statements cannot be taken", f"--count 1 to {there}")
    wanted = _shares(levels, count)
    taken: list[str] = []
    for level, share in zip(levels, wanted, strict=True):
        first = (series - 1) * share
        size = len(level.statements)
        taken += [level.statements[(first + at) % size] for at in range(share)]
    return tuple(taken)


def _shares(levels: tuple[Level, ...], count: int) -> list[int]:
    """How many are taken of each level: evenly, what a short level lacks from the others."""
    shares = [0] * len(levels)
    for at in range(count):
        shares[at * len(levels) // count] += 1
    for at, level in enumerate(levels):
        while shares[at] > len(level.statements):
            shares[at] -= 1
            free = (i for i, other in enumerate(levels) if shares[i] < len(other.statements))
            shares[next(free)] += 1
    return shares
