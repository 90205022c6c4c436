"""What the two said as captions to a recording: WebVTT and SubRip. The coach's words are not in the
recording's time and so in neither."""

from __future__ import annotations

from collections.abc import Iterator

from voicecoach.session import record
from voicecoach.session.entries import Session
from voicecoach.session.record import Turn

LEAST_S = 0.1
"""A caption stays at least this long: players drop one without duration."""


def as_vtt(session: Session) -> str:
    """WebVTT with a voice span (`<v Anna>`) for each turn. Raises ValueError as `record.turns`."""
    cues = [
        f"{_time(start, '.')} --> {_time(end, '.')}\n<v {_escaped(name)}>{_escaped(text)}</v>\n"
        for start, end, name, text in _cues(session)
    ]
    return "\n".join(["WEBVTT\n", *cues])


def as_srt(session: Session) -> str:
    """SubRip, each turn with its name before it. Raises ValueError as `record.turns`."""
    return "\n".join(
        f"{number}\n{_time(start, ',')} --> {_time(end, ',')}\n{name}: {text}\n"
        for number, (start, end, name, text) in enumerate(_cues(session), 1)
    )


def _cues(session: Session) -> Iterator[tuple[float, float, str, str]]:
    spoken = [turn for turn in record.turns(session) if turn.text.strip()]
    for turn in sorted(spoken, key=lambda turn: turn.utterance.start_s):
        start, end = turn.utterance.start_s, turn.utterance.end_s
        yield start, max(end, start + LEAST_S), _line(who(turn)), _line(turn.text)


def who(turn: Turn) -> str:
    """The name a turn is shown under."""
    return turn.name or "Someone"


def _line(text: str) -> str:
    """One line: an empty one would end the caption."""
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(seconds: float, point: str) -> str:
    """Hours, minutes, seconds and thousandths.

    >>> _time(3725.0421, ".")
    '01:02:05.042'
    """
    thousandths = round(max(0.0, seconds) * 1000)
    whole, thousandths = divmod(thousandths, 1000)
    hours, rest = divmod(whole, 3600)
    return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}{point}{thousandths:03d}"
