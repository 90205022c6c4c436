"""Devices that go away in the middle of a live dialogue, and come back: it goes on where it stood.

In each test Anna has shared and Ben is to mirror when something is lost; what she said is there
afterwards, and the step is the same.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.talking import Talk, after, cut
from tests.virtual_soundcard import VirtualSoundcard
from voicecoach.dialogue.imago import Imago
from voicecoach.session import record
from voicecoach.session.entries import Session
from voicecoach.session.library import Library

pytestmark = [pytest.mark.live, pytest.mark.slow]

NOTICED_S = 2.0
BACK_S = 10.0
"""Within this many seconds of the device's return it must be open: an attempt every two seconds,
of which each may take two itself where a device is there and gives nothing."""


@pytest.fixture
def talk(card: VirtualSoundcard, environment: dict[str, str], tmp_path: Path) -> Iterator[Talk]:
    """Anna has shared, and Ben was asked what he heard."""
    talk = Talk(environment, "--names", "Anna", "Ben", "--consent", "words")
    try:
        after(talk.until(kind="announce", key="begin"))
        card.speak_into_microphone(cut("clean", 0, tmp_path / "share.wav"))
        after(talk.until(kind="announce", key="reflect"))
        yield talk
    finally:
        talk.end()


def noticed(talk: Talk, since: float, code: str = "device") -> None:
    """The loss is shown in time."""
    line = talk.until(10, kind="warning", code=code)
    print(f"{code}: shown after {line['came'] - since:.2f} s: {line['text']}")
    assert line["came"] - since < NOTICED_S


def goes_on(talk: Talk, since: float) -> None:
    """The microphone is there again, and Ben is asked once more, still in the same step."""
    line = talk.until(30, kind="warning", code="device_back")
    print(f"back after {line['came'] - since:.2f} s: {line['text']}")
    assert line["came"] - since < BACK_S
    talk.until(kind="announce", key="device_back")
    after(talk.until(kind="announce", key="resume_reflect"))
    assert talk.phases() == ["share", "reflect"]


def mirrored(talk: Talk, card: VirtualSoundcard, wav: Path, device: str = "room_mic") -> None:
    """Ben mirrors what Anna said before the loss, and the dialogue goes on."""
    card.speak_into_microphone(cut("clean", 1, wav), device=device)
    talk.until(kind="phase", phase="check")
    assert talk.until(kind="fidelity")["coverage"] > 0
    shared, mirror = talk.kinds("turn")
    assert (shared["phase"], mirror["phase"]) == ("share", "reflect")
    assert mirror["start_s"] > shared["end_s"]


def kept(talk: Talk, environment: dict[str, str]) -> Session:
    """The session as it was kept, after Ctrl-C."""
    talk.process.send_signal(signal.SIGINT)
    ended = talk.until(20, kind="ended", outcome="interrupted")
    assert talk.process.wait(20) == 130
    with Library(Path(environment["VOICECOACH_DATA"]) / "library.sqlite3") as library:
        session = library.session(ended["session"])
    assert record.replayed(session, Imago()) == record.stored_commands(session)
    return session


def test_unplugged_with_no_other_it_waits_and_never_hears_its_own_loudspeaker(
    talk: Talk, card: VirtualSoundcard, environment: dict[str, str], tmp_path: Path
) -> None:
    """The sound server offers the loudspeaker's monitor: that is no microphone."""
    gone = time.monotonic()
    card.unplug_microphone()
    noticed(talk, gone)
    after(talk.until(kind="announce", key="device_lost"))
    time.sleep(5)  # at least two attempts
    there = time.monotonic()
    card.plug_in_microphone()
    goes_on(talk, there)
    mirrored(talk, card, tmp_path / "mirror.wav")
    session = kept(talk, environment)
    notes = [entry.data for entry in session.entries if entry.data["type"] == "Device"]
    assert [(note["device"], note["there"]) for note in notes] == [
        ("microphone", False),
        ("microphone", True),
    ]
    away_s = talk.kinds("warning")[-1]["at_s"] - talk.kinds("warning")[0]["at_s"]
    assert away_s == pytest.approx(there - gone, abs=NOTICED_S + BACK_S)


def test_unplugged_with_another_there_it_goes_on_with_that(
    talk: Talk, card: VirtualSoundcard, tmp_path: Path
) -> None:
    """The other microphone, and not the loudspeaker's monitor."""
    card.plug_in_another_microphone()
    time.sleep(2.2)
    gone = time.monotonic()
    card.unplug_microphone()
    noticed(talk, gone)
    goes_on(talk, gone)
    mirrored(talk, card, tmp_path / "mirror.wav", device="desk")


def test_the_sound_server_killed_and_restarted(
    talk: Talk, card: VirtualSoundcard, tmp_path: Path
) -> None:
    """Both devices are gone; it is shown, and said again when both are back."""
    gone = time.monotonic()
    card.unplug_everything()
    noticed(talk, gone)
    time.sleep(3)
    there = time.monotonic()
    card.plug_in_everything()
    card.record_loudspeaker(tmp_path / "coach.wav")
    goes_on(talk, there)
    assert card.stop_recording().stat().st_size > 20_000
    assert {line["code"] for line in talk.kinds("warning")} >= {"loudspeaker", "loudspeaker_back"}
    mirrored(talk, card, tmp_path / "mirror.wav")


def test_the_microphone_suspended_and_resumed(
    talk: Talk, card: VirtualSoundcard, tmp_path: Path
) -> None:
    """A switch on the microphone: it is still there, and gives nothing."""
    gone = time.monotonic()
    card.mute_microphone()
    noticed(talk, gone)
    after(talk.until(kind="announce", key="device_lost"))
    time.sleep(3)
    card.mute_microphone(False)
    goes_on(talk, time.monotonic())
    mirrored(talk, card, tmp_path / "mirror.wav")


def test_the_loudspeaker_lost_and_back(talk: Talk, card: VirtualSoundcard, tmp_path: Path) -> None:
    """The announcements are shown meanwhile, and nothing is missed of what is said."""
    gone = time.monotonic()
    card.stop_loudspeaker()
    noticed(talk, gone, "loudspeaker")
    mirrored(talk, card, tmp_path / "mirror.wav")
    talk.until(kind="announce", key="check")
    card.stop_loudspeaker(False)
    talk.until(BACK_S, kind="warning", code="loudspeaker_back")
    assert "device" not in {line["code"] for line in talk.kinds("warning")}
    talk.until(kind="announce", key="resume_check")


def test_a_sound_server_that_hangs_is_noticed_and_can_be_left(
    talk: Talk, card: VirtualSoundcard, environment: dict[str, str]
) -> None:
    """It neither answers nor ends; the session does, when it is told to."""
    gone = time.monotonic()
    card.hang()
    noticed(talk, gone)
    time.sleep(4)
    assert record.outcome(kept(talk, environment)) == "interrupted"


def test_without_a_microphone_it_does_not_begin_with_its_own_loudspeaker(
    card: VirtualSoundcard, environment: dict[str, str]
) -> None:
    """The sound server's default is then the loudspeaker's monitor: exit 3, and one sentence."""
    card.unplug_microphone()
    talk = Talk(environment, "--names", "Anna", "Ben", "--consent", "words")
    try:
        assert talk.process.wait(30) == 3
        assert talk.process.stderr is not None
        assert "There is no microphone" in talk.process.stderr.read()
    finally:
        talk.end()
