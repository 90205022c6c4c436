"""The README keeps up with the program: its diagram, its commands, its files."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

import pytest

from voicecoach.cli import COMMANDS, parser
from voicecoach.dialogue.imago import diagram

CHECKOUT = Path(__file__).resolve().parents[1]
README = CHECKOUT / "README.md"


def test_the_diagram_is_the_tables() -> None:
    """Drawn anew with VOICECOACH_ACCEPT=1."""
    text = README.read_text()
    drawn = f"```mermaid\n{diagram()}\n```"
    if os.environ.get("VOICECOACH_ACCEPT"):
        text = re.sub(r"```mermaid\n.*?```", drawn, text, flags=re.DOTALL)
        README.write_text(text)
    assert drawn in text


def _commands() -> dict[str, argparse.ArgumentParser]:
    (action,) = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


@pytest.mark.parametrize("name", [module.rpartition(".")[2] for module in COMMANDS])
def test_every_command_is_documented_and_has_help(name: str) -> None:
    """A command without help or mention would be found by nobody."""
    assert f"voicecoach {name}" in README.read_text()
    help_text = _commands()[name].format_help()
    assert len(_commands()[name].description or "") > 20
    for action in _commands()[name]._actions:
        chooses = isinstance(action, argparse._SubParsersAction)
        assert chooses or action.help, f"{name} {action.dest} has no help"
    assert "usage" in help_text


def test_every_command_line_in_the_readme_is_understood() -> None:
    """Every `voicecoach ...` line in a code block parses."""
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text(), re.DOTALL)
    lines = [line.split("#")[0].split() for block in blocks for line in block.splitlines()]
    ours = [line[1:] for line in lines if line[:1] == ["voicecoach"]]
    assert len(ours) >= 6
    for words in ours:
        assert parser().parse_args(words).command == words[0]


def test_every_file_in_the_readme_is_there() -> None:
    """A path that is named exists."""
    for path in re.findall(
        r"`((?:voicecoach|tests|samples|dialogue)/[\w./-]+)`", README.read_text()
    ):
        assert (CHECKOUT / path).exists() or (CHECKOUT / "voicecoach" / path).exists(), path
    for module in re.findall(r"python -m (tests\.[\w.]+)", README.read_text()):
        assert (CHECKOUT / (module.replace(".", "/") + ".py")).exists(), module
