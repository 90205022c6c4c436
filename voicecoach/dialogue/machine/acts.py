"""What each row of the table does: (state, event) -> (next state, commands). Pure."""

from __future__ import annotations

from dataclasses import replace

from voicecoach.dialogue.machine.state import STEPS, State, text_of
from voicecoach.dialogue.messages import (
    Announce,
    Asked,
    Command,
    Enter,
    Event,
    Finish,
    Guidance,
    Heard,
    Learn,
    Listen,
    Outcome,
    Phase,
    Score,
)
from voicecoach.dialogue.messages import Step as Listening
from voicecoach.utterance import Utterance

Step = tuple[State, tuple[Command, ...]]

PATIENT_S = {
    Phase.REFLECT: {Guidance.FULL: 2.4, Guidance.LIGHT: 6.0, Guidance.QUIET: 15.0},
    Phase.CHECK: {Guidance.FULL: 0.9, Guidance.LIGHT: 4.0, Guidance.QUIET: 12.0},
    Phase.MORE: {Guidance.FULL: 0.7, Guidance.LIGHT: 3.0, Guidance.QUIET: 10.0},
}
"""Seconds of silence before the coach helps with what the partners could say themselves."""

ASKED_THEMSELVES_S = 8.0
"""After a partner's own question the other one gets this long before the coach repeats it."""

REPEATS = 2
"""How often an unclear answer is asked for again; then comes an explanation, then silence."""

SENTENCES = 2
"""How often in a phase a sentence is asked for to hear whose voice it is."""

INTERRUPTIONS = 2
"""So many interruptions of one share bring the one request to let the speaker finish."""

TRIES_BEFORE_OFFER = 3
"""After so many failed mirrors of one message the coach offers a smaller piece."""


# -------------------------------------------------------------- pieces of an answer


def _values(state: State) -> tuple[tuple[str, str], ...]:
    return (("speaker", state.speaker), ("listener", state.listener))


def say(state: State, key: str, to: str = "", **how: float | bool) -> Announce:
    """An announcement to `to` (the speaker where not given) with both names filled in."""
    after_s, optional = float(how.get("after_s", 0.0)), bool(how.get("optional", False))
    return Announce(key, to or state.speaker, _values(state), after_s, optional)


def enter(state: State, phase: Phase) -> tuple[State, Enter]:
    """`state` in `phase`, with what belonged to the phase before forgotten."""
    state = state.but(phase=phase, asked=0, quiet=0, question_by=None, sentences=0, interjections=0)
    entered = Enter(
        phase, state.speaker, state.listener, state.round, state.exchange, state.attempt
    )
    return state, entered


def listen(state: State) -> Listen:
    """Listen for what the phase, or an open question of a command, expects."""
    if state.confirming is not None:
        return Listen(Listening.REPLY)
    if state.phase is Phase.CONSENT and state.introducing:
        return Listen(Listening.REFLECT)
    return Listen(STEPS[state.phase])


def awaiting(state: State, *before: Command, prompt: Announce | None = None) -> Step:
    """Say `prompt` (remembered for "repeat that") and listen for what the phase expects."""
    if prompt is not None:
        state = state.but(prompt=prompt)
        return state, (*before, prompt, listen(state))
    return state, (*before, listen(state))


def _prompt(state: State, phase: Phase) -> Announce:
    """The coach's help in a phase that the partners may well master themselves."""
    after_s = PATIENT_S[phase][state.guidance]
    if state.question_by is not None:
        after_s = max(after_s, ASKED_THEMSELVES_S)
    to = state.listener if phase is Phase.REFLECT else state.speaker
    return say(state, phase.value, to, after_s=after_s, optional=True)


def _turn(event: Event) -> Utterance:
    assert isinstance(event, Heard)
    return event.utterance


def _rest(event: Event) -> Utterance:
    """The turn with only what was said besides the answer."""
    assert isinstance(event, Heard)
    turn = event.utterance
    return replace(turn, text=event.reply.rest)


# ----------------------------------------------------------------- share, reflect


def shared(state: State, event: Event) -> Step:
    """The message is there; now the listener mirrors it."""
    return _mirror(state.but(message=(_turn(event),)))


def interjected(state: State, event: Event) -> Step:
    """The listener interrupts: the floor stays the speaker's, and is asked for once, gently."""
    state = state.but(interjections=state.interjections + 1, quiet=0)
    if state.interjections != INTERRUPTIONS:
        return state, ()
    return state, (replace(say(state, "let_finish", state.listener), aside=True),)


def _mirror(state: State, *before: Command) -> Step:
    state, entered = enter(state.but(reflection=()), Phase.REFLECT)
    return awaiting(state, *before, entered, prompt=_prompt(state, Phase.REFLECT))


def shared_more(state: State, event: Event) -> Step:
    """The speaker was cut off by a pause of their own: it belongs to the same message."""
    state = state.but(message=(*state.message, _turn(event)), quiet=0)
    return awaiting(state, prompt=_prompt(state, Phase.REFLECT))


def reflected(state: State, event: Event) -> Step:
    """The mirror is there: it is scored, and the speaker says whether it is right."""
    state, entered = enter(state.but(reflection=(_mirrored(event),)), Phase.CHECK)
    state = state.but(question_by=event.asked if isinstance(event, Heard) else None)
    prompt_for = state if state.question_by is Asked.CHECK_BACK else state.but(question_by=None)
    prompt = _prompt(prompt_for, Phase.CHECK)
    return awaiting(state, entered, _score(state), prompt=prompt)


def reflected_more(state: State, event: Event) -> Step:
    """The listener goes on mirroring: the mirror is the whole of it."""
    state = state.but(reflection=(*state.reflection, _mirrored(event)), quiet=0)
    return awaiting(state, _score(state), prompt=_prompt(state, Phase.CHECK))


def _mirrored(event: Event) -> Utterance:
    """The listener's turn without the question at its end."""
    assert isinstance(event, Heard)
    turn = event.utterance
    if event.asked is None or not event.before.strip():
        return turn
    return replace(turn, text=event.before)


def _score(state: State) -> Score:
    return Score(text_of(state.message), text_of(state.reflection))


# ------------------------------------------------------------------------ check


def understood(state: State, event: Event) -> Step:
    """The speaker's yes, the only way on."""
    question_by = event.asked if isinstance(event, Heard) else None
    learnt = _learn(state)
    state, entered = enter(state, Phase.MORE)
    state = state.but(question_by=question_by)
    return awaiting(state, *learnt, entered, prompt=_prompt(state, Phase.MORE))


def understood_and_more(state: State, event: Event) -> Step:
    """ "Yes, and also ...": understood, and already the next message."""
    learnt = _learn(state)
    state, more = enter(state, Phase.MORE)
    return _share_anew(state, _rest(event), *learnt, more)


def _learn(state: State) -> tuple[Learn, ...]:
    return (Learn(state.speaker, state.message), Learn(state.listener, state.reflection))


def not_understood(state: State, event: Event) -> Step:
    """Once more, in other words."""
    key = "share_smaller" if state.attempt >= TRIES_BEFORE_OFFER else "share_again"
    return _share_again(state, key)


def partly_understood(state: State, event: Event) -> Step:
    """Some of it arrived: ask for the part that did not."""
    return _share_again(state, "share_part")


def _share_again(state: State, key: str) -> Step:
    state, entered = enter(state.but(attempt=state.attempt + 1), Phase.SHARE)
    return awaiting(state, entered, prompt=say(state, key))


def not_understood_but(state: State, event: Event) -> Step:
    """ "No, I was sad": not understood, and already said again."""
    state = state.but(attempt=state.attempt + 1, message=(_rest(event),))
    state, entered = enter(state, Phase.SHARE)
    return _mirror(state, entered)


def partner_asked(state: State, event: Event) -> Step:
    """A partner put the question: the coach keeps quiet and gives the answer time."""
    question = Asked.CHECK_BACK if state.phase is Phase.CHECK else Asked.MORE
    state = state.but(question_by=question, quiet=0)
    return awaiting(state, prompt=_prompt(state, state.phase))


def asked_early(state: State, event: Event) -> Step:
    """ "Is there more?" before the yes: an answer now would answer two questions at once."""
    state = state.but(question_by=Asked.MORE, quiet=0)
    return awaiting(state, prompt=say(state, "check"))


def ask_again(state: State, event: Event) -> Step:
    """Ask by name and in other words, at most twice; then explain; then wait in silence."""
    count = state.asked + 1
    state = state.but(asked=count, question_by=None, quiet=0)
    if count > REPEATS + 1:
        return awaiting(state)
    suffix = {1: "again", 2: "plainly"}.get(count, "explain")
    return awaiting(state, prompt=say(state, f"{state.phase.value}_{suffix}"))


def ask_for_a_sentence(state: State, event: Event) -> Step:
    """An answer of which nobody can tell whose it was: more is asked for, rather than guessed.

    At most twice: then it is an unclear answer like any other, and is explained.
    """
    if state.sentences >= SENTENCES:
        return ask_again(state, event)
    state = state.but(sentences=state.sentences + 1, question_by=None, quiet=0)
    key = "check_sentence" if state.phase is Phase.CHECK else "more_speaker"
    return awaiting(state, prompt=say(state, key))


def ask_the_speaker(state: State, event: Event) -> Step:
    """The other one answered: only the speaker can say it."""
    state = state.but(question_by=None, quiet=0)
    return awaiting(state, prompt=say(state, f"{state.phase.value}_speaker"))


# ------------------------------------------------------------------- more, swap, close


def more_to_share(state: State, event: Event) -> Step:
    """There is more: the next message of the same speaker."""
    state = state.but(exchange=state.exchange + 1, attempt=1)
    state, entered = enter(state, Phase.SHARE)
    return awaiting(state, entered, prompt=say(state, "share_more"))


def more_shared(state: State, event: Event) -> Step:
    """There is more, and it has just been said."""
    return _share_anew(state, _rest(event))


def _share_anew(state: State, message: Utterance, *before: Command) -> Step:
    state = state.but(exchange=state.exchange + 1, attempt=1, message=(message,))
    state, entered = enter(state, Phase.SHARE)
    return _mirror(state, *before, entered)


def nothing_more(state: State, event: Event) -> Step:
    """The speaker's no to "is there more?": swap, or close after the last round."""
    phase = Phase.CLOSE if state.round >= state.rounds else Phase.SWAP
    state, entered = enter(state, phase)
    return awaiting(state, entered, prompt=say(state, phase.value, "both"))


def swapped(state: State, event: Event) -> Step:
    """The swap has been announced: the other one is the speaker now."""
    state = state.but(
        speaker=state.listener,
        round=state.round + 1,
        exchange=1,
        attempt=1,
        message=(),
        reflection=(),
        prompt=None,
    )
    state, entered = enter(state, Phase.SHARE)
    state = state.but(prompt=say(state, "share_turn"))
    return state, (entered, listen(state))


def closed(state: State, event: Event) -> Step:
    """Thanks have been said: the end."""
    return finished(state, Outcome.DONE)


def finished(state: State, outcome: Outcome) -> Step:
    """The session is over."""
    state, entered = enter(state, Phase.DONE)
    return state, (entered, Finish(outcome))
