"""Whose voice: the two compared with each other, and no answer where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from tests.speech.voices import HIGH, LOW, clip
from voicecoach.speech.audio import RATE, Clip, joined
from voicecoach.speech.cepstra import FRAMES_PER_S, cepstra
from voicecoach.speech.mixture import Mixture
from voicecoach.speech.partners import LEAST_S, MOST_S, UNKNOWN, Attribution, Partners


def acquainted(first=HIGH, second=LOW, seconds: float = 6.0) -> Partners:  # type: ignore[no-untyped-def]
    """Anna and Ben after so many seconds of each."""
    partners = Partners("Anna", "Ben")
    partners.learn("Anna", cepstra(clip(first, seconds, 1)))
    partners.learn("Ben", cepstra(clip(second, seconds, 2)))
    return partners


@pytest.mark.parametrize("seconds", [0.5, 1.0, 3.0])
def test_two_voices_are_told_apart(seconds: float) -> None:
    """From half a second on, each is known by name."""
    partners = acquainted()
    for seed in range(5):
        for name, voice in (("Anna", HIGH), ("Ben", LOW)):
            said = partners.whose(cepstra(clip(voice, seconds, 10 + seed)))
            assert (said.partner, said.nearer) == (name, name)


def test_nobody_is_known_before_both_have_spoken() -> None:
    """Without enough of the other there is nothing to compare with."""
    partners = Partners("Anna", "Ben")
    yes = cepstra(clip(HIGH, 1.0, 3))
    assert partners.whose(yes) == UNKNOWN
    partners.learn("Anna", cepstra(clip(HIGH, 6.0, 1)))
    assert partners.whose(yes) == UNKNOWN
    partners.learn("Ben", cepstra(clip(LOW, LEAST_S / 2, 2)))
    assert partners.whose(yes) == UNKNOWN


def test_one_voice_under_two_names_is_nobodys() -> None:
    """If both turns were one person's, nothing may be made of it."""
    for seed in range(8):
        partners = Partners("Anna", "Ben")
        partners.learn("Anna", cepstra(clip(LOW, 6.0, 100 + seed)))
        partners.learn("Ben", cepstra(clip(LOW, 6.0, 200 + seed)))
        yes = cepstra(clip(LOW, 1.0, 300 + seed))
        assert partners.whose(yes).partner is None
        assert partners.evidence(yes) is None


def test_the_evidence_of_half_a_second_adds_up_to_its_margin() -> None:
    """Positive for the first, negative for the second; none too early."""
    for voice, sign in ((HIGH, 1), (LOW, -1)):
        half = cepstra(clip(voice, 1.0, 3))[: FRAMES_PER_S // 2]
        evidence = acquainted().evidence(half)
        assert evidence is not None
        assert evidence.sum() == pytest.approx(sign * acquainted().whose(half).margin)
    assert acquainted(seconds=LEAST_S / 2).evidence(half) is None


def test_who_it_may_be_as_well() -> None:
    """Between two voices, either; between what is hardly two, only the one it is more like."""
    assert Attribution(None, 1.0, "Anna", apart=True).may_be_other("Anna")
    assert Attribution(None, 1.0, "Ben", apart=True).may_be_other("Anna")
    assert not Attribution(None, 0.2, "Anna").may_be_other("Anna")
    assert Attribution(None, 0.2, "Ben").may_be_other("Anna")
    assert not UNKNOWN.may_be_other("Anna")
    assert not Attribution("Ben", 5.0, "Ben", apart=True).may_be_other("Anna")


def test_longer_is_more_certain_and_too_short_is_nothing() -> None:
    """The margin grows with the time that was heard."""
    partners = acquainted()
    long = cepstra(clip(HIGH, 2.0, 5))
    assert partners.whose(long).margin > partners.whose(long[:30]).margin
    assert partners.whose(long[: FRAMES_PER_S // 10]) == UNKNOWN


def test_the_order_of_the_names_changes_nothing() -> None:
    """Neither partner is the rule and the other the exception."""
    yes = cepstra(clip(LOW, 1.0, 4))
    mirrored = Partners("Ben", "Anna")
    mirrored.learn("Ben", cepstra(clip(LOW, 6.0, 2)))
    mirrored.learn("Anna", cepstra(clip(HIGH, 6.0, 1)))
    one, other = acquainted().whose(yes), mirrored.whose(yes)
    assert one.partner == other.partner == "Ben"
    assert one.margin == pytest.approx(other.margin, rel=0.2)


def test_the_same_frames_give_the_same_answer() -> None:
    """Nothing is left to chance."""
    yes = cepstra(clip(LOW, 1.0, 4))
    assert acquainted().whose(yes) == acquainted().whose(yes)


def test_a_copy_learns_alone() -> None:
    """What is learned on trial is forgotten with the copy."""
    partners = acquainted()
    copy = partners.copy()
    copy.learn("Anna", cepstra(clip(HIGH, 2.0, 9)))
    assert copy.heard_s("Anna") > partners.heard_s("Anna")


def test_only_the_latest_is_kept() -> None:
    """An evening of talk takes no more memory than its last minute."""
    partners = Partners("Anna", "Ben")
    for seed in range(12):
        partners.learn("Anna", cepstra(clip(HIGH, 6.0, seed)))
    assert MOST_S <= partners.heard_s("Anna") < MOST_S + 7


def test_only_the_voiced_parts_count() -> None:
    """The room around and between the pieces is nobody's voice."""
    one, two = clip(HIGH, 1.0, 1), Clip(clip(HIGH, 1.0, 2).samples, 3 * RATE)
    whole = cepstra(joined([one, two]))
    assert len(whole) == pytest.approx(2 * FRAMES_PER_S, rel=0.15)
    assert np.isfinite(whole).all()
    first = cepstra(joined([one, two]), 0.4, 1.4)
    assert len(first) == pytest.approx(FRAMES_PER_S, rel=0.15)


@pytest.mark.parametrize("samples", [0, 100, 8000])
def test_nothing_is_no_voice(samples: int) -> None:
    """Silence, and clips too short to hold anything, give no frames."""
    assert len(cepstra(Clip(np.zeros(samples, np.float32), 0))) == 0


def test_a_mixture_finds_what_it_was_made_of() -> None:
    """Golden: frames near two centres are likelier there than between them."""
    rng = np.random.default_rng(1)
    frames = np.concatenate([rng.normal(-3, 1, (200, 2)), rng.normal(3, 1, (200, 2))])
    mixture = Mixture(frames, 2)
    near, between = mixture.log_likelihood(np.array([[3.0, 3.0], [0.0, 0.0]]))
    # Half of a unit Gaussian in two dimensions: log(1 / 2 / (2 pi)) = -2.53 at its centre.
    assert near == pytest.approx(-2.53, abs=0.25)
    assert between < near - 5


def test_a_voice_far_from_both_is_nobodys() -> None:
    """A child's high voice is nearer to the one than to the other, and neither's."""
    partners = acquainted()
    child = (320.0, 1.55)
    for seed in range(5):
        said = partners.whose(cepstra(clip(child, 1.0, 40 + seed)))
        assert said.partner is None
        assert said.nearer is not None and said.apart
        assert said.may_be_other("Anna") and said.may_be_other("Ben")
