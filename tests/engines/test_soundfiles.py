"""Recordings in, the coach's words out: every kind of file works or is refused in one sentence."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voicecoach.engines import Loudspeaker, Microphone
from voicecoach.engines.soundfiles import (
    Overheard,
    Recording,
    SilentLoudspeaker,
    SpeakToFile,
    flac_bytes,
)
from voicecoach.errors import InputError, UsageError, VoicecoachError
from voicecoach.speech.audio import FRAME, RATE, Samples, level_db


def tone(seconds: float, hertz: float = 440.0, rate: int = RATE) -> Samples:
    at = np.arange(int(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def write(path: Path, samples: Samples, rate: int, channels: int, codec: str, form: str) -> Path:
    """Encode mono samples, the same in each channel, into any container."""
    import av

    layout = "stereo" if channels == 2 else "mono"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate, layout=layout, format=form)
        to_form = av.AudioResampler(form, layout, rate, frame_size=stream.frame_size or 4096)
        source = np.repeat(samples[None], channels, 0)
        frame = av.AudioFrame.from_ndarray(source.astype(np.float32), "fltp", layout)
        frame.sample_rate = rate
        for part in [*to_form.resample(frame), *to_form.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def everything(recording: Recording) -> Samples:
    frames = []
    while (frame := recording.read()) is not None:
        assert frame.samples.shape == (FRAME,) and frame.samples.dtype == np.float32
        assert frame.position == len(frames) * FRAME
        frames.append(frame.samples)
    return np.concatenate(frames)


FORMATS = {
    "16 kHz WAV": ("a.wav", RATE, 1, "pcm_s16le", "s16"),
    "8 kHz telephone WAV": ("a.wav", 8_000, 1, "pcm_mulaw", "s16"),
    "stereo 44.1 kHz WAV": ("a.wav", 44_100, 2, "pcm_s16le", "s16"),
    "24-bit 96 kHz WAV": ("a.wav", 96_000, 2, "pcm_s24le", "s32"),
    "float WAV": ("a.wav", 48_000, 1, "pcm_f32le", "flt"),
    "FLAC": ("a.flac", 48_000, 2, "flac", "s16"),
    "MP3": ("a.mp3", 44_100, 2, "mp3", "fltp"),
    "M4A": ("a.m4a", 44_100, 2, "aac", "fltp"),
    "Ogg Opus": ("a.ogg", 48_000, 1, "libopus", "flt"),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_whatever_a_recorder_made_comes_in_as_16_khz_mono(kind: str, tmp_path: Path) -> None:
    name, rate, channels, codec, form = FORMATS[kind]
    path = write(tmp_path / name, tone(2.0, rate=rate), rate, channels, codec, form)
    recording = Recording(path)
    assert isinstance(recording, Microphone) and not recording.live and recording.name == name
    assert recording.seconds == pytest.approx(2.0, abs=0.1)
    heard = everything(recording)
    recording.close()
    assert not recording.damaged
    assert len(heard) / RATE == pytest.approx(2.0, abs=0.15)
    middle = heard[RATE // 2 : RATE // 2 + RATE]
    assert level_db(middle) == pytest.approx(-9.0, abs=1.0)
    assert np.argmax(np.abs(np.fft.rfft(middle))) == pytest.approx(440, abs=2)


def test_16_khz_samples_come_through_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    sound = tone(1.0)
    path.write_bytes(flac_bytes(sound))
    assert np.abs(everything(Recording(path))[:RATE] - sound).max() < 1e-4


def test_the_last_frame_is_filled_up_with_silence(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    path.write_bytes(flac_bytes(np.full(FRAME + 100, 0.5, np.float32)))
    heard = everything(Recording(path))
    assert len(heard) == 2 * FRAME
    assert heard[FRAME + 50] > 0.4 and not heard[FRAME + 100 :].any()


def test_while_the_coach_speaks_the_file_waits(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    path.write_bytes(flac_bytes(tone(1.0)))
    recording = Recording(path)
    first = recording.read()
    held = [recording.read(hold=True) for _ in range(10)]
    second = recording.read()
    assert first and second and second.position == FRAME
    assert all(frame and not frame.samples.any() and frame.position == FRAME for frame in held)
    assert len(everything_after(recording)) + 2 == RATE // FRAME + 1


def everything_after(recording: Recording) -> list[object]:
    frames: list[object] = []
    while (frame := recording.read()) is not None:
        frames.append(frame)
    return frames


def test_in_real_time_a_frame_comes_no_earlier_than_from_a_microphone(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    path.write_bytes(flac_bytes(tone(0.4)))
    recording = Recording(path, realtime=True)
    began = time.monotonic()
    frames = len(everything_after(recording))
    assert frames == 13
    assert time.monotonic() - began >= (frames - 1) * FRAME / RATE


def test_a_closed_recording_has_no_more_frames(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    path.write_bytes(flac_bytes(tone(1.0)))
    recording = Recording(path)
    recording.close()
    recording.close()
    assert recording.read() is None


def refused(path: Path, match: str) -> None:
    with pytest.raises(InputError, match=match) as caught:
        Recording(path)
    assert caught.value.exit_code == 5
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_no_such_file(tmp_path: Path) -> None:
    refused(tmp_path / "nothing.wav", "There is no file")


def test_a_folder(tmp_path: Path) -> None:
    refused(tmp_path, "is a folder")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    refused(tmp_path / "a.wav", "is empty")


def test_zero_samples(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
    refused(tmp_path / "a.wav", "holds no sound")


def test_a_text_by_any_name(tmp_path: Path) -> None:
    for name in ("notes.wav", "notes.txt", "notes.mp3"):
        (tmp_path / name).write_text("Anna, please begin.\n" * 200)
        refused(tmp_path / name, "is not a recording|holds no sound")


def test_a_film_without_sound(tmp_path: Path) -> None:
    import av

    with av.open(str(tmp_path / "film.mp4"), "w") as container:
        stream: Any = container.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    refused(tmp_path / "film.mp4", "holds no sound")


def test_a_playlist_leads_nowhere(tmp_path: Path) -> None:
    """A file may name addresses on the network; they are never asked."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        playlist = f"#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n"
        (tmp_path / "a.m3u8").write_text(playlist)
        refused(tmp_path / "a.m3u8", "is not a recording")
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_file_of_somebody_else() -> None:
    """Run as another user, because root may read everything."""
    import os

    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "a.flac"
        path.write_bytes(flac_bytes(tone(0.1)))
        path.chmod(0o600)
        code = (
            "import os, sys\nfrom pathlib import Path\nimport av.error\n"
            "from voicecoach.engines.soundfiles import Recording\n"
            "from voicecoach.errors import InputError\n"
            "os.setuid(65534)\n"
            "try: Recording(Path(sys.argv[1]))\n"
            "except InputError as error: print(error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
        )
        assert "may not be read by you" in done.stdout, done.stderr


def test_damaged_in_the_middle_keeps_what_can_be_read(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 10 * RATE).astype(np.float32)
    whole = bytearray(flac_bytes(noise))
    middle = len(whole) // 2
    whole[middle : middle + 20_000] = bytes(20_000)
    (tmp_path / "a.flac").write_bytes(whole)
    recording = Recording(tmp_path / "a.flac")
    heard = everything(recording)
    assert recording.damaged
    assert 8 < len(heard) / RATE < 10.1
    assert np.abs(heard[: 4 * RATE] - noise[: 4 * RATE]).max() < 1e-3


@pytest.mark.parametrize("channels", [2, 7, 8, 9, 19, 32])
def test_a_recorder_of_many_tracks_is_mixed(tmp_path: Path, channels: int) -> None:
    """However many there are: all of them in one; eight and more crashed the program."""
    tracks = np.zeros((RATE, channels), np.int16)
    tracks[:, -1] = (8000 * np.sin(np.arange(RATE) / 5)).astype(np.int16)
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(tracks.tobytes())
    recording = Recording(tmp_path / "a.wav")
    heard = everything(recording)
    assert not recording.damaged and len(heard) >= RATE
    assert np.abs(heard[:RATE] - tracks[:, -1] / 32768 / channels).max() < 1e-3


@pytest.mark.parametrize(
    ("format_", "layout", "rate", "there"),
    [("fltp", "27 channels", RATE, 1), ("fltp", "7.1", RATE, 1), ("s16", "mono", 0, 0)],
)
def test_a_frame_that_can_be_no_sound_is_left_out(
    tmp_path: Path, format_: str, layout: str, rate: int, there: int
) -> None:
    """As a damaged file decodes to: a rate that is none; not, many channels each by itself. What
    comes after it is read."""
    import av

    from voicecoach.engines.soundfiles.recording import _ToOurs

    (tmp_path / "a.flac").write_bytes(flac_bytes(np.zeros(RATE, np.float32)))
    recording = Recording(tmp_path / "a.flac")
    to_ours = _ToOurs("a.flac", stereo=False)
    read = []
    for shape in ((format_, layout, rate), ("s16", "mono", RATE)):
        frame = av.AudioFrame(format=shape[0], layout=shape[1], samples=1024)
        frame.sample_rate = shape[2]
        read.append(len(recording._converted(to_ours, frame)))
    assert (read, recording.damaged) == ([there, 1], not there)
    recording.close()


def test_damage_shows_also_where_the_length_tells_nothing(tmp_path: Path) -> None:
    """An MP3 states no length that could be compared; the frames that fail say it."""
    path = write(tmp_path / "a.mp3", tone(10.0), RATE, 1, "mp3", "fltp")
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 5_000] = np.random.default_rng(2).bytes(5_000)
    path.write_bytes(whole)
    recording = Recording(path)
    assert len(everything(recording)) / RATE > 7
    assert recording.damaged


def test_cut_off_keeps_what_is_there(tmp_path: Path) -> None:
    whole = flac_bytes(np.random.default_rng(1).normal(0, 0.1, 10 * RATE).astype(np.float32))
    (tmp_path / "a.flac").write_bytes(whole[: len(whole) // 2])
    recording = Recording(tmp_path / "a.flac")
    assert 4 < len(everything(recording)) / RATE < 6
    assert recording.damaged


@pytest.mark.slow
def test_three_hours_take_no_more_memory_than_a_minute(tmp_path: Path) -> None:
    """Resident memory of a process that streams an 8 kHz FLAC; its size is 170 MB as float32."""
    import av

    path = tmp_path / "long.flac"
    second = np.random.default_rng(0).integers(-40, 40, 8_000 * 10).astype(np.int16)[None]
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("flac", rate=8_000, layout="mono", format="s16")
        for at in range(3 * 360):
            frame = av.AudioFrame.from_ndarray(second[:, :60_000], "s16", "mono")
            frame.sample_rate, frame.pts = 8_000, at * 60_000
            container.mux(stream.encode(frame))
            frame = av.AudioFrame.from_ndarray(second[:, 60_000:], "s16", "mono")
            frame.sample_rate, frame.pts = 8_000, at * 80_000 + 60_000
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    code = (
        "import resource, sys\n"
        "from voicecoach.engines.soundfiles import Recording\n"
        "recording = Recording(sys.argv[1])\n"
        "frames = 0\n"
        "while recording.read() is not None:\n"
        "    frames += 1\n"
        "    if frames == 1875: minute = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(frames, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - minute)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    frames, grown_kb = map(int, done.stdout.split())
    assert frames == 3 * 3600 * RATE // FRAME
    assert grown_kb < 8_000


# -------------------------------------------------------------- what the coach says


def read_wav(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768


def test_the_file_is_as_long_as_the_session_with_the_words_in_their_place(tmp_path: Path) -> None:
    loudspeaker = SpeakToFile(tmp_path / "coach.wav")
    assert isinstance(loudspeaker, Loudspeaker)
    for _ in range(50):
        loudspeaker.tick(FRAME)
    loudspeaker.play(tone(0.5, rate=22_050), 22_050)
    ticks = 0
    while loudspeaker.playing:
        loudspeaker.tick(FRAME)
        ticks += 1
    for _ in range(30):
        loudspeaker.tick(FRAME)
    loudspeaker.close()
    loudspeaker.close()
    heard = read_wav(tmp_path / "coach.wav")
    assert len(heard) == (50 + ticks + 30) * FRAME
    assert ticks == int(np.ceil(0.5 * RATE / FRAME))
    assert not heard[: 50 * FRAME].any() and not heard[-29 * FRAME :].any()
    assert level_db(heard[50 * FRAME : 50 * FRAME + RATE // 2]) == pytest.approx(-9, abs=1)


def test_stop_falls_silent_at_once(tmp_path: Path) -> None:
    for loudspeaker in (SpeakToFile(tmp_path / "coach.wav"), SilentLoudspeaker()):
        loudspeaker.play(tone(5), RATE)
        loudspeaker.tick(FRAME)
        assert loudspeaker.playing
        loudspeaker.stop()
        assert not loudspeaker.playing
        loudspeaker.close()
    assert len(read_wav(tmp_path / "coach.wav")) == FRAME


def test_a_simulated_loudspeaker_plays_as_long_as_a_real_one() -> None:
    loudspeaker = SilentLoudspeaker()
    assert isinstance(loudspeaker, Loudspeaker) and not loudspeaker.playing
    loudspeaker.play(tone(1.0, rate=22_050), 22_050)
    loudspeaker.tick(RATE - 1)
    assert loudspeaker.playing
    loudspeaker.tick(1)
    assert not loudspeaker.playing


def test_after_a_kill_the_file_can_be_played(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\nimport numpy as np\n"
        "from voicecoach.engines.soundfiles import SpeakToFile\n"
        "loudspeaker = SpeakToFile(sys.argv[1])\n"
        "loudspeaker.play(np.full(32_000, 0.5, np.float32), 16_000)\n"
        "for _ in range(100): loudspeaker.tick(512)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "coach.wav")], check=False)
    heard = read_wav(tmp_path / "coach.wav")
    assert len(heard) >= 2 * RATE and heard[:RATE].min() > 0.4


def test_the_recording_itself_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    path.write_bytes(flac_bytes(tone(0.1)))
    link = tmp_path / "link.wav"
    link.symlink_to(path)
    for target in (path, link):
        with pytest.raises(UsageError, match="is the recording being read"):
            SpeakToFile(target, reading=path)
    assert path.read_bytes() == flac_bytes(tone(0.1))


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere" / "coach.wav"):
        with pytest.raises(UsageError, match="cannot be written") as caught:
            SpeakToFile(path)
        assert caught.value.hint


def test_a_full_disk_is_one_sentence_and_closing_adds_no_other(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    loudspeaker = SpeakToFile(tmp_path / "coach.wav")
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        with pytest.raises(VoicecoachError, match="could not be written") as caught:
            for _ in range(1000):
                loudspeaker.tick(FRAME)
        assert "disk" in caught.value.hint
        loudspeaker.tick(FRAME)
        loudspeaker.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_flac_bytes_hold_the_samples() -> None:
    import av

    sound = np.concatenate([tone(0.3), [1.5, -1.5]]).astype(np.float32)
    with av.open(io.BytesIO(flac_bytes(sound, 22_050))) as container:
        assert container.streams.audio[0].rate == 22_050
        parts = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    back = np.concatenate(parts).astype(np.float32) / 32767
    assert len(back) == len(sound)
    assert np.abs(back - np.clip(sound, -1, 1)).max() < 1e-4
    assert flac_bytes(np.zeros(0, np.float32))[:4] == b"fLaC"


def test_the_room_hears_the_recording_too_but_not_what_is_held(tmp_path: Path) -> None:
    (tmp_path / "a.flac").write_bytes(flac_bytes(tone(1.0)))
    loudspeaker = SpeakToFile(tmp_path / "room.wav")
    overheard = Overheard(Recording(tmp_path / "a.flac"), loudspeaker)
    assert isinstance(overheard, Microphone)
    frames = 0
    while (frame := overheard.read()) is not None:
        assert frame.position == frames * FRAME
        frames += 1
        overheard.read(hold=True)
    overheard.close()
    overheard.close()
    heard = read_wav(tmp_path / "room.wav")
    assert len(heard) == frames * FRAME == 32 * FRAME
    assert not heard[: int(0.14 * RATE)].any()
    assert level_db(heard[int(0.2 * RATE) : int(0.9 * RATE)]) == pytest.approx(-9, abs=0.5)
