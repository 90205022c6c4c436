"""Whose turn it was, by the voice: only once both have agreed, and in memory only.

What is confirmed is learned (the command `Learn`). The message and the mirror that are still to be
confirmed count as long as they are open, so that already the first yes is compared with the voice
that shared and the voice that mirrored: their owners are known from the procedure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from voicecoach.coach.whose.parting import floor_kept, parted, together
from voicecoach.coach.whose.sentences import Sentences
from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import Learn, Phase
from voicecoach.engines import Turn
from voicecoach.speech import changes
from voicecoach.speech.audio import RATE
from voicecoach.speech.cepstra import FRAMES_PER_S, Features
from voicecoach.speech.changes import Stretch
from voicecoach.speech.partners import MOST_S, SURE, Partners
from voicecoach.utterance import Utterance

REMEMBERED_TURNS = 64
"""Turns whose voice waits for the command to learn it: more than an exchange ever has."""


MOST_FRAMES = round(MOST_S * FRAMES_PER_S)
"""No more of one turn is remembered than would be kept of a partner."""


class Voices:
    """Off until `tell_apart`; `forget` ends it. Nothing of it is ever written anywhere."""

    troubles: Mapping[str, str] = MappingProxyType({})
    """What keeps voices from being told apart is no trouble: they are simply not known."""

    def __init__(self) -> None:
        self._partners: Partners | None = None
        self._turns: dict[tuple[float, float], Features] = {}
        self._sentences = Sentences()

    def tell_apart(self, first: str, second: str) -> None:
        """Both have agreed: from here on these two are told apart."""
        self._partners = Partners(first, second)

    def forget(self) -> None:
        """The session is over, and with it what is known of the voices."""
        self._partners = None
        self._turns.clear()
        self._sentences.forget()

    def parts(self, turn: Turn, state: State) -> tuple[Turn, ...]:
        """The turn with its partner; where the voice surely changes in it, as several turns.

        `either` marks where the partner is not certain, `overlap` where both speak in it and cannot
        be parted: nobody is named then, and nothing is learned. A turn without sound, or whose
        partner is known already, is left as it is. What the other one throws in while somebody has
        the floor comes before it, and what has the floor stays one turn.
        """
        if self._partners is None or turn.clip is None or turn.utterance.partner is not None:
            return (turn,)
        said = turn.utterance
        span = round(said.start_s * RATE), round(said.end_s * RATE)
        partners = self._with_open(self._partners, state)
        stretches = changes.spoken(turn.clip, span, partners)
        if len(stretches) > 1:
            parts = parted(turn, [(each.whose.partner, each.start, each.end) for each in stretches])
            if all(part.utterance.text for part in parts):
                return self._told(parts, stretches, state)
        one = stretches[0]
        if one.both or len(stretches) > 1:
            return (replace(turn, utterance=replace(said, overlap=True)),)
        return (replace(turn, utterance=self._attributed(said, one, partners, state)),)

    def _attributed(
        self, said: Utterance, one: Stretch, partners: Partners, state: State
    ) -> Utterance:
        whose = one.whose
        if state.phase in (Phase.CHECK, Phase.MORE):
            whose = self._sentences.whose(partners, one.voice, state.speaker)
        partner, either = whose.partner, whose.may_be_other(state.speaker)
        if partner == state.listener and state.phase is Phase.SHARE and whose.margin < SURE:
            # Rather a word too many in the message than a message lost; but nothing is learned.
            partner, either = None, True
        else:
            self._remember(said, one.voice)
        return replace(said, partner=partner, either=either)

    def _told(
        self, parts: Sequence[Turn], stretches: Sequence[Stretch], state: State
    ) -> tuple[Turn, ...]:
        """The parts of a turn, each remembered with its voice."""
        told = []
        for numbers in floor_kept(parts, state):
            part = together([parts[at] for at in numbers])
            self._remember(part.utterance, changes.voice_in([stretches[at] for at in numbers]))
            told.append(part)
        return tuple(told)

    def _remember(self, said: Utterance, voice: Features) -> None:
        self._turns[_place(said)] = voice[-MOST_FRAMES:]
        while len(self._turns) > REMEMBERED_TURNS:
            self._turns.pop(next(iter(self._turns)))

    def learn(self, command: Learn) -> None:
        """Learn the turns of a confirmed exchange, or a sentence of which nobody knows whose."""
        if self._partners is None:
            return
        for voice in self._voices_in(command.partner, command.turns):
            if command.unproven:
                self._sentences.hear(command.partner, voice)
            else:
                self._partners.learn(command.partner, voice)
                self._sentences.confirmed(self._partners)
        for turn in command.turns:
            self._turns.pop(_place(turn), None)

    def _with_open(self, partners: Partners, state: State) -> Partners:
        """What is learned, and what the open exchange shows."""
        shown = [
            (name, voice)
            for name, turns in (
                (state.speaker, state.message),
                (state.listener, state.reflection),
            )
            for voice in self._voices_in(name, turns)
        ]
        if shown:
            partners = partners.copy()
        for name, voice in shown:
            partners.learn(name, voice)
        return partners

    def _voices_in(self, name: str, turns: Iterable[Utterance]) -> Iterator[Features]:
        """The voice of each turn that waits here, unless it was known as the other partner's."""
        for turn in turns:
            if turn.partner in (None, name) and _place(turn) in self._turns:
                yield self._turns[_place(turn)]


def _place(turn: Utterance) -> tuple[float, float]:
    return turn.start_s, turn.end_s
