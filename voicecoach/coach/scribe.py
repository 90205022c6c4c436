"""Pieces of sound to the recogniser, words back to their pieces; whole turns once more, later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from voicecoach.coach.cut_turns import TALK
from voicecoach.dialogue import language as languages
from voicecoach.dialogue.machine.state import State
from voicecoach.engines import Expect, Turn
from voicecoach.engines.worker import Transcribed
from voicecoach.errors import ModelError
from voicecoach.session.entries import Entry, correction
from voicecoach.speech.audio import Clip, joined
from voicecoach.utterance import Word

COSTLY_S = 5.0
"""A recogniser whose call costs more than this much audio gets waiting pieces joined."""

JOINED_S = 26.0
"""Joined pieces span at most this: Whisper's window is 30 s."""


class Decoder(Protocol):
    """What the scribe needs of `engines.worker.RecogniserProcess`."""

    name: str
    cost_per_call_s: float

    def submit(self, piece: int, clip: Clip, expect: Expect = Expect.TALK) -> None:
        """Have `clip` decoded; does not wait."""

    def poll(self) -> list[Transcribed]:
        """What is there by now."""

    def wait(self, patience_s: float | None = None) -> list[Transcribed]:
        """All that was submitted; less if nothing more comes for `patience_s`."""

    def close(self) -> None:
        """End the worker."""


@dataclass(slots=True, eq=False)
class Piece:
    """A clip on its way to text; `words` is None until it is there."""

    clip: Clip
    voiced_from: int
    voiced_until: int
    words: tuple[Word, ...] | None = None

    @property
    def text(self) -> str:
        """The words as text; empty while they are not there."""
        return " ".join(word.text for word in self.words or ())


@dataclass(frozen=True, slots=True)
class _Foreseen:
    """A piece that was given to the recogniser before it was over."""

    number: int
    piece: Piece
    expect: Expect

    def is_of(self, piece: Piece, expect: Expect) -> bool:
        """Whether `piece` is the same sound, and expected to be the same."""
        mine, other = self.piece.clip, piece.clip
        same = (mine.position, len(mine.samples)) == (other.position, len(other.samples))
        return same and self.expect is expect


class Scribe:
    """Keeps pieces in order; joins those that wait where a call is costly.

    `failed_s` are the seconds of sound that the recogniser had to give up.
    """

    def __init__(self, decoder: Decoder) -> None:
        self.decoder = decoder
        self.failed_s = 0.0
        self._waiting: list[tuple[Piece, Expect]] = []
        self._decoding: dict[int, list[Piece]] = {}
        """What is being decoded, and the pieces that its words are for: none if nobody wants it."""
        self._foreseen: _Foreseen | None = None
        self._number = 0

    @property
    def pending(self) -> bool:
        """True while the text of a piece is missing."""
        return bool(self._waiting or self._decoding)

    @property
    def waiting_s(self) -> float:
        """Seconds of sound whose text is missing."""
        decoding = (piece for pieces in self._decoding.values() for piece in pieces)
        waiting = (piece for piece, _ in self._waiting)
        return sum(piece.clip.seconds for each in (decoding, waiting) for piece in each)

    def foresee(self, piece: Piece, expect: Expect) -> None:
        """Have a piece written down that will be over if nobody goes on, where nothing else waits.

        If `take` brings the same sound its words are there so much sooner; if somebody went on
        they are thrown away.
        """
        if self.pending:
            return
        self._number += 1
        self._decoding[self._number] = [piece]
        self._foreseen = _Foreseen(self._number, piece, expect)
        self.decoder.submit(self._number, piece.clip, expect)

    def take(self, piece: Piece, expect: Expect) -> None:
        """Have the piece written down."""
        foreseen, self._foreseen = self._foreseen, None
        if foreseen is not None and foreseen.is_of(piece, expect):
            piece.words = foreseen.piece.words
            if piece.words is None:
                self._decoding[foreseen.number] = [piece]
            return
        self._unwanted(foreseen)
        self._waiting.append((piece, expect))
        self._submit()

    def poll(self) -> bool:
        """Give the pieces the words that are there; True if any were."""
        return self._give(self.decoder.poll())

    def wait(self) -> None:
        """Wait until every piece has its words."""
        while self.pending:
            self._submit()
            self._give(self.decoder.wait())

    def forget(self) -> None:
        """The pieces on their way are wanted no more."""
        self._waiting.clear()
        self._unwanted(self._foreseen)
        self._foreseen = None

    def _unwanted(self, foreseen: _Foreseen | None) -> None:
        if foreseen is not None and foreseen.number in self._decoding:
            self._decoding[foreseen.number] = []

    def _submit(self) -> None:
        costly = self.decoder.cost_per_call_s > COSTLY_S
        while self._waiting and not (costly and self._decoding):
            batch = self._next_batch(costly)
            self._number += 1
            self._decoding[self._number] = [piece for piece, _ in batch]
            clip = joined([piece.clip for piece, _ in batch])
            self.decoder.submit(self._number, clip, batch[0][1])

    def _next_batch(self, costly: bool) -> list[tuple[Piece, Expect]]:
        batch = [self._waiting.pop(0)]
        while costly and self._waiting:
            piece, expect = self._waiting[0]
            first = batch[0][0].clip
            if expect is not batch[0][1] or piece.clip.end_s - first.start_s > JOINED_S:
                break
            batch.append(self._waiting.pop(0))
        return batch

    def _give(self, transcribed: list[Transcribed]) -> bool:
        for done in transcribed:
            pieces = self._decoding.pop(done.piece, [])
            if done.failed and self._foreseen and done.piece == self._foreseen.number:
                # Not over yet, so not lost either: it is tried again when it is.
                self._foreseen = None
            elif done.failed:
                self.failed_s += sum(piece.clip.seconds for piece in pieces)
            for piece, words in zip(pieces, _dealt(pieces, done.words), strict=True):
                piece.words = words
        self._submit()
        return bool(transcribed)


def _dealt(pieces: list[Piece], words: tuple[Word, ...]) -> list[tuple[Word, ...]]:
    """Each word to the piece in whose time its middle lies, or to the last one before it."""
    hands: list[list[Word]] = [[] for _ in pieces]
    for word in words if pieces else ():
        middle = (word.start_s + word.end_s) / 2
        owner = 0
        for index, piece in enumerate(pieces):
            if middle >= piece.clip.start_s:
                owner = index
        hands[owner].append(word)
    return [tuple(hand) for hand in hands]


REFINED_LATER_S = 180.0
"""So much sound may wait to be written down once more (12 MB); what would be more is left as it
is."""

LAST_S = 20.0
"""At the end of a session each turn that is still waited for may take so long."""


class Refiner:
    """Has whole turns written down once more, by a better model and when there is time.

    What comes of it corrects the record and is read by nobody else: the dialogue has long gone on.
    `opened` makes the second decoder when it is first needed; without one nothing is refined. A
    recording (`live` is False) is refined turn by turn, so that it gives the same record each time.
    `troubles` are as those of an `Ear`.
    """

    def __init__(
        self,
        opened: Callable[[], Decoder] | None = None,
        *,
        live: bool = True,
        language: str = "en",
    ) -> None:
        self.troubles: dict[str, str] = {}
        self._opened = opened
        self._decoder: Decoder | None = None
        self._live = live
        self._language = language
        self._waiting: dict[int, Turn] = {}
        """What is wanted once more, by the number of its entry."""

    def take(self, entry: Entry, turn: Turn | None, state: State) -> None:
        """Have the turn that `entry` keeps written down once more, if it is talk and is kept."""
        if self._opened is None or turn is None or turn.clip is None or not entry.number:
            return
        if state.phase not in TALK or entry.data["reply"]["command"] is not None:
            return
        waiting = sum(each.clip.seconds for each in self._waiting.values() if each.clip)
        if waiting + turn.clip.seconds > REFINED_LATER_S:
            return
        if self._decoder is None:
            self._decoder = self._opened()
        self._waiting[entry.number] = turn
        self._decoder.submit(entry.number, turn.clip)

    def corrections(self, at_s: float, last: bool = False) -> Iterator[Entry]:
        """The corrections that are there by now; `last` waits a little for the rest."""
        if self._decoder is None or not self._waiting:
            return
        wait = last or not self._live
        try:
            found = self._decoder.wait(LAST_S) if wait else self._decoder.poll()
        except ModelError as error:
            self.troubles["refine"] = f"Nothing is written down once more: {error} {error.hint}"
            self.close()
            return
        for done in found:
            text = " ".join(word.text for word in done.words)
            heard = self._waiting.pop(done.piece).utterance.text
            if self._words(text) not in ((), self._words(heard)):
                yield correction(done.piece, text, self._decoder.name, at_s)

    def close(self) -> None:
        """End the second decoder, whatever it does; nothing is refined any more."""
        self._opened = None
        self._waiting.clear()
        if self._decoder is not None:
            self._decoder.close()
            self._decoder = None

    def _words(self, text: str) -> tuple[str, ...]:
        tokens = languages.load(self._language).plain.tokens(text)
        return tuple(token.word for token in tokens)
