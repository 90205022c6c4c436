"""Scenes of labelled speech: what people have said, where they spoke, and a room around it.

A scene is a sound with its voiced stretches. Human speech comes from the evaluation folder
(`VOICECOACH_EVAL` names it; without one `people` and `answers` are empty), the samples from
`samples/`. Samples are (n,) float32 at 16 kHz, times in seconds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tests.coach.answers_spoken import LEVEL, pink, recorded
from voicecoach.dialogue.messages import Step
from voicecoach.speech.audio import RATE, Samples

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

GAP_S = 4.0
"""Silence between two turns of a scene: longer than any patience."""

THOUGHT_S = 1.2
"""The longest pause of each labelled clip is stretched to this: a person who thinks."""

SHORTEST_ANSWER_S, LONGEST_ANSWER_S = 0.3, 1.2
"""Labelled stretches of this length, cut out alone, stand for short answers."""

FAINT = 2e-4
"""Standard deviation of the hiss of a clean room: -74 dBFS."""

BAND_HZ = (300, 3400)
"""The band of speech, as a telephone has it."""

FAR_BELOW_DB, FAR_BELOW_S = 15.0, 1.0
"""Labels of meetings span pauses, and people far from the microphone: a second and more that stays
so far below the excerpt's speech is taken out of them, whatever any detector says."""

Stretch = tuple[float, float]


@dataclass(slots=True)
class Scene:
    """A sound, where somebody speaks in it, and what is listened for."""

    name: str
    step: Step
    sound: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    voiced: list[Stretch] = field(default_factory=list)
    """In order, not overlapping."""
    unsure: list[Stretch] = field(default_factory=list)
    """Labelled as speech, but too soft to be sure of: no silence is asked for there."""
    origins: list[tuple[float, str]] = field(default_factory=list)
    """Where each recording begins that it is made of, and its name."""
    steps: list[tuple[float, Step]] = field(default_factory=list)
    """Where the step changes with the line: the end of each line and what follows is."""

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.sound) / RATE

    def rest(self, seconds: float) -> None:
        """Nobody speaks for so long."""
        self.sound = np.concatenate([self.sound, np.zeros(int(seconds * RATE), np.float32)])

    def add(self, sound: Samples, voiced: list[Stretch], unsure: Sequence[Stretch] = ()) -> None:
        """Append a sound; `voiced` and `unsure` count from its beginning."""
        begin = self.seconds
        self.unsure += [(begin + start, begin + end) for start, end in unsure]
        self.voiced += [(begin + start, begin + end) for start, end in voiced]
        self.sound = np.concatenate([self.sound, sound])

    def place(self, stretches: Sequence[Stretch]) -> str:
        """Where that is in the recording it comes from, as far as that is known."""
        start, end = stretches[0][0], stretches[-1][1]
        begins, name = max((o for o in self.origins if o[0] <= start + 0.01), default=(0.0, ""))
        return f"{name} {start - begins:.2f} to {end - begins:.2f} s".strip()

    def speech_level(self) -> float:
        """Root mean square of what is voiced."""
        parts = [self.sound[int(a * RATE) : int(b * RATE)] for a, b in self.voiced]
        return rms(np.concatenate(parts))

    def in_noise(self, noise: Samples, snr_db: float | None) -> Samples:
        """The sound in a noise that is `snr_db` below its speech; None is a quiet room."""
        if snr_db is None:
            hiss = np.random.default_rng(1).normal(0, FAINT, len(self.sound))
            return np.asarray(self.sound + hiss, np.float32)
        gain = self.speech_level() / (rms(noise) * 10 ** (snr_db / 20))
        return np.asarray(self.sound + gain * np.resize(noise, len(self.sound)), np.float32)


def rms(sound: Samples) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(sound)) + 1e-12))


def in_band(sound: Samples) -> Samples:
    """What lies in the band of speech: rumble below it says nothing about how loud speech is."""
    spectrum = np.fft.rfft(sound)
    pitch = np.fft.rfftfreq(len(sound), 1 / RATE)
    spectrum[(pitch < BAND_HZ[0]) | (pitch > BAND_HZ[1])] = 0
    return np.asarray(np.fft.irfft(spectrum, len(sound)), np.float32)


def levelled(sound: Samples, voiced: list[Stretch]) -> Samples:
    """The sound with its voiced part at the level of speech."""
    scene = Scene("", Step.SHARE, sound, voiced)
    return np.asarray(sound * (LEVEL / scene.speech_level()), np.float32)


def evaluation(kind: str) -> list[tuple[dict[str, Any], Path]]:
    """Entries of that kind with their files; empty where there is no evaluation folder."""
    default = Path(__file__).resolve().parents[3] / "shared"
    folder = Path(os.environ.get("VOICECOACH_EVAL", default)) / "speech"
    manifest = folder / "manifest.json"
    if not manifest.exists():
        return []
    clips = json.loads(manifest.read_text(encoding="utf-8"))["clips"]
    found = [(clip, folder / clip["file"]) for clip in clips if clip.get("kind") == kind]
    return [(clip, file) for clip, file in found if file.exists()]


def noises() -> dict[str, Samples]:
    """Recorded noises; where there are none, pink noise that is computed."""
    found = {file.stem: recorded(file) for _, file in evaluation("noise")}
    return found or {"pink": pink(20.0, 3)}


def television() -> Samples | None:
    """Somebody who reads aloud without a pause; None where there is no evaluation folder."""
    read = [recorded(file) for clip, file in evaluation("speech") if clip["file"].startswith("lj/")]
    return np.concatenate(read) if read else None


def people() -> Iterator[Scene]:
    """Shares of one person with a pause for thought, and talk of several, each a scene."""
    clips = list(_clips())
    if clips:
        alone = Scene("one person", Step.SHARE)
        alone.rest(2.0)
        for sound, voiced in clips:
            alone.add(*_thinking(levelled(sound, voiced), voiced))
            alone.rest(GAP_S)
        yield alone
    together = Scene("several people", Step.SHARE)
    together.rest(2.0)
    for clip, file in evaluation("diarization"):
        sound = recorded(file)
        voiced = merged([(a, min(b, clip["seconds"])) for a, b, _ in clip["labels"]])
        whole = levelled(sound, voiced)
        together.origins.append((together.seconds, clip["file"]))
        together.add(whole, loud_enough(whole, voiced), voiced)
        together.rest(GAP_S)
    if together.voiced:
        yield together


def _clips() -> Iterator[tuple[Samples, list[Stretch]]]:
    """The clips whose speech is labelled, with their voiced stretches."""
    for clip, file in evaluation("vad"):
        yield recorded(file), merged([(a, b) for a, b, speech in clip["labels"] if speech])


def merged(stretches: list[Stretch]) -> list[Stretch]:
    """Stretches in order; those that touch or overlap become one.

    >>> merged([(3.0, 4.0), (0.0, 1.0), (0.5, 2.0)])
    [(0.0, 2.0), (3.0, 4.0)]
    """
    result: list[Stretch] = []
    for start, end in sorted(stretches):
        if result and start <= result[-1][1]:
            result[-1] = result[-1][0], max(end, result[-1][1])
        else:
            result.append((start, end))
    return result


def loud_enough(sound: Samples, voiced: list[Stretch]) -> list[Stretch]:
    """The stretches without what stays far below the level of their speech for long."""
    hop = RATE // 50
    banded = in_band(sound)
    powers = np.mean(np.square(banded[: len(banded) // hop * hop].reshape(-1, hop)), axis=1)
    labelled = np.zeros(len(powers), bool)
    for start, end in voiced:
        labelled[int(start * 50) : int(end * 50)] = True
    floor = np.mean(powers[labelled]) / 10 ** (FAR_BELOW_DB / 10)
    heard = np.flatnonzero(labelled & (powers >= floor))
    groups = np.split(heard, np.flatnonzero(np.diff(heard) > FAR_BELOW_S * 50) + 1)
    loud = [(group[0] / 50, (group[-1] + 1) / 50) for group in groups if len(group) > 2]
    kept = [(max(a, c), min(b, d)) for a, b in voiced for c, d in loud if a < d and b > c]
    return [(float(a), float(b)) for a, b in kept if b - a >= 0.1]


def _thinking(sound: Samples, voiced: list[Stretch]) -> tuple[Samples, list[Stretch]]:
    """The clip with its longest pause stretched by silence to `THOUGHT_S`."""
    pauses = [(b[0] - a[1], at) for at, (a, b) in enumerate(pairwise(voiced))]
    if not pauses:
        return sound, voiced
    longest, at = max(pauses)
    more = max(0.0, THOUGHT_S - longest)
    middle = int((voiced[at][1] + longest / 2) * RATE)
    gap = np.zeros(int(more * RATE), np.float32)
    later = [(start + more, end + more) for start, end in voiced[at + 1 :]]
    return np.concatenate([sound[:middle], gap, sound[middle:]]), voiced[: at + 1] + later


def answers() -> Iterator[Scene]:
    """Short answers, each alone with time around it, in one scene."""
    scene = Scene("short answers", Step.REPLY)
    scene.rest(2.0)
    for sound, voiced in _clips():
        whole = levelled(sound, voiced)
        for start, end in voiced:
            if SHORTEST_ANSWER_S <= end - start <= LONGEST_ANSWER_S:
                part = whole[int(start * RATE) : int(end * RATE)]
                scene.add(levelled(part, [(0.0, end - start)]), [(0.0, end - start)])
                scene.rest(GAP_S / 2)
    for clip, file in evaluation("yesno"):
        if clip["transcript"] in ("yes", "no"):
            sound = recorded(file)
            start, end = spoken_part(sound)
            if end - start >= SHORTEST_ANSWER_S:
                scene.add(levelled(sound, [(start, end)]), [(start, end)])
                scene.rest(GAP_S / 2)
    if scene.voiced:
        yield scene


def spoken_part(sound: Samples) -> Stretch:
    """The stretch around the loudest 20 ms whose blocks come within 15 dB of it.

    A gap of up to 0.2 s in between belongs to it: the hush in the middle of a word.
    """
    block = RATE // 50
    powers = np.mean(np.square(sound[: len(sound) // block * block].reshape(-1, block)), axis=1)
    loud = np.flatnonzero(powers >= powers.max() / 32)
    groups = np.split(loud, np.flatnonzero(np.diff(loud) > 10) + 1)
    own = next(group for group in groups if powers.argmax() in group)
    return float(own[0] * block / RATE), float((own[-1] + 1) * block / RATE)


def samples() -> Iterator[Scene]:
    """The recorded dialogues; each line is a turn, its step told by its length."""
    timing = json.loads((SAMPLES / "timing.json").read_text(encoding="utf-8"))
    for name, dialogue in timing.items():
        lines = [line for line in dialogue["lines"] if line["name"]]
        scene = Scene(name, _step(lines[0]["text"]), recorded(SAMPLES / f"{name}.flac"))
        scene.voiced = [(line["start_s"], line["end_s"]) for line in lines]
        scene.steps = [(a["end_s"], _step(b["text"])) for a, b in pairwise(lines)]
        scene.rest(GAP_S)
        yield scene


def _step(text: str) -> Step:
    return Step.REPLY if len(text.split()) <= 5 else Step.SHARE
