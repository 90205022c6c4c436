"""A mirror that was misheard is not a bad mirror, as long as the recogniser has its doubts."""

from __future__ import annotations

from tests.benchmarks.recognition_errors import measure
from voicecoach.engines.meaning import open_word_table


def test_the_score_holds_where_words_are_misheard() -> None:
    """In the middle 75 at 15 % wrong words and 55 at 30 % (60 over more seeds); unrelated below 15;
    next to nothing falsely altered; without the doubts it is worse."""
    table = open_word_table()
    for share, least in ((0.15, 75), (0.3, 55)):
        found = measure(share, table, seeds=1)
        assert found["with"]["verbatim"][1] >= least
        assert found["with"]["unrelated"][0] < 15
        assert found["with"]["false_altered"] <= 0.05 < found["without"]["false_altered"]
        assert found["with"]["verbatim"][1] > found["without"]["verbatim"][1]
