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
from voicecoach.utterance import Word

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
CLEAR = 0.6
"""From this probability on a word counts in full. Of the words that the built-in recogniser got
right on human speech six in ten have more, of those that it got wrong three in ten."""
UNCLEAR = 0.3
"""Below this probability a word is no evidence for anything: one in seven of the right ones has
less, and more than half of the wrong ones."""
_DOUBTED = 0.15
"""What the most doubtful word still counts: leaving it out would reward mumbling."""
FULL_STOPS = frozenset(".?!;")
STOPS = FULL_STOPS | {",", ":"}
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
    clear: float = 1.0
    """How surely it was heard, 0..1."""

    @property
    def content(self) -> bool:
        """True for words that carry what is said rather than how it is built."""
        return self.weight > NEGATING

    @property
    def unclear(self) -> bool:
        """True if the recogniser itself doubts this word."""
        return self.clear < UNCLEAR

    @property
    def doubtful(self) -> bool:
        """True if it counts less than in full."""
        return self.clear < CLEAR

    @property
    def counts(self) -> float:
        """What it weighs, less where it is in doubt whether it was said at all."""
        return self.weight * max(_DOUBTED, min(1.0, self.clear / CLEAR))


@dataclass(frozen=True, slots=True)
class Comparable:
    """A text ready to be compared: its words from the speaker's side, and the text itself."""

    text: str
    words: tuple[Said, ...]

    @property
    def weighed(self) -> float:
        """What all words count together."""
        return sum(said.counts for said in self.words)

    def phrase(self, start: int, end: int) -> str:
        """The words [start, end) as they were said."""
        return self.text[self.words[start].start : self.words[end - 1].end]

    def stops(self, start: int, end: int, marks: frozenset[str] = FULL_STOPS) -> bool:
        """True if one of `marks` stands between word `start` and word `end`."""
        return bool(marks & set(self.text[self.words[start].end : self.words[end].start]))

    def plain(
        self,
        known: Lexicon,
        instead: Mapping[int, str] = MappingProxyType({}),
        start: int = 0,
        end: int | None = None,
    ) -> str:
        """The words [start, end) that count, I and you and their verbs as the same on both sides.

        `instead` has other words for some places; an empty one leaves the place out.
        """
        persons = {SPEAKER: known.speaker, LISTENER: known.listener}
        places = range(start, len(self.words) if end is None else end)
        words = (
            instead[at]
            if at in instead
            else persons.get(self.words[at].stem)
            or known.agreeing.get(self.words[at].word, self.words[at].word)
            for at in places
        )
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """What the comparison knows of a language; each is read once and is itself alone."""

    lemmas: dict[str, str]
    light: frozenset[str]
    common: frozenset[str]
    first: frozenset[str]
    second: frozenset[str]
    others: frozenset[str]
    doers: frozenset[str]
    """Who can only be the one who does something: "I", "she"; not "him"."""
    days: frozenset[str]
    speaker: str
    listener: str
    negations: frozenset[str]
    plain_negations: frozenset[str]
    numbers: frozenset[str]
    asides: frozenset[Phrase]
    frames: frozenset[Phrase]
    """How a listener takes in what was said: "I understand"."""
    antonyms: dict[str, frozenset[str]]
    feelings: dict[str, int]
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    between: frozenset[str]
    """What may stand between a negation and the word it is about: "not at all", "not in"."""
    raising: frozenset[str]
    """Before these a negation is about what comes behind them: "I don't think it is"."""
    leading_on: frozenset[str]
    """Two words that are no more than the form of a verb: "going to"."""
    otherwise: frozenset[str]
    """Words that may say what a "not" says: "lost", "stop", "little"."""
    refusing: frozenset[str]
    """Those of them that turn round what follows: "stop shouting"."""
    hypothetical: frozenset[str]
    """Behind these "like" and "love" are one: "would love"."""
    converse: dict[str, str]
    """Words between two clauses, and those that say the same with the clauses changed over."""
    unlike: dict[str, frozenset[str]]
    """Words that are no opposites, but not the same in each other's place: "want", "must"."""
    relatives: frozenset[str]
    pointing: frozenset[str]
    """After these "one" is no number: "this one"."""
    obliging: frozenset[str]
    joining: frozenset[str]
    """Words that begin a clause."""
    questions: frozenset[Phrase]
    rebuttals: frozenset[Phrase]
    """How a listener's own question, and what is said against the message, begin."""
    spelled: tuple[tuple[str, str], ...]
    """Letters that are heard as others: "ght" as "t"."""
    agreeing: dict[str, str]
    """Verbs that change with I and you, to one form: "am" as "are"."""
    usual: tuple[str, ...]
    """What people usually share, as they say it."""
    code: str
    stemmer: Any


@lru_cache(maxsize=8)
def lexicon(code: str) -> Lexicon:
    """The comparison's view of the language `code`."""
    import snowballstemmer

    language = load(code)
    table = language.tables["fidelity"]
    lemmas = {form: lemma for lemma, forms in table["lemmas"].items() for form in forms}
    lemmas |= {str(value): word for value, word in enumerate(table["numbers"][:_COUNTED])}
    stemmer = snowballstemmer.stemmer(table["stemmer"])

    def stem(word: str) -> str:
        return str(stemmer.stemWord(lemmas.get(word, word)))

    families = enumerate(table["feelings"])
    return Lexicon(
        **{name: frozenset(table[name]) for name in _WORDS},
        frames=language.plain.phrases(table["frames"]),
        asides=language.plain.phrases(table["asides"]),
        questions=language.plain.phrases(table["questions"]),
        rebuttals=language.plain.phrases(table["rebuttals"]),
        common=frozenset(map(stem, table["common"])),
        relatives=frozenset(map(stem, table["relatives"])),
        numbers=frozenset((*table["numbers"], *table["days"])),
        antonyms=_pairs(table["antonyms"], stem),
        unlike=_pairs(table["unlike"], stem),
        feelings={stem(word): at for at, line in families for word in line.split()},
        prefixes=tuple(table["negative_prefixes"]),
        suffixes=tuple(table["negative_suffixes"]),
        spelled=tuple((letters, heard) for letters, heard in table["spelled"]),
        agreeing=dict(pair.split() for pair in table["agreeing"]),
        converse=_both_ways(table["converse"]),
        usual=tuple(table["usual"]),
        lemmas=lemmas,
        speaker=table["first"][0],
        listener=table["second"][0],
        negations=language.negations,
        code=code,
        stemmer=stemmer,
    )


_WORDS = (
    "light",
    "first",
    "second",
    "others",
    "doers",
    "days",
    "plain_negations",
    "between",
    "raising",
    "leading_on",
    "otherwise",
    "refusing",
    "hypothetical",
    "obliging",
    "joining",
    "pointing",
)
"""Lists of words that are taken from the language file as they stand."""


def _pairs(lines: Sequence[str], stem: Callable[[str], str]) -> dict[str, frozenset[str]]:
    """Both words of each pair with all that they are paired with."""
    found: dict[str, set[str]] = {}
    for line in lines:
        one, other = (stem(word) for word in line.split())
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


def _both_ways(lines: Sequence[str]) -> dict[str, str]:
    """Each word of the pairs with the other."""
    pairs = [tuple(line.split()) for line in lines]
    return {one: other for pair in pairs for one, other in (pair, pair[::-1])}


def comparable(text: str, code: str, *, reflection: bool, heard: Sequence[Word] = ()) -> Comparable:
    """`text` from the speaker's side: the message as it is, the reflection turned round.

    `heard` are its words as the recogniser gave them, in order, with their probabilities.
    """
    text = text[:LONGEST_TEXT]
    language, known = load(code), lexicon(code)
    tokens = unrepeated(language.plain.tokens(text))
    if reflection:
        tokens = [
            token
            for sentence in _sentences(_unasked(tokens, language), text)
            for token in _unframed(sentence, language, known)
        ]
    tokens = _without_asides(tokens, known)
    first, second = (LISTENER, SPEAKER) if reflection else (SPEAKER, LISTENER)
    following = [token.word for token in tokens[1:]] + [""] * bool(tokens)
    doubts = _doubts(text, heard)
    return Comparable(
        text,
        tuple(
            Said(token.word, stem, weight, token.start, token.end, _clear(token, doubts))
            for token, after in zip(tokens, following, strict=True)
            for stem, weight in [_stem_and_weight(token.word, after, known, first, second)]
        ),
    )


def _doubts(text: str, heard: Sequence[Word]) -> list[tuple[int, int, float]]:
    """Where in `text` the words stand that are not wholly sure: start, end, probability."""
    found, after = [], 0
    for word in heard:
        start = text.find(word.text, after) if word.text else -1
        if start < 0:
            continue  # the text may be only a part of what was heard
        after = start + len(word.text)
        if word.probability < CLEAR:
            found.append((start, after, word.probability))
    return found


def _clear(token: Token, doubts: Sequence[tuple[int, int, float]]) -> float:
    """The lowest probability of the heard words that the token overlaps."""
    return min(
        (p for start, end, p in doubts if start < token.end and token.start < end), default=1.0
    )


def _unasked(tokens: list[Token], language: Language) -> list[Token]:
    """Without the check-backs at the end."""
    words = tuple(token.word for token in tokens)
    found = asked_at(words, language)
    while found:
        tokens, words = tokens[: found[0]], words[: found[0]]
        found = asked_at(words, language) if words else None
    return tokens


def _sentences(tokens: list[Token], text: str) -> list[list[Token]]:
    """The tokens by the full stops between them."""
    found: list[list[Token]] = []
    for at, token in enumerate(tokens):
        if at == 0 or FULL_STOPS & set(text[tokens[at - 1].end : token.start]):
            found.append([])
        found[-1].append(token)
    return found


def _unframed(tokens: list[Token], language: Language, known: Lexicon) -> list[Token]:
    """A sentence without the lead-in or how the listener takes it in."""
    words = tuple(token.word for token in tokens)
    led = lead_in_length(words, language)
    rest = words[led:]
    before = next((n for n, word in enumerate(rest) if word not in language.around_lead_ins), 0)
    length = next((n for n in (3, 2) if rest[before : before + n] in known.frames), 0)
    if not length or len(rest) <= before + length:
        return tokens[led:]  # it is all that was said
    after = rest[before + length] in language.after_lead_ins
    return tokens[led + before + length + after :]


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
