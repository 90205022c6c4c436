"""What leaves the library: agreed to, without names where that is wanted, and with its sound."""

from __future__ import annotations

import base64
import io
import os
import stat
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.commands.test_export_command import run
from tests.session import making
from voicecoach.commands.library.export.sharing import QUESTION
from voicecoach.dialogue.messages import Answer, Heard, Outcome, Reply
from voicecoach.engines.soundfiles import flac_bytes
from voicecoach.errors import LibraryError, UsageError
from voicecoach.session.entries import Entry, correction, entry_of, remark
from voicecoach.session.export import FORMATS, as_text
from voicecoach.session.library import Library
from voicecoach.session.review import REDACTED
from voicecoach.speech.audio import RATE
from voicecoach.utterance import Utterance, Word

LEVEL = 0.5


@pytest.fixture(autouse=True)
def library(private_data: Path) -> Path:
    """The user's library with the sample session, without sound."""
    file = private_data / "library.sqlite3"
    keep(file, *making.entries())
    return file


def keep(file: Path, *entries: Entry, **header: Any) -> None:
    with Library(file) as opened:
        writer = opened.begin(replace(making.HEADER, **header))
        writer.append(*entries)
        writer.finish(Outcome.END_OF_INPUT)


class Terminal(io.StringIO):
    """A terminal at which somebody types this."""

    def isatty(self) -> bool:
        return True


# ------------------------------------------------------------------------- agreement


@pytest.mark.parametrize("options", [(), ("--redact",), ("--format", "json")])
def test_where_nobody_can_answer_nothing_is_shared(
    options: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2 and the way out; redacted or not."""
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(UsageError, match="agreement of both") as caught:
        run("last", *options, consent=False)
    assert "--i-have-consent" in caught.value.hint
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("answer", "code"), [("y\n", 0), ("Yes\n", 0), ("n\n", 1), ("\n", 1), ("", 1), ("ja\n", 1)]
)
def test_on_a_terminal_both_are_asked_once(
    answer: str,
    code: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Only a yes shares; nothing is written and no file made without it."""
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    file = tmp_path / "session.txt"
    assert run("last", "--output", file, consent=False) == code
    said = capsys.readouterr()
    assert said.out == "" and said.err.count(QUESTION) == 1
    assert file.exists() == (code == 0)
    assert ("Nothing was exported." in said.err) == (code == 1)


def test_who_practised_alone_is_not_asked(
    library: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is their own."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    keep(library, *making.entries(), id="alone", procedure="practice", names=("Coach", "Ben"))
    assert run("alone", consent=False) == 0
    assert b"Coach and Ben" in capsysbinary.readouterr().out


def test_every_export_says_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Not encrypted, and what was said is in it; on standard error, apart from the export."""
    assert run("last") == 0
    said = capsys.readouterr()
    assert said.out == as_text(making.session())
    assert "not encrypted" in said.err and "holds what was said" in said.err


# ------------------------------------------------------------------------- without names


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "docx"])
def test_names_are_replaced_in_what_is_exported(
    name: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """And it is said what may still tell who it was."""
    assert run("last", "--format", name, "--redact", "--also", "angry", "--also", "home") == 0
    said = capsysbinary.readouterr()
    for each in (b"Anna", b"Ben", b"angry", b"home"):
        assert each not in said.out
    assert b"Person A" in said.out and b"Person C" in said.out
    assert b"written down wrongly" in said.err


@pytest.mark.parametrize("options", [("--also", "Clara"), ("--redact", "--also", " ")])
def test_another_name_is_hidden_only_with_the_others(options: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="--also"):
        run("last", *options)


# ------------------------------------------------------------------------- the sound


def heard(text: str, start_s: float, clip: bool = True, timed: bool = True) -> Entry:
    """A turn of a tone, a word each second."""
    count = len(text.split())
    words = tuple(Word(w, start_s + n, start_s + n + 0.9) for n, w in enumerate(text.split()))
    said = Utterance(text, start_s, start_s + count, "Anna", words=words if timed else ())
    tone = np.full(count * RATE, LEVEL, np.float32)
    event = Heard(said, Reply(Answer.UNCLEAR))
    sound = flac_bytes(tone) if clip else None
    return entry_of(event, start_s + count + 1, clip=sound, clip_start_s=start_s if clip else 0.0)


def seconds(file: Path) -> list[float]:
    """How loud each tenth of a second of the recording is, at most."""
    with av.open(str(file)) as container:
        stream = container.streams.audio[0]
        assert (stream.rate, stream.channels) == (RATE, 1)
        parts = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    samples = np.abs(np.concatenate(parts).astype(float)) / 32768
    return [float(part.max().round(2)) for part in np.array_split(samples, len(samples) // 1600)]


@pytest.mark.parametrize("ending", ["wav", "flac", "WAV"])
def test_the_sound_is_written_at_its_time(
    ending: str, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each turn where its caption is, silence between; nothing else is printed."""
    turns = (heard("I feel alone", 1.0), heard("you feel alone", 6.0), heard("yes", 10.0, False))
    keep(library, *turns, id="sound")
    file = tmp_path / f"out.{ending}"
    assert run("sound", "--audio", file) == 0
    loud = seconds(file)
    assert len(loud) == 90
    assert loud == [0.0] * 10 + [LEVEL] * 30 + [0.0] * 20 + [LEVEL] * 30
    said = capsys.readouterr()
    assert said.out == "" and "0:09 minutes" in said.err
    assert "Of 1 turn no sound is kept." in said.err and "not encrypted" in said.err
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_name_is_not_heard(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is silent, a little longer than its word; all else is there."""
    keep(library, heard("then Anna's mother came", 0.0), id="sound")
    assert run("sound", "--audio", tmp_path / "out.flac", "--redact") == 0
    loud = seconds(tmp_path / "out.flac")
    assert loud[:8] == [LEVEL] * 8 and loud[9:20] == [0.0] * 11 and loud[21:] == [LEVEL] * 19
    said = capsys.readouterr().err
    assert "1 name by the times of the words, and 0 turns as a whole" in said
    assert "Names were replaced" not in said


@pytest.mark.parametrize("how", ["without times", "corrected"])
def test_a_turn_is_not_heard_where_the_time_of_the_name_is_unknown(
    how: str, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rather all of it than a name; the next turn is there, but for what it shares with it."""
    if how == "corrected":
        entries = (heard("then and a came", 0.0), heard("fine so far", 3.5))
        entries += (correction(1, "then Anna came", "whisper", 9.0),)
    else:
        entries = (heard("then Anna came in", 0.0, timed=False), heard("fine so far", 3.5))
    keep(library, *entries, id="sound")
    assert run("sound", "--audio", tmp_path / "out.flac", "--redact") == 0
    assert seconds(tmp_path / "out.flac") == [0.0] * 40 + [LEVEL] * 25
    assert "0 names by the times of the words, and 1 turn as a whole" in capsys.readouterr().err


def test_what_was_hidden_in_review_is_not_heard_and_not_in_the_json(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its whole turn is silent; the JSON, which holds all there is, comes only if asked for."""
    hidden = remark(REDACTED, 9.0, entry=1, text="secret")
    keep(library, heard("my secret wish", 0.0), heard("fine so far", 4.0), hidden, id="sound")
    assert run("sound", "--audio", tmp_path / "out.flac") == 0
    assert seconds(tmp_path / "out.flac") == [0.0] * 40 + [LEVEL] * 30
    assert "1 turn of which words were hidden" in capsys.readouterr().err
    with pytest.raises(UsageError, match="were hidden"):
        run("sound", "--output", tmp_path / "out.json")
    assert not (tmp_path / "out.json").exists()
    assert run("sound", "--output", tmp_path / "out.json", "--with-hidden") == 0
    assert "secret" in (tmp_path / "out.json").read_text()
    for ending in ("txt", "md", "html", "csv", "vtt", "srt"):
        assert run("sound", "--output", tmp_path / f"out.{ending}") == 0
        assert "secret" not in (tmp_path / f"out.{ending}").read_text()


def test_a_second_input_follows_the_first(library: Path, tmp_path: Path) -> None:
    """Positions that begin anew are another recording: nothing of either is lost."""
    turns = (heard("a b", 1.0), heard("Anna c", 4.0), heard("d Anna", 0.0))
    keep(library, *turns, id="sound")
    assert run("sound", "--audio", tmp_path / "out.wav", "--redact") == 0
    loud = seconds(tmp_path / "out.wav")
    assert len(loud) == 80
    assert loud[40:50] == [0.0] * 10 and loud[52:68] == [LEVEL] * 16 and loud[70:79] == [0.0] * 9


def test_where_no_sound_was_kept_that_is_said(tmp_path: Path) -> None:
    """One sentence, exit code 2, no file."""
    with pytest.raises(UsageError, match="no sound of session 2026") as caught:
        run("last", "--audio", tmp_path / "out.wav")
    assert caught.value.exit_code == 2 and not list(tmp_path.iterdir())


def test_sound_and_words_go_in_two_files(library: Path, tmp_path: Path) -> None:
    """Both are written where both are asked for; never one over the other."""
    keep(library, heard("then Anna came", 0.0), id="sound")
    text, audio = tmp_path / "out.md", tmp_path / "out.wav"
    assert run("sound", "--audio", audio, "--output", text, "--redact") == 0
    assert "then Person A came" in text.read_text() and len(seconds(audio)) == 30
    with pytest.raises(UsageError, match="two things at once"):
        run("sound", "--audio", audio, "--output", audio, "--force")
    with pytest.raises(UsageError, match="exists already"):
        run("sound", "--audio", audio)
    with pytest.raises(UsageError, match="no WAV and no FLAC"):
        run("sound", "--audio", tmp_path / "out.mp3")


def test_the_page_holds_the_sound_only_where_that_is_wanted(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each line's own, its size told first; what was hidden is silent, also in a clip beside it."""
    hidden = remark(REDACTED, 9.0, entry=1, text="secret")
    turns = (heard("my secret wish", 0.0), heard("fine so far", 2.5), heard("yes", 9.0, False))
    keep(library, *turns, hidden, id="sound")
    assert run("sound", "--output", tmp_path / "silent.html") == 0
    assert "<audio" not in (tmp_path / "silent.html").read_text()
    assert "media-src" not in (tmp_path / "silent.html").read_text()
    capsys.readouterr()
    assert run("sound", "--output", tmp_path / "out.html", "--with-sound") == 0
    said = capsys.readouterr().err
    assert said.index("The sound of 1 turn adds less than 0.1 MB") < said.index("Written to")
    assert "Of 1 turn no sound is kept." in said and "1 turn of which words were hidden" in said
    (clip,) = clips_in(tmp_path / "out.html", tmp_path)
    assert clip == [0.0] * 5 + [LEVEL] * 25


def test_names_are_not_heard_in_the_page(library: Path, tmp_path: Path) -> None:
    keep(library, heard("then Anna came", 0.0), heard("fine so far", 4.0), id="sound")
    assert run("sound", "--output", tmp_path / "out.html", "--with-sound", "--redact") == 0
    first, second = clips_in(tmp_path / "out.html", tmp_path)
    assert first[:8] == [LEVEL] * 8 and first[9:20] == [0.0] * 11 and first[21:] == [LEVEL] * 9
    assert second == [LEVEL] * 30
    assert "Anna" not in (tmp_path / "out.html").read_text()


def test_only_a_page_holds_sound_and_only_what_was_kept(library: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="only a page"):
        run("last", "--output", tmp_path / "out.md", "--with-sound")
    with pytest.raises(UsageError, match="no sound of session"):
        run("last", "--output", tmp_path / "out.html", "--with-sound")
    assert not list(tmp_path.glob("out*"))


def clips_in(page: Path, folder: Path) -> list[list[float]]:
    """How loud the sounds in a page are; it is well-formed as XML too."""
    found = []
    for audio in ElementTree.fromstring(page.read_text().partition("\n")[2]).iter("audio"):
        kind, _, letters = audio.attrib["src"].partition(",")
        assert kind == "data:audio/flac;base64"
        file = folder / f"clip{len(found)}.flac"
        file.write_bytes(base64.b64decode(letters))
        found.append(seconds(file))
    return found


def test_no_export_is_written_over_its_library(library: Path, tmp_path: Path) -> None:
    """Under no name it has, forced or not."""
    link = tmp_path / "link.flac"
    link.symlink_to(library)
    before = library.read_bytes()
    for option, file in (("--output", library), ("--output", link), ("--audio", link)):
        with pytest.raises(UsageError, match="two things at once"):
            run("last", option, file, "--force")
    assert library.read_bytes() == before


def test_sound_that_cannot_be_decoded_leaves_no_file(library: Path, tmp_path: Path) -> None:
    keep(library, replace(heard("a", 0.0), clip=b"no flac"), id="sound")
    with pytest.raises(LibraryError, match="cannot be decoded"):
        run("sound", "--audio", tmp_path / "out.wav")
    assert not list(tmp_path.iterdir())
