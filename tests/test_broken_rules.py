"""A rule of the dialogue that is broken is noticed by the tests that guard it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.broken_rules import BREAKS, Break, outcomes, unbroken


@pytest.mark.slow
def test_every_broken_rule_is_noticed_by_all_its_guards() -> None:
    """Unbroken, every guard passes; each rule broken alone, every guard of it fails."""
    assert len(BREAKS) >= 10
    assert unbroken(BREAKS) == set()
    assert {o.rule: o.survived for o in outcomes(BREAKS) if o.survived} == {}


def test_every_rule_has_a_script_and_a_test() -> None:
    """What is said while the coach talks cannot be scripted, as a script waits for its end; nor can
    an answer by key, as keys in a script are commands; what is learned of a voice is not heard."""
    unscripted = ("while the coach is talking", "a key", "is learned")
    for each in BREAKS:
        assert each.tests, each.rule
        assert each.scripts or any(words in each.rule for words in unscripted), each.rule


def test_a_text_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """A break that breaks nothing must not look like a rule that is guarded."""
    (tmp_path / "table.py").write_text("here\nhere\n")
    for old in ("there", "here"):
        with pytest.raises(LookupError, match="not once"):
            Break("a rule", "table.py", old, "", (), ()).apply(tmp_path)
