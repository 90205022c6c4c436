"""What the forms of a page ask for, as notes to add; and the notes that were added, told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voicecoach.errors import UsageError
from voicecoach.session import entries, record, review
from voicecoach.session.entries import Entry, Session, now, remark

BY = "review"
"""Who corrects here, as a correction says it."""

LONGEST_NAME = 60
LONGEST_TEXT = 8000
"""Letters; a comparison reads no more."""

Form = dict[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A note in words: its number, what was done, when, and whether it still holds."""

    number: int
    text: str
    moment: str
    holds: bool
    turn: int | None = None
    undo: int | None = None
    """The number of the note to take back in order to undo this one, or to do it again."""


def about_turn(session: Session, number: int, form: Form) -> tuple[Entry, ...]:
    """The notes that the form about that turn asks for; none where nothing would change."""
    doing = _ABOUT_TURN.get(form.get("do", ""))
    if doing is None:
        raise UsageError("that is nothing to be done with a line")
    return doing(session, number, form)


def about_session(session: Session, form: Form) -> tuple[tuple[Entry, ...], str]:
    """The notes that a form about the session asks for, and where on the page they show."""
    if form.get("do") == "rename":
        return _rename(session, form), "#names"
    if form.get("do") == "note":
        text = form.get("text", "").strip()[:LONGEST_TEXT]
        return ((_note_of(review.REMARKED, text=text),) if text else ()), "#about"
    if form.get("do") == "undo":
        number = int(form["note"]) if form.get("note", "").isdecimal() else 0
        note = _note(session, number)
        turn = turn_of(session, note)
        return (_note_of(review.UNDONE, entry=number),), f"#turn-{turn}" if turn else "#history"
    raise UsageError("that is nothing to be done with a session")


def _note_of(kind: str, **data: object) -> Entry:
    return remark(kind, 0.0, **data, moment=now())


def _note(session: Session, number: int) -> Entry:
    for entry in session.entries:
        if entry.number == number and entry.data["type"] in review.KINDS:
            return entry
    raise UsageError("there is no such note to take back")


def _correct(session: Session, number: int, form: Form) -> tuple[Entry, ...]:
    text = " ".join(form.get("text", "").split())[:LONGEST_TEXT]
    turn = next(turn for turn in record.turns(session) if turn.number == number)
    if turn.hidden:
        raise UsageError("a line of which something is hidden cannot be corrected", _SHOW_FIRST)
    if not text:
        raise UsageError("a line cannot be corrected to nothing", "Hide it instead.")
    if text == turn.text:
        return ()
    return (_note_of(entries.CORRECTED, entry=number, text=text, by=BY),)


_SHOW_FIRST = "Undo the hiding first; what was hidden can be hidden again."


def _relabel(session: Session, number: int, form: Form) -> tuple[Entry, ...]:
    who = {"0": 0, "1": 1, "outside": None}
    if form.get("partner") not in who:
        raise UsageError("a line is one partner's, the other's, or from outside")
    return (_note_of(review.RELABELLED, entry=number, partner=who[form["partner"]]),)


def _remark(session: Session, number: int, form: Form) -> tuple[Entry, ...]:
    text = form.get("text", "").strip()[:LONGEST_TEXT]
    return (_note_of(review.NOTED, entry=number, text=text),) if text else ()


def _flag(session: Session, number: int, form: Form) -> tuple[Entry, ...]:
    for note in review.holding(session.entries):
        if note.data["type"] == review.FLAGGED and note.data["entry"] == number:
            return (_note_of(review.UNDONE, entry=note.number),)
    return (_note_of(review.FLAGGED, entry=number),)


def _redact(session: Session, number: int, form: Form) -> tuple[Entry, ...]:
    passage = " ".join(form.get("text", "").split())[:LONGEST_TEXT]
    turn = next(turn for turn in record.turns(session) if turn.number == number)
    if passage and review.hidden_in(turn.text, (passage,)) == turn.text:
        raise UsageError(f"the line does not say “{passage}”", "Give words just as they stand.")
    return (_note_of(review.REDACTED, entry=number, text=passage),)


_ABOUT_TURN: dict[str, Callable[[Session, int, Form], tuple[Entry, ...]]] = {
    "correct": _correct,
    "relabel": _relabel,
    "note": _remark,
    "flag": _flag,
    "redact": _redact,
}


def _rename(session: Session, form: Form) -> tuple[Entry, ...]:
    name = " ".join(form.get("name", "").split())[:LONGEST_NAME]
    if form.get("partner") not in ("0", "1"):
        raise UsageError("there are two partners to rename")
    partner = int(form["partner"])
    now = record.names(session)
    if not name:
        raise UsageError("a partner cannot be without a name")
    if name == now[1 - partner]:
        raise UsageError("two partners of one name could not be told apart")
    if name == now[partner]:
        return ()
    return (_note_of(review.RENAMED, partner=partner, name=name),)


# --------------------------------------------------------------------- told


def history(session: Session) -> list[Told]:
    """All notes of the review, the last one first."""
    holds = {note.number for note in review.holding(session.entries)}
    undone = _undone(session)
    told = []
    for note in reversed(session.entries):
        if note.kind == "note" and note.data["type"] in review.KINDS:
            if note.data["type"] == review.UNDONE:
                continue
            told.append(
                Told(
                    note.number,
                    words(session, note),
                    note.data.get("moment", ""),
                    note.number in holds,
                    turn_of(session, note),
                    note.number if note.number in holds else undone.get(note.number),
                )
            )
    return told


def _undone(session: Session) -> dict[int, int]:
    """Notes that were taken back, each with the note that holds it down."""
    found: dict[int, int] = {}
    dead: set[int] = set()
    for note in reversed(session.entries):
        if note.kind == "note" and note.data["type"] == review.UNDONE and note.number not in dead:
            dead.add(note.data["entry"])
            found.setdefault(note.data["entry"], note.number)
    return found


def told(session: Session, number: int) -> Told | None:
    """The note with that number as something just done, or None."""
    note = next((e for e in session.entries if e.number == number and e.kind == "note"), None)
    if note is None or note.data["type"] not in review.KINDS:
        return None
    undoing = number not in _undone(session)
    text, turn = words(session, note), turn_of(session, note)
    return Told(number, text, "", True, turn, number if undoing else None)


def turn_of(session: Session, note: Entry) -> int | None:
    """The number of the turn that a note is about, or None."""
    number: int | None = note.data.get("entry")
    if note.data["type"] != review.UNDONE or number is None:
        return number
    return turn_of(session, session.entries[number - 1])


def words(session: Session, note: Entry) -> str:
    """What a note did, in a few words; nothing of what it hid."""
    first = session.header.names
    match note.data["type"]:
        case entries.CORRECTED:
            return "A line was corrected"
        case review.RENAMED:
            return f"{first[note.data['partner']]} was renamed {note.data['name']}"
        case review.RELABELLED:
            who = note.data["partner"]
            by = "a voice from outside" if who is None else record.names(session)[who]
            return f"A line was given to {by}"
        case review.NOTED:
            return "A note was added"
        case review.REMARKED:
            return "A note on the session was added"
        case review.FLAGGED:
            return "A line was flagged"
        case review.REDACTED:
            return "Words were hidden" if note.data["text"] else "A line was hidden"
    undone = session.entries[note.data["entry"] - 1]
    if undone.data["type"] == review.UNDONE:
        return f"Done again: {_small(words(session, session.entries[undone.data['entry'] - 1]))}"
    return f"Undone: {_small(words(session, undone))}"


def _small(text: str) -> str:
    """The beginning of a sentence inside another one; a name stays as it is."""
    return text[0].lower() + text[1:] if text.startswith(("A ", "Words ")) else text
