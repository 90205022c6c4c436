"""A session's devices opened again: by name, else the default, and only those that work."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.engines.sound_card import Plugged, SoundCard
from voicecoach.engines import Opened, Reopening
from voicecoach.engines.soundcard import (
    SoundcardLoudspeaker,
    SoundcardMicrophone,
    SoundcardReopening,
)
from voicecoach.engines.soundcard.devices import hangs
from voicecoach.errors import DeviceError
from voicecoach.speech.audio import FRAME

DESK = "Desk: USB Audio (hw:1,0)"


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SoundCard:
    """A microphone, a loudspeaker, and no sound server to ask."""
    card = SoundCard(Plugged(DESK, inputs=1, tone=0.5), Plugged("Box", outputs=2, rate=48_000))
    monkeypatch.setitem(sys.modules, "sounddevice", card)  # type: ignore[arg-type]
    monkeypatch.setenv("PATH", str(tmp_path))
    return card


class Devices:
    """A session's devices as it began."""

    def __init__(self) -> None:
        self.microphone = SoundcardMicrophone()
        self.loudspeaker = SoundcardLoudspeaker()
        self.reopening = SoundcardReopening(self.microphone, self.loudspeaker)

    def again(self) -> Opened:
        self.reopening.begin()
        return self.result()

    def result(self) -> Opened:
        until = time.monotonic() + 10
        while (opened := self.reopening.opened()) is None:
            assert time.monotonic() < until, "it hangs"
            time.sleep(0.005)
        return opened


def unplug(card: SoundCard, name: str) -> Plugged:
    device = next(d for d in card.plugged if d.name == name)
    card.plugged.remove(device)
    return device


def level(opened: Opened) -> float:
    """What the microphone hears, once its resampler has settled."""
    assert opened.microphone is not None
    frames = [opened.microphone.read() for _ in range(20)]
    assert all(frame is not None and frame.samples.shape == (FRAME,) for frame in frames)
    return float(np.mean([frame.samples for frame in frames[10:] if frame is not None]))


def test_it_is_a_reopening(card: SoundCard) -> None:
    """The whole Protocol is there, and closing gives both devices back."""
    devices = Devices()
    assert isinstance(devices.reopening, Reopening)
    devices.reopening.close()
    devices.reopening.close()
    assert not any(stream.open for stream in card.streams)


def test_a_device_that_was_plugged_in_again_is_found_under_its_new_number(card: SoundCard) -> None:
    """Closed, looked for anew and opened; another microphone that is the default is left alone."""
    devices = Devices()
    unplug(card, DESK)
    with pytest.raises(DeviceError, match=r"Desk.* is gone"):
        while True:
            devices.microphone.read()
    card.plugged.insert(0, Plugged("Built-in", inputs=1, tone=0.1))
    card.plugged.append(Plugged(DESK.replace("1,0", "2,0"), inputs=1, tone=0.4))
    opened = devices.again()
    assert opened.microphone is not None and opened.microphone.name.endswith("(hw:2,0)")
    assert level(opened) == pytest.approx(0.4, abs=0.01)
    assert opened.loudspeaker is not None and opened.loudspeaker.name == "Box"
    assert card.looked == 1
    devices.reopening.close()


def test_where_it_stays_away_the_default_is_taken(card: SoundCard) -> None:
    devices = Devices()
    unplug(card, DESK)
    card.plugged.append(Plugged("Built-in", inputs=1, tone=0.1))
    opened = devices.again()
    assert opened.microphone is not None and opened.microphone.name == "Built-in"
    devices.reopening.close()


def test_another_rate_and_channel_count_give_16_khz_mono_all_the_same(card: SoundCard) -> None:
    """44.1 kHz in stereo, and nothing else, where it was 16 kHz mono before."""
    devices = Devices()
    unplug(card, DESK)
    form = {"inputs": 2, "rate": 44_100, "only_own_form": True}
    card.plugged.append(Plugged(DESK, tone=0.3, **form))  # type: ignore[arg-type]
    assert level(devices.again()) == pytest.approx(0.3, abs=0.01)
    devices.reopening.close()


def test_nothing_there_is_no_error_and_can_be_tried_again(card: SoundCard) -> None:
    devices = Devices()
    desk, box = unplug(card, DESK), unplug(card, "Box")
    assert devices.again() == Opened()
    card.plugged += [desk, box]
    opened = devices.again()
    assert opened.microphone is not None and opened.loudspeaker is not None
    devices.reopening.close()
    assert not any(stream.open for stream in card.streams)


def test_suspended_devices_can_be_opened_and_are_none(card: SoundCard) -> None:
    """They are there, and nothing comes or goes."""
    devices = Devices()
    for device in card.plugged:
        device.suspended = True
    assert devices.again() == Opened()
    for device in card.plugged:
        device.suspended = False
    assert level(devices.again()) == pytest.approx(0.5, abs=0.01)
    devices.reopening.close()


def test_the_loudspeaker_alone_leaves_the_microphone_as_it_is(card: SoundCard) -> None:
    """No look at the devices, no stream closed: what is said meanwhile is heard."""
    devices = Devices()
    box = next(d for d in card.plugged if d.outputs)
    box.suspended = True
    with pytest.raises(DeviceError, match="Box is gone"):
        while True:
            devices.loudspeaker.tick(FRAME)
    devices.reopening.begin_to_speak()
    assert devices.result() == Opened()
    box.suspended = False
    devices.reopening.begin_to_speak()
    opened = devices.result()
    assert opened.loudspeaker is not None and opened.microphone is None
    assert card.looked == 0
    assert devices.microphone.read() is not None
    devices.reopening.close()
    assert not any(stream.open for stream in card.streams)


def test_a_session_without_a_loudspeaker_opens_none(card: SoundCard) -> None:
    """`--quiet`: announcements are only shown, before and after."""
    microphone = SoundcardMicrophone()
    reopening = SoundcardReopening(microphone, None)
    assert not reopening.speaks
    reopening.begin()
    until = time.monotonic() + 10
    while (opened := reopening.opened()) is None and time.monotonic() < until:
        time.sleep(0.005)
    assert opened is not None and opened.microphone is not None and opened.loudspeaker is None
    reopening.close()


def test_what_is_opened_too_late_is_given_back(card: SoundCard) -> None:
    """The session ends while a device is being opened."""
    devices = Devices()
    devices.reopening.begin()
    devices.reopening.close()
    assert not hangs(patience_s=10)
    assert not any(stream.open for stream in card.streams)


def pactl(folder: Path, source: str, monitor: str) -> None:
    """A sound server's tool that says what this process records; it plays to the sink `box`."""
    streams = [{"source": 7, "sink": 3, "properties": {"application.process.id": str(os.getpid())}}]
    sources = [{"index": 7, "name": source, "monitor_source": monitor}]
    sinks = [{"index": 3, "name": "box"}]
    answers = {
        "source-outputs": streams,
        "sources": sources,
        "sink-inputs": streams,
        "sinks": sinks,
    }
    for name, rows in answers.items():
        (folder / name).write_text(json.dumps(rows))
    tool = folder / "pactl"
    tool.write_text(f'#!/bin/sh\n[ "$4" ] && exec /bin/cat "{folder}/$4"\n')
    tool.chmod(0o755)


@pytest.mark.parametrize(
    ("before", "after", "monitor", "heard"),
    [
        ("desk", "box.monitor", "box", False),
        ("desk", "other", "", True),
        ("cable.monitor", "cable.monitor", "cable", True),
    ],
)
def test_the_monitor_of_a_loudspeaker_is_no_microphone(
    card: SoundCard, tmp_path: Path, before: str, after: str, monitor: str, heard: bool
) -> None:
    """The sound server gives it out as one; it is taken only where the session began with it."""
    pactl(tmp_path, before, "")
    devices = Devices()
    pactl(tmp_path, after, monitor)
    opened = devices.again()
    assert (opened.microphone is not None) is heard
    assert opened.loudspeaker is not None
    devices.reopening.close()


def test_a_session_does_not_begin_with_its_own_loudspeaker_for_a_microphone(
    card: SoundCard, tmp_path: Path
) -> None:
    """A sound server without a microphone gives out the loudspeaker's monitor as one."""
    pactl(tmp_path, "box.monitor", "box")
    microphone = SoundcardMicrophone()
    loudspeaker = SoundcardLoudspeaker()
    with pytest.raises(DeviceError, match="There is no microphone, only what the loudspeaker"):
        SoundcardReopening(microphone, loudspeaker)
    SoundcardReopening(microphone, None).close()  # what is only shown cannot be heard
    loudspeaker.close()
