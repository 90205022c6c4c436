"""A recording that behaves like a live microphone, and a session over it that is timed.

The recording is paced like a sound card and the recogniser is polled, not waited for: the loop
does what it does live. While the coach speaks the recording is held, so that a whole dialogue can
be led; that is the only difference to a room.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.loop import Coach, Settings
from voicecoach.coach.scribe import Scribe
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Consent
from voicecoach.engines import Expect
from voicecoach.engines.detector import Detector
from voicecoach.engines.meaning import open_word_table
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.engines.scripted import read_script
from voicecoach.engines.soundfiles import Recording, SilentLoudspeaker
from voicecoach.engines.voices.espeak import Espeak
from voicecoach.engines.worker import RecogniserProcess, Transcribed
from voicecoach.session.entries import new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.speech.audio import FRAME, RATE, Clip, Frame, Samples

VOICED_SINCE_S = 0.1
"""Input between a turn and its announcement that is longer than the silence by this had sound."""


class PacedRecording:
    """A live Microphone over a recording; remembers when each position of it was heard."""

    live = True

    def __init__(self, path: Path) -> None:
        self._recording = Recording(path, realtime=True)
        self.name = self._recording.name
        self.heard_at: dict[int, float] = {}
        self.position = 0

    def read(self, hold: bool = False) -> Frame | None:
        """The next frame when a sound card would have it; silence while the coach speaks."""
        frame = self._recording.read(hold)
        if frame is not None and not hold:
            self.position = frame.position + FRAME
            self.heard_at[self.position] = time.monotonic()
        return frame

    def close(self) -> None:
        """Close the recording."""
        self._recording.close()


class TimedLoudspeaker(SilentLoudspeaker):
    """Remembers when the first sample of the last announcement was handed over."""

    began_at = 0.0

    def play(self, samples: Samples, rate: int) -> None:
        """Queue (n,) samples at `rate` Hz."""
        self.began_at = time.monotonic()
        super().play(samples, rate)


class TimedDecoder:
    """The recogniser's worker process; remembers when the words of each clip were there."""

    def __init__(self, worker: RecogniserProcess) -> None:
        self.worker = worker
        self.name = worker.name
        self.cost_per_call_s = worker.cost_per_call_s
        self._clips: dict[int, Clip] = {}
        self.there_at: list[tuple[float, float, float]] = []
        """Start and end of a clip in seconds of the input, and the clock when its words came."""

    def submit(self, piece: int, clip: Clip, expect: Expect = Expect.TALK) -> None:
        """Have `clip` decoded."""
        self._clips[piece] = clip
        self.worker.submit(piece, clip, expect)

    def poll(self) -> list[Transcribed]:
        """What is there by now."""
        return self._noted(self.worker.poll())

    def wait(self) -> list[Transcribed]:
        """All that was submitted."""
        return self._noted(self.worker.wait())

    def close(self) -> None:
        """End the worker."""
        self.worker.close()

    def _noted(self, transcribed: list[Transcribed]) -> list[Transcribed]:
        for done in transcribed:
            clip = self._clips.pop(done.piece)
            self.there_at.append((clip.start_s, clip.end_s, time.monotonic()))
        return transcribed


@dataclass(frozen=True, slots=True)
class Reaction:
    """From the last voiced sample of a turn to the coach's first sample, in seconds."""

    step: str
    """The phase in which the turn was heard."""
    key: str
    reason: str
    """Why the turn ended."""
    text: str
    reaction_s: float
    asked_wait_s: float
    """The silence that the announcement itself was to wait for."""
    patience_s: float
    """The silence that the step takes for the end of a turn, once the words are known."""
    words_s: float
    """From the last voiced sample to the words of it being there."""


@dataclass
class TimedSession:
    """Follows a session as a display and makes reactions of what it sees."""

    microphone: PacedRecording
    ear: ListeningEar
    mouth: Mouth
    loudspeaker: TimedLoudspeaker
    decoder: TimedDecoder
    reactions: list[Reaction] = field(default_factory=list)
    postponed: int = 0
    words_s: list[tuple[str, float]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    _turn: Mapping[str, Any] | None = None

    def show(self, line: Mapping[str, Any]) -> None:
        """Take one line of the session."""
        if line["kind"] == "turn":
            self._turn = line
            self.words_s.append((line["phase"], self._words_s(line)))
        elif line["kind"] == "phase":
            self.path.append(line["phase"])
        elif line["kind"] == "announce" and self._turn is not None:
            self._announced(line, self._turn)
            self._turn = None

    def _announced(self, line: Mapping[str, Any], turn: Mapping[str, Any]) -> None:
        last_voiced = round(turn["end_s"] * RATE)
        silent_s = (self.microphone.position - last_voiced) / RATE
        if silent_s > self.ear.quiet_s + VOICED_SINCE_S:
            self.postponed += 1
            return
        said = self.mouth.current
        reaction = Reaction(
            turn["phase"],
            line["key"],
            turn["reason"],
            turn["text"],
            self.loudspeaker.began_at - self._heard_at(last_voiced),
            said.after_s if said is not None else 0.0,
            PATIENCE_OF.get(turn["phase"], 0.0),
            self._words_s(turn),
        )
        self.reactions.append(reaction)
        print(f"  {reaction.reaction_s:.2f} s {line['key']}: {turn['text']!r}", file=sys.stderr)

    def _heard_at(self, position: int) -> float:
        """The clock when the input was heard up to `position`, a multiple of a frame."""
        return self.microphone.heard_at[round(position / FRAME) * FRAME]

    def _words_s(self, turn: Mapping[str, Any]) -> float:
        """The last words of the turn: those of the clip that its last voiced sample lies in."""
        there = [at for start, end, at in self.decoder.there_at if start < turn["end_s"] <= end]
        return max(there) - self._heard_at(round(turn["end_s"] * RATE))


def _patience() -> dict[str, float]:
    from voicecoach.dialogue.machine.state import STEPS
    from voicecoach.dialogue.patience import PATIENCE

    return {str(phase): PATIENCE[step].usual for phase, step in STEPS.items()}


PATIENCE_OF = _patience()


def lead_live(recording: Path) -> TimedSession:
    """Lead the dialogue of a sample as if it were live; takes as long as it does."""
    names = read_script(recording.with_suffix(".txt")).names
    microphone, loudspeaker = PacedRecording(recording), TimedLoudspeaker()
    worker = RecogniserProcess(RecogniserSpec("sphinx"))
    worker.wait_ready()
    decoder = TimedDecoder(worker)
    ear = ListeningEar(microphone, Detector(), Scribe(decoder))
    mouth = Mouth(Espeak("en"), loudspeaker)
    session = TimedSession(microphone, ear, mouth, loudspeaker, decoder)
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library") as library:
        keeper = Keeper(library, new_header(names, recogniser="sphinx"), Consent.WORDS)
        settings = Settings(meaning=open_word_table())
        coach = Coach(ear, mouth, keeper, Imago(), session.show, settings=settings)
        try:
            coach.run(Began(*names))
        finally:
            ear.close()
    return session
