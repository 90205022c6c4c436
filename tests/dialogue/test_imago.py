"""The machine: its table row by row, total over everything, and the rules no input may break."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialogue.people import (
    BEGAN,
    ENDS,
    FIRST,
    HEARD,
    OTHER,
    PARTNERS,
    SECOND,
    Room,
    heard,
)
from voicecoach.dialogue import wording
from voicecoach.dialogue.imago import TABLE, TALK, Imago, diagram
from voicecoach.dialogue.machine.state import State, Trigger
from voicecoach.dialogue.machine.triggers import trigger
from voicecoach.dialogue.messages import (
    AcceptKeys,
    Announce,
    Announced,
    Announcing,
    Answer,
    Answered,
    Asked,
    Began,
    Command,
    Consent,
    Enter,
    Event,
    Fidelity,
    Finish,
    Heard,
    InputEnded,
    Interrupted,
    Keep,
    Learn,
    Listen,
    Notice,
    Noticed,
    Outcome,
    Phase,
    Pressed,
    Question,
    Quiet,
    Reply,
    Score,
    Scored,
    Spoken,
    Step,
    TakenUp,
    TellApart,
    Voices,
)
from voicecoach.utterance import Reason, Utterance

YES, NO, PARTLY, UNCLEAR = Answer.YES, Answer.NO, Answer.PARTLY, Answer.UNCLEAR
AFTER_CHECK = (Phase.MORE, Phase.SWAP, Phase.CLOSE)


def at_check(**began: object) -> Room:
    """A room in which Anna has shared and Ben has mirrored."""
    room = Room(Began(FIRST, SECOND, **began))  # type: ignore[arg-type]
    return room.talk(heard("I felt alone at dinner"), heard("You felt alone at dinner"))


def at_more() -> Room:
    """The same after Anna's yes."""
    return at_check().talk(heard("yes", YES))


def phases(room: Room) -> list[str]:
    """Every phase the room has entered."""
    return [str(c.phase) for *_, commands in room.trace for c in commands if isinstance(c, Enter)]


def keys(room: Room) -> list[str]:
    """Every announcement that was ordered."""
    return [c.key for *_, commands in room.trace for c in commands if isinstance(c, Announce)]


# ------------------------------------------------------------------- the seven steps


def test_the_seven_steps() -> None:
    """share, reflect, yes, more? no, swap announced, the same again, close."""
    room = at_more().talk(heard("no that's all", NO))
    room.speak("swap")
    room.talk(heard("I was tired"), heard("You were tired"), heard("yes", YES), heard("no", NO))
    room.speak("close")
    turn = ["share", "reflect", "check", "more"]
    assert phases(room) == [*turn, "swap", *turn, "close", "done"]
    assert room.state.speaker == SECOND
    assert room.trace[-1][3][-1] == Finish(Outcome.DONE)


def test_no_brings_another_share_of_the_same_exchange() -> None:
    """Not satisfied: share again in other words, and the attempt is counted."""
    room = at_check().talk(heard("no", NO))
    assert (room.state.phase, room.state.attempt, room.state.exchange) == (Phase.SHARE, 2, 1)
    assert keys(room)[-1] == "share_again"


def test_no_with_the_correction_is_already_the_next_share() -> None:
    """ "No, I was sad": the rest is what the listener mirrors now."""
    room = at_check().talk(heard("no I was sad", NO, rest="I was sad"))
    assert phases(room)[-2:] == ["share", "reflect"]
    commands = room.say(heard("You were sad"))
    assert Score("I was sad", "You were sad") in commands


def test_yes_and_is_already_more() -> None:
    """ "Yes, and also ...": understood, and the next message is there."""
    room = at_check().talk(heard("yes and I was sad", YES, rest="I was sad"))
    assert phases(room)[-3:] == ["more", "share", "reflect"]
    assert (room.state.exchange, room.state.attempt) == (2, 1)


def test_partly_asks_for_the_missing_part() -> None:
    """Partly: which part should the listener also hear?"""
    room = at_check().talk(heard("mostly", PARTLY))
    assert keys(room)[-1] == "share_part"
    assert room.state.attempt == 2


def test_yes_to_more_is_a_new_exchange() -> None:
    """There is more: same speaker, next message, first attempt."""
    room = at_more().talk(heard("yes", YES))
    assert (room.state.phase, room.state.exchange, room.state.attempt) == (Phase.SHARE, 2, 1)
    assert room.state.speaker == FIRST


def test_three_failed_mirrors_bring_the_offer_of_a_smaller_piece() -> None:
    """After three failed reflections of one message the coach offers something easier."""
    room = Room()
    for _ in range(3):
        room.talk(heard("I felt alone"), heard("You felt fine"), heard("no", NO))
    assert keys(room)[-1] == "share_smaller"


def test_each_mirror_is_compared_with_its_own_message_only() -> None:
    """After a re-share the score knows only the new words."""
    room = at_check().talk(heard("no", NO), heard("I was sad"))
    assert Score("I was sad", "You were sad") in room.say(heard("You were sad"))


def test_the_question_at_its_end_is_no_part_of_the_mirror() -> None:
    """ "You were sad. Did I get that?" mirrors "You were sad."."""
    room = Room().talk(heard("I was sad"))
    mirror = heard("You were sad. Did I get that?", asked=Asked.CHECK_BACK, before="You were sad.")
    assert Score("I was sad", "You were sad.") in room.say(mirror)


def test_a_confirmed_exchange_teaches_both_voices() -> None:
    """Voices are learned only from an exchange that was confirmed."""
    room = at_check()
    assert not any(isinstance(c, Learn) for *_, commands in room.trace for c in commands)
    learnt = [c for c in room.say(heard("yes", YES)) if isinstance(c, Learn)]
    assert [c.partner for c in learnt] == [FIRST, SECOND]


# ------------------------------------------------------------------ who may say yes


def test_the_listeners_yes_does_not_advance() -> None:
    """Ben cannot say for Anna that she was understood."""
    room = at_check().talk(heard("yes", YES, by=SECOND))
    assert room.state.phase is Phase.CHECK
    assert keys(room)[-1] == "check_speaker"


def test_an_unknown_voice_may_be_the_speakers() -> None:
    """A yes whose voice is not known counts; one known as the listener's never does."""
    assert at_check().talk(heard("yes", YES, by=None)).state.phase is Phase.MORE


def test_whoever_asks_has_not_answered() -> None:
    """ "Yes. Did I get that?" from an unknown voice is a question."""
    question = heard("yes did I get that", YES, asked=Asked.CHECK_BACK, before="yes")
    assert at_check().talk(question).state.phase is Phase.CHECK


def test_is_there_more_before_the_yes_is_put_right() -> None:
    """An answer to "is there more?" asked too early is not taken for a confirmation."""
    room = Room().talk(heard("I was sad"))
    room.say(heard("You were sad. Is there more?", asked=Asked.MORE, before="You were sad."))
    room.say(heard("yes", YES))
    assert room.state.phase is Phase.CHECK
    room.say(Announcing("check_again"))
    room.say(Announced("check_again"))
    assert room.talk(heard("yes", YES)).state.phase is Phase.MORE


def test_the_listener_cannot_end_the_speakers_round() -> None:
    """A no to "is there more?" counts only from the speaker."""
    room = at_more().talk(heard("no", NO, by=SECOND))
    assert room.state.phase is Phase.MORE
    assert keys(room)[-1] == "more_speaker"


def test_a_lone_mm_hm_is_no_reflection() -> None:
    """A reflection that mirrors nothing is not one."""
    assert Room().talk(heard("I was sad"), heard("mm-hm", YES)).state.phase is Phase.REFLECT


def test_a_speaker_who_goes_on_adds_to_the_message() -> None:
    """Cut off by a pause of their own, they may finish."""
    room = Room().talk(heard("I was sad", by=FIRST), heard("because of you", by=FIRST))
    assert room.state.phase is Phase.REFLECT
    assert Score("I was sad because of you", "x y z w") in room.say(heard("x y z w", by=SECOND))


# ----------------------------------------------------------- asking again, silence, help


def test_an_unclear_answer_is_asked_for_twice_then_explained_then_awaited() -> None:
    """Differently worded each time, and never nagging."""
    room = at_check()
    for _ in range(5):
        room.say(heard("hm well"))
    assert [k for k in keys(room) if k.startswith("check_")] == [
        "check_again",
        "check_plainly",
        "check_explain",
    ]
    assert room.state.phase is Phase.CHECK


def test_the_coach_is_patient_when_they_ask_themselves() -> None:
    """ "Did I get that?" by the listener: the coach gives the answer time."""
    asked = Room().talk(heard("I was sad"))
    commands = asked.say(heard("You were sad. Did I get that?", asked=Asked.CHECK_BACK, before="x"))
    unasked = Room().talk(heard("I was sad"))
    plain = unasked.say(heard("You were sad"))
    waits = [next(c.after_s for c in cs if isinstance(c, Announce)) for cs in (commands, plain)]
    assert waits[0] > waits[1]
    assert all(c.optional for c in commands if isinstance(c, Announce))


def test_silence_brings_two_cues_and_then_a_pause() -> None:
    """Nobody speaks: one soft cue, one more, then a pause."""
    room = at_check().talk(Quiet(20), Quiet(20), Quiet(20))
    assert keys(room)[-3:] == ["cue_check", "cue_again_check", "paused"]
    assert room.state.phase is Phase.PAUSED


# ------------------------------------------------------------------- consent, commands


def test_consent_is_asked_of_both_and_one_no_is_enough() -> None:
    """What both have said yes to is kept: the words, and the sound; silence is no yes."""
    yes, no, silence = heard("yes", YES), heard("no", NO), (Quiet(20), Quiet(20))
    partly = heard("only the words", Answer.PARTLY)
    answers = {
        (yes, yes, yes): Consent.SOUND,
        (yes, yes, no, yes): Consent.WORDS,
        (yes, yes, *silence, yes): Consent.WORDS,
        (yes, yes, no, no): Consent.NOTHING,
        (yes, yes, no, *silence): Consent.NOTHING,
        (yes, no, yes): Consent.WORDS,
        (yes, *silence, yes): Consent.WORDS,
        (yes, partly, yes): Consent.WORDS,
        (yes, yes, partly, yes): Consent.WORDS,
        (partly, partly): Consent.NOTHING,
        (yes, no, no): Consent.NOTHING,
        (yes, no, *silence): Consent.NOTHING,
        (no,): Consent.NOTHING,
        silence: Consent.NOTHING,
    }
    for said, kept in answers.items():
        room = Room(Began(FIRST, SECOND, consent=Consent.ASK)).talk(*said)
        assert Keep(kept) in room.trace[-1][3], said
        assert (room.state.phase, room.state.consent) == (Phase.SHARE, kept)


def test_consent_is_not_given_for_the_other_one() -> None:
    """Who answers is who was asked."""
    room = Room(Began(FIRST, SECOND, consent=Consent.ASK)).talk(heard("yes", YES, by=SECOND))
    assert room.state.phase is Phase.CONSENT
    assert room.state.asking == FIRST


def test_voices_are_told_apart_only_after_the_yes_of_both() -> None:
    """Asked after the words, of both; one no, or nobody's answer, and they are not."""
    asking = Began(FIRST, SECOND, consent=Consent.ASK, voices=Voices.ASK)
    yes, no = heard("yes", YES), heard("no", NO)
    answers = {
        (yes, no, yes, yes, yes): True,
        (yes, yes, yes, yes, yes): True,
        (yes, no, yes, yes, no): False,
        (yes, no, yes, no): False,
        (no, yes, yes): True,
        (no, no): False,
        (yes, no, yes, Quiet(20), Quiet(20)): False,
        (yes, no, yes, yes, heard("hm"), heard("hm")): False,
    }
    for said, told in answers.items():
        room = Room(asking).talk(*said)
        assert (room.state.phase is Phase.SHARE) is not told, said
        ordered = [c for *_, commands in room.trace for c in commands]
        assert (TellApart() in ordered) is told, said
        assert keys(room)[-1] == ("sentence_first" if told else "share_no_voices")
        assert room.state.voices is (Voices.ON if told else Voices.OFF)


def test_nobody_agrees_to_voices_for_the_other_one() -> None:
    """Who answers is who was asked."""
    room = Room(Began(FIRST, SECOND, voices=Voices.ASK)).talk(heard("yes", YES, by=SECOND))
    assert (room.state.phase, room.state.asking) == (Phase.CONSENT, FIRST)
    assert keys(room)[-1] == "voices_speaker"


ANNAS = heard("I am Anna and I am here to listen")
BENS = heard("I'm Ben and I'm here to listen to you, Anna")


def introducing(*said: Event, **began: bool) -> Room:
    """Both have said yes to the voices; then this is said."""
    asking = Began(FIRST, SECOND, voices=Voices.ASK, **began)
    return Room(asking).talk(heard("yes", YES), heard("yes", YES), *said)


def learned(room: Room) -> list[Learn]:
    return [c for *_, commands in room.trace for c in commands if isinstance(c, Learn)]


def test_each_is_asked_for_a_sentence_to_know_the_voice_by() -> None:
    """After two yeses, each by name; listened to as to talk, and learned as nobody's for sure."""
    room = introducing()
    assert (keys(room)[-1], room.trace[-1][3][-1]) == ("sentence_first", Listen(Step.REFLECT))
    assert Imago().question(room.state) is None
    room.say(ANNAS)
    assert (keys(room)[-1], learned(room)) == ("sentence_second", [])
    room.say(BENS)
    assert (room.state.phase, keys(room)[-1]) == (Phase.SHARE, "share_sentences")
    assert learned(room) == [
        Learn(FIRST, (ANNAS.utterance,), unproven=True),
        Learn(SECOND, (BENS.utterance,), unproven=True),
    ]
    assert keys(introducing(ANNAS, BENS, ask_buttons=True))[-1] == "buttons_first_share_sentences"


NONE_COUNTS = {
    "a no": (heard("no", NO),),
    "the first one says nothing": (Quiet(20), Quiet(20)),
    "a word": (heard("hello"), heard("Anna")),
    "only a yes": (heard("yes", YES), heard("yes", YES)),
    "a question": (heard("what am I to say now?"),) * 2,
    "the other's voice": (heard("I am here to listen", by=SECOND),) * 2,
    "two voices": (heard("I am here to listen", overlap=True),) * 2,
    "the other's name": (BENS, BENS),
    "the second says nothing": (ANNAS, Quiet(20), Quiet(20)),
    "the first one once more": (ANNAS, ANNAS, ANNAS),
    "the second says no": (ANNAS, heard("no", NO)),
}


@pytest.mark.parametrize("what", NONE_COUNTS)
def test_without_both_sentences_it_goes_on_and_learns_none(what: str) -> None:
    """Asked once more at most; nobody is stuck there, and voices are told apart all the same."""
    room = introducing(*NONE_COUNTS[what])
    assert (room.state.phase, keys(room)[-1]) == (Phase.SHARE, "share_no_sentences")
    assert learned(room) == [] and room.state.voices is Voices.ON
    assert keys(room).count("sentence_again") <= 1


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("My name is Anna, and I am here to listen.", True),
        ("I'm here to listen, says Anna to Ben.", True),
        ("i am hannah and i am here to listen", True),
        ("I am here to listen.", True),
        ("I AM BEN AND I AM HERE TO LISTEN", False),
        ("I'm Ben, not Anna, and I'm here.", False),
        ("I am here to listen to Ben.", False),
        ("I am Benjamin's wife, and I am here to listen.", True),
    ],
)
def test_a_sentence_with_the_others_name_is_not_theirs(text: str, counts: bool) -> None:
    """Unless their own is said before it. A recogniser may write a name as it likes."""
    asked = introducing(heard(text)).state.asking
    assert asked == (SECOND if counts else FIRST)


def test_names_of_several_words_and_signs_are_found() -> None:
    began = Began("Mary Ann", "O'Hara", voices=Voices.ASK)
    room = Room(began).talk(heard("yes", YES), heard("yes", YES))
    room.say(heard("I am O'Hara and I listen"))
    assert keys(room)[-1] == "sentence_again"
    room.say(heard("it is mary-ann and not o'hara"))
    assert keys(room)[-1] == "sentence_second"


def test_voices_settled_before_are_not_asked_about() -> None:
    """On: told apart at once. Off: never."""
    on, off = (Room(Began(FIRST, SECOND, voices=v)) for v in (Voices.ON, Voices.OFF))
    assert TellApart() in on.trace[-1][3]
    assert TellApart() not in off.trace[-1][3]
    assert on.state.phase is off.state.phase is Phase.SHARE
    assert keys(on) == ["begin"]


def test_keys_answer_only_after_the_yes_of_both() -> None:
    """Asked last, of both; one no, or nobody's answer, and they do not. It is said which."""
    asking = Began(FIRST, SECOND, consent=Consent.ASK, voices=Voices.ASK, ask_buttons=True)
    yes, no = heard("yes", YES), heard("no", NO)
    answers = {
        (yes, no, yes, yes, yes, no, yes, yes): True,
        (no, no, yes, yes): True,
        (no, no, yes, no): False,
        (no, no, no): False,
        (no, no, heard("mostly", PARTLY), heard("mostly", PARTLY)): False,
        (no, no, Quiet(20), Quiet(20)): False,
        (no, no, yes, heard("hm"), heard("hm")): False,
        (no, no, yes, heard("yes", YES, either=True), heard("yes", YES, either=True)): False,
    }
    for said, told in answers.items():
        room = Room(asking).talk(*said)
        assert room.state.phase is Phase.SHARE, said
        ordered = [c for *_, commands in room.trace for c in commands]
        assert (AcceptKeys() in ordered) is room.state.buttons is told, said
        assert keys(room)[-1] == ("share_buttons" if told else "share_no_buttons")
        assert not room.state.ask_buttons


def test_nobody_agrees_to_keys_for_the_other_one() -> None:
    """Who answers is who was asked, and by no key."""
    room = Room(Began(FIRST, SECOND, ask_buttons=True)).talk(heard("yes", YES, by=SECOND))
    assert (room.state.phase, room.state.asking) == (Phase.CONSENT, FIRST)
    assert keys(room) == ["buttons_first_begin", "buttons_speaker"]
    assert room.say(Answered(YES)) == ()
    room.talk(heard("yes", YES, by=FIRST), heard("yes", YES, by=FIRST))
    assert (room.state.asking, keys(room)[-1]) == (SECOND, "buttons_speaker")


def test_keys_that_are_settled_are_not_asked_about() -> None:
    """Both have agreed before; or nobody was to be asked."""
    both = Room(Began(FIRST, SECOND, buttons=True, ask_buttons=True))
    assert both.state.buttons and both.state.phase is Phase.SHARE
    off = Room(Began(FIRST, SECOND))
    assert not off.state.buttons and off.state.phase is Phase.SHARE


def test_a_yes_that_may_be_the_listeners_asks_for_a_sentence() -> None:
    """Rather than guess; what follows by the speaker's own voice goes on."""
    room = at_check().talk(heard("yes", YES, either=True))
    assert (room.state.phase, keys(room)[-1]) == (Phase.CHECK, "check_sentence")
    assert room.say(heard("yes you got it", YES, by=FIRST))
    assert room.state.phase is Phase.MORE


def test_a_no_that_may_be_the_listeners_ends_no_round() -> None:
    """ "No, that is all" is the speaker's to say."""
    room = at_more().talk(heard("no", NO, either=True))
    assert (room.state.phase, keys(room)[-1]) == (Phase.MORE, "more_speaker")


@pytest.mark.parametrize("by", PARTNERS)
@pytest.mark.parametrize("phase", TALK)
def test_pause_and_resume_in_every_phase_by_either(phase: Phase, by: str | None) -> None:
    """Resume goes on at the same step with nothing lost."""
    room = Room(Began(FIRST, SECOND, consent=Consent.ASK))
    room.state = room.state.but(phase=phase, attempt=2, asking=FIRST)
    before = room.state
    room.say(heard("pause", command=Spoken.PAUSE, by=by))
    assert room.state.phase is Phase.PAUSED
    room.talk(heard("yes", YES), heard("I was sad"))
    assert room.state.phase is Phase.PAUSED
    room.say(heard("go on", command=Spoken.RESUME, by=by))
    after = room.state
    for kept in ("phase", "speaker", "attempt", "exchange", "round", "message", "reflection"):
        assert getattr(after, kept) == getattr(before, kept)


@pytest.mark.parametrize("phase", [*TALK, Phase.PAUSED])
def test_stop_asks_once_in_every_phase(phase: Phase) -> None:
    """Stop, yes: the end. Stop, no: on at the same step."""
    room = Room()
    room.state = room.state.but(phase=phase)
    room.say(heard("stop", command=Spoken.STOP))
    assert room.state.phase is phase
    assert room.machine.question(room.state) is Question.CONFIRM
    going_on = Room()
    going_on.state = room.state
    going_on.say(heard("no", NO))
    assert (going_on.state.phase, going_on.state.confirming) == (phase, None)
    assert Finish(Outcome.STOPPED) in room.say(heard("yes", YES))


def test_pause_is_heard_through_the_coachs_own_voice() -> None:
    """While the coach talks only pause and stop count."""
    room = at_check()
    room.say(Announcing("check"))
    assert room.say(heard("yes", YES)) == ()
    room.say(heard("pause", command=Spoken.PAUSE))
    assert room.state.phase is Phase.PAUSED


def test_a_swap_cut_short_by_a_pause_is_announced_again() -> None:
    """The new speaker is awaited only after the swap has been spoken to its end."""
    room = at_more().talk(heard("no", NO))
    room.say(Announcing("swap"))
    room.say(heard("pause", command=Spoken.PAUSE))
    room.say(Announced("swap"))
    assert room.state.phase is Phase.PAUSED
    commands = room.say(heard("go on", command=Spoken.RESUME))
    assert "swap" in [c.key for c in commands if isinstance(c, Announce)]
    room.speak("swap")
    assert (room.state.phase, room.state.speaker) == (Phase.SHARE, SECOND)


def test_repeat_and_help_change_no_step() -> None:
    """Both only speak."""
    for command, key in ((Spoken.REPEAT, "check"), (Spoken.HELP, "help_check")):
        room = at_check().talk(heard("x", command=command))
        assert keys(room)[-1] == key
        assert room.state.phase is Phase.CHECK


def test_what_did_i_say_is_said_back() -> None:
    """Each hears their own words, as they were understood."""
    for by, words in ((FIRST, "I felt alone at dinner"), (SECOND, "You felt alone at dinner")):
        room = at_check()
        commands = room.say(heard("x", command=Spoken.WHAT_DID_I_SAY, by=by))
        (announce,) = (c for c in commands if isinstance(c, Announce))
        assert wording.sentence(announce) == f"You said: {words}"
        assert room.state.phase is Phase.CHECK
    assert keys(Room().talk(heard("x", command=Spoken.WHAT_DID_I_SAY)))[-1] == "said_nothing"


def test_start_over_begins_the_same_message_anew() -> None:
    """Another attempt of the same exchange; in other steps it is not possible."""
    room = at_check().talk(heard("x", command=Spoken.START_OVER))
    assert (room.state.phase, room.state.exchange, room.state.attempt) == (Phase.SHARE, 1, 2)
    assert keys(at_more().talk(heard("x", command=Spoken.START_OVER)))[-1] == "not_now"


def test_a_turn_is_skipped_only_if_its_owner_agrees() -> None:
    """It is asked once, the other one's yes does not count, and no mirror may be open."""
    room = Room().talk(heard("x", command=Spoken.SKIP), heard("yes", YES, by=SECOND))
    assert room.state.phase is Phase.SHARE
    assert room.talk(heard("yes", YES, by=FIRST)).state.phase is Phase.SWAP
    assert Room().talk(heard("x", command=Spoken.SKIP), heard("no", NO)).state.phase is Phase.SHARE
    assert keys(at_check().talk(heard("x", command=Spoken.SKIP)))[-1] == "not_now"


# ----------------------------------------------------------------------- table, words


@pytest.mark.parametrize(("phase", "struck"), list(TABLE))
def test_every_row_enters_only_what_it_names(phase: Phase, struck: Trigger) -> None:
    """An act may enter the phases of its row, in that order, and no other."""
    row = TABLE[phase, struck]
    for event in _examples():
        for state in _states(phase):
            if trigger(state, event) is not struck:
                continue
            after, commands = row.act(state, event)
            entered = [c.phase for c in commands if isinstance(c, Enter)]
            allowed = iter(row.to)
            assert all(p in allowed for p in entered), (state, event, entered)
            assert after.phase is (entered[-1] if entered else phase)


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("struck", list(Trigger))
def test_what_is_not_in_the_table_changes_nothing(phase: Phase, struck: Trigger) -> None:
    """A pair without a row leaves the dialogue as it was."""
    if (phase, struck) in TABLE:
        return
    machine = Imago()
    for event in _examples():
        for state in _states(phase):
            if trigger(state, event) is struck:
                after, commands = machine.step(state, event)
                assert commands == ()
                assert after.but(talking=None, question_by=None) == state.but(
                    talking=None, question_by=None
                )


def test_every_row_can_be_reached() -> None:
    """A row that no event strikes would be dead."""
    reached = {
        (state.phase, trigger(state, event))
        for phase in Phase
        for state in _states(phase)
        for event in _examples()
    }
    assert set(TABLE) <= reached


def test_every_announcement_has_a_sentence() -> None:
    """Whatever the machine can order to be said is worded."""
    ordered = set()
    for phase in Phase:
        for state in _states(phase):
            for event in _examples():
                _, commands = Imago().step(state, event)
                ordered |= {c for c in commands if isinstance(c, Announce)}
    assert len({c.key for c in ordered}) > 30
    for announce in ordered:
        assert "{" not in wording.sentence(announce)


def test_the_diagram_is_drawn_from_the_table() -> None:
    """Every change of phase in the table is an arrow."""
    drawn = diagram()
    assert "check --> more: yes" in drawn
    assert "more --> swap: no" in drawn
    assert "check --> swap" not in drawn


def _states(phase: Phase) -> list[State]:
    base = State(
        phase=phase,
        first=FIRST,
        second=SECOND,
        speaker=FIRST,
        asking=FIRST,
        started=True,
        message=(Utterance("I was sad"),),
        reflection=(Utterance("You were sad"),),
        prompt=Announce("check", FIRST, (("speaker", FIRST), ("listener", SECOND))),
        back=Phase.CHECK if phase is Phase.PAUSED else None,
    )
    states = [
        base,
        base.but(talking=phase.value),
        base.but(confirming=Spoken.STOP),
        base.but(confirming=Spoken.SKIP),
        base.but(confirming=Spoken.FORGET),
        base.but(buttons=True),
        base.but(ask_buttons=True),
        base.but(round=2),
    ]
    states += [base.but(asked=n) for n in (1, 2, 3)] + [base.but(quiet=n) for n in (1, 2)]
    states += [base.but(question_by=Asked.MORE), base.but(asking=SECOND), base.but(attempt=3)]
    states += [base.but(back=back) for back in TALK] if phase is Phase.PAUSED else []
    if phase is Phase.CONSENT:
        asked = [State(), *(base.but(voices=v, asking=SECOND) for v in Voices)]
        asked += [base.but(offered=Consent.SOUND, asking=whom) for whom in (FIRST, SECOND)]
        states += [*asked, *(s.but(asking_voices=True, voices=Voices.ASK) for s in states)]
        states += [s.but(asking_buttons=True, ask_buttons=True) for s in states]
        states += [base.but(introducing=True, asking=s, asked=n) for s in PARTNERS for n in (0, 1)]
    return states


def _examples() -> list[Event]:
    answers = [
        heard("yes well", answer, by=by, rest=rest, asked=asked, before="you were sad")
        for answer, by, rest, asked in itertools.product(
            Answer, PARTNERS, ("", "I was sad"), (None, *Asked)
        )
    ]
    commands: list[Event] = [heard("x", command=command) for command in Spoken]
    commands += [Pressed(key) for key in Spoken]
    commands += [Answered(answer) for answer in Answer]
    longer = heard("you were sad and you were alone", by=SECOND)
    others: list[Event] = [heard(""), longer, Quiet(20), InputEnded(), Interrupted(), TakenUp()]
    others += [Noticed(notice) for notice in Notice]
    others += [
        Began(FIRST, SECOND, consent=c, voices=v, ask_buttons=b)
        for c in Consent
        for v in Voices
        for b in (True, False)
    ]
    others += [heard("yes", YES, either=True), heard("no", NO, either=True)]
    others += [heard("yes", YES, third=True), heard("no", NO, third=True)]
    others += [Announced(p.value) for p in Phase] + [Announcing(p.value) for p in Phase]
    return [*answers, *commands, *others]


# ------------------------------------------------------------- what the ear notices


@pytest.mark.parametrize("notice", list(Notice))
def test_a_notice_is_an_aside(notice: Notice) -> None:
    """It is said into a pause; the step, its question and what is repeated stay."""
    room = at_check()
    room.say(heard("Is there more?", asked=Asked.MORE, by=SECOND))
    before = room.state
    commands = room.say(Noticed(notice))
    if notice is Notice.LONG:
        assert commands == ()
        return
    (announce,) = commands
    assert isinstance(announce, Announce) and announce.aside
    assert room.speak(announce.key) == ()
    assert room.state == before


def test_a_yes_after_one_moment_is_no_yes_to_another_question() -> None:
    """The coach's aside does not make the partner's question its own."""
    room = at_check()
    room.say(heard("Is there more?", asked=Asked.MORE, by=SECOND))
    room.say(Noticed(Notice.BEHIND))
    room.speak("one_moment")
    room.say(heard("yes", Answer.YES))
    assert room.state.phase is Phase.CHECK


def test_a_long_share_is_offered_a_mirror() -> None:
    """Only there; the speaker may go on."""
    room = Room(Began(FIRST, SECOND))
    (announce,) = room.say(Noticed(Notice.LONG))
    assert isinstance(announce, Announce)
    assert (announce.key, announce.aside) == ("offer_mirror", True)
    assert room.state.phase is Phase.SHARE


def test_what_only_the_limit_has_cut_is_one_message() -> None:
    """The same breath is no mirror and no answer, whosever voice it may be."""
    cut = Heard(Utterance("I was sad and", 0.0, 240.0, reason=Reason.LIMIT), Reply(Answer.UNCLEAR))
    on = Heard(Utterance("and yes", 240.1, 242.0), Reply(Answer.YES))
    room = Room(Began(FIRST, SECOND)).talk(cut, on)
    assert room.state.phase is Phase.REFLECT
    assert [said.text for said in room.state.message] == ["I was sad and", "and yes"]
    room = Room(Began(FIRST, SECOND)).talk(heard("I was sad"), cut, on)
    assert room.state.phase is Phase.CHECK
    assert len(room.state.reflection) == 2


# ------------------------------------------------------------------ invariants


ANYTHING = st.lists(st.one_of(HEARD, HEARD, HEARD, OTHER), max_size=60)

MOST_ASKED = 9
OPENING = st.integers(0, 2 * MOST_ASKED).map(
    lambda at: tuple(heard("no", NO) if n == at else heard("yes", YES) for n in range(MOST_ASKED))
)
"""Answers to all that may be asked at the beginning, at most one a no; into a share they are
nothing."""
ROUND = (
    heard("I felt alone at dinner"),
    heard("You felt alone at dinner"),
    heard("yes", YES),
    heard("no that's all", NO),
    Announcing("swap"),
    Announced("swap"),
)
SO_FAR = st.tuples(OPENING, st.integers(0, 2 * len(ROUND))).map(
    lambda drawn: (*drawn[0], *(ROUND * 2)[: drawn[1]])
)
"""A dialogue that went well up to any point: by chance alone the late phases are hardly met."""


def live(began: Began, events: list[Event], speaks: st.DataObject) -> Room:
    """A room in which the coach speaks what it ordered, at moments that may be awkward."""
    room = Room(began).talk(*speaks.draw(SO_FAR))
    for event in events:
        ordered = [c.key for c in room.trace[-1][3] if isinstance(c, Announce)]
        if ordered and speaks.draw(st.booleans()):
            room.say(Announcing(ordered[-1]))
            if speaks.draw(st.booleans()):
                room.say(speaks.draw(st.sampled_from((event, Answered(YES), Answered(NO)))))
            room.say(Announced(ordered[-1]))
        room.say(event)
    return room


@given(BEGAN, ANYTHING, ENDS, st.data())
@settings(max_examples=400, deadline=None)
def test_rules_that_no_input_may_break(
    began: Began, events: list[Event], end: Event, data: st.DataObject
) -> None:
    """Two people say anything at all, and every rule of the dialogue still holds."""
    room = live(began, events, data)
    for before, event, after, commands in room.trace:
        entered = [c.phase for c in commands if isinstance(c, Enter)]
        if isinstance(event, Answered):
            _a_key_answers_only_where_both_agreed(before, event, after)
            continue
        _keys_are_agreed_to_by_both(room, before, event, after)
        _sentences_count_together(before, event, commands)
        _yes_only_from_the_speaker(before, event, entered)
        _swap_only_by_no(before, event, entered)
        _roles_swap_once_and_after_the_announcement(before, event, after)
        _talking_moves_nothing(before, event, after)
        assert sum(isinstance(c, Listen) for c in commands) <= 1
        if isinstance(event, Scored):
            assert (after, commands) == (before, ())
    assert room.say(end)[-1] if room.state.phase is not Phase.DONE else True
    assert room.state.phase is Phase.DONE


def _keys_are_agreed_to_by_both(room: Room, before: State, event: Event, after: State) -> None:
    """Before it begins, or by the second one's yes, aloud, to whom the first one's has led."""
    assert after.buttons or not before.buttons
    asked = after.asking_buttons and after.asking == SECOND
    if asked and not (before.asking_buttons and before.asking == SECOND):
        assert before.asking_buttons and before.asking == FIRST
        _a_yes_of(FIRST, event, before)
    if after.buttons and not before.buttons and not isinstance(event, Began):
        assert before.asking_buttons and before.asking == SECOND
        _a_yes_of(SECOND, event, before)
        assert AcceptKeys() in next(c for s, e, _, c in room.trace if s is before and e is event)


def _sentences_count_together(before: State, event: Event, commands: tuple[Command, ...]) -> None:
    """Both, each said when it was asked for, before the first share; else none."""
    unproven = [c for c in commands if isinstance(c, Learn) and c.unproven]
    if unproven:
        assert before.introducing and before.asking == SECOND and before.talking is None
        assert isinstance(event, Heard) and event.utterance.partner in (SECOND, None)
        first, second = unproven
        assert (first.partner, first.turns) == (FIRST, before.introduced)
        assert (second.partner, second.turns) == (SECOND, (event.utterance,))


def _a_yes_of(partner: str, event: Event, before: State) -> None:
    assert isinstance(event, Heard)
    assert event.reply.answer is YES and event.utterance.partner in (partner, None)
    assert not _nobodys(event) and before.talking is None


def _a_key_answers_only_where_both_agreed(before: State, event: Answered, after: State) -> None:
    """Then it is the speaker's yes or no to the question of the step, and else it is nothing."""
    if after != before:
        assert before.buttons and before.talking is None and before.confirming is None
        there = (before.phase, event.answer)
        went = {
            (Phase.CHECK, YES): (Phase.MORE,),
            (Phase.CHECK, NO): (Phase.SHARE,),
            (Phase.MORE, YES): (Phase.SHARE,),
            (Phase.MORE, NO): (Phase.SWAP, Phase.CLOSE),
        }
        assert after.phase in went[there]


def _nobodys(event: Heard) -> bool:
    """Whether it is not known to be the speaker's alone although voices are compared."""
    said = event.utterance
    return said.either or said.third or said.overlap


def _yes_only_from_the_speaker(before: State, event: Event, entered: list[Phase]) -> None:
    if before.phase is Phase.CHECK and any(phase in AFTER_CHECK for phase in entered):
        assert isinstance(event, Heard)
        assert event.reply.answer is YES
        assert event.utterance.text.strip()
        assert event.utterance.partner != before.listener
        assert not _nobodys(event)
        assert event.asked is not Asked.CHECK_BACK
        assert before.talking is None


def _swap_only_by_no(before: State, event: Event, entered: list[Phase]) -> None:
    resumed = before.phase is Phase.PAUSED or before.phase in (Phase.SWAP, Phase.CLOSE)
    if not resumed and any(phase in (Phase.SWAP, Phase.CLOSE) for phase in entered):
        if before.confirming is Spoken.SKIP:
            assert before.phase in (Phase.SHARE, Phase.MORE)
            assert isinstance(event, Heard)
            assert event.reply.answer is YES
            assert event.utterance.partner != before.listener
            assert not _nobodys(event)
            return
        assert before.phase is Phase.MORE
        assert isinstance(event, Heard)
        assert event.reply.answer is NO
        assert event.utterance.partner != before.listener
        assert not _nobodys(event)


def _roles_swap_once_and_after_the_announcement(before: State, event: Event, after: State) -> None:
    if isinstance(event, Began):
        return
    assert after.round - before.round in (0, 1)
    assert (after.round != before.round) == (after.speaker != before.speaker)
    if after.round != before.round:
        assert before.phase is Phase.SWAP
        assert event == Announced("swap")


def _talking_moves_nothing(before: State, event: Event, after: State) -> None:
    if before.talking is None or not isinstance(event, Heard | Quiet | Scored):
        return
    commanded = isinstance(event, Heard) and event.reply.command in (Spoken.PAUSE, Spoken.STOP)
    if not commanded:
        assert after == before


@given(BEGAN, ANYTHING, st.data())
@settings(max_examples=100, deadline=None)
def test_replaying_the_events_reproduces_the_commands(
    began: Began, events: list[Event], data: st.DataObject
) -> None:
    """The machine is a function of its events alone."""
    room = live(began, events, data)
    machine = Imago()
    state = machine.initial()
    for _, event, after, commands in room.trace:
        state, again = machine.step(state, event)
        assert (state, again) == (after, commands)


@pytest.mark.parametrize("phase", list(Phase))
def test_a_score_moves_nothing_in_any_step(phase: Phase) -> None:
    """That a score never moves the dialogue is structural: no row of the table is struck by one."""
    for state in _states(phase):
        for score in (0.0, 50.0, 100.0):
            event = Scored(Fidelity(score, "mirrored", 1.0, 0.0))
            assert Imago().step(state, event) == (state, ())


def test_listening_fits_the_phase() -> None:
    """A share is awaited patiently, a reply is not."""
    room = Room()
    assert Listen(Step.SHARE) in room.trace[0][3]
    assert Listen(Step.REFLECT) in room.say(heard("I was sad"))
    assert Listen(Step.REPLY) in room.say(heard("You were sad"))


# ------------------------------------------------------- interruptions, and nobody's voice


def test_two_interruptions_of_one_share_bring_one_request() -> None:
    """Gentle, by name, into a pause; the third says nothing more, the next share counts anew."""
    room = Room()
    for count in (1, 2, 3):
        commands = room.say(heard("that is not true", NO, by=SECOND))
        said = [(c.key, c.to, c.aside) for c in commands if isinstance(c, Announce)]
        assert said == ([("let_finish", SECOND, True)] if count == 2 else [])
        assert (room.state.phase, room.state.message) == (Phase.SHARE, ())
    room.talk(heard("I was sad", by=FIRST), heard("You were sad", by=SECOND), heard("no", NO))
    assert room.state.interjections == 0
    room.say(heard("that is not true", by=SECOND))
    assert keys(room).count("let_finish") == 1


@pytest.mark.parametrize("said", [heard("mm-hm", YES, by=SECOND), heard("oh dear", by=SECOND)])
def test_listening_aloud_is_no_interruption(said: Heard) -> None:
    """ "Mm-hm" is kept in the record and counts for nothing."""
    room = Room().talk(said, said, said)
    assert room.state.interjections == 0
    assert keys(room) == ["begin"]


def test_a_doubtful_share_is_a_message() -> None:
    """Rather a word too many in a message than a message lost."""
    assert Room().talk(heard("I was sad", either=True)).state.phase is Phase.REFLECT
    assert Room().talk(heard("I was sad", overlap=True)).state.phase is Phase.REFLECT


def test_a_third_voice_is_nobodys_in_every_step() -> None:
    """It shares nothing, mirrors nothing, confirms nothing, consents to nothing; it may pause."""
    news = heard("the weather will be fine tomorrow", third=True)
    assert Room().talk(news).state.message == ()
    assert Room().talk(heard("I was sad"), news).state.phase is Phase.REFLECT
    assert at_check().talk(heard("no", NO, third=True)).state.phase is Phase.CHECK
    assert at_check().talk(heard("yes", YES, third=True)).state.phase is Phase.CHECK
    assert at_more().talk(heard("no", NO, third=True)).state.phase is Phase.MORE
    assert at_more().talk(heard("yes", YES, third=True)).state.phase is Phase.MORE
    asked = Room(Began(FIRST, SECOND, consent=Consent.ASK))
    assert asked.talk(heard("yes", YES, third=True)).state.asking == FIRST
    stop = at_check().talk(heard("stop", command=Spoken.STOP, third=True))
    assert stop.talk(heard("yes", YES, third=True)).state.phase is Phase.CHECK
    assert at_check().talk(heard("pause", command=Spoken.PAUSE, third=True)).state.back
    over = at_check().talk(heard("start over", command=Spoken.START_OVER, third=True))
    assert over.state.phase is Phase.CHECK


@pytest.mark.parametrize("how", ["either", "third", "overlap"])
def test_nobody_is_asked_for_a_sentence_without_end(how: str) -> None:
    """Twice; then it goes the way of an unclear answer, and at last the coach waits in silence."""
    room = at_check()
    for _ in range(6):
        room.say(heard("yes", YES, **{how: True}))  # type: ignore[arg-type]
    asked = ["check_sentence"] * 2 + ["check_again", "check_plainly", "check_explain"]
    assert keys(room)[-5:] == asked
    assert room.talk(heard("yes", YES, by=FIRST)).state.phase is Phase.MORE
    assert room.state.sentences == 0


def test_consent_in_doubt_is_asked_again() -> None:
    """Nobody knows who said that yes; the second time it is no."""
    room = Room(Began(FIRST, SECOND, consent=Consent.ASK))
    room.say(heard("yes", YES, either=True))
    assert keys(room)[-1] == "consent_again"
    assert Keep(Consent.NOTHING) in room.say(heard("yes", YES, overlap=True))
