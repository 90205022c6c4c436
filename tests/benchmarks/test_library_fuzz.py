"""A part of the damaged files, and the looking itself: what is not in order is found."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.benchmarks import damage, fuzz_kinds, library_fuzz
from tests.benchmarks.fuzz_kinds import Case, Kind


@pytest.mark.slow
def test_a_tenth_of_them() -> None:
    """2,000 files: each is refused in words or used, and no library is the worse for it."""
    figures = library_fuzz.fuzz(library_fuzz.CASES // 10)
    assert figures["found"] == []
    assert sum(sum(codes.values()) for codes in figures["codes"].values()) == 2000
    for kind in ("library", "settings", "rows", "sound", "import"):
        assert {"0"} < set(figures["codes"][kind])  # neither all refused nor all used


def bad(case: Case, folder: Path) -> tuple[int, str | None]:
    """Wrong in every way, one after the other."""
    match case.number % 6:
        case 0:
            raise KeyError("a traceback")
        case 1:
            time.sleep(60)
        case 2:
            return 1, None
        case 3:
            return 0, "worse"
        case 4:
            os._exit(7)
    return 0, None


def test_what_is_not_in_order_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback, a hang, a code that is none, a library made worse, a crash: with its number; and
    the next case is run all the same."""
    monkeypatch.setattr(fuzz_kinds, "prepare", lambda _: None)
    monkeypatch.setattr(library_fuzz, "KINDS", (Kind("bad", 1, bad),))
    monkeypatch.setattr(library_fuzz, "HANGS_S", 0.2)
    figures = library_fuzz.fuzz(8, first=6)
    found = {each["number"]: each["what"].splitlines()[-1] for each in figures["found"]}
    assert found.pop(6).startswith("KeyError") and found.pop(12).startswith("KeyError")
    assert found == {
        7: "longer than 0.2 s",
        8: "exit code 1",
        9: "worse",
        10: "the process died: 7",
        13: "longer than 0.2 s",
    }


def test_a_number_is_always_the_same_case() -> None:
    """So that what was found can be looked at; another number is another one."""

    def made(number: int) -> bytes:
        return damage.of(bytes(20_000), library_fuzz.case_of(number, 1).dice, page=4096)

    assert made(5) == made(5) != made(6)
    kinds = [library_fuzz.case_of(number, 1).kind.name for number in range(20)]
    assert kinds.count("library") == 10 and len(set(kinds)) == 4
