"""Models for the tests of this folder, built once in a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines import tiny_whisper


@pytest.fixture(scope="session")
def english_whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny Whisper that knows English only and hears "you can hear me"."""
    return tiny_whisper.build(tmp_path_factory.mktemp("models") / "english")


@pytest.fixture(scope="session")
def many_whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny Whisper that knows many languages and hears "ja das stimmt"."""
    return tiny_whisper.build(
        tmp_path_factory.mktemp("models") / "many", "ja das stimmt", multilingual=True
    )
