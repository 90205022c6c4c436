"""`voicecoach models`: what is here, what can be had, and whether it is whole."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines import tiny_whisper
from tests.engines.stand_in_hub import StandInHub
from voicecoach.commands import models as command
from voicecoach.engines import models
from voicecoach.errors import ModelError


def run(*argv: str) -> int:
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    args = parser.parse_args(["models", *argv])
    code: int = args.run(args)
    return code


@pytest.fixture
def hub(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StandInHub]:
    source = tiny_whisper.build(tmp_path_factory.mktemp("hub"))
    stand_in = StandInHub(source, *(model.repository for model in models.known()))
    monkeypatch.setenv("HF_ENDPOINT", stand_in.endpoint)
    yield stand_in
    stand_in.close()


def test_list_shows_every_model_and_what_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    out = capsys.readouterr().out
    assert all(model.name in out and model.gain in out for model in models.known())
    assert "sphinx" in out.splitlines()[-1]


def test_fetch_puts_it_where_list_finds_it(
    hub: StandInHub, private_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("fetch", "base.en") == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "base.en is in" in err
    assert run("list", "--json") == 0
    rows = {row["name"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert set(rows["tiny"]) == {"name", "megabytes", "knows", "gain", "folder"}
    assert rows["base.en"]["folder"] == str(private_data / "models" / "base.en")
    assert rows["tiny"]["folder"] is None


def test_an_unknown_name_is_refused(hub: StandInHub) -> None:
    with pytest.raises(ModelError, match="no model 'huge'"):
        run("fetch", "huge")
    assert hub.asked == []


def test_check_tells_whole_from_altered(
    hub: StandInHub, private_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("fetch", "tiny.en")
    run("fetch", "base.en")
    capsys.readouterr()
    assert run("check") == 0
    assert capsys.readouterr().out.count(": whole, in ") == 2
    broken = private_data / "models" / "base.en" / "model.bin"
    content = bytearray(broken.read_bytes())
    content[1000] ^= 1
    broken.write_bytes(content)
    assert run("check") == 4
    out, err = capsys.readouterr()
    assert "tiny.en: whole" in out
    assert "base.en: model.bin" in out
    assert "altered" in out
    assert "voicecoach models fetch base.en" in err
    assert run("check", "tiny.en") == 0
    assert run("check", "--json") == 4
    rows = [json.loads(row) for row in capsys.readouterr().out.splitlines()[1:]]
    assert [(row["name"], row["whole"]) for row in rows] == [("tiny.en", True), ("base.en", False)]


def test_check_without_any_model_says_how_to_get_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    assert "voicecoach models fetch base.en" in capsys.readouterr().err


def test_check_of_one_that_is_not_here() -> None:
    with pytest.raises(ModelError, match=r"tiny\.en is not here"):
        run("check", "tiny.en")
