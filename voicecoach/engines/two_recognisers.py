"""Whisper for the words, and the embedded recogniser's word on every yes among the short answers.

Whisper writes what is likely as a sentence: tiny.en wrote "That's right" for a clear "not right".
A recogniser of another make errs in other places: where it hears that the answer denies, the yes is
asked for again. It can take a yes away and never give one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from voicecoach.engines import Expect, Recogniser
from voicecoach.engines.short_answers import reads_as_yes
from voicecoach.speech.audio import Clip
from voicecoach.utterance import Word


class Denying(Protocol):
    """Hears whether a short answer says no."""

    def denial(self, clip: Clip) -> tuple[Word, ...] | None:
        """None where nothing in the clip denies; else the words to go by, if any."""


class TwoRecognisers:
    """`first` writes all words; a yes of it holds if `second` hears no denial in the same clip."""

    def __init__(self, first: Recogniser, second: Denying) -> None:
        self.name = first.name
        self.cost_per_call_s = first.cost_per_call_s
        self._first, self._second = first, second
        self._beside = ThreadPoolExecutor(1, "second recogniser")

    def transcribe(self, clip: Clip, expect: Expect = Expect.TALK) -> tuple[Word, ...]:
        """The first one's words; the second one's, where those are a denial and the first's a yes.

        Both listen at the same time: the first computes without Python's lock.
        """
        if expect is not Expect.REPLY:
            return self._first.transcribe(clip, expect)
        denial = self._beside.submit(self._second.denial, clip)
        words = self._first.transcribe(clip, expect)
        text = " ".join(word.text for word in words)
        denied = denial.result()
        return denied if denied is not None and reads_as_yes(text) else words
