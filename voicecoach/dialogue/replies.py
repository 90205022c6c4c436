"""What a short answer means: yes, no, partly or unclear, and what else was said with it.

The rule above all: nothing is a yes that could be something else. A yes taken back ("yes but"),
tied to a condition ("yes, if ..."), doubted ("yeah, I guess"), quoted ("he said yes"), asked
("is that right?") or spoken in passing inside a sentence is not a yes. A yes that is missed costs
one repeated question.

The reply is read from its beginning: the known phrases before the first other word are its lead,
the rest is its tail. The lead says the answer, the tail may spoil it and is otherwise handed on as
`rest`. After "is there more?" the roles of yes and no are different: talk that simply goes on is a
yes, and only a clear no gives the floor away.
"""

from __future__ import annotations

from itertools import pairwise

from voicecoach.dialogue.cues import asked, asked_at, command, opens_mirror
from voicecoach.dialogue.hearing import near_closing
from voicecoach.dialogue.language import Language, Phrase, load
from voicecoach.dialogue.messages import Answer, Asked, Question, Reply
from voicecoach.dialogue.reading import (
    SHORT_NO,
    SHORT_YES,
    WORD,
    Reading,
    asks,
    negates,
    read,
)

__all__ = ["asked", "command", "opens_mirror", "understand"]

_AFFIRMS = ("yes", "firm")
_DENIES = ("no", "refusal", SHORT_NO)
_JOINS = ("adds", "contrast")
_NOD = ("yes", "firm", "soft", "heard")
_LONG_TAIL = 12
"""A tail of more words is the next sharing; its "but" and "not" mostly speak about the matter."""
_NEAR = 5
"""In a long tail so many words still speak about the reflection."""
_SHORT_TEXT = 8
_FEW_WORDS = 3
"""Up to this many unknown words are no sharing of their own."""


def understand(
    text: str, question: Question, *, mirrored: str | None = None, language: str = "en"
) -> Reply:
    """What `text` answers to `question`.

    `mirrored` is what was said before it: a bare "no" to a negated sentence ("you don't want to
    go") agrees as often as it denies, so it is UNCLEAR. `rest` is in the text's own wording.
    Total: any text has an answer; only the first 2,000 characters are read. Raises UsageError for
    an unknown language.
    """
    known = load(language)
    spoken = command(text, language)
    reading = read(text, question, known)
    if question in (Question.CONSENT, Question.CONFIRM):
        answer, rest = _permission(reading, known)
        if answer is not Answer.UNCLEAR and rest >= len(reading.marks):
            # "Stop" and "go on" answer "shall we stop here?"; "go ahead" gives consent.
            return Reply(answer, command=spoken if question is Question.CONFIRM else None)
    if spoken is not None:
        return Reply(Answer.UNCLEAR, command=spoken)
    if question is Question.MORE:
        answer, rest = _more(reading, known)
    elif question is Question.SATISFIED:
        answer, rest = _satisfied_and_asking(reading, mirrored, known)
    return Reply(answer, reading.after(rest))


# ------------------------------------------------------------------ "Did I get that?"


def _satisfied_and_asking(
    reading: Reading, mirrored: str | None, known: Language
) -> tuple[Answer, int]:
    """A reply; where the partner's own "is there more?" ended up in it, that is its rest."""
    found = asked_at(reading.words, known)
    if found and found[0] > 0 and found[1] is Asked.MORE:
        cut = next((at for at, mark in enumerate(reading.marks) if mark.end > found[0]), None)
        if cut:
            before = Reading(reading.text, reading.tokens[: found[0]], reading.marks[:cut])
            answer, rest = _satisfied(before, mirrored, known)
            return answer, min(rest, cut)
    return _satisfied(reading, mirrored, known)


def _satisfied(reading: Reading, mirrored: str | None, known: Language) -> tuple[Answer, int]:
    kinds = [mark.kind for mark in reading.marks]
    nothing = len(kinds)
    if not kinds or asks(reading.words, known):
        return Answer.UNCLEAR, nothing
    if _denied(reading):
        answer = Answer.UNCLEAR if "condition" in kinds else Answer.NO
        return answer, kinds.index("denial") + 1
    before = known.plain.phrase(mirrored or "")
    negated = negates(before, known)
    lead = _lead(kinds)
    said = kinds[:lead]
    rest = _skip(kinds, lead)
    if "unsure" in said or (_only(kinds, ("back", *_NOD)) and "back" in kinds):
        return Answer.UNCLEAR, rest
    if _settled_yes(said) or (negated and _agrees_with_negation(said)):
        return _yes_unless_spoilt(reading, lead, before, known), rest
    if any(kind in _DENIES for kind in said):
        return _no(said, rest == nothing, negated), rest
    if "partly" in said:
        return Answer.PARTLY, rest
    if SHORT_YES in said:
        return _short_yes(reading, lead, before, known), rest
    if (
        "soft" in said
        and (lead == nothing or rest > lead)
        and _only(said, ("soft", "heard", "adds"))
    ):
        return _yes_unless_spoilt(reading, lead, before, known), rest
    return _content(reading, lead, before, known), _skip(kinds, 0) if WORD in kinds else nothing


def _short_yes(reading: Reading, lead: int, before: Phrase, known: Language) -> Answer:
    """ "It is": agrees with what was said in the affirmative, contradicts a negation."""
    if not before:
        return Answer.UNCLEAR
    if negates(before, known):
        return Answer.NO
    return _yes_unless_spoilt(reading, lead, before, known)


def _lead(kinds: list[str]) -> int:
    """How many marks stand before the first word that belongs to no phrase."""
    return kinds.index(WORD) if WORD in kinds else len(kinds)


def _skip(kinds: list[str], at: int) -> int:
    """Where the rest begins: joining words before it ("and", "but") belong to the lead."""
    while at < len(kinds) and kinds[at] in _JOINS:
        at += 1
    return at


def _only(kinds: list[str], allowed: tuple[str, ...]) -> bool:
    return all(kind in allowed for kind in kinds)


def _settled_yes(said: list[str]) -> bool:
    """A yes in the lead that no later "no" takes back; after a "no" only a firm one counts."""
    denials = [at for at, kind in enumerate(said) if kind in _DENIES]
    if not denials:
        return any(kind in _AFFIRMS for kind in said)
    plain = all(said[at] == "no" for at in denials)
    return plain and "firm" in said[denials[-1] :]


def _agrees_with_negation(said: list[str]) -> bool:
    """ "That's right, I don't" after "you don't trust me"."""
    return said[-1:] == [SHORT_NO] and ("firm" in said or "soft" in said)


def _yes_unless_spoilt(reading: Reading, lead: int, before: Phrase, known: Language) -> Answer:
    """YES, or what a tail, a contrast, a doubt or a condition makes of it.

    A negation in the tail agrees with a negated sentence before. A single strange word behind a
    yes may be a "but" that was misheard.
    """
    one_word = len(reading.marks) == lead + 1
    if one_word and not _echoes(reading, before, known):
        return Answer.UNCLEAR
    negated = negates(before, known)
    kinds, tail = _counting(reading, lead)
    if "contrast" in kinds or "partly" in kinds[:lead] or kinds[-1] == "partly":
        return Answer.PARTLY
    if "condition" in kinds or "unsure" in kinds or "back" in kinds[:lead]:
        return Answer.UNCLEAR
    if asks(tail, known) or _asks_later(tail, known) or _quotes(tail[:2], known):
        return Answer.UNCLEAR
    if not negated and (negates(tail, known) or any(kind in _DENIES for kind in kinds[lead:])):
        return Answer.UNCLEAR
    return Answer.YES


def _counting(reading: Reading, lead: int) -> tuple[list[str], Phrase]:
    """The kinds and the words of the tail that can still spoil a yes before them."""
    kinds = [mark.kind for mark in reading.marks]
    if lead >= len(kinds):
        return kinds, ()
    start = reading.marks[lead].start
    tail = reading.words[start:]
    if len(tail) <= _LONG_TAIL:
        return kinds, tail
    near = [mark.kind for mark in reading.marks[lead:] if mark.start < start + _NEAR]
    return kinds[:lead] + near, tail[:_NEAR]


def _denied(reading: Reading) -> bool:
    """A denial that speaks about the reflection: a phrase anywhere, a word in a short reply."""
    short = len(reading.tokens) <= _SHORT_TEXT
    return any(
        mark.kind == "denial" and (short or mark.end - mark.start > 1) for mark in reading.marks
    )


def _no(said: list[str], bare: bool, negated: bool) -> Answer:
    if any(kind in _AFFIRMS for kind in said):
        return Answer.UNCLEAR
    return Answer.UNCLEAR if bare and negated else Answer.NO


def _content(reading: Reading, lead: int, before: Phrase, known: Language) -> Answer:
    """A sentence without an answer in front: a correction, or a yes that came later, or unclear."""
    words = reading.words[reading.marks[lead].start :] if lead < len(reading.marks) else ()
    kinds = [mark.kind for mark in reading.marks]
    if asks(words, known) or any(kind in ("unsure", "condition", "back") for kind in kinds):
        return Answer.UNCLEAR
    if negates(words, known):
        few = len(words) <= _FEW_WORDS and negates(before, known)
        if few or _quotes(words, known):
            return Answer.UNCLEAR
        return Answer.PARTLY if "partly" in kinds else Answer.NO
    spoken = known.reporting | known.hypothetical
    if any(word in spoken for word in words) or _quoted_yes(reading, known):
        return Answer.UNCLEAR
    if not before or "contrast" in kinds or not any(kind in _AFFIRMS for kind in kinds):
        return Answer.UNCLEAR
    return Answer.YES if _echoes(reading, before, known) else Answer.UNCLEAR


def _quotes(words: Phrase, known: Language) -> bool:
    """True if somebody else is reported to have said something."""
    return any(
        word in known.reporting and (at == 0 or words[at - 1] not in known.first_person)
        for at, word in enumerate(words)
    )


def _quoted_yes(reading: Reading, known: Language) -> bool:
    """True if a yes stands right behind a word that makes it a quotation: "was like yeah"."""
    return any(
        mark.kind in _AFFIRMS and mark.start and reading.words[mark.start - 1] in known.quoting
        for mark in reading.marks
    )


def _asks_later(tail: Phrase, known: Language) -> bool:
    """True if verb and listener stand turned round anywhere in the tail: "... do you mean it"."""
    return any(
        verb in known.asking.verbs and subject in known.addressed
        for verb, subject in pairwise(tail)
    )


def _echoes(reading: Reading, before: Phrase, known: Language) -> bool:
    """True if at least half of the words outside of known phrases stood in what was said before."""
    words = [reading.words[mark.start] for mark in reading.marks if mark.kind == WORD]
    heard = {*before, *known.pronouns}
    return 2 * sum(word in heard for word in words) >= len(words)


# ------------------------------------------------------------------ "Is there more?"


def _more(reading: Reading, known: Language) -> tuple[Answer, int]:
    kinds = [mark.kind for mark in reading.marks]
    nothing = len(kinds)
    if not kinds or asks(reading.words, known) or _only(kinds, ("back", "soft", "heard", "unsure")):
        return Answer.UNCLEAR, nothing
    lead = _lead(kinds)
    said = kinds[:lead]
    rest = _skip(kinds, lead)
    words = kinds.count(WORD)
    if "going_on" in said:
        first = said.index("going_on")
        doubted = "condition" in said[:first] or "back" in said[:first]
        return (Answer.UNCLEAR if doubted else Answer.YES), first
    if "closing" in said:
        return _closing(kinds, said, words), nothing
    starts_yes = kinds[0] in (*_AFFIRMS, SHORT_YES)
    if "unsure" in said and (words == 0 or (words <= _FEW_WORDS and not starts_yes)):
        return Answer.UNCLEAR, rest
    affirms = any(kind in (*_AFFIRMS, SHORT_YES) for kind in said)
    if any(kind in _DENIES for kind in said):
        return _more_after_no(kinds, said, affirms), rest
    if affirms:
        return (Answer.UNCLEAR if "condition" in said else Answer.YES), rest
    if "closing" in kinds and words <= _FEW_WORDS:
        return Answer.NO, nothing
    if words >= _FEW_WORDS:
        near = near_closing(reading.words, Question.MORE.value, known.code)
        return (Answer.UNCLEAR if near else Answer.YES), 0
    return Answer.UNCLEAR, rest


def _closing(kinds: list[str], said: list[str], words: int) -> Answer:
    """ "That's all": nothing more, unless it is taken back or a sentence follows."""
    after = kinds[said.index("closing") + 1 :]
    if "going_on" in after or ("contrast" in after and words):
        return Answer.YES
    if words > _FEW_WORDS or "contrast" in after or "unsure" in said[: said.index("closing")]:
        return Answer.UNCLEAR
    return Answer.NO


def _more_after_no(kinds: list[str], said: list[str], affirms: bool) -> Answer:
    """A no with something else: only a clear no gives the floor away."""
    if "going_on" in kinds or ("contrast" in said and WORD in kinds):
        return Answer.YES
    if affirms:
        return Answer.UNCLEAR
    if "closing" in kinds or _only(kinds, (*_DENIES, "soft", "heard", "adds")):
        return Answer.NO
    return Answer.UNCLEAR


# ------------------------------------------------------------------ permission and commands


def _permission(reading: Reading, known: Language) -> tuple[Answer, int]:
    """Yes or no to the coach; whatever else is said with it leaves it open."""
    kinds = [mark.kind for mark in reading.marks]
    lead = _lead(kinds)
    said = kinds[:lead]
    rest = _skip(kinds, lead)
    if not said or asks(reading.words, known) or "unsure" in kinds or "condition" in kinds:
        return Answer.UNCLEAR, rest
    if "partly" in kinds:
        return Answer.PARTLY, rest
    if any(kind in _DENIES for kind in said):
        mixed = any(kind in (*_AFFIRMS, SHORT_YES) for kind in said)
        return (Answer.UNCLEAR if mixed else Answer.NO), rest
    agrees = any(kind in (*_AFFIRMS, SHORT_YES) for kind in said)
    if not agrees or "contrast" in kinds or "back" in said:
        return Answer.UNCLEAR, rest
    tail = reading.words[reading.marks[lead].start :] if lead < len(kinds) else ()
    if asks(tail, known) or negates(tail, known):
        return Answer.UNCLEAR, rest
    return Answer.YES, rest
