"""What each row of a practice's table does: (state, event) -> (next state, commands). Pure."""

from __future__ import annotations

from dataclasses import replace

from voicecoach.dialogue import evidence
from voicecoach.dialogue.machine.asides import NOTICES, SAID_WORDS
from voicecoach.dialogue.machine.state import text_of
from voicecoach.dialogue.messages import (
    Announce,
    Began,
    Command,
    Enter,
    Event,
    Finish,
    Heard,
    Keep,
    Listen,
    Noticed,
    Outcome,
    Phase,
    Rated,
    Score,
    Spoken,
    Typed,
)
from voicecoach.dialogue.messages import Step as Listening
from voicecoach.dialogue.practice import ratings
from voicecoach.dialogue.practice.state import Practising, Result
from voicecoach.dialogue.practice.summary import summary
from voicecoach.utterance import Utterance

Step = tuple[Practising, tuple[Command, ...]]

RATE = "practice_rate"
"""The announcement that asks for the rating."""

RATE_AFTER_S = 0.9
"""Seconds of silence before the rating is asked for: who says it by themselves is not asked."""

NEXT_AFTER_S = 4.0
"""Seconds to look at the score before the coach says what there is to say."""

REPEATS = 2
"""How often an unclear rating is asked for again; then the score is shown without one."""


# -------------------------------------------------------------- pieces of an answer


def say(state: Practising, key: str, **values: str) -> Announce:
    """The announcement `practice_KEY` to the trainee."""
    return Announce(f"practice_{key}", state.listener, tuple(values.items()))


def helping(state: Practising, key: str, after_s: float) -> Announce:
    """One that is dropped if the trainee speaks first."""
    return replace(say(state, key), after_s=after_s, optional=True)


def enter(state: Practising, phase: Phase) -> tuple[Practising, Enter]:
    """`state` in `phase`, with what belonged to the phase before forgotten."""
    state = state.but(phase=phase, asked=0, quiet=0, confirming=None, put=False)
    return state, Enter(
        phase, state.speaker, state.listener, state.round, state.exchange, state.attempt
    )


def listen(state: Practising) -> Listen:
    """A mirror is talk; a rating, a wish and a command are short, and decoded as free talk."""
    if state.confirming is not None:
        return Listen(Listening.REPLY)
    return Listen(Listening.REFLECT if state.phase is Phase.REFLECT else Listening.COMMAND)


def where(state: Practising) -> Announce:
    """What the practice waits for in `state`, as a sentence."""
    if state.confirming is not None:
        return Announce("stop", "both")
    if state.phase in (Phase.SHARE, Phase.REFLECT):
        return say(state, "statement", statement=text_of(state.message))
    if state.phase is Phase.NEXT and not state.rates:
        return say(state, "onward_last" if state.last else "onward")
    return say(state, state.phase.value)


def awaits_coach(state: Practising) -> bool:
    """Whether it goes on once the coach has spoken; what it is kept from saying is said again."""
    by_itself = state.phase is Phase.NEXT and not state.rates
    return by_itself or state.phase in (Phase.SHARE, Phase.CLOSE)


def speak(state: Practising, lead: str, *before: Command) -> Step:
    """Say the statement of `state`, after the announcement `lead` if there is one."""
    statement = state.statements[state.exchange - 1]
    message = (Utterance(statement, partner=state.speaker),)
    state, entered = enter(state.but(message=message, reflection=()), Phase.SHARE)
    leads = (say(state, lead),) if lead else ()
    return state, (*before, entered, *leads, where(state), listen(state))


def _still(state: Practising, *said: Announce) -> Step:
    """Say it and stay."""
    again = (where(state),) if awaits_coach(state) and state.confirming is None else ()
    return state.but(quiet=0), (*said, *again, listen(state))


# ------------------------------------------------------------------- the way on


def begin(state: Practising, event: Event) -> Step:
    """The greeting and the first statement."""
    assert isinstance(event, Began)
    state = state.but(
        first=event.first,
        second=event.second,
        speaker=event.first,
        guidance=event.guidance,
        consent=event.consent,
        rounds=1,
        started=True,
    )
    return speak(state, "begin" if state.rates else "begin_plain", Keep(event.consent))


def stated(state: Practising, event: Event) -> Step:
    """The statement is there; now the trainee mirrors it."""
    state, entered = enter(state, Phase.REFLECT)
    return state, (entered, listen(state))


def mirrored(state: Practising, event: Event) -> Step:
    """The mirror is there: the trainee rates it before the score is shown."""
    state = state.but(reflection=(_mirror(event),))
    if not state.rates:
        state, commands = _scored(state, None, asks=False)
        return state, (*commands, where(state), listen(state))
    state, entered = enter(state, Phase.RATE)
    return state, (entered, helping(state, "rate", RATE_AFTER_S), listen(state))


def went_on(state: Practising, event: Event) -> Step:
    """The trainee goes on mirroring: the mirror is the whole of it."""
    state = state.but(reflection=(*state.reflection, _mirror(event)), quiet=0)
    return state, (helping(state, "rate", RATE_AFTER_S), listen(state))


def _mirror(event: Event) -> Utterance:
    """The trainee's turn without the question at its end."""
    assert isinstance(event, Heard)
    asks = event.asked is not None and bool(event.before.strip())
    return replace(event.utterance, text=event.before) if asks else event.utterance


def rated(state: Practising, event: Event) -> Step:
    """The trainee's own rating, by voice or key; then the score."""
    assert isinstance(event, Heard | Typed)
    if isinstance(event, Typed):
        return _scored(state, float(event.number))
    return _scored(state, ratings.rating(event.utterance.text, state.language))


def unrated(state: Practising, event: Event) -> Step:
    """The trainee does not rate this one."""
    return _scored(state, None)


def unclear_rating(state: Practising, event: Event) -> Step:
    """Ask again in the form that is heard best; after that the score is shown without."""
    if state.asked >= REPEATS:
        return unrated(state, event)
    state = state.but(asked=state.asked + 1, quiet=0)
    return state, (say(state, "rate_plainly"), listen(state))


def _scored(state: Practising, own: float | None, asks: bool = True) -> Step:
    message = text_of(state.message)
    result = Result(state.exchange, state.attempt, message, own)
    state, entered = enter(state.but(results=(*state.results, result)), Phase.NEXT)
    score = Score(message, text_of(state.reflection))
    told = (Rated(own),) if state.rates else ()
    ask = (helping(state, "next", NEXT_AFTER_S), listen(state)) if asks else ()
    return state, (entered, *told, score, *ask)


def scored(state: Practising, event: Event) -> Step:
    """The score is there. It is shown, and remembered for the summary; it moves nothing."""
    waiting = [at for at, result in enumerate(state.results) if result.fidelity is None]
    fidelity = getattr(event, "fidelity", None)
    if not waiting:
        return state, ()
    results = list(state.results)
    results[waiting[0]] = replace(results[waiting[0]], fidelity=fidelity)
    return state.but(results=tuple(results)), ()


def corrected(state: Practising, event: Event) -> Step:
    """The last rating was misheard: this one counts."""
    assert isinstance(event, Heard)
    own = ratings.corrected(event.utterance.text, state.language)
    last = replace(state.results[-1], own=own)
    state = state.but(results=(*state.results[:-1], last), quiet=0)
    return state, (Rated(own), helping(state, "next", NEXT_AFTER_S), listen(state))


def tell_score(state: Practising, event: Event) -> Step:
    """Say the score and its evidence aloud, because that was asked for."""
    fidelity = state.results[-1].fidelity if state.results else None
    if fidelity is None:
        return _still(state)
    told = say(state, "score", score=f"{fidelity.score:.0f}", evidence=evidence.sentence(fidelity))
    return _still(state, told)


def next_statement(state: Practising, event: Event) -> Step:
    """The next statement, or the close after the last."""
    return _onward(state, "onward" if state.rates else "")


def skipped(state: Practising, event: Event) -> Step:
    """This statement is left out."""
    return _onward(state, "skipped")


def _onward(state: Practising, lead: str) -> Step:
    if state.last:
        return closing(state)
    return speak(state.but(exchange=state.exchange + 1, attempt=1), lead)


def again(state: Practising, event: Event) -> Step:
    """The same statement once more; a mirror that was not rated yet is forgotten."""
    more = 1 if state.phase is Phase.NEXT else 0
    return speak(state.but(attempt=state.attempt + more), "again")


def closing(state: Practising) -> Step:
    """What to do next, and the close."""
    state, entered = enter(state, Phase.CLOSE)
    advice = say(state, f"advice_{summary(state.results, state.language).advice}")
    return state, (entered, advice, where(state), listen(state))


def closed(state: Practising, event: Event) -> Step:
    """The close has been spoken: the end."""
    return finished(state, Outcome.DONE)


def finished(state: Practising, outcome: Outcome) -> Step:
    """The practice is over."""
    state, entered = enter(state.but(confirming=None), Phase.DONE)
    return state, (entered, Finish(outcome))


# ------------------------------------------------------------------- beside the way


def remind(state: Practising, event: Event) -> Step:
    """Say again what is waited for."""
    if awaits_coach(state) or state.phase is Phase.PAUSED:
        return state, (where(state), listen(state))
    key = "cue_reflect" if state.phase is Phase.REFLECT else f"{state.phase.value}_plainly"
    return state, (say(state, key), listen(state))


def cue(state: Practising, event: Event) -> Step:
    """A long silence: it is asked once more; then a pause, until the trainee says "go on"."""
    if state.confirming is not None:
        return go_on(state, event)
    if state.quiet and not awaits_coach(state):
        return pause(state, event)
    state, commands = remind(state, event)
    return state.but(quiet=1), commands


def pause(state: Practising, event: Event) -> Step:
    """Wait, as long as it takes."""
    state, entered = enter(state.but(back=state.phase, confirming=None), Phase.PAUSED)
    return state, (entered, say(state, "paused"), listen(state))


def resume(state: Practising, event: Event) -> Step:
    """Go on at the same step; a statement that was not mirrored yet is said again."""
    back = state.back or Phase.SHARE
    state = state.but(back=None)
    if back in (Phase.SHARE, Phase.REFLECT):
        return speak(state, "go_on")
    state, entered = enter(state, back)
    return state, (entered, say(state, "go_on"), where(state), listen(state))


def repeat(state: Practising, event: Event) -> Step:
    """The statement again, or the question that is open."""
    if state.phase is Phase.NEXT:
        statement = say(state, "statement", statement=text_of(state.message))
        return state.but(quiet=0), (statement, listen(state))
    return state.but(quiet=0), (where(state), listen(state))


def explain(state: Practising, event: Event) -> Step:
    """How it goes, at this step."""
    return _still(state, say(state, f"help_{state.phase.value}"))


def say_back(state: Practising, event: Event) -> Step:
    """What the trainee said last, as it was understood."""
    words = text_of(state.reflection).split()
    if not words:
        return _still(state, Announce("said_nothing", state.listener))
    said = (("said", " ".join(words[-SAID_WORDS:])),)
    return _still(state, Announce("said", state.listener, said))


def notice(state: Practising, event: Event) -> Step:
    """Say what the ear has noticed, into a pause; everything else stays as it was."""
    assert isinstance(event, Noticed)
    key = NOTICES[event.notice]
    return state, (Announce(key, "both", aside=True),)


def confirm_stop(state: Practising, event: Event) -> Step:
    """Stop asks once."""
    state = state.but(confirming=Spoken.STOP, asked=0)
    return state, (where(state), listen(state))


def confirm_unclear(state: Practising, event: Event) -> Step:
    """Ask once more; then go on as if nothing had been said."""
    if state.asked >= 1:
        return go_on(state, event)
    state = state.but(asked=state.asked + 1)
    return state, (Announce("stop_again", "both"), listen(state))


def go_on(state: Practising, event: Event) -> Step:
    """They do not want to stop: on at the same step."""
    state = state.but(confirming=None, asked=0, quiet=0)
    if state.phase is Phase.PAUSED:
        return state, (say(state, "paused"), listen(state))
    return state, (say(state, "go_on"), where(state), listen(state))


def stopped(state: Practising, event: Event) -> Step:
    """The trainee wants to stop here."""
    state, commands = finished(state, Outcome.STOPPED)
    return state, (say(state, "stopped"), *commands)


def input_ended(state: Practising, event: Event) -> Step:
    """The recording is over before the practice is."""
    return finished(state, Outcome.END_OF_INPUT)


def interrupted(state: Practising, event: Event) -> Step:
    """Told to stop from outside."""
    return finished(state, Outcome.INTERRUPTED)
