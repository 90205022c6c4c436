"""Text twins of the engines: a written dialogue instead of a room. For rehearsals and tests.

A script is read line by line:

    # a comment; "# path: share reflect ..." names the phases it must pass, "# names: Anna, Ben"
    # the partners; guidance, consent, rounds and apart (by voice: ask, on, off) are set likewise
    ANNA: I felt alone when the phone was on the table.
    (0.3 s)                  the next line follows after 0.3 s; 2 s where nothing is written
    SOMEONE: yes             a voice that is not known
    EITHER: yes              one that may be the one's or the other's; BOTH: the two at a time;
    THIRD: yes               a voice from outside
    (noise: cough)           a sound without words
    (press: pause)           a key: pause, resume, stop, repeat, help; and yes or no, which count
                             only under "# buttons: agreed", or where "# buttons: ask" is agreed to
    coach> Anna, is there more?      what the coach must say here

The first two names that appear are the partners, the first one speaks first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from voicecoach.dialogue.messages import Answer, Answered, Spoken, Step
from voicecoach.engines import Expect, Key, Microphone, Turn
from voicecoach.errors import InputError
from voicecoach.speech.audio import FRAME, RATE, Clip, Frame, Samples
from voicecoach.utterance import Reason, Utterance, Word

GAP_S = 2.0
"""The gap between two lines where the script names none: long enough for the coach to help."""

LETTERS_PER_S = 14.0
"""How fast the lines of a script are said (about 150 words a minute)."""

UNKNOWN = "SOMEONE"
VOICES: dict[str, dict[str, Any]] = {
    UNKNOWN: {},
    "EITHER": {"either": True},
    "BOTH": {"either": True, "overlap": True},
    "THIRD": {"third": True},
}
"""What stands in place of a name, and what is known of such a turn."""
COACH = "coach"

KEYS: dict[str, Key] = {
    **{str(spoken): spoken for spoken in Spoken},
    "yes": Answered(Answer.YES),
    "no": Answered(Answer.NO),
}
"""What can be pressed."""

AGREED, ASKED = "agreed", "ask"
"""What the comment "# buttons:" says where both agreed that a key is a yes or no, or are asked."""

_PAUSE_INSIDE = re.compile(r"\s*\[\d+(?:\.\d+)?\s*s\]\s*")
_SAID = re.compile(r"^(?P<who>[^\s:>][^:>]*?)\s*:\s*(?P<text>.*)$")
_COACH = re.compile(r"^coach\s*>\s*(?P<text>.*)$")
_GAP = re.compile(r"^\((?P<seconds>\d+(?:\.\d+)?)\s*s\)$")
_ASIDE = re.compile(r"^\((?P<kind>noise|press)\s*:\s*(?P<what>[^)]+)\)$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a script: `kind` is said, coach, gap, noise or press."""

    kind: str
    text: str
    who: str | None = None
    seconds: float = 0.0
    voice: str = ""
    """What stands in place of a name: SOMEONE, EITHER, BOTH, THIRD."""


@dataclass(frozen=True, slots=True)
class Script:
    """A written dialogue."""

    lines: tuple[Line, ...]
    names: tuple[str, str]
    path: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def expected(self) -> tuple[str, ...]:
        """What the coach must say, in order."""
        return tuple(line.text for line in self.lines if line.kind == COACH)


def read_script(path: Path) -> Script:
    """Read a script file. Raises InputError where it is missing or is not a script."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        hint = "Name a script, such as samples/clean.txt."
        raise InputError(f"there is no file {path}", hint) from error
    except (OSError, UnicodeDecodeError) as error:
        hint = "Give a text file in UTF-8, such as samples/clean.txt."
        raise InputError(f"{path} cannot be read as text: {error}", hint) from error
    return parse(text, str(path))


def parse(text: str, name: str = "script") -> Script:
    """The lines of a script. Raises InputError naming the first line that is none."""
    lines: list[Line] = []
    settings: dict[str, str] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith("#"):
            key, colon, value = line.lstrip("# ").partition(":")
            if colon and key.isalpha():
                settings[key.lower()] = value.strip()
        elif line:
            lines.append(_line(line, f"{name}, line {number}"))
    return Script(tuple(lines), _names(lines, settings, name), _path(settings), settings)


def _path(settings: dict[str, str]) -> tuple[str, ...]:
    return tuple(settings.get("path", "").split())


def _line(line: str, where: str) -> Line:
    if found := _COACH.match(line):
        return Line(COACH, found["text"])
    if found := _GAP.match(line):
        return Line("gap", "", seconds=float(found["seconds"]))
    if found := _ASIDE.match(line):
        what = found["what"].strip()
        if found["kind"] == "press" and what not in KEYS:
            raise InputError(f"{where}: there is no key '{what}'", f"Keys: {', '.join(KEYS)}")
        return Line(found["kind"], what)
    if (found := _SAID.match(line)) and len(found["who"].split()) <= 3:
        voice = found["who"].upper() if found["who"].upper() in VOICES else ""
        return Line(
            "said", found["text"].strip(), None if voice else found["who"].title(), 0, voice
        )
    raise InputError(
        f'{where}: "{line[:60]}" is not a line of a script',
        'Lines look like "ANNA: I felt alone.", "(0.3 s)", "(noise: cough)" or "coach> ...".',
    )


def _names(lines: Sequence[Line], settings: dict[str, str], name: str) -> tuple[str, str]:
    given = [part.strip() for part in settings.get("names", "").split(",") if part.strip()]
    names = list(dict.fromkeys([*given, *(line.who for line in lines if line.who)]))
    if len(names) > 2:
        raise InputError(f"{name}: more than two people speak: {', '.join(names)}")
    if not names:
        raise InputError(f"{name}: nobody speaks in it", 'Lines look like "ANNA: I felt alone."')
    return names[0], names[1] if len(names) == 2 else "Partner"


class ScriptedEar:
    """An `Ear` that hears the lines of a script, with their gaps, in a time of its own.

    That begins at the sample `begins`.
    """

    def __init__(self, script: Script, begins: int = 0) -> None:
        self.clock = begins
        self.ended = False
        self.level_db = -100.0
        self.troubles: dict[str, str] = {}
        self.lost_s = 0.0
        self._lines = _timed(script.lines)
        self._next: tuple[Line, float] | None = next(self._lines, None)
        self._quiet = 0

    def listen(self, step: Step) -> None:
        """A script says its lines whatever is waited for."""

    @property
    def quiet_s(self) -> float:
        """Seconds since the last line, or since the coach fell silent."""
        return self._quiet / RATE

    @property
    def busy(self) -> bool:
        """Nobody is ever in the middle of a line."""
        return False

    def hear(self, deaf: bool) -> Turn | Key | None:
        """Let one frame pass; the line whose time has come. While the coach speaks they wait."""
        self.clock += FRAME
        if deaf:
            self._quiet = 0
            return None
        self._quiet += FRAME
        if self._next is None:
            self.ended = True
            return None
        line, gap_s = self._next
        if self.quiet_s < gap_s:
            return None
        self._next = next(self._lines, None)
        self._quiet = 0
        return self._happens(line)

    def miss(self, samples: int) -> Turn | None:
        """Time passes; the lines wait."""
        self.clock += samples
        return None

    def hear_through(self, microphone: Microphone) -> None:
        """A script is heard without a microphone."""

    def close(self) -> None:
        """Nothing to give back."""

    def _happens(self, line: Line) -> Turn | Key | None:
        if line.kind == "press":
            return KEYS[line.text]
        if line.kind == "noise":
            return None
        text = _PAUSE_INSIDE.sub(" ", line.text).strip()
        start_s = self.clock / RATE
        self.clock += int(len(text) / LETTERS_PER_S * RATE)
        end_s = self.clock / RATE
        said = Utterance(text, round(start_s, 3), round(end_s, 3), line.who, Reason.SILENCE)
        return Turn(replace(said, **VOICES.get(line.voice, {})))


def _timed(lines: Sequence[Line]) -> Iterator[tuple[Line, float]]:
    """The lines that happen, each with the gap before it."""
    gap: float | None = None
    for line in lines:
        if line.kind == "gap":
            gap = (gap or 0.0) + line.seconds
        elif line.kind != COACH:
            yield line, GAP_S if gap is None else gap
            gap = None
    if gap is not None:
        yield Line("noise", "silence"), gap


class ScriptedRecogniser:
    """A `Recogniser` that answers with prepared texts, one for each call, then with nothing."""

    name = "scripted"
    cost_per_call_s = 0.0

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = list(texts)

    def transcribe(self, clip: Clip, expect: Expect = Expect.TALK) -> tuple[Word, ...]:
        """The next text, its words spread evenly over the clip."""
        words = self._texts.pop(0).split() if self._texts else []
        step = clip.seconds / max(1, len(words))
        return tuple(
            Word(word, clip.start_s + i * step, clip.start_s + (i + 1) * step)
            for i, word in enumerate(words)
        )


class SilentVoice:
    """A `Voice` whose announcements take their time and make no sound."""

    name = "silent"

    def speak(self, text: str) -> tuple[Samples, int]:
        """Silence as long as the sentence would take."""
        import numpy as np

        return np.zeros(int(len(text) / LETTERS_PER_S * RATE), np.float32), RATE


def dialogue_of(lines: Sequence[Line]) -> list[str]:
    """What is said in a script, as lines of its own notation."""
    dialogue = []
    for line in lines:
        if line.kind == COACH:
            dialogue.append(f"coach> {line.text}")
        elif line.kind == "said":
            text = _PAUSE_INSIDE.sub(" ", line.text).strip()
            dialogue.append(f"{line.who or UNKNOWN.title()}: {text}")
    return dialogue


class ScriptedMicrophone:
    """A `Microphone` whose frames are as loud as speech is likely: a room written as numbers.

    `parts` are (seconds, probability of speech); `ScriptedDetector` reads the probability back.
    """

    def __init__(self, parts: Sequence[tuple[float, float]], live: bool = False) -> None:
        self.name = "script"
        self.live = live
        self.lose: dict[int, int] = {}
        """Samples to lose before the frame of this number."""
        self._frames = [p for seconds, p in parts for _ in range(round(seconds * RATE / FRAME))]
        self._next = 0
        self._position = 0

    def read(self, hold: bool = False) -> Frame | None:
        """The next frame; silence while a recording is held."""
        if hold and not self.live:
            return Frame(_filled(0.0), self._position)
        if self._next >= len(self._frames):
            return None
        lost = self.lose.pop(self._next, 0)
        self._position += lost
        frame = Frame(_filled(self._frames[self._next]), self._position, lost)
        self._next += 1
        self._position += FRAME
        return frame

    def close(self) -> None:
        """Nothing to give back."""


class ScriptedDetector:
    """A `SpeechDetector` that reads the probability written into a frame."""

    def probability(self, samples: Samples) -> float:
        """The value of the samples."""
        return float(samples[0])


def _filled(value: float) -> Samples:
    import numpy as np

    return np.full(FRAME, value, np.float32)
