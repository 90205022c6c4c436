"""The benchmark's own parts: what counts as taken, wrong sentences, and no evaluation folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import enrolment
from voicecoach.speech.partners import UNKNOWN, Attribution

LISTENER = Attribution("listener", 5.0, "listener", apart=True)
SPEAKER = Attribution("speaker", 5.0, "speaker", apart=True)
DOUBT = Attribution(None, 0.5, "speaker", apart=True)


def test_without_an_evaluation_folder_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no failure to have nobody to measure on."""
    monkeypatch.setenv("VOICECOACH_EVAL", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["enrolment"])
    assert enrolment.main() == 0
    assert "no evaluation folder" in json.loads(capsys.readouterr().out)["note"]


def test_a_yes_is_taken_from_the_speaker_and_from_an_unknown_voice() -> None:
    taken = [enrolment.advances(said) for said in (UNKNOWN, SPEAKER, LISTENER, DOUBT)]
    assert taken == [True, True, False, False]


def test_the_ways_differ_where_they_should() -> None:
    """Hardly two voices: as without; a doubt: `apart` has it, `refusing` has not."""
    hardly = Attribution("listener", 5.0, "listener", apart=False)
    assert enrolment.ways(UNKNOWN, hardly, UNKNOWN)["apart"] is UNKNOWN
    assert enrolment.ways(UNKNOWN, DOUBT, UNKNOWN)["apart"] is DOUBT
    assert enrolment.ways(UNKNOWN, DOUBT, UNKNOWN)["refusing"] is UNKNOWN
    assert enrolment.ways(UNKNOWN, LISTENER, UNKNOWN)["refusing"] is LISTENER
    assert enrolment.ways(DOUBT, SPEAKER, DOUBT)["built"] is DOUBT


def test_a_cell_counts_both_and_what_came_of_it() -> None:
    """Golden: the listener is refused once of two, the speaker taken once of one."""
    counts: enrolment.Counts = {}
    cell = counts.setdefault("x", enrolment.defaultdict(int))
    for said, who in ((LISTENER, "listener"), (UNKNOWN, "listener"), (SPEAKER, "speaker")):
        enrolment.count(cell, said, who)
    assert enrolment.figures(cell) == {
        "listener advances": 0.5,
        "speaker at once": 1.0,
        "speaker refused": 0.0,
        "right": 1.0,
        "answered": 0.667,
        "apart": 0.667,
        "asked": 3,
    }


def test_the_wrong_sentences_are_the_others() -> None:
    ours, theirs = np.zeros((2, 26)), np.ones((2, 26))
    wrong = enrolment.mistakes({"speaker": ours, "listener": theirs})
    assert wrong["swapped"]["speaker"] is theirs and wrong["swapped"]["listener"] is ours
    assert (wrong["both the speaker's"]["listener"] == ours).all()
    assert (wrong["both the listener's"]["speaker"] == theirs).all()
