"""The coach's own voice, given back into its microphone at full level: no turn, no advance.

Everything is real but the room: the voice, the detector, the segmenter and the recogniser's
process. The loudspeaker's sound comes back as the microphone hears it, with the room's delay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voicecoach.coach import speaking
from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.loop import Coach
from voicecoach.coach.scribe import Scribe
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Consent, Spoken
from voicecoach.engines import Turn
from voicecoach.engines.detector import Detector
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.engines.soundfiles import SilentLoudspeaker
from voicecoach.engines.voices.espeak import Espeak
from voicecoach.engines.worker import RecogniserProcess
from voicecoach.session.entries import new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.speech.audio import FRAME, RATE, Frame, Samples

DELAY_S = 0.2
"""From the loudspeaker to the microphone, with what both sound cards hold back."""

KEYS = (Spoken.HELP, Spoken.REPEAT) * 5
"""Pressed one after the other, each after a silence: ten announcements and the first one."""


class GivenBack(SilentLoudspeaker):
    """Plays as long as a real one, and everything that it plays is heard by `RoomMicrophone`."""

    def __init__(self) -> None:
        super().__init__()
        self.room: list[Samples] = [np.zeros(int(DELAY_S * RATE), np.float32)]

    def play(self, samples: Samples, rate: int) -> None:
        import soxr

        super().play(samples, rate)
        self.room.append(np.asarray(soxr.resample(samples, rate, RATE), np.float32))


class RoomMicrophone:
    """Live: time passes, and it hears the loudspeaker at full level and nobody else."""

    name, live = "room", True

    def __init__(self, loudspeaker: GivenBack) -> None:
        self._loudspeaker = loudspeaker
        self._position = 0
        self.loud_s = 0.0

    def read(self, hold: bool = False) -> Frame | None:
        room = np.concatenate(self._loudspeaker.room)
        if len(room) < FRAME + int(DELAY_S * RATE):
            room = np.pad(room, (0, FRAME))
        samples, self._loudspeaker.room = room[:FRAME], [room[FRAME:]]
        self.loud_s += float(np.abs(samples).max() > 0.1) * FRAME / RATE
        frame = Frame(samples, self._position)
        self._position += FRAME
        return frame

    def close(self) -> None:
        pass


class PressingEar(ListeningEar):
    """Two people who say nothing, and press a key after each announcement."""

    keys: Iterator[Spoken] = iter(())
    stop: Any = None

    def hear(self, deaf: bool) -> Turn | Spoken | None:  # type: ignore[override]
        self._scribe.wait()  # time is faster here than the recogniser
        turn = super().hear(deaf)
        if turn is not None or self.quiet_s < 3.0 or deaf:
            return turn
        self._segmenter.hold()
        key = next(self.keys, None)
        if key is None:
            self.stop()
        return key


def shown(folder: Path, keys: tuple[Spoken, ...] = KEYS) -> tuple[list[Mapping[str, Any]], float]:
    """Every line of such a session, and the seconds that the microphone heard the coach."""
    loudspeaker = GivenBack()
    microphone = RoomMicrophone(loudspeaker)
    recogniser = RecogniserProcess(RecogniserSpec("sphinx"))
    recogniser.wait_ready()
    ear = PressingEar(microphone, Detector(), Scribe(recogniser))
    ear.keys = iter(keys)
    lines: list[Mapping[str, Any]] = []
    library = Library(folder / "library.sqlite3")
    keeper = Keeper(library, new_header(("Anna", "Ben"), recogniser="sphinx"), Consent.WORDS)
    coach = Coach(ear, Mouth(Espeak("en"), loudspeaker), keeper, Imago(), lines.append)
    ear.stop = coach.interrupt
    try:
        coach.run(Began("Anna", "Ben"))
    finally:
        ear.close()
    return lines, microphone.loud_s


def test_ten_announcements_that_come_back_are_no_turn(tmp_path: Path) -> None:
    """Not a turn, not even an echo that had to be taken for one; the phase is the first."""
    lines, loud_s = shown(tmp_path)
    kinds = [line["kind"] for line in lines]
    assert kinds.count("announce") > 10
    assert loud_s > 20  # it was heard
    assert "turn" not in kinds and "warning" not in kinds
    assert [line["phase"] for line in lines if line["kind"] == "phase"] == ["share", "done"]


def test_without_the_deafness_it_would_be_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The room of this test is one that breaks a coach which listens to itself."""
    monkeypatch.setattr(speaking.Mouth, "deaf", property(lambda self: False))
    lines, _ = shown(tmp_path, KEYS[:1])
    assert {"turn", "warning"} & {line["kind"] for line in lines}
