"""The library: one SQLite file of sessions; `schema` says what is in it."""

from voicecoach.session.library.finding import Found
from voicecoach.session.library.opening import make_ready, needs_passphrase
from voicecoach.session.library.schema import LibraryFull
from voicecoach.session.library.store import Library
from voicecoach.session.library.writing import SessionWriter

__all__ = ["Found", "Library", "LibraryFull", "SessionWriter", "make_ready", "needs_passphrase"]
