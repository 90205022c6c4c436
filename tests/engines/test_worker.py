"""The recogniser's process: never in the way, and no piece is lost when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.engines.scripted_recognisers import BROKEN, DEADLY
from tests.engines.spoken import say
from voicecoach.engines import Expect
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.engines.worker import YIELDING, RecogniserProcess, Transcribed
from voicecoach.errors import ModelError
from voicecoach.speech.audio import RATE, Clip

Opened = Callable[..., RecogniserProcess]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens a recogniser of `scripted_recognisers` by name, and closes it after the test."""
    processes = []

    def open_one(habit: str) -> RecogniserProcess:
        spec = RecogniserSpec(
            "scripted", tmp_path, made_by=f"tests.engines.scripted_recognisers:{habit}"
        )
        processes.append(RecogniserProcess(spec))
        return processes[-1]

    yield open_one
    for process in processes:
        process.close()


def clip(position: int = 0, seconds: float = 1.0) -> Clip:
    return Clip(np.zeros(int(seconds * RATE), np.float32), position)


def texts(results: list[Transcribed]) -> list[tuple[int, str]]:
    return [(result.piece, " ".join(word.text for word in result.words)) for result in results]


def begun(folder: Path) -> list[list[str]]:
    diary = folder / "begun"
    return [line.split() for line in diary.read_text().splitlines()] if diary.exists() else []


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def test_pieces_come_back_in_order_with_what_was_expected(opened: Opened) -> None:
    process = opened("Counting")
    process.submit(1, clip(seconds=1), Expect.TALK)
    process.submit(2, clip(position=RATE, seconds=2), Expect.REPLY)
    assert process.pending == 2
    results = process.wait()
    assert texts(results) == [(1, "16000/talk"), (2, "32000/reply")]
    assert results[1].words[0].start_s == 1.0
    assert process.pending == 0
    assert process.poll() == []


def test_name_and_cost_are_the_recognisers(opened: Opened) -> None:
    process = opened("Counting")
    process.wait_ready()
    assert (process.name, process.cost_per_call_s) == ("counting", 1.5)


def test_nothing_waits_for_a_model_that_is_still_loading(opened: Opened, tmp_path: Path) -> None:
    """Ten minutes of sound are handed over although nobody reads them yet."""
    process = opened("loads_slowly")
    for piece in range(10):
        process.submit(piece, clip(seconds=60), Expect.TALK)
    assert process.poll() == []
    (tmp_path / "go").touch()
    assert [result.piece for result in process.wait()] == list(range(10))


def test_nothing_waits_for_a_piece_that_is_being_decoded(opened: Opened, tmp_path: Path) -> None:
    process = opened("Waiting")
    process.submit(0, clip(), Expect.TALK)
    until(lambda: process.poll() == [] and bool(begun(tmp_path)))
    for piece in range(1, 5):
        process.submit(piece, clip(seconds=60), Expect.TALK)
        assert process.poll() == []
    (tmp_path / "go").touch()
    assert [result.piece for result in process.wait()] == [0, 1, 2, 3, 4]


def test_more_words_than_a_pipe_holds(opened: Opened) -> None:
    process = opened("Wordy")
    process.submit(1, clip(seconds=60), Expect.TALK)
    process.submit(2, clip(seconds=60), Expect.TALK)
    assert [len(result.words) for result in process.wait()] == [20_000, 20_000]


def test_polling_alone_moves_everything_on(opened: Opened) -> None:
    process = opened("Counting")
    for piece in range(3):
        process.submit(piece, clip(), Expect.TALK)
    got: list[Transcribed] = []
    until(lambda: got.extend(process.poll()) or len(got) == 3)
    assert [result.piece for result in got] == [0, 1, 2]


def test_a_piece_is_decoded_again_when_the_worker_is_killed(opened: Opened, tmp_path: Path) -> None:
    process = opened("Waiting")
    process.submit(5, clip(position=100), Expect.TALK)
    process.submit(6, clip(position=200), Expect.REPLY)
    until(lambda: process.poll() == [] and bool(begun(tmp_path)))
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    (tmp_path / "go").touch()
    results = process.wait()
    assert texts(results) == [(5, "16000/talk"), (6, "16000/reply")]
    assert not any(result.failed for result in results)
    pids, positions = zip(*begun(tmp_path), strict=True)
    assert positions == ("100", "100", "200")
    assert pids[0] != pids[1] == pids[2]


def test_a_worker_killed_while_idle_serves_the_next_piece(opened: Opened) -> None:
    process = opened("Counting")
    process.wait_ready()
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.submit(1, clip(), Expect.TALK)
    assert texts(process.wait()) == [(1, "16000/talk")]


def test_a_piece_that_kills_twice_is_given_up_and_the_rest_goes_on(
    opened: Opened, tmp_path: Path
) -> None:
    process = opened("Counting")
    for piece, position in enumerate((0, DEADLY, 50)):
        process.submit(piece, clip(position), Expect.TALK)
    results = process.wait()
    assert [(result.piece, result.failed) for result in results] == [
        (0, False),
        (1, True),
        (2, False),
    ]
    assert results[1].words == ()
    assert [position for _, position in begun(tmp_path)] == ["0", str(DEADLY), str(DEADLY), "50"]


def test_a_piece_that_cannot_be_decoded_is_marked_and_the_rest_goes_on(opened: Opened) -> None:
    process = opened("Counting")
    process.submit(1, clip(BROKEN), Expect.TALK)
    process.submit(2, clip(), Expect.TALK)
    assert [(result.piece, result.failed) for result in process.wait()] == [(1, True), (2, False)]


def test_a_missing_model_is_told_with_its_hint(opened: Opened) -> None:
    process = opened("without_model")
    process.submit(1, clip(), Expect.TALK)
    with pytest.raises(ModelError, match="There is no model here") as told:
        process.wait()
    assert told.value.hint == "Fetch one."
    with pytest.raises(ModelError, match="There is no model here"):
        process.poll()


def test_any_error_on_loading_is_a_model_error(opened: Opened) -> None:
    with pytest.raises(ModelError, match="the disk is on fire"):
        opened("surprising").wait_ready()


def test_a_model_that_kills_its_process_is_given_up(opened: Opened, tmp_path: Path) -> None:
    process = opened("dies_on_loading")
    process.submit(1, clip(), Expect.TALK)
    with pytest.raises(ModelError, match="ended twice while it was loading"):
        process.wait()
    assert len(begun(tmp_path)) == 2


def test_ctrl_c_does_not_end_the_worker(opened: Opened) -> None:
    """It goes to all processes of a terminal; what it means is decided in the parent."""
    process = opened("Counting")
    assert process.pid
    first = process.pid
    os.kill(first, signal.SIGINT)
    process.wait_ready()
    os.kill(first, signal.SIGINT)
    process.submit(1, clip(), Expect.TALK)
    assert texts(process.wait()) == [(1, "16000/talk")]
    assert process.pid == first


def test_close_ends_a_busy_worker_and_may_be_called_twice(opened: Opened, tmp_path: Path) -> None:
    process = opened("Waiting")
    process.submit(1, clip(), Expect.TALK)
    until(lambda: process.poll() == [] and bool(begun(tmp_path)))
    pid = process.pid
    assert pid
    process.close()
    process.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert process.pending == 0
    assert process.wait() == []


def test_a_wait_with_patience_gives_up_and_loses_nothing(opened: Opened, tmp_path: Path) -> None:
    """What is not there yet is waited for again, or asked for later."""
    process = opened("Waiting")
    process.wait_ready()
    process.submit(1, clip())
    assert process.wait(0.2) == []
    assert process.pending == 1
    (tmp_path / "go").touch()
    assert texts(process.wait(60.0)) == [(1, "16000/talk")]


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="the system knows no priorities")
def test_a_worker_that_yields_lets_everything_else_go_first() -> None:
    """It is for what nobody waits for."""
    made_by = "tests.engines.scripted_recognisers:Counting"
    process = RecogniserProcess(RecogniserSpec("x", made_by=made_by, yields=True))
    try:
        process.wait_ready()
        assert process.pid is not None
        mine = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == min(19, mine + YIELDING)
    finally:
        process.close()


PARENT = """
import sys, time
from pathlib import Path
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.engines.worker import RecogniserProcess

if __name__ == "__main__":
    process = RecogniserProcess(
        RecogniserSpec("x", made_by="tests.engines.scripted_recognisers:Counting")
    )
    process.wait_ready()
    print(process.pid, flush=True)
    time.sleep(600)
"""


def test_the_worker_ends_with_its_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    parent = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()

    def gone() -> bool:
        status = Path(f"/proc/{pid}/stat")
        # An orphan may stay as a zombie where nothing in the container collects it.
        return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] == "Z"

    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc to see whether a process is gone")
    until(gone)


def test_sphinx_in_its_process_hears_what_was_said() -> None:
    process = RecogniserProcess(RecogniserSpec("sphinx"))
    try:
        process.submit(7, say("yes", position=RATE), Expect.REPLY)
        (result,) = process.wait()
    finally:
        process.close()
    assert process.name == "sphinx"
    assert texts([result]) == [(7, "yes")]
    assert 1.0 <= result.words[0].start_s < result.words[0].end_s <= 3.0


def test_opening_the_module_imports_no_recogniser() -> None:
    """Starting the program must not pay for a model that is loaded elsewhere."""
    heavy = "{'pocketsphinx', 'faster_whisper', 'ctranslate2', 'huggingface_hub', 'onnxruntime'}"
    code = f"import sys, voicecoach.engines.worker; print({heavy} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"
