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

from voicecoach.dialogue.cues import asked, asked_at, command, opens_mirror
from voicecoach.dialogue.language import Language, load
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
_DENIES = ("no", SHORT_NO)
_JOINS = ("adds", "contrast")
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
    if spoken is not None:
        return Reply(Answer.UNCLEAR, command=spoken)
    reading = read(text, question, known)
    if question is Question.MORE:
        answer, rest = _more(reading, known)
    elif question is Question.SATISFIED:
        answer, rest = _satisfied_and_asking(reading, mirrored, known)
    else:
        answer, rest = _permission(reading, known)
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
    if "denial" in kinds:
        spoilt = "condition" in kinds or "unsure" in kinds
        return (Answer.UNCLEAR if spoilt else Answer.NO), kinds.index("denial") + 1
    lead = _lead(kinds)
    said = kinds[:lead]
    negated = mirrored is not None and negates(known.plain.phrase(mirrored), known)
    rest = _skip(kinds, lead)
    if "unsure" in said or (said and _only(kinds, ("back", "soft", *_AFFIRMS)) and "back" in kinds):
        return Answer.UNCLEAR, rest
    if _settled_yes(said):
        return _yes_unless_spoilt(reading, lead, known), rest
    if any(kind in _DENIES for kind in said):
        return _no(said, rest == nothing, negated), rest
    if "partly" in said:
        return Answer.PARTLY, rest
    if SHORT_YES in said:
        if negated:
            return Answer.NO, rest
        return _yes_unless_spoilt(reading, lead, known), rest
    if said == ["soft"] and lead == nothing:
        return Answer.YES, nothing
    return _content(reading, lead, known), _skip(kinds, 0)


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
    return "firm" in said[denials[-1] :]


def _yes_unless_spoilt(reading: Reading, lead: int, known: Language) -> Answer:
    """YES, or what a tail, a contrast, a doubt or a condition makes of it."""
    kinds = [mark.kind for mark in reading.marks]
    if "contrast" in kinds or "partly" in kinds[:lead] or kinds[-1] == "partly":
        return Answer.PARTLY
    if "condition" in kinds or "unsure" in kinds or "back" in kinds[:lead]:
        return Answer.UNCLEAR
    tail = reading.words[reading.marks[lead].start :] if lead < len(kinds) else ()
    if asks(tail, known) or negates(tail, known):
        return Answer.UNCLEAR
    if any(kind in _DENIES for kind in kinds[lead:]):
        return Answer.UNCLEAR
    return Answer.YES


def _no(said: list[str], bare: bool, negated: bool) -> Answer:
    if any(kind in _AFFIRMS for kind in said):
        return Answer.UNCLEAR
    return Answer.UNCLEAR if bare and negated else Answer.NO


def _content(reading: Reading, lead: int, known: Language) -> Answer:
    """A sentence without an answer before it: with a negation a correction, else unclear."""
    words = reading.words[reading.marks[lead].start :] if lead < len(reading.marks) else ()
    kinds = [mark.kind for mark in reading.marks]
    if asks(words, known) or any(kind in ("unsure", "condition", "back") for kind in kinds):
        return Answer.UNCLEAR
    if any(word in known.reporting for word in words):
        return Answer.UNCLEAR
    return Answer.NO if negates(words, known) else Answer.UNCLEAR


# ------------------------------------------------------------------ "Is there more?"


def _more(reading: Reading, known: Language) -> tuple[Answer, int]:
    kinds = [mark.kind for mark in reading.marks]
    nothing = len(kinds)
    if not kinds or asks(reading.words, known) or _only(kinds, ("back", "soft", "unsure")):
        return Answer.UNCLEAR, nothing
    lead = _lead(kinds)
    said = kinds[:lead]
    rest = _skip(kinds, lead)
    words = kinds.count(WORD)
    if "going_on" in said:
        return Answer.YES, said.index("going_on")
    if "closing" in said:
        return _closing(kinds, said, words), nothing
    if "unsure" in said and words <= _FEW_WORDS:
        return Answer.UNCLEAR, rest
    affirms = any(kind in (*_AFFIRMS, SHORT_YES) for kind in said)
    if any(kind in _DENIES for kind in said):
        return _more_after_no(kinds, said, affirms), rest
    if affirms:
        return (Answer.UNCLEAR if "condition" in said else Answer.YES), rest
    if "closing" in kinds and words <= _FEW_WORDS:
        return Answer.NO, nothing
    if words >= _FEW_WORDS:
        return Answer.YES, 0
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
    if affirms:
        return Answer.UNCLEAR
    if "going_on" in kinds or ("contrast" in said and WORD in kinds):
        return Answer.YES
    if "closing" in kinds or _only(kinds, (*_DENIES, "soft", "adds")):
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
