"""What lies beside the procedure: pause, stop, repeat, help, silence and the end of input."""

from __future__ import annotations

from dataclasses import replace

from voicecoach.dialogue.machine.acts import (
    Step,
    awaiting,
    enter,
    finished,
    listen,
    nothing_more,
    say,
)
from voicecoach.dialogue.machine.consenting import topic_of
from voicecoach.dialogue.machine.state import State, text_of
from voicecoach.dialogue.messages import (
    Announce,
    Consent,
    Event,
    Heard,
    Keep,
    Notice,
    Noticed,
    Outcome,
    Phase,
    Pressed,
    Spoken,
    TellApart,
    Voices,
)
from voicecoach.utterance import Utterance

CUES = ("cue", "cue_again")
"""What is said into a long silence; after the last one the dialogue pauses."""

NOTICES = {
    Notice.LONG: "offer_mirror",
    Notice.BEHIND: "one_moment",
    Notice.LOUD: "room_loud",
    Notice.SOFT: "room_soft",
    Notice.CLIPPING: "room_clipping",
}
"""What is said to what the ear notices. An aside: the step, its question and its prompt stay."""

SAID_WORDS = 60
"""So many of the last words are said back: nobody wants to hear three minutes again."""


def pause(state: State, event: Event) -> Step:
    """Wait, as long as they like."""
    state = state.but(back=state.phase, confirming=None)
    state, entered = enter(state, Phase.PAUSED)
    announce = say(state, "paused", "both")
    return state, (entered, announce, listen(state))


def resume(state: State, event: Event) -> Step:
    """Go on at the same step, and say which it is."""
    back = state.back or Phase.SHARE
    kept = state.question_by
    state, entered = enter(state.but(back=None), back)
    return awaiting(state.but(question_by=kept), entered, prompt=where_we_are(state))


def where_we_are(state: State) -> Announce:
    """What the dialogue waits for in `state`, as a sentence for those who come back to it."""
    if state.confirming is not None:
        return say(state, state.confirming.value, _asked_whom(state))
    if state.phase is Phase.PAUSED:
        return say(state, "paused", "both")
    if state.phase in (Phase.SWAP, Phase.CLOSE):
        return say(state, state.phase.value, "both")
    to = state.asking if state.phase is Phase.CONSENT else ""
    return say(state, f"resume_{_here(state)}", to)


def _here(state: State) -> str:
    """The step as announcements name it."""
    return topic_of(state) if state.phase is Phase.CONSENT else state.phase.value


def take_up(state: State, event: Event) -> Step:
    """On at the same step after the session was broken off: what was said last, and the prompt.

    The words come in an announcement of their own: a mirror that follows the prompt at once would
    be taken for the coach's own voice coming back, if that had just said them.
    """
    state = state.but(talking=None, confirming=None, quiet=0)
    voices = (TellApart(),) if state.voices is Voices.ON else ()
    return awaiting(state, *voices, _recap(state), prompt=where_we_are(state))


def _recap(state: State) -> Announce:
    again = state.phase is Phase.SHARE and state.attempt > 1
    key = f"recap_{state.phase.value}"
    if not state.message or not (again or state.phase in (Phase.REFLECT, Phase.CHECK, Phase.MORE)):
        key = "recap"
    announce = say(state, key, "both")
    values = (("said", _last_words(state.message)), ("mirrored", _last_words(state.reflection)))
    return replace(announce, values=(*announce.values, *values))


def _last_words(turns: tuple[Utterance, ...]) -> str:
    """The last words of these turns as a sentence that another one may follow."""
    said = " ".join(text_of(turns).split()[-SAID_WORDS:])
    return said if said.endswith((".", "!", "?")) else f"{said}."


def repeat(state: State, event: Event) -> Step:
    """Say the last prompt again, now."""
    if state.prompt is None:
        return state, ()
    again = Announce(state.prompt.key, state.prompt.to, state.prompt.values)
    return awaiting(state, prompt=again)


def explain(state: State, event: Event) -> Step:
    """How it goes, at this step."""
    return state, (say(state, f"help_{_here(state)}", "both"), listen(state))


def cue(state: State, event: Event) -> Step:
    """A long silence: one soft cue, one more, then a pause. Never an answer."""
    if state.confirming is not None:
        return go_on(state, event)
    if state.quiet >= len(CUES):
        return pause(state, event)
    key = f"{CUES[state.quiet]}_{state.phase.value}"
    to = state.listener if state.phase is Phase.REFLECT else state.speaker
    state = state.but(quiet=state.quiet + 1)
    return state, (say(state, key, to), listen(state))


def notice(state: State, event: Event) -> Step:
    """Say what the ear has noticed, into a pause; everything else stays as it was."""
    assert isinstance(event, Noticed)
    announce = say(state, NOTICES[event.notice], "both")
    return state, (replace(announce, aside=True),)


def confirm_stop(state: State, event: Event) -> Step:
    """Stop asks once."""
    return _confirm(state, Spoken.STOP)


def confirm_skip(state: State, event: Event) -> Step:
    """So does skipping a turn: it gives the floor away."""
    return _confirm(state, Spoken.SKIP)


def confirm_forget(state: State, event: Event) -> Step:
    """And deleting what was kept, which cannot be undone. One of the two is enough for it."""
    if state.consent in (Consent.NOTHING, Consent.ASK):
        return awaiting(state, say(state, "forget_nothing", "both"))
    return _confirm(state, Spoken.FORGET)


def forgotten(state: State, event: Event) -> Step:
    """What was kept is deleted, and nothing more is kept; the dialogue goes on."""
    state = state.but(consent=Consent.NOTHING)
    state, commands = go_on(state, event)
    return state, (Keep(Consent.NOTHING), say(state, "forgotten", "both"), *commands)


def _confirm(state: State, command: Spoken) -> Step:
    state = state.but(confirming=command, asked=0)
    return state, (say(state, command.value, _asked_whom(state)), listen(state))


def _asked_whom(state: State) -> str:
    """A turn is its speaker's to skip; all else is for both to say."""
    return state.speaker if state.confirming is Spoken.SKIP else "both"


def skipped(state: State, event: Event) -> Step:
    """The speaker gives the floor away."""
    return nothing_more(state.but(confirming=None), event)


def stopped(state: State, event: Event) -> Step:
    """They want to stop here."""
    state, commands = finished(state.but(confirming=None), Outcome.STOPPED)
    return state, (say(state, "stopped", "both"), *commands)


def go_on(state: State, event: Event) -> Step:
    """They do not want to stop: on at the same step."""
    state = state.but(confirming=None, asked=0)
    if state.phase is Phase.PAUSED:
        return state, (say(state, "paused", "both"), listen(state))
    return awaiting(state, prompt=where_we_are(state))


def confirm_unclear(state: State, event: Event) -> Step:
    """Ask once more; then go on as if nothing had been said."""
    command = state.confirming
    if state.asked >= 1 or command is None:
        return go_on(state, event)
    state = state.but(asked=state.asked + 1)
    return state, (say(state, f"{command.value}_again", _asked_whom(state)), listen(state))


def say_back(state: State, event: Event) -> Step:
    """What the one who asks has said last, as it was understood."""
    assert isinstance(event, Heard | Pressed)
    partner = event.utterance.partner if isinstance(event, Heard) else None
    listeners = partner is not None and partner == state.listener
    text = text_of(state.reflection if listeners else state.message)
    words = text.split()
    if not words:
        return awaiting(state, say(state, "said_nothing", partner or state.speaker))
    said = " ".join(words[-SAID_WORDS:])
    announce = say(state, "said", partner or state.speaker)
    announce = replace(announce, values=(*announce.values, ("said", said)))
    return awaiting(state, announce)


def start_over(state: State, event: Event) -> Step:
    """The same message from its beginning; what was said stays in the record."""
    attempt = state.attempt if state.phase is Phase.SHARE else state.attempt + 1
    state = state.but(attempt=attempt, message=(), reflection=())
    state, entered = enter(state, Phase.SHARE)
    return awaiting(state, entered, prompt=say(state, "share_over"))


def not_now(state: State, event: Event) -> Step:
    """A command that has no place in this step."""
    return awaiting(state, say(state, "not_now", "both"))


def input_ended(state: State, event: Event) -> Step:
    """The recording is over before the dialogue is."""
    return finished(state, Outcome.END_OF_INPUT)


def interrupted(state: State, event: Event) -> Step:
    """Told to stop from outside."""
    return finished(state, Outcome.INTERRUPTED)
