"""The ear: frames -> speech -> pieces -> words -> turns. One call lets one frame pass.

With a recording the text is waited for at the shortest patience, so that a file gives the same
session on any machine; live, the turn stays open until the text is there or the longest patience
is over.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from voicecoach.coach.scribe import Piece, Scribe
from voicecoach.dialogue import language as languages
from voicecoach.dialogue import patience
from voicecoach.dialogue.messages import Notice, Step
from voicecoach.engines import Expect, Microphone, SpeechDetector, Turn
from voicecoach.speech.audio import FRAME, RATE, joined, level_db
from voicecoach.speech.channels import Levels
from voicecoach.speech.room import Room
from voicecoach.speech.segmenter import Limits, PieceEnded, Segmenter, TurnEnded
from voicecoach.utterance import Reason, Utterance

REMEMBERED_PAUSES = 12
"""How many pauses inside turns of a kind the patience is learned from."""

OFFER_AFTER_S = 60.0
"""A share this long gets the offer of a mirror in its next pause. In the source shares are chunks
of 15 to 30 s; who needs longer is not stopped."""

NOTICE_PAUSE_S = 0.5
"""A pause so long may be spoken into: breath is shorter, and the patience is far longer."""

BEHIND_AFTER_S = 1.0
"""So long after the longest patience people wonder whether they were heard."""

BACKLOG_S, MOST_BACKLOG_S = 30.0, 600.0
"""Seconds of sound that wait for the recogniser: from the first on the coach says so, at the
second (38 MB) the ear waits until all is written down, and the microphone's own queue goes on."""

SHORTEST_REPLY_S = 0.12
"""Less voice than this is no word, so no reply: "yes" takes 0.35 s, a click or a lip 0.1 s."""


QUICK_S = 1.0
"""Where the usual patience is at most this, the last piece is decoded before it is over: a longer
one leaves time enough, and talk has breaths that would make the work futile. In labelled human
answers none of 23 such early starts was in vain, in labelled shares 7 of 45."""

LOST_BEFORE_S = 1.0
"""An answer that begins so soon after sound was lost may lack its "no" or its "yes, but"."""


class ListeningEar:
    """An `Ear` made of a microphone, a speech detector and a recogniser.

    `start_s` and `end_s` of its turns are positions in the input; `clock` also counts the time
    in which a recording waits because the coach speaks. Both begin at the sample `begins`: a
    session that goes on has a time before it. `levels` learns how loud each of two microphones was.
    """

    def __init__(
        self,
        microphone: Microphone,
        detector: SpeechDetector,
        scribe: Scribe,
        *,
        language: str = "en",
        limits: Limits | None = None,
        levels: Levels | None = None,
        begins: int = 0,
    ) -> None:
        self.clock = begins
        self.ended = False
        self.level_db = -100.0
        self.troubles: dict[str, str] = {}
        self.lost_s = 0.0
        self._microphone = microphone
        self._detector = detector
        self._scribe = scribe
        self._language = language
        self._levels = levels
        self._segmenter = Segmenter(limits)
        self._room = Room()
        self._step = Step.COMMAND
        self._pieces: list[Piece] = []
        self._ends: deque[tuple[int, Reason]] = deque()
        self._pauses = {step: deque[float](maxlen=REMEMBERED_PAUSES) for step in Step}
        self._read: tuple[tuple[Step, list[str]], tuple[int, Reason] | None] = (
            (self._step, []),
            None,
        )
        self._position = begins
        self._begins = begins
        self._lost_at: int | None = None
        self._noticed: set[Notice] = set()
        self.listen(Step.COMMAND)

    def listen(self, step: Step) -> None:
        """Expect a turn of this kind from now on; what is already open is judged as that."""
        self._step = step
        self._set_patience()

    @property
    def quiet_s(self) -> float:
        """Seconds since the last voiced frame, or since the coach fell silent."""
        return self._segmenter.quiet_s

    @property
    def busy(self) -> bool:
        """True while somebody talks or what was said is not understood yet."""
        return self._segmenter.in_turn or bool(self._pieces)

    def hear(self, deaf: bool) -> Turn | Notice | None:
        """Let one frame pass; the turn that is complete now, what is noticed, or None."""
        turn = None if deaf else self._complete_turn()
        if turn is not None:
            return turn
        if self.ended:
            self.clock += FRAME
            return None
        frame = self._microphone.read(hold=deaf)
        if frame is None:
            return self._input_over()
        if self._begins:
            frame = replace(frame, position=frame.position + self._begins)
        self.clock += FRAME + frame.lost
        self._position = frame.position + FRAME
        if frame.lost:
            self._lost(frame.lost)
        self.level_db = level_db(frame.samples)
        if deaf and not self._microphone.live:
            # The recording waits, and so does all that follows it: what comes out of it does not
            # depend on how long the coach spoke.
            self._segmenter.hold()
            return None
        louder = self._room.brought_up(frame)
        probability = self._detector.probability(louder.samples)
        if deaf:
            self._go_deaf()
            return None
        probability = self._room.near(frame.samples, probability, self._segmenter.in_turn)
        if self._levels is not None:
            self._levels.push(frame, probability)
        for ended in self._segmenter.push(louder, probability):
            self._note(ended)
        self._foresee()
        self._collect()
        return self._complete_turn() or self._notice()

    def miss(self, samples: int) -> Turn | None:
        """Time passed without a microphone; what was begun ends here and is still written down."""
        self.clock += samples
        self._position += samples
        self.level_db = -100.0
        for ended in self._segmenter.finish(Reason.DEVICE):
            self._note(ended)
        self._segmenter.hold()
        self._scribe.poll()
        return self._complete_turn()

    def hear_through(self, microphone: Microphone) -> None:
        """Hear through another microphone from here on; the positions go on."""
        self._microphone.close()
        self._microphone = microphone
        self._begins = self._position

    def close(self) -> None:
        """Give the microphone and the recogniser back."""
        self._microphone.close()
        self._scribe.decoder.close()

    def _lost(self, samples: int) -> None:
        self.lost_s += samples / RATE
        self._lost_at = self._position - FRAME
        self.troubles["overflow"] = (
            "This machine was too busy to hear everything: some sound was lost."
        )

    def _go_deaf(self) -> None:
        if self.busy:
            # The coach speaks an aside into a pause: what was said stays, and the turn goes on.
            self._segmenter.hold()
            self._collect()
            return
        self._segmenter.deafen()
        self._pieces.clear()
        self._ends.clear()
        self._scribe.forget()

    def _notice(self) -> Notice | None:
        """What the coach may say now, each once in a turn, or once in a session of the room."""
        for notice, holds in (
            (Notice.LONG, self._long()),
            (Notice.BEHIND, self._behind()),
        ):
            if holds and notice not in self._noticed:
                self._noticed.add(notice)
                return notice
        if self.busy or self.quiet_s < NOTICE_PAUSE_S:
            return None
        trouble = self._room.trouble()
        return Notice(trouble) if trouble is not None else None

    def _long(self) -> bool:
        """A share has lasted long, and its speaker takes breath."""
        long = self._step is Step.SHARE and self._segmenter.turn_s >= OFFER_AFTER_S
        return long and not self._segmenter.talking and self.quiet_s >= NOTICE_PAUSE_S

    def _behind(self) -> bool:
        """The words of a turn that is over are long in coming, or too much waits for them."""
        if not self._microphone.live or self._segmenter.talking or not self._scribe.pending:
            return False
        if self._scribe.waiting_s >= BACKLOG_S:
            return self.quiet_s >= NOTICE_PAUSE_S
        longest = patience.PATIENCE[self._step].longest
        return bool(self._ends) and self.quiet_s >= longest + BEHIND_AFTER_S

    def _input_over(self) -> Turn | None:
        for ended in self._segmenter.finish():
            self._note(ended)
        self._scribe.wait()
        if getattr(self._microphone, "damaged", False):
            self.troubles["damaged"] = "The recording is damaged: what could be read was heard."
        turn = self._complete_turn()
        self.ended = turn is None
        return turn

    def _note(self, ended: PieceEnded | TurnEnded) -> None:
        if isinstance(ended, TurnEnded):
            self._ends.append((len(self._pieces), ended.reason))
            return
        piece = Piece(ended.clip, ended.voiced_from, ended.voiced_until)
        if self._pieces and self._open_pieces():
            pause = piece.voiced_from - self._pieces[-1].voiced_until
            self._pauses[self._step].append(pause / RATE)
        self._pieces.append(piece)
        self._scribe.take(piece, self._expected())
        if self._scribe.waiting_s > MOST_BACKLOG_S:
            self._scribe.wait()
        self._set_patience()

    def _expected(self) -> Expect:
        return Expect.REPLY if self._step is Step.REPLY else Expect.TALK

    def _foresee(self) -> None:
        """What may be the whole of a short answer is decoded while that is not yet sure."""
        if not self._microphone.live or patience.PATIENCE[self._step].usual > QUICK_S:
            return
        so_far = self._segmenter.so_far()
        if so_far is not None:
            piece = Piece(so_far.clip, so_far.voiced_from, so_far.voiced_until)
            self._scribe.foresee(piece, self._expected())

    def _open_pieces(self) -> int:
        """How many pieces there are since the last end of a turn."""
        return len(self._pieces) - (self._ends[-1][0] if self._ends else 0)

    def _collect(self) -> None:
        """Take the words that are there. A recording waits for them at the shortest patience."""
        if self._microphone.live:
            if self._scribe.poll():
                self._set_patience()
            return
        due = self._segmenter.quiet_s >= patience.shortest_s(self._step) or bool(self._ends)
        if due and not self._segmenter.talking and self._scribe.pending:
            self._scribe.wait()
            self._set_patience()

    def _set_patience(self) -> None:
        pieces = self._pieces[self._ends[-1][0] if self._ends else 0 :]
        known = all(piece.words is not None for piece in pieces)
        text = " ".join(piece.text for piece in pieces) if known else None
        self._segmenter.patience_s = patience.patience_s(
            self._step, text, tuple(self._pauses[self._step]), language=self._language
        )

    def _complete_turn(self) -> Turn | None:
        """The first turn whose end is known and whose words are there."""
        while True:
            count, reason = self._first_end()
            if reason is None:
                return None
            pieces, self._pieces = self._pieces[:count], self._pieces[count:]
            self._shift_ends(count, reason)
            if reason is Reason.CHECK_BACK and not self._pieces:
                self._segmenter.close_turn()
            self._set_patience()
            self._noticed.clear()
            turn = self._turn(pieces, reason)
            if turn is not None:
                return turn

    def _first_end(self) -> tuple[int, Reason | None]:
        limit = self._ends[0][0] if self._ends else len(self._pieces)
        texts: list[str] = []
        for piece in self._pieces[:limit]:
            if piece.words is None:
                break
            texts.append(piece.text)
        if self._read[0] != (self._step, texts):
            # Once for each new text: of a long turn it takes longer than a frame lasts.
            shown = patience.turn_end(self._step, texts, language=self._language)
            self._read = (self._step, texts), shown
        if self._read[1] is not None:
            return self._read[1]
        if self._ends and len(texts) == limit:
            return self._ends[0]
        return 0, None

    def _shift_ends(self, count: int, reason: Reason) -> None:
        """The first `count` pieces are gone; so is the end they reached, if it was theirs."""
        if self._ends and self._ends[0][0] <= count:
            self._ends.popleft()
        self._ends = deque((at - count, why) for at, why in self._ends)

    def _turn(self, pieces: list[Piece], reason: Reason) -> Turn | None:
        if self._scribe.failed_s:
            self.troubles["unwritten"] = (
                "The recogniser failed on a part of what was said: it is not written down."
            )
        words = tuple(word for piece in pieces for word in piece.words or ())
        said = " ".join(word.text for word in words)
        if not languages.load(self._language).plain.tokens(said):
            # A cough, a door, a hum: sound that says nothing is nobody's turn.
            return None
        if self._step is Step.REPLY and voiced_s(pieces) < SHORTEST_REPLY_S:
            return None
        voiced_until = pieces[-1].voiced_until
        if self._step is Step.REPLY and self._lost_in(pieces):
            reason = Reason.DEVICE
        utterance = Utterance(
            text=said,
            start_s=pieces[0].voiced_from / RATE,
            end_s=voiced_until / RATE,
            reason=reason,
            latency_s=max(0.0, (self._position - voiced_until) / RATE),
            words=words,
        )
        return Turn(utterance, joined([piece.clip for piece in pieces]))

    def _lost_in(self, pieces: list[Piece]) -> bool:
        """Whether sound was lost in these pieces, or so shortly before that a word may be."""
        begun = pieces[0].voiced_from - int(LOST_BEFORE_S * RATE)
        return self._lost_at is not None and begun <= self._lost_at <= pieces[-1].voiced_until


def voiced_s(pieces: list[Piece]) -> float:
    """Seconds from the first to the last voiced frame of each piece, added up."""
    return sum(piece.voiced_until - piece.voiced_from for piece in pieces) / RATE
