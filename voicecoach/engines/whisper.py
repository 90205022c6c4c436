"""Whisper through faster-whisper, from a folder on this machine; the network is never asked.

Each piece is decoded for itself: forced language, no text of earlier pieces, no prompt (prompts
leak into short pieces, and one that held the message would raise the score of its reflection),
no sampling, so that the same clip always gives the same text.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from voicecoach.dialogue.answers.expected import expected
from voicecoach.dialogue.language import split
from voicecoach.engines import Expect
from voicecoach.engines.models import check
from voicecoach.engines.recognition import WHISPER_WINDOW_S, nobody_spoke
from voicecoach.errors import ModelError
from voicecoach.speech.audio import RATE, Clip
from voicecoach.utterance import Word

BEAM = 5

NO_SPEECH = 0.6
UNSURE = -1.0
REPETITIVE = 2.4
"""Whisper's own limits (Radford et al. 2022, 4.5): probability of no speech, mean log
probability of the words, and compression ratio of the text. On silence and noise it invents
sentences; without these a cough can become "thank you"."""

SURE_REPLY = -0.5
"""Mean log probability from which on a short answer counts although it may be no speech: where a
word decides, an unsure one is better asked for again."""

HARDLY_SPEECH = 0.3
"""Probability of no speech from which on a known invention is no short answer; "thank you" with
less of it was said."""

HARDLY_SAID = 0.1
"""Mean probability of its words below which what may be no speech is dropped. On noise tiny.en
writes "You" with 0.02, and with a mean log probability that its own limit lets pass."""

MOST_THREADS = 4
"""More threads gain little on pieces of 30 s and take the cores from the sound."""


class Whisper:
    """The model in `folder`. `device` is "auto", "cpu" or "cuda".

    Raises ModelError where the folder holds no whole model, or one that does not know `language`.
    """

    cost_per_call_s = WHISPER_WINDOW_S

    def __init__(self, folder: Path, language: str = "en", device: str = "auto") -> None:
        check(folder)
        self.name = f"whisper {folder.name}"
        self._language = language
        self._model = _load(folder, device)
        self._see_that_it_fits(folder)

    def transcribe(self, clip: Clip, expect: Expect = Expect.TALK) -> tuple[Word, ...]:
        """The words in the clip with input times in seconds and probabilities 0..1."""
        if nobody_spoke(clip):
            return ()
        segments, _ = self._model.transcribe(
            clip.samples,
            language=self._language,
            beam_size=BEAM,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            no_speech_threshold=NO_SPEECH,
            log_prob_threshold=UNSURE,
            compression_ratio_threshold=REPETITIVE,
        )
        if expect is Expect.REPLY:
            return tuple(words_within(clip, reply_segments(segments, self._language)))
        said = (segment for segment in segments if believable(segment, self._language))
        return tuple(words_within(clip, said))

    def _see_that_it_fits(self, folder: Path) -> None:
        """The library itself would go on in English, or fail at the first piece."""
        if self._language not in self._model.supported_languages:
            raise ModelError(
                f"The model in {folder} does not know the language {self._language!r}.",
                "Fetch one that knows many languages: voicecoach models fetch small",
            )
        bands = self._model.feature_extractor.mel_filters.shape[0]
        if bands != self._model.model.n_mels:
            raise ModelError(
                f"The model in {folder} lacks its file preprocessor_config.json.",
                f"Fetch it again: voicecoach models fetch {folder.name}",
            )


def believable(segment: Any, language: str) -> bool:
    """False for text that Whisper invents: on silence, on noise, and in endless repetition."""
    said = _plain(segment.text)
    if not said or segment.compression_ratio > REPETITIVE:
        return False
    if segment.no_speech_prob <= NO_SPEECH:
        return True
    likely = [word.probability for word in segment.words or ()]
    hardly = bool(likely) and sum(likely) / len(likely) < HARDLY_SAID
    known = said in expected(language).inventions
    return not (segment.avg_logprob < UNSURE or hardly or known)


def _plain(text: str) -> str:
    return " ".join(token.word for token in split(text))


def reply_segments(segments: Iterable[Any], language: str) -> Iterator[Any]:
    """What may be a short answer: sure of itself, not said by silence, and not the same again."""
    before = ""
    for segment in segments:
        said = _plain(segment.text)
        if said != before and believable_reply(segment, said, language):
            yield segment
        before = said


def believable_reply(segment: Any, said: str, language: str) -> bool:
    """Stricter than for talk; `said` is its text in plain words."""
    if not believable(segment, language) or segment.avg_logprob < UNSURE:
        return False
    if segment.no_speech_prob > NO_SPEECH and segment.avg_logprob < SURE_REPLY:
        return False
    return segment.no_speech_prob <= HARDLY_SPEECH or said not in expected(language).inventions


def words_within(clip: Clip, segments: Iterable[Any]) -> Iterator[Word]:
    """The words in order, within the clip: alignment may reach past its end into the padding."""
    last = clip.start_s
    for segment in segments:
        for word in segment.words or ():
            text = word.word.strip()
            if not text:
                continue
            start = min(max(clip.start_s + float(word.start), last), clip.end_s)
            end = min(max(clip.start_s + float(word.end), start), clip.end_s)
            last = start
            yield Word(text, start, end, float(word.probability))


def _load(folder: Path, device: str) -> Any:
    import ctranslate2

    if device != "cpu" and ctranslate2.get_cuda_device_count() > 0:
        try:
            model = _opened(folder, "cuda", "float16")
            # Missing CUDA libraries show only when something is decoded.
            list(model.transcribe(np.zeros(RATE, np.float32), language="en")[0])
            return model
        except (RuntimeError, ValueError):
            if device == "cuda":
                raise ModelError(
                    "The graphics card cannot run Whisper here.",
                    "Install cuBLAS and cuDNN for CUDA 12, or leave the device to choose.",
                ) from None
    try:
        return _opened(folder, "cpu", "int8")
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(
            f"The model in {folder} cannot be read: {_first_line(error)}",
            f"Fetch it again: voicecoach models fetch {folder.name}",
        ) from error
    except Exception as error:  # the tokenizer's library raises bare Exception
        if type(error) is not Exception:
            raise
        raise ModelError(
            f"The model in {folder} has a damaged tokenizer.json.",
            f"Fetch it again: voicecoach models fetch {folder.name}",
        ) from error


def _opened(folder: Path, device: str, numbers: str) -> Any:
    from faster_whisper import WhisperModel, transcribe

    # The library's progress bar, never shown here, would take a lock of the operating system, which
    # a worker that is ended leaves behind and Python complains of on the terminal.
    transcribe.tqdm.set_lock(threading.RLock())
    return WhisperModel(
        str(folder),
        device=device,
        compute_type=numbers,
        cpu_threads=_threads(),
        local_files_only=True,
    )


def _threads() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(MOST_THREADS, cores)


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
