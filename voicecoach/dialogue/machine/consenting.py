"""What each row of the table does before the first share: the greeting, and what is agreed to.

Two things are asked where they are not settled yet: first what may be kept (nothing, the words, the
words and the sound), then whether the voices may be told apart. Each needs the yes of both, by
their own mouths; a no of one, or no answer, settles it for both. The first one is asked for the
words and then for the sound, the other one for as much as the first has agreed to, and after a no
to that for the words alone.
"""

from __future__ import annotations

from voicecoach.dialogue.machine.acts import Step, awaiting, enter, say
from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import (
    Began,
    Command,
    Consent,
    Event,
    Keep,
    Phase,
    TellApart,
    Voices,
)


def begin(state: State, event: Event) -> Step:
    """The greeting; then the first question of consent, or the first share."""
    assert isinstance(event, Began)
    state = State(
        first=event.first,
        second=event.second,
        speaker=event.first,
        guidance=event.guidance,
        consent=event.consent,
        rounds=event.rounds,
        started=True,
        voices=event.voices,
        buttons=event.buttons,
    )
    if event.consent is not Consent.ASK:
        return _keeping_settled(state, event.consent, "begin")
    state, entered = enter(state.but(asking=event.first), Phase.CONSENT)
    return awaiting(state, entered, prompt=say(state, "consent_first", event.first))


def given(state: State, event: Event) -> Step:
    """The first yes asks the other one; the second settles it."""
    if state.asking == state.first:
        if topic_of(state) == "consent":
            return _ask(state.but(offered=Consent.SOUND), state.first, "sound_first")
        return _ask(state, state.second, f"{topic_of(state)}_second")
    if state.asking_voices:
        return _voices_settled(state, Voices.ON)
    return _keeping_settled(state, state.offered)


def refused(state: State, event: Event) -> Step:
    """One no is enough: no sound is kept, nothing is kept, or nobody is told apart by voice."""
    if state.asking_voices:
        return _voices_settled(state, Voices.OFF)
    if state.offered is Consent.SOUND:
        key = "consent_second" if state.asking == state.first else "words_second"
        return _ask(state.but(offered=Consent.WORDS), state.second, key)
    return _keeping_settled(state, Consent.NOTHING)


def _ask(state: State, whom: str, key: str) -> Step:
    state = state.but(asking=whom, asked=0, quiet=0)
    return awaiting(state, prompt=say(state, key, whom))


def partly(state: State, event: Event) -> Step:
    """ "No, only the words": a no to the sound; to anything else it is no answer."""
    if state.offered is Consent.SOUND and not state.asking_voices:
        return refused(state, event)
    return unclear(state, event)


def unclear(state: State, event: Event) -> Step:
    """Ask once more; no answer is a no."""
    if state.asked >= 1:
        return refused(state, event)
    state = state.but(asked=1, question_by=None, quiet=0)
    return awaiting(state, prompt=say(state, f"{topic_of(state)}_again", state.asking))


def from_other(state: State, event: Event) -> Step:
    """Nobody consents for somebody else."""
    return awaiting(state, prompt=say(state, f"{topic_of(state)}_speaker", state.asking))


def topic_of(state: State) -> str:
    """What is asked: the beginning of the announcements' keys."""
    if state.asking_voices:
        return "voices"
    return "sound" if state.offered is Consent.SOUND else "consent"


_THANKS = {
    Consent.NOTHING: "share_not_kept",
    Consent.WORDS: "share_kept",
    Consent.SOUND: "share_sound",
}
"""What is said before the first share, or as the beginning of the next question."""


def _keeping_settled(state: State, consent: Consent, key: str = "") -> Step:
    """What may be kept is known; the voices come next, or the first share with `key`."""
    key = key or _THANKS[consent]
    keep, state = Keep(consent), state.but(consent=consent)
    if state.voices is Voices.ON:
        return _first_share(state, keep, TellApart(), key=key)
    if state.voices is Voices.OFF:
        return _first_share(state, keep, key=key)
    state = state.but(asking=state.first, asking_voices=True)
    prompt = say(state, f"voices_first_{key}", state.first)
    if state.phase is Phase.CONSENT and key != "begin":
        return awaiting(state.but(asked=0, quiet=0), keep, prompt=prompt)
    state, entered = enter(state, Phase.CONSENT)
    return awaiting(state, keep, entered, prompt=prompt)


def _voices_settled(state: State, voices: Voices) -> Step:
    state = state.but(voices=voices, asking_voices=False)
    if voices is Voices.ON:
        return _first_share(state, TellApart(), key="share_voices")
    return _first_share(state, key="share_no_voices")


def _first_share(state: State, *before: Command, key: str) -> Step:
    state, entered = enter(state, Phase.SHARE)
    return awaiting(state, *before, entered, prompt=say(state, key))
