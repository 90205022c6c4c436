"""What goes wrong beside or below a page is a sentence on it, and the server goes on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.session import making
from tests.session.test_forgetting import closed_after
from tests.web.sample import QUARREL_ID, SILENT_ID
from tests.web.serving import Served, served
from voicecoach.dialogue.messages import Outcome
from voicecoach.session.entries import Entry, Header
from voicecoach.session.library import Library

SESSION = f"/sessions/{QUARREL_ID}"
NEW = "2026-06-01-0900-eeee"


def test_a_session_that_is_going_on(library: Path, reviewed: Served) -> None:
    """It is listed and read as far as it is; notes wait; it is not deleted; others may be noted."""
    with Library(library) as talking:
        writer = talking.begin(Header(NEW, "2026-06-01T09:00:00+00:00", ("Kim", "Lee")))
        writer.append(*making.entries()[:8])
        assert "still going on" in reviewed.ask("/").text
        text = reviewed.ask(f"/sessions/{NEW}").text
        assert "This session is going on." in text and making.MESSAGE in text
        refused = reviewed.post(f"/sessions/{NEW}/turns/7", do="flag")
        assert refused.status == 409 and "Note it down when the session is over." in refused.text
        assert reviewed.post(f"/sessions/{NEW}/forget", do="forget").status == 409
        assert reviewed.post(f"{SESSION}/turns/8", do="flag").status == 303
        writer.append(*making.entries()[8:])
        writer.finish(Outcome.DONE)
    assert reviewed.post(f"/sessions/{NEW}/turns/7", do="flag").status == 303
    assert "going on" not in reviewed.ask(f"/sessions/{NEW}").text


def test_a_session_of_another_version(library: Path) -> None:
    """It is listed without figures; its page says why it cannot be read; the others are there."""
    with Library(library) as writing:
        writer = writing.begin(Header(NEW, "2026-06-01T09:00:00+00:00", ("Kim", "Lee")))
        writer.append(Entry(1.0, "event", {"type": "Sighed"}))
        writer.finish(Outcome.DONE)
    with served(library) as running:
        running.enter()
        assert running.ask("/").status == 200
        assert running.ask("/?sort=fidelity").text.count("Kim") == 1
        answer = running.ask(f"/sessions/{NEW}")
        assert answer.status == 500 and "kept by another version" in answer.text
        assert running.ask("/figures").status == 200
        assert running.ask(f"/figures/compare?a={NEW}&b={QUARREL_ID}").status == 404
        assert running.ask("/?words=sad").status == 200
        assert running.ask(SESSION).status == 200


def test_a_library_that_is_damaged_meanwhile(library: Path, reviewed: Served) -> None:
    """What cannot be trusted is not shown; nothing of Python is either."""
    with closed_after(sqlite3.connect(library)) as connection:
        connection.execute("DROP TRIGGER entries_stay")
        connection.execute("UPDATE entries SET data = '{}' WHERE number = 8 AND session = 1")
        connection.commit()
    answer = reviewed.ask(SESSION)
    assert answer.status == 409 and "is damaged" in answer.text and "Traceback" not in answer.text
    assert reviewed.ask(f"/sessions/{SILENT_ID}").status == 200
    reviewed.process.kill()
    assert reviewed.process.stderr is not None
    assert "Traceback" not in reviewed.process.stderr.read()


def test_a_library_that_is_locked_or_gone(library: Path, reviewed: Served) -> None:
    """A note that cannot be written is said to be so; the page is there again afterwards."""
    with closed_after(sqlite3.connect(library)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = reviewed.post(f"{SESSION}/turns/8", do="flag")
        assert answer.status == 409 and "locked by another program" in answer.text
        other.execute("ROLLBACK")
    assert reviewed.post(f"{SESSION}/turns/8", do="flag").status == 303
