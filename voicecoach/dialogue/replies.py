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

from voicecoach.dialogue.answers.cues import asked, command, opens_mirror
from voicecoach.dialogue.answers.hearing import near_closing
from voicecoach.dialogue.answers.reading import (
    AFFIRMS,
    DENIES,
    FEW_WORDS,
    JOINS,
    SHORT_YES,
    SOFT,
    WORD,
    Reading,
    asks,
    lead_of,
    negates,
    only,
    read,
    skip,
)
from voicecoach.dialogue.answers.satisfied import satisfied
from voicecoach.dialogue.language import Language, load
from voicecoach.dialogue.messages import Answer, Question, Reply

__all__ = ["asked", "command", "opens_mirror", "understand"]

_GOING_ON = ("going_on", "begins")


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
        answer, rest = satisfied(reading, mirrored, known)
    return Reply(answer, reading.after(rest))


# ------------------------------------------------------------------ "Is there more?"


def _more(reading: Reading, known: Language) -> tuple[Answer, int]:
    kinds = [mark.kind for mark in reading.marks]
    nothing = len(kinds)
    if not kinds or asks(reading.words, known) or only(kinds, ("back", *SOFT, "heard", "unsure")):
        return Answer.UNCLEAR, nothing
    lead = lead_of(kinds)
    said = kinds[:lead]
    rest = skip(kinds, lead)
    words = kinds.count(WORD)
    going_on = next((at for at, kind in enumerate(said) if kind in _GOING_ON), None)
    if going_on is not None:
        doubted = "condition" in said[:going_on] or "back" in said[:going_on]
        return (
            Answer.UNCLEAR if doubted else Answer.YES,
            _after_announcement(reading, going_on, known),
        )
    if "closing" in said:
        return _closing(reading, lead, known), nothing
    starts_yes = kinds[0] in (*AFFIRMS, SHORT_YES)
    if "unsure" in said and (words == 0 or (words <= FEW_WORDS and not starts_yes)):
        return Answer.UNCLEAR, rest
    affirms = any(kind in (*AFFIRMS, SHORT_YES) for kind in said)
    if any(kind in DENIES for kind in said):
        return _more_after_no(kinds, said, affirms), rest
    if affirms:
        return (Answer.UNCLEAR if "condition" in said else Answer.YES), rest
    closes = any(m.kind == "closing" and m.end - m.start > 1 for m in reading.marks)
    if closes and words <= FEW_WORDS:
        return Answer.NO, nothing
    if words >= FEW_WORDS:
        near = near_closing(reading.words, Question.MORE.value, known.code)
        return (Answer.UNCLEAR if near else Answer.YES), 0
    return Answer.UNCLEAR, rest


def _after_announcement(reading: Reading, at: int, known: Language) -> int:
    """Where what was announced begins: behind "one more thing", unless that is its subject.

    "One more thing, I waited" announces; "one more thing is the kitchen" already tells.
    """
    kinds = [mark.kind for mark in reading.marks]
    after = at + 1
    while after < len(kinds) and kinds[after] != WORD:
        after += 1
    if after == len(kinds):
        return after
    parted = kinds[after - 1] in JOINS or (
        any(kind == "going_on" for kind in kinds[at:after])
        and reading.words[reading.marks[after].start] in known.clause_subjects
    )
    return after if parted else at


def _closing(reading: Reading, lead: int, known: Language) -> Answer:
    """ "That's all": nothing more, unless it is taken back or a sentence follows."""
    kinds = [mark.kind for mark in reading.marks]
    at = kinds.index("closing")
    after, words = kinds[at + 1 :], kinds.count(WORD)
    if any(kind in _GOING_ON for kind in after) or ("contrast" in after and words):
        return Answer.YES
    if words > FEW_WORDS or "contrast" in after or "unsure" in kinds[:at]:
        return Answer.UNCLEAR
    sentence = lead < len(kinds) and reading.words[reading.marks[lead].start]
    return Answer.UNCLEAR if sentence in known.clause_subjects else Answer.NO


def _more_after_no(kinds: list[str], said: list[str], affirms: bool) -> Answer:
    """A no with something else: only a clear no gives the floor away."""
    if any(kind in _GOING_ON for kind in kinds) or ("contrast" in said and WORD in kinds):
        return Answer.YES
    if affirms:
        return Answer.UNCLEAR
    if "closing" in kinds or only(kinds, (*DENIES, *SOFT, "heard", "adds")):
        return Answer.NO
    return Answer.UNCLEAR


# ------------------------------------------------------------------ permission and commands


def _permission(reading: Reading, known: Language) -> tuple[Answer, int]:
    """Yes or no to the coach; whatever else is said with it leaves it open."""
    kinds = [mark.kind for mark in reading.marks]
    lead = lead_of(kinds)
    said = kinds[:lead]
    rest = skip(kinds, lead)
    if not said or asks(reading.words, known) or "unsure" in kinds or "condition" in kinds:
        return Answer.UNCLEAR, rest
    if "partly" in kinds:
        return Answer.PARTLY, rest
    if any(kind in DENIES for kind in said):
        mixed = any(kind in (*AFFIRMS, SHORT_YES) for kind in said)
        return (Answer.UNCLEAR if mixed else Answer.NO), rest
    agrees = any(kind in (*AFFIRMS, SHORT_YES) for kind in said)
    if not agrees or "contrast" in kinds or "back" in said:
        return Answer.UNCLEAR, rest
    tail = reading.words[reading.marks[lead].start :] if lead < len(kinds) else ()
    if asks(tail, known) or negates(tail, known):
        return Answer.UNCLEAR, rest
    return Answer.YES, rest
