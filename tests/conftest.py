"""Fixtures for every test: a private data directory, and the evaluation data where it exists."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def private_data(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the user's own data directory."""
    folder = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("VOICECOACH_DATA", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    return folder


@pytest.fixture(scope="session")
def evaluation() -> Path:
    """The folder of recordings and rows for measuring; not part of the project."""
    folder = Path(os.environ.get("VOICECOACH_EVAL", CHECKOUT.parent / "shared"))
    if not (folder / "speech" / "manifest.json").exists():
        pytest.skip("the evaluation data is not on this machine (VOICECOACH_EVAL names its folder)")
    return folder
