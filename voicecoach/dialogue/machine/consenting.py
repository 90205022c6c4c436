"""What each row of the table does before the first share: the greeting, and what is agreed to.

Three things are asked where they are not settled yet: first what may be kept (nothing, the words,
the words and the sound), then whether the voices may be told apart, then whether a key or button
may answer in the speaker's place. Each needs the yes of both, by their own mouths; a no of one, or
no answer, settles it for both. The first one is asked for the words and then for the sound, the
other one for as much as the first has agreed to, and after a no to that for the words alone.

After two yeses to the voices each is asked for a sentence to know the voice by, and once more at
most; without both the dialogue goes on, and they are known by what they share and mirror.
"""

from __future__ import annotations

from voicecoach.dialogue.machine.acts import Step, awaiting, enter, say
from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import (
    AcceptKeys,
    Began,
    Command,
    Consent,
    Event,
    Heard,
    Keep,
    Learn,
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
        ask_buttons=event.ask_buttons and not event.buttons,
    )
    if event.consent is not Consent.ASK:
        return _keeping_settled(state, event.consent, "begin")
    state, entered = enter(state.but(asking=event.first), Phase.CONSENT)
    return awaiting(state, entered, prompt=say(state, "consent_first", event.first))


def given(state: State, event: Event) -> Step:
    """The first yes asks the other one; the second settles it. A sentence is as a yes."""
    if state.introducing:
        return _introduced(state, event)
    if state.asking == state.first:
        if topic_of(state) == "consent":
            return _ask(state.but(offered=Consent.SOUND), state.first, "sound_first")
        return _ask(state, state.second, f"{topic_of(state)}_second")
    if state.asking_buttons:
        return _buttons_settled(state, True)
    if state.asking_voices:
        return _voices_settled(state, Voices.ON)
    return _keeping_settled(state, state.offered)


def refused(state: State, event: Event) -> Step:
    """One no is enough: no sound is kept, or nothing; nobody is told apart; no key answers."""
    if state.asking_buttons:
        return _buttons_settled(state, False)
    if state.introducing:
        return _introductions_over(state, key="share_no_sentences")
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
    if topic_of(state) == "sound":
        return refused(state, event)
    return unclear(state, event)


def unclear(state: State, event: Event) -> Step:
    """Ask once more; no answer is a no."""
    if state.asked >= 1:
        return refused(state, event)
    state = state.but(asked=1, question_by=None, quiet=0)
    return awaiting(state, prompt=say(state, f"{topic_of(state)}_again", state.asking))


def _introduced(state: State, event: Event) -> Step:
    """The sentence of the one who was asked for it; they count only together."""
    assert isinstance(event, Heard)
    if state.asking != state.second:
        state = state.but(introduced=(event.utterance,))
        return _ask(state, state.second, "sentence_second")
    first = Learn(state.first, state.introduced, unproven=True)
    second = Learn(state.second, (event.utterance,), unproven=True)
    return _introductions_over(state, first, second, key="share_sentences")


def from_other(state: State, event: Event) -> Step:
    """Nobody consents for somebody else."""
    return awaiting(state, prompt=say(state, f"{topic_of(state)}_speaker", state.asking))


def topic_of(state: State) -> str:
    """What is asked: the beginning of the announcements' keys."""
    if state.asking_buttons:
        return "buttons"
    if state.introducing:
        return "sentence"
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
    """What may be kept is known; the voices come next. `key` would begin the first share."""
    key = key or _THANKS[consent]
    keep, state = Keep(consent), state.but(consent=consent)
    if state.voices is Voices.ASK:
        return _ask_first(state.but(asking_voices=True), keep, key=f"voices_first_{key}")
    apart = (TellApart(),) if state.voices is Voices.ON else ()
    return _voices_known(state, keep, *apart, key=key)


def _voices_settled(state: State, voices: Voices) -> Step:
    state = state.but(voices=voices, asking_voices=False)
    if voices is Voices.ON:
        return _ask_first(state.but(introducing=True), TellApart(), key="sentence_first")
    return _voices_known(state, key="share_no_voices")


def _introductions_over(state: State, *learn: Command, key: str) -> Step:
    return _voices_known(state.but(introducing=False, introduced=()), *learn, key=key)


def _voices_known(state: State, *before: Command, key: str) -> Step:
    """Keys and buttons come next, where they are to be asked about."""
    if state.ask_buttons:
        return _ask_first(state.but(asking_buttons=True), *before, key=f"buttons_first_{key}")
    return _first_share(state, *before, key=key)


def _buttons_settled(state: State, agreed: bool) -> Step:
    state = state.but(buttons=agreed, ask_buttons=False, asking_buttons=False)
    if agreed:
        return _first_share(state, AcceptKeys(), key="share_buttons")
    return _first_share(state, key="share_no_buttons")


def _ask_first(state: State, *before: Command, key: str) -> Step:
    """Put a new question to the first partner; the phase is entered with the first one."""
    state = state.but(asking=state.first)
    prompt = say(state, key, state.first)
    if state.prompt is not None:
        return awaiting(state.but(asked=0, quiet=0), *before, prompt=prompt)
    state, entered = enter(state, Phase.CONSENT)
    return awaiting(state, *before, entered, prompt=prompt)


def _first_share(state: State, *before: Command, key: str) -> Step:
    state, entered = enter(state, Phase.SHARE)
    return awaiting(state, *before, entered, prompt=say(state, key))
