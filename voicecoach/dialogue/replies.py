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
from voicecoach.dialogue.answers.more import announces, more
from voicecoach.dialogue.answers.reading import (
    AFFIRMS,
    DENIES,
    SHORT_YES,
    Reading,
    asks,
    lead_of,
    negates,
    read,
    skip,
)
from voicecoach.dialogue.answers.satisfied import satisfied
from voicecoach.dialogue.language import Language, load
from voicecoach.dialogue.messages import Answer, Question, Reply, Spoken

__all__ = ["asked", "command", "opens_mirror", "understand"]


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
    before = known.plain.phrase(mirrored or "")
    reading = read(text, question, known, before)
    if question in (Question.CONSENT, Question.CONFIRM):
        answer, rest = _permission(reading, known)
        if answer is not Answer.UNCLEAR and rest >= len(reading.marks):
            # "Stop" and "go on" answer "shall we stop here?"; "go ahead" gives consent.
            return Reply(answer, command=spoken if question is Question.CONFIRM else None)
    goes_on = question is Question.MORE and spoken is Spoken.RESUME and announces(reading)
    if spoken is not None and not goes_on:
        return Reply(Answer.UNCLEAR, command=spoken)
    if question is Question.MORE:
        answer, rest = more(reading, before, known)
    elif question is Question.SATISFIED:
        answer, rest = satisfied(reading, before, known)
    return Reply(answer, reading.after(rest))


# ------------------------------------------------------------------ permission and commands


def _permission(reading: Reading, known: Language) -> tuple[Answer, int]:
    """Yes or no to the coach; whatever else is said with it leaves it open."""
    kinds = [mark.kind for mark in reading.marks]
    lead = lead_of(kinds)
    said = kinds[:lead]
    rest = skip(kinds, lead)
    if not said or asks(reading.opening, known) or "unsure" in kinds or "condition" in kinds:
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
