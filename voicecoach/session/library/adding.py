"""A whole session, finished elsewhere, into the library: all of it or nothing."""

from __future__ import annotations

from voicecoach.session.entries import Session
from voicecoach.session.library import index
from voicecoach.session.library.schema import told, transaction
from voicecoach.session.library.store import Library
from voicecoach.session.library.writing import add_entry, add_header


def add(library: Library, session: Session) -> None:
    """Add the session as it is, its entries numbered from 1; on disk when this returns.

    Raises LibraryError, and adds nothing, where the library cannot be written or has one with
    that id.
    """
    with told(library.path):
        connection = library._open_for_writing()
        with transaction(connection):
            key = add_header(connection, session.header)
            for entry in session.entries:
                add_entry(connection, key, session.header.id, entry)
            index.told_anew(connection, key)  # it may have been reviewed
