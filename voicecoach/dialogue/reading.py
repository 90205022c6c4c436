"""A reply taken apart: its plain words, and which stretches of them are known phrases.

Reading knows no answer. It tags the longest known phrases from left to right ("no" / "that is
right"), calls short answers that repeat a verb by their own kinds ("it is", "they did not"), and
leaves everything else as single words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voicecoach.dialogue.language import Language, Phrase, Token
from voicecoach.dialogue.messages import Question

LONGEST_TEXT = 2000
"""Characters of a reply that are read; an answer stands at its beginning."""

WORD = "word"
FILLER = "filler"
SHORT_YES = "short_yes"
SHORT_NO = "short_no"

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


def read(text: str, question: Question, language: Language) -> Reading:
    """Take `text` apart as a reply to `question`."""
    text = text[:LONGEST_TEXT]
    tokens = unrepeated(language.plain.tokens(text))
    words = [token.word for token in tokens]
    tagger = language.replies[question.value]
    marks: list[Mark] = []
    at = 0
    while at < len(words):
        length, kind = tagger.at(words, at) or (0, WORD)
        short = _short(words, at, language)
        if short and short[0] >= length and _ends_phrase(words, at + short[0], question, language):
            length, kind = short
        length = max(1, length)
        if kind != FILLER:
            marks.append(Mark(kind, at, at + length))
        at += length
    return Reading(text, tuple(tokens), tuple(marks))


def _short(words: list[str], at: int, language: Language) -> tuple[int, str] | None:
    """Length and kind of a short answer at `at`: subject, verb, perhaps a negation."""
    short = language.short
    if at + 1 >= len(words) or words[at] not in short.subjects:
        return None
    end = at + 1
    while end < len(words) and words[end] in language.intensifiers:
        end += 1
    if end >= len(words) or words[end] not in short.verbs:
        return None
    end += 1
    kind = SHORT_YES
    while end < len(words):
        if words[end] == language.short_negation:
            kind = SHORT_NO
        elif words[end] not in language.intensifiers:
            break
        end += 1
    return end - at, kind


def _ends_phrase(words: list[str], at: int, question: Question, language: Language) -> bool:
    """True where a phrase may end: at the end, or before another known phrase."""
    return at >= len(words) or language.replies[question.value].at(words, at) is not None


def negates(words: Iterable[str], language: Language) -> bool:
    """True if any of these plain words is a negation."""
    return any(word in language.negations for word in words)


def asks(words: Phrase, language: Language) -> bool:
    """True if these words begin as a question: "what did you", "is that", "how much time do we"."""
    asking = language.asking
    if len(words) < 2:
        return False
    if words[0] in asking.verbs and words[1] in asking.subjects:
        return True
    if words[0] not in asking.words:
        return False
    for at in range(1, min(4, len(words) - 1)):
        if words[at] in asking.verbs:
            return words[at + 1] in asking.subjects
        if words[at] in asking.subjects:
            return False
    return False
