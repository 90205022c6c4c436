"""Nothing grows without limit: where a file or a function outgrew this, a second thing hides in it.

Lines are counted as they stand, from `def` to the last line, docstring, comments and blank lines
included, decorators not. A method counts by itself; a class is as long as its module lets it be.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import voicecoach

PACKAGE = Path(voicecoach.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

MODULE_LINES = 400
FUNCTION_LINES = 40


def too_long(source: str) -> Iterator[tuple[str, int]]:
    """The functions of a module that are longer than allowed, with their lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            lines = node.end_lineno - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield node.name, lines


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_stays_small(path: Path) -> None:
    """No module has more than 400 lines, no function more than 40."""
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MODULE_LINES
    assert list(too_long(source)) == []


def test_every_module_was_looked_at() -> None:
    """The modules are found, down to the folders inside folders."""
    assert len(MODULES) > 50
    assert {"cli.py", "loop.py", "espeak.py"} <= {path.name for path in MODULES}


def test_a_long_function_is_seen() -> None:
    """One line too many is found, also in a method; exactly as many as allowed is fine."""
    body = "\n".join("        pass" for _ in range(FUNCTION_LINES - 1))
    allowed = f"class A:\n    def fits(self):\n{body}\n"
    assert list(too_long(allowed)) == []
    assert list(too_long(allowed + "        pass\n")) == [("fits", FUNCTION_LINES + 1)]
