"""The loop: kept before it is acted on, shown as it happens, ended in order whatever happens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from voicecoach.coach.loop import Coach, Settings
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import (
    Announce,
    Began,
    Consent,
    Notice,
    Outcome,
    Phase,
    Spoken,
)
from voicecoach.engines import Turn
from voicecoach.engines.scripted import ScriptedEar, SilentVoice, parse
from voicecoach.engines.soundfiles import SilentLoudspeaker
from voicecoach.errors import DeviceError, LibraryError
from voicecoach.session import record
from voicecoach.session.entries import Entry, new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.speech.audio import Samples

TALK = """
ANNA: I was sad when you left.
BEN: You were sad when I left.
ANNA: Yes.
ANNA: No, that's all.
"""


class Session:
    """A coach over a script, with everything it shows."""

    settings = Settings(about={"recogniser": "script"})

    def __init__(self, folder: Path, text: str = TALK, **began: Any) -> None:
        script = parse(text)
        self.lines: list[Mapping[str, Any]] = []
        self.library = Library(folder / "library.sqlite3")
        self.began = Began(*script.names, **{"rounds": 1, **began})
        header = new_header(script.names, recogniser="script")
        self.keeper = Keeper(self.library, header, self.began.consent)
        self.ear = ScriptedEar(script)
        self.mouth = Mouth(SilentVoice(), SilentLoudspeaker())
        self.coach = Coach(
            self.ear,
            self.mouth,
            self.keeper,
            Imago(),
            self.lines.append,
            settings=self.settings,
        )

    def run(self) -> Outcome:
        return self.coach.run(self.began)

    def kinds(self, kind: str) -> list[Mapping[str, Any]]:
        return [line for line in self.lines if line["kind"] == kind]


def test_a_session_from_began_to_ended(tmp_path: Path) -> None:
    """The lines come in order, each with its place."""
    session = Session(tmp_path)
    assert session.run() is Outcome.DONE
    kinds = [line["kind"] for line in session.lines]
    assert (kinds[0], kinds[-1]) == ("began", "ended")
    phases = [line["phase"] for line in session.kinds("phase")]
    assert phases == ["share", "reflect", "check", "more", "close", "done"]
    times = [line["at_s"] for line in session.lines]
    assert times == sorted(times)
    assert session.kinds("fidelity")[0]["score"] == 100
    assert session.lines[-1]["session"] == session.keeper.header.id


def test_everything_is_kept_before_it_is_acted_on(tmp_path: Path) -> None:
    """When the mouth is told to speak, the command to do so is in the library."""
    session = Session(tmp_path)
    seen: list[bool] = []
    say = session.mouth.say

    def listening(announce: Announce) -> None:
        kept = session.library.session(session.keeper.header.id)
        keys = [e.data.get("key") for e in kept.entries if e.data["type"] == "Announce"]
        seen.append(bool(keys) and keys[-1] == announce.key)
        say(announce)

    session.mouth.say = listening  # type: ignore[method-assign]
    session.run()
    assert len(seen) >= 4
    assert all(seen)


def test_a_full_disk_is_said_once_and_the_talk_goes_on(tmp_path: Path) -> None:
    """The dialogue matters more than its record."""
    session = Session(tmp_path)

    def full(*_entries: Entry) -> tuple[Entry, ...]:
        raise LibraryError("The disk is full.", "Make room.")

    session.keeper.append = full  # type: ignore[method-assign]
    assert session.run() is Outcome.DONE
    assert [line["code"] for line in session.kinds("warning")] == ["library"]
    assert "disk is full" in session.kinds("warning")[0]["text"]


def test_a_lost_device_ends_the_session_in_order(tmp_path: Path) -> None:
    """It is said, kept as interrupted, and known to the caller."""
    session = Session(tmp_path)
    hear = session.ear.hear

    def lost(deaf: bool) -> Turn | Spoken | None:
        if session.ear.clock > 16_000 * 20:
            raise DeviceError("The microphone is gone.")
        return hear(deaf)

    session.ear.hear = lost  # type: ignore[method-assign]
    assert session.run() is Outcome.INTERRUPTED
    assert isinstance(session.coach.failure, DeviceError)
    assert [line["code"] for line in session.kinds("warning")] == ["device"]
    assert session.lines[-1]["outcome"] == "interrupted"


def test_a_fault_of_the_program_leaves_a_closed_session(tmp_path: Path) -> None:
    """What was said is there, and the session is closed, even if we are wrong."""
    session = Session(tmp_path)
    hear = session.ear.hear

    def broken(deaf: bool) -> Turn | Spoken | None:
        if session.kinds("turn"):
            raise ZeroDivisionError
        return hear(deaf)

    session.ear.hear = broken  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError):
        session.run()
    kept = session.library.session(session.keeper.header.id)
    assert not kept.running
    assert record.outcome(kept) is Outcome.INTERRUPTED
    assert [turn.utterance.text for turn in record.turns(kept)] == ["I was sad when you left."]


@pytest.mark.parametrize("dies", ["at once", "in the middle"])
def test_a_lost_loudspeaker_leaves_the_announcements_on_the_screen(
    tmp_path: Path, dies: str
) -> None:
    """It is said once, and the dialogue goes on to its end without a voice."""
    session = Session(tmp_path)
    session.mouth.loudspeaker = DyingLoudspeaker(dies == "at once")
    assert session.run() is Outcome.DONE
    assert [line["code"] for line in session.kinds("warning")] == ["loudspeaker"]
    keys = [line["key"] for line in session.kinds("announce")]
    assert keys == ["begin", "check", "more", "close"]


class DyingLoudspeaker(SilentLoudspeaker):
    """A loudspeaker that is unplugged at its first sound."""

    def __init__(self, at_once: bool) -> None:
        super().__init__()
        self._at_once = at_once

    def play(self, samples: Samples, rate: int) -> None:
        if self._at_once:
            raise DeviceError("The loudspeaker is gone.")
        super().play(samples, rate)

    @property
    def playing(self) -> bool:
        raise DeviceError("The loudspeaker is gone.")


@pytest.mark.parametrize("after", range(0, 25, 6))
def test_an_interruption_at_any_moment_leaves_a_closed_session(tmp_path: Path, after: int) -> None:
    """Ctrl-C: complete up to that moment, closed as interrupted."""
    session = Session(tmp_path)
    hear = session.ear.hear
    frames = iter(range(10_000))

    def hearing(deaf: bool) -> Turn | Spoken | None:
        if next(frames) == after * 25:
            session.coach.interrupt()
        return hear(deaf)

    session.ear.hear = hearing  # type: ignore[method-assign]
    assert session.run() is Outcome.INTERRUPTED
    kept = session.library.session(session.keeper.header.id)
    shown = [line["text"] for line in session.kinds("turn")]
    stored = [e.data["utterance"]["text"] for e in kept.entries if e.data["type"] == "Heard"]
    assert stored == shown
    assert not kept.running


def test_the_coach_does_not_ask_what_was_answered_already(tmp_path: Path) -> None:
    """A prompt that waits is dropped when the answer comes first."""
    quick = TALK.replace("ANNA: Yes.", "(0.3 s)\nANNA: Yes.\n(0.3 s)")
    keys = [line["key"] for line in _run(Session(tmp_path, quick)).kinds("announce")]
    assert keys == ["begin", "close"]


def _run(session: Session) -> Session:
    session.run()
    return session


def test_an_interjection_does_not_silence_a_prompt_that_waits(tmp_path: Path) -> None:
    """ "Mm-hm" in place of a mirror moves nothing, and the coach still asks for the mirror."""
    text = "ANNA: I was sad when you left.\n(1 s)\nBEN: Mm-hm.\n(5 s)\n"
    keys = [line["key"] for line in _run(Session(tmp_path, text)).kinds("announce")]
    assert keys == ["begin", "reflect"]


def test_a_key_is_a_command(tmp_path: Path) -> None:
    """Pause and stop can be pressed."""
    session = _run(Session(tmp_path, "ANNA: I was sad.\n(press: pause)\nBEN: You were sad.\n"))
    assert session.kinds("phase")[-2]["phase"] == "paused"


def test_with_nothing_to_keep_no_file_is_written(tmp_path: Path) -> None:
    """`--consent nothing`."""
    session = _run(Session(tmp_path, consent=Consent.NOTHING))
    assert session.lines[-1]["session"] is None
    assert list(tmp_path.iterdir()) == []


def test_the_score_is_shown_and_moves_nothing(tmp_path: Path) -> None:
    """Between the score and the yes there is no change of phase."""
    session = _run(Session(tmp_path))
    at = session.lines.index(session.kinds("fidelity")[0])
    following = [line["kind"] for line in session.lines[at + 1 :]]
    assert "phase" not in following[: following.index("reply")]
    assert session.kinds("phase")[2]["phase"] == Phase.CHECK


def test_a_notice_is_said_into_the_open_turn(tmp_path: Path) -> None:
    """The offer of a mirror is an announcement of the session, and moves nothing."""
    session = Session(tmp_path)
    hear, given = session.ear.hear, []

    def noticing(deaf: bool) -> Turn | Spoken | Notice | None:
        if session.ear.clock > 16_000 * 12 and not given and not deaf:
            given.append(True)
            return Notice.BEHIND
        return hear(deaf)

    session.ear.hear = noticing  # type: ignore[method-assign]
    assert session.run() is Outcome.DONE
    keys = [line["key"] for line in session.kinds("announce")]
    assert keys.count("one_moment") == 1
    kept = session.library.session(session.keeper.header.id)
    assert [e.data["notice"] for e in kept.entries if e.data["type"] == "Noticed"] == ["behind"]
