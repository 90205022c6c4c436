"""A session whose corrected reflections are scored again, for whoever prints it.

What is printed is read without the pages of a review: text and score have to be of one moment.
"""

from __future__ import annotations

from dataclasses import replace

from voicecoach.dialogue.evidence import headline
from voicecoach.dialogue.messages import Command, Event, Score, Scored
from voicecoach.session.codec import encode
from voicecoach.session.entries import Session, remark
from voicecoach.session.review.pairs import Compare, pairs, text
from voicecoach.session.review.reading import read

RESCORED = "Rescored"
"""A mirror was compared anew: `entry` is the turn's, `first` its first score in words. It is told
by `rescored` alone, and kept in no library."""


def rescored(session: Session, compare: Compare) -> Session:
    """The session with the scores of now where a message or its reflection was corrected.

    The note that tells the first score follows the last entry. Raises ValueError where a message is
    not known to this version.
    """
    now: dict[int, Event | Command] = {}
    notes = []
    for pair in pairs(read(session), compare):
        if pair.rescored:
            compared, scored = pair.entries
            now[compared] = Score(text(pair.message), text(pair.reflection))
            now[scored] = Scored(pair.score)
            first = headline(pair.first.score, pair.first.band)
            notes.append(remark(RESCORED, 0.0, entry=pair.turn, first=first))
    entries = tuple(
        replace(each, data=encode(now[each.number])) if each.number in now else each
        for each in session.entries
    )
    last = entries[-1] if entries else None
    if last is None or not notes:
        return session
    added = (replace(n, at_s=last.at_s, number=last.number + 1 + i) for i, n in enumerate(notes))
    return replace(session, entries=(*entries, *added))
