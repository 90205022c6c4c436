"""The script that fits the word table: it draws what it says, and moves towards the encoder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models import make_word_table as maker
from voicecoach.engines.meaning import WordTable, word_table_path

TEXTS = ["i was sad and alone", "the train was late again", "my mother called on monday"] * 20


def sources(folder: Path) -> Path:
    """A folder with a file of each kind."""
    for name in ("goemotions", "topical-chat", "wordnet"):
        (folder / name).mkdir()
    for name in ("train", "dev", "test"):
        (folder / f"goemotions/{name}.tsv").write_text("thanks [NAME]  dear\t1\tx\n", "utf-8")
    talk = {"a": {"content": [{"message": "How are you?"}, {"message": "How are you?"}]}}
    (folder / "topical-chat/train.json").write_text(json.dumps(talk), "utf-8")
    (folder / "wordnet/data.noun").write_text(
        '  1 a licence "not this"\n00001 03 n | a thing; "she kept the thing"\n', "utf-8"
    )
    return folder


def test_each_sentence_is_gathered_once_by_its_kind(tmp_path: Path) -> None:
    """Names are filled in, headers of a file are no examples."""
    assert maker.gathered(sources(tmp_path)) == {
        "chat": ["How are you?"],
        "comment": ["thanks Alex dear"],
        "example": ["she kept the thing"],
    }


def test_a_kind_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="goemotions"):
        maker.gathered(tmp_path)


def test_the_rows_move_to_where_the_sentences_point(monkeypatch: pytest.MonkeyPatch) -> None:
    """Towards vectors of chance; what no sentence holds stays where it was."""
    monkeypatch.setattr(maker, "STEPS", 150)
    monkeypatch.setattr(maker, "BATCH", 32)
    table = WordTable(word_table_path())
    start, bias, _ = table.parts()
    rows = start.copy()
    wanted = np.random.default_rng(1).normal(size=(3, rows.shape[1])).astype(np.float32)
    wanted = np.tile(wanted / np.linalg.norm(wanted, axis=1, keepdims=True), (20, 1))
    bags = maker.Bags(table, TEXTS)
    maker.fitted(rows, bias.copy(), bags, wanted, wanted)

    def near(values: np.ndarray) -> float:
        sums = [values[bags.take(np.array([at]))[0]].sum(axis=0) for at in range(3)]
        units = [each / np.linalg.norm(each) for each in sums]
        return float(np.mean([unit @ wanted[at] for at, unit in enumerate(units)]))

    assert near(rows) > near(start) + 0.3
    used = np.unique(bags.take(np.arange(3))[0])
    untouched = np.setdiff1d(np.arange(len(rows)), used)
    assert np.array_equal(rows[untouched], start[untouched])


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Bytes with a scale each: within their precision, and the same words."""
    rows, bias, words = WordTable(word_table_path()).parts()
    file = tmp_path / "static.npz"
    maker.write(file, rows, bias, np.zeros_like(bias), words)
    again, _, same = WordTable(file).parts()
    assert same == words
    assert np.allclose(again, rows, atol=float(np.abs(rows).max()) / 100)
