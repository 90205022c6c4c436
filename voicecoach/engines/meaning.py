"""Sentence meaning as numbers, offline: a table of words and numpy, or a sentence encoder.

`WordTable` loads the shipped table (3 MB) and answers `dialogue.comparison.Meaning`: the rows of a
text's words are added up with a bias and made unit length, which approximates what a sentence
encoder gives for the text. It knows no word order and no negation; those are the business of
`dialogue.fidelity`. `SentenceEncoder` is such an encoder (ONNX), where the user has put one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from voicecoach.errors import ModelError
from voicecoach.places import model_dirs, shipped

Matrix = npt.NDArray[np.float32]

NAME = "meaning-static"
_FILE = "static.npz"
_WORD = re.compile(r"[a-z]+|[0-9]|[^\W\d_]+")
_LONGEST_WORD = 40
_CONTINUES = "##"

ENCODER = "all-MiniLM-L6-v2"
_SENTENCE = "sentence_embedding"
_ENCODER_THREADS = 1
"""A sentence is too short to share: two threads take twice the work, and no less time."""
_LONGEST_SENTENCE = 256
"""Tokens that the encoder reads of a text."""
_REMEMBERED = 256
"""Texts whose vectors are kept: one message is compared with more than one reflection."""
_NO_ENCODER = f"Put it into models/{ENCODER} of the data directory, or use `--meaning words`."


class WordTable:
    """Texts to unit vectors by adding up word rows."""

    name = "words"

    def __init__(self, path: Path) -> None:
        """Load the table at `path` (an .npz as its NOTICE describes); ModelError if it is not."""
        try:
            with np.load(path, allow_pickle=False) as table:
                rows, scales = table["q"], table["s"]
                self._bias = table["b"].astype(np.float32)
                usual = table["u"] if "u" in table.files else np.zeros_like(self._bias)
                self._usual = usual.astype(np.float32)
                words = bytes(table["v"]).decode("utf-8").split("\n")
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise ModelError(
                f"The word table {path} cannot be read.",
                "Install voicecoach again, or use `--meaning none`.",
            ) from error
        if rows.ndim != 2 or not len(rows) == len(scales) == len(words):
            raise ModelError(
                f"The word table {path} does not fit together.",
                "Install voicecoach again, or use `--meaning none`.",
            )
        self._rows = rows
        self._scales = scales.astype(np.float32)
        self._index = {word: at for at, word in enumerate(words)}

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """(len(texts), width) float32 of unit rows; all zero where no word is known.

        What all talk has in common is taken out, so that unrelated texts are about 0 apart.
        """
        rows = self.words(texts)
        known = rows.any(axis=1)
        rows[known] = _unit(rows[known] - self._usual)
        return rows

    def words(self, words: Sequence[str]) -> Matrix:
        """(len(words), width) float32 of unit rows; all zero where a word is not known."""
        result = np.zeros((len(words), len(self._bias)), dtype=np.float32)
        for at, text in enumerate(words):
            found = self.places(text)
            if found:
                result[at] = self._scales[found] @ self._rows[found].astype(np.float32)
                result[at] += self._bias
        return _unit(result)

    def places(self, text: str) -> list[int]:
        """The places of the rows that `text` adds up, word by word."""
        return [row for word in _WORD.findall(text.lower()) for row in self._pieces(word)]

    def parts(self) -> tuple[Matrix, Matrix, list[str]]:
        """The rows (words, width), the bias and the words, as they are added up."""
        rows = self._rows.astype(np.float32) * self._scales[:, None]
        return rows, self._bias.copy(), list(self._index)

    def _pieces(self, word: str) -> list[int]:
        """The rows of a word: its own, or those of its longest pieces; none if unknown."""
        whole = self._index.get(word)
        if whole is not None:
            return [whole]
        if len(word) > _LONGEST_WORD:
            return []
        found: list[int] = []
        start = 0
        while start < len(word):
            prefix = _CONTINUES if start else ""
            for end in range(len(word), start, -1):
                row = self._index.get(prefix + word[start:end])
                if row is not None:
                    found.append(row)
                    start = end
                    break
            else:
                return []
        return found


class SentenceEncoder:
    """Texts to unit vectors by an encoder that reads them whole; words by the word table."""

    name = "encoder"

    def __init__(self, folder: Path, table: WordTable) -> None:
        """Load the encoder in `folder` (`*.onnx`, `tokenizer.json`); ModelError if it is none.

        Pooling and normalisation are expected in the graph, as its output `sentence_embedding`.
        """
        import onnxruntime
        import tokenizers

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _ENCODER_THREADS
        options.log_severity_level = 4
        # The weights are 8 bit; without this they are multiplied as floats, which is slower.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        try:
            graph = next(iter(sorted(folder.glob("*.onnx"))))
            self._session = onnxruntime.InferenceSession(
                str(graph), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
            outputs = [output.name for output in self._session.get_outputs()]
        except Exception as error:
            raise ModelError(
                f"The sentence encoder {folder} cannot be read.", _NO_ENCODER
            ) from error
        if _SENTENCE not in outputs:
            raise ModelError(f"The model {folder} is no sentence encoder.", _NO_ENCODER)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST_SENTENCE)
        self._inputs = {given.name for given in self._session.get_inputs()}
        self._table = table
        self._encoded = lru_cache(maxsize=_REMEMBERED)(self._encode)

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """(len(texts), width) float32 of unit rows; all zero for an empty text."""
        return np.stack([self._encoded(text) for text in texts]) if texts else self._none

    def words(self, words: Sequence[str]) -> Matrix:
        """Single words by the word table: a word alone tells an encoder no more."""
        return self._table.words(words)

    @property
    def _none(self) -> Matrix:
        return np.zeros((0, len(self._encoded(""))), dtype=np.float32)

    def _encode(self, text: str) -> npt.NDArray[np.float32]:
        """One text by itself: padding to a longer one would cost more than two runs do."""
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        given = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        feed = {name: value for name, value in given.items() if name in self._inputs}
        row = np.asarray(self._session.run([_SENTENCE], feed)[0][0], dtype=np.float32)
        return row if text.strip() else np.zeros_like(row)


def _unit(rows: Matrix) -> Matrix:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)  # type: ignore[no-any-return]


def encoder_path() -> Path | None:
    """The folder of the sentence encoder among the models, or None."""
    for folder in model_dirs():
        if (folder / ENCODER / "tokenizer.json").is_file():
            return folder / ENCODER
    return None


def open_encoder(folder: Path | None = None, table: WordTable | None = None) -> SentenceEncoder:
    """The sentence encoder in `folder`, or the one found; ModelError where there is none."""
    folder = folder or encoder_path()
    if folder is None:
        raise ModelError(
            f"There is no sentence encoder {ENCODER} in the folder of models.", _NO_ENCODER
        )
    return SentenceEncoder(folder, table or open_word_table())


def word_table_path() -> Path | None:
    """Where the word table is: the user's models, the checkout's, the shipped; or None."""
    for folder in model_dirs():
        path = folder / NAME / _FILE
        if path.is_file():
            return path
    return shipped(f"models/{NAME}/{_FILE}")


def open_word_table(path: Path | None = None) -> WordTable:
    """The word table at `path`, or the first one found; ModelError where there is none."""
    path = path or word_table_path()
    if path is None:
        raise ModelError(
            "The word table is missing.", "Install voicecoach again, or use `--meaning none`."
        )
    return WordTable(path)
