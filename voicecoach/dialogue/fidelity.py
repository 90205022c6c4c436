"""Fidelity: how much of a message a reflection gives back, unaltered, with the evidence.

What is measured. Both texts are made comparable (`comparison.comparable`): the listener's frame is
taken off, "you" in the reflection is read as the speaker's "I". Then

- `coverage` 0..1: the share of the message's words, weighted by how much they carry, that come
  back by stem, close spelling, the same family of feelings, an opposite under a negation ("not
  easy" for "difficult") or, with a `Meaning`, a word near in meaning;
- `addition` 0..1: the share of the reflection's words, weighted alike, that are not in the message;
- `closeness` 0..1: the cosine of both texts in sentence meaning, 0 without a `Meaning`;
- `altered`: what was turned into something else (`comparison.alterations`);
- `missed`, `added`: runs of words as they were said.

The score rises with coverage and closeness, falls with addition, and depends on nothing else,
except that an alteration leaves 45 % of it, so that it is 45 at most. A verbatim mirror with I and
you turned round is 100; one that did not turn them is altered. Bands: "mirrored" from 80, "mostly"
from 60, "partly" from 25, else "something else"; "cannot tell" where the message has no content.

What it cannot tell. It measures closeness of words and meaning, not empathy or quality: a good
interpretation that adds meaning scores low. Irony, tone, a negation dropped from a sentence that
was otherwise put quite differently, and an opposite said by other words are not seen.
"""

from __future__ import annotations

from itertools import pairwise

from voicecoach.dialogue.comparison import alterations
from voicecoach.dialogue.comparison.alignment import align, phrases
from voicecoach.dialogue.comparison.comparable import Comparable, Lexicon, comparable, lexicon
from voicecoach.dialogue.messages import Fidelity, Meaning

ALTERED_AT_MOST = 45.0
_BANDS = ((80.0, "mirrored"), (60.0, "mostly"), (25.0, "partly"), (0.0, "something else"))
_ADDITION_COSTS = 0.5
_MEANING = 0.55
_UNRELATED = 0.12
"""About the closeness of texts that have nothing to do with each other, by the word table."""
_SCALE = ((0.0, 0.0), (0.2, 11.0), (0.5, 38.0), (0.7, 74.0), (0.85, 90.0), (1.0, 100.0))
"""What is kept -> score, set by hand so that a faithful paraphrase is 80 and more, a third of a
message 30 to 45, and unrelated or generic talk under 15. Rising, so it changes no order."""
_CANNOT_TELL = "cannot tell"


def compare(
    message: str, reflection: str, *, language: str = "en", meaning: Meaning | None = None
) -> Fidelity:
    """How much of `message` is in `reflection`, from the speaker's side.

    `meaning=None` compares words alone. Total: any two texts have an answer; the first 8,000
    characters of each are read. Raises UsageError for an unknown language.
    """
    known = lexicon(language)
    ours = comparable(message, language, reflection=False)
    theirs = comparable(reflection, language, reflection=True)
    if not ours.words:
        return Fidelity(0.0, _CANNOT_TELL, 0.0, 0.0)
    if not theirs.words:
        return Fidelity(0.0, "something else", 0.0, 0.0, missed=_everything(ours))
    alignment = align(ours, theirs, known, meaning)
    coverage = _share(ours, alignment.sure)
    addition = 1.0 - _share(theirs, alignment.back_sure)
    closeness = _closeness(ours, theirs, known, meaning)
    altered = alterations.find(alterations.Pair(ours, theirs, alignment, known))
    score = score_of(coverage, addition, closeness if meaning else None, bool(altered))
    return Fidelity(
        score=round(score, 2),
        band=_band(score, ours),
        coverage=round(coverage, 4),
        addition=round(addition, 4),
        missed=phrases(ours, alignment.sure),
        added=phrases(theirs, alignment.back_sure),
        altered=altered,
        closeness=round(closeness, 4),
    )


def score_of(coverage: float, addition: float, closeness: float | None, altered: bool) -> float:
    """The score 0..100: rising in coverage and closeness, falling in addition and alteration."""
    kept = coverage
    if closeness is not None:
        near = max(0.0, (closeness - _UNRELATED) / (1.0 - _UNRELATED))
        kept = (1.0 - _MEANING) * coverage + _MEANING * near
    score = _scaled(min(1.0, kept) * (1.0 - _ADDITION_COSTS * addition))
    return score * ALTERED_AT_MOST / 100.0 if altered else score


def _scaled(raw: float) -> float:
    """From 0..1 to 0..100, rising, by straight lines between the points of the scale."""
    for (low, low_score), (high, high_score) in pairwise(_SCALE):
        if raw <= high:
            return low_score + (high_score - low_score) * (raw - low) / (high - low)
    return 100.0


def _share(text: Comparable, sure: tuple[float, ...]) -> float:
    whole = sum(said.weight for said in text.words)
    return sum(said.weight * kept for said, kept in zip(text.words, sure, strict=True)) / whole


def _closeness(
    ours: Comparable, theirs: Comparable, known: Lexicon, meaning: Meaning | None
) -> float:
    if meaning is None:
        return 0.0
    rows = meaning.vectors([ours.plain(known), theirs.plain(known)])
    return max(0.0, min(1.0, float(rows[0] @ rows[1])))


def _band(score: float, ours: Comparable) -> str:
    if not any(said.content for said in ours.words):
        return _CANNOT_TELL
    return next(band for least, band in _BANDS if score >= least)


def _everything(text: Comparable) -> tuple[str, ...]:
    return phrases(text, [0.0] * len(text.words))
