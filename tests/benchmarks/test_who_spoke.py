"""The benchmark's own parts: who speaks alone, what a cell says, and no evaluation folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks import who_spoke
from voicecoach.speech.partners import Attribution


def test_without_an_evaluation_folder_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no failure to have nobody to measure on."""
    monkeypatch.setenv("VOICECOACH_EVAL", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["who_spoke"])
    assert who_spoke.main() == 0
    assert "no evaluation folder" in json.loads(capsys.readouterr().out)["note"]


def test_only_who_speaks_alone_is_asked_about() -> None:
    """Overlap is nobody's, and neither is a scrap."""
    labels = [[0.0, 2.0, "A"], [1.5, 4.0, "B"], [3.0, 3.2, "A"], [5.0, 5.1, "A"]]
    assert who_spoke._alone(labels) == {"A": [(0.0, 1.5)], "B": [(2.0, 3.0), (3.2, 4.0)]}


def test_a_cell_counts_answers_and_silences_apart() -> None:
    """Golden: three asked, two answered, one of them right."""
    said, silent = Attribution("A", 3.0, "A", True), Attribution(None, 0.1, "A", True)
    cells = {"x": [(True, said), (False, said), (True, silent)], "y": [(False, silent)]}
    assert who_spoke.figures(cells) == {
        "x": {"right": 0.5, "answered": 0.667, "asked": 3},
        "y": {"right": None, "answered": 0.0, "asked": 1},
    }
