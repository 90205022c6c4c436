"""JSON lines in, JSON lines out: one object for each line, in order, its own fields kept."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from voicecoach.errors import InputError

Row = dict[str, Any]


def answer_each(
    source: str,
    answer: Callable[[Row], Row],
    required: tuple[str, ...],
    optional: tuple[str, ...] = (),
) -> None:
    """Write `{**row, **answer(row)}` to standard output for each line of `source` ("-": stdin).

    Raises InputError with the line's number where a line is not an object with the `required`
    fields as text (and the `optional` ones as text, null or absent), or where the file cannot be
    read. Blank lines are skipped.
    """
    with _lines(source) as lines:
        try:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    row = _row(line, number, required, optional)
                    print(json.dumps({**row, **answer(row)}, ensure_ascii=False))
        except UnicodeDecodeError as error:
            raise InputError(f"{source} is not UTF-8 text.", "Save it as UTF-8.") from error


@contextmanager
def _lines(source: str) -> Iterator[IO[str]]:
    if source == "-":
        # Bytes, so that the terminal's own encoding does not matter.
        yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8")
        return
    try:
        file = Path(source).open(encoding="utf-8")  # noqa: SIM115
    except OSError as error:
        raise InputError(
            f"{source} cannot be read: {error.strerror}.", "Check the path."
        ) from error
    with file:
        yield file


def _row(line: str, number: int, required: tuple[str, ...], optional: tuple[str, ...]) -> Row:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError(
            f"Line {number} is not JSON: {error}.", "Each line must be one JSON object."
        ) from error
    hint = f"Each line must be a JSON object with {' and '.join(required)}."
    if not isinstance(row, dict):
        raise InputError(f"Line {number} is not a JSON object.", hint)
    for field in required:
        if not isinstance(row.get(field), str):
            raise InputError(f"Line {number} lacks the text field {field!r}.", hint)
    for field in optional:
        if not isinstance(row.get(field), str | None):
            raise InputError(f"Line {number}: the field {field!r} is not text.", hint)
    return row
