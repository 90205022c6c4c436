"""The benchmark's own parts: what is put together, and what is made of the answer."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import changes
from tests.speech.voices import HIGH, LOW, talk
from voicecoach.speech.audio import RATE
from voicecoach.speech.partners import Partners

NAMES = ("low", "high")


def people() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Two people with three clips each."""
    low, high = ([talk(voice, 6.0, seed) for seed in range(3)] for voice in (LOW, HIGH))
    return low, high


def known() -> Partners:
    return changes.learned(NAMES, list(people()), 8.0)


def test_without_an_evaluation_folder_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no failure to have nobody to measure on."""
    monkeypatch.setenv("VOICECOACH_EVAL", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["changes"])
    assert changes.main() == 0
    assert "no evaluation folder" in json.loads(capsys.readouterr().out)["note"]


def test_turns_are_put_together_as_they_are_named() -> None:
    """The pause, who speaks, and how loud everybody is."""
    for made in changes.Maker(people(), np.random.default_rng(1)).turns():
        owners = [each.who for each in made.said]
        assert len(set(owners)) == (1 if made.kind.startswith("one person") else 2)
        if made.kind.endswith("s between"):
            first, second = made.said
            pause_s = float(made.kind.split()[-3])
            assert second.start - first.end == round(pause_s * RATE)
        for each in made.said:
            if "over" not in made.kind:
                loud = np.sqrt(np.mean(made.samples[each.start : each.end] ** 2))
                assert loud == pytest.approx(changes.LEVEL, rel=0.05)


def test_where_a_turn_is_split_and_by_whom_counts() -> None:
    """The same turn, with the truth told truly, elsewhere, and the wrong way round."""
    maker = changes.Maker(people(), np.random.default_rng(2))
    made = maker._in_turn("x", [(0, 2.0), (1, 2.0)], 0.3)
    first, second = made.said
    assert changes.outcome(made, made.samples, known()) == "split"
    swapped = changes.Made("x", made.samples, (second_as(first, 1), second_as(second, 0)))
    assert changes.outcome(swapped, made.samples, known()) == "split elsewhere"
    late = changes.Said(1, second.start + RATE, second.end)
    later = changes.Made("x", made.samples, (changes.Said(0, first.start, late.start), late))
    assert changes.outcome(later, made.samples, known()) == "split elsewhere"
    alone = maker._in_turn("x", [(0, 2.0)], 0)
    assert changes.outcome(alone, alone.samples, known()) == "missed"


def second_as(said: changes.Said, who: int) -> changes.Said:
    return changes.Said(who, said.start, said.end)


def test_of_one_person_any_split_is_wrong() -> None:
    """Golden."""
    counts = Counter({"missed": 7, "split": 1, "split elsewhere": 1, "marked": 1})
    assert changes.told(counts, one=True) == {"turns": 10, "split": 2, "marked": 1}
    assert changes.told(counts, one=False)["missed"] == 7
