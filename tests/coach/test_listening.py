"""The ear: frames become turns, by silence, by the words themselves, and at the end."""

from __future__ import annotations

import pytest

from tests.coach.decoding import InlineDecoder
from voicecoach.coach.listening import ListeningEar
from voicecoach.coach.scribe import Scribe
from voicecoach.dialogue import patience
from voicecoach.dialogue.messages import Notice, Step
from voicecoach.engines import Ear, Expect, Turn
from voicecoach.engines.scripted import ScriptedDetector, ScriptedMicrophone
from voicecoach.speech.audio import RATE
from voicecoach.utterance import Reason

Parts = list[tuple[float, float]]


def ear(parts: Parts, texts: list[str], *, live: bool = False, slow: int = 0) -> ListeningEar:
    microphone = ScriptedMicrophone(parts, live)
    return ListeningEar(microphone, ScriptedDetector(), Scribe(InlineDecoder(texts, slow)))


def turns(hearing: ListeningEar, step: Step, *following: Step) -> list[tuple[float, Turn]]:
    """Every turn with the clock at which it came; after each one the next step is listened for."""
    hearing.listen(step)
    steps = iter(following)
    heard = []
    while not hearing.ended:
        turn = hearing.hear(deaf=False)
        if isinstance(turn, Turn):
            heard.append((hearing.clock / RATE, turn))
            hearing.listen(next(steps, step))
    return heard


def said(heard: list[tuple[float, Turn]]) -> list[str]:
    return [turn.utterance.text for _, turn in heard]


def test_it_is_an_ear() -> None:
    """The whole Protocol is there."""
    assert isinstance(ear([], []), Ear)


def test_a_share_waits_longer_than_a_reply() -> None:
    """Patience depends on the step."""
    parts = [(1, 0), (1, 0.9), (1.2, 0), (1, 0.9), (4, 0)]
    assert said(turns(ear(parts, ["I was", "sad"]), Step.SHARE)) == ["I was sad"]
    assert said(turns(ear(parts, ["I was", "sad"]), Step.REPLY)) == ["I was", "sad"]


def test_an_unfinished_sentence_gets_more_time() -> None:
    """ "... because" and two seconds of thinking are one turn."""
    parts = [(1, 0.9), (2.4, 0), (1, 0.9), (5, 0)]
    unfinished = turns(ear(parts, ["I was sad because", "you left"]), Step.SHARE)
    assert said(unfinished) == ["I was sad because you left"]
    finished = turns(ear(parts, ["I was sad", "you left"]), Step.SHARE)
    assert said(finished) == ["I was sad", "you left"]


@pytest.mark.parametrize("gap_s", [0.3, 0.5, 1.0])
def test_a_question_and_its_answer_are_two_turns(gap_s: float) -> None:
    """ "Did I get that?" - "yes": most changes of speaker have gaps under 0.6 s."""
    parts = [(2, 0.9), (gap_s, 0), (0.4, 0.9), (3, 0)]
    heard = turns(ear(parts, ["you were sad did I get that", "yes"]), Step.REFLECT, Step.REPLY)
    assert said(heard) == ["you were sad did I get that", "yes"]
    assert [turn.utterance.reason for _, turn in heard] == [Reason.CHECK_BACK, Reason.SILENCE]


def test_a_mirrors_lead_in_ends_the_share_before_it() -> None:
    """ "What I hear you say is ...": the other one speaks now."""
    parts = [(2, 0.9), (0.4, 0), (2, 0.9), (4, 0)]
    texts = ["I was sad", "what I hear you say is that you were sad"]
    assert said(turns(ear(parts, texts), Step.SHARE, Step.REFLECT)) == texts


def test_a_chain_of_short_turns_is_taken_apart() -> None:
    """Mirror, yes, is there more, no: four turns within gaps of 0.4 s."""
    parts = [(2, 0.9), (0.4, 0), (0.4, 0.9), (0.4, 0), (0.7, 0.9), (0.4, 0), (0.7, 0.9), (3, 0)]
    texts = ["you were sad did I get that", "yes", "is there more", "no that's all"]
    heard = turns(ear(parts, texts), Step.REFLECT, Step.REPLY)
    assert said(heard) == texts


def test_sound_without_words_is_nobodys_turn() -> None:
    """A cough is heard, and nothing comes of it."""
    assert turns(ear([(1, 0), (0.5, 0.9), (4, 0)], [""]), Step.REPLY) == []


@pytest.mark.parametrize(("text", "turn"), [("mm", False), ("um uh", False), ("mm hm", True)])
def test_a_hum_is_nobodys_turn_and_an_assent_is_one(text: str, turn: bool) -> None:
    """A noise that a recogniser hears as "mm" says nothing; "mm hm" does."""
    for step in (Step.REPLY, Step.SHARE):
        assert bool(turns(ear([(1, 0), (0.5, 0.9), (4, 0)], [text]), step)) == turn


def test_what_is_open_at_the_end_of_the_input_is_not_lost() -> None:
    """The recording stops in the middle of a sentence."""
    ((_, turn),) = turns(ear([(1, 0), (1, 0.9)], ["I was"]), Step.SHARE)
    assert (turn.utterance.text, turn.utterance.reason) == ("I was", Reason.END_OF_INPUT)


def test_times_are_positions_in_the_input() -> None:
    """`start_s` and `end_s` are where it was said, whatever the clock says."""
    hearing = ear([(1, 0), (1, 0.9), (3, 0)], ["I was sad"])
    for _ in range(100):
        hearing.hear(deaf=True)
    ((at_s, turn),) = turns(hearing, Step.SHARE)
    assert turn.utterance.start_s == pytest.approx(1, abs=0.05)
    assert turn.utterance.end_s == pytest.approx(2, abs=0.05)
    assert at_s == pytest.approx(100 * 0.032 + 2 + 1.7, abs=0.1)


def test_a_recording_waits_while_the_coach_speaks_and_a_room_does_not() -> None:
    """Deaf: a file is held, live sound is lost on purpose."""
    for live, heard in ((False, ["I was sad"]), (True, [])):
        hearing = ear([(1, 0.9), (3, 0)], ["I was sad"], live=live)
        for _ in range(63):
            hearing.hear(deaf=True)
        assert said(turns(hearing, Step.SHARE)) == heard


def test_live_the_turn_stays_open_until_the_text_is_there() -> None:
    """A slow recogniser delays the turn, and loses nothing."""
    parts = [(1, 0.9), (1.0, 0), (1, 0.9), (6, 0)]
    quick = turns(ear(parts, ["I was", "sad"], live=True), Step.REPLY)
    slow = turns(ear(parts, ["I was", "sad"], live=True, slow=60), Step.REPLY)
    assert said(quick) == ["I was", "sad"]
    assert said(slow) == ["I was sad"]
    assert slow[0][1].utterance.latency_s > quick[0][1].utterance.latency_s


def test_a_long_turn_is_not_read_anew_in_every_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a share of three minutes that would take longer than a frame lasts."""
    read: list[int] = []
    turn_end = patience.turn_end

    def counted(step: Step, texts: list[str], **more: str) -> tuple[int, Reason] | None:
        read.append(len(texts))
        return turn_end(step, texts, **more)

    monkeypatch.setattr(patience, "turn_end", counted)
    parts = [(1.0, 0.0), *[(1.0, 0.9), (0.5, 0.0)] * 4, (3.0, 0.0)]
    (heard,) = turns(ear(parts, ["I was", "very", "very", "sad"], live=True), Step.SHARE)
    assert heard[1].utterance.text == "I was very very sad"
    assert len(read) <= 8


def test_lost_samples_move_the_clock_on() -> None:
    """An overflow advances the clock by what was lost."""
    microphone = ScriptedMicrophone([(1, 0)], live=True)
    microphone.lose[5] = 8000
    hearing = ListeningEar(microphone, ScriptedDetector(), Scribe(InlineDecoder([])))
    for _ in range(10):
        hearing.hear(deaf=False)
    assert hearing.clock == 10 * 512 + 8000
    assert hearing.lost_s == 0.5
    assert "overflow" in hearing.troubles


def test_a_reply_step_asks_the_recogniser_for_a_reply() -> None:
    """Short answers have their own decoding path."""
    for step, expect in ((Step.REPLY, Expect.REPLY), (Step.SHARE, Expect.TALK)):
        decoder = InlineDecoder(["yes"])
        microphone = ScriptedMicrophone([(0.5, 0.9), (4, 0)])
        turns(ListeningEar(microphone, ScriptedDetector(), Scribe(decoder)), step)
        assert [kind for _, kind in decoder.submitted] == [expect]


def test_the_clip_of_a_turn_holds_all_its_pieces_in_time() -> None:
    """Pauses inside a turn stay in its sound."""
    parts = [(1, 0), (1, 0.9), (1, 0), (1, 0.9), (4, 0)]
    ((_, turn),) = turns(ear(parts, ["I was", "sad"]), Step.SHARE)
    assert turn.clip is not None
    assert turn.clip.seconds == pytest.approx(3 + 0.4 + 0.16, abs=0.1)


def test_a_recording_gives_the_same_turns_however_long_the_coach_speaks() -> None:
    """While a recording waits, the detector and the sound heard before it wait too."""
    clips = []
    for deaf_frames in (0, 10, 400):
        hearing = ear([(1, 0), (1, 0.9), (4, 0)], ["I was sad"])
        hearing.listen(Step.SHARE)
        for _ in range(30):
            hearing.hear(deaf=False)
        for _ in range(deaf_frames):
            hearing.hear(deaf=True)
        ((_, turn),) = turns(hearing, Step.SHARE)
        assert turn.clip is not None
        clips.append((turn.clip.start_s, turn.clip.end_s))
    assert len(set(clips)) == 1


def test_a_piece_that_cannot_be_decoded_is_told() -> None:
    """Nothing is lost in silence."""
    decoder = InlineDecoder(["I was", "sad"], fails=1)
    microphone = ScriptedMicrophone([(1, 0.9), (0.5, 0), (1, 0.9), (4, 0)])
    hearing = ListeningEar(microphone, ScriptedDetector(), Scribe(decoder))
    assert said(turns(hearing, Step.SHARE)) == ["sad"]
    assert list(hearing.troubles) == ["unwritten"]


def test_pauses_in_a_share_do_not_make_replies_slower() -> None:
    """A slow talker's share teaches patience with shares, not with answers."""
    slow = [part for _ in range(6) for part in ((0.6, 0.9), (1.4, 0.0))]
    hearing = ear([*slow, (3, 0), (0.5, 0.9), (3, 0)], ["I was"] * 6 + ["yes"])
    (shared_at, _), (replied_at, reply) = turns(hearing, Step.SHARE, Step.REPLY)
    assert shared_at == pytest.approx(12 - 1.4 + 2.1, abs=0.2)
    assert replied_at - reply.utterance.end_s == pytest.approx(0.75, abs=0.1)


Heard = list[tuple[float, Turn | Notice]]


def everything(hearing: ListeningEar, deaf_after: dict[Notice, float] | None = None) -> Heard:
    """Turns and notices with their clock; after a notice the coach speaks for so many seconds."""
    heard: Heard = []
    deaf = 0
    while not hearing.ended:
        got = hearing.hear(deaf > 0)
        deaf -= 1
        if got is not None:
            heard.append((hearing.clock / RATE, got))
        if isinstance(got, Notice):
            deaf = round((deaf_after or {}).get(got, 0) * RATE / 512)
    return heard


def test_a_long_share_is_offered_a_mirror_once_and_in_a_pause() -> None:
    """The coach speaks into the pause; the speaker goes on, and no word is lost."""
    parts = [(50, 0.9), (0.8, 0), (12, 0.9), (1.0, 0), (20, 0.9), (1.0, 0), (5, 0.9), (4, 0)]
    texts = [f"part {number}" for number in range(8)]
    for live in (False, True):
        hearing = ear(parts, texts, live=live)
        hearing.listen(Step.SHARE)
        heard = everything(hearing, {Notice.LONG: 0.4})
        notices = [(at, got) for at, got in heard if isinstance(got, Notice)]
        assert [got for _, got in notices] == [Notice.LONG]
        assert notices[0][0] == pytest.approx(62.8 + 0.5, abs=0.1)
        (turn,) = (got for _, got in heard if isinstance(got, Turn))
        assert turn.utterance.text.split() == " ".join(texts[:7]).split()
        assert turn.utterance.end_s == pytest.approx(89.8, abs=0.1)


def test_only_a_share_is_offered_a_mirror() -> None:
    """A long mirror is nobody's business, and a short share neither."""
    for step, seconds in ((Step.REFLECT, 80), (Step.SHARE, 50)):
        hearing = ear([(seconds, 0.9), (4, 0)], ["part"] * 9)
        hearing.listen(step)
        assert not any(isinstance(got, Notice) for _, got in everything(hearing))


def test_a_slow_recogniser_is_told_once_and_nothing_is_lost() -> None:
    """ "One moment": the words come later, every one of them, while the coach says so too."""
    parts = [(1, 0.9), (0.5, 0), (1, 0.9), (14, 0)]
    hearing = ear(parts, ["I was", "sad"], live=True, slow=200)
    hearing.listen(Step.REPLY)
    (told_at, told), (turn_at, turn) = everything(hearing, {Notice.BEHIND: 1.0})
    assert told is Notice.BEHIND
    assert isinstance(turn, Turn)
    assert turn.utterance.text == "I was sad"
    assert told_at == pytest.approx(2.5 + 1.5 + 1.0, abs=0.1)
    assert turn_at > told_at


def test_a_backlog_is_told_while_they_still_talk() -> None:
    """In the next pause; every piece of it is written down in the end."""
    parts = [*[(9.0, 0.9), (0.6, 0)] * 6, (40, 0)]
    hearing = ear(parts, [f"part {number}" for number in range(6)], live=True, slow=1200)
    hearing.listen(Step.REFLECT)
    heard = everything(hearing)
    assert [got for _, got in heard if isinstance(got, Notice)] == [Notice.BEHIND]
    assert heard[0][0] == pytest.approx(4 * 9.6 - 0.1, abs=0.1)
    said_in_all = " ".join(got.utterance.text for _, got in heard if isinstance(got, Turn))
    assert said_in_all == " ".join(f"part {number}" for number in range(6))


def test_what_waits_for_the_recogniser_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound the ear waits for the words instead of piling up sound."""
    monkeypatch.setattr("voicecoach.coach.listening.MOST_BACKLOG_S", 20.0)
    decoder = InlineDecoder(["part"] * 20, slow=10**6)
    microphone = ScriptedMicrophone([(5, 0.9), (0.6, 0)] * 12, live=True)
    scribe = Scribe(decoder)
    hearing = ListeningEar(microphone, ScriptedDetector(), scribe)
    hearing.listen(Step.SHARE)
    most = 0.0
    while not hearing.ended:
        hearing.hear(deaf=False)
        most = max(most, scribe.waiting_s)
    assert 14 < most <= 20


def test_a_loud_room_is_told_when_nobody_talks() -> None:
    """Once: a scripted frame of probability 0.9 is at full scale too, so it clips."""
    hearing = ear([*[(4, 1.0), (3, 0)] * 3], ["talk"] * 3)
    hearing.listen(Step.SHARE)
    heard = everything(hearing)
    notices = [(at, got) for at, got in heard if isinstance(got, Notice)]
    assert [got for _, got in notices] == [Notice.CLIPPING]
    assert notices[0][0] > 4 + 1.7
