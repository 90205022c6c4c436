"""The Imago dialogue as a machine: one table, and `step(state, event) -> (state, commands)`.

The procedure: the speaker shares; the listener mirrors; the speaker says whether they were
understood; if so, "is there more?"; if not, they share again in other words and the listener tries
again; when nothing is left the roles swap, announced aloud, and it begins anew.

Rules that no input may break:
- a phase after `check` is entered only by a yes of the speaker, or of a voice that is not known
  (a key or button counts as one only where both agreed to that before they began, or aloud at the
  beginning);
  once both voices are known, one that may be either's is asked for a sentence, and a third one's
  is nobody's;
- `swap` is entered only by the speaker's no to "is there more?" (aloud, or by a key where that was
  agreed), or when the speaker has agreed aloud to skip the turn, with no mirror open;
- a score, a silence, or anything said while the coach is talking moves nothing;
- roles swap once a round, and the swap has been spoken before the new speaker is awaited;
- pause and stop work in every phase; resume goes on at the same step.

`TABLE` is the whole truth: `triggers.trigger` says what an event amounts to, the table what
follows. A pair that is not in it leaves the state as it was. `diagram()` draws it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voicecoach.dialogue.machine import acts, asides, consenting
from voicecoach.dialogue.machine.acts import Step as Stepped
from voicecoach.dialogue.machine.state import QUESTIONS, State, Trigger
from voicecoach.dialogue.machine.triggers import trigger
from voicecoach.dialogue.messages import (
    Announce,
    Announced,
    Announcing,
    Command,
    Event,
    Phase,
    Question,
)

Act = Callable[[State, Event], Stepped]


@dataclass(frozen=True, slots=True)
class Row:
    """What follows: the phases that may be entered, in order, and the act that does it."""

    to: tuple[Phase, ...]
    act: Act


def _rows() -> dict[tuple[Phase, Trigger], Row]:
    """The rows in which the dialogue itself advances."""
    t, p = Trigger, Phase
    return {
        (p.CONSENT, t.BEGAN): Row((p.CONSENT, p.SHARE), consenting.begin),
        (p.CONSENT, t.YES): Row((p.SHARE,), consenting.given),
        (p.CONSENT, t.NO): Row((p.SHARE,), consenting.refused),
        (p.CONSENT, t.PARTLY): Row((p.SHARE,), consenting.partly),
        (p.CONSENT, t.UNCLEAR): Row((p.SHARE,), consenting.unclear),
        (p.CONSENT, t.OTHER_ANSWERED): Row((), consenting.from_other),
        (p.CONSENT, t.QUIET): Row((p.SHARE,), consenting.unclear),
        (p.SHARE, t.SPOKE): Row((p.REFLECT,), acts.shared),
        (p.SHARE, t.INTERJECTED): Row((), acts.interjected),
        (p.REFLECT, t.WENT_ON): Row((), acts.shared_more),
        (p.REFLECT, t.SPOKE): Row((p.CHECK,), acts.reflected),
        (p.CHECK, t.WENT_ON): Row((), acts.reflected_more),
        (p.CHECK, t.ASKED): Row((), acts.partner_asked),
        (p.CHECK, t.ASKED_EARLY): Row((), acts.asked_early),
        (p.CHECK, t.AMBIGUOUS): Row((), acts.ask_again),
        (p.CHECK, t.UNCLEAR): Row((), acts.ask_again),
        (p.CHECK, t.OTHER_ANSWERED): Row((), acts.ask_the_speaker),
        (p.CHECK, t.DOUBTFUL): Row((), acts.ask_for_a_sentence),
        (p.CHECK, t.YES): Row((p.MORE,), acts.understood),
        (p.CHECK, t.YES_AND): Row((p.MORE, p.SHARE, p.REFLECT), acts.understood_and_more),
        (p.CHECK, t.NO): Row((p.SHARE,), acts.not_understood),
        (p.CHECK, t.NO_AND): Row((p.SHARE, p.REFLECT), acts.not_understood_but),
        (p.CHECK, t.PARTLY): Row((p.SHARE,), acts.partly_understood),
        (p.MORE, t.ASKED): Row((), acts.partner_asked),
        (p.MORE, t.UNCLEAR): Row((), acts.ask_again),
        (p.MORE, t.PARTLY): Row((), acts.ask_again),
        (p.MORE, t.OTHER_ANSWERED): Row((), acts.ask_the_speaker),
        (p.MORE, t.DOUBTFUL): Row((), acts.ask_for_a_sentence),
        (p.MORE, t.YES): Row((p.SHARE,), acts.more_to_share),
        (p.MORE, t.YES_AND): Row((p.SHARE, p.REFLECT), acts.more_shared),
        (p.MORE, t.NO): Row((p.SWAP, p.CLOSE), acts.nothing_more),
        (p.MORE, t.NO_AND): Row((p.SWAP, p.CLOSE), acts.nothing_more),
        (p.SWAP, t.ANNOUNCED): Row((p.SHARE,), acts.swapped),
        (p.CLOSE, t.ANNOUNCED): Row((p.DONE,), acts.closed),
    }


TALK = (Phase.CONSENT, Phase.SHARE, Phase.REFLECT, Phase.CHECK, Phase.MORE, Phase.SWAP, Phase.CLOSE)
"""The phases that can be paused."""


def _everywhere() -> dict[tuple[Phase, Trigger], Row]:
    """The rows that are the same in many phases: commands, silence, the end."""
    t, p = Trigger, Phase
    rows: dict[tuple[Phase, Trigger], Row] = {}
    here_only: dict[tuple[Phase, Trigger], Row] = {}
    for phase in TALK:
        rows[phase, t.PAUSE] = Row((p.PAUSED,), asides.pause)
        rows[phase, t.REPEAT] = Row((), asides.repeat)
        rows[phase, t.HELP] = Row((), asides.explain)
        rows[phase, t.NOTICED] = Row((), asides.notice)
    here_only[p.SHARE, t.LONG] = Row((), asides.notice)
    for phase in (p.SHARE, p.REFLECT, p.CHECK, p.MORE):
        rows[phase, t.QUIET] = Row((p.PAUSED,), asides.cue)
    for phase in (p.SHARE, p.REFLECT, p.CHECK):
        here_only[phase, t.START_OVER] = Row((p.SHARE,), asides.start_over)
    for phase in (p.SHARE, p.MORE):
        here_only[phase, t.SKIP] = Row((), asides.confirm_skip)
        here_only[phase, t.SKIP_YES] = Row((p.SWAP, p.CLOSE), asides.skipped)
    rows[p.PAUSED, t.RESUME] = Row(TALK, asides.resume)
    for phase in (*TALK, p.PAUSED):
        rows[phase, t.TAKEN_UP] = Row((), asides.take_up)
        rows[phase, t.FORGET] = Row((), asides.confirm_forget)
        rows[phase, t.FORGET_YES] = Row((), asides.forgotten)
        rows[phase, t.STOP] = Row((), asides.confirm_stop)
        rows[phase, t.STOP_YES] = Row((p.DONE,), asides.stopped)
        rows[phase, t.CONFIRM_NO] = Row((), asides.go_on)
        rows[phase, t.CONFIRM_UNCLEAR] = Row((), asides.confirm_unclear)
        rows[phase, t.SAID_WHAT] = Row((), asides.say_back)
        rows[phase, t.START_OVER] = Row((), asides.not_now)
        rows[phase, t.SKIP] = Row((), asides.not_now)
        rows[phase, t.INPUT_ENDED] = Row((p.DONE,), asides.input_ended)
        rows[phase, t.INTERRUPTED] = Row((p.DONE,), asides.interrupted)
    return {**rows, **here_only}


TABLE: dict[tuple[Phase, Trigger], Row] = {**_everywhere(), **_rows()}


class Imago:
    """The seven-step Imago dialogue as a `Procedure`."""

    def initial(self) -> State:
        """The state before the session began."""
        return State()

    def question(self, state: State) -> Question | None:
        """The question that the next turn answers, or None where none is open."""
        if state.confirming is not None:
            return Question.CONFIRM
        if state.phase is Phase.CONSENT and state.introducing:
            return None
        return QUESTIONS.get(state.phase)

    def where(self, state: State) -> Announce:
        """What it waits for in `state`, as a sentence for those who come back to it."""
        return asides.where_we_are(state)

    def step(self, state: State, event: Event) -> tuple[State, tuple[Command, ...]]:
        """What follows from `event`; pure, and total over every state and event."""
        state = _heed_own_voice(state, event)
        row = TABLE.get((state.phase, trigger(state, event)))
        after = row.act(state, event) if row else (state, ())
        return _voice_fell_silent(after, event)


def _heed_own_voice(state: State, event: Event) -> State:
    """While an announcement is being spoken, nothing heard may move the dialogue.

    It also takes the place of a question that a partner put before, unless it is an aside.
    """
    if isinstance(event, Announcing) and state.started:
        kept = state.question_by if event.key in asides.NOTICES.values() else None
        return state.but(talking=event.key, question_by=kept)
    return state


def _voice_fell_silent(after: Stepped, event: Event) -> Stepped:
    state, commands = after
    if isinstance(event, Announced) and state.talking == event.key:
        return state.but(talking=None), commands
    return after


def diagram() -> str:
    """The table as a Mermaid state diagram: one arrow for each change of phase."""
    lines = ["stateDiagram-v2", "    [*] --> consent", "    done --> [*]"]
    arrows: dict[tuple[str, str], list[str]] = {}
    for (phase, struck), row in _rows().items():
        here = phase
        for there in row.to:
            if there is phase:
                continue
            arrows.setdefault((here.value, there.value), []).append(struck.value)
            if row.act in (acts.understood_and_more, acts.not_understood_but, acts.more_shared):
                here = there
    for (source, target), why in arrows.items():
        lines.append(f"    {source} --> {target}: {' / '.join(dict.fromkeys(why))}")
    return "\n".join(lines)
