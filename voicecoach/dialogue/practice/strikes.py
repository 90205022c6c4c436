"""What an event amounts to in a practice: (state, event) -> Strike.

While the coach is talking only "pause" and "stop" are heard; keys count always. A score and a
silence are never an answer.
"""

from __future__ import annotations

from functools import lru_cache

from voicecoach.dialogue.answers.cues import plain_words, without_polite
from voicecoach.dialogue.language import Phrase, load
from voicecoach.dialogue.messages import (
    Announced,
    Answer,
    Began,
    Event,
    Heard,
    InputEnded,
    Interrupted,
    Notice,
    Noticed,
    Phase,
    Pressed,
    Quiet,
    Scored,
    Spoken,
    Typed,
)
from voicecoach.dialogue.practice import ratings
from voicecoach.dialogue.practice.state import Practising, Strike
from voicecoach.dialogue.practice.statements import tables

COMMANDS = {
    Spoken.PAUSE: Strike.PAUSE,
    Spoken.RESUME: Strike.RESUME,
    Spoken.STOP: Strike.STOP,
    Spoken.REPEAT: Strike.REPEAT,
    Spoken.HELP: Strike.HELP,
    Spoken.WHAT_DID_I_SAY: Strike.SAID_WHAT,
    Spoken.START_OVER: Strike.AGAIN,
    Spoken.SKIP: Strike.SKIP,
}

WHILE_TALKING = (Strike.PAUSE, Strike.STOP)
"""What is heard through the coach's own voice."""

TALK_WORDS, ANSWERING_WORDS = 4, 7
"""Who says so many words instead of a rating goes on mirroring. The second holds once the coach has
asked for the rating: then a few words are more likely a rating that was misheard."""

_SPOKEN = {
    (Phase.SHARE, "practice_statement"): Strike.STATED,
    (Phase.NEXT, "practice_onward"): Strike.ON,
    (Phase.NEXT, "practice_onward_last"): Strike.ON,
    (Phase.CLOSE, "practice_close"): Strike.CLOSED,
}
"""What the end of an announcement is in a phase that waits for it."""


def strike(state: Practising, event: Event) -> Strike:
    """The strike that `event` is in `state`; total over both."""
    if state.phase is Phase.DONE:
        return Strike.NOTHING
    match event:
        case Began():
            return Strike.NOTHING if state.started else Strike.BEGAN
        case InputEnded():
            return Strike.INPUT_ENDED
        case Interrupted():
            return Strike.INTERRUPTED
        case _ if not state.started:
            return Strike.NOTHING
        case Announced(key=key):
            if state.talking != key or state.confirming:
                return Strike.NOTHING
            return _SPOKEN.get((state.phase, key), Strike.NOTHING)
        case Scored():
            return Strike.SCORED
        case Pressed(key=key):
            return _pressed(state, key)
        case Typed():
            return Strike.RATED if state.phase is Phase.RATE else Strike.NOTHING
        case Noticed(notice=notice):
            # No mirror is too long here: the statement was short.
            unsaid = state.talking or notice is Notice.LONG
            return Strike.NOTHING if unsaid else Strike.NOTICED
        case Quiet():
            return Strike.NOTHING if state.talking else Strike.QUIET
        case Heard():
            heard = _heard(state, event)
            return Strike.NOTHING if state.talking and heard not in WHILE_TALKING else heard
    return Strike.NOTHING


def _pressed(state: Practising, key: Spoken) -> Strike:
    if state.confirming:
        return _confirming(_command(key))
    return _here(state, _command(key))


def _command(command: Spoken) -> Strike:
    """What a command strikes; what only a talk of two has is nothing here."""
    return COMMANDS.get(command, Strike.NOTHING)


def _here(state: Practising, struck: Strike) -> Strike:
    """What a command is in this phase: "go on" leads to the next statement."""
    if struck is Strike.RESUME and state.phase is Phase.NEXT:
        return Strike.NEXT
    return struck


def _confirming(struck: Strike) -> Strike:
    """A command as the answer to "shall we stop here?": "stop" is a yes, "go on" a no."""
    return {Strike.STOP: Strike.STOP_YES, Strike.RESUME: Strike.CONFIRM_NO}.get(struck, struck)


def _heard(state: Practising, heard: Heard) -> Strike:
    text = heard.utterance.text
    if not text.strip():
        return Strike.NOTHING
    command = heard.reply.command
    if state.confirming:
        if heard.reply.answer is Answer.YES:
            return Strike.STOP_YES
        if heard.reply.answer is Answer.NO:
            return Strike.CONFIRM_NO
        return _confirming(_command(command)) if command else Strike.CONFIRM_UNCLEAR
    wished = _wish(state, text)
    if wished is not None:
        return wished
    if command is not None:
        return _here(state, _command(command))
    reader = {Phase.REFLECT: _mirror, Phase.RATE: _rating, Phase.NEXT: _next}.get(state.phase)
    return reader(state, heard) if reader else Strike.NOTHING


def _wish(state: Practising, text: str) -> Strike | None:
    """What the whole of `text` asks for, where that has a place."""
    wish = wished(text, state.language)
    if wish is Strike.SKIP:
        return wish
    if state.phase is Phase.PAUSED:
        return Strike.RESUME if wish in (Strike.NEXT, Strike.AGAIN) else None
    return wish if state.phase is Phase.NEXT else None


def _mirror(state: Practising, heard: Heard) -> Strike:
    asked_only = heard.asked is not None and not heard.before.strip()
    answered = heard.reply.answer in (Answer.YES, Answer.NO) and not heard.reply.rest.strip()
    # "Mm-hm", or "did I get that?" before anything was mirrored, is no mirror.
    return Strike.NOTHING if asked_only or answered else Strike.MIRRORED


def _rating(state: Practising, heard: Heard) -> Strike:
    if heard.asked is not None and not heard.before.strip():
        # "Did I get that?" belongs to the mirror; it is asked, not answered.
        return Strike.NOTHING
    text = heard.utterance.text
    if ratings.rating(text, state.language) is not None:
        return Strike.RATED
    words = plain_words(text, load(state.language))
    fewest = ANSWERING_WORDS if state.put else TALK_WORDS
    return Strike.WENT_ON if len(words) >= fewest else Strike.UNCLEAR


def _next(state: Practising, heard: Heard) -> Strike:
    if state.results and ratings.corrected(heard.utterance.text, state.language) is not None:
        return Strike.CORRECTED
    agreed = heard.reply.answer is Answer.YES and not heard.reply.rest.strip()
    return Strike.NEXT if agreed else Strike.UNCLEAR


def wished(text: str, language: str = "en") -> Strike | None:
    """Next, again, score or skip, where `text` is that and nothing else but politeness."""
    known = load(language)
    words = plain_words(text, known)
    while words:
        found = _wishes(language).get(words)
        shorter = without_polite(words, known)
        if found is not None or shorter == words:
            return found
        words = shorter
    return None


@lru_cache(maxsize=8)
def _wishes(language: str) -> dict[Phrase, Strike]:
    plain = load(language).plain
    said = tables(language)["said"]
    return {phrase: Strike[kind.upper()] for kind in said for phrase in plain.phrases(said[kind])}
