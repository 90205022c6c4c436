"""A turn that a lost microphone cut off: what was said waits until the same person goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import Phase
from voicecoach.engines import Turn
from voicecoach.speech.audio import Clip, joined
from voicecoach.utterance import Reason, Utterance

TALK = (Phase.SHARE, Phase.REFLECT)
"""The phases in which a turn can be gone on with; elsewhere the question is put again."""


class CutTurn:
    """The one turn that may be waiting, and the place in the dialogue that it belongs to."""

    def __init__(self) -> None:
        self._turn: Turn | None = None
        self._place: tuple[object, ...] = ()

    def waits(self, turn: Turn, state: State) -> bool:
        """Whether `turn` was cut off where it can be gone on with; it then waits here."""
        cut = turn.utterance.reason is Reason.DEVICE
        if not cut or state.phase not in TALK or state.confirming is not None:
            return False
        self._turn = self.gone_on(turn, state)
        self._place = _place(state)
        return True

    def restore(self, kept: Mapping[str, Any], state: State) -> None:
        """What waited when the session was broken off waits again, without its sound."""
        said = Utterance(kept["text"], start_s=kept["start_s"], end_s=kept["end_s"])
        self._turn = Turn(replace(said, reason=Reason.DEVICE))
        self._place = _place(state)

    def gone_on(self, turn: Turn, state: State) -> Turn:
        """`turn` with what was said before the cut, if it goes on with that; nothing waits then."""
        begun = self.take(state)
        return turn if begun is None else _joined(begun, turn)

    def take(self, state: State) -> Turn | None:
        """What waits, as far as its place in the dialogue is still the present one."""
        begun, self._turn = self._turn, None
        return begun if begun is not None and self._place == _place(state) else None


def _place(state: State) -> tuple[object, ...]:
    return state.phase, state.speaker, state.exchange, state.attempt


def _joined(begun: Turn, turn: Turn) -> Turn:
    """One turn out of two; its sound leaves out the time between them."""
    first, second = begun.utterance, turn.utterance
    clip = begun.clip or turn.clip
    if begun.clip is not None and turn.clip is not None:
        end = begun.clip.position + len(begun.clip.samples)
        clip = joined([begun.clip, Clip(turn.clip.samples, end)])
    utterance = replace(
        second,
        text=f"{first.text} {second.text}",
        start_s=first.start_s,
        partner=second.partner or first.partner,
        words=first.words + second.words,
    )
    return Turn(utterance, clip)
