"""A trainee alone, in the same shape as the dialogue: one table, and `step(state, event)`.

The coach says a statement as a partner would; the trainee mirrors it aloud, says how near that was,
and only then is shown the score with its evidence; then the next one, or the same one again.

Rules that no input may break:
- the rating is asked for before the score is there; a score, like a silence, moves nothing;
- what is said while the coach is talking moves nothing, but "pause" and "stop" are heard;
- after the score, and after a pause, it goes on only when the trainee says so;
- each mirror is compared with the statement that was spoken before it, and only that;
- pause and stop work in every phase; resume goes on at the same step.

With `rates=False` only mirrors are said, as in a recording of nothing else: the score follows the
mirror, and the next statement the score.

`TABLE` is the whole truth: `strikes.strike` says what an event amounts to, the table what follows.
A pair that is not in it leaves the state as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from voicecoach.dialogue.messages import (
    Announce,
    Announced,
    Announcing,
    Command,
    Event,
    Phase,
    Question,
)
from voicecoach.dialogue.practice import acts
from voicecoach.dialogue.practice.acts import Step
from voicecoach.dialogue.practice.state import Practising, Strike
from voicecoach.dialogue.practice.strikes import strike

Act = Callable[[Practising, Event], Step]


@dataclass(frozen=True, slots=True)
class Row:
    """What follows: the phases that may be entered, and the act that does it."""

    to: tuple[Phase, ...]
    act: Act


ON = (Phase.SHARE, Phase.REFLECT, Phase.RATE, Phase.NEXT, Phase.CLOSE)
"""The phases that can be paused."""


def _rows() -> dict[tuple[Phase, Strike], Row]:
    """The rows in which the practice itself advances."""
    s, p = Strike, Phase
    return {
        (p.CONSENT, s.BEGAN): Row((p.SHARE,), acts.begin),
        (p.SHARE, s.STATED): Row((p.REFLECT,), acts.stated),
        (p.SHARE, s.SKIP): Row((p.SHARE, p.CLOSE), acts.skipped),
        (p.REFLECT, s.MIRRORED): Row((p.RATE, p.NEXT), acts.mirrored),
        (p.REFLECT, s.SKIP): Row((p.SHARE, p.CLOSE), acts.skipped),
        (p.REFLECT, s.AGAIN): Row((p.SHARE,), acts.again),
        (p.REFLECT, s.RESUME): Row((), acts.remind),
        (p.RATE, s.RATED): Row((p.NEXT,), acts.rated),
        (p.RATE, s.WENT_ON): Row((), acts.went_on),
        (p.RATE, s.UNCLEAR): Row((p.NEXT,), acts.unclear_rating),
        (p.RATE, s.SKIP): Row((p.NEXT,), acts.unrated),
        (p.RATE, s.AGAIN): Row((p.SHARE,), acts.again),
        (p.RATE, s.RESUME): Row((), acts.remind),
        (p.NEXT, s.NEXT): Row((p.SHARE, p.CLOSE), acts.next_statement),
        (p.NEXT, s.SKIP): Row((p.SHARE, p.CLOSE), acts.next_statement),
        (p.NEXT, s.ON): Row((p.SHARE, p.CLOSE), acts.next_statement),
        (p.NEXT, s.AGAIN): Row((p.SHARE,), acts.again),
        (p.NEXT, s.SCORE): Row((), acts.tell_score),
        (p.NEXT, s.CORRECTED): Row((), acts.corrected),
        (p.NEXT, s.UNCLEAR): Row((), acts.remind),
        (p.CLOSE, s.CLOSED): Row((p.DONE,), acts.closed),
        (p.PAUSED, s.RESUME): Row(ON, acts.resume),
        (p.PAUSED, s.REPEAT): Row((), acts.repeat),
        (p.PAUSED, s.HELP): Row((), acts.repeat),
    }


def _everywhere() -> dict[tuple[Phase, Strike], Row]:
    """The rows that are the same in many phases: commands, silence, the score, the end."""
    s, p = Strike, Phase
    rows: dict[tuple[Phase, Strike], Row] = {}
    for phase in ON:
        rows[phase, s.PAUSE] = Row((p.PAUSED,), acts.pause)
        rows[phase, s.REPEAT] = Row((), acts.repeat)
        rows[phase, s.HELP] = Row((), acts.explain)
        rows[phase, s.NOTICED] = Row((), acts.notice)
        rows[phase, s.SAID_WHAT] = Row((), acts.say_back)
        rows[phase, s.QUIET] = Row((p.PAUSED,), acts.cue)
    for phase in (*ON, p.PAUSED):
        rows[phase, s.SCORED] = Row((), acts.scored)
        rows[phase, s.STOP] = Row((), acts.confirm_stop)
        rows[phase, s.STOP_YES] = Row((p.DONE,), acts.stopped)
        rows[phase, s.CONFIRM_NO] = Row((), acts.go_on)
        rows[phase, s.CONFIRM_UNCLEAR] = Row((), acts.confirm_unclear)
        rows[phase, s.INPUT_ENDED] = Row((p.DONE,), acts.input_ended)
        rows[phase, s.INTERRUPTED] = Row((p.DONE,), acts.interrupted)
    return rows


TABLE: dict[tuple[Phase, Strike], Row] = {**_everywhere(), **_rows()}


class Practice:
    """Statements to mirror, one after the other, as a `Procedure`.

    The first name of `Began` is the coach's, the second the trainee's.
    """

    def __init__(
        self, statements: Sequence[str], *, rates: bool = True, language: str = "en"
    ) -> None:
        if not statements:
            raise ValueError("a practice needs at least one statement")
        self._initial = Practising(statements=tuple(statements), rates=rates, language=language)

    def initial(self) -> Practising:
        """The state before the practice began."""
        return self._initial

    def question(self, state: Practising) -> Question | None:
        """Only "shall we stop here?" is answered by yes or no."""
        return Question.CONFIRM if state.confirming is not None else None

    def where(self, state: Practising) -> Announce:
        """What it waits for in `state`, as a sentence for one who comes back to it."""
        return acts.where(state)

    def step(self, state: Practising, event: Event) -> tuple[Practising, tuple[Command, ...]]:
        """What follows from `event`; pure, and total over every state and event."""
        if isinstance(event, Announcing) and state.started:
            put = state.put or (state.phase is Phase.RATE and event.key == acts.RATE)
            state = state.but(talking=event.key, put=put)
        row = TABLE.get((state.phase, strike(state, event)))
        after, commands = row.act(state, event) if row else (state, ())
        if isinstance(event, Announced) and state.talking == event.key:
            after = after.but(talking=None)
        return after, commands
