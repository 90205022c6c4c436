"""What scores again where somebody corrected a line: for the pages of a review and an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicecoach.session.review.pairs import Compare


def comparison() -> Compare:
    """Scores again what was corrected; the word table is opened when that is first needed."""
    from functools import cache

    from voicecoach.dialogue.fidelity import compare
    from voicecoach.dialogue.messages import Fidelity
    from voicecoach.engines.meaning import open_word_table

    table = cache(open_word_table)

    @cache
    def compared(message: str, reflection: str, language: str) -> Fidelity:
        return compare(message, reflection, language=language, meaning=table())

    return compared
