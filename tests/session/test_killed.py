"""A session whose program is killed is there to its last acknowledged entry, and goes on."""

from __future__ import annotations

import random

from tests.benchmarks import killed


def test_killed_at_any_moment_it_goes_on_where_it_stood() -> None:
    """A tenth of the benchmark: nothing acknowledged is lost, no step is wrong."""
    found = killed.kill(50, random.Random(7))
    assert found.fine, vars(found)


def test_a_power_cut_leaves_a_beginning_of_the_session() -> None:
    """The log, cut at every frame and in the middle of each, gives a library that is whole."""
    found = killed.cut_power()
    assert found.fine, vars(found)
    assert found.runs > 200
