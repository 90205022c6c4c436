"""What is answered to "did I get that?".

A yes counts if no sentence, contrast, doubt, condition, question or quotation makes it something
else. What is said about the reflection itself ("you left something out") denies it and carries no
message. A reflection that is merely repeated is no yes: it may be the listener who repeats it.
"""

from __future__ import annotations

from itertools import pairwise

from voicecoach.dialogue.answers.cues import asked_at
from voicecoach.dialogue.answers.perspective import may_be_listeners, repeats
from voicecoach.dialogue.answers.reading import (
    AFFIRMS,
    DENIES,
    FEW_WORDS,
    FIRM,
    JOINS,
    NODS,
    SHORT_NO,
    SHORT_YES,
    SOFT,
    WORD,
    Reading,
    asks,
    lead_of,
    negates,
    only,
    skip,
)
from voicecoach.dialogue.language import Language, Phrase
from voicecoach.dialogue.messages import Answer, Asked

_REPROACH = "reproach"
_OMISSION = "omission"
_LONG_TAIL = 12
"""A tail of more words is the next sharing; its "but" and "not" mostly speak about the matter."""
_NEAR = 5
"""In a long tail so many words still speak about the reflection."""
_SHORT_TEXT = 8


def satisfied(reading: Reading, before: Phrase, known: Language) -> tuple[Answer, int]:
    """The answer, and the mark at which what else was said begins; `before` was mirrored.

    Where the partner's own "is there more?" ended up in the reply, that is its rest. A yes in words
    that may be the listener's is none.
    """
    answer, rest = _cut_at_question(reading, before, known)
    if answer is Answer.YES and may_be_listeners(reading, before, known):
        answer = Answer.UNCLEAR
    return answer, rest


def _cut_at_question(reading: Reading, before: Phrase, known: Language) -> tuple[Answer, int]:
    found = asked_at(reading.words, known)
    if found and found[0] > 0 and found[1] is Asked.MORE:
        cut = next((at for at, mark in enumerate(reading.marks) if mark.end > found[0]), None)
        if cut:
            uncut = Reading(reading.text, reading.tokens[: found[0]], reading.marks[:cut])
            answer, rest = _satisfied(uncut, before, known)
            return answer, min(rest, cut)
    return _satisfied(reading, before, known)


def _satisfied(reading: Reading, before: Phrase, known: Language) -> tuple[Answer, int]:
    kinds = [mark.kind for mark in reading.marks]
    nothing = len(kinds)
    if not kinds or asks(reading.opening, known):
        return Answer.UNCLEAR, nothing
    found = _reproached(reading)
    if found is not None:
        return found
    negated = _negated(before, known)
    lead = lead_of(kinds)
    said = kinds[:lead]
    rest = skip(kinds, lead)
    if "unsure" in said or (only(kinds, ("back", *NODS)) and "back" in kinds):
        return Answer.UNCLEAR, rest
    if _settled_yes(said) or (negated and _agrees_with_negation(reading, lead, before, known)):
        return _yes_unless_spoilt(reading, lead, before, known), rest
    if any(kind in DENIES for kind in said):
        return _no(said, rest == nothing and negated), rest
    if "partly" in said:
        return Answer.PARTLY, rest
    if SHORT_YES in said:
        return _short_yes(reading, lead, before, known), rest
    if _softly_agrees(reading, lead, before, known):
        return _yes_unless_spoilt(reading, lead, before, known), rest
    return _content(reading, lead, before, known), skip(kinds, 0) if WORD in kinds else nothing


def _short_yes(reading: Reading, lead: int, before: Phrase, known: Language) -> Answer:
    """ "It is": agrees with what was said in the affirmative, contradicts a negation.

    Only where nothing else was said: "you can" before other words is the beginning of a sentence.
    """
    kinds = [mark.kind for mark in reading.marks]
    if WORD in kinds[lead:] or _soft_to_listener(reading, kinds.index(SHORT_YES), known):
        return Answer.UNCLEAR
    if not before or any(mark.kind == "known" for mark in reading.marks[:lead]):
        return Answer.UNCLEAR
    if _negated(before, known):
        return Answer.NO
    return _yes_unless_spoilt(reading, lead, before, known)


def _softly_agrees(reading: Reading, lead: int, before: Phrase, known: Language) -> bool:
    """ "Right", or "right, I was alone" after "you felt alone".

    But not "right under it", nor "I know he was", nor "right, I need a glass of water".
    """
    kinds = [mark.kind for mark in reading.marks]
    said = kinds[:lead]
    if not any(kind in SOFT for kind in said) or not only(
        said, (*SOFT, "heard", "adds", "contrast")
    ):
        return False
    if lead == len(kinds):
        return reading.words[-1] not in known.leading_on
    if said[0] in JOINS:
        return False
    if said[-1] in JOINS:
        return True
    start = reading.marks[lead].start
    tail = reading.words[start:]
    if said[-1] != "soft" or tail[0] not in known.clause_subjects:
        return False
    if reading.words[reading.marks[lead - 1].end - 1] in known.turning:
        about_it = any(word not in known.light and repeats(word, before) for word in tail)
        return about_it and not _soft_to_listener(reading, lead, known)
    return not _soft_to_listener(reading, lead, known)


def _soft_to_listener(reading: Reading, at: int, known: Language) -> bool:
    """ "Sure you did", "sure, you can say that now": scorn as often as agreement."""
    if at == 0 or reading.words[reading.marks[at].start] not in known.addressed:
        return False
    before = reading.marks[at - 1]
    return before.kind == "soft" and reading.words[before.end - 1] in known.scornful


def _negated(before: Phrase, known: Language) -> bool:
    """True if the sentence before is a negated one, so that a "no" may agree with it."""
    return any(word in known.negations - known.inner_negations for word in before)


def _settled_yes(said: list[str]) -> bool:
    """A yes in the lead that no later "no" takes back; after a "no" only a firm one counts."""
    denials = [at for at, kind in enumerate(said) if kind in DENIES]
    if not denials:
        return any(kind in AFFIRMS for kind in said)
    plain = all(said[at] == "no" for at in denials)
    return plain and "firm" in said[denials[-1] :]


def _agrees_with_negation(reading: Reading, lead: int, before: Phrase, known: Language) -> bool:
    """ "That's right, I don't", "exactly, never" after "you don't trust me".

    "I don't" alone may deny it. After a plain yes it must be the verb that was reflected.
    """
    said = [mark.kind for mark in reading.marks[:lead]]
    if said and said[0] in AFFIRMS and only(said, (*AFFIRMS, "emphatic", "heard")):
        return True
    if said[-1:] != [SHORT_NO]:
        return False
    if any(kind in ("firm", *SOFT) for kind in said):
        return True
    return "yes" in said and _same_verb(reading, lead - 1, before, known)


def _contradicts(reading: Reading, lead: int, before: Phrase, known: Language) -> bool:
    """ "Yes, I do" after "you don't trust me"."""
    return any(
        mark.kind == SHORT_YES and _same_verb(reading, at, before, known)
        for at, mark in enumerate(reading.marks[:lead])
    )


def _same_verb(reading: Reading, at: int, before: Phrase, known: Language) -> bool:
    """True if the verb of this short answer was negated in what was reflected."""
    mark = reading.marks[at]
    spoken = reading.words[mark.start : mark.end]
    verb = next((word for word in spoken if word in known.short.verbs), "")
    return (verb, known.short_negation) in pairwise(before)


def _yes_unless_spoilt(reading: Reading, lead: int, before: Phrase, known: Language) -> Answer:
    """YES, or what a tail, a contrast, a doubt or a condition makes of it.

    A negation in the tail agrees with a negated sentence before. A single strange word behind a
    yes may be a "but" that was misheard.
    """
    kinds, tail = _counting(reading, lead)
    if "contrast" in kinds or "partly" in kinds[:lead] or kinds[-1] == "partly":
        return Answer.PARTLY
    one_word = len(reading.marks) == lead + 1 and tail[0] not in known.clause_subjects
    if one_word and not _echoes(reading, before, known):
        return Answer.UNCLEAR
    if _contradicts(reading, lead, before, known):
        return Answer.UNCLEAR
    if any(_soft_to_listener(reading, at, known) for at in range(len(reading.marks))):
        return Answer.UNCLEAR
    if "condition" in kinds or "unsure" in kinds or "back" in kinds[:lead]:
        return Answer.UNCLEAR
    if tail[:1] and tail[0] in known.short.verbs:
        # "Yes would be too easy": the word is spoken about.
        return Answer.UNCLEAR
    if asks(tail, known) or _asks_later(tail, known) or _quotes(tail[:2], known):
        return Answer.UNCLEAR
    return Answer.UNCLEAR if _takes_back(kinds, lead, tail, before, known) else Answer.YES


def _takes_back(kinds: list[str], lead: int, tail: Phrase, before: Phrase, known: Language) -> bool:
    """True if a negation in the tail may speak against the reflection.

    It agrees with a negated sentence before, or repeats a negation that was reflected; in what is
    added ("yes, and you never called", "yes, because I could not sleep") it is about the matter.
    """
    if _negated(before, known):
        return False
    added = kinds[lead - 1 : lead] == ["adds"] and tail[:1] != (known.short_negation,)
    if any(kind in DENIES and not (added and kind == SHORT_NO) for kind in kinds[lead:]):
        return True
    return not added and any(word in known.negations and word not in before for word in tail)


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


def _reproached(reading: Reading) -> tuple[Answer, int] | None:
    """What is said about the reflection itself, at its beginning or in a short reply.

    "That's wrong" and "you left something out" deny it and carry no message of their own; with a
    yes before it something is left to add. "You forgot ..." says which part was missing.
    """
    kinds = [mark.kind for mark in reading.marks]
    short = len(reading.tokens) <= _SHORT_TEXT
    lead = lead_of(kinds)
    for at, mark in enumerate(reading.marks):
        near = short or at < lead or (at > 0 and kinds[at - 1] == "contrast")
        if not (
            (mark.kind == "denial" and (near or mark.end - mark.start > 1))
            or (mark.kind in (_REPROACH, _OMISSION) and near)
        ):
            continue
        rest = at + 1
        while rest < len(kinds) and kinds[rest] in (*JOINS, _REPROACH, "denial"):
            rest += 1
        if "condition" in kinds:
            return Answer.UNCLEAR, rest
        agreed = _settled_yes(kinds[:at]) or "partly" in kinds[:at]
        if mark.kind == "denial":
            taken_back = agreed and "contrast" in kinds[:at]
            return (Answer.PARTLY if taken_back else Answer.NO), rest
        if mark.kind == _OMISSION and not any(kind in DENIES for kind in kinds[:at]):
            return Answer.PARTLY, len(kinds)
        return (Answer.PARTLY if agreed else Answer.NO), rest
    return None


def _no(said: list[str], may_agree: bool) -> Answer:
    """NO; a bare "no" that may agree with a negated sentence is asked again, "not quite" is not."""
    if any(kind in AFFIRMS for kind in said):
        return Answer.UNCLEAR
    return Answer.UNCLEAR if may_agree and "refusal" not in said else Answer.NO


def _content(reading: Reading, lead: int, before: Phrase, known: Language) -> Answer:
    """A sentence without an answer in front: a correction, or a yes that came later, or unclear."""
    words = reading.words[reading.marks[lead].start :] if lead < len(reading.marks) else ()
    kinds = [mark.kind for mark in reading.marks]
    if asks(words, known) or any(kind in ("unsure", "condition", "back") for kind in kinds):
        return Answer.UNCLEAR
    if negates(words, known):
        few = len(words) <= FEW_WORDS and _negated(before, known)
        if few or _quotes(words, known):
            return Answer.UNCLEAR
        return Answer.PARTLY if "partly" in kinds else Answer.NO
    spoken = known.reporting | known.hypothetical
    if any(word in spoken for word in words) or _quoted_yes(reading, known):
        return Answer.UNCLEAR
    if "partly" in kinds or "contrast" in kinds:
        return Answer.UNCLEAR
    if not before or not any(kind in AFFIRMS for kind in kinds):
        return Answer.UNCLEAR
    if FIRM in kinds[-2:] and only(kinds[-2:], AFFIRMS) and kinds.count(WORD) <= FEW_WORDS:
        # "You god it, yes, that's right": misheard, and then twice what is meant.
        return Answer.YES
    if words[:1] and words[0] in known.addressed:
        # "You do it all by yourself, yeah?" asks for assent.
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
        mark.kind in AFFIRMS and mark.start and reading.words[mark.start - 1] in known.quoting
        for mark in reading.marks
    )


def _asks_later(tail: Phrase, known: Language) -> bool:
    """True if verb and listener stand turned round anywhere in the tail: "... do you mean it".

    Not in "it was, you know, late".
    """
    return any(
        tail[at] in known.asking.verbs
        and tail[at + 1] in known.addressed
        and known.replies["satisfied"].at(tail, at + 1) is None
        for at in range(len(tail) - 1)
    )


def _echoes(reading: Reading, before: Phrase, known: Language) -> bool:
    """True if at least half of what is said outside of known phrases stood in the reflection.

    Words that carry structure alone ("it is", "the") repeat nothing.
    """
    words = [reading.words[mark.start] for mark in reading.marks if mark.kind == WORD]
    content = [word for word in words if word not in known.light] or words[1:]
    return bool(content) and 2 * sum(word in before for word in content) >= len(content)
