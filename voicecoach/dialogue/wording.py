"""Announcement key + language -> the sentence the coach says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from voicecoach.dialogue.messages import Announce
from voicecoach.errors import UsageError


@cache
def sentences(language: str) -> Mapping[str, str]:
    """Every announcement of a language by key. Raises UsageError for a language we lack."""
    file = resources.files("voicecoach.dialogue.languages") / f"{language}.announcements.toml"
    if not file.is_file():
        raise UsageError(f"there are no announcements in language '{language}'", "Use: en")
    loaded: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))
    return loaded


def sentence(announce: Announce, language: str = "en") -> str:
    """What is said for `announce`, with the names filled in. Raises KeyError for an unknown key.

    >>> sentence(Announce("check", "Ann", (("speaker", "Ann"), ("listener", "Ben"))))
    'Ann, did Ben get that?'
    """
    text = sentences(language)[announce.key]
    for blank, value in (*announce.values, ("to", announce.to)):
        text = text.replace("{" + blank + "}", value)
    return text
