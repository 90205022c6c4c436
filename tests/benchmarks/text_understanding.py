"""Print how well and how fast replies are understood, on the replies kept beside the tests.

Run from the checkout: python -m tests.benchmarks.text_understanding
"""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from pathlib import Path

from voicecoach.dialogue.fidelity import compare
from voicecoach.dialogue.messages import Question
from voicecoach.dialogue.replies import understand
from voicecoach.engines.meaning import open_word_table

FOLDER = Path(__file__).resolve().parents[1] / "dialogue"
PAIR = (
    "When you come home late and do not call, I feel lonely and I start to worry.",
    "You feel alone when I am late and don't call, and then you worry.",
)
REPEATS = 200


def replies(name: str) -> None:
    """One line of figures for `replies_NAME.jsonl`."""
    lines = (FOLDER / f"replies_{name}.jsonl").read_text(encoding="utf-8").splitlines()
    table: Counter[tuple[str, str, str]] = Counter()
    times = []
    for row in map(json.loads, lines):
        question = Question(row["question"])
        started = time.perf_counter()
        reply = understand(row["text"], question, mirrored=row["mirrored"])
        times.append(time.perf_counter() - started)
        table[row["question"], row["answer"], reply.answer.value] += 1
    yes = sum(n for key, n in table.items() if key[1] == "YES")
    wrongly = [(key, n) for key, n in table.items() if key[1] != "YES" and key[2] == "YES"]
    false_yes = sum(n for _, n in wrongly)
    moved_on = sum(n for key, n in wrongly if key[0] == "satisfied")
    missed = sum(n for key, n in table.items() if key[1] == "YES" and key[2] != "YES")
    keeps = [(key, n) for key, n in table.items() if key[0] == "more" and key[1] != "NO"]
    false_no = sum(n for key, n in keeps if key[2] == "NO")
    print(
        f"{name}: {len(lines)} replies, false yes {false_yes} of {len(lines) - yes} "
        f"({moved_on} of them after a mirror), missed yes {missed} of {yes}, "
        f"false no after 'is there more?' {false_no} of {sum(n for _, n in keeps)}, "
        f"median {1000 * statistics.median(times):.2f} ms"
    )


def fidelity() -> None:
    """How long the word table takes to load and a pair to score."""
    started = time.perf_counter()
    meaning = open_word_table()
    loaded = time.perf_counter() - started
    compare(*PAIR, meaning=meaning)
    started = time.perf_counter()
    for _ in range(REPEATS):
        compare(*PAIR, meaning=meaning)
    each = (time.perf_counter() - started) / REPEATS
    print(f"word table loaded in {1000 * loaded:.0f} ms; {1000 * each:.2f} ms a pair")


if __name__ == "__main__":
    replies("tuned")
    replies("untuned")
    fidelity()
