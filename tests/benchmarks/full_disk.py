"""A disk that gets full at every point of a session: what was acknowledged is there.

    python -m tests.benchmarks.full_disk [--disks 200] [--seed 1]

Needs the right to mount a tmpfs (root on Linux). Each of the disks is a few kilobytes larger than
the one before, so that it is full at another entry. A session of 90 turns is kept on it with its
sound by the program's own keeper. Printed as JSON: on how many disks the sound had to go, the words
too, or nothing; entries acknowledged and, of those, lost; sounds acknowledged and lost; libraries
that fail their check; sessions that could not go on; and, after room was made in mid-session, words
that were still missing at the end.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.session import making
from voicecoach.dialogue.messages import Answer, Consent, Heard, Outcome, Reply
from voicecoach.errors import LibraryError
from voicecoach.session import room
from voicecoach.session.entries import Entry, entry_of
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.utterance import Utterance

TURNS = 90
SMALLEST_KB, LARGEST_KB = 3100, 9000
FILLER_KB = 3000
WORDS_KB = 1500
"""What is kept for the words on these small disks; on others it is `room.WORDS_MB`."""

MIDDLE = 60
"""After so many turns somebody makes room."""


class NoMount(Exception):
    """This user may not mount anything here."""


@contextmanager
def disk(kilobytes: int) -> Iterator[Path]:
    """A disk of that size, empty, for the block. Raises NoMount."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["-t", "tmpfs", "-o", f"size={kilobytes}k,mode=700", "voicecoach", folder]
        try:
            done = subprocess.run(["mount", *options], capture_output=True, check=False)
        except FileNotFoundError as error:
            raise NoMount(str(error)) from error
        if done.returncode:
            raise NoMount(done.stderr.decode().strip())
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def turn(dice: random.Random, number: int) -> Entry:
    """A turn of some words with a few kilobytes of sound."""
    text = f"turn {number} " + " ".join(dice.choices(making.MESSAGE.split(), k=dice.randrange(40)))
    heard = Heard(Utterance(text, float(number), number + 0.9), Reply(Answer.UNCLEAR))
    sound = dice.randbytes(dice.randrange(3000, 30_000))
    return replace(entry_of(heard, number + 1.0), clip=sound, clip_start_s=float(number))


def one(kilobytes: int, seed: int) -> Counter[str]:
    """Keep a session on a disk of that size."""
    found: Counter[str] = Counter(disks=1)
    dice = random.Random(f"{seed} {kilobytes}")
    kept: dict[int, Entry] = {}
    with disk(kilobytes) as folder:
        filler = folder / "filler"
        filler.write_bytes(bytes(FILLER_KB * 1000))
        file = folder / "library.sqlite3"
        with Library(file) as library:
            keeper, told = None, set()
            try:
                keeper = Keeper(library, making.HEADER, Consent.SOUND)
                for number in range(1, TURNS + 1):
                    if number == MIDDLE:
                        filler.unlink()
                    entry = turn(dice, number)
                    try:
                        (written,) = keeper.append(entry)
                        if not keeper_waits(keeper):
                            kept[written.number] = written
                    except LibraryError as error:
                        told.add(str(error))
                    assert "disk" in keeper.troubles or number == 1
                keeper.finish(Outcome.DONE)
            except LibraryError as error:
                told.add(str(error))
        found["sound_went"] += keeper is not None and "sound" in keeper.troubles
        found["words_went_too"] += bool(told)
        found["all_fitted"] += not told and keeper is not None and "sound" not in keeper.troubles
        found += compared(file, kept, begun=keeper is not None)
        return found


def keeper_waits(keeper: Keeper) -> bool:
    """Whether entries wait to be written: those are not acknowledged yet."""
    return bool(keeper._writer._waiting)  # type: ignore[union-attr]


def compared(file: Path, kept: dict[int, Entry], *, begun: bool) -> Counter[str]:
    """What is in the library against what was acknowledged."""
    found: Counter[str] = Counter(not_begun=not begun)
    try:
        with Library(file) as library:
            library.check()
            session = library.session("last", sound=True) if library.ids() else None
    except LibraryError as error:
        print(f"{file}: {error}", file=sys.stderr)
        return found + Counter(libraries_damaged=1)
    there = {entry.number: entry for entry in session.entries} if session else {}
    for number, entry in kept.items():
        found["acknowledged"] += 1
        found["lost"] += number not in there or there[number].data != entry.data
        found["sounds_acknowledged"] += entry.clip is not None
        if number in there and entry.clip is not None:
            found["sounds_lost"] += there[number].clip != entry.clip
    if MIDDLE in there and len(there) < TURNS:
        found["missing_though_there_was_room"] += TURNS - len(there)
    return found


def sweep(disks: int, seed: int = 1) -> dict[str, int]:
    """All the disks; the figures. Raises NoMount."""
    total: Counter[str] = Counter()
    room.WORDS_MB = WORDS_KB / 1000  # type: ignore[assignment]
    for index in range(disks):
        size = SMALLEST_KB + (LARGEST_KB - SMALLEST_KB) * index // max(1, disks - 1)
        total.update(one(size, seed))
    names = ("disks", "not_begun", "sound_went", "words_went_too", "all_fitted", "acknowledged")
    names += ("lost", "sounds_acknowledged", "sounds_lost", "libraries_damaged")
    return {name: total[name] for name in (*names, "missing_though_there_was_room")}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--disks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    try:
        print(json.dumps(sweep(args.disks, args.seed), indent=1))
    except NoMount as error:
        sys.exit(f"A tmpfs cannot be mounted here: {error}")


if __name__ == "__main__":
    main()
