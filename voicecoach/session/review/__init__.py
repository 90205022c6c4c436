"""What was noted about a session afterwards: corrections, names, who spoke, what is to be hidden.

A note is an entry like any other: added, never changed. To take one back is a note too, so nothing
that was ever noted is lost, and what the dialogue heard stays as it was. Hiding (a redaction) takes
words out of everything that is computed from a session; they are still in the library's file, from
which only forgetting takes them.

Here are the notes and what they change; `reading` is a session read with them, `pairs` its mirrors
beside their messages, `figures` what came out in numbers, `rescoring` is for what is printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from voicecoach.dialogue.messages import (
    Announce,
    Began,
    Command,
    Enter,
    Event,
    Fidelity,
    Heard,
    Learn,
    Score,
    Scored,
)
from voicecoach.session.entries import CORRECTED, Entry, Session
from voicecoach.utterance import Utterance

RENAMED = "Renamed"
"""A partner is called otherwise: `partner` is 0 or 1, their place among the header's names; `name`
what they are called."""

RELABELLED = "Relabelled"
"""Somebody else spoke: `entry` is the turn's, `partner` 0 or 1, or null for one from outside."""

NOTED = "Noted"
"""A remark: `entry` is the turn's, `text` the remark."""

REMARKED = "Remarked"
"""A remark about the whole session: `text`."""

FLAGGED = "Flagged"
"""A turn to come back to: `entry` is the turn's."""

REDACTED = "Redacted"
"""Something is to be hidden: `entry` is the turn's, `text` a passage of it, "" the whole turn."""

UNDONE = "Undone"
"""A note is taken back: `entry` is the note's number. It may be one that took another one back."""

KINDS = (CORRECTED, RENAMED, RELABELLED, NOTED, REMARKED, FLAGGED, REDACTED, UNDONE)
"""All types of notes that are made in a review."""

HIDDEN = "[hidden]"
"""What stands for words that are to be hidden."""


def holding(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The notes that hold, in order: those that were taken back are left out."""
    undone: set[int] = set()
    held = []
    for entry in reversed(tuple(entries)):
        if entry.kind != "note" or entry.number in undone:
            continue
        if entry.data["type"] == UNDONE:
            undone.add(entry.data["entry"])
        else:
            held.append(entry)
    return tuple(reversed(held))


def remarks(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The remarks about the whole session that hold, in order."""
    return tuple(n.data["text"] for n in holding(entries) if n.data["type"] == REMARKED)


def without_remarks(session: Session) -> Session:
    """The session without remarks, neither on it nor on its turns: they are the reviewer's own."""
    kept = tuple(e for e in session.entries if e.data.get("type") not in (NOTED, REMARKED))
    return replace(session, entries=kept)


@dataclass(slots=True)
class Changes:
    """What the notes that hold change in what is told of a session.

    `names` leads from the names of the header to those of now; the others from the number of a
    turn's entry to who spoke (a name of the header, or None), to what was said, and to the
    passages to be hidden ("" for all of it).
    """

    names: dict[str, str] = field(default_factory=dict)
    spoken_by: dict[int, str | None] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    passages: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def shown(self, number: int, text: str) -> str:
        """A text of that turn as it may be shown."""
        return hidden_in(text, self.passages.get(number, ()))


def changes(entries: Iterable[Entry], names: tuple[str, str]) -> Changes:
    """The changes of these entries to a session of these two; of several the last one holds."""
    found = Changes(names=dict(zip(names, names, strict=True)))
    for note in (entry.data for entry in holding(entries)):
        match note["type"]:
            case "Corrected":
                found.texts[note["entry"]] = note["text"]
            case "Renamed":
                found.names[names[note["partner"]]] = note["name"]
            case "Relabelled":
                who = note["partner"]
                found.spoken_by[note["entry"]] = None if who is None else names[who]
            case "Redacted":
                passages = found.passages.get(note["entry"], ())
                found.passages[note["entry"]] = (*passages, note["text"])
    return found


def said(entries: Iterable[Entry]) -> dict[int, str]:
    """What was said in each turn, as far as that is known and may be shown, by the number of its
    entry: the text of `record.turns`, also where this version does not know all of the messages."""
    kept = tuple(entries)
    changed = changes(kept, ("", ""))
    heard = ((e.number, e.data["utterance"]["text"]) for e in kept if e.data["type"] == "Heard")
    return {number: changed.shown(number, changed.texts.get(number, t)) for number, t in heard}


def hidden_in(text: str, passages: Iterable[str]) -> str:
    """The text with these passages of it hidden, whole words only; all of it for "".

    >>> hidden_in("Ann, and another", ("Ann",))
    '[hidden], and another'
    """
    for passage in passages:
        if not passage:
            return HIDDEN if text else text
        pattern = rf"(?<!\w){re.escape(passage)}(?!\w)"
        text = re.sub(pattern, HIDDEN, text, flags=re.IGNORECASE)
    return text


class Reviewed:
    """The messages of a session, one after the other in their order, as they are to be told."""

    def __init__(self, changed: Changes) -> None:
        self._changed = changed
        self._hidden: list[str] = []
        """What was hidden so far, as passages of later texts that repeat it."""
        self._scoring_hidden = False

    def __call__(self, number: int, message: Event | Command) -> Event | Command:
        """The message of the entry with that number, with the names of now and nothing hidden."""
        change: Callable[[int, Any], Event | Command] | None = _CHANGES.get(type(message))
        return change(self, number, message) if change is not None else message  # type: ignore[call-arg,arg-type]

    def _heard(self, number: int, heard: Heard) -> Heard:
        said = heard.utterance
        if number in self._changed.spoken_by:
            who = self._changed.spoken_by[number]
            said = replace(said, partner=who, third=who is None, either=False)
        if number in self._changed.passages:
            said, heard = self._hide(number, said, heard)
        partner = None if said.partner is None else self._name(said.partner)
        return replace(heard, utterance=replace(said, partner=partner))

    def _hide(self, number: int, said: Utterance, heard: Heard) -> tuple[Utterance, Heard]:
        passages = self._changed.passages[number]
        texts = (said.text, heard.before, heard.reply.rest)
        self._hidden += filter(None, texts if "" in passages else passages)
        text, before, rest = (self._changed.shown(number, text) for text in texts)
        reply = replace(heard.reply, rest=rest)
        return replace(said, text=text, words=()), replace(heard, before=before, reply=reply)

    def _score(self, _: int, score: Score) -> Score:
        shown = Score(self._shown(score.message), self._shown(score.reflection))
        self._scoring_hidden = shown != score
        return shown

    def _scored(self, _: int, scored: Scored) -> Scored:
        return Scored(without_words(scored.fidelity)) if self._scoring_hidden else scored

    def _announce(self, _: int, announce: Announce) -> Announce:
        values = tuple((key, self._shown(self._name(value))) for key, value in announce.values)
        return replace(announce, to=self._name(announce.to), values=values)

    def _enter(self, _: int, enter: Enter) -> Enter:
        speaker, listener = self._name(enter.speaker), self._name(enter.listener)
        return replace(enter, speaker=speaker, listener=listener)

    def _began(self, _: int, began: Began) -> Began:
        return replace(began, first=self._name(began.first), second=self._name(began.second))

    def _learn(self, _: int, learn: Learn) -> Learn:
        turns = () if self._hidden else learn.turns
        return Learn(self._name(learn.partner), turns)

    def _name(self, name: str) -> str:
        return self._changed.names.get(name, name)

    def _shown(self, text: str) -> str:
        return hidden_in(text, self._hidden)


_CHANGES: Mapping[type, Any] = {
    Heard: Reviewed._heard,
    Score: Reviewed._score,
    Scored: Reviewed._scored,
    Announce: Reviewed._announce,
    Enter: Reviewed._enter,
    Began: Reviewed._began,
    Learn: Reviewed._learn,
}


def without_words(found: Fidelity) -> Fidelity:
    """The score without its evidence, which quotes what was said."""
    return Fidelity(
        found.score,
        found.band,
        found.coverage,
        found.addition,
        closeness=found.closeness,
        nearest=found.nearest,
        asked_more=found.asked_more,
    )
