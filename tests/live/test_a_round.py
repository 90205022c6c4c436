"""The live path through a virtual sound card, with the loudspeaker aimed at the microphone.

Everything the coach says comes back into its microphone at full level; the partners speak after
it, in turns cut from a sample. Nothing of the coach's own voice may become a turn.
"""

from __future__ import annotations

import signal
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.live.talking import Talk, after, answered, cut
from tests.virtual_soundcard import VirtualSoundcard
from voicecoach.engines.voices.espeak import Espeak

pytestmark = [pytest.mark.live, pytest.mark.slow]


def test_a_whole_round_is_led_live(
    card: VirtualSoundcard, environment: dict[str, str], tmp_path: Path
) -> None:
    """Microphone, loudspeaker, both partners; the coach's own voice is never a turn."""
    card.return_loudspeaker_to_microphone()
    card.record_loudspeaker(tmp_path / "coach.wav")
    talk = Talk(environment, "--names", "Anna", "Ben", "--consent", "words", "--rounds", "1")
    try:
        after(talk.until(kind="announce", key="begin"))
        card.speak_into_microphone(cut("clean", 0, tmp_path / "share.wav"))
        after(talk.until(kind="announce", key="reflect"))
        card.speak_into_microphone(cut("clean", 1, tmp_path / "mirror.wav"))
        talk.until(kind="phase", phase="check")
        said = 2 + answered(talk, card, cut("clean", 2, tmp_path / "yes.wav"), "more")
        said += answered(talk, card, cut("clean", 4, tmp_path / "no.wav"), "close")
        ended = talk.until(kind="ended", outcome="done")
        assert talk.process.wait(20) == 0
    finally:
        talk.end()
    phases = [line["phase"] for line in talk.kinds("phase")]
    assert phases == ["share", "reflect", "check", "more", "close", "done"]
    assert 4 <= len(talk.kinds("turn")) <= said, [line["text"] for line in talk.kinds("turn")]
    assert ended["session"]
    _coach_was_heard(card.stop_recording(), talk)


def _coach_was_heard(recorded: Path, talk: Talk) -> None:
    """What came out of the loudspeaker sounds as long as the announcements are."""
    with wave.open(str(recorded)) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16) / 32768
    blocks = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    loud_s = float((np.abs(blocks).max(axis=1) > 0.01).sum()) * 0.02
    voice = Espeak("en")
    spoken_s = 0.0
    for line in talk.kinds("announce"):
        samples, rate = voice.speak(line["text"])
        blocks = samples[: len(samples) // 441 * 441].reshape(-1, 441)
        spoken_s += float((np.abs(blocks).max(axis=1) > 0.01).sum()) * 441 / rate
    assert 0.9 < loud_s / spoken_s < 1.1, (loud_s, spoken_s)


def test_the_coachs_own_voice_is_no_turn(
    card: VirtualSoundcard, environment: dict[str, str]
) -> None:
    """Two people who say nothing: announcements come back at full level, and nothing is heard."""
    card.return_loudspeaker_to_microphone()
    talk = Talk(environment, "--names", "Anna", "Ben", "--consent", "ask")
    try:
        after(talk.until(kind="announce", key="consent_first"))
        after(talk.until(kind="announce", key="consent_again"))
        after(talk.until(kind="announce", key="share_not_kept"))
        talk.process.send_signal(signal.SIGINT)
        talk.until(kind="ended", outcome="interrupted")
        assert talk.process.wait(20) == 130
    finally:
        talk.end()
    assert talk.kinds("turn") == []
    assert not list(Path(environment["VOICECOACH_DATA"]).glob("*.sqlite3*"))


def test_the_second_coach_is_told_that_the_microphone_is_taken(
    card: VirtualSoundcard, environment: dict[str, str]
) -> None:
    """Two live runs at once: exit 3, and the first goes on."""
    talk = Talk(environment, "--names", "Anna", "Ben", "--consent", "nothing")
    try:
        talk.until(kind="announce", key="begin")
        second = Talk(environment, "--names", "Cleo", "Dan", "--consent", "nothing")
        assert second.process.wait(20) == 3
        assert second.process.stderr is not None
        assert "taken" in second.process.stderr.read()
        assert talk.process.poll() is None
    finally:
        talk.end()
