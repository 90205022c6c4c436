"""What a practice shows as a whole: own ratings against scores, what is left out, what to do next.

Everything is counted from the mirrors and their fidelity. What a message holds is told by its
words: feelings and numbers by the language's lists, reasons and wishes by what opens them
("because", "I wish"), its beginning and its end by place, in messages that are long enough to have
them. It is left out where more than half of its weight is marked as missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import mean

from voicecoach.dialogue import evidence
from voicecoach.dialogue.comparison.comparable import STOPS, Comparable, comparable, lexicon
from voicecoach.dialogue.language import Phrase, load
from voicecoach.dialogue.messages import Fidelity
from voicecoach.dialogue.practice.ratings import MOST
from voicecoach.dialogue.practice.state import Result
from voicecoach.dialogue.practice.statements import tables

NEAR = 15.0
"""A rating is near its score within so many points of 100: half a step and one more of ten."""

FAR = 20.0
"""So many points apart on average are worth a word."""

LOW, HIGH = 45.0, 75.0
"""Below the first the mirrors lose too much to speak of details; from the second on all is well."""

OFTEN = 1 / 3
"""What happens in this share of the mirrors, and at least twice, is a habit."""

ADDS = 0.3
"""A mirror adds where so much of it (0..1) was not said."""

FEWEST_WORDS = 10
"""Content words a message must have before its beginning and end are told apart."""

LOST = 0.5

KINDS = ("feeling", "reason", "wish", "number", "beginning", "end")
"""What of a message is told apart, the weightiest first."""

_CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Tally:
    """Something left out or altered in `times` of the `of` mirrors in which it could be."""

    kind: str
    times: int
    of: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A practice as a whole. Means are None where there is nothing to take them of.

    `mirrors` counts those that could be scored, of `statements` different statements; `untold`
    those that could not ("cannot tell"). `own` is the mean rating 0..10, `score` the mean score
    0..100, `apart` the mean of ten times the rating less the score, over the mirrors that were
    rated; `over`, `near` and `under` count how those lie.
    """

    mirrors: int
    statements: int
    untold: int
    score: float | None
    rated: int
    own: float | None
    apart: float | None
    over: int
    near: int
    under: int
    left_out: tuple[Tally, ...]
    altered: tuple[Tally, ...]
    adding: int
    owning: int
    advice: str


@dataclass(frozen=True, slots=True)
class _Mirror:
    message: str
    own: float | None
    fidelity: Fidelity
    exchange: int


def summary(results: Sequence[Result], language: str = "en") -> Summary:
    """What the results show together; any number of them, also none."""
    there = [
        _Mirror(each.message, each.own, each.fidelity, each.exchange)
        for each in results
        if each.fidelity is not None
    ]
    told = [mirror for mirror in there if mirror.fidelity.band != _CANNOT_TELL]
    gaps = [each.own * MOST - each.fidelity.score for each in told if each.own is not None]
    owns = [mirror.own for mirror in told if mirror.own is not None]
    facts = Summary(
        mirrors=len(told),
        statements=len({mirror.exchange for mirror in told}),
        untold=len(there) - len(told),
        score=round(mean(m.fidelity.score for m in told), 1) if told else None,
        rated=len(gaps),
        own=round(mean(owns), 1) if owns else None,
        apart=round(mean(gaps), 1) if gaps else None,
        over=sum(gap > NEAR for gap in gaps),
        near=sum(abs(gap) <= NEAR for gap in gaps),
        under=sum(gap < -NEAR for gap in gaps),
        left_out=_left_out(told, language),
        altered=_altered(told),
        adding=sum(bool(m.fidelity.added) and m.fidelity.addition >= ADDS for m in told),
        owning=sum(bool(m.fidelity.questions or m.fidelity.rebuttals) for m in told),
        advice="",
    )
    return replace(facts, advice=_advice(facts))


def _advice(facts: Summary) -> str:
    """The one thing to do next: what turns a message round first, then what is lost from it."""
    if facts.score is None:
        return "none"
    altered = {tally.kind: tally.times for tally in facts.altered}
    for kind in ("role", "negation"):
        if _often(altered.get(kind, 0), facts.mirrors):
            return kind
    if facts.score < LOW:
        return "pieces"
    if _often(facts.owning, facts.mirrors):
        return "own"
    if _often(facts.adding, facts.mirrors):
        return "added"
    for tally in facts.left_out:
        if tally.times >= 2 and tally.times * 2 >= tally.of:
            return tally.kind
    if facts.apart is not None and facts.rated > 1 and abs(facts.apart) >= FAR:
        return "over" if facts.apart > 0 else "under"
    return "onward" if facts.score >= HIGH else "more"


def _often(times: int, of: int) -> bool:
    return times >= min(2, of) and times >= OFTEN * of and times > 0


def _altered(mirrors: Iterable[_Mirror]) -> tuple[Tally, ...]:
    """Kinds of alterations by the number of mirrors that have one."""
    kinds = [{change.kind for change in mirror.fidelity.altered} for mirror in mirrors]
    found = sorted({kind for each in kinds for kind in each})
    tallies = [Tally(kind, sum(kind in each for each in kinds), len(kinds)) for kind in found]
    return tuple(sorted(tallies, key=lambda tally: -tally.times))


def _left_out(mirrors: Iterable[_Mirror], language: str) -> tuple[Tally, ...]:
    """What was left out at least once, the most often and then the weightiest first."""
    held, lost = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
    for mirror in mirrors:
        text = comparable(mirror.message, language, reflection=False)
        gone = _gone(text, mirror)
        for kind, places in _parts(text, language):
            weight = sum(text.words[at].weight for at in places)
            held[kind] += 1
            lost[kind] += sum(text.words[at].weight for at in places if at in gone) > LOST * weight
    tallies = [Tally(kind, lost[kind], held[kind]) for kind in KINDS if lost[kind]]
    return tuple(sorted(tallies, key=lambda tally: (-tally.times, tally.of)))


def _gone(text: Comparable, mirror: _Mirror) -> set[int]:
    """The places of the words that are marked as missed."""
    spans, start = [], 0
    for passage in evidence.marked_message(mirror.message, mirror.fidelity):
        if passage.mark == evidence.MISSED:
            spans.append((start, start + len(passage.text)))
        start += len(passage.text)
    return {
        at
        for at, said in enumerate(text.words)
        if any(first <= said.start < last for first, last in spans)
    }


def _parts(text: Comparable, language: str) -> Iterator[tuple[str, list[int]]]:
    """Each kind of thing that the message holds, with the places of its words that carry it."""
    known = lexicon(language)
    content = [at for at, said in enumerate(text.words) if said.content]
    opening = tables(language)["summary"]
    parts = {
        "feeling": [at for at in content if text.words[at].stem in known.feelings],
        "reason": _behind(text, content, _phrases(opening["reason"], language)),
        "wish": _behind(text, content, _phrases(opening["wish"], language)),
        "number": [at for at in content if text.words[at].word in known.numbers],
    }
    if len(content) >= FEWEST_WORDS:
        third = len(content) // 3
        parts |= {"beginning": content[:third], "end": content[-third:]}
    yield from ((kind, places) for kind, places in parts.items() if places)


def _phrases(texts: Iterable[str], language: str) -> frozenset[Phrase]:
    return load(language).plain.phrases(texts)


def _behind(text: Comparable, content: list[int], openers: frozenset[Phrase]) -> list[int]:
    """The content words that follow one of `openers` in the same sentence."""
    words = tuple(said.word for said in text.words)
    found: list[int] = []
    for at in range(len(words)):
        length = max((len(o) for o in openers if words[at : at + len(o)] == o), default=0)
        if not length:
            continue
        end = at + length
        while end < len(words) and not text.stops(end - 1, end, STOPS):
            end += 1
        found += [place for place in content if at + length <= place < end]
    return sorted(set(found))
