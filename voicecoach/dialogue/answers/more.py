"""What is answered to "is there more?".

The roles of yes and no are different here: talk that simply goes on is a yes, and only a clear no
gives the floor away. What is said about the procedure, and what the listener says, is neither.
"""

from __future__ import annotations

from voicecoach.dialogue.answers.hearing import near_closing
from voicecoach.dialogue.answers.perspective import mirrors_on
from voicecoach.dialogue.answers.reading import (
    AFFIRMS,
    BACK,
    CLOSING,
    DENIES,
    FEW_WORDS,
    JOINS,
    SHORT_YES,
    SOFT,
    WAIT,
    WORD,
    Reading,
    asks,
    lead_of,
    only,
    skip,
)
from voicecoach.dialogue.language import Language, Phrase
from voicecoach.dialogue.messages import Answer, Question

_GOING_ON = ("going_on", "begins")
_BREAK = 5
"""Up to so many words behind "hang on" are about the moment, not about the matter."""
_REMARK = 8
"""A remark of the listener's is not longer."""


def more(reading: Reading, before: Phrase, known: Language) -> tuple[Answer, int]:
    """The answer, and the mark at which what else was said begins; `before` was mirrored."""
    kinds = [mark.kind for mark in reading.marks]
    nothing = len(kinds)
    if not kinds or only(kinds, (BACK, WAIT, *SOFT, "heard", "unsure")):
        return Answer.UNCLEAR, nothing
    if kinds[0] not in _GOING_ON and asks(reading.opening, known):
        return Answer.UNCLEAR, nothing
    lead = lead_of(kinds)
    said = kinds[:lead]
    rest = skip(kinds, lead)
    words = kinds.count(WORD)
    going_on = next((at for at, kind in enumerate(said) if kind in _GOING_ON), None)
    if kinds[0] in (WAIT, BACK) and words <= _BREAK and going_on is None:
        return Answer.UNCLEAR, nothing
    if going_on is not None:
        doubted = "condition" in said[:going_on] or BACK in said[:going_on]
        answer = Answer.UNCLEAR if doubted else Answer.YES
        return answer, _after_announcement(reading, going_on, known)
    if CLOSING in said:
        return _closing(reading, lead, known), nothing
    starts_yes = kinds[0] in (*AFFIRMS, SHORT_YES)
    if "unsure" in said and (words == 0 or (words <= FEW_WORDS and not starts_yes)):
        return Answer.UNCLEAR, rest
    affirms = any(kind in (*AFFIRMS, SHORT_YES) for kind in said)
    if any(kind in DENIES for kind in said):
        return _after_no(kinds, said, affirms or kinds[0] == "soft"), rest
    if affirms:
        leads_on = rest == nothing and reading.words[-1] in known.leading_on
        return (Answer.UNCLEAR if "condition" in said or leads_on else Answer.YES), rest
    if said == ["adds"] and words > 1:
        # "And the keys": it goes on, however short.
        return Answer.YES, rest
    return _talk(reading, before, known)


def announces(reading: Reading) -> bool:
    """ "I'd like to go on" answers "is there more?"; "go on" is said to the coach."""
    return [mark.kind for mark in reading.marks[:1]] == ["going_on"]


def _talk(reading: Reading, before: Phrase, known: Language) -> tuple[Answer, int]:
    """A sentence without an answer in front: sharing, unless it is about something else."""
    kinds = [mark.kind for mark in reading.marks]
    nothing = len(kinds)
    words = kinds.count(WORD)
    closes = any(mark.kind == CLOSING and mark.end - mark.start > 1 for mark in reading.marks)
    if closes and words <= FEW_WORDS:
        return Answer.NO, nothing
    if words < FEW_WORDS:
        return Answer.UNCLEAR, skip(kinds, lead_of(kinds))
    about_it = any(
        mark.kind == BACK and mark.end - mark.start >= FEW_WORDS for mark in reading.marks
    )
    about_it = about_it or ("condition" in kinds and any(kind in _GOING_ON for kind in kinds))
    if about_it or _asks_the_coach(reading, known) or _is_listeners(reading, before, known):
        return Answer.UNCLEAR, nothing
    near = near_closing(reading.words, Question.MORE.value, known.code)
    return (Answer.UNCLEAR if near else Answer.YES), 0


def _is_listeners(reading: Reading, before: Phrase, known: Language) -> bool:
    """A short remark in the listener's words: the mirror said on, or "I am sorry about that"."""
    if len(reading.words) > _REMARK:
        return False
    if mirrors_on(reading, before, known):
        return True
    sorry = known.reactions.at(reading.opening, 0)
    return sorry is not None and sorry[1] == "sorry"


def _asks_the_coach(reading: Reading, known: Language) -> bool:
    """ "I am not meant to speak now, am I?", "we only do three each, no?" ask the coach."""
    verb, subject = reading.words[-2:] if len(reading.words) > 1 else ("", "")
    tag = verb in known.asking.verbs and subject in known.first_person
    return tag or (reading.marks[-1].kind == "no" and len(reading.marks) > FEW_WORDS)


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
    at = kinds.index(CLOSING)
    after, words = kinds[at + 1 :], kinds.count(WORD)
    if any(kind in _GOING_ON for kind in after) or ("contrast" in after and words > 1):
        return Answer.YES
    if words > FEW_WORDS or "contrast" in after or "unsure" in kinds or BACK in after:
        return Answer.UNCLEAR
    sentence = lead < len(kinds) and reading.words[reading.marks[lead].start]
    return Answer.UNCLEAR if sentence in known.clause_subjects else Answer.NO


def _after_no(kinds: list[str], said: list[str], affirms: bool) -> Answer:
    """A no with something else: only a clear no gives the floor away."""
    if any(kind in _GOING_ON for kind in kinds) or ("contrast" in said and WORD in kinds):
        return Answer.YES
    if affirms:
        return Answer.UNCLEAR
    if CLOSING in kinds or only(kinds, (*DENIES, *SOFT, "heard", "adds")):
        return Answer.NO
    return Answer.UNCLEAR
