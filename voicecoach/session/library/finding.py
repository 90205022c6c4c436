"""What was found in the index, as the session tells it."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.session import record
from voicecoach.session.entries import Header, Session
from voicecoach.session.library import index


@dataclass(frozen=True, slots=True)
class Found:
    """A turn in which words were found; `name` is who said it, or None where that is not known.

    `marks` are the places in `text` where each of the words begins and ends.
    """

    header: Header
    number: int
    at_s: float
    name: str | None
    text: str
    marks: tuple[tuple[int, int], ...]


class Told:
    """What was said in one session, for all that is found in it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._turns: dict[int, record.Turn] | None = None
        try:
            self._turns = {turn.number: turn for turn in record.turns(session)}
        except ValueError:  # of another version of voicecoach: there is no telling who said it
            self._turns = None

    def at(self, hit: index.Hit) -> Found | None:
        """The turn that the index points to, or None where something else was said there."""
        header = self._session.header
        if self._turns is None:
            if not 0 < hit.number <= len(self._session.entries):
                return None
            at_s = self._session.entries[hit.number - 1].at_s
            return Found(header, hit.number, at_s, None, hit.text, hit.marks)
        turn = self._turns.get(hit.number)
        if turn is None or index.plain(turn.text) != hit.text:
            return None
        return Found(header, turn.number, turn.at_s, turn.name, turn.text, hit.marks)
