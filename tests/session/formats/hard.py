"""What may be said or be a name and means something to a format: markup, formulas, controls."""

from __future__ import annotations

from dataclasses import replace

from tests.session import making
from voicecoach.dialogue.messages import (
    Altered,
    Announce,
    Announcing,
    Answer,
    Enter,
    Fidelity,
    Heard,
    Phase,
    Reply,
    Score,
    Scored,
)
from voicecoach.session.entries import Session, correction, entry_of
from voicecoach.utterance import Utterance

HARD = (
    "<script>alert(1)</script>",
    "</td></table><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "# no heading *no emphasis* _none_ `no code` [no](http://link.example) ![x](y)",
    "| a | b |\n|---|---|",
    "- no list\n1. none\n> no quote",
    "a &amp; b &lt; c \\* \\",
    "https://link.example www.link.example me@link.example",
    "null \x00 escape \x1b[2J bell \x07 half \ud83d end \ufffe",
    "quote \" and ' and ünïcode 🙂",
    "~~no~~ ==no== $no$ @nobody #1 !no",
)
"""Texts, each of which is to be read as it is, but for what no eye could see."""


def seen(text: str) -> str:
    """What is left of a text on paper."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def session(text: str, names: tuple[str, str] = ("Anna", "Ben")) -> Session:
    """A scored reflection in which everything that can be `text` is."""
    first, second = names
    score = Fidelity(
        50.0,
        "partly",
        0.5,
        0.5,
        missed=(text,),
        added=(text,),
        altered=(Altered("word", text, f"{text}!"),),
        questions=(text,),
        unclear=(text,),
    )
    said = (
        Enter(Phase.SHARE, first, second, 1, 1, 1),
        Announce("share_said", first, (("said", text),)),
        Announcing("share_said"),
        Announce(text or "-", first),
        Announcing(text or "-"),
        Heard(Utterance(f"I say {text}", 1.0, 2.0, first), Reply(Answer.UNCLEAR, text)),
        Enter(Phase.REFLECT, first, second, 1, 1, 1),
        Heard(Utterance(f"You say {text}", 3.0, 4.0, None), Reply(Answer.UNCLEAR)),
        Score(f"I say {text}", f"You say {text}! "),
        Enter(Phase.CHECK, first, second, 1, 1, 1),
        Scored(score),
    )
    entries = [entry_of(message, float(at)) for at, message in enumerate(said)]
    entries.append(correction(6, f"I said {text}", "hand", 20.0))
    numbered = (replace(entry, number=n) for n, entry in enumerate(entries, 1))
    return Session(replace(making.HEADER, names=names), tuple(numbered))
