"""The library: sessions in one SQLite file, entries only ever added, sound beside its entry."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from voicecoach.dialogue.messages import Finish, Outcome
from voicecoach.errors import LibraryError, UsageError
from voicecoach.session.entries import CLOSED, Entry, Header, Session
from voicecoach.session.library import forgetting, index, outlining, reviewing
from voicecoach.session.library.finding import Found, Told
from voicecoach.session.library.opening import (
    connect,
    disconnect,
    is_whole,
    make_private_file,
    replaced,
)
from voicecoach.session.library.schema import (
    crc,
    damaged,
    is_new,
    prepare,
    reading,
    told,
    transaction,
    version_of,
)
from voicecoach.session.library.writing import COLUMNS, Lease, SessionWriter, add_header, crc_of


class Library:
    """The sessions in the file `path`.

    Opening a library that does not exist makes nothing: the file comes with the first `begin`. One
    that is encrypted is recognised, and its passphrase asked for; `encrypt` makes a new one so and
    refuses an old one that is not; `known` is the passphrase where it is at hand. A file that
    is not to be `opened` is left alone. Raises LibraryError (exit code 6) with one sentence when
    the file cannot be used.
    """

    def __init__(
        self, path: Path, *, encrypt: bool = False, known: str | None = None, opened: bool = True
    ) -> None:
        self.path = path
        self._encrypt, self._passphrase = encrypt, known
        self._connection: sqlite3.Connection | None = None
        self._writers: list[SessionWriter] = []
        with told(path):
            exists = path.exists()
        if exists and opened:
            self._connection = connect(path, encrypt=encrypt, known=known)

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; a session begun here and not finished counts as interrupted."""
        for writer in self._writers:
            writer.release()
        self._writers.clear()
        if self._connection is not None:
            disconnect(self._connection)
            self._connection = None

    def begin(self, header: Header) -> SessionWriter:
        """Add a session and hold it; everything appended to it is on disk when that returns."""
        with told(self.path):
            connection = self._open_for_writing()
            lease = Lease(self.path, header.id)
            lease.take()  # before the session can be seen, so that it never looks dead
            try:
                forgetting.catch_up(connection)
                with transaction(connection):
                    key = add_header(connection, header)
            except BaseException:
                lease.release()
                raise
        writer = SessionWriter(self.path, connection, key, header, lease)
        self._writers.append(writer)
        return writer

    def go_on(self, name: str) -> tuple[Session, SessionWriter]:
        """Hold the session with that id, which was broken off, and write on at its end.

        Raises UsageError for one that has ended, LibraryError for one that is going on.
        """
        key, header = self._named(name)
        with told(self.path):
            connection = self._open_for_writing()
            lease = Lease(self.path, header.id)
            if lease.held():
                raise going_on(name)
            lease.take()
        try:
            entries = self._whole(key, header).entries
            if any(entry.data.get("type") == CLOSED for entry in entries):
                raise UsageError(f"session {name} has ended", "Begin a new one: voicecoach talk")
        except BaseException:
            lease.release()
            raise
        last = (len(entries), entries[-1].at_s if entries else 0.0)
        writer = SessionWriter(self.path, connection, key, header, lease, last)
        self._writers.append(writer)
        return Session(header, entries), writer

    def broken_off(self) -> tuple[Session, ...]:
        """The sessions whose program ended before they did, oldest first, in outline."""
        open_ = (each for each in self.outlines() if not each.running)
        ends = (CLOSED, Finish.__name__)
        return tuple(s for s in open_ if not any(e.data.get("type") in ends for e in s.entries))

    def close_broken_off(self, name: str) -> None:
        """Close that session as interrupted: nobody goes on with it. One going on is left alone."""
        with contextlib.suppress(LibraryError):
            self.go_on(name)[1].finish(Outcome.INTERRUPTED)

    def check_writable(self) -> None:
        """Raise LibraryError if a session could not be kept here; makes and changes nothing."""
        place = self.path.absolute().parent
        while not place.exists() and place != place.parent:
            place = place.parent
        fine = place.is_dir() and os.access(place, os.W_OK | os.X_OK)
        if not fine or (self._connection is not None and not os.access(self.path, os.W_OK)):
            raise LibraryError(
                f"the library {self.path} cannot be written",
                "Allow writing to the file and its folder, or choose another with --library.",
            )

    def ids(self) -> tuple[str, ...]:
        """The ids of all sessions, oldest first."""
        return tuple(header.id for _, header in self._headers())

    def has(self, name: str) -> bool:
        """Whether there is a session with exactly that id."""
        return bool(self._headers(name))

    def outlines(self, *, scored: bool = False) -> Iterator[Session]:
        """All sessions, oldest first, each with only the entries that tell how it went.

        Those are the first step of its last round, the end, what the two are called by now, flags,
        remarks, and the last entry; without sound: what `record.outcome`, `rounds`, `seconds` and
        `names` read. It is what a list of a thousand sessions needs. `scored` adds what
        `review.figures.middles` reads.
        """
        headers = self._headers()
        if not headers:
            return
        assert self._connection is not None
        with told(self.path), reading(self._connection):
            rows = outlining.rows(self._connection, scored=scored)
        for key, header in headers:
            entries = tuple(self._entry(header, row) for row in rows.get(key, ()))
            yield Session(header, entries, self._running(header, entries))

    def sessions(self) -> Iterator[Session]:
        """All sessions, oldest first, with all their entries, without sound."""
        for key, header in self._headers():
            yield self._whole(key, header)

    def to_count(self, name: str) -> Session:
        """The session with that id as far as `review.figures` need it: without the single words."""
        key, header = self._named(name)
        assert self._connection is not None
        with told(self.path):
            rows = outlining.to_count(self._connection, key)
        entries = tuple(self._entry(header, row) for row in rows)
        for entry in entries:
            entry.data.get("utterance", {}).pop("words", None)
        return Session(header, entries)

    def session(self, name: str, *, sound: bool = False) -> Session:
        """The session with that id or unique beginning of one; "last" is the one begun last.

        `sound` brings the clips too. Raises UsageError naming what there is.
        """
        found = headers = self._headers(name)
        if not found:
            headers = self._headers()
            found = [h for h in headers if name and h[1].id.startswith(name)]
            found = headers[-1:] if name == "last" else found
        if len(found) == 1:
            session = self._whole(*found[0])
            return self._with_sound(found[0][0], session) if sound else session
        listed = [header.id for _, header in (found or headers)]
        which = ", ".join(listed[-10:]) + (", ..." if len(listed) > 10 else "")
        if not listed:
            raise UsageError(
                f"there is no session in {self.path} yet",
                "Hold one with: voicecoach talk",
            )
        if found:
            raise UsageError(f"{len(found)} sessions begin with {name!r}: {which}", "Give more.")
        raise UsageError(f"there is no session {name!r}", f'There are {which}; or say "last".')

    def check(self) -> int:
        """Read everything there is, down to the last clip, and the index; how many sessions.

        All of it is of one moment, so that what is written meanwhile is no damage. Raises
        LibraryError where anything is damaged.
        """
        if self._connection is None:
            return 0
        with told(self.path), reading(self._connection):
            headers = self._headers()
            whole = is_whole(self._connection)
            stray = self._connection.execute("PRAGMA foreign_key_check").fetchall()
            searched = version_of(self._connection) < 3 or index.holds(self._connection)
            if not whole or stray or not searched:
                raise damaged(self.path)
            for key, header in headers:
                self._with_sound(key, self._whole(key, header))
        return len(headers)

    def forget(self, names: list[str], what: forgetting.What = "session") -> None:
        """Take these sessions, given by their ids, out of the file for ever, or their sound only.

        Raises LibraryError, and forgets nothing, where one of them is going on.
        """
        for key, header in self._headers():
            if header.id in names and self._running(header, self._entries(key, header)):
                raise going_on(header.id)
        if names:
            with told(self.path):
                if self._connection is not None and not is_whole(self._connection):
                    # To write a damaged file anew could take more out of it than was asked for.
                    raise damaged(self.path)
                forgetting.forget(self._open_for_writing(), names, what)

    def add_notes(self, name: str, *notes: Entry) -> tuple[Entry, ...]:
        """Add notes at the end of the session with that id; returns them with their numbers.

        They are on disk when this returns, all or none. Raises LibraryError for a session that is
        going on (its own program numbers its entries), UsageError where there is none.
        """
        key, header = self._named(name)
        with told(self.path):
            return reviewing.add_notes(self.path, self._open_for_writing(), key, header, notes)

    def clip(self, name: str, number: int) -> bytes | None:
        """The sound of the turn with that number in the session with that id, as FLAC, or None."""
        key, header = self._named(name)
        assert self._connection is not None
        with told(self.path):
            return reviewing.clip(self.path, self._connection, key, header, number)

    def clips(self, name: str) -> frozenset[int]:
        """The numbers of the turns of which that session has the sound."""
        key, _ = self._named(name)
        assert self._connection is not None
        with told(self.path):
            return reviewing.clips(self._connection, key)

    def sound_size(self, name: str) -> int:
        """How many bytes the sound of that session takes, 0 where none was kept."""
        key, _ = self._named(name)
        assert self._connection is not None
        with told(self.path):
            return reviewing.sound_size(self._connection, key)

    def search(self, words: str, limit: int = 20) -> tuple[Found, ...]:
        """The turns in which all these words were said, the last one first, `limit` at most.

        Words in double quotes stand together, `*` ends a beginning; case and accents do not count.
        A turn that was corrected is found by what is known by now. Raises UsageError where there
        is no word.
        """
        headers = dict(self._headers())
        if self._connection is None or not headers:
            index.query(words)
            return ()
        with told(self.path):
            if version_of(self._connection) < 3:
                index.stand_in(self._connection)
            hits = index.find(self._connection, words, limit)
        sessions: dict[int, Told] = {}
        found = []
        for hit in hits:
            if hit.session not in sessions and hit.session in headers:
                session = self._whole(hit.session, headers[hit.session])
                sessions[hit.session] = Told(session)
            turn = sessions[hit.session].at(hit) if hit.session in sessions else None
            if turn is None:
                raise damaged(self.path)
            found.append(turn)
        return tuple(found)

    def with_sound(self) -> frozenset[str]:
        """The ids of the sessions of which sound is kept."""
        if self._connection is None:
            return frozenset()
        with told(self.path):
            rows = self._connection.execute(
                "SELECT DISTINCT id FROM sessions JOIN clips ON session = key"
            ).fetchall()
        return frozenset(name for (name,) in rows)

    def _named(self, name: str) -> tuple[int, Header]:
        for found in self._headers(name):
            return found
        raise UsageError(f"there is no session {name!r}", "It may have been forgotten meanwhile.")

    def _open_for_writing(self) -> sqlite3.Connection:
        if self._connection is None:
            make_private_file(self.path)
            self._connection = connect(self.path, encrypt=self._encrypt, known=self._passphrase)
        elif replaced(self._connection, self.path):
            raise LibraryError(
                f"another file has taken the place of the library {self.path}", "Start again."
            )
        prepare(self._connection)
        return self._connection

    def _headers(self, only: str | None = None) -> list[tuple[int, Header]]:
        """The header of each session with its key, oldest first; or that of the id `only`."""
        if self._connection is None:
            return []
        with told(self.path):
            if is_new(self._connection):
                return []
            which = ("", ()) if only is None else ("WHERE id = ?", (only,))
            rows = self._connection.execute(
                f"SELECT key, crc, {COLUMNS} FROM sessions {which[0]} ORDER BY key", which[1]
            ).fetchall()
        headers = []
        for key, check, name, started, first, second, *rest in rows:
            header = Header(name, started, (first, second), *rest)
            if check != crc_of(header):
                raise damaged(self.path)
            headers.append((key, header))
        return headers

    def _entries(self, key: int, header: Header) -> tuple[Entry, ...]:
        assert self._connection is not None
        with told(self.path):
            rows = self._connection.execute(
                "SELECT number, at_s, kind, type, data, crc FROM entries WHERE session = ?"
                " ORDER BY number",
                (key,),
            ).fetchall()
        return tuple(self._entry(header, row) for row in rows)

    def _entry(self, header: Header, row: tuple[Any, ...]) -> Entry:
        number, at_s, kind, name, data, check = row
        if check != crc(header.id, number, at_s, kind, name, data):
            raise damaged(self.path)
        return Entry(at_s, kind, json.loads(data), number=number)

    def _whole(self, key: int, header: Header) -> Session:
        entries = self._entries(key, header)
        if any(entry.number != number for number, entry in enumerate(entries, 1)):
            raise damaged(self.path)
        return Session(header, entries, self._running(header, entries))

    def _with_sound(self, key: int, session: Session) -> Session:
        assert self._connection is not None
        with told(self.path):
            rows = self._connection.execute(
                "SELECT number, start_s, flac, crc FROM clips WHERE session = ?", (key,)
            ).fetchall()
        clips = {}
        for number, start_s, flac, check in rows:
            if check != crc(session.header.id, number, start_s, flac):
                raise damaged(self.path)
            clips[number] = {"clip": flac, "clip_start_s": start_s}
        entries = tuple(replace(entry, **clips.get(entry.number, {})) for entry in session.entries)
        return replace(session, entries=entries)

    def _running(self, header: Header, entries: tuple[Entry, ...]) -> bool:
        if any(entry.data.get("type") == CLOSED for entry in entries):
            return False
        return Lease(self.path, header.id).held()


def going_on(name: str) -> LibraryError:
    """The error for a session that somebody else is leading."""
    return LibraryError(f"session {name} is going on", 'Say "coach, stop" there first.')
