"""Whisper for the words, and the embedded recogniser's word on every yes among the short answers.

Whisper writes what is likely as a sentence: tiny.en wrote "That's right" for a clear "not right".
A recogniser of another make errs in other places: where it hears that the answer denies, the yes is
asked for again. Where others talk behind, Whisper drops what it cannot make out: "yes, but" became
"Yes." There a yes holds only if the other one has heard it end with the same word. The second can
take a yes away and never give one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from voicecoach.engines import Expect, Recogniser
from voicecoach.engines.short_answers import ends_as, reads_as_yes
from voicecoach.speech.audio import Clip
from voicecoach.utterance import Word


@dataclass(frozen=True, slots=True)
class Overheard:
    """What speaks against a yes in a clip.

    `denial` is None where nothing denies, else the words to go by, if any. `texts` are all that was
    heard, `among_talk` tells that others talked behind.
    """

    denial: tuple[Word, ...] | None = None
    texts: tuple[str, ...] = ()
    among_talk: bool = False


class Overhearing(Protocol):
    """Hears what speaks against a yes."""

    def overheard(self, clip: Clip) -> Overheard:
        """What speaks against a yes in the clip of a short answer."""


class TwoRecognisers:
    """`first` writes all words; a yes of it holds if nothing `second` hears speaks against it."""

    def __init__(self, first: Recogniser, second: Overhearing) -> None:
        self.name = first.name
        self.cost_per_call_s = first.cost_per_call_s
        self._first, self._second = first, second
        self._beside = ThreadPoolExecutor(1, "second recogniser")

    def transcribe(self, clip: Clip, expect: Expect = Expect.TALK) -> tuple[Word, ...]:
        """The first one's words; the second one's, or none, where they are a yes it contradicts.

        Both listen at the same time: the first computes without Python's lock.
        """
        if expect is not Expect.REPLY:
            return self._first.transcribe(clip, expect)
        beside = self._beside.submit(self._second.overheard, clip)
        words = self._first.transcribe(clip, expect)
        text = " ".join(word.text for word in words)
        overheard = beside.result()
        if not reads_as_yes(text):
            return words
        if overheard.denial is not None:
            return overheard.denial
        lost = overheard.among_talk and not ends_as(text, overheard.texts)
        return () if lost else words
