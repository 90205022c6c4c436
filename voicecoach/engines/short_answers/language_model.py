"""What people say in a reply, as a small bigram model: the second way to hear a short answer.

The model of free talk knows 134,000 words, and in noise it finds others than were said. This one
knows the expected answers and the commonest words beside them, so that "yes but it was" is as easy
to hear as "yes": unlike a grammar it need not make an answer of any sound.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import log10

from voicecoach.dialogue.answers.expected import Expected

PHRASES = 0.7
"""Probability that a word goes on as in an expected phrase."""

OFTEN = 3
"""How much likelier than others an answer of one word is that is among the commonest."""

_EVEN = 0.4
"""The part of a single word's probability that is the same for all words."""

_START, _END = "<s>", "</s>"
_NEVER = -99.0


def language_model(answers: Expected) -> str:
    """A bigram model in the ARPA format over the phrases and words of `answers`."""
    pairs, singles = _counted(answers)
    words = sorted(set(singles) | answers.words)
    even = _EVEN / len(words)
    total = sum(singles.values())
    alone = {word: even + (1 - _EVEN) * singles[word] / total for word in words}
    before = Counter[str]()
    known = Counter[str]()
    for (first, second), count in pairs.items():
        before[first] += count
        known[first] += 0
        known[first] += alone[second]  # type: ignore[assignment]
    lines = ["\\data\\", f"ngram 1={len(words) + 1}", f"ngram 2={len(pairs)}", "", "\\1-grams:"]
    for word in (_START, *words):
        back = (1 - PHRASES) / (1 - min(known[word], 0.95)) if before[word] else 1.0
        likely = log10(alone[word]) if word in alone else _NEVER
        lines.append(f"{likely:.4f} {word} {log10(back):.4f}")
    lines += ["", "\\2-grams:"]
    for (first, second), count in sorted(pairs.items()):
        lines.append(f"{log10(PHRASES * count / before[first]):.4f} {first} {second}")
    return "\n".join([*lines, "", "\\end\\", ""])


def _counted(answers: Expected) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    pairs: Counter[tuple[str, str]] = Counter()
    singles: Counter[str] = Counter()
    for phrase in sorted(answers.yes | answers.other):
        times = OFTEN if phrase in answers.commonest else 1
        words = (_START, *phrase.split(), _END)
        for pair in pairwise(words):
            pairs[pair] += times
        for word in words[1:]:
            singles[word] += times
    return pairs, singles
