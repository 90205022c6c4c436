"""A turn in which both speak becomes several: the words and the sound of each part to their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import Phase
from voicecoach.engines import Turn
from voicecoach.speech.audio import RATE, Clip, joined
from voicecoach.utterance import Reason, Word

Owned = tuple[str | None, int, int]
"""Whose a stretch is, and from which to which sample of the input it reaches."""


def floor(state: State) -> str | None:
    """Who speaks at length in this phase, None where nobody does."""
    return {Phase.SHARE: state.speaker, Phase.REFLECT: state.listener}.get(state.phase)


def parted(turn: Turn, owned: Sequence[Owned]) -> tuple[Turn, ...]:
    """The turn as one for each stretch, in order; each word goes where its middle lies.

    A part in whose time no word was heard has an empty text.
    """
    last = len(owned) - 1
    return tuple(_part(turn, each, at == 0, at == last) for at, each in enumerate(owned))


def floor_kept(parts: Sequence[Turn], state: State) -> list[tuple[int, ...]]:
    """The order in which parts are told, by number, those that are one turn together.

    In a share or a mirror who has the floor has said one thing, after what was thrown in.
    """
    owner = floor(state)
    own = [at for at, part in enumerate(parts) if part.utterance.partner == owner]
    alone: list[tuple[int, ...]] = [(at,) for at in range(len(parts))]
    if owner is None or len(own) < 2:
        return alone
    thrown_in = [(at,) for at in range(own[-1]) if at not in own]
    return [*thrown_in, tuple(own), *alone[own[-1] + 1 :]]


def together(parts: Sequence[Turn]) -> Turn:
    """Parts of one partner as one turn; what lies between them is not in it."""
    if len(parts) == 1:
        return parts[0]
    said = [part.utterance for part in parts]
    clips = [part.clip for part in parts if part.clip is not None]
    utterance = replace(
        said[-1],
        text=" ".join(each.text for each in said),
        words=tuple(word for each in said for word in each.words),
        start_s=said[0].start_s,
    )
    return Turn(utterance, joined(clips) if clips else None)


def _part(turn: Turn, owned: Owned, first: bool, last: bool) -> Turn:
    said, (partner, begins, end) = turn.utterance, owned
    start = 0 if first else begins
    words = tuple(
        word
        for word in said.words
        if start <= _middle(word) * RATE and (last or _middle(word) * RATE < end)
    )
    clip = turn.clip
    if clip is not None:
        samples = clip.samples[max(0, start - clip.position) :]
        if not last:
            samples = samples[: max(0, end - max(start, clip.position))]
        clip = Clip(samples, max(start, clip.position))
    utterance = replace(
        said,
        text=" ".join(word.text for word in words),
        words=words,
        start_s=begins / RATE,
        end_s=end / RATE,
        partner=partner,
        reason=said.reason if last else Reason.VOICE,
    )
    return Turn(utterance, clip)


def _middle(word: Word) -> float:
    return (word.start_s + word.end_s) / 2
