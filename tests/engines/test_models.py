"""Models: found in their order, fetched whole or not at all, and chosen with a sentence."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engines.stand_in_hub import REVISION, StandInHub
from voicecoach.engines import models
from voicecoach.engines.models import hub as hub_module
from voicecoach.engines.whisper import Whisper
from voicecoach.errors import ModelError

REPOSITORY = "Systran/faster-whisper-tiny.en"


@pytest.fixture
def source(english_whisper: Path, tmp_path: Path) -> Path:
    """What the hub serves: a true model of 6 MB and a file that nobody needs."""
    folder = Path(shutil.copytree(english_whisper, tmp_path / "repository"))
    (folder / "README.md").write_text("# nothing to fetch")
    return folder


@pytest.fixture
def hub(source: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    stand_in = StandInHub(source, REPOSITORY)
    monkeypatch.setenv("HF_ENDPOINT", stand_in.endpoint)
    yield stand_in
    stand_in.close()


@pytest.fixture
def home(private_data: Path) -> Path:
    return private_data / "models"


def files_asked(hub: StandInHub) -> list[tuple[str, str | None]]:
    return [(path.rsplit("/", 1)[1], r) for path, r in hub.asked if "/resolve/" in path]


def refused(sentence: str) -> ModelError:
    """Fetching fails with that sentence, exit code 4, and a hint."""
    with pytest.raises(ModelError, match=sentence) as told:
        models.fetch("tiny.en")
    assert told.value.exit_code == 4
    assert told.value.hint
    return told.value


class TestManifest:
    def test_it_lists_the_models(self) -> None:
        assert {model.name for model in models.known()} == {
            "tiny.en",
            "base.en",
            "small.en",
            "distil-small.en",
            "tiny",
            "base",
            "small",
            "large-v3-turbo",
        }

    def test_english_models_bear_it_in_their_name(self) -> None:
        for model in models.known():
            assert (model.knows == "en") == model.name.endswith(".en")
            assert model.understands("en")
            assert model.understands("de") == (model.knows == "many")

    def test_every_model_says_what_it_costs_and_gains(self) -> None:
        for model in models.known():
            assert model.megabytes > 50
            assert model.gain.endswith(".")
            assert model.repository.count("/") == 1

    def test_the_most_accurate_come_last(self) -> None:
        sizes = [model.megabytes for model in models.known()]
        assert sizes == sorted(sizes)

    def test_an_unknown_name_is_answered_with_the_known(self) -> None:
        with pytest.raises(ModelError, match="no model 'huge'") as told:
            models.known_model("huge")
        assert "base.en" in told.value.hint


class TestFind:
    def test_a_path_comes_first(self, english_whisper: Path) -> None:
        assert models.find(str(english_whisper)) == english_whisper

    def test_a_name_is_looked_for_in_the_folders_in_order(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, english_whisper: Path
    ) -> None:
        roots = (tmp_path / "user", tmp_path / "checkout", tmp_path / "shipped")
        monkeypatch.setattr(models, "model_dirs", lambda: roots)
        assert models.find("tiny.en") is None
        for root in reversed(roots):
            shutil.copytree(english_whisper, root / "tiny.en")
            assert models.find("tiny.en") == root / "tiny.en"

    @pytest.mark.parametrize("name", ["../tiny.en", "a/b", "..", ".", ""])
    def test_a_name_never_leads_out_of_the_folders(self, home: Path, name: str) -> None:
        (home.parent / "tiny.en").mkdir(parents=True)
        (home.parent / "tiny.en" / "model.bin").touch()
        found = models.find(name)
        assert found is None or found == Path(name)


class TestFetch:
    def test_what_is_fetched_is_whole_and_works(self, hub: StandInHub, home: Path) -> None:
        folder = models.fetch("tiny.en")
        assert folder == home / "tiny.en" == models.find("tiny.en")
        models.check(folder, checksums=True)
        assert Whisper(folder, device="cpu").name == "whisper tiny.en"
        assert not (home / "tiny.en.part").exists()

    def test_only_what_is_needed_is_fetched(self, hub: StandInHub, home: Path) -> None:
        models.fetch("tiny.en")
        names = {"model.bin", "config.json", "tokenizer.json", "vocabulary.json"}
        assert {name for name, _ in files_asked(hub)} == names
        assert {path.name for path in (home / "tiny.en").iterdir()} == names | {models.RECORD}

    def test_progress_grows_to_the_whole(self, hub: StandInHub, source: Path) -> None:
        seen: list[tuple[int, int]] = []
        models.fetch("tiny.en", lambda there, whole: seen.append((there, whole)))
        size = sum(p.stat().st_size for p in source.iterdir() if p.name != "README.md")
        assert [there for there, _ in seen] == sorted(there for there, _ in seen)
        assert seen[-1] == (size, size)
        assert len(seen) > 10

    def test_a_whole_model_is_not_fetched_again(self, hub: StandInHub) -> None:
        models.fetch("tiny.en")
        hub.asked.clear()
        models.fetch("tiny.en")
        assert hub.asked == []

    def test_a_cut_connection_is_continued(self, hub: StandInHub, home: Path) -> None:
        """Each cut leaves what has arrived; the rest is asked for, not all of it again."""
        hub.cut_after, hub.cuts = 1_000_000, 3
        models.check(models.fetch("tiny.en"), checksums=True)
        ranges = [r for name, r in files_asked(hub) if name == "model.bin"]
        assert ranges[0] is None
        assert ranges[1:] and all(r and int(r[6:-1]) >= 1_000_000 for r in ranges[1:])

    def test_a_server_without_ranges_sends_all_of_it_again(self, hub: StandInHub) -> None:
        hub.cut_after, hub.cuts, hub.ranges = 1_000_000, 1, False
        models.check(models.fetch("tiny.en"), checksums=True)

    def test_the_next_run_goes_on_where_the_last_one_stopped(
        self, hub: StandInHub, home: Path
    ) -> None:
        hub.cut_after, hub.cuts = 0, 100
        refused("cannot be reached, or the connection was cut")
        hub.cut_after, hub.cuts = 500_000, 1
        part = home / "tiny.en.part" / "model.bin"

        def stop_early(there: int, whole: int) -> None:
            if part.exists() and part.stat().st_size >= 500_000:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            models.fetch("tiny.en", stop_early)
        there = part.stat().st_size
        assert there > 0
        assert models.find("tiny.en") is None
        hub.cuts = 0
        hub.asked.clear()
        models.check(models.fetch("tiny.en"), checksums=True)
        assert ("model.bin", f"bytes={there}-") in files_asked(hub)
        assert [name for name, _ in files_asked(hub)] == ["model.bin"]

    def test_parts_of_another_version_are_not_continued(
        self, hub: StandInHub, source: Path, home: Path
    ) -> None:
        def stop(there: int, whole: int) -> None:
            if (home / "tiny.en.part" / "model.bin").exists():
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            models.fetch("tiny.en", stop)
        new = b"!" + (source / "model.bin").read_bytes()
        (source / "model.bin").write_bytes(new)
        folder = models.fetch("tiny.en")
        assert (folder / "model.bin").read_bytes() == new

    def test_a_corrupted_file_is_refused_and_thrown_away(self, hub: StandInHub, home: Path) -> None:
        hub.corrupt = True
        refused(r"model\.bin of the model tiny\.en arrived damaged")
        assert models.find("tiny.en") is None
        assert not (home / "tiny.en.part" / "model.bin").exists()
        hub.corrupt = False
        models.check(models.fetch("tiny.en"), checksums=True)

    def test_a_corrupted_small_file_is_refused(
        self, hub: StandInHub, source: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Small files are checked by git's checksum, large ones by SHA-256."""
        hub.listing = hub._listed()
        config = (source / "config.json").read_bytes()
        (source / "config.json").write_bytes(config.replace(b"0", b"1", 1))
        refused(r"config\.json of the model tiny\.en arrived damaged")

    def test_a_damaged_model_is_fetched_anew(self, hub: StandInHub) -> None:
        folder = models.fetch("tiny.en")
        (folder / "model.bin").write_bytes(b"half")
        models.check(models.fetch("tiny.en"), checksums=True)

    def test_offline(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
        assert "Go online" in refused("cannot be reached").hint

    @pytest.mark.parametrize(
        ("status", "sentence"),
        [
            (404, r"does not give out Systran/faster-whisper-tiny\.en \(404\)"),
            (401, r"does not give out .* \(401\)"),
            (503, r"refused the download \(503\)"),
            (429, r"refused the download \(429\)"),
        ],
    )
    def test_a_hub_that_refuses(self, hub: StandInHub, status: int, sentence: str) -> None:
        hub.status = status
        refused(sentence)

    @pytest.mark.parametrize("listing", [b"<html>sign in</html>", b"[]", b'{"siblings": [{}]}'])
    def test_what_is_no_hub(self, hub: StandInHub, listing: bytes) -> None:
        """A hotel's sign-in page answers every address."""
        hub.listing = listing
        refused("did not answer like a hub of models")

    def test_a_repository_without_a_model(self, hub: StandInHub, source: Path) -> None:
        (source / "model.bin").unlink()
        refused("holds no model")

    @pytest.mark.parametrize("endpoint", ["nonsense", "gopher://x", "http://"])
    def test_an_endpoint_that_is_no_address(
        self, endpoint: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HF_ENDPOINT", endpoint)
        refused("is no address of a hub|cannot be reached")

    def test_a_full_disk_is_told_before_anything_is_fetched(
        self, hub: StandInHub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hub_module, "SPARE", 10**18)
        refused("The disk is too full for the model tiny.en")
        assert files_asked(hub) == []

    def test_a_folder_that_cannot_be_written(self, hub: StandInHub, private_data: Path) -> None:
        (private_data / "models").write_text("a file in the way")
        assert "VOICECOACH_DATA" in refused("cannot be written").hint

    def test_two_at_once(self, hub: StandInHub, home: Path) -> None:
        import filelock

        home.mkdir(parents=True)
        with filelock.FileLock(home / ".tiny.en.lock"):
            refused("Another voicecoach is fetching tiny.en already")

    def test_nothing_but_the_files_is_asked_for(self, hub: StandInHub) -> None:
        """No account, no telemetry: one listing and the files at that revision."""
        models.fetch("tiny.en")
        listing, *rest = [path for path, _ in hub.asked]
        assert listing == f"/api/models/{REPOSITORY}/revision/main?blobs=true"
        assert all(path.startswith(f"/{REPOSITORY}/resolve/{REVISION}/") for path in rest)

    def test_ctrl_c_in_the_middle_leaves_a_part_to_go_on_from(
        self, hub: StandInHub, home: Path
    ) -> None:
        """The true signal to a true process, while the hub keeps it waiting."""
        code = (
            "import os, time\nfrom voicecoach.engines import models\n"
            "part = os.environ['VOICECOACH_DATA'] + '/models/tiny.en.part/model.bin'\n"
            "models.fetch('tiny.en', lambda there, whole: os.path.exists(part) and time.sleep(60))"
        )
        child = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE)
        part = home / "tiny.en.part" / "model.bin"
        until(lambda: part.exists() and part.stat().st_size > 0)
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate(timeout=30)
        assert b"KeyboardInterrupt" in errors
        there = part.stat().st_size
        assert there > 0
        models.check(models.fetch("tiny.en"), checksums=True)
        assert any(r == f"bytes={there}-" for _, r in files_asked(hub))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


class TestCheck:
    @pytest.fixture
    def fetched(self, hub: StandInHub) -> Path:
        return models.fetch("tiny.en")

    def test_a_truncated_file_is_named_with_its_size(self, fetched: Path) -> None:
        os.truncate(fetched / "model.bin", 1000)
        with pytest.raises(ModelError, match=r"model\.bin .* has 1000 bytes instead of") as told:
            models.check(fetched)
        assert told.value.hint == "Fetch it again: voicecoach models fetch tiny.en"

    def test_an_altered_file_is_found_by_its_checksum_only(self, fetched: Path) -> None:
        content = bytearray((fetched / "model.bin").read_bytes())
        content[5000] ^= 1
        (fetched / "model.bin").write_bytes(content)
        models.check(fetched)
        with pytest.raises(ModelError, match=r"model\.bin .* has been altered"):
            models.check(fetched, checksums=True)

    @pytest.mark.parametrize("record", ["", "[]", '{"files": {"model.bin": {}}}', '{"files": 3}'])
    def test_a_damaged_record_is_told(self, fetched: Path, record: str) -> None:
        (fetched / models.RECORD).write_text(record)
        with pytest.raises(ModelError, match=r"record of the model in .* is damaged"):
            models.check(fetched)

    def test_the_record_says_where_it_came_from(self, fetched: Path) -> None:
        record = json.loads((fetched / models.RECORD).read_text())
        assert record["repository"] == REPOSITORY
        assert record["revision"] == REVISION


class TestChoice:
    def put(self, home: Path, name: str, model: Path) -> Path:
        return Path(shutil.copytree(model, home / name))

    def test_nothing_here_means_the_embedded_one_and_says_so(self) -> None:
        spec, sentence = models.recogniser_spec(None, "en")
        assert (spec.kind, spec.folder, spec.language) == ("sphinx", None, "en")
        assert "one word in three" in sentence
        assert "voicecoach models fetch base.en" in sentence

    def test_the_best_that_is_here_is_used(self, home: Path, english_whisper: Path) -> None:
        self.put(home, "tiny.en", english_whisper)
        best = self.put(home, "small.en", english_whisper)
        assert models.best_available("en") == ("whisper", best)
        spec, sentence = models.recogniser_spec(None, "en")
        assert (spec.kind, spec.folder) == ("whisper", best)
        assert "small.en" in sentence

    def test_a_broken_one_is_passed_over(self, home: Path, english_whisper: Path) -> None:
        good = self.put(home, "tiny.en", english_whisper)
        (self.put(home, "small.en", english_whisper) / "tokenizer.json").unlink()
        assert models.best_available("en") == ("whisper", good)

    def test_another_language_needs_a_model_that_knows_it(
        self, home: Path, english_whisper: Path, many_whisper: Path
    ) -> None:
        self.put(home, "small.en", english_whisper)
        with pytest.raises(ModelError, match="No recogniser is here for the language 'de'"):
            models.recogniser_spec(None, "de")
        many = self.put(home, "tiny", many_whisper)
        assert models.recogniser_spec(None, "de")[0].folder == many

    def test_sphinx_may_be_chosen_though_a_whisper_is_here(
        self, home: Path, english_whisper: Path
    ) -> None:
        self.put(home, "tiny.en", english_whisper)
        assert models.recogniser_spec("sphinx", "en")[0].kind == "sphinx"

    def test_whisper_without_a_model_is_refused(self) -> None:
        with pytest.raises(ModelError, match="no Whisper model here") as told:
            models.recogniser_spec("whisper", "en")
        assert "models fetch base.en" in told.value.hint

    def test_a_folder_or_a_name_may_be_given(self, home: Path, english_whisper: Path) -> None:
        spec, _ = models.recogniser_spec(str(english_whisper), "en")
        assert spec.folder == english_whisper
        named = self.put(home, "tiny.en", english_whisper)
        assert models.recogniser_spec("tiny.en", "en")[0].folder == named

    def test_a_name_that_was_not_fetched_says_how(self) -> None:
        with pytest.raises(ModelError, match=r"small\.en has not been fetched") as told:
            models.recogniser_spec("small.en", "en")
        assert "486 MB" in told.value.hint

    def test_a_name_that_nobody_knows(self) -> None:
        with pytest.raises(ModelError, match="no recogniser or model 'wisper'"):
            models.recogniser_spec("wisper", "en")

    def test_an_english_model_for_another_language(self, home: Path, english_whisper: Path) -> None:
        self.put(home, "tiny.en", english_whisper)
        with pytest.raises(ModelError, match="knows English only, not 'de'"):
            models.recogniser_spec("tiny.en", "de")

    def test_sphinx_knows_english_only(self) -> None:
        with pytest.raises(ModelError, match="language 'de'"):
            models.recogniser_spec("sphinx", "de")
