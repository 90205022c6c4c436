"""Where the voice changes in a turn: cut at a pause where that is sure, marked where it is not."""

from __future__ import annotations

import numpy as np
import pytest

from tests.speech.voices import HIGH, LOW, clip, talk
from voicecoach.speech.audio import RATE, Clip, Samples
from voicecoach.speech.cepstra import cepstra
from voicecoach.speech.changes import LEAST_HEARD_S, Stretch, _surely, spoken, voice_in
from voicecoach.speech.partners import Attribution, Partners

ROOM = round(0.4 * RATE)
"""What `talk` has before and after the voice."""

Voice = tuple[float, float]


def acquainted(seconds: float = 8.0) -> Partners:
    """Anna, high, and Ben, low, after so many seconds of each."""
    partners = Partners("Anna", "Ben")
    partners.learn("Anna", cepstra(clip(HIGH, seconds, 1)))
    partners.learn("Ben", cepstra(clip(LOW, seconds, 2)))
    return partners


def said(*lines: tuple[Voice, float], pause_s: float = 0.3) -> tuple[Samples, list[int]]:
    """The lines one after the other, and where each begins; 0.4 s of room around them."""
    rng = np.random.default_rng(7)
    sounds = [talk(v, s, 20 + at, 0.0)[ROOM:-ROOM] for at, (v, s) in enumerate(lines)]
    parts, begins, at = [np.zeros(ROOM)], [], ROOM
    for sound in sounds:
        begins.append(at)
        parts += [sound, np.zeros(round(pause_s * RATE))]
        at += len(sound) + round(pause_s * RATE)
    whole = np.concatenate([*parts, np.zeros(ROOM)])
    return np.asarray(whole + rng.normal(0, 1e-4, len(whole)), np.float32), begins


def heard(partners: Partners, samples: Samples, position: int = 0) -> tuple[Stretch, ...]:
    span = position + ROOM, position + len(samples) - ROOM
    return spoken(Clip(samples, position), span, partners)


def owners(stretches: tuple[Stretch, ...]) -> list[str | None]:
    return [each.whose.partner for each in stretches]


@pytest.mark.parametrize("pause_s", [0.2, 0.6])
@pytest.mark.parametrize("seconds", [(2.0, 0.6), (0.6, 2.0), (2.0, 2.0)])
def test_a_turn_is_cut_in_the_pause_where_the_voice_changes(
    seconds: tuple[float, float], pause_s: float
) -> None:
    """Whoever is first; each stretch has its owner, and together they are the turn."""
    for first, second, names in ((HIGH, LOW, ["Anna", "Ben"]), (LOW, HIGH, ["Ben", "Anna"])):
        lines = (first, seconds[0]), (second, seconds[1])
        samples, begins = said(*lines, pause_s=pause_s)
        stretches = heard(acquainted(), samples, position=3 * RATE)
        assert owners(stretches) == names
        cut = stretches[0].end - 3 * RATE
        assert begins[1] - pause_s * RATE < cut < begins[1]
        assert stretches[0].start == 3 * RATE + ROOM
        assert stretches[1].start == stretches[0].end
        assert stretches[1].end == 3 * RATE + len(samples) - ROOM


def test_what_is_thrown_in_is_a_stretch_of_its_own() -> None:
    """The one, the other, and the one again."""
    samples, _ = said((HIGH, 2.0), (LOW, 0.8), (HIGH, 2.0))
    stretches = heard(acquainted(), samples)
    assert owners(stretches) == ["Anna", "Ben", "Anna"]
    voice = voice_in([stretches[0], stretches[2]])
    assert len(voice) == len(stretches[0].voice) + len(stretches[2].voice)


def test_pauses_of_one_voice_are_no_change() -> None:
    """However many there are."""
    for voice, name in ((HIGH, "Anna"), (LOW, "Ben")):
        samples, _ = said(*[(voice, 0.5)] * 6)
        (whole,) = heard(acquainted(), samples)
        assert (whole.whose.partner, whole.both) == (name, False)
        assert (whole.start, whole.end) == (ROOM, len(samples) - ROOM)


def test_a_change_without_a_pause_is_marked_and_nobodys() -> None:
    """It is sure that both speak and not when: no name, and no cut."""
    samples, _ = said((HIGH, 1.5), (LOW, 1.5), pause_s=0.0)
    (whole,) = heard(acquainted(), samples)
    assert whole.both
    assert whole.whose.partner is None


def test_a_stretch_that_is_not_sure_is_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather one turn of both than words given to the wrong one."""
    samples, _ = said((HIGH, 2.0), (LOW, 0.6))
    monkeypatch.setattr("voicecoach.speech.changes.SURE", 1e9)
    (whole,) = heard(acquainted(), samples)
    assert whole.both


def test_a_stretch_in_which_the_voice_changes_too_is_not_cut_off() -> None:
    """The pause after Ben's first words is not where Anna began."""
    bens, _ = said((LOW, 0.6), (LOW, 0.4))
    annas, _ = said((HIGH, 2.0))
    whole = np.concatenate([bens[: -ROOM - round(0.3 * RATE)], annas[ROOM:]])
    (one,) = heard(acquainted(), whole)
    assert one.both


def test_a_few_loud_frames_are_no_voice() -> None:
    """Most frames of a stretch must speak for its owner, and there must be enough of them."""
    anna = Attribution("Anna", 9.0, "Anna", apart=True)
    clear, mixed = np.full(40, 0.3), np.array([0.6] * 20 + [-0.05] * 20)
    assert _surely(anna, 0, clear, acquainted())
    assert not _surely(anna, 0, mixed, acquainted())
    assert not _surely(anna, 0, clear[:19], acquainted())
    assert not _surely(anna, 1, -clear, acquainted())


def test_nothing_is_cut_before_enough_was_heard_of_both() -> None:
    """What an answer may be judged by does not cut a turn."""
    samples, _ = said((HIGH, 2.0), (LOW, 2.0))
    (whole,) = heard(acquainted(LEAST_HEARD_S - 0.5), samples)
    assert not whole.both
    assert len(heard(acquainted(LEAST_HEARD_S + 0.5), samples)) == 2


def test_one_voice_under_two_names_is_never_cut() -> None:
    """If they are not two voices, nothing changes from the one to the other."""
    partners = Partners("Anna", "Ben")
    partners.learn("Anna", cepstra(clip(LOW, 8.0, 100)))
    partners.learn("Ben", cepstra(clip(LOW, 8.0, 200)))
    samples, _ = said((HIGH, 2.0), (LOW, 2.0))
    (whole,) = heard(partners, samples)
    assert not whole.both


@pytest.mark.parametrize("seconds", [0.01, 0.05, 0.3])
def test_too_short_a_turn_is_one(seconds: float) -> None:
    """Nothing to cut, and nothing to fail on."""
    (whole,) = heard(acquainted(), talk(LOW, seconds, 5))
    assert not whole.both
