"""A reply taken apart: its plain words, and which stretches of them are known phrases.

Reading knows no answer. It tags the longest known phrases from left to right ("no" / "that is
right"), calls short answers that repeat a verb by their own kinds ("it is", "they did not"), and
leaves everything else as single words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voicecoach.dialogue.answers.hearing import answer_by_sound
from voicecoach.dialogue.language import Language, Phrase, Tagger, Token
from voicecoach.dialogue.messages import Question

LONGEST_TEXT = 2000
"""Characters of a reply that are read; an answer stands at its beginning."""

WORD = "word"
FILLER = "filler"
LONE = "lone"
FIRM = "firm"
BACK = "back"
CLOSING = "closing"
EMPHATIC = "emphatic"
SCORN = "scorn"
WAIT = "wait"
SHORT_YES = "short_yes"
SHORT_NO = "short_no"


AFFIRMS = ("yes", FIRM)
DENIES = ("no", EMPHATIC, "refusal", SHORT_NO)
JOINS = ("adds", "contrast")
SOFT = ("soft", "known")
NODS = (*AFFIRMS, "heard", *SOFT)
FEW_WORDS = 3
"""Up to this many unknown words are no sharing of their own."""

_ECHOED = ("yes", FIRM, LONE, "soft", SHORT_YES, SHORT_NO)
_MAY_FOLLOW = ("yes", FIRM, LONE, "soft", "contrast")
_LONGEST_REPEAT = 3
_STRIPPED = " \t\r\n.,;:!?-–—…\"'“”‘’()"


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of plain words [start, end) and what kind of phrase it is."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A reply as marks over its plain words, fillers left out of the marks."""

    text: str
    tokens: tuple[Token, ...]
    marks: tuple[Mark, ...]

    @property
    def words(self) -> Phrase:
        """All plain words."""
        return tuple(token.word for token in self.tokens)

    @property
    def opening(self) -> Phrase:
        """The plain words from the first that says something: "so is there" opens with "is"."""
        return self.words[self.marks[0].start :] if self.marks else ()

    def after(self, mark: int) -> str:
        """What was said, in the original wording, from mark number `mark` to the end."""
        if mark >= len(self.marks):
            return ""
        return self.text[self.tokens[self.marks[mark].start].start :].strip(_STRIPPED)


def unrepeated(tokens: list[Token]) -> list[Token]:
    """Stuttered words and doubled answers said once: "no no no", "I think I think it is"."""
    result: list[Token] = []
    for token in tokens:
        result.append(token)
        for length in range(1, _LONGEST_REPEAT + 1):
            now = [kept.word for kept in result[-length:]]
            before = [kept.word for kept in result[-2 * length : -length]]
            if len(before) == length and now == before:
                del result[-length:]
                break
    return result


def read(text: str, question: Question, language: Language, before: Phrase = ()) -> Reading:
    """Take `text` apart as a reply to `question`; `before` are the plain words it follows."""
    text = text[:LONGEST_TEXT]
    tokens = _unstressed(unrepeated(language.plain.tokens(text)), language)
    words = [token.word for token in tokens]
    tagger = language.replies[question.value]
    marks: list[Mark] = []
    at = 0
    while at < len(words):
        length, kind = tagger.at(words, at) or (0, WORD)
        short = _short(tokens, at, language)
        if short and short[0] > length:
            after = at + short[0]
            anew = short[1] == SHORT_YES and words[after : after + 1]
            if (anew and anew[0] in language.clause_openers) or _ends_phrase(
                words, after, tagger, language
            ):
                length, kind = short
        length = max(1, length)
        echoes = kind == WORD and words[at] in language.echoing and marks
        if echoes and marks[-1].kind in _ECHOED and _ends_phrase(words, at + 1, tagger, language):
            kind = FILLER
        if kind == WAIT and question is not Question.MORE:
            kind = "unsure"
        if marks and at + length == len(words) and words[at] in language.after_questions:
            # "Spot on, love."
            kind = FILLER if kind == WORD else kind
        if kind != FILLER:
            marks.append(Mark(kind, at, at + length))
        at += length
    marks = list(_settled(marks, words, language, before))
    if marks and all(mark.kind == WORD for mark in marks):
        heard = answer_by_sound(tuple(words), question.value, language.code)
        if heard is not None:
            marks = [Mark(heard, 0, len(words))]
    return Reading(text, tuple(tokens), tuple(marks))


def _unstressed(tokens: list[Token], language: Language) -> list[Token]:
    """Without words of strength between a verb and what it says: "that is really true"."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        stressed = token.word in language.intensifiers and at + 1 < len(tokens)
        if not (stressed and result and result[-1].word in language.short.verbs):
            result.append(token)
    return result


def _short(tokens: list[Token], at: int, language: Language) -> tuple[int, str] | None:
    """Length and kind of a short answer at `at`: subject, verb, perhaps a negation.

    A contracted verb ("it's") needs its negation: without one it begins a sentence.
    """
    short = language.short
    if at + 1 >= len(tokens) or tokens[at].word not in short.subjects:
        return None
    end = at + 1
    while end < len(tokens) and tokens[end].word in language.intensifiers:
        end += 1
    if end >= len(tokens) or tokens[end].word not in short.verbs:
        return None
    contracted = tokens[end].start == tokens[at].start
    end += 1
    kind = SHORT_YES
    while end < len(tokens):
        if tokens[end].word == language.short_negation:
            kind = SHORT_NO
        elif tokens[end].word not in language.intensifiers:
            break
        end += 1
    return None if contracted and kind == SHORT_YES else (end - at, kind)


def _ends_phrase(words: list[str], at: int, tagger: Tagger, language: Language) -> bool:
    """True where a short answer may end: at the end, or before another yes or a "but"."""
    while at < len(words):
        if words[at] in language.echoing:
            at += 1
            continue
        found = tagger.at(words, at)
        if found is None or words[at] in language.quoting:
            return False
        if found[1] != FILLER:
            return found[1] in _MAY_FOLLOW
        at += found[0]
    return True


def _settled(
    marks: list[Mark], words: list[str], language: Language, before: Phrase
) -> Iterator[Mark]:
    """Phrases that the words after them make part of a sentence become words.

    "exactly" is a firm yes and "exactly the same" is not; "nothing" closes and "nothing I do"
    does not; "what" asks back and "what hurts" does not. "Yeah, right" alone may be scorn.
    """
    for at, mark in enumerate(marks):
        kind = mark.kind
        if kind == SCORN:
            kind = "soft" if len(marks) > 1 else "unsure"
        elif kind == LONE:
            kind = FIRM if _stands_alone(marks, at, words, language, before) else WORD
        elif _belongs_to_sentence(marks, at):
            kind = WORD
        if kind == WORD and mark.kind != WORD:
            yield from (Mark(WORD, place, place + 1) for place in range(mark.start, mark.end))
        else:
            yield Mark(kind, mark.start, mark.end)


def _runs_on(marks: list[Mark], at: int) -> bool:
    """True if a word of no phrase follows the mark at once."""
    following = marks[at + 1] if at + 1 < len(marks) else None
    return following is not None and following.kind == WORD and following.start == marks[at].end


def _belongs_to_sentence(marks: list[Mark], at: int) -> bool:
    mark = marks[at]
    length = mark.end - mark.start
    if mark.kind == CLOSING and at + 1 < len(marks):
        if marks[at + 1].kind in (SHORT_YES, SHORT_NO):
            return True
        if length <= 2 and _runs_on(marks, at):
            return True
    if mark.kind == CLOSING and length == 1 and at:
        # "You did nothing".
        return marks[at - 1].kind == WORD and marks[at - 1].end == mark.start
    return mark.kind in (EMPHATIC, BACK) and length == 1 and _runs_on(marks, at)


def _stands_alone(
    marks: list[Mark], at: int, words: list[str], language: Language, before: Phrase
) -> bool:
    """True if "exactly" or "you heard me" is an answer and not the beginning of a sentence.

    A new clause may follow, or words that were all in the reflection: "exactly, every month". In
    "you heard me and you still went" the sentence goes on about the same person.
    """
    mark = marks[at]
    if at + 1 == len(marks):
        return True
    following = marks[at + 1]
    if following.kind in JOINS and words[mark.start] in language.addressed:
        return words[following.end : following.end + 1] != [words[mark.start]]
    if following.kind != WORD or words[following.start] in language.clause_subjects:
        return True
    rest = words[following.start :]
    return set(rest) <= set(before) and not set(rest) <= language.light


def lead_of(kinds: list[str]) -> int:
    """How many marks stand before the first word that belongs to no phrase."""
    return kinds.index(WORD) if WORD in kinds else len(kinds)


def skip(kinds: list[str], at: int) -> int:
    """Where the rest begins: joining words before it ("and", "but") belong to the lead."""
    while at < len(kinds) and kinds[at] in JOINS:
        at += 1
    return at


def only(kinds: list[str], allowed: tuple[str, ...]) -> bool:
    return all(kind in allowed for kind in kinds)


def negates(words: Iterable[str], language: Language) -> bool:
    """True if any of these plain words is a negation."""
    return any(word in language.negations for word in words)


def asks(words: Phrase, language: Language) -> bool:
    """True if these words begin as a question: "what did you", "is that", "how much time do we"."""
    asking = language.asking
    if len(words) < 2:
        return False
    if words[0] in asking.verbs and (
        words[1] in asking.subjects
        or (words[1] == language.short_negation and words[2:3] and words[2] in asking.subjects)
    ):
        return True
    if words[0] in asking.always and words[1] != language.short_negation:
        return True
    if words[0] not in asking.words:
        return False
    for at in range(1, min(4, len(words) - 1)):
        if words[at] in asking.verbs:
            opens_clause = at > 1 and words[at + 1] in asking.linking and at + 2 < len(words)
            return words[at + 1] in asking.subjects and not opens_clause
        if words[at] in asking.subjects:
            return False
    return False
