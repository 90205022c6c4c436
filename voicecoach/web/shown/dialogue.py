"""A session line by line: rounds, the exchanges in them, and what was said in each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from voicecoach.dialogue import evidence
from voicecoach.dialogue.messages import Announce, Announcing, Answer, Enter, Heard, Phase, TakenUp
from voicecoach.dialogue.wording import sentence
from voicecoach.errors import UsageError
from voicecoach.session import review
from voicecoach.session.entries import Entry
from voicecoach.session.record import Turn, keyed
from voicecoach.session.review.pairs import Compare, Pair, pairs
from voicecoach.session.review.reading import Reading
from voicecoach.web.shown import marks
from voicecoach.web.shown.marks import Compared, Marked

Side = Literal["message", "mirror", "between"]
"""Where a line stands: on the speaker's side of a pair, on the listener's, or across both."""

PASSAGES = {
    Phase.CONSENT: "The coach asks what may be kept",
    Phase.PAUSED: "A pause",
    Phase.SWAP: "The roles are switched",
    Phase.CLOSE: "The close",
}
"""What is said where the dialogue enters a phase without a heading of its own."""


@dataclass(frozen=True, slots=True)
class Scored:
    """The score of a pair: now, and at first where that was another."""

    headline: str
    percent: int
    sentence: str
    first: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One turn: who (`partner` 0, 1 or None) did what and said what."""

    number: int
    at_s: float
    who: str
    partner: int | None
    deed: str
    side: Side
    words: tuple[Marked, ...]
    text: str
    heard: str = ""
    """What was heard at first, where it was corrected."""
    answer: str = ""
    remarks: tuple[Entry, ...] = ()
    flagged: bool = False
    hidden: bool = False
    sound: bool = False
    relabelled: bool = False
    score: Scored | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that were compared and are no line's: the coach's own sentence in a practice, or those
    of a turn that was given to somebody else since."""

    key: str
    who: str
    partner: int | None
    side: Side
    words: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class Coach:
    """What the coach said, or that something began that nobody said."""

    at_s: float
    text: str
    passage: bool = False


@dataclass(slots=True)
class Block:
    """One attempt of an exchange, or what stands outside of any (attempt 0)."""

    round: int
    exchange: int
    attempt: int
    speaker: str
    listener: str
    items: list[Line | Quote | Coach] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """What this attempt is called; "" outside of any."""
        if not self.attempt:
            return ""
        again = f", attempt {self.attempt}" if self.attempt > 1 else ""
        return f"Exchange {self.exchange}{again}"


def blocks(reading: Reading, clips: frozenset[int], compare: Compare) -> list[Block]:
    """The whole dialogue in order. `clips` are the numbers of the turns that can be heard."""
    lines = _Lines(reading, clips, pairs(reading, compare))
    block = Block(0, 0, 0, "", "")
    found = [block]
    announced: dict[str, Announce] = {}
    by_key = keyed(reading.messages)
    for entry, message in reading.messages:
        if isinstance(message, Enter):
            block = _entering(message, entry, block, found)
            lines.carry_over(found)
        elif isinstance(message, Announce):
            announced[message.key] = message
        elif isinstance(message, Announcing) and message.key in announced:
            said = announcement(announced[message.key], reading.session.header.language)
            block.items.append(Coach(entry.at_s, said))
        elif isinstance(message, TakenUp):
            block.items.append(Coach(entry.at_s, "Broken off here, and gone on with", passage=True))
        elif isinstance(message, Heard):
            block.items += lines.quotes(entry.number, block)
            block.items.append(lines.line(entry.number))
        elif entry.number in by_key:
            block.items.append(Coach(entry.at_s, f"{by_key[entry.number]}.", passage=True))
    return [block for block in found if block.items]


def _entering(entered: Enter, entry: Entry, block: Block, found: list[Block]) -> Block:
    if entered.phase in PASSAGES:
        block = Block(entered.round, entered.exchange, 0, "", "")
        block.items.append(Coach(entry.at_s, PASSAGES[entered.phase], passage=True))
        found.append(block)
        return block
    here = (entered.round, entered.exchange, entered.attempt)
    if entered.phase is Phase.DONE or here == (block.round, block.exchange, block.attempt):
        return block
    block = Block(*here, entered.speaker, entered.listener)
    found.append(block)
    return block


def announcement(announce: Announce, language: str) -> str:
    """What the coach said; the announcement's key where this version has no such sentence."""
    try:
        return sentence(announce, language)
    except (KeyError, UsageError):  # kept by a version with other announcements
        return announce.key


class _Lines:
    """Turns made into lines, with all that is known about each."""

    def __init__(self, reading: Reading, clips: frozenset[int], found: tuple[Pair, ...]) -> None:
        self._names = reading.names
        self._turns = {turn.number: turn for turn in reading.turns}
        self._clips = clips
        self._scored = {pair.turn: _scored(pair) for pair in found}
        self._compared: dict[int, Compared] = {}
        self._loose: dict[int, list[Compared]] = {}
        for pair in found:
            for each in marks.of_pair(pair):
                self._compared[each.part.number] = each
                if not each.part.number:
                    self._loose.setdefault(pair.turn, []).append(each)
        self._messages = {
            (pair.round, pair.exchange, pair.attempt): {part.number for part in pair.message}
            for pair in found
        }
        self._notes: dict[int, list[Entry]] = {}
        for note in review.holding(reading.session.entries):
            if note.data["type"] in review.KINDS and "entry" in note.data:
                self._notes.setdefault(note.data["entry"], []).append(note)

    def carry_over(self, found: list[Block]) -> None:
        """Bring an answer that is already the next message over to the pair it belongs to."""
        if len(found) < 2 or found[-1].items or not found[-1].attempt:
            return
        here = found[-1]
        last = next((i for i in reversed(found[-2].items) if isinstance(i, Line)), None)
        told = self._messages.get((here.round, here.exchange, here.attempt), set())
        if last is not None and last.side == "between" and last.number in told:
            found[-2].items.remove(last)
            here.items.append(replace(last, side="message"))

    def quotes(self, number: int, block: Block) -> list[Quote]:
        """What was compared with this turn and is no line's."""
        quotes = []
        for at, each in enumerate(self._loose.get(number, [])):
            who = block.speaker if each.of_message else block.listener
            partner = self._names.index(who) if who in self._names else None
            side: Side = "message" if each.of_message else "mirror"
            quotes.append(Quote(f"{number}-{at}", who, partner, side, each.words))
        return quotes

    def line(self, number: int) -> Line:
        turn = self._turns[number]
        notes = self._notes.get(number, [])
        kinds = {note.data["type"] for note in notes}
        compared = self._compared.get(number)
        words: tuple[Marked, ...] = (Marked(turn.text),)
        if compared is not None:
            words = marks.in_line(turn.text, compared.part.known, compared.words)
        corrected = turn.corrected is not None and turn.corrected != turn.utterance.text
        return Line(
            number=number,
            at_s=turn.at_s,
            who=turn.name or "Someone",
            partner=self._names.index(turn.name) if turn.name in self._names else None,
            deed=deed(turn),
            side=_side(turn),
            words=words,
            text=turn.text,
            heard=turn.utterance.text if corrected and not turn.hidden else "",
            answer=_answer(turn),
            remarks=tuple(note for note in notes if note.data["type"] == review.NOTED),
            flagged=review.FLAGGED in kinds,
            hidden=turn.hidden,
            sound=number in self._clips and not turn.hidden,
            relabelled=review.RELABELLED in kinds,
            score=self._scored.get(number),
        )


def _scored(pair: Pair) -> Scored:
    now, first = pair.score, pair.first
    headline = evidence.headline(now.score, now.band)
    before = evidence.headline(first.score, first.band) if pair.rescored else ""
    told = "" if pair.hidden else evidence.sentence(now)
    percent = 0 if now.band == evidence.CANNOT_TELL else round(now.score)
    return Scored(headline, percent, told, before)


def _side(turn: Turn) -> Side:
    if turn.reply.command is not None or turn.role is None:
        return "between"
    if turn.role == "speaker" and turn.phase in (Phase.SHARE, Phase.REFLECT):
        return "message"
    return "mirror" if turn.role == "listener" and turn.phase is Phase.REFLECT else "between"


def deed(turn: Turn) -> str:
    """What somebody did with a turn, in one or two words after their name."""
    if turn.reply.command is not None:
        return "to the coach"
    if turn.role is None and turn.utterance.third:
        return "from outside"
    if turn.asked is not None and turn.phase is not Phase.REFLECT:
        return "asks"
    if turn.phase is Phase.SHARE:
        return "shares" if turn.role == "speaker" else "throws in"
    if turn.phase is Phase.REFLECT:
        return "mirrors" if turn.role == "listener" else "adds"
    if turn.phase is Phase.RATE:
        return "rates"
    return "says"


def _answer(turn: Turn) -> str:
    """How an answer was understood, where there was one."""
    asked = turn.phase in (Phase.CHECK, Phase.MORE, Phase.CONSENT) and turn.role != "listener"
    if turn.reply.command is not None:
        return f"understood as: {str(turn.reply.command).replace('_', ' ')}"
    if not asked or turn.reply.answer is Answer.UNCLEAR:
        return ""
    return f"understood as: {turn.reply.answer.lower()}"
