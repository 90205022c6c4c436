"""A dialogue at two microphones: what each partner says is loud in one channel and leaks into the
other, softer, later and with the room's echoes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from samples.make_samples import Manner, Placed, Spoken, say
from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.loop import Coach
from voicecoach.coach.scribe import Scribe
from voicecoach.coach.speaking import Mouth
from voicecoach.coach.whose.microphones import Microphones
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Consent
from voicecoach.engines import Expect
from voicecoach.engines.detector import Detector
from voicecoach.engines.scripted import SilentVoice
from voicecoach.engines.soundfiles import Recording, SilentLoudspeaker
from voicecoach.engines.worker import Transcribed
from voicecoach.session import record
from voicecoach.session.entries import new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.speech.audio import RATE, Clip, Samples
from voicecoach.speech.channels import Levels
from voicecoach.utterance import Word

LEAK_DB = 12.0
"""A lapel microphone hears its wearer so much louder than somebody a metre and a half away."""

ROOM_DB = -62.0


def tracks(mixed: Samples, placed: tuple[Placed, ...]) -> dict[str, Samples]:
    """What each partner says of a performed script, everybody else's lines left out."""
    found: dict[str, Samples] = {}
    for each in placed:
        if isinstance(each.line, Spoken):
            track = found.setdefault(each.line.name, np.zeros_like(mixed))
            track[each.start : each.end] = mixed[each.start : each.end]
    return found


def two_microphones(
    said: Mapping[str, Samples], left: str, leak_db: float = LEAK_DB, gains_db=(0.0, 0.0), seed=1
) -> Samples:  # type: ignore[no-untyped-def]
    """(2, n): the microphone of `left`, and that of the other one. A name that is neither
    partner's (a third) is as loud in the one as in the other."""
    rng = np.random.default_rng(seed)
    length = max(map(len, said.values()))
    partners = [name for name in said if name != "Third"]
    channels = []
    for at, own in enumerate((left, next(n for n in partners if n != left))):
        heard = rng.normal(0, 10 ** (ROOM_DB / 20), length)
        for name, samples in said.items():
            leaks = {own: 0.0, "Third": 6.0}.get(name, leak_db)
            sound = _in_the_room(samples, leaks, at)
            heard[: len(sound)] += sound[:length]
        channels.append(heard * 10 ** (gains_db[at] / 20))
    return np.asarray(channels, np.float32)


def _in_the_room(samples: Samples, leak_db: float, seed: int) -> Samples:
    """Softer by `leak_db` and later; the room's echoes, 18 dB below, come to both alike."""
    rng = np.random.default_rng(40 + seed)
    late = RATE * 4 // 1000 if leak_db else 0
    out = np.zeros(len(samples) + RATE // 5, np.float32)
    out[late : late + len(samples)] += samples * np.float32(10 ** (-leak_db / 20))
    for _ in range(8):
        at = int(rng.integers(RATE // 100, RATE // 8))
        out[at : at + len(samples)] += samples * np.float32(rng.choice((-0.045, 0.045)))
    return out[: len(samples)]


def write_stereo(path: Path, channels: Samples) -> Path:
    """(2, n) as a FLAC file of 16 bits."""
    import av

    whole = np.clip(np.round(channels * 32767), -32768, 32767).astype(np.int16)
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout="stereo", format="s16")
        for start in range(0, whole.shape[1], 4096):
            block = np.ascontiguousarray(whole[:, start : start + 4096].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@dataclass(frozen=True)
class Said:
    """A line that begins `gap_s` after the one before has ended; before that, if negative."""

    name: str
    text: str
    gap_s: float = 2.4


class Scene:
    """Lines spoken by flite, each by the voice of its name, some of them at a time."""

    def __init__(self, lines: Sequence[Said], manners: Mapping[str, Manner]) -> None:
        end, placed = 0, []
        for line in lines:
            sound = say(line.text, manners[line.name])
            start = max(0, end + round(line.gap_s * RATE))
            placed.append((line, start, sound))
            end = start + len(sound)
        length = end + 2 * RATE
        self.said = {line.name: np.zeros(length, np.float32) for line in lines}
        self.words: list[Word] = []
        for line, start, sound in placed:
            self.said[line.name][start : start + len(sound)] += sound
            words = line.text.split()
            step = len(sound) / len(words) / RATE
            for number, word in enumerate(words):
                at = start / RATE + number * step
                self.words.append(Word(word, at, at + step))


class TrueWords:
    """A decoder that knows what is said where: the recogniser's mistakes are not tested here."""

    name = "true"
    cost_per_call_s = 0.0

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = sorted(words, key=lambda word: word.start_s)
        self._ready: list[Transcribed] = []

    def submit(self, piece: int, clip: Clip, expect: Expect = Expect.TALK) -> None:
        heard = tuple(
            word
            for word in self._words
            if clip.start_s <= (word.start_s + word.end_s) / 2 < clip.end_s
        )
        self._ready.append(Transcribed(piece, heard))

    def poll(self) -> list[Transcribed]:
        ready, self._ready = self._ready, []
        return ready

    wait = poll

    def close(self) -> None:
        pass


def lead(scene: Scene, folder: Path, mics=("Anna", "Ben"), **how) -> list[dict[str, Any]]:  # type: ignore[no-untyped-def]
    """The lines of a session of Anna and Ben over the scene, as heard by two microphones."""
    path = write_stereo(folder / "stereo.flac", two_microphones(scene.said, "Anna", **how))
    levels = Levels()
    scribe = Scribe(TrueWords(scene.words))
    ear = ListeningEar(Recording(path, stereo=True), Detector(), scribe, levels=levels)
    shown: list[dict[str, Any]] = []
    with Library(folder / "library") as library:
        header = new_header(("Anna", "Ben"), recogniser="true")
        coach = Coach(
            ear,
            Mouth(SilentVoice(), SilentLoudspeaker()),
            Keeper(library, header, Consent.WORDS),
            Imago(),
            shown.append,
            voices=Microphones(levels, *mics),
        )
        coach.run(Began("Anna", "Ben"))
        session = library.session(header.id)
        assert record.replayed(session, Imago()) == record.stored_commands(session)
    ear.close()
    return shown
