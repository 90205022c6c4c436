"""The mouth: waits for silence, never talks into words, and leaves the ear deaf to itself."""

from __future__ import annotations

from voicecoach.coach.speaking import TAIL_S, Mouth
from voicecoach.dialogue.messages import Announce, Announced, Announcing
from voicecoach.engines.scripted import SilentVoice
from voicecoach.engines.soundfiles import SilentLoudspeaker
from voicecoach.speech.audio import FRAME, RATE

NAMES = (("speaker", "Anna"), ("listener", "Ben"))
CHECK = Announce("check", "Anna", NAMES, after_s=0.9, optional=True)
BEGIN = Announce("begin", "Anna", NAMES)


def test_it_waits_for_its_silence() -> None:
    """An announcement is due only after so much quiet, and never while somebody talks."""
    mouth = Mouth(SilentVoice(), SilentLoudspeaker())
    mouth.say(CHECK)
    assert mouth.tick(FRAME, quiet_s=0.5, busy=False) is None
    assert mouth.tick(FRAME, quiet_s=2.0, busy=True) is None
    assert mouth.tick(FRAME, quiet_s=0.9, busy=False) == Announcing("check")


def test_it_is_deaf_over_the_samples_played_and_the_tail() -> None:
    """Half duplex by samples, not by a guess."""
    voice = SilentVoice()
    mouth = Mouth(voice, SilentLoudspeaker())
    mouth.say(BEGIN)
    deaf = 0
    ended_at = None
    for frame in range(1000):
        change = mouth.tick(FRAME, 5.0, False)
        if change == Announced("begin"):
            ended_at = frame
        deaf += mouth.deaf
    samples, rate = voice.speak(mouth.text(BEGIN))
    expected = len(samples) / rate + TAIL_S
    assert ended_at is not None
    assert abs(deaf * FRAME / RATE - expected) < 3 * FRAME / RATE
    assert not mouth.deaf


def test_one_after_the_other() -> None:
    """Two announcements never overlap."""
    mouth = Mouth(SilentVoice(), SilentLoudspeaker())
    mouth.say(BEGIN)
    mouth.say(CHECK)
    changes = [c for _ in range(2000) if (c := mouth.tick(FRAME, 5.0, False)) is not None]
    assert changes == [
        Announcing("begin"),
        Announced("begin"),
        Announcing("check"),
        Announced("check"),
    ]


def test_without_a_voice_nothing_is_deaf() -> None:
    """`--quiet` prints: no sample is played, so none is missed."""
    mouth = Mouth(None, SilentLoudspeaker())
    mouth.say(BEGIN)
    assert mouth.tick(FRAME, 0.0, False) == Announcing("begin")
    assert mouth.tick(FRAME, 0.0, False) == Announced("begin")
    assert not mouth.deaf


def test_hushed_in_the_middle() -> None:
    """ "Pause" stops the sentence; its end is reported once."""
    loudspeaker = SilentLoudspeaker()
    mouth = Mouth(SilentVoice(), loudspeaker)
    mouth.say(BEGIN)
    mouth.tick(FRAME, 0.0, False)
    assert mouth.hush() == Announced("begin")
    assert not loudspeaker.playing
    assert mouth.hush() is None


def test_only_what_may_not_be_dropped_is_waited_for() -> None:
    """A session does not end before its thanks, but does before an idle prompt."""
    mouth = Mouth(SilentVoice(), SilentLoudspeaker())
    mouth.say(CHECK)
    assert not mouth.waiting
    mouth.say(BEGIN)
    assert mouth.waiting
    mouth.drop_pending()
    assert not mouth.waiting


def test_an_aside_is_spoken_into_a_pause_of_a_turn() -> None:
    """It overtakes what waits for the end of the turn, and waits for a pause itself."""
    mouth = Mouth(SilentVoice(), SilentLoudspeaker())
    mouth.say(Announce("reflect", "Ben", NAMES, 2.4))
    mouth.say(Announce("offer_mirror", "both", NAMES, aside=True))
    assert mouth.tick(512, 0.2, True) is None
    assert mouth.tick(512, 0.6, True) == Announcing("offer_mirror")
    mouth.hush()
    assert mouth.tick(512, 9.0, True) is None
    assert mouth.tick(512, 2.5, False) == Announcing("reflect")
