"""Turns get their partner from the voice: what is learned, when, and that it is forgotten."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.coach.test_loop import Session
from tests.speech.voices import HIGH, LOW, talk
from voicecoach.coach.whose.voices import REMEMBERED_TURNS, Voices
from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import Learn, Outcome, Phase
from voicecoach.dialogue.messages import Voices as Agreed
from voicecoach.engines import Turn
from voicecoach.speech.audio import RATE, Clip
from voicecoach.speech.partners import Partners
from voicecoach.utterance import Utterance

ANNAS, BENS = HIGH, LOW
EMPTY = State(phase=Phase.CHECK, first="Anna", second="Ben", speaker="Anna", started=True)


def said(voice: tuple[float, float], seconds: float, at_s: float) -> Turn:
    """A turn of so many seconds that begins 0.4 s after `at_s`."""
    clip = Clip(talk(voice, seconds, round(at_s)), round(at_s * RATE))
    return Turn(Utterance("words", at_s + 0.4, at_s + 0.4 + seconds), clip)


def told_apart() -> Voices:
    voices = Voices()
    voices.tell_apart("Anna", "Ben")
    return voices


def exchange(voices: Voices, at_s: float = 0.0) -> State:
    """Anna has shared and Ben has mirrored; nothing is confirmed yet."""
    message = voices.attribute(said(ANNAS, 5.0, at_s), EMPTY).utterance
    reflection = voices.attribute(said(BENS, 5.0, at_s + 10), EMPTY).utterance
    return EMPTY.but(message=(message,), reflection=(reflection,))


def test_the_first_yes_is_compared_with_who_shared_and_who_mirrored() -> None:
    """Before anything is confirmed: the procedure knows whose the two turns are."""
    voices = told_apart()
    check = exchange(voices)
    assert voices.attribute(said(BENS, 0.6, 20), check).utterance.partner == "Ben"
    assert voices.attribute(said(ANNAS, 0.6, 22), check).utterance.partner == "Anna"


def test_nobody_is_told_apart_unless_both_agreed() -> None:
    """Off is off: turns stay as they are, and nothing is remembered of them."""
    voices = Voices()
    check = exchange(voices)
    yes = said(BENS, 0.6, 20)
    assert voices.attribute(yes, check) is yes
    voices.learn(Learn("Anna", check.message))
    assert vars(voices) == {"_partners": None, "_turns": {}}


def test_what_was_confirmed_is_known_from_then_on() -> None:
    """Learned turns count when the exchange is closed."""
    voices = told_apart()
    check = exchange(voices)
    voices.learn(Learn("Anna", check.message))
    voices.learn(Learn("Ben", check.reflection))
    assert voices.attribute(said(BENS, 3.0, 20), EMPTY).utterance.partner == "Ben"


def test_what_was_not_confirmed_is_not_known() -> None:
    """A message that was given up teaches nothing."""
    voices = told_apart()
    exchange(voices)
    said_later = voices.attribute(said(BENS, 3.0, 20), EMPTY).utterance
    assert (said_later.partner, said_later.either) == (None, False)


def test_a_voice_known_as_the_others_is_not_learned() -> None:
    """Ben's interjection in Anna's message does not become Anna's voice."""
    voices = told_apart()
    check = exchange(voices)
    interjected = voices.attribute(said(BENS, 3.0, 20), check).utterance
    assert interjected.partner == "Ben"
    voices.learn(Learn("Anna", (*check.message, interjected)))
    voices.learn(Learn("Ben", check.reflection))
    partners = voices._partners
    assert isinstance(partners, Partners)
    assert partners.heard_s("Anna") < 5.5


def test_what_may_be_either_is_marked() -> None:
    """Between the two voices: nobody is named, and the dialogue knows that it was close."""
    voices = told_apart()
    check = exchange(voices)
    between = ((ANNAS[0] + BENS[0]) / 2, (ANNAS[1] + BENS[1]) / 2)
    turns = [voices.attribute(said(between, 0.3, 20 + 2 * n), check).utterance for n in range(8)]
    unsure = [turn for turn in turns if turn.partner is None]
    assert unsure
    assert all(turn.either for turn in unsure)


def test_what_is_known_or_has_no_sound_is_left_alone() -> None:
    """A script says who speaks, and has no clip."""
    voices = told_apart()
    check = exchange(voices)
    for turn in (
        Turn(Utterance("yes", 20.0, 20.5)),
        Turn(Utterance("yes", 20.0, 20.5, "Anna"), said(BENS, 0.6, 20).clip),
    ):
        assert voices.attribute(turn, check) is turn


def test_a_long_talk_is_not_remembered_whole() -> None:
    """Turns that wait to be confirmed are bounded."""
    voices = told_apart()
    for n in range(REMEMBERED_TURNS + 10):
        voices.attribute(said(ANNAS, 0.2, 2.0 * n), EMPTY)
    assert len(voices._turns) == REMEMBERED_TURNS


def test_at_the_end_all_is_forgotten() -> None:
    """No voice outlives its session, wherever it was."""
    voices = told_apart()
    check = exchange(voices)
    voices.learn(Learn("Anna", check.message))
    voices.forget()
    gc.collect()
    assert vars(voices) == {"_partners": None, "_turns": {}}
    assert not [each for each in gc.get_objects() if isinstance(each, Partners)]


@pytest.mark.parametrize(("agreed", "known"), [(Agreed.ON, True), (Agreed.OFF, False)])
def test_the_loop_tells_apart_when_told_and_forgets_at_the_end(
    tmp_path: Path, agreed: Agreed, known: bool
) -> None:
    """While the session runs there are two partners to compare; behind its end there are none."""
    session = Session(tmp_path, voices=agreed)
    seen: list[bool] = []
    shown = session.lines.append

    def look(line: Mapping[str, Any]) -> None:
        seen.append(session.coach._voices._partners is not None)
        shown(line)

    session.coach._show = look
    assert session.run() is Outcome.DONE
    assert seen[5:-1] == [known] * len(seen[5:-1])
    assert session.coach._voices._partners is None


def test_in_a_share_only_what_is_surely_the_listeners_is_taken_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is only certain stays in the message, and nothing is learned of it."""
    voices = told_apart()
    check = exchange(voices)
    voices.learn(Learn("Anna", check.message))
    voices.learn(Learn("Ben", check.reflection))
    share = EMPTY.but(phase=Phase.SHARE)
    assert voices.attribute(said(BENS, 3.0, 40), share).utterance.partner == "Ben"
    monkeypatch.setattr("voicecoach.coach.whose.voices.SURE", 1e9)
    doubtful = voices.attribute(said(BENS, 3.0, 60), share).utterance
    assert (doubtful.partner, doubtful.either) == (None, True)
    assert (doubtful.start_s, doubtful.end_s) not in voices._turns
    assert voices.attribute(said(BENS, 3.0, 80), EMPTY).utterance.partner == "Ben"
    assert voices.attribute(said(ANNAS, 3.0, 90), share).utterance.partner == "Anna"
