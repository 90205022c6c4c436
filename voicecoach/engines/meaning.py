"""Sentence meaning as numbers, offline: a table of words and numpy.

`WordTable` loads the shipped table (3 MB) and answers `dialogue.messages.Meaning`: the rows of a
text's words are added up with a bias and made unit length, which approximates what a sentence
encoder gives for the text. It knows no word order and no negation; those are the business of
`dialogue.fidelity`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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


class WordTable:
    """Texts to unit vectors by adding up word rows."""

    name = "words"

    def __init__(self, path: Path) -> None:
        """Load the table at `path` (an .npz as its NOTICE describes); ModelError if it is not."""
        try:
            with np.load(path, allow_pickle=False) as table:
                rows, scales = table["q"], table["s"]
                self._bias = table["b"].astype(np.float32)
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
        """(len(texts), width) float32 of unit rows; all zero where no word is known."""
        result = np.zeros((len(texts), len(self._bias)), dtype=np.float32)
        for at, text in enumerate(texts):
            found = [row for word in _WORD.findall(text.lower()) for row in self._pieces(word)]
            if found:
                total = self._scales[found] @ self._rows[found].astype(np.float32) + self._bias
                result[at] = total / max(float(np.linalg.norm(total)), 1e-9)
        return result

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
