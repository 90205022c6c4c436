"""The machines: microphones, loudspeakers, detectors, recognisers and voices behind Protocols.

Each foreign library has one file here and is imported only when its engine is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from voicecoach.dialogue.messages import Answered, Notice, Spoken, Step, Typed
from voicecoach.speech.audio import Clip, Frame, Samples
from voicecoach.utterance import Utterance, Word


class Expect(StrEnum):
    """What a piece is expected to be: free talk, or a short answer."""

    TALK = "talk"
    REPLY = "reply"


Key = Spoken | Typed | Answered
"""What a key or button stands for."""


@runtime_checkable
class Microphone(Protocol):
    """Where frames come from: a sound card, a recording, or a script."""

    name: str
    live: bool
    """True if time passes by itself; False if the input waits for us."""

    def read(self, hold: bool = False) -> Frame | None:
        """The next frame, waiting for it; None at the end of the input.

        `hold` says that the coach is speaking: a recording then waits and answers with silence at
        an unchanged position. Raises DeviceError when the device is gone.
        """

    def close(self) -> None:
        """Give the device or file back; may be called twice."""


@runtime_checkable
class Loudspeaker(Protocol):
    """Where announcements go."""

    name: str

    def play(self, samples: Samples, rate: int) -> None:
        """Start to play (n,) float32 samples; returns at once."""

    @property
    def playing(self) -> bool:
        """True until the last sample has left the loudspeaker."""

    def tick(self, samples: int) -> None:
        """Time has passed by `samples` input samples; a simulated loudspeaker plays on by that."""

    def stop(self) -> None:
        """Fall silent now."""

    def close(self) -> None:
        """Give the device or file back; may be called twice."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What could be opened again; None for what could not."""

    microphone: Microphone | None = None
    loudspeaker: Loudspeaker | None = None


@runtime_checkable
class Reopening(Protocol):
    """Opens the devices of a live session again. Nothing here waits for a device."""

    speaks: bool
    """Whether the session has a loudspeaker that can be opened again."""

    def begin(self) -> None:
        """Close both devices, see which there are now, and open them again."""

    def begin_to_speak(self) -> None:
        """Open a loudspeaker only, and leave the microphone alone."""

    def opened(self) -> Opened | None:
        """What could be opened since it was begun, told once; None while it is being tried."""

    def close(self) -> None:
        """Give up, and give back what is open; may be called twice."""


@runtime_checkable
class SpeechDetector(Protocol):
    """How likely a frame holds speech."""

    def probability(self, samples: Samples) -> float:
        """0..1 for the next frame of shape (FRAME,); frames must come without gaps."""


@runtime_checkable
class Recogniser(Protocol):
    """Turns a clip into words."""

    name: str
    cost_per_call_s: float
    """Fixed cost of one call in seconds of audio: short pieces are joined where it is high."""

    def transcribe(self, clip: Clip, expect: Expect = Expect.TALK) -> tuple[Word, ...]:
        """The words in the clip with their input times; empty where nothing was said."""


@runtime_checkable
class Voice(Protocol):
    """Turns an announcement into sound."""

    name: str

    def speak(self, text: str) -> tuple[Samples, int]:
        """(n,) float32 samples and their rate in Hz."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What an ear has heard: an utterance and, where there is sound, its clip."""

    utterance: Utterance
    clip: Clip | None = None


@runtime_checkable
class Ear(Protocol):
    """Hears turns: a microphone with all that follows it, or a script read out."""

    @property
    def clock(self) -> int:
        """The session's time in samples."""

    @property
    def ended(self) -> bool:
        """True when nothing more will come."""

    @property
    def level_db(self) -> float:
        """Level of the last frame in dBFS."""

    @property
    def troubles(self) -> dict[str, str]:
        """What went wrong with hearing so far: a code, and a sentence for the people."""

    @property
    def lost_s(self) -> float:
        """Seconds of sound that were lost so far although there was a microphone."""

    def listen(self, step: Step) -> None:
        """Expect a turn of this kind from now on."""

    def hear(self, deaf: bool) -> Turn | Key | Notice | None:
        """Let one frame pass: the turn that ended with it, a key, a notice, or None.

        `deaf` says that the coach is speaking. Raises DeviceError when the microphone is gone; only
        `miss` may then be called, until `hear_through`.
        """

    def miss(self, samples: int) -> Turn | Key | None:
        """Time passed by `samples` without a microphone. A turn that was begun ends there, with
        `Reason.DEVICE`, and comes when its words are there; keys need no microphone."""

    def hear_through(self, microphone: Microphone) -> None:
        """Hear through another microphone, which goes on where the last one ended."""

    @property
    def quiet_s(self) -> float:
        """Seconds since anybody, the coach included, was heard."""

    @property
    def busy(self) -> bool:
        """True while somebody talks, or what was said is not understood yet."""

    def close(self) -> None:
        """Give everything back; may be called twice."""
