"""What may be kept, is; nothing else leaves memory.

While consent is still asked for, entries live in memory. With the answer they are written or
dropped, and where it was "nothing" no file was ever made.
"""

from __future__ import annotations

from dataclasses import replace

from voicecoach.dialogue.messages import Consent, Outcome
from voicecoach.session.entries import Entry, Header, closing
from voicecoach.session.library import Library, LibraryFull, SessionWriter
from voicecoach.session.room import NO_SOUND, Room


class MemoryWriter:
    """A session in memory only: the same interface as `SessionWriter`, and it never fails."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.entries: list[Entry] = []
        self._closed = False

    def append(self, *entries: Entry) -> tuple[Entry, ...]:
        """Add the entries; returns them with their numbers."""
        if self._closed:
            raise ValueError("the session is closed")
        first = len(self.entries) + 1
        numbered = tuple(replace(entry, number=n) for n, entry in enumerate(entries, first))
        self.entries += numbered
        return numbered

    def finish(self, outcome: Outcome) -> None:
        """Close the session; a second call does nothing."""
        if not self._closed:
            self.append(closing(outcome, self.entries[-1].at_s if self.entries else 0.0))
            self._closed = True

    def erase(self) -> None:
        """Forget everything, and close."""
        self.entries.clear()
        self._closed = True


class Keeper:
    """One session, kept as far as there is consent; the interface of `SessionWriter` and `keep`.

    With `Consent.ASK` entries wait in memory for `keep`. Raises LibraryError at once if there is
    or may come something to keep and the library could not be written; with `Consent.NOTHING` the
    library is never touched.

    `troubles` are sentences for the user by their code, each to be told once: `disk` when there is
    little room, `sound` when there is none and only the words go on being kept.
    """

    def __init__(self, library: Library, header: Header, consent: Consent = Consent.ASK) -> None:
        self.header = header
        self.consent = Consent.ASK
        self._library = library
        self._writer: SessionWriter | MemoryWriter | None = MemoryWriter(header)
        self._erasing: SessionWriter | MemoryWriter | None = None
        self.troubles: dict[str, str] = {}
        self._room = Room(library.path)
        self._no_sound = False
        if consent is Consent.ASK:
            library.check_writable()
        else:
            self.keep(consent)

    @classmethod
    def going_on(cls, library: Library, writer: SessionWriter, consent: Consent) -> Keeper:
        """The keeper of a session that was broken off, with the consent that was given in it."""
        keeper = cls(library, writer.header, Consent.ASK)
        keeper._writer, keeper.consent = writer, consent
        return keeper

    @property
    def kept(self) -> bool:
        """Whether the session is in the library."""
        return isinstance(self._writer, SessionWriter)

    def append(self, *entries: Entry) -> tuple[Entry, ...]:
        """Keep the entries as far as that is allowed; returns them with their numbers, if kept.

        Raises what `SessionWriter.append` raises.
        """
        if self._writer is None:
            return entries
        if entries:
            told = self._room.look(entries[-1].at_s)
            self.troubles |= {"disk": told} if told else {}
        return self._put(entries)

    def _put(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Append; where the disk is all but full the sound is left out, and from then on."""
        assert self._writer is not None
        if any(entry.clip for entry in self._allowed(entries)) and not self._room.for_sound():
            self._stop_sound()
        allowed = self._allowed(entries)
        try:
            return self._writer.append(*allowed)
        except LibraryFull:
            sound = self.consent is Consent.SOUND and not self._no_sound
            if not sound or not isinstance(self._writer, SessionWriter):
                raise
            self._stop_sound()
            return self._writer.go_without_sound()[-len(entries) :]

    def _stop_sound(self) -> None:
        self._no_sound = True
        self.troubles["sound"] = NO_SOUND

    def keep(self, consent: Consent) -> None:
        """The answer: from here on, and for what was said so far.

        `NOTHING` after something was written takes it out of the library again; it is final.
        `WORDS` after `SOUND` stops the sound from here on. `ASK` is no answer: ValueError. Raises
        what `Library.begin` and `SessionWriter.append` raise; what could not be written then
        waits in memory, and is tried again by `append` as there, or by `finish` if the session
        could not even be begun. What could not be taken out is tried again by `finish`.
        """
        if consent is Consent.ASK:
            raise ValueError("whether to keep is still the question")
        if self.consent is Consent.NOTHING:
            return
        self.consent = consent
        if consent is Consent.NOTHING:
            self._erasing, self._writer = self._writer, None
            self._erase()
        else:
            self._write_memory()

    def finish(self, outcome: Outcome | None) -> None:
        """Close the session; with the question still open, nothing is kept.

        Without an outcome it is left open: it was broken off.

        Raises LibraryError if what was to be kept still cannot be written, or what was to go
        still cannot be taken out.
        """
        if self.consent is Consent.ASK:
            self.keep(Consent.NOTHING)
        self._erase()
        self._write_memory()
        if self._writer is not None and outcome is not None:
            self._writer.finish(outcome)
        elif isinstance(self._writer, SessionWriter):
            self._writer.leave()

    def _erase(self) -> None:
        """Take out what there is no consent for, if that is not done yet."""
        if self._erasing is not None:
            self._erasing.erase()
            self._erasing = None

    def _write_memory(self) -> None:
        """Move what is in memory into the library."""
        if isinstance(self._writer, MemoryWriter):
            waiting = tuple(self._writer.entries)
            self._writer = self._library.begin(self.header)
            if waiting:
                self._put(waiting)

    def _allowed(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        if self.consent is Consent.WORDS or self._no_sound:
            return tuple(replace(entry, clip=None, clip_start_s=0.0) for entry in entries)
        return entries
