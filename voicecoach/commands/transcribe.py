"""`voicecoach transcribe`: write down any recording, with times."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voicecoach.engines import Microphone, SpeechDetector
    from voicecoach.engines.worker import RecogniserProcess, Transcribed
    from voicecoach.speech.segmenter import PieceEnded, Segmenter

AT_ONCE = 4
"""Pieces that may wait for the recogniser; detection waits then, so that memory stays constant."""

NO_TURNS_S = 1e6
"""Nobody's turn is too long here; the limit of a turn would cut a sentence."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "transcribe",
        help="write down a recording, with times",
        description="Writes down what is said in a recording (WAV, FLAC, MP3, M4A, ...), a line "
        "for each stretch of speech as soon as it is there: [0:01.2 - 0:04.5] the words. Nothing "
        "leaves this machine.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the recording")
    parser.add_argument(
        "--recogniser",
        metavar="NAME",
        help="sphinx, whisper, or a Whisper model's name or folder; the best one there if not "
        "given",
    )
    parser.add_argument(
        "--language", default="en", metavar="CODE", help="language of the recording (default en)"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="one JSON object a line on stdout: start_s, end_s, text, failed, words",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write it down. Raises InputError for the file, ModelError for the recogniser."""
    import json
    import sys
    from dataclasses import replace

    from voicecoach.engines.detector import Detector
    from voicecoach.engines.models import recogniser_spec
    from voicecoach.engines.soundfiles import Recording
    from voicecoach.engines.worker import RecogniserProcess

    spec, note = recogniser_spec(args.recogniser, args.language)
    recording = Recording(args.file)
    process = RecogniserProcess(replace(spec, answers=False))
    lines = 0
    try:
        detector = Detector()
        print("\n".join(filter(None, (note, detector.note))), file=sys.stderr)
        for line in written(recording, detector, process, segmenter(spec.cost_per_call_s)):
            print(json.dumps(line) if args.json else _readable(line), flush=True)
            lines += 1
    finally:
        process.close()
        recording.close()
    if recording.damaged:
        print(f"{recording.name} is damaged; this is what could be read.", file=sys.stderr)
    if not lines:
        print(f"Nobody speaks in {recording.name}.", file=sys.stderr)
    return 0


def segmenter(cost_per_call_s: float) -> Segmenter:
    """Pieces as long as a sentence; longer ones for a recogniser that is paid by the call."""
    from voicecoach.speech.segmenter import Limits, Segmenter

    if cost_per_call_s > 1:
        return Segmenter(Limits(piece_pause_s=0.9, piece_s=28.0, turn_s=NO_TURNS_S))
    return Segmenter(Limits(piece_pause_s=0.5, piece_s=20.0, turn_s=NO_TURNS_S))


def written(
    microphone: Microphone,
    detector: SpeechDetector,
    process: RecogniserProcess,
    pieces: Segmenter,
) -> Iterator[dict[str, Any]]:
    """The lines as they come: `start_s`, `end_s`, `text`, `failed`, `words`."""
    from voicecoach.speech.segmenter import PieceEnded

    spans: dict[int, PieceEnded] = {}

    def lines(texts: Callable[[], list[Transcribed]]) -> Iterator[dict[str, Any]]:
        for text in texts():
            if text.words or text.failed:
                yield _line(text, spans.pop(text.piece))
            else:
                del spans[text.piece]

    while (frame := microphone.read()) is not None:
        for ended in pieces.push(frame, detector.probability(frame.samples)):
            if isinstance(ended, PieceEnded):
                number = frame.position
                spans[number] = ended
                process.submit(number, ended.clip)
        yield from lines(process.wait if process.pending >= AT_ONCE else process.poll)
    for ended in pieces.finish():
        if isinstance(ended, PieceEnded):
            spans[-1] = ended
            process.submit(-1, ended.clip)
    yield from lines(process.wait)


def _line(text: Transcribed, piece: PieceEnded) -> dict[str, Any]:
    from voicecoach.speech.audio import RATE

    return {
        "start_s": round(piece.voiced_from / RATE, 3),
        "end_s": round(piece.voiced_until / RATE, 3),
        "text": " ".join(word.text for word in text.words),
        "failed": text.failed,
        "words": [
            {
                "text": word.text,
                "start_s": round(word.start_s, 3),
                "end_s": round(word.end_s, 3),
                "probability": round(word.probability, 3),
            }
            for word in text.words
        ],
    }


def _readable(line: dict[str, Any]) -> str:
    text = "(could not be written down)" if line["failed"] else line["text"]
    return f"[{clock(line['start_s'])} - {clock(line['end_s'])}] {text}"


def clock(seconds: float) -> str:
    """Minutes, seconds and tenths, with hours where there are any.

    >>> clock(1.24), clock(3599.96)
    ('0:01.2', '1:00:00.0')
    """
    tenths = round(seconds * 10)
    minutes, tenths = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    rest = f"{tenths // 10:02}.{tenths % 10}"
    return f"{hours}:{minutes:02}:{rest}" if hours else f"{minutes}:{rest}"
