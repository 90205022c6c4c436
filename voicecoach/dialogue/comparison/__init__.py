"""Message against reflection, in three steps: make comparable, align, find what was altered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Meaning(Protocol):
    """Sentence meaning as numbers."""

    name: str

    def vectors(self, texts: Sequence[str]) -> Any:
        """A float matrix, one row of unit length for each text (all zero where unknown)."""

    def words(self, words: Sequence[str]) -> Any:
        """The same for single words, in numbers that compare with each other alone."""
