"""Turns get their partner from the voice: what is learned, when, and that it is forgotten."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
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
from voicecoach.utterance import Reason, Utterance, Word

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


def nothing_known(voices: Voices) -> bool:
    """Whether there is no voice in it, whatever it is made of."""
    known = {name: value for name, value in vars(voices).items() if name != "_sentences"}
    return known == {"_partners": None, "_turns": {}} and vars(voices._sentences) == {"_said": {}}


def attributed(voices: Voices, turn: Turn, state: State) -> Turn:
    """The turn of one voice, with its partner."""
    (one,) = voices.parts(turn, state)
    return one


def exchange(voices: Voices, at_s: float = 0.0) -> State:
    """Anna has shared and Ben has mirrored; nothing is confirmed yet."""
    message = attributed(voices, said(ANNAS, 5.0, at_s), EMPTY).utterance
    reflection = attributed(voices, said(BENS, 5.0, at_s + 10), EMPTY).utterance
    return EMPTY.but(message=(message,), reflection=(reflection,))


def test_the_first_yes_is_compared_with_who_shared_and_who_mirrored() -> None:
    """Before anything is confirmed: the procedure knows whose the two turns are."""
    voices = told_apart()
    check = exchange(voices)
    assert attributed(voices, said(BENS, 0.6, 20), check).utterance.partner == "Ben"
    assert attributed(voices, said(ANNAS, 0.6, 22), check).utterance.partner == "Anna"


def test_nobody_is_told_apart_unless_both_agreed() -> None:
    """Off is off: turns stay as they are, and nothing is remembered of them."""
    voices = Voices()
    check = exchange(voices)
    yes = said(BENS, 0.6, 20)
    assert attributed(voices, yes, check) is yes
    voices.learn(Learn("Anna", check.message))
    assert nothing_known(voices)


def test_what_was_confirmed_is_known_from_then_on() -> None:
    """Learned turns count when the exchange is closed."""
    voices = told_apart()
    check = exchange(voices)
    voices.learn(Learn("Anna", check.message))
    voices.learn(Learn("Ben", check.reflection))
    assert attributed(voices, said(BENS, 3.0, 20), EMPTY).utterance.partner == "Ben"


def test_what_was_not_confirmed_is_not_known() -> None:
    """A message that was given up teaches nothing."""
    voices = told_apart()
    exchange(voices)
    said_later = attributed(voices, said(BENS, 3.0, 20), EMPTY).utterance
    assert (said_later.partner, said_later.either) == (None, False)


def test_a_voice_known_as_the_others_is_not_learned() -> None:
    """Ben's interjection in Anna's message does not become Anna's voice."""
    voices = told_apart()
    check = exchange(voices)
    interjected = attributed(voices, said(BENS, 3.0, 20), check).utterance
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
    turns = [attributed(voices, said(between, 0.3, 20 + 2 * n), check).utterance for n in range(8)]
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
        assert attributed(voices, turn, check) is turn


def test_a_long_talk_is_not_remembered_whole() -> None:
    """Turns that wait to be confirmed are bounded."""
    voices = told_apart()
    for n in range(REMEMBERED_TURNS + 10):
        attributed(voices, said(ANNAS, 0.2, 2.0 * n), EMPTY)
    assert len(voices._turns) == REMEMBERED_TURNS


def test_at_the_end_all_is_forgotten() -> None:
    """No voice outlives its session, wherever it was."""
    voices = told_apart()
    check = exchange(voices)
    voices.learn(Learn("Anna", check.message))
    voices.forget()
    gc.collect()
    assert nothing_known(voices)
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
    assert attributed(voices, said(BENS, 3.0, 40), share).utterance.partner == "Ben"
    monkeypatch.setattr("voicecoach.coach.whose.voices.SURE", 1e9)
    doubtful = attributed(voices, said(BENS, 3.0, 60), share).utterance
    assert (doubtful.partner, doubtful.either) == (None, True)
    assert (doubtful.start_s, doubtful.end_s) not in voices._turns
    assert attributed(voices, said(BENS, 3.0, 80), EMPTY).utterance.partner == "Ben"
    assert attributed(voices, said(ANNAS, 3.0, 90), share).utterance.partner == "Anna"


# ------------------------------------------------------------------- turns in which both speak


def of_both(*lines: tuple[str, tuple[float, float], float], pause_s: float = 0.3) -> Turn:
    """A turn that begins at 20 s, of lines of one word each by these voices."""
    sounds, words, at_s = [], [], 20.0
    for number, (text, voice, seconds) in enumerate(lines):
        sound = talk(voice, seconds, 50 + number)[round(0.4 * RATE) : -round(0.4 * RATE)]
        sounds += [sound, talk(voice, 0.01, 1)[: round(pause_s * RATE)]]
        words.append(Word(text, at_s, at_s + seconds))
        at_s += seconds + pause_s
    text = " ".join(text for text, _, _ in lines)
    utterance = Utterance(text, 20.0, at_s - pause_s, words=tuple(words))
    return Turn(utterance, Clip(np.concatenate(sounds), 20 * RATE))


def acquainted() -> Voices:
    """Both voices are known."""
    voices = told_apart()
    check = exchange(voices)
    voices.learn(Learn("Anna", check.message))
    voices.learn(Learn("Ben", check.reflection))
    return voices


def test_a_turn_of_both_is_two_and_each_is_learned_as_their_own() -> None:
    """In order, with their words, their times and their sound."""
    voices = acquainted()
    turn = of_both(("yes", BENS, 1.0), ("no", ANNAS, 3.0))
    his, hers = voices.parts(turn, EMPTY)
    assert [(p.utterance.partner, p.utterance.text) for p in (his, hers)] == [
        ("Ben", "yes"),
        ("Anna", "no"),
    ]
    assert (his.utterance.reason, hers.utterance.reason) == (Reason.VOICE, Reason.SILENCE)
    assert his.utterance.end_s == hers.utterance.start_s == pytest.approx(21.15, abs=0.1)
    assert his.clip is not None and hers.clip is not None and turn.clip is not None
    cut = np.concatenate([his.clip.samples, hers.clip.samples])
    assert np.array_equal(cut, turn.clip.samples)
    assert hers.clip.start_s == pytest.approx(hers.utterance.start_s)
    before = voices._partners.heard_s("Anna")  # type: ignore[union-attr]
    voices.learn(Learn("Anna", (hers.utterance,)))
    assert voices._partners.heard_s("Anna") == pytest.approx(before + 3.0, abs=0.3)  # type: ignore[union-attr]


def test_who_has_the_floor_says_one_thing() -> None:
    """What Ben throws into Anna's share comes before it; her own is together, without his."""
    voices = acquainted()
    turn = of_both(("one", ANNAS, 2.0), ("wait", BENS, 1.0), ("two", ANNAS, 2.0))
    his, hers = voices.parts(turn, EMPTY.but(phase=Phase.SHARE))
    assert (his.utterance.partner, his.utterance.text) == ("Ben", "wait")
    assert (hers.utterance.partner, hers.utterance.text) == ("Anna", "one two")
    assert (hers.utterance.start_s, hers.utterance.end_s) == (20.0, turn.utterance.end_s)
    before = voices._partners.heard_s("Anna")  # type: ignore[union-attr]
    voices.learn(Learn("Anna", (hers.utterance,)))
    assert voices._partners.heard_s("Anna") == pytest.approx(before + 4.0, abs=0.3)  # type: ignore[union-attr]


def test_what_cannot_be_parted_is_marked_and_not_learned() -> None:
    """Without a pause; or where the words cannot be dealt out, as none lies in one of the parts."""
    voices = acquainted()
    run_in = of_both(("yes", BENS, 1.5), ("no", ANNAS, 1.5), pause_s=0.0)
    turn = of_both(("yes", BENS, 1.5), ("no", ANNAS, 1.5))
    late = tuple(replace(word, start_s=22.0, end_s=22.5) for word in turn.utterance.words)
    undealt = replace(turn, utterance=replace(turn.utterance, words=late))
    for both in (run_in, undealt):
        known = dict(voices._turns)
        (marked,) = voices.parts(both, EMPTY)
        assert marked.utterance == replace(both.utterance, overlap=True)
        assert voices._turns == known
