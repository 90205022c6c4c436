"""Message and reflection in one comparable form: both from the speaker's side, word by word.

The listener's frame ("what I hear you saying is", "did I get that?") is taken off, asides and
stutters are dropped, contractions opened, and "you" in the reflection becomes the speaker's "I".
Each word keeps its place in the original text, so that evidence can be shown as it was said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from voicecoach.dialogue.answers.cues import asked_at, lead_in_length
from voicecoach.dialogue.answers.reading import unrepeated
from voicecoach.dialogue.language import Language, Phrase, Token, load

LONGEST_TEXT = 8000
"""Characters of a message or reflection that are compared: about eight minutes of talk."""

SPEAKER = "<speaker>"
LISTENER = "<listener>"
NEGATION = "<not>"
OTHERS = "<others>"
OBLIGED = "<must>"
LIGHT = 0.08
NEGATING = 0.3
"""What a negation weighs: more than other small words, so that a dropped "not" lowers coverage and
an added one is an addition even where no alteration can be told."""
COMMON = 0.45
FULL = 1.0
_COUNTED = 21
"""So many of a language's number words count up from nought: "2" is "two"."""


@dataclass(frozen=True, slots=True)
class Said:
    """One word: as said (lower case), its stem, what it weighs (rarity), and its place."""

    word: str
    stem: str
    weight: float
    start: int
    end: int

    @property
    def content(self) -> bool:
        """True for words that carry what is said rather than how it is built."""
        return self.weight > NEGATING


@dataclass(frozen=True, slots=True)
class Comparable:
    """A text ready to be compared: its words from the speaker's side, and the text itself."""

    text: str
    words: tuple[Said, ...]

    def phrase(self, start: int, end: int) -> str:
        """The words [start, end) as they were said."""
        return self.text[self.words[start].start : self.words[end - 1].end]

    def plain(self, known: Lexicon, instead: Mapping[int, str] = MappingProxyType({})) -> str:
        """All words that count, I and you from the speaker's side, small verbs in one form.

        `instead` has other words for some places; an empty one leaves the place out.
        """
        persons = {SPEAKER: known.speaker, LISTENER: known.listener}
        words = (
            instead[at]
            if at in instead
            else persons.get(said.stem)
            or (said.word if said.content else known.lemmas.get(said.word, said.word))
            for at, said in enumerate(self.words)
        )
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the comparison knows of a language."""

    lemmas: dict[str, str]
    light: frozenset[str]
    common: frozenset[str]
    first: frozenset[str]
    second: frozenset[str]
    others: frozenset[str]
    speaker: str
    listener: str
    negations: frozenset[str]
    plain_negations: frozenset[str]
    numbers: frozenset[str]
    asides: frozenset[Phrase]
    antonyms: dict[str, frozenset[str]]
    feelings: dict[str, int]
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    between: frozenset[str]
    """What may stand between a negation and the word it is about: "not at all", "not in"."""
    unlike: dict[str, frozenset[str]]
    """Words that are no opposites, but not the same in each other's place: "want", "must"."""
    relatives: frozenset[str]
    obliging: frozenset[str]
    stemmer: Any


@lru_cache(maxsize=8)
def lexicon(code: str) -> Lexicon:
    """The comparison's view of the language `code`."""
    import snowballstemmer

    language = load(code)
    table = language.tables["fidelity"]
    stemmer = snowballstemmer.stemmer(table["stemmer"])
    lemmas = {form: lemma for lemma, forms in table["lemmas"].items() for form in forms}
    lemmas |= {str(value): word for value, word in enumerate(table["numbers"][:_COUNTED])}

    def stem(word: str) -> str:
        return str(stemmer.stemWord(lemmas.get(word, word)))

    return Lexicon(
        lemmas=lemmas,
        light=frozenset(table["light"]),
        common=frozenset(stem(word) for word in table["common"]),
        first=frozenset(table["first"]),
        second=frozenset(table["second"]),
        others=frozenset(table["others"]),
        speaker=table["first"][0],
        listener=table["second"][0],
        negations=language.negations,
        plain_negations=frozenset(table["plain_negations"]),
        numbers=frozenset((*table["numbers"], *table["days"])),
        asides=frozenset(language.plain.phrase(aside) for aside in table["asides"]),
        antonyms=_pairs(table["antonyms"], stem),
        feelings={
            stem(word): at for at, line in enumerate(table["feelings"]) for word in line.split()
        },
        prefixes=tuple(table["negative_prefixes"]),
        suffixes=tuple(table["negative_suffixes"]),
        between=frozenset(table["between"]),
        unlike=_pairs(table["unlike"], stem),
        relatives=frozenset(stem(word) for word in table["relatives"]),
        obliging=frozenset(table["obliging"]),
        stemmer=stemmer,
    )


def _pairs(lines: Sequence[str], stem: Callable[[str], str]) -> dict[str, frozenset[str]]:
    """Both words of each pair with all that they are paired with."""
    found: dict[str, set[str]] = {}
    for line in lines:
        one, other = (stem(word) for word in line.split())
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


def comparable(text: str, code: str, *, reflection: bool) -> Comparable:
    """`text` from the speaker's side: the message as it is, the reflection turned round."""
    text = text[:LONGEST_TEXT]
    language, known = load(code), lexicon(code)
    tokens = unrepeated(language.plain.tokens(text))
    if reflection:
        tokens = _unframed(tokens, language)
    tokens = _without_asides(tokens, known)
    first, second = (LISTENER, SPEAKER) if reflection else (SPEAKER, LISTENER)
    following = [token.word for token in tokens[1:]] + [""] * bool(tokens)
    return Comparable(
        text,
        tuple(
            Said(token.word, stem, weight, token.start, token.end)
            for token, after in zip(tokens, following, strict=True)
            for stem, weight in [_stem_and_weight(token.word, after, known, first, second)]
        ),
    )


def _unframed(tokens: list[Token], language: Language) -> list[Token]:
    """Without the lead-in, unless nothing else was said, and without the check-back."""
    words = tuple(token.word for token in tokens)
    found = asked_at(words, language)
    while found:
        tokens, words = tokens[: found[0]], words[: found[0]]
        found = asked_at(words, language) if words else None
    return tokens[lead_in_length(words, language) :]


def _without_asides(tokens: list[Token], known: Lexicon) -> list[Token]:
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        words = tuple(token.word for token in tokens[at : at + 3])
        length = next((n for n in (3, 2) if words[:n] in known.asides), 0)
        if not length:
            result.append(tokens[at])
        at += length or 1
    return result


@lru_cache(maxsize=20_000)
def _stem(lemma: str, stemmer: Any) -> str:
    return str(stemmer.stemWord(lemma))


def _stem_and_weight(
    word: str, after: str, known: Lexicon, first: str, second: str
) -> tuple[str, float]:
    if f"{word} {after}" in known.obliging or word in known.obliging:
        return OBLIGED, COMMON
    if word in known.first:
        return first, LIGHT
    if word in known.second:
        return second, LIGHT
    if word in known.plain_negations:
        return NEGATION, NEGATING
    lemma = known.lemmas.get(word, word)
    stem = _stem(lemma, known.stemmer)
    if word in known.light or lemma in known.light:
        return stem, LIGHT
    return stem, COMMON if stem in known.common else FULL
