"""`--mics`: which recordings, devices and names it takes, and what it says to the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.commands.running import SAMPLES, lines, run
from tests.commands.test_bad_input import STAND_IN, recorded, refused
from tests.engines.sound_card import Plugged, SoundCard
from voicecoach.commands import mics
from voicecoach.engines.soundcard import SoundcardMicrophone, SoundcardReopening
from voicecoach.engines.soundfiles import Recording
from voicecoach.errors import DeviceError, InputError, UsageError
from voicecoach.speech.audio import FRAME

GIVEN = ("--mics", "left=Anna", "right=Ben")


def test_a_mono_recording_is_refused() -> None:
    """One channel cannot hold two microphones."""
    done = run("talk", "--from", SAMPLES / "clean.flac", "--names", "Anna", "Ben", *GIVEN)
    refused(done, 5, "clean.flac", "stereo", "one channel")


def test_a_mono_microphone_is_refused(tmp_path: Path) -> None:
    """So with a device."""
    (tmp_path / "sounddevice.py").write_text(STAND_IN.read_text())
    sound = {"PYTHONPATH": str(tmp_path), "SOUND_CARD": "quiet"}
    done = run("talk", "--names", "Anna", "Ben", "--quiet", *GIVEN, **sound)
    refused(done, 3, "Desk microphone", "one channel")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("left=Anna", "right=anna"), ("both", "Anna")),
        (("left=Anna", "right=Carl"), ("Carl", "no partner", "Anna and Ben")),
        (("left=Anna", "left=Ben"), ("left", "right")),
        (("Anna", "Ben"), ("left", "right")),
        (("left=Anna", "right="), ("left", "right")),
    ],
)
def test_names_that_cannot_be_are_refused(
    given: tuple[str, str], words: tuple[str, ...], tmp_path: Path
) -> None:
    """Before anything is opened or heard."""
    path = recorded(tmp_path / "two.flac", np.zeros((2, 16_000)))
    done = run("talk", "--from", path, "--names", "Anna", "Ben", "--mics", *given)
    refused(done, 2, *words)


def test_the_sides_may_come_in_any_order_and_name_the_partners(tmp_path: Path) -> None:
    """Without --names the one at the left shares first; no voice is compared."""
    path = recorded(tmp_path / "two.flac", np.zeros((2, 16_000)))
    library = ("--library", tmp_path / "library", "--json")
    done = run("talk", "--from", path, "--mics", "right=Ben", "left=Anna", *library)
    began = lines(done.stdout)[0]
    assert began["names"] == ["Anna", "Ben"]
    assert mics.NOTE in began["notes"]
    assert not [note for note in began["notes"] if "told apart by voice" in note]


def test_sides_are_read_and_written_as_the_partners_are() -> None:
    """The names of the session, whatever their letters' case."""
    assert mics.read(None) is None
    assert mics.read(["RIGHT=ben", "left= Anna "]) == ("Anna", "ben")
    assert mics.fitting(("anna", "BEN"), ("Ben", "Anna")) == ("Anna", "Ben")
    with pytest.raises(UsageError, match="no partner"):
        mics.fitting(("Anna", "Carl"), ("Anna", "Ben"))


def test_three_channels_are_no_two_microphones(tmp_path: Path) -> None:
    """Nobody knows which two."""
    import av

    path = tmp_path / "three.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=16_000, layout="3.0")
        frame = av.AudioFrame.from_ndarray(np.ones((1, 3 * 8000), np.int16), "s16", "3.0")
        frame.sample_rate = 16_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(InputError, match="3 channels"):
        Recording(path, stereo=True)
    assert Recording(path).read() is not None


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> SoundCard:
    """A stereo interface, and what else there is."""
    import sys

    card = SoundCard(Plugged("Interface", inputs=2, rate=44_100, tone=0.25), Plugged("Box", 0, 2))
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    return card


def test_a_stereo_device_gives_both_channels_also_after_it_was_opened_again(
    card: SoundCard,
) -> None:
    """Resampled from its own rate; another device with one channel is not taken instead."""
    microphone = SoundcardMicrophone(None, stereo=True)
    frames = [microphone.read() for _ in range(10)]
    assert all(f is not None and f.channels is not None for f in frames)
    assert frames[-1] is not None and frames[-1].channels is not None
    assert frames[-1].channels.shape == (2, FRAME)
    assert frames[-1].channels[1].mean() == pytest.approx(0.25, abs=0.01)
    reopening = SoundcardReopening(microphone, None)
    again = reopening._hear_again()
    assert again is not None
    frame = again.read()
    assert frame is not None and frame.channels is not None
    again.close()
    card.plugged[0].inputs = 1
    assert reopening._hear_again() is None
    with pytest.raises(DeviceError, match="one channel"):
        SoundcardMicrophone(None, stereo=True)
    microphone.close()
