"""A practice live, through a virtual sound card, with the loudspeaker aimed at the microphone.

The statement comes back into the microphone at full level: it must be no mirror of itself.
"""

from __future__ import annotations

import json
import signal
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.coach.answers_spoken import missing_voices, spoken
from tests.live.talking import Talk, after
from tests.virtual_soundcard import RATE, VirtualSoundcard

pytestmark = [
    pytest.mark.live,
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_voices()), reason=missing_voices()),
]

STATEMENT = "I was worried when you did not call last night."
MIRROR = "You were worried when I did not call last night."


class Practised(Talk):
    """`voicecoach practice` in a process."""

    leads = ("practice",)


def said(text: str, wav: Path) -> Path:
    """A text as the trainee says it."""
    with wave.open(str(wav), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        file.writeframes((spoken(text, "rms") * 32767).astype(np.int16).tobytes())
    return wav


def rated(talk: Talk, card: VirtualSoundcard, wav: Path) -> int:
    """Say a rating until it is understood, as people do when they are asked again; how often."""
    for takes in range(1, 4):
        card.speak_into_microphone(wav)
        while True:
            line = talk.until()
            if line["kind"] == "rated":
                return takes
            if line.get("key") == "practice_rate_plainly":
                after(line)
                break
    pytest.fail("asked three times, and never rated")


def test_a_statement_is_mirrored_live(
    card: VirtualSoundcard, environment: dict[str, str], tmp_path: Path
) -> None:
    """Heard, mirrored, rated, scored; then Ctrl-C sums it up, and nothing is remembered."""
    card.return_loudspeaker_to_microphone()
    own = tmp_path / "own.toml"
    own.write_text(f"[[level]]\nstatements = {json.dumps([STATEMENT] * 2)}\n", encoding="utf-8")
    talk = Practised(environment, "--statements", str(own), "--voice", "espeak")
    try:
        after(talk.until(kind="announce", key="practice_statement"))
        card.speak_into_microphone(said(MIRROR, tmp_path / "mirror.wav"))
        after(talk.until(kind="announce", key="practice_rate"))
        takes = rated(talk, card, said("number nine", tmp_path / "nine.wav"))
        score = talk.until(kind="fidelity")
        talk.process.send_signal(signal.SIGINT)
        summary = talk.until(kind="summary")
        talk.until(kind="ended", outcome="interrupted")
        assert talk.process.wait(20) == 130
    finally:
        talk.end()
    assert talk.kinds("rated")[0]["own"] == 9
    assert score["score"] >= 75 and score["message"] == STATEMENT
    assert summary["mirrors"] == 1
    assert len(talk.kinds("turn")) == 1 + takes, [line["text"] for line in talk.kinds("turn")]
    assert not list(Path(environment["VOICECOACH_DATA"]).glob("*.sqlite3*"))
