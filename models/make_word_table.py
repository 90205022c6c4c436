"""Fit the word table `meaning-static/static.npz` further to the sentence encoder.

    python -m models.make_word_table SOURCES ENCODER [--start TABLE] [--out TABLE] [--vectors FILE]

SOURCES is a folder with three kinds of files, none of which is part of this project:

- `goemotions/{train,dev,test}.tsv`: GoEmotions (Google Research 2020, Apache-2.0), comments;
- `topical-chat/*.json`: Topical-Chat (Amazon 2019, CDLA-Sharing-1.0), its `conversations`;
- `wordnet/data.*`: WordNet 3.0 (Princeton University, WordNet licence), for its examples.

ENCODER is the folder of all-MiniLM-L6-v2 (`*.onnx`, `tokenizer.json`). Sentences are drawn with a
fixed seed, written as the comparison writes them (contractions opened, "I" for "me" and "my"), and
the encoder's vectors are turned into the space of the table that is started from, by the rotation
that fits best. Then the rows and the bias are moved by gradient descent (Adam) until the sum of a
sentence's rows points where its vector does, and two sentences are as near as their vectors are.
The new table is the mean of both, weighed: the start was fitted to other sentences, and the mean
serves better than either on sentences of neither. Nothing of a sentence is kept in the table.

`--vectors` keeps what the encoder gave: that takes ten minutes, and as long again the rest. The
same files and versions give the same table, but for the last digits of the encoder's sums.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voicecoach.dialogue.comparison.comparable import lexicon
from voicecoach.dialogue.language import load
from voicecoach.engines.meaning import SentenceEncoder, WordTable, word_table_path

Floats = npt.NDArray[np.float32]

DRAWN = {"chat": 15_000, "comment": 12_000, "example": 8_000}
"""Sentences of each kind."""
LONGEST = 500
SEED = 3
BATCH = 384
STEPS = 1400
RATE = 2e-3
ALIKE = 3.0
"""What the nearness of two sentences weighs against the direction of one."""
NEW = 0.5
"""Share of the newly fitted table in the mean."""
COMMON = 0.75
"""So much of the mean row of all talk is taken out of a sentence's."""


def gathered(folder: Path) -> dict[str, list[str]]:
    """The sentences of each kind, each once, in the order of the files."""
    found: dict[str, str] = {}
    for kind, text in (*_comments(folder), *_chats(folder), *_examples(folder)):
        plain = re.sub(r"\s+", " ", text).strip()
        if 2 < len(plain) < LONGEST and re.search("[a-z]", plain):
            found.setdefault(plain, kind)
    return {kind: [text for text, its in found.items() if its == kind] for kind in DRAWN}


def _comments(folder: Path) -> Iterator[tuple[str, str]]:
    for path in (_files(folder, f"goemotions/{name}.tsv")[0] for name in ("train", "dev", "test")):
        for line in path.read_text("utf-8").split("\n"):
            text = line.split("\t")[0]
            yield "comment", text.replace("[NAME]", "Alex").replace("[RELIGION]", "religion")


def _chats(folder: Path) -> Iterator[tuple[str, str]]:
    for path in _files(folder, "topical-chat/*.json"):
        for talk in json.loads(path.read_text("utf-8")).values():
            for turn in talk["content"]:
                yield "chat", turn["message"]


def _examples(folder: Path) -> Iterator[tuple[str, str]]:
    for path in _files(folder, "wordnet/data.*"):
        for line in path.read_text("utf-8").split("\n"):
            if not line.startswith(" "):
                for example in re.findall(r'"([^"]+)"', line.partition("|")[2]):
                    yield "example", example


def _files(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(pattern))
    if not found:
        raise SystemExit(f"There is no {pattern} in {folder}.")
    return found


def drawn(sentences: dict[str, list[str]]) -> list[str]:
    """So many of each kind as `DRAWN` says, in an order of chance."""
    chance = random.Random(SEED)
    chosen: list[str] = []
    for kind, count in DRAWN.items():
        texts = list(sentences[kind])
        chance.shuffle(texts)
        chosen += texts[:count]
    chance.shuffle(chosen)
    return chosen


def as_compared(text: str) -> str:
    """The words as `Comparable.plain` writes those of a message."""
    known = lexicon("en")
    persons = dict.fromkeys(known.first, known.speaker)
    persons |= dict.fromkeys(known.second, known.listener)
    words = (token.word for token in load("en").plain.tokens(text))
    return " ".join(persons.get(word) or known.agreeing.get(word, word) for word in words)


def teacher(encoder: SentenceEncoder, texts: list[str], kept: Path | None) -> Floats:
    """(len(texts), width) float32 of unit rows: the encoder's, or those kept in a file."""
    if kept is not None and kept.is_file():
        with np.load(kept, allow_pickle=False) as file:
            if file["texts"].tolist() == texts:
                return np.asarray(file["rows"], dtype=np.float32)
    rows = encoder.vectors(texts)
    if kept is not None:
        np.savez_compressed(kept, texts=np.array(texts), rows=rows.astype(np.float16))
    return rows


class Bags:
    """Texts as the places of their word rows, one after the other."""

    def __init__(self, table: WordTable, texts: list[str]) -> None:
        places = [table.places(text) for text in texts]
        self.sizes = np.array([len(found) for found in places])
        self._starts = np.concatenate(([0], np.cumsum(self.sizes)[:-1]))
        self._places = np.array([place for found in places for place in found])

    def take(self, chosen: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], ...]:
        """The places of the chosen texts, where each text begins among them, and whose each is."""
        sizes = self.sizes[chosen]
        begins = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        owner = np.repeat(np.arange(len(chosen)), sizes)
        within = np.arange(sizes.sum()) - begins[owner]
        return self._places[self._starts[chosen][owner] + within], begins, owner


class Descent:
    """Adam over one array, in place."""

    def __init__(self, values: Floats) -> None:
        self._values = values
        self._mean, self._square = np.zeros_like(values), np.zeros_like(values)
        self._step = 0

    def move(self, slope: Floats, rate: float) -> None:
        self._step += 1
        self._mean += 0.1 * (slope - self._mean)
        self._square += 0.02 * (slope * slope - self._square)
        mean = self._mean / (1 - 0.9**self._step)
        square = self._square / (1 - 0.98**self._step)
        self._values -= rate * mean / (np.sqrt(square) + 1e-7)


def fitted(rows: Floats, bias: Floats, bags: Bags, wanted: Floats, whole: Floats) -> None:
    """Move `rows` and `bias`, in place, towards what the encoder says of the texts.

    `wanted` is where each text should point; `whole` the encoder's own rows, for their nearness.
    """
    chance = np.random.default_rng(0)
    usable = np.flatnonzero(bags.sizes)
    of_rows, of_bias = Descent(rows), Descent(bias)
    near = 0.0
    for step in range(STEPS):
        chosen = chance.choice(usable, BATCH)
        places, begins, owner = bags.take(chosen)
        sums = np.add.reduceat(rows[places], begins, axis=0) + bias
        length = np.linalg.norm(sums, axis=1, keepdims=True) + 1e-9
        unit = sums / length
        off = unit @ unit.T - whole[chosen] @ whole[chosen].T
        slope = (-wanted[chosen] + ALIKE * 0.5 * (off @ unit)) / BATCH
        slope = (slope - (slope * unit).sum(axis=1, keepdims=True) * unit) / length
        by_row = np.zeros_like(rows)
        order = np.argsort(places, kind="stable")
        firsts = np.flatnonzero(np.diff(places[order], prepend=-1))
        by_row[places[order][firsts]] = np.add.reduceat(slope[owner[order]], firsts, axis=0)
        rate = RATE * min(1.0, step / 50) * (1 - step / STEPS) + 1e-5
        of_rows.move(by_row, rate)
        of_bias.move(slope.sum(axis=0), rate)
        near += float((unit * wanted[chosen]).sum(axis=1).mean())
        if (step + 1) % 100 == 0:
            print(f"step {step + 1}: cosine with the encoder {near / 100:.4f}", flush=True)
            near = 0.0


def write(path: Path, rows: Floats, bias: Floats, common: Floats, words: list[str]) -> None:
    """Store the table, its rows as bytes with a scale each."""
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-6) / 127
    # Not compressed: numbers of this kind hardly shrink, and unpacking them takes most of loading.
    np.savez(
        path,
        q=np.round(rows / scales[:, None]).astype(np.int8),
        s=scales.astype(np.float16),
        b=bias.astype(np.float16),
        u=common.astype(np.float16),
        v=np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
    )


def main() -> None:
    """Make the table, and say how near it comes to the encoder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", type=Path)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("--start", type=Path, default=word_table_path())
    parser.add_argument("--out", type=Path, default=Path("static.npz"))
    parser.add_argument("--vectors", type=Path, help="an .npz to keep the encoder's rows in")
    args = parser.parse_args()
    table = WordTable(args.start)
    said = drawn(gathered(args.sources))
    whole = teacher(SentenceEncoder(args.encoder, table), said, args.vectors)
    texts = [as_compared(text) for text in said]
    left, _, right = np.linalg.svd(whole.T @ table.words(texts), full_matrices=False)
    wanted = whole @ (left @ right)
    wanted /= np.maximum(np.linalg.norm(wanted, axis=1, keepdims=True), 1e-9)
    old_rows, old_bias, words = table.parts()
    rows, bias = old_rows.copy(), old_bias.copy()
    fitted(rows, bias, Bags(table, texts), wanted, whole)
    rows, bias = NEW * rows + (1 - NEW) * old_rows, NEW * bias + (1 - NEW) * old_bias
    write(args.out, rows, bias, np.zeros_like(bias), words)
    common = COMMON * WordTable(args.out).words(texts).mean(axis=0)
    write(args.out, rows, bias, common, words)
    near = (WordTable(args.out).words(texts) * wanted).sum(axis=1).mean()
    print(f"{args.out}: {args.out.stat().st_size} bytes, cosine with the encoder {near:.4f}")


if __name__ == "__main__":
    main()
