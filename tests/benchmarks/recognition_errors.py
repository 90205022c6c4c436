"""How fidelity holds up when the recogniser gets words wrong, with and without its own doubts.

    python -m tests.benchmarks.recognition_errors [--meaning words] [--seeds 3]

The messages are those of `tests/dialogue/fidelity_golden.jsonl`, two and two together. Each is
mirrored word for word, I and you turned round, and message and mirror then suffer independently: a
share of their words is replaced by a word that sounds like it (the nearest by the phones of
pocketsphinx's dictionary; seven in ten), lost (two) or preceded by a small word that was not said
(one). Words get probabilities drawn from the deciles that pocketsphinx gave on 24 clips of human
speech: 57 words it got right, 39 it got wrong.

Printed as JSON: for each share of wrong words the tenth, the middle and the ninetieth part of the
scores of verbatim mirrors, the middle and the ninety-fifth part of mirrors of another message, and
how many verbatim mirrors were said to alter something (`false_altered`), each also `without` the
probabilities. Errors are drawn from fixed seeds.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

from pocketsphinx import get_model_path
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from voicecoach.commands.texts.score import meaning_for
from voicecoach.dialogue.comparison import Meaning
from voicecoach.dialogue.fidelity import compare
from voicecoach.dialogue.messages import Fidelity
from voicecoach.utterance import Word

GOLDEN = Path(__file__).resolve().parents[1] / "dialogue" / "fidelity_golden.jsonl"
SHARES = (0.0, 0.15, 0.3)
FEWEST_WORDS = 12
SUBSTITUTED, DELETED = 0.7, 0.2
CANDIDATES = 4
"""A word becomes one of so many that sound most like it."""
SMALL = ("the", "a", "and", "to", "it", "in", "of", "that")
RIGHT = (0.0, 0.16, 0.41, 0.53, 0.62, 0.79, 0.85, 0.93, 0.97, 0.99, 1.0)
WRONG = (0.0, 0.03, 0.06, 0.09, 0.14, 0.18, 0.39, 0.56, 0.83, 0.96, 1.0)
"""Deciles of the probabilities of right and of wrong words."""
TURNED = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself",
    "you": "i", "your": "my", "yours": "mine", "yourself": "myself", "am": "are", "i'm": "you're",
    "you're": "i'm", "i've": "you've", "you've": "i've", "i'll": "you'll", "i'd": "you'd",
}  # fmt: skip


class Ear:
    """Mishears, and knows a little of it."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def hear(self, words: Sequence[str], share: float) -> tuple[Word, ...]:
        """The words as they were heard, `share` of them wrongly, with probabilities."""
        heard: list[Word] = []
        for word in words:
            if self._chance.random() >= share:
                heard.append(self._word(word, RIGHT))
                continue
            which = self._chance.random()
            if which < SUBSTITUTED:
                heard.append(self._word(self._chance.choice(DICTIONARY.like(word)), WRONG))
            elif which >= SUBSTITUTED + DELETED:
                heard.append(self._word(self._chance.choice(SMALL), WRONG))
                heard.append(self._word(word, RIGHT))
        return tuple(heard)

    def _word(self, text: str, deciles: Sequence[float]) -> Word:
        at = self._chance.random() * (len(deciles) - 1)
        low = int(at)
        probability = deciles[low] + (deciles[low + 1] - deciles[low]) * (at - low)
        return Word(text, 0.0, 0.0, probability)


class Dictionary:
    """Words by their phones, one letter a phone."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}
        self._phones: dict[str, str] = {}
        self._like: dict[str, list[str]] = {}
        lines = Path(get_model_path("en-us/cmudict-en-us.dict")).read_text("utf-8").splitlines()
        for line in lines:
            word, *phones = line.split()
            if re.fullmatch("[a-z]{2,}", word):
                self._phones[word] = "".join(map(self._letter, phones))

    def _letter(self, phone: str) -> str:
        return self._letters.setdefault(phone, chr(ord("A") + len(self._letters)))

    def like(self, word: str) -> list[str]:
        """The few other words that sound most like it."""
        if word not in self._like:
            sound = self._phones.get(word, "")
            found = process.extract(
                sound, self._phones, scorer=Levenshtein.distance, limit=CANDIDATES + 1
            )
            self._like[word] = [other for _, _, other in found if other != word][:CANDIDATES]
        return self._like[word]


DICTIONARY = Dictionary()


def words_of(text: str) -> list[str]:
    """Small letters and no marks, as recognisers write."""
    return re.sub(r"[^a-z0-9' ]", " ", text.lower().replace("’", "'")).split()


def messages() -> list[list[str]]:
    """Two different messages each, as people say more than a sentence."""
    rows = map(json.loads, GOLDEN.read_text("utf-8").splitlines())
    found = list({tuple(words_of(row["message"])): None for row in rows})
    pairs = pairwise(found)
    return [[*one, *other] for one, other in pairs if len(one) + len(other) >= FEWEST_WORDS]


def compared(
    message: Sequence[Word], mirror: Sequence[Word], meaning: Meaning | None, doubts: bool
) -> Fidelity:
    texts = [" ".join(word.text for word in words) for words in (message, mirror)]
    heard = {"message_heard": message, "reflection_heard": mirror} if doubts else {}
    return compare(*texts, meaning=meaning, **heard)


def measure(share: float, meaning: Meaning | None, seeds: int) -> dict[str, Any]:
    """The figures for one share of wrong words."""
    told = messages()
    result: dict[str, Any] = {"wrong_words": share, "pairs": len(told) * seeds}
    for name, doubts in (("with", True), ("without", False)):
        verbatim: list[Fidelity] = []
        unrelated: list[float] = []
        for seed in range(seeds):
            ear = Ear(seed)
            for at, message in enumerate(told):
                mirror = [TURNED.get(word, word) for word in message]
                other = [TURNED.get(word, word) for word in told[(at + len(told) // 2) % len(told)]]
                said = ear.hear(message, share)
                verbatim.append(compared(said, ear.hear(mirror, share), meaning, doubts))
                unrelated.append(compared(said, ear.hear(other, share), meaning, doubts).score)
        scores = quantiles([found.score for found in verbatim], n=10)
        result[name] = {
            "verbatim": [round(scores[at], 1) for at in (0, 4, 8)],
            "unrelated": [round(median(unrelated), 1), round(quantiles(unrelated, n=20)[18], 1)],
            "false_altered": round(mean(bool(found.altered) for found in verbatim), 3),
            "cannot_tell": round(mean(found.band == "cannot tell" for found in verbatim), 3),
        }
    return result


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meaning", default="words", choices=["words", "encoder", "none"])
    parser.add_argument("--seeds", type=int, default=3)
    args = parser.parse_args()
    meaning = meaning_for(args.meaning)
    print(json.dumps([measure(share, meaning, args.seeds) for share in SHARES], indent=1))


if __name__ == "__main__":
    main()
