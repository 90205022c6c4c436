"""Which words of the message come back in the reflection, and how surely.

Words match by stem, by close spelling or by sound (what a recogniser confuses), and, where a
`Meaning` is given, by meaning. Each message word is matched at most once, with the candidate that
stands closest to where the last match led.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from voicecoach.dialogue.answers import sounds
from voicecoach.dialogue.comparison import Meaning
from voicecoach.dialogue.comparison.comparable import COMMON, NEGATION, Comparable, Lexicon, Said
from voicecoach.dialogue.comparison.polarity import negated, opposed

Match = Callable[[int, int, float], None]
"""Takes a place in the message, one in the reflection, and how sure the match is."""

_SPELLED_ALIKE = 84
_SHORTEST_SPELLED = 5
_MEANS_SAME = 0.55
"""Least cosine of two word rows that counts as a match in meaning at all."""
_OPPOSITE = 0.85
_FAMILY = 0.85
_NEGATION_AWAY = 4
"""A negation this far from where it should stand is another one."""
_DENIED = 0.7
KEPT = 0.5
"""A word less sure than this did not come back."""
_BRIDGE = 2
"""So many light words between two missed words still belong to the phrase."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """For each word of the message its place in the reflection or None, and how sure it is.

    `backward` is the same for the words of the reflection. Sureness is 0..1.
    """

    forward: tuple[int | None, ...]
    sure: tuple[float, ...]
    backward: tuple[int | None, ...]
    back_sure: tuple[float, ...]
    opposites: frozenset[int]
    """Message words matched by their opposite under a negation: "difficult" / "not easy"."""

    def rewritten(
        self, message: Comparable, reflection: Comparable
    ) -> tuple[dict[int, str], dict[int, str]]:
        """What to read instead at some places, so that "not easy" reads as "difficult" does.

        What was not understood is read as what it was taken for, or left out.
        """
        ours = _understood(message, self.forward, reflection)
        theirs = _understood(reflection, self.backward, message)
        for at in self.opposites:
            to = self.forward[at]
            assert to is not None
            ours |= {place: "" for place, other in enumerate(self.forward) if other == to}
            theirs |= {place: "" for place, other in enumerate(self.backward) if other == at}
            ours[at] = theirs[to] = message.words[at].word
        return ours, theirs


def _understood(
    text: Comparable, matched: Sequence[int | None], other: Comparable
) -> dict[int, str]:
    """For each unclear word of `text` the word of `other` it was matched with, or nothing."""
    found: dict[int, str] = {}
    for at, said in enumerate(text.words):
        place = matched[at]
        if not said.unclear or (place is not None and other.words[place].stem == said.stem):
            continue
        found[at] = "" if place is None else other.words[place].word
    return found


def align(
    message: Comparable, reflection: Comparable, known: Lexicon, meaning: Meaning | None
) -> Alignment:
    """Match the words of both texts."""
    forward: list[int | None] = [None] * len(message.words)
    backward: list[int | None] = [None] * len(reflection.words)
    sure = [0.0] * len(forward)
    back_sure = [0.0] * len(backward)

    def match(at: int, to: int, how_sure: float) -> None:
        forward[at], backward[to] = to, at
        sure[at] = back_sure[to] = how_sure

    _match_stems(message.words, reflection.words, match)
    opposites = _match_opposites(message, reflection, known, forward, backward, match)
    _match_feelings(message.words, reflection.words, known, forward, backward, match)
    _match_spelling(message.words, reflection.words, known, forward, backward, match)
    sounds.match_sounds(message.words, reflection.words, known, forward, backward, match)
    if meaning is not None:
        _match_meaning(message.words, reflection.words, sure, back_sure, meaning)
    _lean_negations(message.words, sure, reflection.words, back_sure)
    return Alignment(
        tuple(forward), tuple(sure), tuple(backward), tuple(back_sure), frozenset(opposites)
    )


def _match_stems(message: Sequence[Said], reflection: Sequence[Said], match: Match) -> None:
    """Content words first, then the small words where the content around them led."""
    places: dict[str, list[int]] = {}
    for to, said in enumerate(reflection):
        places.setdefault(said.stem, []).append(to)
    led: dict[int, int] = {}

    def take(at: int, expected: int) -> None:
        candidates = places.get(message[at].stem)
        if candidates:
            to = min(candidates, key=lambda place: (abs(place - expected), place))
            if message[at].stem == NEGATION and abs(to - expected) > _NEGATION_AWAY:
                return  # another "not", about something else
            candidates.remove(to)
            match(at, to, 1.0)
            led[at] = to

    expected = 0
    for at, said in enumerate(message):
        if said.content:
            take(at, expected)
            expected = led[at] + 1 if at in led else expected
    anchors = sorted(led)
    for at, said in enumerate(message):
        if not said.content:
            take(at, _expected(at, anchors, led))


def _expected(at: int, anchors: Sequence[int], led: dict[int, int]) -> int:
    """Where message word `at` should stand, by the nearest word before or after it that matched."""
    if at - 1 in led:
        return led[at - 1] + 1
    after = bisect(anchors, at)
    near = min(anchors[max(0, after - 1) : after + 1], key=lambda a: abs(a - at), default=None)
    return at if near is None else led[near] + at - near


def _match_feelings(
    message: Sequence[Said],
    reflection: Sequence[Said],
    known: Lexicon,
    forward: list[int | None],
    backward: list[int | None],
    match: Match,
) -> None:
    """A feeling is kept by another word of its family: "lonely" / "alone"."""
    for at, said in enumerate(message):
        family = known.feelings.get(said.stem)
        if family is None or forward[at] is not None:
            continue
        for to, other in enumerate(reflection):
            if backward[to] is None and known.feelings.get(other.stem) == family:
                match(at, to, _FAMILY)
                break


def _match_spelling(
    message: Sequence[Said],
    reflection: Sequence[Said],
    known: Lexicon,
    forward: list[int | None],
    backward: list[int | None],
    match: Match,
) -> None:
    free = [to for to, said in enumerate(reflection) if backward[to] is None and said.content]
    for at, said in enumerate(message):
        if forward[at] is not None or not said.content or len(said.stem) < _SHORTEST_SPELLED:
            continue
        best = max(free, key=lambda to: fuzz.ratio(said.stem, reflection[to].stem), default=None)
        if best is None or fuzz.ratio(said.stem, reflection[best].stem) < _SPELLED_ALIKE:
            continue
        if opposed(said, reflection[best], known):
            continue
        match(at, best, 0.9)
        free.remove(best)


def _match_opposites(
    message: Comparable,
    reflection: Comparable,
    known: Lexicon,
    forward: list[int | None],
    backward: list[int | None],
    match: Match,
) -> list[int]:
    """ "Not easy" keeps what "difficult" says: match both, and the negation that makes it so."""
    left = [at for at, said in enumerate(message.words) if forward[at] is None]
    right = [to for to, said in enumerate(reflection.words) if backward[to] is None]
    pairs = [
        (at, to)
        for at in left
        for to in right
        if opposed(message.words[at], reflection.words[to], known)
    ]
    if not pairs:
        return []
    ours, theirs = negated(message, known), negated(reflection, known)
    result = []
    for at, to in pairs:
        if (at in ours) == (to in theirs) or forward[at] is not None or backward[to] is not None:
            continue
        match(at, to, _OPPOSITE)
        result.append(at)
        # The negation that turns one into the other is no addition and nothing missed.
        if at in ours and forward[ours[at]] is None:
            match(ours[at], to, 1.0)
        if to in theirs and backward[theirs[to]] is None:
            match(at, theirs[to], 1.0)
        match(at, to, _OPPOSITE)
    return result


def _match_meaning(
    message: Sequence[Said],
    reflection: Sequence[Said],
    sure: list[float],
    back_sure: list[float],
    meaning: Meaning,
) -> None:
    """Unmatched content words lean on the nearest word in meaning; that word may serve twice."""
    left = [at for at, said in enumerate(message) if not sure[at] and said.content]
    right = [to for to, said in enumerate(reflection) if not back_sure[to] and said.content]
    theirs = [to for to, said in enumerate(reflection) if said.content]
    ours = [at for at, said in enumerate(message) if said.content]
    if not (left and theirs) and not (right and ours):
        return
    places = [*((0, at) for at in ours), *((1, to) for to in theirs)]
    rows = meaning.words(
        [(message if side == 0 else reflection)[place].word for side, place in places]
    )
    near = rows[: len(ours)] @ rows[len(ours) :].T
    for row, at in enumerate(ours):
        if not sure[at]:
            sure[at] = _lean(float(near[row].max(initial=0.0)))
    for column, to in enumerate(theirs):
        if not back_sure[to]:
            back_sure[to] = _lean(float(near[:, column].max(initial=0.0)))


def _lean_negations(
    message: Sequence[Said], sure: list[float], reflection: Sequence[Said], back_sure: list[float]
) -> None:
    """Negations in other places than they stood are half kept: what was denied is put otherwise."""
    ours = [at for at, said in enumerate(message) if said.stem == NEGATION and not sure[at]]
    theirs = [
        to for to, said in enumerate(reflection) if said.stem == NEGATION and not back_sure[to]
    ]
    for at, to in zip(ours, theirs, strict=False):
        sure[at] = back_sure[to] = _DENIED


def _lean(cosine: float) -> float:
    """How far a word counts as kept when only its meaning is near: 0 below the threshold."""
    return max(0.0, min(1.0, (cosine - _MEANS_SAME) / (0.9 - _MEANS_SAME)))


def phrases(
    text: Comparable, sure: Sequence[float], threshold: float = KEPT, *, doubtful: bool = False
) -> tuple[str, ...]:
    """The unmatched stretches of `text` as they were said, in order, light words bridged.

    Words that were not heard clearly belong to none, unless `doubtful`.
    """
    result: list[str] = []
    start: int | None = None
    last = 0
    for at, said in enumerate(text.words):
        if said.content and sure[at] < threshold and (doubtful or not said.unclear):
            if start is None or at - last > _BRIDGE + 1 or _matched_between(text, sure, last, at):
                if start is not None:
                    result.append(text.phrase(start, last + 1))
                start = at
            last = at
    if start is not None:
        result.append(text.phrase(start, last + 1))
    return tuple(result)


def _matched_between(text: Comparable, sure: Sequence[float], last: int, at: int) -> bool:
    """True if a kept word or a full stop stands between: the phrase must not reach across."""
    between = range(last + 1, at)
    if text.stops(last, at):
        return True
    return any(text.words[place].weight >= COMMON and sure[place] >= KEPT for place in between)


def unclear(text: Comparable) -> tuple[str, ...]:
    """The stretches of `text` that the recogniser doubts so much that they are no evidence."""
    return phrases(text, [float(not said.unclear) for said in text.words], doubtful=True)
