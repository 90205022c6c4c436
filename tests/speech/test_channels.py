"""Whose it was by the louder channel: leaks and gains measured, and no answer in the middle."""

from __future__ import annotations

import numpy as np
import pytest

from voicecoach.speech.audio import FRAME, Frame
from voicecoach.speech.channels import (
    APART_DB,
    KEPT_S,
    LEAST_FRAMES,
    SAME_FRAMES,
    Crosstalk,
    Level,
    Levels,
    measured,
    spoken,
)
from voicecoach.speech.partners import SURE

NAMES = ("Anna", "Ben")
KNOWN = Crosstalk(12.0, -12.0, measured=True)


def levels(*parts: tuple[int, float]) -> tuple[list[Level], tuple[int, int]]:
    """So many frames of each difference, strayed by 1 dB, and the span they fill."""
    rng = np.random.default_rng(len(parts))
    found = []
    for count, difference in parts:
        for _ in range(count):
            half = (difference + rng.normal(0, 1)) / 2
            found.append(Level(len(found) * FRAME, -30 + half, -30 - half))
    return found, (0, len(found) * FRAME)


def owners(crosstalk: Crosstalk, *parts: tuple[int, float]) -> list[str | None]:
    return [one.whose.partner for one in spoken(*levels(*parts), crosstalk, NAMES)]


def frame(left_db: float, right_db: float, number: int, seed: int = 1) -> Frame:
    """One frame of noise, so loud in the one channel and in the other."""
    noise = np.random.default_rng(seed + number).normal(0, 1, FRAME)
    gains = 10 ** (np.array([[left_db], [right_db]]) / 20)
    channels = np.asarray(noise * gains, np.float32)
    return Frame(channels.mean(axis=0), number * FRAME, channels=channels)


def heard(*parts: tuple[int, float, float, float]) -> Levels:
    """Levels after parts of so many frames: left, right in dB, probability of speech."""
    kept, number = Levels(), 0
    for count, left, right, probability in parts:
        for _ in range(count):
            kept.push(frame(left, right, number), probability)
            number += 1
    return kept


@pytest.mark.parametrize("seconds", [0.3, 1.0, 10.0])
def test_the_louder_channel_is_the_speaker(seconds: float) -> None:
    """Before anything is known and after it."""
    frames = round(seconds * 31)
    for crosstalk in (Crosstalk(), KNOWN):
        assert owners(crosstalk, (frames, 12.0)) == ["Anna"]
        assert owners(crosstalk, (frames, -12.0)) == ["Ben"]


def test_a_little_louder_says_nothing_before_the_leaks_are_known() -> None:
    """One gain may be above the other."""
    (stretch,) = spoken(*levels((60, 3.0)), Crosstalk(), NAMES)
    assert (stretch.whose.partner, stretch.whose.apart, stretch.neither) == (None, False, False)


def test_unlike_gains_are_taken_out() -> None:
    """Ben is louder in Anna's microphone than in his own, and less so than she is."""
    crosstalk = measured([31.0, 30.0, 32.0], [9.0, 8.0])
    assert owners(crosstalk, (40, 31.0)) == ["Anna"]
    assert owners(crosstalk, (40, 9.0)) == ["Ben"]


@pytest.mark.parametrize("difference_db", [-4.0, 0.0, 4.0])
def test_what_lies_in_the_middle_is_neither_ones(difference_db: float) -> None:
    """A third voice is about as near to the one as to the other."""
    (stretch,) = spoken(*levels((40, difference_db)), KNOWN, NAMES)
    assert (stretch.whose.partner, stretch.neither, stretch.both) == (None, True, False)


@pytest.mark.parametrize("right_db", [12.0 - APART_DB + 1, 12.0, 25.0])
def test_microphones_that_hear_both_alike_tell_nobody(right_db: float) -> None:
    """Too near to each other, or swapped: nothing is made of it."""
    crosstalk = measured([12.0], [right_db])
    for difference in (30.0, 12.0, 0.0, -30.0):
        (stretch,) = spoken(*levels((40, difference)), crosstalk, NAMES)
        assert (stretch.whose.partner, stretch.whose.apart, stretch.neither) == (None, False, False)


def test_the_middle_of_a_partner_is_surely_theirs() -> None:
    """Half a second at their usual difference is enough to take it out of another's message."""
    (stretch,) = spoken(*levels((16, -12.0)), KNOWN, NAMES)
    assert stretch.whose.margin >= SURE


def test_too_little_tells_nothing() -> None:
    """Two frames are no voice; where the two are told apart that is told too."""
    (stretch,) = spoken(*levels((LEAST_FRAMES - 1, 12.0)), KNOWN, NAMES)
    assert (stretch.whose.partner, stretch.whose.apart) == (None, True)
    assert spoken([], (0, FRAME), Crosstalk(), NAMES)[0].whose.partner is None


def test_a_turn_is_parted_where_the_speaker_changes() -> None:
    """One, the other, the first again; each stretch ends where the next begins."""
    parts = spoken(*levels((40, 12.0), (12, -12.0), (30, 12.0)), KNOWN, NAMES)
    assert [part.whose.partner for part in parts] == ["Anna", "Ben", "Anna"]
    assert parts[0].start == 0 and parts[-1].end == 82 * FRAME
    assert parts[0].end == parts[1].start == pytest.approx(40 * FRAME, abs=2 * FRAME)
    assert parts[1].end == parts[2].start == pytest.approx(52 * FRAME, abs=2 * FRAME)
    assert [round(part.difference_db or 0) for part in parts] == [12, -12, 12]


def test_both_at_a_time_are_not_parted() -> None:
    """Frames of the one, of the other and between them, in no order."""
    mixed = [(2, 12.0), (2, 0.0), (2, -12.0), (1, 3.0)] * 8
    (stretch,) = spoken(*levels(*mixed), KNOWN, NAMES)
    assert (stretch.whose.partner, stretch.both, stretch.neither) == (None, True, False)


def test_a_stretch_that_is_partly_both_is_not_parted_and_marked() -> None:
    """Where the second begins before the first has ended the change is not certain."""
    (stretch,) = spoken(*levels((14, -12.0), (16, 0.0), (14, 12.0)), KNOWN, NAMES)
    assert (stretch.whose.partner, stretch.both) == (None, True)


def test_what_is_long_not_clear_in_a_long_turn_is_marked_and_named() -> None:
    """Somebody speaks into it for half a second."""
    (stretch,) = spoken(*levels((60, 12.0), (14, 1.0), (60, 12.0)), KNOWN, NAMES)
    assert (stretch.whose.partner, stretch.both) == ("Anna", True)


def test_only_what_is_loud_in_the_one_or_the_other_counts() -> None:
    """What is left of a word in the room comes to both alike, whatever their gains are."""
    found, span = levels((20, 31.0))
    tail = [Level(20 * FRAME, -50.0, -70.0) for _ in range(12)]
    (stretch,) = spoken([*found, *tail], span, measured([31.0], [9.0]), NAMES)
    assert (stretch.whose.partner, stretch.both) == ("Anna", False)


def test_levels_are_above_the_noise_of_each_channel() -> None:
    """A hum in Ben's microphone does not make him the speaker."""
    kept = heard((80, -70, -35, 0.0), (40, -25, -37, 0.9))
    differences = [level.difference_db for level in kept.between(0, 200 * FRAME)]
    assert len(differences) > 20
    assert np.median(differences) > 12


def test_levels_keep_what_is_speech_and_loud_enough() -> None:
    """Silence, what is no speech, and frames of one channel are left out; a part can be asked."""
    kept = heard((40, -60, -60, 0.0), (20, -20, -32, 0.9), (10, -20, -32, 0.3), (9, -58, -58, 0.9))
    assert [level.position // FRAME for level in kept.between(0, 200 * FRAME)] == list(
        range(40, 60)
    )
    assert len(kept.between(45 * FRAME, 50 * FRAME)) == 5
    kept.push(Frame(np.ones(FRAME, np.float32), 300 * FRAME), 0.9)
    assert len(kept.between(0, 400 * FRAME)) == 20
    kept.forget()
    assert kept.between(0, 400 * FRAME) == []


def test_levels_of_long_ago_are_gone() -> None:
    """An evening takes no more memory than a few minutes."""
    kept = Levels()
    for number in range(20):
        kept.push(frame(-20, -30, number), 0.9)
    assert kept._frames.maxlen == round(KEPT_S * 16_000 / FRAME)


def test_one_microphone_in_both_channels_is_noticed() -> None:
    """A mono device that is given out as stereo."""
    assert heard((SAME_FRAMES + 1, -20, -20, 0.9)).same
    assert not heard((SAME_FRAMES - 2, -20, -20, 0.9)).same
    assert not heard((1, -20, -21, 0.9), (2 * SAME_FRAMES, -20, -20, 0.9)).same
