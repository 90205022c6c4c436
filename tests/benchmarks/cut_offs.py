"""Who is cut off, who is run together, who is not heard, and how late the end is noticed.

    python -m tests.benchmarks.cut_offs [--quick] [--without-samples] [--noise-minutes 10]
        [--places] [--whisper FOLDER]

Labelled human speech (the evaluation folder; without one only the samples) and the recorded
dialogues, in a quiet room and in recorded noise 20, 10, 5 and 0 dB below the speech, through three
ways of hearing: `webrtcvad` alone and `silero` alone, each with the step's usual patience and
nothing else, and `ours`: the whole ear. On human speech every piece is taken to hold one word, so
that only the turn-taking is measured; the samples are understood by the built-in recogniser (or
the Whisper in FOLDER), because their questions end turns. `television` is a voice that reads on and
on. Printed as JSON, for each way and condition:

- `cut_in_two`: turns that were ended inside speech, or in a pause of at most `INSIDE` of the
  patience, of all turns. A turn is speech up to a silence that is longer than the patience by
  `CLEARLY_S`; pauses in between these may end a turn or not.
- `run_together`: of the silences between turns that were heard, those in which none ended. In the
  samples every change of line counts, however short.
- `missed`: of the turns with `SHORTEST_ANSWER_S` of voice and more, those that nothing was heard
  of; in the scene of short answers those are the answers.
- `lag`: from the last voiced sample by the label to the end of the turn, over the step's usual
  patience: median and 95th percentile.
- `endless`: turns that were still open when the room had been without speech for 4 s.

`noise_alone`: each noise again and again for `--noise-minutes` through the whole ear with the
built-in recogniser, in the steps that wait for a reply and for a share; turns that were opened, and
turns that reached the dialogue.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks import labelled_speech
from tests.benchmarks.labelled_speech import GAP_S, SHORTEST_ANSWER_S, Scene, rms
from tests.coach.answers_spoken import LEVEL
from tests.coach.check_step import Played
from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.scribe import Decoder, Scribe
from voicecoach.dialogue.messages import Step
from voicecoach.dialogue.patience import PATIENCE
from voicecoach.engines import Expect, SpeechDetector, Turn
from voicecoach.engines.detector import Detector
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.engines.worker import RecogniserProcess, Transcribed
from voicecoach.speech.audio import FRAME, RATE, Clip, Samples
from voicecoach.speech.segmenter import Limits, PieceEnded, Segmenter
from voicecoach.utterance import Word

SNRS_DB = (None, 20, 10, 5, 0)
"""None is a quiet room."""

INSIDE, CLEARLY_S = 0.8, 0.5
"""A pause up to `INSIDE` of the patience may end no turn; a silence longer than the patience by
`CLEARLY_S` must."""

SOFT_S = 0.3
"""So much soft speech in a silence makes it none that can be asked for."""

PLAIN = Limits(
    opens=0.5, holds=0.5, sure_s=0.032, onset_s=0.032, onset_window_s=0.032, resume_s=0.032
)
"""One frame above the threshold is speech: no hysteresis."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn as it was heard, and when it was known to be over; in seconds."""

    start_s: float
    end_s: float
    over_s: float


class OneWord:
    """A decoder that is always there at once and hears one word in every piece."""

    name = "one word"
    cost_per_call_s = 0.0

    def __init__(self) -> None:
        self._done: list[Transcribed] = []

    def submit(self, piece: int, clip: Clip, expect: Expect = Expect.TALK) -> None:
        """Have `clip` decoded."""
        word = Word("talk", clip.start_s, clip.end_s)
        self._done.append(Transcribed(piece, (word,)))

    def poll(self) -> list[Transcribed]:
        """All of it."""
        done, self._done = self._done, []
        return done

    wait = poll

    def close(self) -> None:
        """Nothing to end."""


def plainly(scene: Scene, sound: Samples, detector: SpeechDetector) -> list[Heard]:
    """The turns by a fixed patience and one threshold."""
    microphone = Played(sound)
    segmenter = Segmenter(PLAIN, PATIENCE[scene.step].usual)
    steps = list(scene.steps)
    turns: list[Heard] = []
    pieces: list[PieceEnded] = []
    while (frame := microphone.read()) is not None:
        at_s = (frame.position + FRAME) / RATE
        while steps and at_s > steps[0][0]:
            segmenter.patience_s = PATIENCE[steps.pop(0)[1]].usual
        for ended in segmenter.push(frame, detector.probability(frame.samples)):
            if isinstance(ended, PieceEnded):
                pieces.append(ended)
                continue
            first, last = pieces[0].voiced_from / RATE, pieces[-1].voiced_until / RATE
            turns.append(Heard(first, last, at_s))
            pieces.clear()
    return turns


def by_our_ear(scene: Scene, sound: Samples, decoder: Decoder) -> list[Heard]:
    """The turns of the whole ear; the step is that of the line that comes next."""
    ear = ListeningEar(Played(sound), Detector(), Scribe(decoder))
    ear.listen(scene.step)
    steps = list(scene.steps)
    turns: list[Heard] = []
    while not ear.ended:
        turn = ear.hear(deaf=False)
        if not isinstance(turn, Turn):
            # Nothing, or a notice: that the room is too loud, say.
            continue
        said = turn.utterance
        turns.append(Heard(said.start_s, said.end_s, ear.clock / RATE))
        while steps and said.end_s > steps[0][0] - 0.3:
            ear.listen(steps.pop(0)[1])
    # What only the end of the input has ended was still open.
    return [turn for turn in turns if turn.over_s <= scene.seconds - FRAME / RATE]


@dataclass(slots=True)
class Tally:
    """What was counted; tallies add up."""

    turns: int = 0
    cut: int = 0
    sayings: int = 0
    silences: int = 0
    together: int = 0
    missed: int = 0
    endless: int = 0
    scenes: int = 0
    lags: list[float] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    """Where turns were cut or missed, for who wants to listen there."""

    def add(self, other: Tally) -> None:
        """Take in another tally."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def figures(self) -> dict[str, Any]:
        """As printed."""
        lags = sorted(self.lags)
        return {
            "turns": self.turns,
            "cut_in_two": share(self.cut, self.turns),
            "run_together": share(self.together, self.silences),
            "missed": share(self.missed, self.sayings),
            "endless": self.endless,
            "lag_median": round(statistics.median(lags), 3) if lags else None,
            "lag_p95": round(lags[int(0.95 * (len(lags) - 1))], 3) if lags else None,
            **({"places": self.places} if self.places else {}),
        }


def share(part: int, whole: int) -> dict[str, Any]:
    """A count, of how many, and the share."""
    return {"n": part, "of": whole, "share": round(part / whole, 4) if whole else 0.0}


def tally(scene: Scene, heard: Sequence[Heard]) -> Tally:
    """Compare what was heard with the labels."""
    result = Tally(scenes=1)
    ends = [turn.over_s for turn in heard]
    for turn in true_turns(scene):
        cut = cut_in_two(turn, ends, patience(scene, turn[0][0]))
        says = sum(end - start for start, end in turn) >= SHORTEST_ANSWER_S
        missed = says and not noticed((turn[0][0], turn[-1][1]), heard)
        result.turns += 1
        result.sayings += says
        result.cut += cut
        result.missed += missed
        if cut or missed:
            result.places.append(f"{'cut' if cut else 'missed'} {scene.place(turn)}")
    for (before, after), step in changes(scene):
        usual = PATIENCE[step].usual
        soft = any(min(b, after[0]) - max(a, before[1]) > SOFT_S for a, b in scene.unsure)
        if soft or not (noticed(before, heard) and noticed(after, heard)):
            continue
        result.silences += 1
        # By the words a turn may be known to be over only when the next one has begun.
        within = (after[0] + 0.2) if not scene.steps else after[1]
        there = [at for at in ends if before[1] - 0.2 <= at <= within]
        if scene.steps:
            there = [turn.over_s for turn in heard if abs(turn.end_s - before[1]) < 0.45]
        result.together += not there
        if there and after[0] - before[1] >= usual + CLEARLY_S:
            result.lags.append((there[0] - before[1]) / usual)
    last = scene.voiced[-1][1]
    result.endless += any(b[1] < last + GAP_S < a for a, b in open_spans(heard, scene))
    return result


def noticed(stretch: tuple[float, float], heard: Sequence[Heard]) -> bool:
    """Whether any of it lies in a turn."""
    return any(turn.start_s < stretch[1] and turn.end_s > stretch[0] for turn in heard)


def open_spans(heard: Sequence[Heard], scene: Scene) -> Iterator[tuple[float, tuple[float, float]]]:
    """The end of each turn with what it spans; a turn without end ends with the scene."""
    for turn in heard:
        yield turn.over_s, (turn.start_s, turn.end_s)
    covered = max((turn.end_s for turn in heard), default=0.0)
    if covered < scene.voiced[-1][0]:
        yield scene.seconds + GAP_S, scene.voiced[-1]


def patience(scene: Scene, at_s: float) -> float:
    """The usual patience of the step at that time."""
    step = scene.step
    for ended_s, following in scene.steps:
        if at_s >= ended_s:
            step = following
    return PATIENCE[step].usual


def true_turns(scene: Scene) -> Iterator[list[tuple[float, float]]]:
    """The voiced stretches of each turn."""
    turn = scene.voiced[:1]
    for before, after in pairwise(scene.voiced):
        if scene.steps or after[0] - before[1] >= patience(scene, before[0]) + CLEARLY_S:
            yield turn
            turn = []
        turn.append(after)
    yield turn


def changes(scene: Scene) -> Iterator[tuple[tuple[Any, Any], Step]]:
    """The last stretch of a turn and the first of the next, with the step that was listened for."""
    step, steps = scene.step, dict(scene.steps)
    turns = list(true_turns(scene))
    for before, after in pairwise(turns):
        yield (before[-1], after[0]), step
        step = steps.get(before[-1][1], step)


def cut_in_two(turn: list[tuple[float, float]], ends: Sequence[float], patience_s: float) -> bool:
    """Whether an end fell into a stretch of the turn, or into a pause that is too short for one."""
    if any(start + 0.2 < at < end for start, end in turn for at in ends):
        return True
    pauses = [(a[1], b[0]) for a, b in pairwise(turn) if b[0] - a[1] <= INSIDE * patience_s]
    return any(start <= at <= end + 0.2 for start, end in pauses for at in ends)


TELEVISION = "television"
"""Another voice, 20 dB below theirs, that never pauses: a noise that is speech."""

WAYS = ("webrtcvad", "silero", "ours")


def hear(way: str, scene: Scene, sound: Samples, decoder: Decoder) -> list[Heard]:
    """The turns of the scene, heard in one of three ways."""
    if way == "webrtcvad":
        return plainly(scene, sound, Detector(Path("there is none")))
    if way == "silero":
        return plainly(scene, sound, Detector(gate=False))
    return by_our_ear(scene, sound, decoder)


def measure(
    scenes: Sequence[Scene],
    conditions: Sequence[tuple[str, int | None]],
    decoder: Decoder,
    places: bool = False,
) -> dict[str, Any]:
    """Figures by scene, signal to noise and way, over all noises; `places` of ours too."""
    recorded = labelled_speech.noises()
    television = labelled_speech.television()
    if television is not None:
        recorded[TELEVISION] = television
    result: dict[str, Any] = {}
    for scene in scenes:
        tallies: dict[tuple[str, str], Tally] = {}
        for noise, snr_db in conditions:
            print(f"{scene.name}: {noise}, {snr_db} dB", file=sys.stderr)
            sound = scene.in_noise(recorded[noise], snr_db)
            for way in WAYS:
                at = "clean" if snr_db is None else f"{snr_db} dB"
                at = f"{noise} {at}" if noise == TELEVISION else at
                found = tally(scene, hear(way, scene, sound, decoder))
                if not places or way != "ours":
                    found.places.clear()
                tallies.setdefault((at, way), Tally()).add(found)
        for (at, way), counted in tallies.items():
            result.setdefault(scene.name, {}).setdefault(at, {})[way] = counted.figures()
    return result


def noise_alone(minutes: float, decoder: RecogniserProcess) -> list[dict[str, Any]]:
    """What the dialogue gets to hear of noises in which nobody speaks."""
    result = []
    for name, noise in labelled_speech.noises().items():
        for step in (Step.REPLY, Step.SHARE):
            print(f"{name} alone, {step}", file=sys.stderr)
            whole = np.resize(noise * (LEVEL / rms(noise)), int(minutes * 60 * RATE))
            ear = ListeningEar(Played(whole.astype(np.float32)), Detector(), Scribe(decoder))
            ear.listen(step)
            reached, opened, busy = [], 0, False
            while not ear.ended:
                turn = ear.hear(deaf=False)
                opened += ear.busy and not busy
                busy = ear.busy
                if isinstance(turn, Turn):
                    reached.append(turn.utterance.text)
            result.append({"noise": name, "step": step, "opened": opened, "reached": reached})
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="two noises, clean and 10 dB")
    parser.add_argument("--without-samples", action="store_true", help="human speech only")
    parser.add_argument(
        "--whisper", type=Path, metavar="FOLDER", help="a model's, with true weights"
    )
    parser.add_argument("--places", action="store_true", help="where ours cut or missed a turn")
    parser.add_argument("--noise-minutes", type=float, default=10.0, help="0 leaves it out")
    asked = parser.parse_args()
    names = list(labelled_speech.noises())
    snrs = (10,) if asked.quick else SNRS_DB[1:]
    conditions: list[tuple[str, int | None]] = [(names[0], None)]
    conditions += [(name, snr) for snr in snrs for name in names[: 2 if asked.quick else None]]
    scenes = [*labelled_speech.people(), *labelled_speech.answers()]
    figures: dict[str, Any] = {"conditions": len(conditions)}
    if labelled_speech.television() is not None:
        conditions += [(TELEVISION, 20)]
    if not scenes:
        figures["note"] = "no evaluation folder: no human speech was heard"
    figures["people"] = measure(scenes, conditions, OneWord(), asked.places)
    kind = "whisper" if asked.whisper else "sphinx"
    recogniser = RecogniserProcess(RecogniserSpec(kind, asked.whisper))
    try:
        if not asked.without_samples:
            kept = [each for each in conditions if each[0] in (names[-1], names[0])]
            kept = [each for each in kept if each[1] in (None, 10)]
            figures["samples"] = measure(list(labelled_speech.samples()), kept, recogniser)
        if asked.noise_minutes:
            figures["noise_alone"] = noise_alone(asked.noise_minutes, recogniser)
    finally:
        recogniser.close()
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
