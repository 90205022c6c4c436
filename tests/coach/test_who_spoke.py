"""The listener says yes in the speaker's place, at one microphone and at two, through the whole
program."""

from __future__ import annotations

import functools
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import pytest

from samples.make_samples import perform, write_flac
from tests.coach.stereo import tracks, two_microphones, write_stereo
from tests.commands.running import lines, run
from voicecoach.engines.scripted import parse
from voicecoach.session import record
from voicecoach.session.entries import Session
from voicecoach.session.library import Library

needs_flite = pytest.mark.skipif(
    shutil.which("flite") is None, reason="flite, which speaks the dialogue, is not installed"
)

DIALOGUE = """
# voices: ANNA {anna}, BEN {ben}
ANNA: When you are on the phone at dinner, I feel alone. I made a good meal and you did not look.
(2.0 s)
BEN: When I am on the phone at dinner you feel alone. You made a good meal and I did not look.
(2.4 s)
BEN: Yes, that's right.
(2.4 s)
ANNA: Yes, you got it.
(2.0 s)
ANNA: Yes.
(2.4 s)
ANNA: I want you to tell me about your day, and I want to tell you about mine.
(2.0 s)
BEN: You want me to tell you about my day, and you want to tell me about yours.
(2.4 s)
BEN: Yes, exactly.
(2.4 s)
ANNA: Yes, that's right.
(2.0 s)
ANNA: No, nothing else.
(3.0 s)
BEN: I was tired that night. My mother was sick, and I could not sleep.
(2.0 s)
ANNA: You were tired that night. Your mother was sick, and you could not sleep.
(2.4 s)
ANNA: Yes, that is right.
(2.4 s)
BEN: Yes, exactly.
(2.0 s)
BEN: No, that is all.
(1.5 s)
"""

OF_BOTH = """
# voices: ANNA {anna}, BEN {ben}
ANNA: When you are on the phone at dinner, I feel alone. I made a good meal and you did not look.
(2.0 s)
BEN: When I am on the phone at dinner you feel alone. You made a good meal and I did not look.
(2.4 s)
BEN: Yes, that's right.
(0.4 s)
ANNA: Yes, you got it.
(2.4 s)
ANNA: I made a good meal and I was alone at the table.
(2.0 s)
BEN: You made a good meal and you were alone at the table.
(0.5 s)
ANNA: Yes, you got it.
(2.4 s)
ANNA: No, nothing else.
(3.0 s)
BEN: I was tired that night. My mother was sick, and I could not sleep.
(0.5 s)
ANNA: Okay.
(0.5 s)
BEN: I wanted to go home.
(2.4 s)
ANNA: You were tired. Your mother was sick, and you could not sleep. You wanted to go home.
(0.5 s)
BEN: Yes, exactly.
(2.4 s)
BEN: No, that is all.
(1.5 s)
"""
"""Nobody waits for the other to be silent for long."""

VOICES = {
    "a woman and a man": ("slt 1.1", "rms 1.1"),
    "two men": ("awb 1.1", "rms 1.1"),
}


@functools.cache
def led(who: str, *more: str, dialogue: str = DIALOGUE) -> tuple[list[dict[str, Any]], Path]:
    """The lines of the dialogue in these voices, and the library it was kept in."""
    folder = Path(tempfile.mkdtemp(prefix="voicecoach-test-"))
    anna, ben = VOICES[who]
    samples, _ = perform(parse(dialogue.format(anna=anna, ben=ben)), seed=6)
    write_flac(folder / "talk.flac", samples, "three yeses in the speaker's place")
    named = ("--names", "Anna", "Ben", "--recogniser", "sphinx", "--library", folder / "library")
    done = run("talk", "--from", folder / "talk.flac", "--json", *named, *more)
    assert done.returncode == 0, done.stderr
    return lines(done.stdout), folder / "library"


def yeses(shown: list[dict[str, Any]]) -> list[tuple[str | None, str]]:
    """Who said each yes to "did you get that?", and what came of it."""
    found = []
    for at, line in enumerate(shown):
        if line["kind"] == "reply" and line["question"] == "satisfied" and line["answer"] == "YES":
            came = next(x for x in shown[at:] if x["kind"] in ("phase", "announce"))
            found.append((line["partner"], came.get("phase") or came["key"]))
    return found


def refused_by_name(shown: list[dict[str, Any]]) -> None:
    """Each yes of the listener is refused, to the speaker by name; each of the speaker is taken."""
    assert yeses(shown) == [
        ("Ben", "check_speaker"),
        ("Anna", "more"),
        ("Ben", "check_speaker"),
        ("Anna", "more"),
        ("Anna", "check_speaker"),
        ("Ben", "more"),
    ]
    refused = [line["text"] for line in shown if line.get("key") == "check_speaker"]
    assert [text.split(",")[0] for text in refused] == ["Anna", "Anna", "Ben"]
    assert shown[-1]["outcome"] == "done"


@needs_flite
@pytest.mark.slow
@pytest.mark.parametrize("who", VOICES)
def test_three_yeses_by_the_listener_are_refused_by_name(who: str) -> None:
    """Each is refused, the very first one too; each yes of the speaker is taken at once."""
    shown, _ = led(who)
    refused_by_name(shown)


@needs_flite
@pytest.mark.slow
@pytest.mark.parametrize("who", VOICES)
def test_turns_in_which_both_speak_are_parted(who: str) -> None:
    """At one microphone, by the recogniser's own words: each part is the one's who said it."""
    shown, _ = led(who, dialogue=OF_BOTH)
    heard = [(x["phase"], x["partner"]) for x in shown if x["kind"] == "turn"]
    assert heard == [
        ("share", None),
        ("reflect", None),
        ("check", "Ben"),
        ("check", "Anna"),
        ("more", "Anna"),
        ("reflect", "Ben"),
        ("check", "Anna"),
        ("more", "Anna"),
        ("share", "Anna"),
        ("share", "Ben"),
        ("reflect", "Anna"),
        ("check", "Ben"),
        ("more", "Ben"),
    ]
    parted = [x["text"] for x in shown if x["kind"] == "turn" and x["reason"] == "voice"]
    assert (parted[0], parted[2]) == ("yes that's right", "okay")
    assert [who for who, _ in yeses(shown)] == ["Ben", "Anna", "Anna", "Ben"]
    assert shown[-1]["outcome"] == "done"


@needs_flite
@pytest.mark.slow
def test_without_voices_the_first_yes_is_taken_for_the_speakers() -> None:
    """What the voices are for: turned off, the listener's yes leads on."""
    shown, _ = led("two men", "--voices", "off")
    assert yeses(shown)[0] == (None, "more")
    assert {line["partner"] for line in shown if line["kind"] == "turn"} == {None}


@needs_flite
@pytest.mark.slow
def test_nothing_biometric_reaches_the_library() -> None:
    """Names, words and times are kept; no sound, no features, no numbers of a voice."""
    _, file = led("two men")
    with Library(file) as library:
        session = next(iter(library.sessions()))
        assert any(turn.utterance.partner for turn in record.turns(session))
        _nothing_of_a_voice(session)
    tables = sqlite3.connect(file).execute("select name from sqlite_master").fetchall()
    assert not [name for (name,) in tables if "voice" in name or "model" in name]
    assert file.stat().st_size < 300_000


NUMBERS = {
    *("start_s", "end_s", "latency_s", "probability", "after_s", "seconds", "rounds", "round"),
    *("exchange", "attempt", "score", "coverage", "addition", "closeness", "nearest"),
}
"""The numbers that an entry may hold, none of them of a voice."""


def _nothing_of_a_voice(session: Session) -> None:
    """They were told apart and learned, and there is no sound, and no number but times."""
    assert {"TellApart", "Learn"} <= {entry.data["type"] for entry in session.entries}
    assert all(entry.clip is None for entry in session.entries)
    for entry in session.entries:
        _only_words_and_times(entry.data, entry.data["type"])


SHORT = """
# voices: ANNA slt 1.1, BEN rms 1.1
ANNA: Yes.
(2.0 s)
BEN: Yes.
(2.5 s)
{first}: I am Anna, and I am here to listen to you.
(2.5 s)
{second}: I am Ben, and I am here to listen to you.
(2.5 s)
ANNA: I feel alone at dinner.
(2.5 s)
BEN: You feel alone at dinner.
(2.4 s)
BEN: Yes.
(2.4 s)
ANNA: Yes, that is right.
(3.0 s)
"""
"""So short that nobody is known from what was shared and mirrored alone."""


@needs_flite
@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "second", "came"),
    [
        ("ANNA", "BEN", [("Ben", "check_speaker"), (None, "more")]),
        ("BEN", "ANNA", [(None, "more")]),
    ],
)
def test_after_a_short_exchange_it_is_the_sentences_that_refuse(
    tmp_path: Path, first: str, second: str, came: list[tuple[str | None, str]]
) -> None:
    """Each said by the one who was asked; where the two have said each other's, it is as without:
    a voice is not known, and nobody is refused for it."""
    samples, _ = perform(parse(SHORT.format(first=first, second=second)), seed=6)
    write_flac(tmp_path / "talk.flac", samples, "a sentence of each, and a short exchange")
    told = ("--names", "Anna", "Ben", "--recogniser", "sphinx", "--voices", "ask")
    file = tmp_path / "library"
    done = run("talk", "--from", tmp_path / "talk.flac", "--json", *told, "--library", file)
    assert done.returncode == 0, done.stderr
    assert yeses(lines(done.stdout)) == came
    with Library(file) as library:
        session = next(iter(library.sessions()))
        unproven = [entry for entry in session.entries if entry.data.get("unproven")]
        assert [entry.data["partner"] for entry in unproven] == ["Anna", "Ben"]
        _nothing_of_a_voice(session)


def _only_words_and_times(value: Any, name: str) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _only_words_and_times(inner, key)
    elif isinstance(value, list):
        for inner in value:
            assert not isinstance(inner, int | float), name
            _only_words_and_times(inner, name)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        assert name in NUMBERS, name
    else:
        assert value is None or isinstance(value, bool) or len(value) < 2000


@functools.cache
def led_in_stereo(who: str) -> list[dict[str, Any]]:
    """The same dialogue as two microphones hear it, left Anna's and right Ben's."""
    folder = Path(tempfile.mkdtemp(prefix="voicecoach-test-"))
    anna, ben = VOICES[who]
    said = tracks(*perform(parse(DIALOGUE.format(anna=anna, ben=ben)), seed=6))
    path = write_stereo(folder / "talk.flac", two_microphones(said, "Anna"))
    mics = ("--mics", "left=Anna", "right=Ben", "--recogniser", "sphinx")
    done = run("talk", "--from", path, "--json", *mics, "--library", folder / "library")
    assert done.returncode == 0, done.stderr
    return lines(done.stdout)


@needs_flite
@pytest.mark.slow
@pytest.mark.parametrize("who", VOICES)
def test_two_microphones_refuse_and_take_the_same_yeses(who: str) -> None:
    """Recorded in stereo: without any voice compared, and every turn has its partner."""
    shown = led_in_stereo(who)
    refused_by_name(shown)
    assert {line["partner"] for line in shown if line["kind"] == "turn"} == {"Anna", "Ben"}
