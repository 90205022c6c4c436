"""What lies beside the procedure: pause, stop, repeat, help, silence and the end of input."""

from __future__ import annotations

from voicecoach.dialogue.acts import Step, awaiting, enter, finished, listen, say
from voicecoach.dialogue.messages import Announce, Event, Outcome, Phase
from voicecoach.dialogue.state import State

CUES = ("cue", "cue_again")
"""What is said into a long silence; after the last one the dialogue pauses."""


def pause(state: State, event: Event) -> Step:
    """Wait, as long as they like."""
    state = state.but(back=state.phase, confirming=False)
    state, entered = enter(state, Phase.PAUSED)
    announce = say(state, "paused", "both")
    return state, (entered, announce, listen(state))


def resume(state: State, event: Event) -> Step:
    """Go on at the same step, and say which it is."""
    back = state.back or Phase.SHARE
    kept = state.question_by
    state, entered = enter(state.but(back=None), back)
    return awaiting(state.but(question_by=kept), entered, prompt=_where_we_are(state))


def _where_we_are(state: State) -> Announce:
    if state.phase in (Phase.SWAP, Phase.CLOSE):
        return say(state, state.phase.value, "both")
    to = state.asking if state.phase is Phase.CONSENT else ""
    return say(state, f"resume_{state.phase.value}", to)


def repeat(state: State, event: Event) -> Step:
    """Say the last prompt again, now."""
    if state.prompt is None:
        return state, ()
    again = Announce(state.prompt.key, state.prompt.to, state.prompt.values)
    return awaiting(state, prompt=again)


def explain(state: State, event: Event) -> Step:
    """How it goes, at this step."""
    return state, (say(state, f"help_{state.phase.value}", "both"), listen(state))


def cue(state: State, event: Event) -> Step:
    """A long silence: one soft cue, one more, then a pause. Never an answer."""
    if state.confirming:
        return go_on(state, event)
    if state.quiet >= len(CUES):
        return pause(state, event)
    key = f"{CUES[state.quiet]}_{state.phase.value}"
    to = state.listener if state.phase is Phase.REFLECT else state.speaker
    state = state.but(quiet=state.quiet + 1)
    return state, (say(state, key, to), listen(state))


def confirm_stop(state: State, event: Event) -> Step:
    """Stop asks once."""
    state = state.but(confirming=True, asked=0)
    return state, (say(state, "stop", "both"), listen(state))


def stopped(state: State, event: Event) -> Step:
    """They want to stop here."""
    state, commands = finished(state.but(confirming=False), Outcome.STOPPED)
    return state, (say(state, "stopped", "both"), *commands)


def go_on(state: State, event: Event) -> Step:
    """They do not want to stop: on at the same step."""
    state = state.but(confirming=False, asked=0)
    if state.phase is Phase.PAUSED:
        return state, (say(state, "paused", "both"), listen(state))
    return awaiting(state, prompt=_where_we_are(state))


def stop_unclear(state: State, event: Event) -> Step:
    """Ask once more whether to stop; then go on."""
    if state.asked >= 1:
        return go_on(state, event)
    state = state.but(asked=state.asked + 1)
    return state, (say(state, "stop_again", "both"), listen(state))


def input_ended(state: State, event: Event) -> Step:
    """The recording is over before the dialogue is."""
    return finished(state, Outcome.END_OF_INPUT)


def interrupted(state: State, event: Event) -> Step:
    """Told to stop from outside."""
    return finished(state, Outcome.INTERRUPTED)
