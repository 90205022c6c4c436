"""Message and reflection beside each other, and where they run alongside."""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.dialogue.comparison.alignment import KEPT, Alignment
from voicecoach.dialogue.comparison.comparable import Comparable, Lexicon

HARDLY_ANYTHING = 0.12
"""Share of the message's content; where no more came back, nothing was altered."""
_NEIGHBOURS = 3
_HEARD = 3
"""So many words on both sides must have been heard clearly."""
_NEARLY_ALL = 0.7


@dataclass(frozen=True, slots=True)
class Pair:
    """Message and reflection with what is known about them."""

    message: Comparable
    reflection: Comparable
    alignment: Alignment
    known: Lexicon
    by_meaning: bool = False
    """Whether words that mean the same were matched; without it, another word tells nothing."""

    @property
    def kept(self) -> float:
        """The share of the message's content that came back."""
        counted = [
            (said.counts, sure)
            for said, sure in zip(self.message.words, self.alignment.sure, strict=True)
            if said.content
        ]
        return sum(c * sure for c, sure in counted) / (sum(c for c, _ in counted) or 1.0)

    def clear(self, at: int, to: int) -> bool:
        """True if both texts were heard well enough around these words: else nothing is altered.

        Beside them every word must be beyond doubt, a little farther none may be unclear.
        """
        for text, place in ((self.message, at), (self.reflection, to)):
            beside = text.words[max(0, place - 1) : place + 2]
            near = text.words[max(0, place - _HEARD) : place + _HEARD + 1]
            if any(said.doubtful for said in beside) or any(said.unclear for said in near):
                return False
        return True

    def together(self, at: int, to: int, least: int = 2) -> bool:
        """True if the words around message word `at` run alongside those around `to`.

        `least` neighbours must, or as many as there are.
        """
        near = possible = 0
        for step in range(-_NEIGHBOURS, _NEIGHBOURS + 1):
            place = at + step
            inside = 0 <= place < len(self.message.words) and 0 <= to + step < len(
                self.reflection.words
            )
            if step == 0 or not inside:
                continue
            possible += 1
            other = self.alignment.forward[place]
            if other is not None and abs((other - to) - step) <= 2:
                near += 1
        return near >= min(least, possible)

    @property
    def alike(self) -> bool:
        """True if nearly all words of both texts came back."""
        return min(_same(self.alignment.sure), _same(self.alignment.back_sure)) >= _NEARLY_ALL


def _same(sure: tuple[float, ...]) -> float:
    """The share of words that came back."""
    return sum(one >= KEPT for one in sure) / len(sure)
