"""A virtual sound card for each live test, and the environment of a program that uses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.virtual_soundcard import VirtualSoundcard


@pytest.fixture
def card() -> Iterator[VirtualSoundcard]:
    with VirtualSoundcard() as card:
        yield card


@pytest.fixture
def environment(card: VirtualSoundcard, private_data: Path) -> dict[str, str]:
    return {**card.environment, "VOICECOACH_DATA": str(private_data)}
