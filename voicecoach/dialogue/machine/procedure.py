"""What every dialogue machine can do: the shape of `imago` and of `practice`."""

from __future__ import annotations

from typing import Any, Protocol

from voicecoach.dialogue.messages import Announce, Command, Event, Question


class Procedure(Protocol):
    """A dialogue machine: where it starts, what it asks, and one pure, total step."""

    def initial(self) -> Any:
        """The state before `Began`."""

    def question(self, state: Any) -> Question | None:
        """The question the next turn answers, or None."""

    def where(self, state: Any) -> Announce:
        """What it waits for in this state, for those who come back to it."""

    def step(self, state: Any, event: Event) -> tuple[Any, tuple[Command, ...]]:
        """The next state and what to do; every event has an answer in every state."""
