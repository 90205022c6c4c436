"""Fidelity: how much of a message a reflection gives back, unaltered, with the evidence.

What is measured. Both texts are made comparable (`comparison.comparable`): the listener's frame is
taken off, "you" in the reflection is read as the speaker's "I". Then

- `coverage` 0..1: the share of the message's words, weighted by how much they carry, that come
  back by stem, close spelling, the same sound in the same place, the same family of feelings, an
  opposite under a negation ("not easy" for "difficult") or, with a `Meaning`, a word near in
  meaning;
- `addition` 0..1: the share of the reflection's words, weighted alike, that are not in the message;
- `closeness`, `nearest` 0..1: how near both texts are in sentence meaning, and the reflection to
  the passage of the message it is nearest to; 0 without a `Meaning` (`comparison.closeness`);
- `altered`: what was turned into something else (`comparison.altered`);
- `perhaps`: what may have been, where the clauses do not run alongside (the same, `queries`);
- `questions`, `rebuttals`: what the listener brought in (`comparison.own_words`);
- `missed`, `added`: runs of words as they were said; `unclear`: what was not heard well.

The score is a weighted sum of the first three on a scale that was fitted on what people said
(`comparison.scale`). It rises with coverage and closeness and falls with addition. An alteration
leaves half of it and 45 at most, each further kind of alteration leaves less; each question
whether something was altered, and each own question and rebuttal, leaves a part of it. Nothing
else enters. A verbatim mirror with I and you turned round is 100; one that did not turn them is
altered. Bands: "mirrored" from 80, "mostly" from 60, "partly" from 25, else "something else";
"cannot tell" where the message has no content or less than three words, or where more than half of
either text was not heard clearly.

Word probabilities, where the recogniser gives them, lower what a word counts; a word in doubt is
neither missed nor added, and alters nothing.

What it cannot tell. It measures closeness of words and meaning, not empathy or quality: a good
interpretation that adds meaning scores low. Irony, tone, a negation dropped from a sentence that
was otherwise put quite differently, and an opposite said by other words are not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from voicecoach.dialogue.comparison import Meaning, own_words
from voicecoach.dialogue.comparison.alignment import KEPT, align, phrases, unclear
from voicecoach.dialogue.comparison.altered import alterations, queries
from voicecoach.dialogue.comparison.altered.pair import Pair
from voicecoach.dialogue.comparison.closeness import closeness
from voicecoach.dialogue.comparison.comparable import (
    Comparable,
    Lexicon,
    comparable,
    lexicon,
)
from voicecoach.dialogue.comparison.scale import scale
from voicecoach.dialogue.messages import Fidelity
from voicecoach.utterance import Word

_LEFT = (1.0, 0.5, 0.25, 0.1)
"""What an alteration leaves of the score, two kinds of them, three and more."""
_ASKED = (1.0, 0.8, 0.7)
"""What one question whether something was altered leaves of it, and two or more."""
_OWN = (1.0, 0.9, 0.8, 0.7)
"""What one own question or rebuttal leaves of it, two, three and more."""
ALTERED_AT_MOST = 45.0
_BANDS = ((80.0, "mirrored"), (60.0, "mostly"), (25.0, "partly"), (0.0, "something else"))
_CANNOT_TELL = "cannot tell"
_FEWEST_WORDS = 3
"""A message of fewer words is given back by repeating it; that tells nothing."""
_MOSTLY_UNCLEAR = 0.5


def compare(
    message: str,
    reflection: str,
    *,
    language: str = "en",
    meaning: Meaning | None = None,
    message_heard: Sequence[Word] = (),
    reflection_heard: Sequence[Word] = (),
) -> Fidelity:
    """How much of `message` is in `reflection`, from the speaker's side.

    `meaning=None` compares words alone. `message_heard` and `reflection_heard` are the words of
    the texts with their probabilities, in order, as far as a recogniser gave them. Total: any two
    texts have an answer; the first 8,000 characters of each are read. Raises UsageError for an
    unknown language.
    """
    known = lexicon(language)
    ours = comparable(message, language, reflection=False, heard=message_heard)
    theirs = comparable(reflection, language, reflection=True, heard=reflection_heard)
    if not ours.words:
        return Fidelity(0.0, _CANNOT_TELL, 0.0, 0.0)
    if not theirs.words:
        return Fidelity(0.0, "something else", 0.0, 0.0, missed=_everything(ours))
    found = _components(ours, theirs, known, meaning)
    score = round(score_of(found, meaning.name if meaning else "none"), 2)
    return replace(found, score=score, band=_band(score, ours, theirs))


def _components(
    ours: Comparable, theirs: Comparable, known: Lexicon, meaning: Meaning | None
) -> Fidelity:
    """Everything but the score and the band."""
    alignment = align(ours, theirs, known, meaning)
    pair = Pair(ours, theirs, alignment, known, meaning is not None)
    altered = queries.certain(pair, alterations.find(pair))
    near, nearest = closeness(ours, theirs, alignment, known, meaning)
    own = own_words.find(theirs, alignment, known)
    return Fidelity(
        score=0.0,
        band=_CANNOT_TELL,
        coverage=round(_share(ours, alignment.sure), 4),
        addition=round(1.0 - _share(theirs, alignment.back_sure), 4),
        missed=phrases(ours, alignment.sure),
        added=phrases(theirs, alignment.back_sure),
        altered=altered,
        closeness=round(near, 4),
        nearest=round(nearest, 4),
        perhaps=queries.find(pair, altered),
        questions=own.questions,
        rebuttals=own.rebuttals,
        unclear=(*unclear(ours), *unclear(theirs)),
        asked_more=own.asked_more,
    )


def score_of(found: Fidelity, meaning: str = "none") -> float:
    """The score 0..100 of these components; what score and band `found` has does not enter.

    It rises in coverage, closeness and nearest; it falls in addition, in the number of kinds of
    alterations, of what is asked about, and of own questions and rebuttals. `meaning` names the
    scale: the way in which closeness was measured.
    """
    score = scale(meaning).score(
        found.coverage, found.addition, found.closeness, max(found.closeness, found.nearest)
    )
    kinds = len({change.kind for change in found.altered})
    left = score * _step(_LEFT, kinds)
    if kinds:
        left = min(left, ALTERED_AT_MOST)
    left *= _step(_ASKED, len(found.perhaps))
    return left * _step(_OWN, len(found.questions) + len(found.rebuttals))


def _step(left: tuple[float, ...], count: int) -> float:
    return left[min(count, len(left) - 1)]


def _share(text: Comparable, sure: tuple[float, ...]) -> float:
    """Of what the words weigh, what came back; a word that shows as missed counts nothing."""
    kept = sum(
        said.counts * how_sure
        for said, how_sure in zip(text.words, sure, strict=True)
        if how_sure >= KEPT
    )
    return kept / text.weighed


def _band(score: float, ours: Comparable, theirs: Comparable) -> str:
    told = any(said.content for said in ours.words) and len(ours.words) >= _FEWEST_WORDS
    if not told or _mostly_unclear(ours) or _mostly_unclear(theirs):
        return _CANNOT_TELL
    return next(band for least, band in _BANDS if round(score) >= least)


def _mostly_unclear(text: Comparable) -> bool:
    whole = sum(said.weight for said in text.words)
    lost = sum(said.weight for said in text.words if said.unclear)
    return lost > _MOSTLY_UNCLEAR * whole


def _everything(text: Comparable) -> tuple[str, ...]:
    return phrases(text, [0.0] * len(text.words))
