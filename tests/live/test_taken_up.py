"""A live talk whose program is killed goes on with the next start, at the same step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.talking import Talk, after, answered, cut
from tests.virtual_soundcard import VirtualSoundcard

pytestmark = [pytest.mark.live, pytest.mark.slow]


def test_killed_after_the_share_it_awaits_the_mirror(
    card: VirtualSoundcard, environment: dict[str, str], tmp_path: Path
) -> None:
    """The words are said again; none of the coach's own become a turn; the round is led on."""
    card.return_loudspeaker_to_microphone()
    first = Talk(environment, "--names", "Anna", "Ben", "--consent", "words", "--rounds", "1")
    try:
        after(first.until(kind="announce", key="begin"))
        card.speak_into_microphone(cut("clean", 0, tmp_path / "share.wav"))
        first.until(kind="phase", phase="reflect")
    finally:
        first.end()
    shared = first.kinds("turn")[0]["text"]
    talk = Talk(environment, "--resume")
    try:
        began = talk.until(kind="began")
        assert began["resumed"] and began["names"] == ["Anna", "Ben"]
        recap = talk.until(kind="announce", key="recap_reflect")
        assert shared in recap["text"]
        after(talk.until(kind="announce", key="resume_reflect"))
        card.speak_into_microphone(cut("clean", 1, tmp_path / "mirror.wav"))
        talk.until(kind="phase", phase="check")
        assert talk.kinds("fidelity") or talk.until(kind="fidelity")
        answered(talk, card, cut("clean", 2, tmp_path / "yes.wav"), "more")
        answered(talk, card, cut("clean", 4, tmp_path / "no.wav"), "close")
        ended = talk.until(kind="ended", outcome="done")
        assert talk.process.wait(20) == 0
    finally:
        talk.end()
    assert ended["session"]
    assert not any("interrupted" in turn["text"] for turn in talk.kinds("turn"))
