"""What people see of a fidelity: marks where things stand, and a sentence that can be read out."""

from __future__ import annotations

import doctest

from hypothesis import given, settings
from hypothesis import strategies as st

from voicecoach.dialogue import evidence
from voicecoach.dialogue.fidelity import compare
from voicecoach.dialogue.messages import Altered, Fidelity
from voicecoach.utterance import Word

SOME = ("I", "you", "not", "sad", "angry", "at", "the", "window", "alone.", "but", "why")
WORDS = st.lists(st.sampled_from(SOME))


def test_the_examples_hold() -> None:
    """Doctests."""
    assert doctest.testmod(evidence).failed == 0


def test_words_are_marked_where_they_stand() -> None:
    """Missed in the message, added in the mirror, altered in both, own rebuttals as added."""
    message = "I felt sad at the party and I was waiting for you."
    mirror = "You felt happy at the party. But I had to work."
    found = compare(message, mirror)
    said = evidence.signed(evidence.marked_message(message, found))
    mirrored = evidence.signed(evidence.marked_reflection(mirror, found))
    assert said == "I felt <sad> at the party and I was [-waiting-] for you."
    assert mirrored == "You felt <happy> at the party. {+But I had to work+}."


def test_the_unclear_is_marked() -> None:
    """What was not understood is neither missed nor added."""
    mirror = "you felt sat at the party"
    heard = [Word(word, 0, 0, 0.1 if word == "sat" else 1.0) for word in mirror.split()]
    found = compare("i felt sad at the party", mirror, reflection_heard=heard)
    assert evidence.signed(evidence.marked_reflection(mirror, found)) == (
        "you felt (?sat?) at the party"
    )
    assert "unclear here" in evidence.sentence(found)


def test_nothing_is_told_twice() -> None:
    """What became something else is not left out and added as well; questions come last."""
    found = compare("I was exhausted at work.", "You were rested at work. Have you tried tea?")
    assert evidence.sentence(found) == (
        'You kept a part of it, but "exhausted" became "rested"; '
        '"Have you tried tea" is a question of your own.'
    )
    asked = Fidelity(40, "partly", 1, 0, perhaps=(Altered("negation", "a", "b"),), unclear=("c",))
    assert evidence.sentence(asked) == (
        'You kept all of it; unclear here: "c". Did you mean "b" for "a"?'
    )


@given(WORDS, WORDS)
@settings(deadline=None, max_examples=80)
def test_no_letter_is_lost(said: list[str], back: list[str]) -> None:
    """The passages joined are the text."""
    message, mirror = " ".join(said), " ".join(back)
    found = compare(message, mirror)
    assert "".join(p.text for p in evidence.marked_message(message, found)) == message
    assert "".join(p.text for p in evidence.marked_reflection(mirror, found)) == mirror
