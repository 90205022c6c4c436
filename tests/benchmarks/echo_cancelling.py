"""Could the coach hear "pause" and "stop" while it speaks? WebRTC's echo canceller, measured.

    python -m tests.benchmarks.echo_cancelling

Announcements go through three simulated rooms back into the microphone, with and without somebody
who says a command into them. Printed are the decibels that the canceller takes off, what the ear
hears of the coach before and after, and how many commands the embedded recogniser gets through it,
beside how many it gets in quiet. Needs the package pywebrtc-audio, which voicecoach does not use.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np

from tests.coach.answers_spoken import FLITE_VOICES, missing_voices, spoken
from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.scribe import Scribe
from voicecoach.dialogue import replies
from voicecoach.dialogue.messages import Step
from voicecoach.dialogue.wording import sentences
from voicecoach.engines.detector import Detector
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.engines.voices.espeak import Espeak
from voicecoach.engines.worker import RecogniserProcess
from voicecoach.speech.audio import FRAME, RATE, Frame, Samples

BLOCK = 160
"""Samples that the canceller takes at a time (10 ms)."""

DELAY_S, REVERB_S = 0.06, 0.25
SETTLED_S = 5.0
"""The canceller needs some seconds of the coach's voice to know the room."""

ROOMS = ("a wire", "a living room", "a small loudspeaker too loud")
COMMANDS = ("Pause.", "Stop.")
SAID_AT_S = (8.5, 20.5, 33.5, 47.5, 60.5)


class Played:
    """A Microphone that hears these samples and no more."""

    name, live = "played", False

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._at = 0

    def read(self, hold: bool = False) -> Frame | None:
        """The next frame; None when less than one is left."""
        samples = self._samples[self._at : self._at + FRAME]
        if len(samples) < FRAME:
            return None
        self._at += FRAME
        return Frame(samples, self._at - FRAME)

    def close(self) -> None:
        """Nothing to give back."""


def announcements() -> Samples:
    """Ten of them, a second apart."""
    import soxr

    voice, parts = Espeak("en"), []
    for text in list(sentences("en").values())[:10]:
        for blank in ("speaker", "listener", "to"):
            text = text.replace("{" + blank + "}", "Anna")
        samples, rate = voice.speak(text)
        parts += [soxr.resample(samples, rate, RATE), np.zeros(RATE, np.float32)]
    return np.concatenate(parts).astype(np.float32)


def in_room(far: Samples, room: str) -> Samples:
    """What the microphone hears of the loudspeaker, with a little noise of its own."""
    random = np.random.default_rng(1)
    delay = int(DELAY_S * RATE)
    if room == "a wire":
        echo = np.concatenate([np.zeros(delay), far])[: len(far)]
    else:
        tail = np.arange(int(REVERB_S * RATE)) / RATE
        decay = random.normal(0, 1, len(tail)) * np.exp(-tail / 0.04)
        response = np.concatenate([np.zeros(delay), decay / np.linalg.norm(decay)])
        echo = np.convolve(far, response)[: len(far)]
    if room == ROOMS[2]:
        echo = np.tanh(2 * echo) / 2
    return np.asarray(0.7 * echo + random.normal(0, 0.001, len(far)), np.float32)


def cancelled(near: Samples, far: Samples) -> tuple[Samples, float]:
    """The microphone without the loudspeaker, and the real-time factor of that."""
    from pywebrtc_audio import AudioProcessor

    processor = AudioProcessor(
        sample_rate=RATE,
        echo_cancellation=True,
        noise_suppression=False,
        auto_gain_control=False,
        stream_delay_ms=0,
    )
    began = time.process_time()
    blocks = [
        processor.process(near[at : at + BLOCK], far[at : at + BLOCK])
        for at in range(0, len(near) - BLOCK + 1, BLOCK)
    ]
    return np.concatenate(blocks), (time.process_time() - began) * RATE / len(near)


def taken_off_db(near: Samples, clean: Samples, far: Samples) -> dict[str, float]:
    """Decibels taken off where the coach speaks: in the first seconds, and after them."""
    blocks = [x[: len(clean)].reshape(-1, BLOCK).astype(np.float64) for x in (near, clean, far)]
    loud = np.abs(blocks[2]).max(axis=1) > 0.02
    first = np.arange(len(loud)) < SETTLED_S * RATE / BLOCK
    powers = [np.square(block).mean(axis=1) for block in blocks[:2]]
    return {
        name: round(10 * float(np.log10(powers[0][part].mean() / powers[1][part].mean())), 1)
        for name, part in (("first_5_s", loud & first), ("later", loud & ~first))
    }


def heard(samples: Samples, recogniser: RecogniserProcess) -> list[tuple[float, str, str | None]]:
    """Start, text and command of each turn that the ear makes of it."""
    ear = ListeningEar(Played(samples), Detector(), Scribe(recogniser))
    ear.listen(Step.COMMAND)
    found: list[tuple[float, str, str | None]] = []
    while not ear.ended:
        turn = ear.hear(deaf=False)
        if turn is not None:
            text = turn.utterance.text
            command = replies.command(text, "en")
            found.append((turn.utterance.start_s, text, command and str(command)))
    return found


def spoken_into(near: Samples, far: Samples, recogniser: RecogniserProcess) -> dict[str, Any]:
    """Commands said at the level of the echo: how many come through, and what else does."""
    said = through = in_quiet = 0
    wrong: list[str] = []
    level = float(np.sqrt(np.mean(np.square(near[int(SETTLED_S * RATE) :]))))
    for voice in FLITE_VOICES:
        for text in COMMANDS:
            word = spoken(text, voice)
            word = np.asarray(word * level / np.sqrt(np.mean(np.square(word))), np.float32)
            room = near.copy()
            for at_s in SAID_AT_S:
                at = int(at_s * RATE)
                room[at : at + len(word)] += word
            turns = heard(cancelled(room, far)[0], recogniser)
            wanted = text.strip(".").lower()
            said += len(SAID_AT_S)
            through += sum(command == wanted for _, _, command in turns)
            wrong += [text for _, text, command in turns if command not in (None, wanted)]
            quiet = np.pad(word, (RATE, 3 * RATE)).astype(np.float32)
            in_quiet += any(command == wanted for _, _, command in heard(quiet, recogniser))
    words = len(FLITE_VOICES) * len(COMMANDS)
    return {
        "said": said,
        "heard_while_the_coach_speaks": through,
        "other_commands_heard": wrong,
        "words": words,
        "words_heard_in_quiet": in_quiet,
    }


def main() -> int:
    """Print the figures as JSON."""
    try:
        import pywebrtc_audio  # noqa: F401
    except ImportError:
        print("Install pywebrtc-audio for this one.", file=sys.stderr)
        return 1
    if reason := missing_voices():
        print(reason, file=sys.stderr)
        return 1
    far = announcements()
    recogniser = RecogniserProcess(RecogniserSpec("sphinx"))
    recogniser.wait_ready()
    result: dict[str, Any] = {"seconds": round(len(far) / RATE, 1), "rooms": {}}
    try:
        for room in ROOMS:
            near = in_room(far, room)
            clean, factor = cancelled(near, far)
            result["rooms"][room] = {
                "taken_off_db": taken_off_db(near, clean, far),
                "real_time_factor": round(factor, 4),
                "turns_heard_of_the_coach": len(heard(near, recogniser)),
                "after_cancelling": len(heard(clean, recogniser)),
            }
            print(room, result["rooms"][room], file=sys.stderr)
        near = in_room(far, ROOMS[1])
        result["commands"] = spoken_into(near, far, recogniser)
    finally:
        recogniser.close()
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
