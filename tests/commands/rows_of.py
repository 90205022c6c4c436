"""Run a command module as the command line does, and read what it wrote."""

from __future__ import annotations

import argparse
import importlib
import io
import json
import sys
from typing import Any

import pytest


class Piped:
    """Standard input with bytes behind it."""

    def __init__(self, text: str) -> None:
        self.buffer = io.BytesIO(text.encode("utf-8"))


def run(name: str, *arguments: str) -> int:
    """The exit code of `voicecoach NAME ARGUMENTS`; VoicecoachError passes through."""
    top = argparse.ArgumentParser()
    module = importlib.import_module(f"voicecoach.commands.texts.{name}")
    module.register(top.add_subparsers(required=True))
    args = top.parse_args([name, *arguments])
    code: int = args.run(args)
    return code


def rows(
    name: str,
    lines: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *more: str,
) -> list[dict[str, Any]]:
    """What `voicecoach NAME --jsonl -` answers to these lines."""
    monkeypatch.setattr(sys, "stdin", Piped(lines))
    assert run(name, *more, "--jsonl", "-") == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]
