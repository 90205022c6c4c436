"""Fidelity: how much of a message a reflection gives back, unaltered, with the evidence.

What is measured. Both texts are made comparable (`comparison.comparable`): the listener's frame is
taken off, "you" in the reflection is read as the speaker's "I". Then

- `coverage` 0..1: the share of the message's words, weighted by how much they carry, that come
  back by stem, close spelling, the same family of feelings, an opposite under a negation ("not
  easy" for "difficult") or, with a `Meaning`, a word near in meaning;
- `addition` 0..1: the share of the reflection's words, weighted alike, that are not in the message;
- `closeness` 0..1: how near both texts are in sentence meaning, 0 without a `Meaning`;
- `altered`: what was turned into something else (`comparison.alterations`);
- `missed`, `added`: runs of words as they were said.

The score is a weighted sum of the three on a scale that was fitted on what people said
(`comparison.scale`). It rises with coverage and closeness, falls with addition, and depends on
nothing else, except that an alteration leaves half of it and 45 at most, and each further kind
of alteration leaves less. A verbatim mirror with I and you turned round is 100; one
that did not turn them is altered. Bands: "mirrored" from 80, "mostly" from 60, "partly" from 25,
else "something else"; "cannot tell" where the message has no content.

What it cannot tell. It measures closeness of words and meaning, not empathy or quality: a good
interpretation that adds meaning scores low. Irony, tone, a negation dropped from a sentence that
was otherwise put quite differently, and an opposite said by other words are not seen.
"""

from __future__ import annotations

from voicecoach.dialogue.comparison import alterations
from voicecoach.dialogue.comparison.alignment import Alignment, align, phrases
from voicecoach.dialogue.comparison.comparable import Comparable, Lexicon, comparable, lexicon
from voicecoach.dialogue.comparison.scale import scale
from voicecoach.dialogue.messages import Fidelity, Meaning

_LEFT = (1.0, 0.5, 0.25, 0.1)
"""What an alteration leaves of the score, two kinds of them, three and more."""
ALTERED_AT_MOST = 45.0
_BANDS = ((80.0, "mirrored"), (60.0, "mostly"), (25.0, "partly"), (0.0, "something else"))
_FARTHEST = -0.3
"""About the lowest cosine of two texts, once what all talk has in common is taken out."""
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
    closeness = _closeness(ours, theirs, alignment, known, meaning)
    altered = alterations.find(
        alterations.Pair(ours, theirs, alignment, known, meaning is not None)
    )
    kinds = len({change.kind for change in altered})
    score = score_of(coverage, addition, closeness, kinds, meaning.name if meaning else "none")
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


def score_of(
    coverage: float, addition: float, closeness: float, altered: int, meaning: str = "none"
) -> float:
    """The score 0..100: rising in coverage and closeness, falling in addition and `altered`.

    `altered` is the number of kinds of alterations. `meaning` names the scale: the way in which
    closeness was measured.
    """
    score = scale(meaning).score(coverage, addition, closeness)
    left = score * _LEFT[min(altered, len(_LEFT) - 1)]
    return min(left, ALTERED_AT_MOST) if altered else left


def _share(text: Comparable, sure: tuple[float, ...]) -> float:
    whole = sum(said.weight for said in text.words)
    return sum(said.weight * kept for said, kept in zip(text.words, sure, strict=True)) / whole


def _closeness(
    ours: Comparable,
    theirs: Comparable,
    alignment: Alignment,
    known: Lexicon,
    meaning: Meaning | None,
) -> float:
    """The cosine of both texts, 0..1 from `_FARTHEST` on; "not easy" read as "difficult"."""
    if meaning is None:
        return 0.0
    message, reflection = alignment.rewritten(ours, theirs)
    rows = meaning.vectors([ours.plain(known, message), theirs.plain(known, reflection)])
    return max(0.0, min(1.0, (float(rows[0] @ rows[1]) - _FARTHEST) / (1.0 - _FARTHEST)))


def _band(score: float, ours: Comparable) -> str:
    if not any(said.content for said in ours.words):
        return _CANNOT_TELL
    return next(band for least, band in _BANDS if score >= least)


def _everything(text: Comparable) -> tuple[str, ...]:
    return phrases(text, [0.0] * len(text.words))
