"""How a library grows: time to list, open, search, and open the file, at 200 and 2,000 sessions.

    python -m tests.benchmarks.library_scale [--sessions 2000] [--encrypted] [--keep FILE]

Printed as JSON, milliseconds, the median of five runs of each: `opening` the library (its check
included), `listing` as `voicecoach sessions` does, the opening of `one_session`, and `searching`
for a frequent word, a rare one, two words and a phrase, for a beginning, and for what nobody said;
`each_command` is opening and listing, or opening and searching, as a command does both. `growth`
is each figure at the full size over that at a tenth: 10 is linear. A session has 100 entries of
the kinds and sizes of a held one. Made without waiting for the disk; measured with it.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from voicecoach.dialogue.messages import (
    Announce,
    Announced,
    Announcing,
    Answer,
    Enter,
    Fidelity,
    Heard,
    Listen,
    Outcome,
    Phase,
    Reply,
    Score,
    Scored,
    Step,
)
from voicecoach.session.entries import Entry, Header, entry_of
from voicecoach.session.library import Library
from voicecoach.session.library.secret import passphrase
from voicecoach.session.record import outcome, rounds, seconds
from voicecoach.utterance import Utterance, Word

SESSIONS = 2000
ENTRIES = 100
NAMES = ("Anna", "Ben", "Zoë", "Jo", "Miriam", "Tom")

_MOST_SAID = (
    "the and I you that it of a to was in my me not when we is so for be have on with but what do "
    "this just feel think know like about said because time then home out get want would they all "
    "really work there can how one were up had go your if kids dinner late never always more tell"
)
COMMON = tuple(_MOST_SAID.split())
RARE = tuple(
    first + middle + last
    for first in ("har", "ste", "mol", "win", "gra", "per", "tal", "brin", "cor", "lu")
    for middle in ("a", "en", "i", "ow", "ber", "da", "kel", "os", "un", "ri")
    for last in ("ling", "ton", "ed", "er", "ness", "ly", "ity", "ard", "em", "ough")
)


def sentence(dice: random.Random, words: int) -> str:
    """Words as often as people say them: a few all the time, a thousand now and then."""
    said = [
        dice.choice(COMMON) if dice.random() < 0.85 else dice.choice(RARE) for _ in range(words)
    ]
    return " ".join(said).capitalize() + "."


def heard(dice: random.Random, partner: str, at_s: float, length: int, answer: Answer) -> Heard:
    """A turn with a time for each of its words, as recognisers give them."""
    text = sentence(dice, length)
    words = tuple(
        Word(word, at_s + 0.3 * n, at_s + 0.3 * n + 0.25) for n, word in enumerate(text.split())
    )
    return Heard(Utterance(text, at_s, at_s + 0.3 * length, partner, words=words), Reply(answer))


def exchange(dice: random.Random, at_s: float, names: tuple[str, str]) -> Iterator[Entry]:
    """What is kept of a message with its mirror and its yes: 16 entries in half a minute."""
    first, second = names
    share = heard(dice, first, at_s, dice.randrange(8, 60), Answer.UNCLEAR)
    mirror = heard(dice, second, at_s + 15, dice.randrange(8, 50), Answer.UNCLEAR)
    score = Fidelity(70.0, "close", 0.7, 0.1, ("left",), ("always",), ())
    for after, message in (
        (0, Enter(Phase.SHARE, first, second, 1, 1, 1)),
        (0, Announce("begin", first, (("speaker", first), ("listener", second)))),
        (0, Announcing("begin")),
        (2, Announced("begin")),
        (2, Listen(Step.SHARE)),
        (12, share),
        (12, Enter(Phase.REFLECT, first, second, 1, 1, 1)),
        (12, Listen(Step.REFLECT)),
        (25, mirror),
        (25, Score(share.utterance.text, mirror.utterance.text)),
        (25, Enter(Phase.CHECK, first, second, 1, 1, 1)),
        (25, Scored(score)),
        (26, Listen(Step.REPLY)),
        (28, heard(dice, first, at_s + 27, 2, Answer.YES)),
        (28, Enter(Phase.MORE, first, second, 1, 1, 1)),
        (30, heard(dice, second, at_s + 29, 3, Answer.UNCLEAR)),
    ):
        yield entry_of(message, at_s + after)


def fill(
    file: Path, sessions: int, first: int = 0, seed: int = 1, *, encrypt: bool = False
) -> None:
    """Add so many sessions to the library, numbered from `first`."""
    with Library(file, encrypt=encrypt) as library:
        for number in range(first, first + sessions):
            dice = random.Random(f"{seed} {number}")
            moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=7 * number)
            names = tuple(dice.sample(NAMES, 2))
            ident = f"{moment:%Y-%m-%d-%H%M}-{number:04x}"
            writer = library.begin(Header(ident, moment.isoformat(), names, recogniser="sphinx"))
            assert library._connection is not None
            library._connection.execute("PRAGMA synchronous = OFF")
            entries: list[Entry] = []
            while len(entries) < ENTRIES - 1:
                entries += exchange(dice, 32.0 * len(entries) / 16, names)
            writer.append(*entries[: ENTRIES - 1])
            writer.finish(Outcome.DONE)


def median_ms(action: Callable[[], Any], runs: int = 5) -> float:
    """How long it takes."""
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        action()
        taken.append(1000 * (time.perf_counter() - begun))
    return round(statistics.median(taken), 1)


SEARCHES = {
    "frequent": "feel",
    "rare": RARE[321],
    "two_words": f"feel {RARE[7]}",
    "phrase": '"I feel"',
    "beginning": "har*",
    "nothing": "zebra",
}


def listed(library: Library) -> None:
    """What `voicecoach sessions` reads."""
    for session in library.outlines():
        outcome(session), rounds(session), seconds(session)


def measured(file: Path) -> dict[str, Any]:
    """The figures of one library."""

    def command(action: Callable[[Library], Any]) -> Callable[[], None]:
        def run() -> None:
            with Library(file) as library:
                action(library)

        return run

    opening = median_ms(lambda: Library(file).close())
    with Library(file) as library:
        names = library.ids()
        figures = {
            "sessions": len(names),
            "megabytes": round(file.stat().st_size / 2**20, 1),
            "opening": opening,
            "listing": median_ms(lambda: listed(library)),
            "one_session": median_ms(lambda: library.session(names[len(names) // 2])),
            "searching": {
                name: median_ms(lambda words=words: library.search(words))  # type: ignore[misc]
                for name, words in SEARCHES.items()
            },
        }
    figures["each_command"] = {
        "sessions": median_ms(command(listed)),
        "export": median_ms(command(lambda library: library.session("last"))),
        "search": median_ms(command(lambda library: library.search("feel"))),
    }
    return figures


def growth(small: dict[str, Any], large: dict[str, Any]) -> dict[str, Any]:
    """How many times as long it takes in the larger one."""
    return {
        name: growth(small[name], value)
        if isinstance(value, dict)
        else round(value / max(small[name], 0.1), 1)
        for name, value in large.items()
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=SESSIONS)
    parser.add_argument("--encrypted", action="store_true", help="measure an encrypted library")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="leave the library there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = args.keep or Path(folder) / "library.sqlite3"
        tenth = args.sessions // 10
        passphrase.remember(file, "for the time of this measurement")
        fill(file, tenth, encrypt=args.encrypted)
        small = measured(file)
        fill(file, args.sessions - tenth, first=tenth, encrypt=args.encrypted)
        large = measured(file)
    print(json.dumps({"tenth": small, "all": large, "growth": growth(small, large)}, indent=1))


if __name__ == "__main__":
    main()
