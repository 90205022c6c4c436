"""How well a recogniser understands the recorded dialogues of `samples/`; the embedded one if not
another is named.

    python -m tests.benchmarks.sample_recognition [NAME ...] [--recogniser NAME] [--lines]

Each recording goes through the speech detector and the segmenter, and each piece they find is
decoded by itself, as in a session. Printed as JSON: for each sample the word error rate (edit
distance in words over the words of the script), and how many short lines and how many questions
at the end of a line came out word for word. `--lines` adds what was recognised for every line that
came out otherwise.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz.distance import Levenshtein

from voicecoach.engines import Recogniser
from voicecoach.engines.detector import Detector
from voicecoach.engines.models import recogniser_spec
from voicecoach.engines.worker import open_recogniser
from voicecoach.speech.audio import FRAME, RATE, Frame, Samples
from voicecoach.speech.segmenter import PieceEnded, Segmenter
from voicecoach.utterance import Word

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

SHORT_WORDS = 6
"""A line of at most this many words is an answer or a question: the dialogue turns on it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a script, where it lies in the recording, and what was recognised there."""

    text: str
    start_s: float
    end_s: float
    heard: str = ""

    @property
    def errors(self) -> int:
        """Words to change, add or drop to get from the script to what was recognised."""
        return int(Levenshtein.distance(words_of(self.text), words_of(self.heard)))


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, without punctuation."""
    return re.sub(r"[^a-z' ]", " ", text.lower()).split()


def frames(recording: Path) -> Iterator[Frame]:
    """The recording in frames; the last one is filled up with zeros."""
    import av

    blocks: list[Samples] = []
    with av.open(str(recording)) as container:
        for block in container.decode(audio=0):
            whole = block.to_ndarray().reshape(-1)
            blocks.append(np.asarray(whole / 32768, np.float32))
    samples = np.concatenate(blocks)
    samples = np.pad(samples, (0, -len(samples) % FRAME))
    for position in range(0, len(samples), FRAME):
        yield Frame(samples[position : position + FRAME], position)


def recognised(recording: Path, recogniser: Recogniser) -> list[Word]:
    """Every word the recogniser finds, piece by piece."""
    detector, segmenter = Detector(), Segmenter()
    words: list[Word] = []
    ended = [
        each
        for frame in frames(recording)
        for each in segmenter.push(frame, detector.probability(frame.samples))
    ]
    for each in [*ended, *segmenter.finish()]:
        if isinstance(each, PieceEnded):
            words += recogniser.transcribe(each.clip)
    return words


def lines_of(name: str, recogniser: Recogniser) -> list[Line]:
    """The lines of a sample with what was recognised in each.

    A word belongs to the line whose stretch of time its middle is nearest to; what a cough was
    taken for counts against the line that is nearest.
    """
    placed = json.loads((SAMPLES / "timing.json").read_text(encoding="utf-8"))[name]["lines"]
    lines = [Line(p["text"], p["start_s"], p["end_s"]) for p in placed if p["name"]]
    heard: list[list[str]] = [[] for _ in lines]
    for word in recognised(SAMPLES / f"{name}.flac", recogniser):
        middle = (word.start_s + word.end_s) / 2
        away = [max(line.start_s - middle, middle - line.end_s, 0.0) for line in lines]
        heard[int(np.argmin(away))].append(word.text)
    return [
        Line(line.text, line.start_s, line.end_s, " ".join(words))
        for line, words in zip(lines, heard, strict=True)
    ]


def is_short(line: Line) -> bool:
    """True for an answer or a question by itself."""
    return len(words_of(line.text)) <= SHORT_WORDS


def question_of(line: Line) -> list[str]:
    """The words of the question that the line ends in; empty where it ends in none."""
    found = re.search(r"([^.?!]+)\?$", line.text)
    return words_of(found[1]) if found else []


def question_right(line: Line) -> bool:
    """True where the question at the line's end came out word for word."""
    question = question_of(line)
    return words_of(line.heard)[-len(question) :] == question


def figures(lines: list[Line]) -> dict[str, float]:
    """Word error rate; the short lines and the questions that came out word for word."""
    short = [line for line in lines if is_short(line)]
    questions = [line for line in lines if question_of(line)]
    words = sum(len(words_of(line.text)) for line in lines)
    return {
        "words": words,
        "word_error_rate": round(sum(line.errors for line in lines) / words, 3),
        "short_lines": len(short),
        "short_lines_right": sum(line.errors == 0 for line in short),
        "questions": len(questions),
        "questions_right": sum(question_right(line) for line in questions),
    }


def main() -> None:
    """Print the figures of the samples."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--recogniser", default="sphinx", help="as in `voicecoach talk`")
    parser.add_argument("--lines", action="store_true")
    args = parser.parse_args()
    recogniser = open_recogniser(recogniser_spec(args.recogniser)[0])
    for name in args.names or sorted(path.stem for path in SAMPLES.glob("*.flac")):
        lines = lines_of(name, recogniser)
        print(
            json.dumps(
                {"sample": name, "recogniser": recogniser.name, "rate_hz": RATE, **figures(lines)}
            )
        )
        for line in lines:
            if args.lines and line.errors:
                print(json.dumps({"said": line.text, "heard": line.heard}))


if __name__ == "__main__":
    main()
