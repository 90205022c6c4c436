"""The ledger: what happens and what is done about it, kept before it counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from voicecoach.coach.scribe import Refiner
from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import Command, Consent, Event, Outcome
from voicecoach.engines import Turn
from voicecoach.errors import LibraryError
from voicecoach.session.entries import Entry, entry_of, remark
from voicecoach.session.keeper import Keeper
from voicecoach.speech.audio import RATE

Encode = Callable[[Any, int], bytes]
"""Samples and their rate to the bytes of a sound file."""


class Ledger:
    """Keeps a session as far as that is allowed; a library that fails is told through `warn` (a
    code, a sentence), and the talk goes on.

    `clock` gives the session's time in seconds. `encode` makes the sound of a turn storable; None
    keeps no sound. What is kept is offered to the `refiner`.
    """

    def __init__(
        self,
        keeper: Keeper,
        clock: Callable[[], float],
        warn: Callable[[str, str], None],
        *,
        refiner: Refiner,
        encode: Encode | None = None,
    ) -> None:
        self._keeper = keeper
        self._clock = clock
        self._warn = warn
        self._refiner = refiner
        self._encode = encode

    @property
    def session(self) -> str | None:
        """The session's name in the library; None where nothing is kept."""
        return self._keeper.header.id if self._keeper.kept else None

    def keep(self, message: Event | Command, turn: Turn | None, state: State) -> None:
        """Write down an event, with the turn that it tells of, or a command."""
        clip, start_s = None, 0.0
        may_keep = self._keeper.consent is Consent.SOUND
        if turn is not None and turn.clip is not None and self._encode is not None and may_keep:
            clip, start_s = self._encode(turn.clip.samples, RATE), turn.clip.start_s
        entry = self.write(entry_of(message, self._clock(), clip=clip, clip_start_s=start_s))
        self._refiner.take(entry, turn, state)

    def note(self, what: str, **data: Any) -> None:
        """Write down a remark."""
        self.write(remark(what, self._clock(), **data))

    def correct(self, last: bool = False) -> None:
        """Write down what is understood better by now; `last` waits a little for the rest."""
        for entry in self._refiner.corrections(self._clock(), last):
            self.write(entry)

    def write(self, entry: Entry) -> Entry:
        """Write down an entry; it with its number, if it is kept."""
        try:
            entry = self._keeper.append(entry)[0]
        except LibraryError as error:
            self._trouble(error)
        for code, text in self._keeper.troubles.items():
            self._warn(code, text)
        return entry

    def keep_from_now_on(self, consent: Consent) -> None:
        """What may be kept is settled, or has changed."""
        try:
            self._keeper.keep(consent)
        except LibraryError as error:
            self._trouble(error)

    def close(self, outcome: Outcome | None) -> None:
        """The session is over; without an outcome it is left so that it can be gone on with."""
        self.correct(last=outcome not in (None, Outcome.INTERRUPTED))
        try:
            self._keeper.finish(outcome)
        except LibraryError as error:
            self._trouble(error)

    def _trouble(self, error: LibraryError) -> None:
        self._warn("library", f"{error} {error.hint}".strip())
