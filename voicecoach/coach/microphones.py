"""Whose turn it was, by two microphones: each partner has one, and is louder in it.

Nothing of a voice is compared or learned, so nobody needs to agree to it; the levels are in memory
only. What the microphones leak into each other is measured on what the procedure knows, as voices
are: the message and the mirror that are open, and what was confirmed before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import Learn, Phase
from voicecoach.engines import Turn
from voicecoach.speech import channels
from voicecoach.speech.audio import RATE, Clip, joined
from voicecoach.speech.channels import Crosstalk, Levels, Stretch
from voicecoach.speech.partners import SURE
from voicecoach.utterance import Reason, Utterance, Word

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
            parts = [_cut(turn, stretch, stretches) for stretch in stretches]
            parts = _floor_kept([part for part in parts if part.said.text], state)
            for part in parts:
                self._remember(part.said, part.difference_db)
            return tuple(part.turn for part in parts)
        one = stretches[0] if len(stretches) == 1 else channels.overlapping(stretches)
        if not one.both and not one.neither:
            self._remember(said, one.difference_db)
        return (replace(turn, utterance=_attributed(said, one, state)),)

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
            self._others += heard not in ([None], [_floor(state)])
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


def _floor(state: State) -> str | None:
    """Who speaks at length in this phase, None where nobody does."""
    return {Phase.SHARE: state.speaker, Phase.REFLECT: state.listener}.get(state.phase)


def _owner(stretch: Stretch, state: State) -> str | None:
    """Whose it is. Against the procedure only what is sure: rather a word too many in a message
    than a message lost; and before the cross-talk is known, one gain may be far above the other."""
    whose, floor = stretch.whose, _floor(state)
    doubted = state.phase is Phase.SHARE or not whose.apart
    if floor is not None and whose.partner != floor and doubted and whose.margin < SURE:
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


@dataclass(frozen=True, slots=True)
class _Part:
    """One partner's part of a turn."""

    turn: Turn
    difference_db: float | None

    @property
    def said(self) -> Utterance:
        return self.turn.utterance


def _cut(turn: Turn, stretch: Stretch, stretches: tuple[Stretch, ...]) -> _Part:
    """The words and the sound of one stretch; each word goes where its middle lies."""
    said, last = turn.utterance, stretch is stretches[-1]
    start = 0 if stretch is stretches[0] else stretch.start
    words = tuple(
        word
        for word in said.words
        if start <= _middle(word) * RATE and (last or _middle(word) * RATE < stretch.end)
    )
    clip = turn.clip
    if clip is not None:
        samples = clip.samples[max(0, start - clip.position) :]
        if not last:
            samples = samples[: max(0, stretch.end - max(start, clip.position))]
        clip = Clip(samples, max(start, clip.position))
    utterance = replace(
        said,
        text=" ".join(word.text for word in words),
        words=words,
        start_s=stretch.start / RATE,
        end_s=stretch.end / RATE,
        partner=stretch.whose.partner,
        reason=said.reason if last else Reason.VOICE,
    )
    return _Part(Turn(utterance, clip), stretch.difference_db)


def _middle(word: Word) -> float:
    return (word.start_s + word.end_s) / 2


def _floor_kept(parts: list[_Part], state: State) -> list[_Part]:
    """In a share or a mirror: who has the floor in one turn, after what was thrown in."""
    floor = _floor(state)
    own = [at for at, part in enumerate(parts) if part.said.partner == floor]
    if len(own) < 2:
        return parts
    within = parts[: own[-1] + 1]
    thrown_in = [part for part in within if part.said.partner != floor]
    kept = reduce(_joined, (parts[at] for at in own))
    return [*thrown_in, kept, *parts[own[-1] + 1 :]]


def _joined(first: _Part, second: _Part) -> _Part:
    clips = [part.turn.clip for part in (first, second) if part.turn.clip is not None]
    utterance = replace(
        second.said,
        text=f"{first.said.text} {second.said.text}",
        words=first.said.words + second.said.words,
        start_s=first.said.start_s,
    )
    return _Part(Turn(utterance, joined(clips) if clips else None), first.difference_db)


def _place(turn: Utterance) -> tuple[float, float]:
    return turn.start_s, turn.end_s
