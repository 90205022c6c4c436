"""pocketsphinx with the English model that comes inside it: nothing to download, modest accuracy.

Word error rates, measured on small sets: about 0.33 on read human speech, 0.08 on clear synthetic
voices. It holds the interpreter's lock for a whole decode, so it belongs in a process of its own
(`voicecoach.engines.worker`). Where a short answer is expected, the part of the clip in which
somebody stands near is decoded three times more by a small model of answers, and where that says
nothing by a grammar of them; `voicecoach.engines.short_answers` says which of the texts holds.
"""

from __future__ import annotations

import re
import tempfile
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicecoach.dialogue.answers.expected import expected
from voicecoach.engines import Expect, short_answers
from voicecoach.engines.recognition import nobody_spoke
from voicecoach.engines.short_answers.language_model import language_model
from voicecoach.engines.short_answers.noise import quieted, smoothed
from voicecoach.engines.two_recognisers import Overheard
from voicecoach.errors import ModelError
from voicecoach.speech.audio import RATE, Clip, Samples, level_db
from voicecoach.speech.foreground import among_talk, comes_and_goes, foreground, softer_db
from voicecoach.utterance import Word

LEVEL_DB = -23.0
"""What every clip is brought to before decoding; measured to help a little with quiet rooms."""

FRAMES_PER_S = 100

_ANSWERS = "answers"
_GRAMMAR = "grammar"

_PRONUNCIATION = re.compile(r"\(\d+\)(?= |$)")


class Sphinx:
    """The embedded recogniser. Raises ModelError for any language but English."""

    name = "sphinx"
    cost_per_call_s = 0.0

    def __init__(self, language: str = "en") -> None:
        if language != "en":
            raise ModelError(
                f"The embedded recogniser knows English only, not {language!r}.",
                "Fetch a Whisper model that knows it: voicecoach models fetch small",
            )
        import pocketsphinx

        pocketsphinx.set_loglevel("FATAL")
        # Like `reinit_feat` below, batch normalisation makes a clip's text depend on that clip
        # alone, so that a recording gives the same session every time.
        self._decoder: Any = pocketsphinx.Decoder(loglevel="FATAL", samprate=RATE, cmn="batch")
        self._free: str = self._decoder.current_search()
        self._expected = expected(language)
        self._add_answers(pocketsphinx)

    def _add_answers(self, library: Any) -> None:
        """A second search, for short answers; the library reads its model from a file only."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "answers.arpa"
            file.write_text(language_model(self._expected), encoding="utf-8")
            model = library.NGramModel(self._decoder.config, self._decoder.logmath, str(file))
        self._decoder.add_lm(_ANSWERS, model)
        phrases = sorted(self._expected.yes | self._expected.other)
        self._decoder.add_jsgf_string(_GRAMMAR, _grammar(phrases))

    def transcribe(self, clip: Clip, expect: Expect = Expect.TALK) -> tuple[Word, ...]:
        """The words in the clip with input times in seconds and posterior probabilities 0..1."""
        if nobody_spoke(clip):
            return ()
        if expect is not Expect.REPLY:
            return self._decoded(clip, self._free)
        near = foreground(clip.samples)
        position = clip.position + near.start
        heard = Clip(clip.samples[near], position)
        said = self._decoded(heard, self._free)
        alternatives = self._alternatives()
        free = self._in_front(said, clip)
        if not short_answers.short_enough(_text(free), sum(w.end_s - w.start_s for w in free)):
            # It is talk, of which no word may be lost.
            whole = len(heard.samples) == len(clip.samples)
            return said if whole else self._decoded(clip, self._free)
        others = self._hearings(clip, near)
        texts = [_text(words) for words in others]
        holds = short_answers.holding(_text(free), texts, self._expected, self.phones)
        if holds == _text(free):
            phrase = self._decoded(heard, _GRAMMAR)
            settled = short_answers.settles(
                _text(phrase), holds, alternatives, texts, self._expected, self.phones
            )
            return phrase if settled else free
        return self._words_of(holds, others)

    def overheard(self, clip: Clip) -> Overheard:
        """What the small model of answers hears against a yes; a denial that it heard only once
        has no words to go by."""
        if nobody_spoke(clip):
            return Overheard()
        hearings = self._hearings(clip, foreground(clip.samples))
        texts = tuple(_text(words) for words in hearings)
        denies = short_answers.denying(texts, self._expected)
        denial = None if denies is None else self._words_of(denies, hearings)
        talk = among_talk(clip.samples) and comes_and_goes(clip.samples)
        return Overheard(denial, texts, talk)

    @staticmethod
    def _words_of(text: str, hearings: list[tuple[Word, ...]]) -> tuple[Word, ...]:
        return next((words for words in hearings if _text(words) == text), ())

    def _hearings(self, clip: Clip, near: slice) -> list[tuple[Word, ...]]:
        """What the small model hears in that part of the clip: as it is, and without noise."""
        sounds = (clip.samples, quieted(clip.samples), smoothed(clip.samples))
        position = clip.position + near.start
        hearings = [self._decoded(Clip(each[near], position), _ANSWERS) for each in sounds]
        return [self._in_front(words, clip) for words in hearings]

    def _in_front(self, words: tuple[Word, ...], clip: Clip) -> tuple[Word, ...]:
        """The words without those that others said behind the answer."""
        if len(words) < 2 or not among_talk(clip.samples):
            return words
        spans = [
            (round((w.start_s - clip.start_s) * RATE), round((w.end_s - clip.start_s) * RATE))
            for w in words
        ]
        softer = softer_db(clip.samples, spans)
        return words[short_answers.in_front(words, softer, self._expected)]

    def _decoded(self, clip: Clip, search: str) -> tuple[Word, ...]:
        decoder = self._decoder
        decoder.activate_search(search)
        # Forgets the noise it learned from the clip before (0.1 ms), which changes the scores.
        decoder.reinit_feat()
        decoder.start_utt()
        try:
            decoder.process_raw(_as_int16(clip.samples).tobytes(), full_utt=True)
        finally:
            decoder.end_utt()
        return tuple(word for part in decoder.seg() or () if (word := _word(part, clip)))

    def _alternatives(self) -> list[str]:
        """The best texts of the decoding just done, best first."""
        best = islice(self._decoder.nbest() or (), short_answers.AMONG_BEST)
        return [_PRONUNCIATION.sub("", each.hypstr) for each in best if each]

    def phones(self, text: str) -> tuple[str, ...]:
        """The phones of `text` by the dictionary; none for a word it does not know."""
        found = (self._decoder.lookup_word(word) or "" for word in text.split())
        return tuple(phone for phones in found for phone in phones.split())


def _text(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words)


def _grammar(phrases: list[str]) -> str:
    """A grammar of whole phrases in the Java Speech Grammar Format."""
    return f"#JSGF V1.0; grammar {_GRAMMAR}; public <answer> = {' | '.join(phrases)} ;"


def _as_int16(samples: Samples) -> NDArray[np.int16]:
    """The samples at the working level as 16-bit integers, peaks clipped at full scale."""
    gain = 10 ** ((LEVEL_DB - level_db(samples)) / 20)
    loud = np.clip(samples * gain, -1.0, 1.0)
    return np.asarray(loud * 32767, dtype=np.int16)


def _word(part: Any, clip: Clip) -> Word | None:
    """A segment as a word, or None for silence, noise and sentence marks."""
    text = _PRONUNCIATION.sub("", part.word)
    if not text or text[0] in "<[+":
        return None
    start = clip.start_s + part.start_frame / FRAMES_PER_S
    # The segment's last frame is counted in; its window may reach past the clip.
    end = clip.start_s + (part.end_frame + 1) / FRAMES_PER_S
    return Word(
        text,
        min(start, clip.end_s),
        min(end, clip.end_s),
        min(1.0, max(0.0, float(part.prob))),
    )
