"""What the page tells, line by line of a session."""

from __future__ import annotations

from collections.abc import Iterator

from tests.web.live.talks import STRANGE, Lines, asked_aloud, lines, until
from voicecoach.dialogue.messages import Consent, Voices
from voicecoach.web.live import stage
from voicecoach.web.live.stage import OVER, Stage

CORRECTED = """
DANIEL: I was sad.
RUTH: You were angry.
DANIEL: No.
DANIEL: I was sad, not angry.
RUTH: You were sad.
DANIEL: Yes.
DANIEL: Yes.
DANIEL: I was tired.
RUTH: You were tired.
DANIEL: Yes.
DANIEL: No, nothing more.
RUTH: I was busy.
"""


def told(lines: Lines) -> Stage:
    """The stage after these lines."""
    there = Stage()
    for line in lines:
        there = there.after(line)
    return there


def each(lines: Lines) -> Iterator[Stage]:
    """The stage after each of these lines that enters a phase."""
    for at, line in enumerate(lines):
        if line["kind"] == "phase":
            yield told(lines[: at + 1])


def test_every_phase_says_who_has_the_floor_and_what_to_do() -> None:
    said = [(there.phase, there.who, there.what) for there in each(lines())]
    assert said[:4] == [
        ("share", "Daniel", "Say what Ruth should hear."),
        ("reflect", "Ruth", "Say back what Daniel said."),
        ("check", "Daniel", "Did Ruth get that?"),
        ("share", "Daniel", "Say it again, in other words."),
    ]
    assert ("more", "Daniel", "Is there more?") in said
    assert ("swap", "Both of you", "You switch roles.") in said
    assert ("close", "Both of you", "You have come to the end.") in said
    assert ("share", "Ruth", "Say what Daniel should hear.") in said
    assert not any("{" in who + what for _, who, what in said)


def test_it_counts_tries_and_messages() -> None:
    places = [there.place for there in each(lines(CORRECTED))]
    assert places[:3] == ["Round 1"] * 3
    assert "Round 1, try 2" in places and "Round 1, message 2" in places
    assert places[-1] == "Round 2"


def test_the_steps_of_a_round_tell_how_they_came_out() -> None:
    """A round begins anew; a step that is left says what it brought."""
    talk = lines(CORRECTED)
    path = [(step.text, step.sign) for step in told(until(talk, "swap")).path]
    assert path == [
        ("share", ""), ("mirror", ""), ("not yet", "↻"),
        ("share", ""), ("mirror", ""), ("understood", "✓"), ("more", ""),
        ("share", ""), ("mirror", ""), ("understood", "✓"), ("no more", ""),
        ("switch", ""),
    ]  # fmt: skip
    assert told(until(talk, "share")).to_come == ("mirror", "understood?", "more?")
    assert [step.text for step in told(talk).path][:1] == ["share"]
    assert told(talk).round == 2


def test_buttons_answer_once_both_have_said_so_aloud() -> None:
    """Who is asked is shown; a no leaves them off, and so they stay."""
    talk = asked_aloud("Yes.")
    asking = told(until(talk, "consent"))
    assert (asking.who, asking.what, asking.agreed) == ("Daniel", "Answer with yes or no.", False)
    second = next(at for at, line in enumerate(talk) if line.get("key") == "buttons_second")
    assert (told(talk[: second + 1]).who, told(talk[: second + 1]).agreed) == ("Ruth", False)
    assert told(until(talk, "share")).agreed and told(until(talk, "check")).agreed
    assert not told(until(asked_aloud("No."), "check")).agreed
    assert told(lines("ANNA: I was sad.\nBEN: You were.\n", buttons=True)[:1]).agreed


INTRODUCED = """
DANIEL: Yes.
RUTH: Yes.
DANIEL: I am Daniel and I am here to listen.
RUTH: Hm.
RUTH: Pause.
RUTH: Go on.
RUTH: Help.
RUTH: No.
DANIEL: Yes.
"""


def test_whoever_is_asked_for_a_sentence_is_told_which() -> None:
    """Until it is about a yes or no again."""
    talk = lines(INTRODUCED, voices=Voices.ASK, ask_buttons=True)
    asked = {line["key"]: told(talk[: at + 1]) for at, line in enumerate(talk) if "key" in line}
    one = "Say your name and that you are here to listen."
    for key, who, what in (
        ("voices_second", "Ruth", "Answer with yes or no."),
        ("sentence_first", "Daniel", one),
        ("sentence_second", "Ruth", one),
        ("sentence_again", "Ruth", one),
        ("paused", "Paused", "Say “go on” when you are ready."),
        ("resume_sentence", "Ruth", one),
        ("help_sentence", "Both of you", one),
        ("buttons_first_share_no_sentences", "Daniel", "Answer with yes or no."),
        ("buttons_second", "Ruth", "Answer with yes or no."),
    ):
        assert (asked[key].who, asked[key].what) == (who, what), key


def test_a_pause_is_no_step_and_neither_is_what_follows_it() -> None:
    talk = lines("ANNA: I was sad.\n(press: pause)\n(press: resume)\nBEN: You were sad.\n")
    paused = told(until(talk, "paused"))
    assert (paused.who, paused.what) == ("Paused", "Say “go on” when you are ready.")
    assert [step.text for step in paused.path] == ["share", "mirror"]
    assert [step.text for step in told(until(talk, "check")).path] == [
        "share", "mirror", "understood?",
    ]  # fmt: skip


def test_what_is_asked_about_a_command_is_shown_until_it_is_answered() -> None:
    talk = lines("ANNA: I was sad.\n(press: stop)\n(3 s)\nANNA: No.\n(2 s)\nBEN: You were sad.\n")
    asked = next(at for at, line in enumerate(talk) if line.get("key") == "stop")
    there = told(talk[: asked + 1])
    assert (there.asking, there.what) == ("stop", "Shall we stop here? Say yes or no.")
    answered = next(at for at, line in enumerate(talk) if line["kind"] == "reply" and at > asked)
    assert told(talk[: answered + 1]).asking == ""
    said = told(lines("ANNA: Stop.\n")[:5])
    assert (said.phase, said.asking) == ("share", "stop"), "before the coach can ask"
    room = {**talk[asked], "key": "room_loud"}
    assert there.after(room).asking == "stop", "an aside closes no question"


def test_consent_is_the_one_who_is_asked() -> None:
    talk = lines("ANNA: Yes.\nANNA: No.\nBEN: Yes.\nANNA: I was sad.\n", consent=Consent.ASK)
    who = [told(talk[: at + 1]).who for at, line in enumerate(talk) if line["kind"] == "announce"]
    assert who[:3] == ["Anna", "Anna", "Ben"]


def test_the_end_tells_how() -> None:
    there = told(lines())
    assert (there.who, there.what) == ("The coach has ended", "The dialogue is complete.")
    assert told([dict(OVER)]).what == "The terminal tells why."
    assert told([*lines(), dict(OVER)]).what == "The dialogue is complete."


def test_a_press_can_be_older_than_what_is_asked() -> None:
    """The number changes with each phase, each question and the end, and with nothing else."""
    serials = [told(lines()[: at + 1]).serial for at in range(len(lines()))]
    changes = [line for line in lines() if line["kind"] in ("phase", "ended")]
    assert serials == sorted(serials)
    assert serials[-1] == len(changes)


def test_captions_are_turns_announcements_and_notes() -> None:
    there, captions = Stage(), []
    for line in lines():
        said = stage.caption(there, line, len(captions) + 1)
        captions += [said] if said else []
        there = there.after(line)
    assert [(each.who, each.side) for each in captions[:4]] == [
        ("Coach", None), ("Daniel", 0), ("Coach", None), ("Ruth", 1),
    ]  # fmt: skip
    nobody = {"kind": "turn", "partner": None, "role": None, "text": "hello"}
    assert stage.caption(there, nobody, 1).who == "Someone"  # type: ignore[union-attr]
    note = {"kind": "warning", "text": "The microphone is gone."}
    assert stage.caption(there, note, 1).kind == "note"  # type: ignore[union-attr]


def test_names_of_any_kind_stay_as_they_are() -> None:
    began = {"kind": "began", "names": list(STRANGE)}
    entered = {"kind": "phase", "phase": "share", "speaker": STRANGE[0], "listener": STRANGE[1]}
    there = told([began, {**entered, "round": 1, "exchange": 1, "attempt": 1}])
    assert there.who == STRANGE[0] and there.side == 0
    assert STRANGE[1] in there.what
