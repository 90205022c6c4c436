"""The words of a language, read once from `languages/CODE.toml`.

Phrases are kept as tuples of plain words: lower case, no punctuation, contractions opened, so that
a phrase and what was said are compared in the same form (`plain`). No word of any language stands
in code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from voicecoach.errors import UsageError

Phrase = tuple[str, ...]

_WORD = re.compile(r"[^\W_]+(?:['’ʼ`´][^\W_]+)*['’]?")
_INSIDE = re.compile(r"['’ʼ`´]")
_CODE = re.compile(r"[a-z]{2,3}")
_CHOICE = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Token:
    """A plain word and where it stood: `start` and `end` index the original text."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tagger:
    """Phrases with their kinds, and by first word the lengths to try, longest first."""

    kinds: Mapping[Phrase, str]
    lengths: Mapping[str, tuple[int, ...]]

    def at(self, words: Phrase | list[str], start: int) -> tuple[int, str] | None:
        """Length and kind of the longest phrase that begins at `start`, or None."""
        for length in self.lengths.get(words[start], ()):
            kind = self.kinds.get(tuple(words[start : start + length]))
            if kind is not None:
                return min(length, len(words) - start), kind
        return None


@dataclass(frozen=True, slots=True)
class Turned:
    """Verb and subject in a fixed order: short answers ("it is") and questions ("is it")."""

    words: frozenset[str]
    verbs: frozenset[str]
    subjects: frozenset[str]
    linking: frozenset[str] = frozenset()
    """Behind a verb these open a clause: "what hurts most is that you left" asks nothing."""
    always: frozenset[str] = frozenset()
    """Verbs that open a question whatever follows, but a negation."""


@dataclass(frozen=True, slots=True)
class Language:
    """Everything the dialogue knows of one language. `tables` is the file itself."""

    code: str
    plain: Plain
    intensifiers: frozenset[str]
    light: frozenset[str]
    negations: frozenset[str]
    inner_negations: frozenset[str]
    reporting: frozenset[str]
    hypothetical: frozenset[str]
    quoting: frozenset[str]
    clause_subjects: frozenset[str]
    clause_openers: frozenset[str]
    leading_on: frozenset[str]
    scornful: frozenset[str]
    turning: frozenset[str]
    echoing: frozenset[str]
    first_person: frozenset[str]
    addressed: frozenset[str]
    reactions: Tagger
    replies: Mapping[str, Tagger]
    short: Turned
    short_negation: str
    asking: Turned
    lead_ins: frozenset[Phrase]
    around_lead_ins: frozenset[str]
    after_lead_ins: frozenset[str]
    after_questions: frozenset[str]
    check_backs: Mapping[str, frozenset[Phrase]]
    address: tuple[Phrase, ...]
    polite: frozenset[Phrase]
    commands: Mapping[Phrase, str]
    only_addressed: frozenset[str]
    """The commands that count only where the coach is addressed."""
    sounds: Mapping[int, str]
    tables: Mapping[str, Any]


def split(text: str) -> list[Token]:
    """The words of `text` in lower case, without punctuation or apostrophes, with their places."""
    return [
        Token(_INSIDE.sub("", found.group()).lower(), found.start(), found.end())
        for found in _WORD.finditer(text)
    ]


@dataclass(frozen=True, slots=True)
class Plain:
    """How a language's words are made plain."""

    contractions: Mapping[str, Phrase]
    joined: Tagger
    fillers: frozenset[str]

    def opened(self, tokens: Iterable[Token]) -> list[Token]:
        """Contractions opened; both halves keep the place of the whole."""
        return [
            Token(word, token.start, token.end)
            for token in tokens
            for word in self.contractions.get(token.word, (token.word,))
        ]

    def tokens(self, text: str) -> list[Token]:
        """The plain words of `text`: opened, sounds of assent joined ("uh-huh"), fillers gone."""
        tokens = self.opened(split(text))
        words = [token.word for token in tokens]
        result: list[Token] = []
        at = 0
        while at < len(tokens):
            length, word = self.joined.at(words, at) or (1, words[at])
            if word not in self.fillers:
                result.append(Token(word, tokens[at].start, tokens[at + length - 1].end))
            at += length
        return result

    def phrase(self, text: str) -> Phrase:
        """The plain words of `text`, without their places."""
        return tuple(token.word for token in self.tokens(text))

    def phrases(self, texts: Iterable[str]) -> frozenset[Phrase]:
        """The plain words of each of `texts`, choices written out."""
        return frozenset(self.phrase(wording) for text in texts for wording in wordings(text))


def wordings(text: str) -> Iterator[str]:
    """Every wording of a phrase with choices in round brackets; an empty choice may be left out.

    >>> list(wordings("you (got|heard) me (well|)"))
    ['you got me well', 'you got me ', 'you heard me well', 'you heard me ']
    """
    found = _CHOICE.search(text)
    if found is None:
        yield text
        return
    for choice in found.group(1).split("|"):
        yield from wordings(text[: found.start()] + choice + text[found.end() :])


@lru_cache(maxsize=8)
def load(code: str = "en") -> Language:
    """The language `code` ("en"). Raises UsageError where there is no such language."""
    if not _CODE.fullmatch(code):
        raise _unknown(code)
    source = files("voicecoach.dialogue") / "languages" / f"{code}.toml"
    if not source.is_file():
        raise _unknown(code)
    return _build(code, tomllib.loads(source.read_text(encoding="utf-8")))


def available() -> tuple[str, ...]:
    """The codes of the languages that are there."""
    folder = files("voicecoach.dialogue") / "languages"
    names = (entry.name.removesuffix(".toml") for entry in folder.iterdir())
    return tuple(sorted(name for name in names if _CODE.fullmatch(name)))


def _unknown(code: str) -> UsageError:
    return UsageError(f"There is no language {code!r}.", f"Available: {', '.join(available())}.")


_WORD_LISTS = (
    "intensifiers", "negations", "inner_negations", "reporting", "hypothetical", "quoting",
    "clause_subjects", "clause_openers", "leading_on", "scornful", "turning", "echoing",
)  # fmt: skip
"""The lists of single words in a language file that are taken over as they are."""


def _build(code: str, tables: Mapping[str, Any]) -> Language:
    replies, lead_ins, commands = tables["replies"], tables["lead_ins"], tables["commands"]
    plain = _plain(tables["words"])
    lists = {name: frozenset(tables["words"][name]) for name in _WORD_LISTS}
    return Language(
        **lists,
        code=code,
        plain=plain,
        light=frozenset(tables["fidelity"]["light"]),
        first_person=frozenset(tables["fidelity"]["first"]),
        addressed=frozenset(replies["asking"]["addressed"]),
        reactions=_tagger(_kinds(plain, tables["reactions"])),
        replies=_answers(replies, plain),
        short=_turned(replies["short"]),
        short_negation=replies["short"]["negation"],
        asking=_turned(replies["asking"]),
        lead_ins=plain.phrases(lead_ins["phrases"]),
        around_lead_ins=frozenset(lead_ins["around"]),
        after_lead_ins=frozenset(lead_ins["after"]),
        after_questions=frozenset(tables["after_questions"]["words"]),
        check_backs={name: plain.phrases(texts) for name, texts in tables["check_backs"].items()},
        address=tuple(sorted(plain.phrases(commands["address"]), key=len, reverse=True)),
        polite=plain.phrases(commands["polite"]),
        commands=_kinds(plain, commands["phrases"]),
        only_addressed=frozenset(commands["only_addressed"]),
        sounds=_sounds(tables["sounds"]),
        tables=tables,
    )


def _kinds(plain: Plain, *tables: Mapping[str, Iterable[str]]) -> dict[Phrase, str]:
    """Every phrase with the name of the list it stands in; later tables overrule earlier ones."""
    return {
        phrase: kind
        for table in tables
        for kind, texts in table.items()
        for phrase in plain.phrases(texts)
    }


def _plain(words: Mapping[str, Any]) -> Plain:
    def bare(text: str) -> Phrase:
        return tuple(token.word for token in split(text))

    return Plain(
        contractions={bare(short)[0]: bare(long) for short, long in words["contractions"].items()},
        joined=_tagger({bare(long): short for long, short in words["joined"].items()}),
        fillers=frozenset(words["fillers"]),
    )


def _answers(replies: Mapping[str, Any], plain: Plain) -> Mapping[str, Tagger]:
    """The phrases of each question, those of any question overruled by its own."""
    return {
        name: _tagger(_kinds(plain, replies["any"], replies[name]))
        for name in replies
        if name not in ("any", "short", "asking")
    }


def _tagger(kinds: Mapping[Phrase, str]) -> Tagger:
    lengths: dict[str, set[int]] = {}
    for phrase in kinds:
        lengths.setdefault(phrase[0], set()).add(len(phrase))
    longest_first = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}
    return Tagger(kinds, longest_first)


def _turned(table: Mapping[str, Any]) -> Turned:
    return Turned(
        words=frozenset(table.get("words", ())),
        verbs=frozenset(table["verbs"]),
        subjects=frozenset(table["subjects"]),
        linking=frozenset(table.get("linking", ())),
        always=frozenset(table.get("always", ())),
    )


def _sounds(table: Mapping[str, Any]) -> Mapping[int, str]:
    """A translation table for str.translate: each letter to the first of its class, or away."""
    codes = {ord(letter): group[0] for group in table["classes"] for letter in group}
    codes.update({ord(letter): "" for letter in table["silent"]})
    return codes
