"""Reflections beside the messages they mirror: what was compared, and what it would be by now.

A comparison is of the words of several turns, with the questions and answers around them left out.
Which turns those were is found again from their words; where a turn was corrected since, the
corrected words take their place, and the comparison can be made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from voicecoach.dialogue.messages import Fidelity, Heard, Phase, Question, Score, Scored
from voicecoach.dialogue.replies import understand
from voicecoach.dialogue.turns import question_at_end
from voicecoach.session.record import Turn
from voicecoach.session.review.reading import Reading

Compare = Callable[[str, str, str], Fidelity]
"""A message, a reflection and their language to the fidelity of the second to the first."""


@dataclass(frozen=True, slots=True)
class Part:
    """The words of one turn that went into a comparison, and what they are by now.

    `number` is that of the turn's entry, 0 for words whose turn was not found again.
    """

    number: int
    heard: str
    known: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A message and its reflection, each in the parts of its turns, and how they were compared.

    `turn` is the number of the turn after which they were, the last one of the reflection. `first`
    is the score as the dialogue had it; `score` the one to be shown, `first` itself unless a part
    was corrected and the comparison made anew. `entries` are those of the comparison and of its
    score.
    """

    turn: int
    round: int
    exchange: int
    attempt: int
    message: tuple[Part, ...]
    reflection: tuple[Part, ...]
    first: Fidelity
    score: Fidelity
    hidden: bool = False
    entries: tuple[int, int] = (0, 0)

    @property
    def rescored(self) -> bool:
        """Whether corrections gave another comparison."""
        return self.score is not self.first


def pairs(reading: Reading, compare: Compare | None = None) -> tuple[Pair, ...]:
    """The pairs of a session in order; with `compare`, corrected ones are compared anew."""
    turns = {turn.number: turn for turn in reading.turns}
    language = reading.session.header.language
    found: list[Pair] = []
    heard: list[tuple[Turn, Heard]] = []
    score: tuple[Turn, Score, int] | None = None
    for entry, message in reading.messages:
        if isinstance(message, Heard):
            heard.append((turns[entry.number], message))
        elif isinstance(message, Score) and heard:
            # A trainee rates a mirror before it is scored.
            turn = next((t for t, _ in reversed(heard) if t.phase is not Phase.RATE), heard[-1][0])
            score = turn, message, entry.number
        elif isinstance(message, Scored) and score is not None:
            last, compared, number = score
            said = _parts(compared.message, heard, "speaker", language)
            mirrored = _parts(compared.reflection, heard, "listener", language)
            parts = (*said, *mirrored)
            hidden = any(part.number and turns[part.number].hidden for part in parts)
            where = (last.number, last.round, last.exchange, last.attempt)
            first = message.fidelity
            both = (number, entry.number)
            found.append(Pair(*where, said, mirrored, first, first, hidden, both))
            score = None
    return tuple(_anew(pair, compare, language) for pair in found) if compare else tuple(found)


def text(parts: tuple[Part, ...]) -> str:
    """The words of these parts as they are known by now, as one text."""
    return " ".join(part.known for part in parts if part.known)


def _anew(pair: Pair, compare: Compare, language: str) -> Pair:
    corrected = any(part.heard != part.known for part in (*pair.message, *pair.reflection))
    if not corrected or pair.hidden:
        return pair
    return replace(pair, score=compare(text(pair.message), text(pair.reflection), language))


def _parts(
    whole: str, heard: list[tuple[Turn, Heard]], role: str, language: str
) -> tuple[Part, ...]:
    """The turns that `whole` was put together from, found from its end backwards."""
    found: list[Part] = []
    left = whole.strip()
    theirs = [(turn, message) for turn, message in heard if turn.role in (role, None)]
    for turn, message in reversed(theirs):
        if not left:
            break
        for said, known in _candidates(turn, message, language):
            if said and (left == said or left.endswith(f" {said}")):
                left = left.removesuffix(said).rstrip()
                found.append(Part(turn.number, said, known))
                break
    if left:  # whose turn it was is not known any more, or was told otherwise since
        found.append(Part(0, left, left))
    return tuple(reversed(found))


def _candidates(turn: Turn, heard: Heard, language: str) -> list[tuple[str, str]]:
    """What of a turn may have gone into a comparison: all of it, or what stood before a question,
    or after an answer; each with what it is by now."""
    text, before, rest = heard.utterance.text, heard.before, heard.reply.rest
    if turn.corrected is None or turn.hidden:
        return [(text, text), (before, before), (rest, rest)]
    known = turn.corrected
    answered = understand(known, Question.SATISFIED, language=language).rest if rest else ""
    return [
        (text, known),
        (before, (question_at_end(known, language)[1] or known) if before else ""),
        (rest, answered or known),
    ]
