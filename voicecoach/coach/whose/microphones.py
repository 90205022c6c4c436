"""Whose turn it was, by two microphones: each partner has one, and is louder in it.

Nothing of a voice is compared or learned, so nobody needs to agree to it; the levels are in memory
only. What the microphones leak into each other is measured on what the procedure knows, as voices
are: the message and the mirror that are open, and what was confirmed before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from voicecoach.coach.whose.parting import floor, floor_kept, parted, together
from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import Learn, Phase
from voicecoach.engines import Turn
from voicecoach.speech import channels
from voicecoach.speech.audio import RATE
from voicecoach.speech.channels import Crosstalk, Levels, Stretch
from voicecoach.speech.partners import SURE
from voicecoach.utterance import Utterance

REMEMBERED_TURNS = 64
"""Turns whose difference is remembered, of each partner and of those that are not confirmed."""

FLOORS = (Phase.SHARE, Phase.REFLECT)

OTHERS = 2
"""So many turns in which the wrong microphone is louder, before anything is known: swapped?"""


class Microphones:
    """Gives turns their partner; `troubles` tells, by code, what keeps it from doing so."""

    def __init__(self, levels: Levels, left: str, right: str) -> None:
        self.troubles: dict[str, str] = {}
        self._levels = levels
        self._names = (left, right)
        self._turns: dict[tuple[float, float], float] = {}
        self._known: dict[str, list[float]] = {left: [], right: []}
        self._others = 0

    def tell_apart(self, first: str, second: str) -> None:
        """Whose microphone is whose is known from the start."""

    def forget(self) -> None:
        """The session is over."""
        self._levels.forget()
        self._turns.clear()

    def learn(self, command: Learn) -> None:
        """The turns of a confirmed exchange show how loud a partner is in either channel."""
        known = self._known[command.partner]
        known += self._shown(command.partner, command.turns)
        del known[:-REMEMBERED_TURNS]
        for turn in command.turns:
            self._turns.pop(_place(turn), None)

    def parts(self, turn: Turn, state: State) -> tuple[Turn, ...]:
        """The turn with its partner; where the speaker surely changes in it, as several turns.

        A turn whose partner is known already is left as it is. What the other one throws in while
        somebody has the floor comes before it, and what has the floor stays one turn.
        """
        said = turn.utterance
        if said.partner is not None:
            return (turn,)
        crosstalk = self._crosstalk(state)
        span = round(said.start_s * RATE), round(said.end_s * RATE)
        stretches = channels.spoken(self._levels.between(*span), span, crosstalk, self._names)
        self._look(stretches, crosstalk, state)
        if len(stretches) > 1 and self._may_be_cut(turn, stretches, state):
            return self._parted(turn, stretches, state)
        one = stretches[0] if len(stretches) == 1 else channels.overlapping(stretches)
        if not one.both and not one.neither:
            self._remember(said, one.difference_db)
        return (replace(turn, utterance=_attributed(said, one, state)),)

    def _parted(self, turn: Turn, stretches: tuple[Stretch, ...], state: State) -> tuple[Turn, ...]:
        """One turn for each stretch in which words were heard."""
        owned = [(each.whose.partner, each.start, each.end) for each in stretches]
        pairs = zip(parted(turn, owned), stretches, strict=True)
        heard = [(part, each) for part, each in pairs if part.utterance.text]
        parts = []
        for numbers in floor_kept([part for part, _ in heard], state):
            part = together([heard[at][0] for at in numbers])
            self._remember(part.utterance, heard[numbers[0]][1].difference_db)
            parts.append(part)
        return tuple(parts)

    def _may_be_cut(self, turn: Turn, stretches: tuple[Stretch, ...], state: State) -> bool:
        """Whether the words can be dealt out, and none is given away in doubt.

        Beside words of who has the floor a certain "mm-hm" is certain enough.
        """
        owners = [
            stretch.whose.partner if stretch.whose.apart else _owner(stretch, state)
            for stretch in stretches
        ]
        return bool(turn.utterance.words) and None not in owners

    def _crosstalk(self, state: State) -> Crosstalk:
        """What is known, and what the open exchange shows."""
        shown = {name: list(known) for name, known in self._known.items()}
        shown[state.speaker] += self._shown(state.speaker, state.message)
        shown[state.listener] += self._shown(state.listener, state.reflection)
        return channels.measured(*shown.values())

    def _shown(self, name: str, turns: Iterable[Utterance]) -> Iterator[float]:
        for turn in turns:
            if turn.partner in (None, name) and _place(turn) in self._turns:
                yield self._turns[_place(turn)]

    def _remember(self, said: Utterance, difference_db: float | None) -> None:
        if difference_db is None:
            return
        self._turns[_place(said)] = difference_db
        while len(self._turns) > REMEMBERED_TURNS:
            self._turns.pop(next(iter(self._turns)))

    def _look(self, stretches: tuple[Stretch, ...], crosstalk: Crosstalk, state: State) -> None:
        """Whether the microphones do what they are there for."""
        left, right = self._names
        if crosstalk.measured and crosstalk.apart_db < channels.APART_DB:
            self.troubles["microphones"] = (
                "The two microphones hear both of you alike, so nobody is told apart by them. "
                "Each needs to be near one of you."
            )
        elif not crosstalk.measured and state.phase in FLOORS:
            heard = [_owner(stretch, state) for stretch in stretches]
            self._others += heard not in ([None], [floor(state)])
        if self._levels.same:
            self.troubles["microphones"] = (
                "Both channels hear the same: that is one microphone, and nobody is told apart."
            )
        elif self._others >= OTHERS or crosstalk.apart_db <= -channels.APART_DB:
            self.troubles["microphones"] = (
                "What is heard does not fit whose turn it is: are the microphones swapped, or is "
                f"one of them off? If {left} is on the right, end here and begin again with "
                f"--mics left={right} right={left}."
            )


def _owner(stretch: Stretch, state: State) -> str | None:
    """Whose it is. Against the procedure only what is sure: rather a word too many in a message
    than a message lost; and before the cross-talk is known, one gain may be far above the other."""
    whose, owner = stretch.whose, floor(state)
    doubted = state.phase is Phase.SHARE or not whose.apart
    if owner is not None and whose.partner != owner and doubted and whose.margin < SURE:
        return None
    return whose.partner


def _attributed(said: Utterance, stretch: Stretch, state: State) -> Utterance:
    partner = _owner(stretch, state)
    return replace(
        said,
        partner=partner,
        either=partner is None and stretch.whose.apart and not stretch.neither,
        overlap=stretch.both,
        third=stretch.neither,
    )


def _place(turn: Utterance) -> tuple[float, float]:
    return turn.start_s, turn.end_s
