"""A sentence of each at the start: it may make the first answers doubtful, and nothing surer."""

from __future__ import annotations

import pytest

from tests.coach.whose.test_voices import ANNAS, BENS, EMPTY, attributed, said, told_apart
from voicecoach.coach.whose.sentences import ENOUGH_S
from voicecoach.coach.whose.voices import Voices
from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import Learn, Phase

Voice = tuple[float, float]

SHORT_S = 1.4
"""An exchange from which alone nobody is told apart."""

BY = {
    "as they are": (ANNAS, BENS),
    "swapped": (BENS, ANNAS),
    "both Anna's": (ANNAS, ANNAS),
    "both Ben's": (BENS, BENS),
}


def introduced(first: Voice, second: Voice, seconds: float = 2.4) -> Voices:
    """Anna was asked for a sentence and then Ben; so sounded whoever said them."""
    voices = told_apart()
    asked = EMPTY.but(phase=Phase.CONSENT, introducing=True)
    for name, voice, at_s in (("Anna", first, 100), ("Ben", second, 110)):
        sentence = attributed(voices, said(voice, seconds, at_s), asked).utterance
        assert (sentence.partner, sentence.either) == (None, False)
        voices.learn(Learn(name, (sentence,), unproven=True))
    return voices


def shared(voices: Voices, seconds: float = SHORT_S) -> State:
    """Anna has shared and Ben has mirrored, for so long each; nothing is confirmed."""
    message = attributed(voices, said(ANNAS, seconds, 0), EMPTY.but(phase=Phase.SHARE)).utterance
    reflect = EMPTY.but(phase=Phase.REFLECT, message=(message,))
    reflection = attributed(voices, said(BENS, seconds, 10), reflect).utterance
    return reflect.but(phase=Phase.CHECK, reflection=(reflection,))


def answers(voices: Voices, check: State, voice: Voice) -> list[tuple[str | None, bool]]:
    """Whose a yes is, five times: (partner, either)."""
    heard = [attributed(voices, said(voice, 0.6, 20 + 2 * n), check).utterance for n in range(5)]
    return [(each.partner, each.either) for each in heard]


def taken(found: list[tuple[str | None, bool]]) -> int:
    """How many of these yeses would be taken."""
    return sum(partner != "Ben" and not either for partner, either in found)


def test_after_a_short_exchange_the_listeners_yes_is_not_taken() -> None:
    """Without the sentences every yes is; the speaker's is not refused with them either."""
    without, voices = told_apart(), introduced(ANNAS, BENS)
    check = shared(without)
    assert taken(answers(without, check, BENS)) == 5
    check = shared(voices)
    assert taken(answers(voices, check, BENS)) == 0
    speakers = answers(voices, check, ANNAS)
    assert taken(speakers) >= 4 and ("Ben", False) not in speakers


@pytest.mark.parametrize("how", [how for how in BY if how != "as they are"])
@pytest.mark.parametrize("seconds", [0.5, SHORT_S, 2.4])
def test_sentences_of_the_wrong_ones_change_nothing(how: str, seconds: float) -> None:
    """They are no two voices together with what was shared and mirrored: as if never said."""
    plain, voices = told_apart(), introduced(*BY[how])
    check, as_before = shared(voices, seconds), shared(plain, seconds)
    for voice in (ANNAS, BENS):
        assert answers(voices, check, voice) == answers(plain, as_before, voice)


@pytest.mark.parametrize("between", [(140.0, 1.06), (150.0, 1.08), (160.0, 1.1)])
def test_no_yes_is_taken_that_would_not_have_been(between: Voice) -> None:
    """Also where the dialogue alone would ask for a sentence, and the sentences are sure."""
    plain, voices = told_apart(), introduced(ANNAS, BENS)
    check, as_before = shared(voices, 2.4), shared(plain, 2.4)
    for voice in (ANNAS, BENS, between):
        for now, before in zip(
            answers(voices, check, voice), answers(plain, as_before, voice), strict=True
        ):
            assert taken([now]) <= taken([before])


def test_one_sentence_alone_is_none() -> None:
    voices = told_apart()
    asked = EMPTY.but(phase=Phase.CONSENT, introducing=True)
    sentence = attributed(voices, said(BENS, 3.0, 110), asked).utterance
    voices.learn(Learn("Ben", (sentence,), unproven=True))
    assert taken(answers(voices, shared(voices), BENS)) == 5


def test_nobody_is_known_by_a_sentence_before_there_is_an_exchange() -> None:
    """Nor in a share or a mirror: there a wrong name would cost what was said."""
    voices = introduced(BENS, ANNAS, 8.0)
    share = EMPTY.but(phase=Phase.SHARE)
    for phase, state in (("share", share), ("check", EMPTY)):
        utterance = attributed(voices, said(ANNAS, 3.0, 0), state).utterance
        assert (utterance.partner, utterance.either) == (None, False), phase


def confirmed(voices: Voices, seconds: float) -> None:
    """The exchange was confirmed."""
    check = shared(voices, seconds)
    voices.learn(Learn("Anna", check.message))
    voices.learn(Learn("Ben", check.reflection))


@pytest.mark.parametrize("how", BY)
def test_what_the_first_confirmed_exchange_contradicts_is_forgotten(how: str) -> None:
    voices = introduced(*BY[how])
    confirmed(voices, SHORT_S)
    assert bool(voices._sentences._said) is (how == "as they are")


def test_they_are_forgotten_as_soon_as_enough_was_confirmed() -> None:
    voices = introduced(ANNAS, BENS)
    confirmed(voices, ENOUGH_S + 0.5)
    assert not voices._sentences._said


def test_at_the_end_they_are_forgotten() -> None:
    voices = introduced(ANNAS, BENS)
    voices.forget()
    assert not voices._sentences._said


def test_nothing_is_learned_of_them_where_nobody_agreed() -> None:
    voices = Voices()
    sentence = attributed(voices, said(ANNAS, 3.0, 0), EMPTY).utterance
    voices.learn(Learn("Anna", (sentence,), unproven=True))
    assert not voices._sentences._said
