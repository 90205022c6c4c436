"""One library for the tests that only look, and a fresh copy of it for those that change it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web import sample
from tests.web.serving import Served, served


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample library, made once."""
    return sample.library(tmp_path_factory.mktemp("made") / "library.sqlite3")


@pytest.fixture
def library(made: Path, tmp_path: Path) -> Path:
    """A copy of the sample library of one's own."""
    return Path(shutil.copy(made, tmp_path / "library.sqlite3"))


@pytest.fixture(scope="module")
def looked_at(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A review of the sample library, entered; for tests that change nothing."""
    copy = Path(shutil.copy(made, tmp_path_factory.mktemp("looked") / "library.sqlite3"))
    with served(copy) as running:
        running.enter()
        yield running


@pytest.fixture
def reviewed(library: Path) -> Iterator[Served]:
    """A review of one's own library, entered."""
    with served(library) as running:
        running.enter()
        yield running
