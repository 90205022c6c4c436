"""A session of three hours and 600 turns, and a library of many small ones, made of the sample."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.web import sample
from voicecoach.session.entries import Entry, Header

LONG_ID = "2026-05-01-1000-dddd"


def entries(turns: int = 600, seconds: float = 10_800.0) -> tuple[Entry, ...]:
    """The sample's dialogue again and again, each time as further rounds, over so many seconds."""
    once = [entry for entry in sample.led(sample.QUARREL) if entry.kind != "note"]
    once = [entry for entry in once if entry.data["type"] not in ("Finish", "Began")]
    length = sum(entry.data["type"] == "Heard" for entry in once)
    times = -(-turns // length)
    stretch = seconds / (times * max(entry.at_s for entry in once))
    end_s = seconds / times
    found: list[Entry] = []
    for again in range(times):
        found += [_later(entry, stretch, again * end_s, again * 2) for entry in once]
    return tuple(replace(entry, number=number) for number, entry in enumerate(found, 1))


def _later(entry: Entry, stretch: float, after_s: float, rounds: int) -> Entry:
    data = json.loads(json.dumps(entry.data))
    if "round" in data:
        data["round"] += rounds
    if "utterance" in data:
        for name in ("start_s", "end_s"):
            data["utterance"][name] = data["utterance"][name] * stretch + after_s
    return replace(entry, at_s=entry.at_s * stretch + after_s, data=data)


def library(path: Path, small: int = 0) -> Path:
    """A library with the long session (its turns sound for a second), and `small` short ones."""
    about = {"recogniser": "sphinx", "version": "0.1.0"}
    header = Header(LONG_ID, "2026-05-01T10:00:00+00:00", ("Daniel", "Ruth"), **about)
    long = entries()
    sample.keep(path, header, long)
    short = sample.led(sample.QUARREL, ("Ann", "Bo"))
    for index in range(small):
        started = f"20{10 + index // 300:02d}-{1 + index // 25 % 12:02d}-{1 + index % 25:02d}"
        name = f"{started}-0900-{index:04x}"
        sample.keep(path, Header(name, f"{started}T09:00:00+00:00", ("Ann", "Bo"), **about), short)
    return path
