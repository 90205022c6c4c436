"""The rules of a practice, as a trainee meets them and over anything anybody may say."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialogue.people import ENDS, HEARD, OTHER
from voicecoach.dialogue import turns, wording
from voicecoach.dialogue.messages import (
    Announce,
    Announced,
    Announcing,
    Began,
    Command,
    Consent,
    Enter,
    Event,
    Fidelity,
    Finish,
    InputEnded,
    Interrupted,
    Keep,
    Listen,
    Notice,
    Noticed,
    Outcome,
    Phase,
    Pressed,
    Quiet,
    Rated,
    Score,
    Scored,
    Spoken,
    Step,
    Typed,
)
from voicecoach.dialogue.practice import ON, TABLE, Practice
from voicecoach.dialogue.practice.state import Practising, Result, Strike
from voicecoach.dialogue.practice.strikes import strike
from voicecoach.utterance import Utterance

STATEMENTS = ("I was sad when you left.", "I miss our walks.", "I am tired.")
GOOD = Fidelity(91.0, "mirrored", 0.95, 0.0)


class Room:
    """One trainee before the machine; what the coach is told to say is said at once."""

    def __init__(self, statements: Sequence[str] = STATEMENTS, rates: bool = True) -> None:
        self.machine = Practice(statements, rates=rates)
        self.state = self.machine.initial()
        self.phases: list[Phase] = []
        self.commands: list[Command] = []
        self.happen(Began("Coach", "Anna", consent=Consent.NOTHING))

    def happen(self, event: Event) -> list[Command]:
        """Everything that follows from the event, and from what is said and scored after it."""
        self.state, commands = self.machine.step(self.state, event)
        came = list(commands)
        for command in commands:
            if isinstance(command, Enter):
                self.phases.append(command.phase)
            elif isinstance(command, Score):
                came += self.happen(Scored(GOOD))
            elif isinstance(command, Announce) and not command.optional:
                for spoken in (Announcing(command.key), Announced(command.key)):
                    came += self.happen(spoken)
        self.commands += came
        return came

    def say(self, text: str) -> list[Command]:
        question = self.machine.question(self.state)
        return self.happen(turns.heard(Utterance(text), question))

    def press(self, key: Spoken) -> list[Command]:
        return self.happen(Pressed(key))

    def keys(self, came: list[Command]) -> list[str]:
        """What the coach says."""
        return [command.key for command in came if isinstance(command, Announce)]


def at_rate() -> Room:
    room = Room()
    room.say("You were sad when I left.")
    assert room.state.phase is Phase.RATE
    return room


def at_next() -> Room:
    room = at_rate()
    room.say("number seven")
    assert room.state.phase is Phase.NEXT
    return room


# ------------------------------------------------------------------- the way through


def test_a_practice_from_its_begin_to_its_close() -> None:
    """Statement, mirror, own rating, score, next; after the last one the close."""
    room = Room(STATEMENTS[:2])
    for mirror in ("You were sad when I left.", "You miss our walks."):
        assert room.state.phase is Phase.REFLECT
        room.say(mirror)
        room.say("number eight")
        room.say("next")
    p = Phase
    one = [p.SHARE, p.REFLECT, p.RATE, p.NEXT]
    assert room.phases == [*one, *one, p.CLOSE, p.DONE]
    assert Finish(Outcome.DONE) in room.commands
    scores = [command for command in room.commands if isinstance(command, Score)]
    assert [score.message for score in scores] == list(STATEMENTS[:2])
    assert [score.reflection for score in scores][1] == "You miss our walks."
    assert room.state.results == tuple(Result(n, 1, STATEMENTS[n - 1], 8.0, GOOD) for n in (1, 2))


def test_the_rating_comes_before_the_score() -> None:
    """A mirror alone is not scored; the rating is shown, then the score."""
    room = Room()
    came = room.say("You were sad when I left.")
    assert not any(isinstance(command, Score | Rated) for command in came)
    came = room.say("I'd say seven")
    shown = [type(c) for c in came if isinstance(c, Score | Rated)]
    assert shown == [Rated, Score]
    assert Rated(7.0) in came


def test_a_rating_by_key() -> None:
    """A number typed counts as one said; in another step it is nothing."""
    room = at_rate()
    assert Rated(10.0) in room.happen(Typed(10))
    assert room.happen(Typed(3)) == []
    assert Room().happen(Typed(3)) == []


def test_a_mirror_that_goes_on_is_one_mirror() -> None:
    """More of the mirror instead of the rating belongs to it; a number in it rates nothing."""
    room = Room()
    room.say("You were sad")
    room.say("and you waited for two hours")
    assert room.state.phase is Phase.RATE
    came = room.say("number six")
    (score,) = [command for command in came if isinstance(command, Score)]
    assert score.reflection == "You were sad and you waited for two hours"


def test_a_misheard_rating_is_no_part_of_the_mirror() -> None:
    """Once the coach has asked, a few words are an answer; who really goes on says more."""
    room = at_rate()
    for event in (Announcing("practice_rate"), Announced("practice_rate")):
        room.happen(event)
    assert room.keys(room.say("no I'm burned aligned")) == ["practice_rate_plainly"]
    room.say("and you did not know where I had gone to")
    came = room.say("number six")
    (score,) = [command for command in came if isinstance(command, Score)]
    mirror = "You were sad when I left. and you did not know where I had gone to"
    assert score.reflection == mirror


def test_a_check_back_is_no_part_of_the_mirror() -> None:
    """ "Did I get that?" at its end is left out; alone it is no mirror and no rating."""
    room = Room()
    assert room.say("Did I get that?") == []
    room.say("You were sad when I left. Did I get that?")
    assert room.say("Did I get that?") == []
    came = room.say("number six")
    (score,) = [command for command in came if isinstance(command, Score)]
    assert score.reflection == "You were sad when I left."


def test_an_assent_is_no_mirror() -> None:
    """ "Mm-hm" gives nothing back."""
    room = Room()
    for text in ("mm-hm", "yes", "no", ""):
        assert room.say(text) == []
    assert room.state.phase is Phase.REFLECT


def test_an_unclear_rating_is_asked_for_twice_in_the_form_heard_best() -> None:
    """Then the score is shown without one: nobody is held up by a recogniser."""
    room = at_rate()
    for _ in range(2):
        came = room.say("the buyer")
        assert room.keys(came) == ["practice_rate_plainly"]
    assert Rated(None) in room.say("the buyer")
    assert room.state.phase is Phase.NEXT
    assert room.state.results[-1].own is None


def test_a_misheard_rating_is_put_right() -> None:
    """ "No, I said eight": the last rating is another; a bare number is none any more."""
    room = at_next()
    room.say("eight")
    assert room.state.results[-1].own == 7.0
    assert Rated(8.0) in room.say("no, I said eight")
    assert room.state.results[-1].own == 8.0
    assert room.state.phase is Phase.NEXT


def test_again_is_another_attempt_at_the_same_statement() -> None:
    """After the score it counts as one more; before it nothing was mirrored yet."""
    room = at_next()
    room.say("again please")
    assert (room.state.exchange, room.state.attempt) == (1, 2)
    room.say("You were")
    room.say("start over")
    assert (room.state.exchange, room.state.attempt) == (1, 2)
    assert room.state.phase is Phase.REFLECT and room.state.reflection == ()


@pytest.mark.parametrize("text", ["next", "okay, next one please", "go on", "yes", "I'm ready"])
def test_ways_to_go_on(text: str) -> None:
    """Whatever plainly says so."""
    room = at_next()
    room.say(text)
    assert room.state.exchange == 2


@pytest.mark.parametrize("text", ["no", "hm that was hard for me", "the next time I call him"])
def test_it_goes_on_only_when_told(text: str) -> None:
    """What does not say so is answered with what can be said."""
    room = at_next()
    assert room.keys(room.say(text)) == ["practice_next_plainly"]
    assert (room.state.phase, room.state.exchange) == (Phase.NEXT, 1)


def test_the_score_is_spoken_only_on_request() -> None:
    """By itself it is shown; asked for, it is said with its evidence."""
    room = at_rate()
    assert "practice_score" not in room.keys(room.say("number seven"))
    (said,) = [c for c in room.say("tell me the score") if isinstance(c, Announce)]
    assert dict(said.values)["score"] == "91"
    assert "You kept all of it" in wording.sentence(said)


def test_skip_leaves_the_statement_out() -> None:
    """In the mirror; in the rating it leaves out only that; keys do the same."""
    room = Room()
    room.say("skip")
    assert (room.state.exchange, room.state.results) == (2, ())
    room.say("You miss our walks.")
    assert Rated(None) in room.say("skip this one")
    room.press(Spoken.SKIP)
    assert room.state.exchange == 3
    room.press(Spoken.SKIP)
    assert room.state.phase is Phase.DONE


# ------------------------------------------------------------------- silence, pause, stop


@pytest.mark.parametrize("make", [Room, at_rate, at_next])
def test_a_silence_is_asked_into_once_and_then_it_pauses(make: type[Room]) -> None:
    """After that nothing happens until the trainee says "go on"."""
    room = make()
    phase = room.state.phase
    assert len(room.keys(room.happen(Quiet(20)))) == 1
    assert room.state.phase is phase
    assert room.keys(room.happen(Quiet(20))) == ["practice_paused"]
    for _ in range(5):
        assert room.happen(Quiet(20)) == []
    assert room.say("number seven") == []
    room.say("go on")
    assert room.state.phase is phase


def test_after_a_pause_the_statement_is_said_again() -> None:
    """Nobody remembers it from before the pause."""
    room = Room()
    room.say("pause")
    assert room.keys(room.say("go on")) == ["practice_go_on", "practice_statement"]
    assert room.state.phase is Phase.REFLECT


def test_repeat_says_the_statement_or_the_question() -> None:
    """The statement while it is mirrored, and after the score too; else what is asked."""
    assert Room().keys(Room().say("repeat that")) == ["practice_statement"]
    assert Room().keys(at_rate().say("repeat that")) == ["practice_rate"]
    assert Room().keys(at_next().say("repeat that")) == ["practice_statement"]


def test_what_did_i_say() -> None:
    """The mirror as it was understood."""
    (said,) = [c for c in at_next().say("what did I say") if isinstance(c, Announce)]
    assert wording.sentence(said) == "You said: You were sad when I left."


@pytest.mark.parametrize("make", [Room, at_rate, at_next])
def test_stop_asks_once(make: type[Room]) -> None:
    """A yes ends it, a no or "go on" leaves it as it was, and so does anything else, twice."""
    room = make()
    phase, exchange = room.state.phase, room.state.exchange
    for answers in (["no"], ["go on"], ["the window", "the door"]):
        assert room.keys(room.say("stop")) == ["stop"]
        for answer in answers:
            room.say(answer)
        assert room.state.confirming is None
        assert (room.state.phase, room.state.exchange) == (phase, exchange)
    room.say("stop")
    assert Finish(Outcome.STOPPED) in room.say("yes")


def test_a_statement_that_a_key_interrupts_is_said_again() -> None:
    """Help in the middle of it takes it out of the coach's mouth."""
    room = Room()
    room.state = room.state.but(phase=Phase.SHARE, talking="practice_statement")
    assert room.keys(room.press(Spoken.HELP)) == ["practice_help_share", "practice_statement"]
    assert room.state.phase is Phase.REFLECT


@pytest.mark.parametrize("event", [InputEnded(), Interrupted()])
def test_the_end_from_outside_keeps_what_there_is(event: Event) -> None:
    """What was scored so far is there for the summary."""
    room = at_next()
    assert any(isinstance(command, Finish) for command in room.happen(event))
    assert len(room.state.results) == 1


def test_mirrors_only() -> None:
    """No rating and no waiting: the score, and the next statement by itself."""
    room = Room(rates=False)
    room.say("You were sad when I left.")
    assert (room.state.phase, room.state.exchange) == (Phase.REFLECT, 2)
    room.say("pause")
    room.say("go on")
    room.say("You miss our walks.")
    room.say("You are tired.")
    assert room.state.phase is Phase.DONE
    assert not any(isinstance(command, Rated) for command in room.commands)
    assert [result.own for result in room.state.results] == [None] * 3


def test_nothing_is_kept_but_what_was_agreed_to() -> None:
    """The consent of the command line is what is kept from the first moment."""
    for consent in (Consent.NOTHING, Consent.WORDS, Consent.SOUND):
        began = Began("Coach", "Anna", consent=consent)
        _, commands = Practice(STATEMENTS).step(Practice(STATEMENTS).initial(), began)
        assert commands[0] == Keep(consent)


def test_listening_fits_the_step() -> None:
    """A mirror is awaited patiently; a rating is decoded as free talk, where it is heard best."""
    assert Listen(Step.REFLECT) in Room().commands
    assert Listen(Step.COMMAND) in at_rate().commands
    assert Listen(Step.REPLY) in at_rate().say("stop")


def test_a_practice_needs_a_statement() -> None:
    """An empty one would have no first step."""
    with pytest.raises(ValueError, match="at least one"):
        Practice(())


@pytest.mark.parametrize("make", [Room, at_rate, at_next])
def test_what_is_said_while_the_coach_talks_moves_nothing(make: type[Room]) -> None:
    """Only "pause" and "stop" are heard through its own voice; a key counts."""
    room = make()
    room.state, _ = room.machine.step(room.state, Announcing("practice_rate_plainly"))
    before = room.state
    for text in ("number seven", "next", "You were sad when I left.", "again", "skip", "help"):
        assert room.say(text) == []
        assert room.state == before
    assert room.keys(room.say("stop")) == ["stop"]
    room.say("no")
    room.state = before
    room.say("pause")
    assert room.state.phase is Phase.PAUSED
    room.state = before
    assert room.press(Spoken.HELP) != []


# ------------------------------------------------------------------- the table


def _states(phase: Phase) -> list[Practising]:
    base = Practising(
        phase=phase,
        first="Coach",
        second="Anna",
        speaker="Coach",
        started=True,
        statements=STATEMENTS,
        message=(Utterance(STATEMENTS[0]),),
        reflection=(Utterance("You were sad"),),
        results=(Result(1, 1, STATEMENTS[0], 7.0, GOOD), Result(1, 2, STATEMENTS[0], 7.0)),
        back=Phase.REFLECT if phase is Phase.PAUSED else None,
    )
    keys = ("practice_statement", "practice_onward", "practice_close", "practice_rate")
    states = [base, base.but(exchange=3), base.but(rates=False), base.but(asked=2)]
    states += [base.but(talking=key) for key in keys]
    states += [base.but(quiet=1), base.but(confirming=Spoken.STOP), base.but(results=())]
    states += [base.but(confirming=Spoken.STOP, asked=1), base.but(rates=False, exchange=3)]
    states += [base.but(rates=False, talking="practice_onward"), base.but(reflection=())]
    states += [base.but(results=base.results[:1])]
    states += [base.but(back=back) for back in ON] if phase is Phase.PAUSED else []
    return [Practising(statements=STATEMENTS), *states] if phase is Phase.CONSENT else states


TEXTS = (
    "number seven", "no I said eight", "next", "again", "score", "skip that", "yes", "no", "",
    "You were sad when I left", "and you were really very tired", "hm", "Did I get that?",
    "pause", "go on", "stop", "repeat that", "help", "what did I say", "start over", "skip",
)  # fmt: skip


@cache
def _examples() -> list[Event]:
    questions = {Practice(STATEMENTS).question(s) for p in Phase for s in _states(p)}
    said: list[Event] = [
        turns.heard(Utterance(text), question)
        for text, question in itertools.product(TEXTS, questions)
    ]
    keys = ("practice_statement", "practice_onward", "practice_close", "practice_rate")
    spoken: list[Event] = [kind(key) for kind in (Announcing, Announced) for key in keys]
    others: list[Event] = [Quiet(20), InputEnded(), Interrupted(), Scored(GOOD), Typed(4)]
    others += [Noticed(notice) for notice in Notice] + [Pressed(key) for key in Spoken]
    others += [Began("Coach", "Anna", consent=consent) for consent in Consent]
    return [*said, *spoken, *others]


def test_every_row_can_be_reached_and_enters_only_what_it_names() -> None:
    """A row that no event strikes would be dead; a phase that it does not name is not entered."""
    reached = set()
    for phase in Phase:
        for state, event in itertools.product(_states(phase), _examples()):
            at = state.phase, strike(state, event)
            row = TABLE.get(at)
            if row is None:
                continue
            reached.add(at)
            after, commands = row.act(state, event)
            entered = [c.phase for c in commands if isinstance(c, Enter)]
            assert set(entered) <= {*row.to, Phase.DONE}, (state, event)
            assert after.phase is (entered[-1] if entered else state.phase)
    assert set(TABLE) <= reached, set(TABLE) - reached


@pytest.mark.parametrize("phase", list(Phase))
def test_what_is_not_in_the_table_changes_nothing(phase: Phase) -> None:
    """A pair without a row leaves the practice as it was."""
    machine = Practice(STATEMENTS)
    for state, event in itertools.product(_states(phase), _examples()):
        if (state.phase, strike(state, event)) not in TABLE:
            after, commands = machine.step(state, event)
            assert commands == ()
            assert after.but(talking=None, put=False) == state.but(talking=None, put=False)


def test_every_announcement_has_a_sentence() -> None:
    """Whatever can be ordered to be said is worded, with every blank filled."""
    ordered = set()
    for phase in Phase:
        for state, event in itertools.product(_states(phase), _examples()):
            _, commands = Practice(STATEMENTS).step(state, event)
            ordered |= {c for c in commands if isinstance(c, Announce)}
            if phase not in (Phase.CONSENT, Phase.DONE, Phase.CHECK, Phase.MORE, Phase.SWAP):
                ordered.add(Practice(STATEMENTS).where(state))
    assert len({announce.key for announce in ordered}) > 25
    for announce in ordered:
        assert "{" not in wording.sentence(announce)


EVENTS = st.one_of(
    HEARD,
    st.sampled_from(TEXTS).map(lambda text: turns.heard(Utterance(text), None)),
    st.sampled_from(TEXTS).map(lambda text: turns.heard(Utterance(text), None)),
    OTHER,
    st.builds(Typed, st.integers(1, 10)),
    st.sampled_from(_examples()),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(EVENTS, max_size=40), st.booleans(), ENDS)
def test_no_input_breaks_the_rules(events: list[Event], rates: bool, end: Event) -> None:
    """Over anything: a rating before a score, next only by a wish, each mirror its statement."""
    room = Room(rates=rates)
    for event in events:
        before = room.state
        came = room.happen(event)
        struck = strike(before, event)
        if isinstance(event, Scored | Quiet):
            left = [c.phase for c in came if isinstance(c, Enter)]
            assert left in ([], [Phase.PAUSED]) or before.phase is Phase.SHARE
        moved_on = room.state.exchange > before.exchange
        if moved_on and rates:
            assert struck in (Strike.NEXT, Strike.SKIP)
        for at, command in enumerate(came):
            if isinstance(command, Score):
                assert command.message in STATEMENTS
                assert rates is any(isinstance(c, Rated) for c in came[:at])
        assert [r.message for r in room.state.results] == [
            STATEMENTS[r.exchange - 1] for r in room.state.results
        ]
    room.happen(end)
    assert room.state.phase is Phase.DONE
