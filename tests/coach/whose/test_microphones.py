"""Two microphones in the whole loop: whose turn it was, what is parted, and what is nobody's."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from samples.make_samples import Manner
from tests.coach.stereo import Said, Scene, lead, write_stereo
from voicecoach.coach.whose.microphones import REMEMBERED_TURNS, Microphones
from voicecoach.dialogue.machine.state import State
from voicecoach.dialogue.messages import Learn, Phase
from voicecoach.engines import Turn
from voicecoach.engines.soundfiles import Recording
from voicecoach.speech.audio import FRAME, RATE
from voicecoach.speech.channels import Level, Levels
from voicecoach.utterance import Utterance

pytestmark = pytest.mark.skipif(
    shutil.which("flite") is None, reason="flite, which speaks the dialogue, is not installed"
)

MANNERS = {
    "a woman and a man": {"Anna": Manner("slt", 1.1), "Ben": Manner("rms", 1.1)},
    "two men": {"Anna": Manner("awb", 1.1), "Ben": Manner("rms", 1.1)},
}
VOICES = {**MANNERS["a woman and a man"], "Third": Manner("awb", 1.1)}

WRONG_YESES = (
    Said("Anna", "When you are on the phone at dinner, I feel alone. I made a good meal."),
    Said("Ben", "When I am on the phone at dinner you feel alone. You made a good meal."),
    Said("Ben", "Yes, that's right."),
    Said("Anna", "Yes, you got it."),
    Said("Anna", "Yes."),
    Said("Anna", "I want you to tell me about your day, and I want to tell you about mine."),
    Said("Ben", "You want me to tell you about my day, and you want to tell me about yours."),
    Said("Ben", "Yes, exactly."),
    Said("Anna", "Yes, that's right."),
    Said("Anna", "No, nothing else."),
    Said("Ben", "I was tired that night. My mother was sick, and I could not sleep.", 3.0),
    Said("Anna", "You were tired that night. Your mother was sick, and you could not sleep."),
    Said("Anna", "Yes, that is right."),
    Said("Ben", "Yes, exactly."),
    Said("Ben", "No, that is all."),
)

MESSAGE = "I was sad when you left the house without a single word."
MIRROR = "You were sad when I left the house without a single word."
EXCHANGE = (Said("Anna", MESSAGE), Said("Ben", MIRROR))
MORE = (*EXCHANGE, Said("Anna", "Yes, you got it."), Said("Anna", "Yes."))


def turns(lines: list[dict[str, Any]]) -> list[tuple[str, str | None, str]]:
    """(phase, partner, text) of each turn."""
    found = [line for line in lines if line["kind"] == "turn"]
    return [(line["phase"], line["partner"], line["text"]) for line in found]


def entered(lines: list[dict[str, Any]]) -> list[str]:
    return [line["phase"] for line in lines if line["kind"] == "phase"]


def answers(lines: list[dict[str, Any]]) -> list[tuple[str | None, str]]:
    """Whose each yes to "did you get that?" was, and what came of it."""
    found = []
    for at, line in enumerate(lines):
        if line["kind"] == "reply" and line["question"] == "satisfied" and line["answer"] == "YES":
            came = next(x for x in lines[at:] if x["kind"] in ("phase", "announce"))
            found.append((line["partner"], came.get("phase") or came["key"]))
    return found


@pytest.mark.parametrize("who", MANNERS)
@pytest.mark.parametrize(
    ("leak_db", "gains_db"),
    [(12.0, (0, 0)), (6.0, (0, 0)), (9.0, (6, 0)), (12.0, (-15, 0)), (12.0, (0, -20))],
)
def test_every_wrong_yes_is_refused_and_every_right_one_taken(
    who: str, leak_db: float, gains_db: tuple[int, int], tmp_path: Path
) -> None:
    """Three yeses in the speaker's place, at microphones that leak and of unlike gain."""
    scene = Scene(WRONG_YESES, MANNERS[who])
    lines = lead(scene, tmp_path, leak_db=leak_db, gains_db=gains_db)
    assert answers(lines) == [
        ("Ben", "check_speaker"),
        ("Anna", "more"),
        ("Ben", "check_speaker"),
        ("Anna", "more"),
        ("Anna", "check_speaker"),
        ("Ben", "more"),
    ]
    assert entered(lines)[-1] == "done"
    assert not [line for line in lines if line["kind"] == "warning"]


def test_what_the_listener_throws_in_is_kept_and_is_no_message(tmp_path: Path) -> None:
    """Twice in one breath of hers: her words stay one message, his are shown as his."""
    scene = Scene(
        (
            *MORE,
            Said("Anna", "And I sat in the kitchen for an hour."),
            Said("Ben", "That is not true at all.", 0.4),
            Said("Anna", "I waited for you to come back.", 0.4),
            Said("Ben", "No, I came back soon.", 0.4),
            Said("Anna", "And you did not.", 0.4),
            Said("Ben", "You sat in the kitchen and waited for me."),
        ),
        VOICES,
    )
    lines = lead(scene, tmp_path)
    shared = "And I sat in the kitchen for an hour. I waited for you to come back. And you did not."
    assert turns(lines)[4:] == [
        ("share", "Ben", "That is not true at all."),
        ("share", "Ben", "No, I came back soon."),
        ("share", "Anna", shared),
        ("reflect", "Ben", "You sat in the kitchen and waited for me."),
    ]
    scored = [line for line in lines if line["kind"] == "fidelity"][-1]
    assert scored["message"] == shared


def test_a_listeners_uh_huh_stays_out_of_the_message(tmp_path: Path) -> None:
    """It is kept as his."""
    scene = Scene(
        (
            *MORE,
            Said("Anna", "And I sat in the kitchen for an hour."),
            Said("Ben", "Uh-huh.", 0.3),
            Said("Anna", "I waited for you to come back.", 0.3),
        ),
        VOICES,
    )
    assert turns(lead(scene, tmp_path))[4:] == [
        ("share", "Ben", "Uh-huh."),
        ("share", "Anna", "And I sat in the kitchen for an hour. I waited for you to come back."),
    ]


def test_a_mirror_and_the_yes_right_after_it_are_two_turns(tmp_path: Path) -> None:
    """No pause between them that would end the mirror: the microphones part them."""
    scene = Scene((*EXCHANGE, Said("Anna", "Yes, you got it.", 0.5)), VOICES)
    lines = lead(scene, tmp_path)
    assert turns(lines)[1:] == [("reflect", "Ben", MIRROR), ("check", "Anna", "Yes, you got it.")]
    assert entered(lines)[:4] == ["share", "reflect", "check", "more"]
    reasons = [line["reason"] for line in lines if line["kind"] == "turn"]
    assert reasons == ["silence", "voice", "silence"]


def test_a_yes_while_both_speak_is_asked_again(tmp_path: Path) -> None:
    """Nobody can tell whose it is; hers alone is taken."""
    scene = Scene(
        (
            *EXCHANGE,
            Said("Ben", "Yes, that is right."),
            Said("Anna", "Yes, you got it now.", -1.2),
            Said("Anna", "Yes, you got it."),
        ),
        VOICES,
    )
    lines = lead(scene, tmp_path)
    assert answers(lines) == [(None, "check_sentence"), ("Anna", "more")]


def test_a_third_voice_is_nobodys(tmp_path: Path) -> None:
    """As loud in the one microphone as in the other: no message, no yes, no end of the round."""
    scene = Scene(
        (
            *EXCHANGE,
            Said("Third", "Yes, that's right."),
            Said("Anna", "Yes, that's right."),
            Said("Third", "No, that's all."),
            Said("Anna", "Yes."),
            Said("Third", "The weather will be fine tomorrow in all of the country."),
            Said("Anna", "I was also cold."),
        ),
        VOICES,
    )
    lines = lead(scene, tmp_path)
    assert answers(lines) == [(None, "check_sentence"), ("Anna", "more")]
    assert entered(lines)[:6] == ["share", "reflect", "check", "more", "share", "reflect"]
    outside = [line for line in lines if line["kind"] == "turn" and line["partner"] is None]
    assert [line["role"] for line in outside] == [None, None, None]


def test_microphones_on_the_table_tell_nobody_and_say_so(tmp_path: Path) -> None:
    """Both hear both alike: as without them, and a warning."""
    lines = lead(Scene(WRONG_YESES[:4], VOICES), tmp_path, leak_db=0.0)
    (warning,) = [line for line in lines if line["kind"] == "warning"]
    assert warning["code"] == "microphones"
    assert "near one of you" in warning["text"]
    assert {partner for phase, partner, _ in turns(lines) if phase == "check"} == {None}


def test_swapped_microphones_are_said(tmp_path: Path) -> None:
    """What Anna shares is heard as Ben's: nothing goes on, and the reason is shown."""
    said = (Said("Anna", MESSAGE), Said("Anna", MESSAGE), Said("Anna", MESSAGE))
    lines = lead(Scene((*said, Said("Ben", MIRROR)), VOICES), tmp_path, mics=("Ben", "Anna"))
    (warning,) = [line for line in lines if line["kind"] == "warning"]
    assert "--mics left=Anna right=Ben" in warning["text"]
    assert [text for _, _, text in turns(lines)][:3] == [MESSAGE] * 3
    assert [line["text"] for line in lines if line["kind"] == "announce"][1:] == [
        "Ben, let Anna finish."
    ]


# ------------------------------------------------------------------------- the parts alone

CHECK = State(phase=Phase.CHECK, first="Anna", second="Ben", speaker="Anna", started=True)


def microphones() -> tuple[Microphones, Levels]:
    levels = Levels()
    return Microphones(levels, "Anna", "Ben"), levels


def said(levels: Levels, difference_db: float, at_s: float, seconds: float = 1.0) -> Turn:
    """A turn of that difference between the channels."""
    first = round(at_s * RATE / FRAME)
    for number in range(first, first + round(seconds * RATE / FRAME)):
        levels._frames.append(Level(number * FRAME, -20.0, -20.0 - difference_db))
    return Turn(Utterance("words", at_s, at_s + seconds))


def test_the_open_exchange_and_what_was_confirmed_show_the_leaks() -> None:
    """With unlike gains the first yes is known from the message and the mirror before it."""
    mics, levels = microphones()
    share, reflect = CHECK.but(phase=Phase.SHARE), CHECK.but(phase=Phase.REFLECT)
    (message,) = mics.parts(said(levels, 30, 0), share)
    (mirror,) = mics.parts(said(levels, 8, 10), reflect)
    check = CHECK.but(message=(message.utterance,), reflection=(mirror.utterance,))
    (yes,) = mics.parts(said(levels, 8, 20), check)
    assert yes.utterance.partner == "Ben"
    mics.learn(Learn("Anna", check.message))
    mics.learn(Learn("Ben", check.reflection))
    (later,) = mics.parts(said(levels, 9, 30), CHECK)
    assert later.utterance.partner == "Ben"


def test_a_doubtful_word_of_the_listener_stays_in_the_message() -> None:
    """Certain, and not sure: a message is not lost for that. As an answer it is refused."""
    mics, levels = microphones()
    for name, difference in (("Anna", 12.0), ("Ben", -12.0)):
        (turn,) = mics.parts(said(levels, difference, difference + 20), CHECK)
        mics.learn(Learn(name, (turn.utterance,)))
    (doubtful,) = mics.parts(said(levels, -6, 60), CHECK.but(phase=Phase.SHARE))
    (sure,) = mics.parts(said(levels, -12, 70), CHECK.but(phase=Phase.SHARE))
    (answer,) = mics.parts(said(levels, -6, 80), CHECK)
    assert [t.utterance.partner for t in (doubtful, sure, answer)] == [None, "Ben", "Ben"]
    assert doubtful.utterance.either


def test_what_is_known_is_left_alone_and_memory_is_bounded() -> None:
    """A script says who speaks; of a long talk only the last turns are remembered."""
    mics, levels = microphones()
    turn = Turn(Utterance("yes", 1.0, 1.5, "Ben"))
    assert mics.parts(turn, CHECK) == (turn,)
    for number in range(REMEMBERED_TURNS + 9):
        mics.parts(said(levels, 12, 2.0 * number), CHECK)
    assert len(mics._turns) == REMEMBERED_TURNS
    mics.forget()
    assert not mics._turns and not levels._frames


def test_a_recording_keeps_its_channels(tmp_path: Path) -> None:
    """Left is left, and the mono that is heard is their mean; also at the end."""
    rng = np.random.default_rng(4)
    channels = np.asarray(rng.normal(0, 0.1, (2, RATE + 100)), np.float32)
    recording = Recording(write_stereo(tmp_path / "a.flac", channels), stereo=True)
    frames = []
    while (frame := recording.read()) is not None:
        assert frame.channels is not None
        assert frame.samples == pytest.approx(frame.channels.mean(axis=0))
        frames.append(frame.channels)
    heard = np.concatenate(frames, axis=1)[:, : RATE + 100]
    assert np.abs(heard - channels).max() < 1e-4
