"""How near a reflection is to a message in meaning, above what it is to anybody's.

Two sentences of everyday talk are somewhat alike whatever they say, and a reflection that would
suit anything ("that must be hard") is like all of it. So the nearer a reflection is to usual talk,
the more of its cosine with the message is put down to chance. 1 is the same meaning; unrelated talk
is at about a quarter, and at 0 the texts are as far apart as texts get.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from itertools import pairwise
from typing import Any, cast

from voicecoach.dialogue.comparison import Meaning
from voicecoach.dialogue.comparison.alignment import Alignment
from voicecoach.dialogue.comparison.comparable import Comparable, Lexicon

_NEAREST_USUAL = 6
"""So many of the usual messages count, those that the reflection is nearest to."""
_BY_CHANCE = 0.5
"""How much of its nearness to them is put down to chance; ranks best on the development half."""
_FARTHEST = -0.3
"""About the lowest cosine of two texts."""
_LONGEST_PASSAGE = 30
"""Words after which a passage ends where nobody set a full stop, as recognisers do not."""
_SHORTEST_PASSAGE = 4
_MOST_PASSAGES = 12


def closeness(
    message: Comparable,
    reflection: Comparable,
    alignment: Alignment,
    known: Lexicon,
    meaning: Meaning | None,
) -> tuple[float, float]:
    """How near the reflection is to the whole message, and to its nearest passage; 0..1 each.

    The second is never below the first. Both are 0 without a `Meaning`.
    """
    if meaning is None:
        return 0.0, 0.0
    ours, theirs = alignment.rewritten(message, reflection)
    places = passages(message)
    texts = [message.plain(known, ours), *(message.plain(known, ours, *at) for at in places)]
    rows = meaning.vectors([reflection.plain(known, theirs), *texts])
    usual = _usual(cast(Hashable, meaning), known) @ rows[0]
    likeness = float(sum(sorted(usual)[-_NEAREST_USUAL:])) / _NEAREST_USUAL
    chance = max(_FARTHEST, _BY_CHANCE * likeness + _FARTHEST)
    near = [max(0.0, min(1.0, (float(c) - chance) / (1.0 - chance))) for c in rows[1:] @ rows[0]]
    return near[0], max(near)


def passages(text: Comparable) -> list[tuple[int, int]]:
    """The sentences of `text` as places of words; none if it is a single one."""
    cuts = [0]
    for at in range(1, len(text.words)):
        long = at - cuts[-1] >= _LONGEST_PASSAGE
        if (long or text.stops(at - 1, at)) and at - cuts[-1] >= _SHORTEST_PASSAGE:
            cuts.append(at)
    cuts.append(len(text.words))
    found = list(pairwise(cuts))
    return found[:_MOST_PASSAGES] if len(found) > 1 else []


@lru_cache(maxsize=4)
def _usual(meaning: Any, known: Lexicon) -> Any:
    """The rows of the usual messages; `meaning` is an object of its own, not a value."""
    return meaning.vectors(known.usual)
