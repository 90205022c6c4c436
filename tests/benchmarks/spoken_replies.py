"""Spoken answers in the step that asks "did I get that?", through the whole ear.

    python -m tests.benchmarks.spoken_replies [--recogniser NAME] [--quick] [--lines]

Synthetic voices say 30 answers, each clean and in noise (pink, babble of other voices, hum) 10 dB
below the speech; what people have recorded comes from the evaluation folder, where there is one
(VOICECOACH_EVAL names it). An answer that moves nothing is said again: the same person says it once
more, slower and in other words (`AGAIN`), and then as the coach asks for it. 100 stretches without
an answer follow: noise, coughs, music, other talk, silence.

This is the held-out measure: what decides between hearings (`voicecoach.engines.short_answers`) was
fitted on other voices, phrases, noises and speeds. Printed as JSON:

- `false_advances`: what is no yes and moved the dialogue as a yes does. Must be 0.
- `missed_yes`: of the answers that are a yes, those that moved nothing when first said.
- `stuck`: of these answers, those that still moved nothing after the second repeat.
- `false_no`: of these answers, those that sent the speaker back to share again.

`--lines` adds what was heard of every answer that was not understood as meant. The embedded
recogniser hears them, or the Whisper model in the folder.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.coach import answers_spoken as room
from tests.coach.check_step import Answered, hear_one
from voicecoach.engines.models import recogniser_spec
from voicecoach.engines.worker import RecogniserProcess
from voicecoach.speech.audio import Samples

SNR_DB = 10.0
BEFORE_S, AFTER_S = 0.6, 2.0
STRETCH_S = 3.0

YES = (
    "yes",
    "yeah",
    "yep",
    "uh huh",
    "right",
    "exactly",
    "correct",
    "absolutely",
    "that's right",
    "that's it",
    "you got it",
    "yes, you did",
    "yes, that's right",
    "yes exactly",
)
NO = ("no", "not right", "not really", "that's not right", "no, that's not it")
PARTLY = ("partly", "kind of", "almost")
UNCLEAR = (
    "yes, but",
    "he said yes",
    "is that right?",
    "am I right?",
    "I guess so",
    "maybe",
    "what?",
    "yes, if you stop shouting",
)
AGAIN = (("yes, that's right", 1.1), ("yes, that is exactly right", 1.2))
"""How a person who is not understood says it again, slower each time: first in words of their own,
then in those that the coach asks for by then (`check_plainly`)."""

TALK = (
    "Did you remember to buy the milk?",
    "I think the neighbours are home again.",
    "The meeting was moved to Thursday afternoon.",
    "Can you close the window, please?",
    "My mother called twice this morning.",
    "We could go to the lake on Sunday.",
    "There is somebody at the door.",
    "He never told me about the letter.",
    "Turn the music down a little.",
    "It will rain before the evening.",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A sound, what it is, and how it is said again."""

    meant: str
    """yes, no, partly, unclear, or the kind of a stretch without an answer."""
    name: str
    condition: str
    takes: tuple[Samples, ...]


def replies(quick: bool) -> Iterator[Case]:
    """The synthetic answers; with `quick` 15 of them, clean and in noise, over all voices."""
    noises = {kind: make(30.0, 7) for kind, make in room.NOISES.items()}
    said = [(meant, text) for meant, texts in MEANT.items() for text in texts]
    for at, (meant, text) in enumerate(said):
        for number, voice in enumerate(room.VOICES):
            if quick and (at % 2 or number != at // 2 % len(room.VOICES)):
                continue
            again = AGAIN if meant == "yes" else ()
            takes = [placed(room.spoken(*each)) for each in _takes(text, voice, again)]
            yield Case(meant, f"{text} ({voice})", "clean", tuple(takes))
            kind = tuple(noises)[(at + at // 6 + number) % len(noises)]
            shift = 3001 * (at * len(room.VOICES) + number)
            noisy = [
                room.with_noise(take, np.roll(noises[kind], -shift - 9001 * n), SNR_DB)
                for n, take in enumerate(takes)
            ]
            yield Case(meant, f"{text} ({voice})", kind, tuple(noisy))


MEANT = {"yes": YES, "no": NO, "partly": PARTLY, "unclear": UNCLEAR}


def _takes(
    text: str, voice: str, again: tuple[tuple[str, float], ...]
) -> Iterator[tuple[str, str, float]]:
    yield text, voice, 1.0
    for other, stretch in again:
        yield other, voice, stretch


def placed(sound: Samples) -> Samples:
    """The sound in a quiet room, with time before and after it."""
    whole = np.concatenate([room.silence(BEFORE_S), sound, room.silence(AFTER_S)])
    hiss = np.random.default_rng(len(whole)).normal(0, 1e-4, len(whole))
    return np.asarray(whole + hiss, np.float32)


def recorded() -> Iterator[Case]:
    """The answers that people have recorded; each is said once."""
    for entry, file in _evaluation("yesno"):
        meant = str(entry["transcript"])
        yield Case(meant, entry["file"], "recorded", (placed(room.recorded(file)),))


def stretches(quick: bool) -> Iterator[Case]:
    """100 stretches in which nobody answers; with `quick` every fifth."""
    for at, (kind, make) in enumerate(_stretches()):
        if not quick or at % 5 == 0:
            yield Case(kind, f"{kind} {at}", "stretch", (placed(make()),))


def _stretches() -> Iterator[tuple[str, Any]]:
    for seed in range(12):
        yield "cough", lambda seed=seed: room.cough(seed)
        yield "music", lambda seed=seed: room.music(STRETCH_S, seed)
        yield "babble", lambda seed=seed: room.babble(STRETCH_S, 100 + seed)
    for seed in range(8):
        yield "pink", lambda seed=seed: room.pink(STRETCH_S, 200 + seed)
        yield "hum", lambda seed=seed: room.hum(STRETCH_S, 300 + seed)
        yield "silence", lambda: room.silence(STRETCH_S)
    people = [file for entry, file in _evaluation("speech") if entry["seconds"] < 4][:20]
    for file in people:
        yield "recorded talk", lambda file=file: room.recorded(file)
    for number in range(40 - len(people)):
        text, voice = TALK[number % len(TALK)], room.VOICES[number % len(room.VOICES)]
        stretch = 1.0 + 0.1 * (number // len(TALK))
        yield "other talk", lambda t=text, v=voice, s=stretch: room.spoken(t, v, s)


def _evaluation(kind: str) -> list[tuple[dict[str, Any], Path]]:
    default = Path(__file__).resolve().parents[3] / "shared"
    folder = Path(os.environ.get("VOICECOACH_EVAL", default)) / "speech"
    manifest = folder / "manifest.json"
    if not manifest.exists():
        return []
    clips = json.loads(manifest.read_text(encoding="utf-8"))
    entries = clips if isinstance(clips, list) else next(iter(clips.values()))
    found = [(entry, folder / entry["file"]) for entry in entries if entry.get("kind") == kind]
    return [(entry, file) for entry, file in found if file.exists()]


def measure(cases: Iterator[Case], recogniser: RecogniserProcess) -> list[tuple[Case, Any]]:
    """What became of each case: a list of `Answered`, one for each time it was said."""
    return [(case, hear_one(recogniser, case.takes)) for case in cases]


def advanced(heard: list[Answered]) -> bool:
    """Whether the dialogue went on as after a yes, whenever it was said."""
    return any(answered.advanced for answered in heard)


def false_advances(measured: list[tuple[Case, Any]]) -> list[str]:
    """What is no yes and moved the dialogue as one."""
    return [
        f"{case.name}, {case.condition}: {heard[-1].texts}"
        for case, heard in measured
        if case.meant != "yes" and advanced(heard)
    ]


def figures(measured: list[tuple[Case, Any]]) -> dict[str, Any]:
    """The figures over answers of one condition."""
    meant = Counter(case.meant for case, _ in measured)
    yeses = [heard for case, heard in measured if case.meant == "yes"]
    result: dict[str, Any] = {"replies": sum(meant.values()), "yes": len(yeses)}
    result["false_advances"] = false_advances(measured)
    result["missed_yes"] = _share(not heard[0].advanced for heard in yeses)
    result["false_no"] = _share(any(each.refused for each in heard) for heard in yeses)
    if any(len(case.takes) > 1 for case, _ in measured):
        result["stuck"] = _share(not any(each.entered for each in heard) for heard in yeses)
    for kind in ("no", "partly", "unclear"):
        first = [heard[0] for case, heard in measured if case.meant == kind]
        if first:
            result[f"{kind}_heard_as"] = dict(Counter(_answer(each) for each in first))
    return result


def _share(found: Any) -> str:
    which = list(found)
    share = sum(which) / len(which) if which else 0.0
    return f"{sum(which)} of {len(which)} ({share:.1%})"


def _answer(answered: Answered) -> str:
    return answered.answers[-1].lower() if answered.answers else "nothing"


def summary(measured: list[tuple[Case, Any]]) -> dict[str, Any]:
    """All figures by condition, and the stretches."""
    by: dict[str, list[tuple[Case, Any]]] = {}
    for case, heard in measured:
        names = [case.condition]
        if case.condition in room.NOISES:
            names.append("10 dB")
        for name in names:
            by.setdefault(name, []).append((case, heard))
    quiet = by.pop("stretch", [])
    result: dict[str, Any] = {name: figures(by[name]) for name in sorted(by)}
    result["stretches"] = {
        "kinds": dict(Counter(case.meant for case, _ in quiet)),
        "false_advances": false_advances(quiet),
        "sent_back_to_share": sum(any(each.refused for each in heard) for _, heard in quiet),
    }
    if "recorded" not in by:
        result["note"] = "no evaluation folder: nothing that people have recorded was heard"
    return result


def lines(measured: list[tuple[Case, Any]]) -> list[str]:
    """What was heard of the answers that were not understood as meant when first said."""
    return [
        f"{case.meant} | {case.name} | {case.condition} | {heard[0].texts} | {_answer(heard[0])}"
        for case, heard in measured
        if _answer(heard[0]) != case.meant
    ]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--recogniser", default="sphinx", help="as in `voicecoach talk`")
    parser.add_argument("--quick", action="store_true", help="15 answers and 20 stretches")
    parser.add_argument("--lines", action="store_true", help="what was heard otherwise")
    asked = parser.parse_args()
    missing = room.missing_voices()
    if missing:
        print(f"{missing}: install flite.", file=sys.stderr)
        return 3
    recogniser = RecogniserProcess(recogniser_spec(asked.recogniser)[0])
    recogniser.wait_ready()
    cases = (*replies(asked.quick), *recorded(), *stretches(asked.quick))
    measured = measure(iter(cases), recogniser)
    recogniser.close()
    result = {"recogniser": recogniser.name, **summary(measured)}
    if asked.lines:
        result["lines"] = lines(measured)
    print(json.dumps(result, indent=2))
    return 1 if false_advances(measured) else 0


if __name__ == "__main__":
    raise SystemExit(main())
