"""Print what labelled replies are taken for, by surface form, and what text alone can decide.

Each slice is followed by what a plain table of surface forms reaches that has seen the very rows,
and one that has seen the other half of them only; and by the kinds of answers that the rules of
the dialogue never take for a yes, with how often each is labelled YES and how often it is not.

Run from the checkout: python -m tests.benchmarks.reply_confusion --rows FILE

FILE holds JSON lines with `text`, `mirrored`, `answer` (YES, NO, PARTLY, UNCLEAR) and, if there,
`count`, `kind` and `after_mirror`. A surface form is the plain words of a reply, fillers left out
and repeats said once. A form is split where the same words are labelled YES in some rows and not
YES in others, the rarer side with at least `--share` of them: no reader of that text can be right
about both.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from voicecoach.dialogue.answers.cues import plain_words
from voicecoach.dialogue.answers.reading import AFFIRMS, DENIES, SHORT_YES, SOFT, asks, only, read
from voicecoach.dialogue.language import Language, load
from voicecoach.dialogue.messages import Question
from voicecoach.dialogue.replies import understand

ANSWERS = ("YES", "PARTLY", "UNCLEAR", "NO")


class Judged(NamedTuple):
    """One labelled reply as it was understood: its form, both answers, how often it occurs."""

    form: str
    true: str
    got: str
    times: int
    odd: bool
    """In which half of the rows it is."""
    after_negation: bool
    kind: str
    """What kind of answer it is, by `kind_of`."""


def judged(
    rows: Iterable[dict[str, Any]], question: Question, language: str
) -> dict[str, list[Judged]]:
    """The rows as understood, by slice: `all`, and each `kind` where the rows name one."""
    known = load(language)
    slices: dict[str, list[Judged]] = defaultdict(list)
    for row in rows:
        reply = understand(
            row["text"], question, mirrored=row.get("mirrored") or None, language=language
        )
        form = " ".join(plain_words(row["text"], known))
        before = known.plain.phrase(row.get("mirrored") or "")
        negated = any(word in known.negations for word in before)
        one = Judged(
            form,
            row["answer"],
            reply.answer.value,
            int(row.get("count", 1)),
            odd(row["text"]),
            negated,
            kind_of(row["text"], before, negated, question, known),
        )
        slices["all"].append(one)
        if "kind" in row:
            slices[row["kind"]].append(one)
        if row.get("kind") == "direct" and row.get("after_mirror"):
            slices["after_mirror"].append(one)
    return slices


SPOILS = ("contrast", "condition", "unsure", "partly", "scorn", "back")


def kind_of(
    text: str, before: tuple[str, ...], negated: bool, question: Question, known: Language
) -> str:
    """A few words for how an answer is built, by its known phrases alone."""
    reading = read(text, question, known, before)
    kinds = [mark.kind for mark in reading.marks]
    affirms = [at for at, kind in enumerate(kinds) if kind in (*AFFIRMS, *SOFT, SHORT_YES)]
    content = [word for word in reading.words if word not in known.light]
    if not kinds:
        return "sounds that carry nothing"
    if any(kind in DENIES for kind in kinds[:1]):
        return "begins with no, after a negation" if negated else "begins with no"
    if any(kind in SPOILS for kind in kinds) or asks(reading.opening, known):
        return "has a but, a doubt, a condition or a question"
    if only(kinds, ("heard",)):
        return "okay and nothing else"
    if affirms:
        return "begins with a yes" if affirms[0] == 0 else "a yes inside other words"
    if content and set(content) <= set(before):
        return "repeats what was said"
    return "no word of yes or no"


def odd(text: str) -> bool:
    """The half of all rows that `text` belongs to."""
    return bool(hashlib.sha1(text.encode()).digest()[0] & 1)


def half(rows: Iterable[dict[str, Any]], which: str) -> Iterator[dict[str, Any]]:
    """All rows, or the `dev` or `held` half of them, by a hash of the text."""
    for row in rows:
        if which == "all" or (which == "dev") == odd(row["text"]):
            yield row


def rates(rows: Iterable[Judged]) -> dict[str, float | None]:
    """Shares of true YES understood, of YES that were true (as they occur; classes balanced)."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        table[row.true][row.got] += row.times
    taken = {true: table[true]["YES"] / sum(table[true].values()) for true in table}
    recall, all_yes = taken.get("YES"), sum(table[true]["YES"] for true in table)
    return {
        "n": sum(sum(counts.values()) for counts in table.values()),
        "precision": table["YES"]["YES"] / all_yes if all_yes else None,
        "balanced": recall / sum(taken.values()) if recall else None,
        "recall": recall,
        **{f"false yes on {true}": taken.get(true) for true in ANSWERS[1:]},
    }


def split_forms(rows: Iterable[Judged], share: float) -> dict[str, tuple[int, int]]:
    """The forms labelled YES and not YES, with how often each."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        counts[row.form][row.true != "YES"] += row.times
    return {
        form: (yes, other)
        for form, (yes, other) in counts.items()
        if min(yes, other) and min(yes, other) >= share * (yes + other)
    }


def by_form(rows: Iterable[Judged], wrong: str) -> Counter[tuple[str, str, str]]:
    """How often a form of one label got another answer: `missed` or `false` YES."""
    table: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        if row.true != row.got and (row.true if wrong == "missed" else row.got) == "YES":
            table[row.form[:70], row.true, row.got] += row.times
    return table


def by_table(rows: list[Judged], seen: bool) -> list[Judged]:
    """The rows as a table of forms answers them: each form what it is labelled most often.

    The table has seen all rows (`seen`), or for each row only those of the other half. A form that
    it has not seen is UNCLEAR to it.
    """
    tables: dict[bool, dict[tuple[str, bool], Counter[str]]] = {True: {}, False: {}}
    for row in rows:
        for which in (True, False) if seen else (row.odd,):
            labels = tables[which].setdefault((row.form, row.after_negation), Counter())
            labels[row.true] += row.times
    answered = []
    for row in rows:
        table = tables[row.odd if seen else not row.odd]
        labels = table.get((row.form, row.after_negation), Counter(UNCLEAR=1))
        answered.append(row._replace(got=labels.most_common(1)[0][0]))
    return answered


def put_aside(rows: Iterable[Judged]) -> list[tuple[str, int, int, int]]:
    """By kind of answer: labelled YES, of these not understood as YES, and labelled otherwise."""
    table: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        counts = table[row.kind]
        counts[0] += row.times * (row.true == "YES")
        counts[1] += row.times * (row.true == "YES" != row.got)
        counts[2] += row.times * (row.true != "YES")
    ordered = sorted(table.items(), key=lambda entry: -entry[1][1])
    return [(kind, yes, missed, other) for kind, (yes, missed, other) in ordered]


def written(figures: dict[str, float | None]) -> str:
    """The figures on one line."""
    return ", ".join(
        f"{name} {'-' if value is None else f'{value:.4g}'}" for name, value in figures.items()
    )


def tell(name: str, rows: list[Judged], share: float, top: int) -> None:
    """Print one slice."""
    split = split_forms(rows, share)
    yes = sum(row.times for row in rows if row.true == "YES") or 1
    left = rates(row for row in rows if row.form not in split)
    print(f"\n== {name}: {written(rates(rows))}")
    print(f"   without the {len(split)} split forms: {written(left)}")
    print(f"   a table of forms that has seen them: {written(rates(by_table(rows, True)))}")
    print(f"   one that has seen the other half: {written(rates(by_table(rows, False)))}")
    print("   kinds of answers (labelled yes; of these missed, share of all true yes; not yes):")
    for kind, labelled, missed, other in put_aside(rows):
        print(f"   {labelled:6d} {missed:6d} {missed / yes:7.2%} {other:6d}  {kind}")
    for wrong in ("missed", "false"):
        print(f"   {wrong} yes by form (count, share of all true yes; form's labels yes/other):")
        for (form, true, got), count in by_form(rows, wrong).most_common(top):
            labels = "/".join(str(n) for n in split[form]) if form in split else "not split"
            print(f"   {count:6d} {count / yes:7.2%}  {true}>{got}  {form!r}  {labels}")


def main() -> None:
    """Read the rows and print every slice."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=Path, required=True, help="JSON lines of labelled replies")
    parser.add_argument("--question", default="satisfied", choices=[q.value for q in Question])
    parser.add_argument("--half", default="all", choices=["all", "dev", "held"])
    parser.add_argument("--slice", action="append", help="print only these (repeatable)")
    parser.add_argument("--share", type=float, default=0.02, help="least share of a rarer label")
    parser.add_argument("--top", type=int, default=15, help="how many forms of each kind")
    parser.add_argument("--language", default="en")
    args = parser.parse_args()
    with args.rows.open(encoding="utf-8") as lines:
        rows = list(half(map(json.loads, lines), args.half))
    slices = judged(rows, Question(args.question), args.language)
    for name, chosen in slices.items():
        if not args.slice or name in args.slice:
            tell(name, chosen, args.share, args.top)


if __name__ == "__main__":
    main()
