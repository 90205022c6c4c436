"""The picture of the terminal in the README is what the program shows.

`VOICECOACH_ACCEPT=1` draws it anew: look at it, then keep it.
"""

from __future__ import annotations

import os

from tests.benchmarks import picture


def test_the_picture_is_what_the_program_shows_now() -> None:
    """Every line and every colour of it."""
    svg = picture.painted()
    if os.environ.get("VOICECOACH_ACCEPT"):
        picture.PICTURE.write_text(svg, encoding="utf-8")
    kept = picture.lines_of(picture.PICTURE.read_text(encoding="utf-8"))
    assert len(kept) > 20
    assert picture.lines_of(svg) == kept


def test_the_picture_is_the_same_every_time_and_fetches_nothing() -> None:
    """No clock, no session's name, no address of a font."""
    svg = picture.painted()
    assert svg == picture.painted()
    assert "url(http" not in svg
