"""Where a session that was broken off stands: at every entry, as the dialogue stood."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.killed import SCRIPT, whole_session
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Enter, Outcome, Phase, Score, Scored
from voicecoach.engines.scripted import parse
from voicecoach.errors import LibraryError, UsageError
from voicecoach.session import record, review
from voicecoach.session.entries import CLOSED, Session, remark
from voicecoach.session.library import Library
from voicecoach.session.resuming import CUT_OFF, standing


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session led to its close."""
    return whole_session(parse(SCRIPT), tmp_path_factory.mktemp("whole"))[0]


def broken(whole: Session, entries: int) -> Session:
    """The same, broken off after so many entries."""
    return replace(whole, entries=whole.entries[:entries])


def test_what_is_owed_completes_the_commands_of_the_last_event(whole: Session) -> None:
    """At every entry: what was kept and what is owed together are what the machine gives."""
    events = [number for number, entry in enumerate(whole.entries) if entry.kind == "event"]
    for count in range(1, events[-1] + 1):  # the last event ends it
        session = broken(whole, count)
        found = standing(session, Imago())
        completed = replace(session, entries=(*session.entries, *found.owed))
        assert record.stored_commands(completed) == record.replayed(session, Imago())
        entered = [m for _, m in record.messages(completed) if isinstance(m, Enter)]
        assert found.state.phase is entered[-1].phase


def test_a_comparison_without_an_answer_is_made_again(whole: Session) -> None:
    """Killed while it compared: the score is still owed; with the score there it is not."""
    scores = [n for n, e in enumerate(whole.entries) if e.data["type"] == Score.__name__]
    answers = [n for n, e in enumerate(whole.entries) if e.data["type"] == Scored.__name__]
    for asked, answered in zip(scores, answers, strict=True):
        assert standing(broken(whole, asked), Imago()).unscored is not None  # itself owed
        assert standing(broken(whole, asked + 1), Imago()).unscored is not None
        assert standing(broken(whole, answered + 1), Imago()).unscored is None


def test_a_turn_that_was_cut_off_still_waits(whole: Session) -> None:
    """Its note is found, unless something was heard since."""
    note = remark(CUT_OFF, 3.0, text="i felt so", start_s=1.0, end_s=2.0)
    began = broken(whole, 4)
    cut = replace(began, entries=(*began.entries, note))
    assert standing(cut, Imago()).cut == note
    heard = next(e for e in whole.entries if e.data["type"] == "Heard")
    assert standing(replace(cut, entries=(*cut.entries, heard)), Imago()).cut is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda s: replace(s, running=True), "is going on"),
        (lambda s: s, "has ended"),
        (lambda s: replace(s, entries=()), "before it began"),
        (lambda s: replace(s, entries=s.entries[4:9]), "another version"),
    ],
)
def test_what_cannot_be_gone_on_with_is_told(change: object, told: str, whole: Session) -> None:
    """Each in a sentence."""
    with pytest.raises(UsageError, match=told):
        standing(change(whole), Imago())  # type: ignore[operator]


def test_the_library_gives_it_once_and_writes_on_at_its_end(tmp_path: Path, whole: Session) -> None:
    """One program goes on with it; entries follow without a gap; closed, it has ended."""
    file = tmp_path / "library.db"
    name = whole.header.id
    with Library(file) as library:
        library.begin(whole.header).append(*whole.entries[:9])
    with Library(file) as library:
        assert [s.header.id for s in library.broken_off()] == [name]
        session, writer = library.go_on(name)
        assert session.entries == whole.entries[:9]
        with Library(file) as other:
            assert other.broken_off() == ()
            with pytest.raises(LibraryError, match="is going on"):
                other.go_on(name)
        writer.append(*whole.entries[9:12])
        writer.finish(Outcome.STOPPED)
        assert library.broken_off() == ()
        with pytest.raises(UsageError, match="has ended"):
            library.go_on(name)
        assert library.session(name).entries[:12] == whole.entries[:12]


def test_what_is_not_gone_on_with_is_closed_as_interrupted(tmp_path: Path, whole: Session) -> None:
    """The clock of the close is that of the last entry."""
    file = tmp_path / "library.db"
    with Library(file) as library:
        library.begin(whole.header).append(*whole.entries[:9])
    with Library(file) as library:
        library.close_broken_off(whole.header.id)
        session = library.session("last")
    assert record.outcome(session) is Outcome.INTERRUPTED
    assert session.entries[-1].data["type"] == CLOSED
    assert session.entries[-1].at_s == whole.entries[8].at_s
    assert record.path(session)[-1] is not Phase.DONE


def test_what_was_noted_meanwhile_changes_nothing_of_how_it_goes_on(whole: Session) -> None:
    """A partner renamed, a turn given to the other, words hidden: it stands where it stood."""
    heard = [entry.number for entry in whole.entries if entry.data["type"] == "Heard"]
    count = heard[3] + 1
    plain = standing(broken(whole, count), Imago())
    notes = (
        remark(review.RENAMED, 0.0, partner=0, name="Clara"),
        remark(review.RELABELLED, 0.0, entry=heard[0], partner=1),
        remark(review.REDACTED, 0.0, entry=heard[1], text=""),
    )
    entries = (*broken(whole, count).entries, *notes)
    numbered = tuple(replace(entry, number=at) for at, entry in enumerate(entries, 1))
    noted = standing(replace(whole, entries=numbered), Imago())
    assert (noted.state, noted.unscored) == (plain.state, plain.unscored)
    assert [entry.data for entry in noted.owed] == [entry.data for entry in plain.owed]
