"""The word table: texts to unit vectors, offline."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from voicecoach.dialogue.comparison import Meaning
from voicecoach.engines.meaning import (
    ENCODER,
    SentenceEncoder,
    WordTable,
    open_encoder,
    open_word_table,
    word_table_path,
)
from voicecoach.errors import ModelError


@pytest.fixture(scope="module")
def table() -> WordTable:
    return open_word_table()


def test_the_table_is_shipped_with_its_notice() -> None:
    """What is brought along says whose it is."""
    path = word_table_path()
    assert path is not None
    notice = (path.parent / "NOTICE").read_text(encoding="utf-8")
    assert "Apache" in notice and "CC BY-SA" in notice
    assert path.stat().st_size < 4_000_000


def test_rows_have_unit_length(table: WordTable) -> None:
    """One row for each text, of length one, all zero where no word is known."""
    rows = table.vectors(["I was waiting at the window", "worried", "", "?!", "日本語"])
    assert rows.shape == (5, 128)
    assert np.allclose(np.linalg.norm(rows[:2], axis=1), 1, atol=1e-5)
    assert not rows[2:4].any()
    assert table.vectors([]).shape == (0, 128)


def test_near_in_meaning_is_near_in_space(table: WordTable) -> None:
    """Other words for the same thing are nearer than talk about something else."""
    rows = table.vectors(
        ["I am afraid to lose my job", "scared of losing work", "the soup was salty"]
    )
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.3


def test_an_unknown_word_is_read_in_pieces(table: WordTable) -> None:
    """A word that is not in the table is still near its root; a very long one is left out."""
    rows = table.vectors(["unworriedness", "x" * 500])
    assert rows[0].any()
    assert not rows[1].any()


def test_it_is_a_meaning(table: WordTable) -> None:
    """The dialogue's Protocol is met."""
    meaning: Meaning = table
    assert meaning.name == "words"


@pytest.mark.parametrize("content", [b"", b"not a table", b"PK\x03\x04 broken"])
def test_a_broken_table_is_a_model_error(tmp_path: Path, content: bytes) -> None:
    """Empty, foreign or cut files say so in one sentence with a hint."""
    path = tmp_path / "static.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"static\.npz") as caught:
        WordTable(path)
    assert caught.value.hint


def test_a_table_that_does_not_fit_together(tmp_path: Path) -> None:
    """As many words as rows, or it is no table."""
    path = tmp_path / "static.npz"
    np.savez(path, q=np.zeros((2, 4), np.int8), s=np.ones(2, np.float16), b=np.zeros(4, np.float16),
             v=np.frombuffer(b"one", np.uint8))  # fmt: skip
    with pytest.raises(ModelError, match="fit together"):
        WordTable(path)


def test_a_missing_table_is_a_model_error(tmp_path: Path) -> None:
    """A path that does not exist."""
    with pytest.raises(ModelError):
        WordTable(tmp_path / "none.npz")


def test_the_users_table_comes_first(private_data: Path) -> None:
    """A table in the user's data directory is found before the shipped one."""
    folder = private_data / "models" / "meaning-static"
    folder.mkdir(parents=True)
    (folder / "static.npz").write_bytes(b"")
    assert word_table_path() == folder / "static.npz"


# ------------------------------------------------------------------ the sentence encoder


@pytest.fixture(scope="module")
def encoder(table: WordTable) -> SentenceEncoder:
    """The encoder beside the checkout, or a skip."""
    root = os.environ.get("VOICECOACH_EVAL") or Path(__file__).resolve().parents[3] / "shared/eval"
    folder = Path(root).parent / "models" / ENCODER
    if not folder.is_dir():
        pytest.skip("needs the sentence encoder beside the evaluation data")
    return SentenceEncoder(folder, table)


def test_the_encoder_reads_sentences_whole(encoder: SentenceEncoder) -> None:
    """Unit rows; other words for the same thing are near, and the order of words counts."""
    meaning: Meaning = encoder
    rows = encoder.vectors(
        ["I am afraid to lose my job", "scared of being laid off", "the soup was salty", ""]
    )
    assert meaning.name == "encoder"
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows[:3], axis=1), 1, atol=1e-3)
    assert not rows[3].any()
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.3
    there, back = encoder.vectors(["the dog bit the man", "the man bit the dog"])
    assert there @ back < 0.999
    assert encoder.vectors([]).shape == (0, rows.shape[1])


def test_the_encoder_leaves_words_to_the_table(encoder: SentenceEncoder, table: WordTable) -> None:
    """Single words are compared by the word table."""
    assert np.array_equal(encoder.words(["sad", "window"]), table.words(["sad", "window"]))


@pytest.mark.parametrize("files", [(), ("tokenizer.json",), ("model.onnx", "tokenizer.json")])
def test_a_broken_encoder_is_a_model_error(
    tmp_path: Path, files: tuple[str, ...], table: WordTable
) -> None:
    """Missing and foreign files say so in one sentence, with a hint."""
    for name in files:
        (tmp_path / name).write_bytes(b"not a model")
    with pytest.raises(ModelError, match="sentence encoder") as caught:
        SentenceEncoder(tmp_path, table)
    assert caught.value.hint


def test_an_encoder_that_is_not_there_is_a_model_error() -> None:
    """The sentence says which one is looked for."""
    with pytest.raises(ModelError, match=ENCODER):
        open_encoder()
