"""The turns of a session as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io

from voicecoach.session import record
from voicecoach.session.entries import Session
from voicecoach.session.formats.captions import who
from voicecoach.session.record import Turn

COLUMNS = (
    *("number", "start_s", "end_s", "round", "exchange", "attempt", "phase", "role", "name"),
    *("text", "heard", "answer", "command", "score", "band", "coverage", "addition"),
    *("missed", "added", "altered"),
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so may be taken for a formula, and a formula may send what is in the sheet."""


def as_csv(session: Session) -> str:
    """A row for each turn under `COLUMNS`: times in seconds, `text` as corrected and as `heard`.

    Begins with the mark that tells spreadsheets that it is UTF-8. Raises ValueError as
    `record.turns` does.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for turn in record.turns(session):
        writer.writerow([_harmless(cell) for cell in _row(turn)])
    return "\ufeff" + out.getvalue()


def _row(turn: Turn) -> list[object]:
    said, reply, score = turn.utterance, turn.reply, turn.fidelity
    row: list[object] = [turn.number, round(said.start_s, 2), round(said.end_s, 2)]
    row += [turn.round, turn.exchange, turn.attempt, str(turn.phase), turn.role or "", who(turn)]
    row += [turn.text, said.text, reply.answer.value.lower(), str(reply.command or "")]
    if score is None:
        return row + [""] * (len(COLUMNS) - len(row))
    row += [round(score.score), score.band, round(score.coverage, 2), round(score.addition, 2)]
    row += ["; ".join(score.missed), "; ".join(score.added)]
    return [*row, "; ".join(f"{pair.said} -> {pair.became}" for pair in score.altered)]


def _harmless(cell: object) -> object:
    """Text that a spreadsheet could take for a formula, with the sign before it that stops that.

    >>> _harmless("=1+1"), _harmless(-3), _harmless("a-b")
    ("'=1+1", -3, 'a-b')
    """
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return "'" + cell
    return cell
