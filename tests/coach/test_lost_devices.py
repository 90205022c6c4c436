"""Devices lost in the middle of a dialogue: on at the same step, and nothing said is lost.

`(seconds, probability of speech)` is what the room does; the microphone is gone at its end, and
`then` are the next ones: from which second they can be opened, and what they hear.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.coach.lost_devices import LiveSession
from voicecoach.coach.devices import AWAY_LONGEST_S, RETRY_S
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Outcome
from voicecoach.errors import DeviceError
from voicecoach.session import record

GREETING = (12.0, 0.0)
"""Longer than the first announcement."""

SPEECH, QUIET = 0.9, 0.0
SHARED = [GREETING, (2.0, SPEECH), (8.0, QUIET)]
"""Anna shares, and Ben is asked what he heard."""

SHARE = "I was sad when you left."
MIRROR = "You were sad when I left."
BACK = (8.0, QUIET)
"""Long enough for "I can hear you again" and the question."""


def session(folder: Path, texts: list[str], **room: object) -> LiveSession:
    live = LiveSession(folder, texts=texts, **room)  # type: ignore[arg-type]
    live.stop_at = 120.0
    return live


def test_lost_between_two_turns_it_goes_on_at_the_same_step(tmp_path: Path) -> None:
    """Shown, said, opened, said again, asked again; the message is still there to be mirrored."""
    mirror = [BACK, (2.0, SPEECH), (8.0, QUIET)]
    live = session(tmp_path, [SHARE, MIRROR], parts=SHARED, then=[(30.0, mirror)])
    live.run()
    assert live.phases()[:3] == ["share", "reflect", "check"]
    assert live.said() == [SHARE, MIRROR]
    assert live.kinds("fidelity")[0]["score"] == 100
    at = live.asked().index("device_lost")
    assert live.asked()[at : at + 3] == ["device_lost", "device_back", "resume_reflect"]
    assert live.warnings()[:2] == ["device", "device_back"]
    kept = live.kept()
    assert record.replayed(kept, Imago()) == record.stored_commands(kept)


def test_the_clock_goes_on_while_nothing_is_heard(tmp_path: Path) -> None:
    """Positions and times stay those of the wall clock, to a frame."""
    mirror = [BACK, (2.0, SPEECH), (8.0, QUIET)]
    live = session(tmp_path, [SHARE, MIRROR], parts=SHARED, then=[(40.0, mirror)])
    live.run()
    for line in live.kinds("warning"):
        assert line["at_s"] == pytest.approx(line["wall"], abs=0.1)
    back = next(line for line in live.lines if line.get("code") == "device_back")
    turn = live.kinds("turn")[1]
    assert turn["start_s"] == pytest.approx(back["at_s"] + BACK[0], abs=0.1)


def test_it_is_tried_every_two_seconds_once_the_loss_has_been_said(tmp_path: Path) -> None:
    live = session(tmp_path, [SHARE], parts=SHARED, then=[(45.0, [BACK])])
    live.run()
    lost = next(line for line in live.kinds("announce") if line["key"] == "device_lost")
    tries = [at for at in live.room.begun if at < 45]
    assert tries[0] > lost["wall"] + 2  # it was spoken to its end
    between = [b - a for a, b in pairwise(tries)]
    assert len(between) >= 3
    assert all(RETRY_S <= gap < RETRY_S + 0.5 for gap in between), between


def test_a_share_that_was_cut_off_waits_for_its_other_half(tmp_path: Path) -> None:
    """Half a sentence is no share yet; with what follows it is one."""
    cut = [GREETING, (2.0, SPEECH)]
    rest = [BACK, (2.0, SPEECH), (8.0, QUIET)]
    live = session(tmp_path, ["I was sad", "when you left."], parts=cut, then=[(20.0, rest)])
    live.run()
    assert live.said() == [SHARE]
    assert live.phases()[:2] == ["share", "reflect"]
    assert "resume_share" in live.asked()
    notes = [entry.data for entry in live.kept().entries if entry.data["type"] == "CutOff"]
    assert [note["text"] for note in notes] == ["I was sad"]


def test_a_share_that_nobody_goes_on_with_was_all(tmp_path: Path) -> None:
    """After a silence in which the coach would have helped, it is taken as it is."""
    cut = [GREETING, (2.0, SPEECH)]
    live = session(tmp_path, ["I was sad"], parts=cut, then=[(20.0, [(40.0, QUIET)])])
    live.run()
    assert live.said() == ["I was sad"]
    assert live.phases()[:2] == ["share", "reflect"]
    assert not any(key.startswith("cue_share") for key in live.asked())


def test_a_command_after_the_return_is_a_command(tmp_path: Path) -> None:
    """ "Pause" is not the end of a sentence; the sentence waits for the end of the pause."""
    cut = [GREETING, (2.0, SPEECH)]
    rest = [BACK, (1.0, SPEECH), (7.0, QUIET), (1.0, SPEECH), (7.0, QUIET), (2.0, SPEECH), BACK]
    texts = ["I was sad", "pause", "go on", "when you left."]
    live = session(tmp_path, texts, parts=cut, then=[(20.0, rest)])
    live.run()
    assert live.phases()[:4] == ["share", "paused", "share", "reflect"]
    assert live.said()[-1] == SHARE


def test_an_answer_that_was_cut_off_is_no_answer(tmp_path: Path) -> None:
    """ "Yes" might have gone on as "yes, but": it is asked again, and only the next yes counts."""
    cut = [*SHARED, (2.0, SPEECH), (8.0, QUIET), (0.5, SPEECH), (0.1, QUIET)]
    again = [BACK, (0.5, SPEECH), (8.0, QUIET)]
    live = session(tmp_path, [SHARE, MIRROR, "Yes.", "Yes."], parts=cut, then=[(40.0, again)])
    live.run()
    replies = [(line["question"], line["answer"]) for line in live.kinds("reply")]
    assert replies == [("satisfied", "UNCLEAR"), ("satisfied", "YES")]
    assert live.phases()[:4] == ["share", "reflect", "check", "more"]
    more = next(line for line in live.kinds("phase") if line["phase"] == "more")
    back = next(line for line in live.lines if line.get("code") == "device_back")
    assert more["at_s"] > back["at_s"] + BACK[0]
    reasons = [line["reason"] for line in live.kinds("turn")]
    assert reasons == ["silence", "silence", "device", "silence"]


def test_an_answer_that_ended_before_the_loss_counts_although_its_words_come_late(
    tmp_path: Path,
) -> None:
    """No turn is lost that was already said: not for want of the recogniser's time either."""
    whole = [*SHARED, (2.0, SPEECH), (8.0, QUIET), (0.5, SPEECH), (2.0, QUIET)]
    live = session(tmp_path, [SHARE, MIRROR, "Yes."], parts=whole, then=[(50.0, [BACK])], slow=70)
    live.run()
    assert live.said() == [SHARE, MIRROR, "Yes."]
    assert live.kinds("reply")[-1]["answer"] == "YES"
    assert live.phases()[:4] == ["share", "reflect", "check", "more"]
    asked = live.asked()
    assert asked.index("device_lost") < asked.index("more")  # said when somebody can answer


def test_without_a_microphone_for_long_the_session_ends_in_order(tmp_path: Path) -> None:
    """Interrupted, exit 3; what was begun is kept as a turn, and it can be gone on with."""
    live = session(tmp_path, ["I was sad"], parts=[GREETING, (2.0, SPEECH)])
    live.stop_at = 1e9
    assert live.run() is Outcome.INTERRUPTED
    assert isinstance(live.coach.failure, DeviceError)
    assert live.coach.failure.exit_code == 3
    assert "10 minutes" in str(live.coach.failure)
    assert live.wall.at_s == pytest.approx(14 + AWAY_LONGEST_S, abs=5)
    assert live.asked().count("device_lost") == 1
    kept = live.kept()
    assert not kept.running
    assert [turn.utterance.text for turn in record.turns(kept)] == ["I was sad"]


@pytest.mark.parametrize("stop_at", [20.1, 21.0, 24.0, 60.0])
def test_it_can_be_ended_while_there_is_no_microphone(tmp_path: Path, stop_at: float) -> None:
    """Ctrl-C, also in the middle of an attempt."""
    live = session(tmp_path, [SHARE], parts=SHARED)
    live.stop_at = stop_at
    assert live.run() is Outcome.INTERRUPTED
    assert live.coach.failure is None
    assert live.wall.at_s < stop_at + 0.5
    assert not live.kept().running


def test_a_silence_without_a_microphone_is_nobodys(tmp_path: Path) -> None:
    """No cue and no pause come of it."""
    live = session(tmp_path, [SHARE], parts=SHARED, then=[(110.0, [BACK])])
    live.run()
    assert not any(key.startswith("cue") for key in live.asked())
    assert "paused" not in live.phases()


def test_sound_that_was_lost_in_an_answer_makes_it_none(tmp_path: Path) -> None:
    """An overflow moves the clock, is kept, and "[...] yes" is asked again."""
    parts = [*SHARED, (2.0, SPEECH), (8.0, QUIET), (0.5, SPEECH), (8.0, QUIET)]
    for lost, answer in ((0.0, "YES"), (0.4, "UNCLEAR")):
        folder = tmp_path / answer
        folder.mkdir()
        live = session(folder, [SHARE, MIRROR, "Yes."], parts=parts)
        if lost:
            yes_at = round(sum(seconds for seconds, _ in parts[:-2]) / 0.032)
            live.microphone.lose[yes_at - 3] = int(lost * 16_000)
        live.stop_at = 42.0
        live.run()
        assert live.kinds("reply")[0]["answer"] == answer
        notes = [e.data for e in live.kept().entries if e.data["type"] == "Lost"]
        assert [note["seconds"] for note in notes] == ([lost] if lost else [])
        assert ("overflow" in live.warnings()) is bool(lost)
        assert live.kinds("ended")[0]["at_s"] == pytest.approx(live.wall.at_s + lost, abs=0.1)


def test_a_lost_loudspeaker_is_shown_tried_and_speaks_again(tmp_path: Path) -> None:
    """The microphone hears on meanwhile; then the question that was only shown is said."""
    parts = [*SHARED, (30.0, QUIET)]
    live = session(
        tmp_path,
        [SHARE],
        parts=parts,
        then=[(0.0, [(40.0, QUIET)])],
        loudspeaker_gone_at=13.0,
        loudspeakers=[24.0],
    )
    live.stop_at = 35.0
    live.run()
    assert live.warnings()[:2] == ["loudspeaker", "loudspeaker_back"]
    assert live.said() == [SHARE]
    assert live.asked()[:3] == ["begin", "reflect", "resume_reflect"]
    assert len(live.others[0][1].heard) == 1
    between = [b - a for a, b in pairwise(sorted(live.room.tried + live.room.begun))]
    assert between and all(RETRY_S <= gap < RETRY_S + 0.5 for gap in between)


def test_the_list_of_devices_is_looked_at_anew_only_after_an_announcement_that_was_shown(
    tmp_path: Path,
) -> None:
    """A new loudspeaker is only found by closing the microphone: not while anyone may speak."""
    parts = [*SHARED, (30.0, QUIET)]
    live = session(
        tmp_path,
        [SHARE],
        parts=parts,
        then=[(0.0, [(20.0, QUIET)])],
        loudspeaker_gone_at=13.0,
        loudspeakers=[0.0],
        newly=True,
    )
    live.stop_at = 30.0
    live.run()
    shown = next(line for line in live.kinds("announce") if line["key"] == "reflect")
    assert len(live.room.begun) == 1
    assert 0 <= live.room.begun[0] - shown["wall"] < RETRY_S + 0.5
    assert live.warnings() == ["loudspeaker", "loudspeaker_back"]
    assert "device_lost" not in live.asked()


def test_a_microphone_that_such_a_look_loses_is_told(tmp_path: Path) -> None:
    """It was there before: now it is lost, and waited for as any other."""
    live = session(
        tmp_path,
        [SHARE],
        parts=[*SHARED, (30.0, QUIET)],
        then=[(35.0, [(20.0, QUIET)])],
        loudspeaker_gone_at=13.0,
        loudspeakers=[35.0],
        newly=True,
    )
    live.stop_at = 45.0
    live.run()
    assert live.warnings() == ["loudspeaker", "device", "loudspeaker_back", "device_back"]
    assert live.phases()[:2] == ["share", "reflect"]
    assert live.said() == [SHARE]


@pytest.mark.parametrize("after_s", [1.9, 2.0])
def test_a_question_that_waited_is_put_when_somebody_can_answer(
    tmp_path: Path, after_s: float
) -> None:
    """Lost right after the share: Ben is asked once, when he can be heard."""
    parts = [GREETING, (2.0, SPEECH), (after_s, QUIET)]
    live = session(tmp_path, [SHARE], parts=parts, then=[(30.0, [(20.0, QUIET)])])
    live.stop_at = 45.0
    live.run()
    assert live.said() == [SHARE]
    asked = live.asked()
    assert asked[asked.index("device_lost") :][:2] == ["device_lost", "device_back"]
    assert asked[-1] in ("reflect", "resume_reflect")
    assert asked.count("reflect") + asked.count("resume_reflect") == 1


def test_the_greeting_waits_for_ears(tmp_path: Path) -> None:
    """Lost before a word was said: first that, then the beginning, and the beginning once."""
    live = session(tmp_path, [], parts=[], then=[(10.0, [(20.0, QUIET)])])
    live.stop_at = 25.0
    live.run()
    assert live.asked() == ["device_lost", "device_back", "begin"]


# --------------------------------------------------------- keys without a microphone

AT_CHECK = [*SHARED, (2.0, SPEECH), (8.0, QUIET)]
"""Anna has shared and Ben has mirrored; Anna has been asked whether he got it. It lasts 32 s."""


def keyed(folder: Path, *presses: tuple[float, str], **room: object) -> LiveSession:
    """Lost at 32 s and back at 60 s; these keys are pressed."""
    there = {"parts": AT_CHECK, "then": [(60.0, [(20.0, QUIET)])], **room}
    live = session(folder, [SHARE, MIRROR], presses=list(presses), **there)
    live.stop_at = 75.0
    live.run()
    kept = live.kept()
    assert record.replayed(kept, Imago()) == record.stored_commands(kept)
    return live


def phase_at(live: LiveSession, phase: str) -> float:
    return next(line["wall"] for line in live.kinds("phase") if line["phase"] == phase)


def test_a_pause_by_key_needs_no_microphone(tmp_path: Path) -> None:
    """It is shown at once, and said when somebody can say "go on"."""
    live = keyed(tmp_path, (40.0, "pause"))
    assert phase_at(live, "paused") == pytest.approx(40.0, abs=0.1)
    assert live.asked()[-3:] == ["device_lost", "device_back", "paused"]
    assert live.phases()[-2:] == ["paused", "done"]


def test_a_pause_ends_by_key_without_a_microphone(tmp_path: Path) -> None:
    """The question is put again when it can be answered aloud, and put once."""
    live = keyed(tmp_path, (40.0, "pause"), (50.0, "resume"))
    assert live.phases()[-3:] == ["paused", "check", "done"]
    assert live.asked()[-2:] == ["device_back", "resume_check"]


def test_a_stop_by_key_needs_no_microphone(tmp_path: Path) -> None:
    """It asks once, as always; the second press ends the talk then and there, and thanks them."""
    live = keyed(tmp_path, (40.0, "stop"), (45.0, "stop"))
    assert live.coach.outcome is Outcome.STOPPED
    assert live.asked()[-1] == "stopped"
    assert live.wall.at_s < 55


def test_a_stop_by_key_that_nobody_confirms_is_asked_about_aloud(tmp_path: Path) -> None:
    """Until there is a microphone nobody has said yes, nor no."""
    live = keyed(tmp_path, (40.0, "stop"))
    assert live.asked()[-2:] == ["device_back", "stop"]
    assert live.coach.outcome is Outcome.INTERRUPTED


def test_repeat_by_key_is_not_lost(tmp_path: Path) -> None:
    """What is said again is a question: it waits for somebody to answer it, and is said once."""
    live = keyed(tmp_path, (40.0, "repeat"), (45.0, "repeat"))
    assert live.asked()[-3:] == ["device_lost", "device_back", "check"]


@pytest.mark.parametrize("agreed", [True, False])
def test_a_yes_by_key_counts_when_it_is_pressed(tmp_path: Path, agreed: bool) -> None:
    """Not later, when another question is open: a second press is no "there is more"."""
    live = keyed(tmp_path, (40.0, "yes"), buttons=agreed)
    assert ("more" in live.phases()) is agreed
    if agreed:
        assert phase_at(live, "more") == pytest.approx(40.0, abs=0.1)
        assert live.asked()[-2:] == ["device_back", "more"]


def test_keys_and_words_that_come_late_are_both_there(tmp_path: Path) -> None:
    """The yes that was said before the loss is understood after it, and the pause comes after."""
    whole = [*AT_CHECK, (0.5, SPEECH), (2.0, QUIET)]
    live = session(
        tmp_path,
        [SHARE, MIRROR, "Yes."],
        parts=whole,
        then=[(60.0, [(20.0, QUIET)])],
        slow=70,
        presses=[(40.0, "pause")],
    )
    live.run()
    assert live.said() == [SHARE, MIRROR, "Yes."]
    assert live.phases()[2:5] == ["check", "more", "paused"]
