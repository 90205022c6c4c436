"""Makes the recorded dialogues of this folder from their scripts.

    python -m samples.make_samples [NAME ...]

reads NAME.txt (every script here when no name is given) and writes NAME.flac beside it: 16 kHz,
mono, 16 bit; where each line lies in it goes to timing.json. The voices are Debian's flite
(`apt install flite`); room noise, breaths, a cough and a door are computed. The same script gives
the same samples every time. The notation is described in README.md in this folder.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import wave
import zlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from samples.room_sounds import NOISES, RATE, Random, Samples, at_level, breath, room_noise
from voicecoach.engines.scripted import GAP_S, Script, read_script
from voicecoach.errors import InputError

HERE = Path(__file__).resolve().parent

TIMING = HERE / "timing.json"

SPEECH_DB = -24.0
"""Level of the voices over each line, in dBFS."""

ROOM_DB = SPEECH_DB - 35.0
BREATH_DB = SPEECH_DB - 26.0
NOISE_DB = SPEECH_DB - 4.0

BREATH_GAP_S = 1.0
"""People are heard to breathe in before a line only when the pause before it is this long."""

BREATH_WORDS = 6
"""... and when they are about to say more than this many words."""

_PAUSE = re.compile(r"\s*\[([\d.]+) s\]\s*")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line said by `name`: `parts` are its texts, `pauses_s` the silences between them."""

    gap_s: float
    name: str
    parts: tuple[str, ...]
    pauses_s: tuple[float, ...]

    @property
    def text(self) -> str:
        """The whole line without its pauses."""
        return " ".join(self.parts)


@dataclass(frozen=True, slots=True)
class Noise:
    """A sound that is not speech."""

    gap_s: float
    kind: str


@dataclass(frozen=True, slots=True)
class Manner:
    """How a partner sounds: the flite voice, and by how much its speech is stretched."""

    voice: str
    stretch: float


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a line lies in the recording, in samples."""

    line: Spoken | Noise
    start: int
    end: int


def manners_of(script: Script) -> dict[str, Manner]:
    """The voice of each partner, from `# voices: ANNA slt 1.0, BEN rms 1.1`, else InputError."""
    entries = [entry.split() for entry in script.settings.get("voices", "").split(",")]
    if any(len(entry) != 3 for entry in entries):
        raise InputError(
            "the script does not say whose voice is whose",
            "Add a line such as: # voices: ANNA slt 1.0, BEN rms 1.1",
        )
    return {name.title(): Manner(voice, float(stretch)) for name, voice, stretch in entries}


def sounds_of(script: Script) -> tuple[list[Spoken | Noise], float]:
    """What is heard, in order, each with the silence before it; and the silence at the end.

    Raises InputError for a noise that `room_sounds` does not know.
    """
    sounds: list[Spoken | Noise] = []
    gap_s = GAP_S
    for line in script.lines:
        if line.kind == "gap":
            gap_s = line.seconds
        elif line.kind == "noise":
            if line.text not in NOISES:
                raise InputError(
                    f"there is no noise called {line.text!r}", f"Noises: {', '.join(NOISES)}"
                )
            sounds.append(Noise(gap_s, line.text))
            gap_s = GAP_S
        elif line.kind == "said" and line.who:
            pieces = _PAUSE.split(line.text)
            pauses_s = tuple(float(seconds) for seconds in pieces[1::2])
            sounds.append(Spoken(gap_s, line.who, tuple(pieces[::2]), pauses_s))
            gap_s = GAP_S
    return sounds, gap_s


def say(text: str, manner: Manner) -> Samples:
    """The text spoken by flite at SPEECH_DB, without the silence before and after it."""
    if shutil.which("flite") is None:
        sys.exit("The voices are missing: install Debian's package flite (apt install flite).")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        stretch = f"duration_stretch={manner.stretch}"
        command = ["flite", "-voice", manner.voice, "--setf", stretch, "-t", text, "-o", str(path)]
        subprocess.run(command, check=True, capture_output=True)
        with wave.open(str(path)) as file:
            if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
                sys.exit(f"The flite voice {manner.voice} does not speak at 16 kHz.")
            samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return at_level(_trimmed(np.asarray(samples / 32768, np.float32)), SPEECH_DB)


def _trimmed(samples: Samples) -> Samples:
    """Without what lies more than 45 dB below the peak at either end, with 5 ms left."""
    loud = np.flatnonzero(np.abs(samples) > 10 ** (-45 / 20) * np.max(np.abs(samples)))
    edge = RATE // 200
    return samples[max(0, loud[0] - edge) : loud[-1] + edge]


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def _sound_of(line: Spoken | Noise, manners: dict[str, Manner], random: Random) -> Samples:
    if isinstance(line, Noise):
        return at_level(NOISES[line.kind](random), NOISE_DB)
    parts = [say(line.parts[0], manners[line.name])]
    for pause_s, text in zip(line.pauses_s, line.parts[1:], strict=True):
        parts += [_silence(pause_s), say(text, manners[line.name])]
    return np.concatenate(parts)


def perform(script: Script, seed: int) -> tuple[Samples, tuple[Placed, ...]]:
    """The dialogue as one recording of float32 samples, and where each line lies in it."""
    random = np.random.default_rng(seed)
    parts: list[Samples] = []
    placed: list[Placed] = []
    breaths: list[tuple[int, Samples]] = []
    position = 0
    sounds, tail_s = sounds_of(script)
    manners = manners_of(script)
    for line in sounds:
        sound = _sound_of(line, manners, random)
        start = position + round(line.gap_s * RATE)
        if _breathes(line):
            breaths.append((start - RATE // 2, at_level(breath(random), BREATH_DB)))
        parts += [_silence(line.gap_s), sound]
        position = start + len(sound)
        placed.append(Placed(line, start, position))
    dry = np.concatenate([*parts, _silence(tail_s)])
    for start, air in breaths:
        dry[start : start + len(air)] += air
    return dry + room_noise(random, len(dry), ROOM_DB), tuple(placed)


def _breathes(line: Spoken | Noise) -> bool:
    if isinstance(line, Noise):
        return False
    return line.gap_s >= BREATH_GAP_S and len(line.text.split()) > BREATH_WORDS


def write_flac(path: Path, samples: Samples, title: str) -> None:
    """The samples as 16 bit mono FLAC at 16 kHz."""
    import av

    whole = np.clip(np.round(samples * 32767), -32768, 32767).astype(np.int16)
    with av.open(str(path), "w", format="flac") as container:
        container.metadata["title"] = title
        stream = container.add_stream("flac", rate=RATE, layout="mono", format="s16")
        stream.codec_context.options = {"compression_level": "12"}
        for start in range(0, len(whole), 4096):
            block = np.ascontiguousarray(whole[None, start : start + 4096])
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def timing(samples: Samples, placed: tuple[Placed, ...]) -> dict[str, object]:
    """Length of a recording and place of its lines, in seconds; a noise has no name."""
    return {
        "seconds": round(len(samples) / RATE, 4),
        "lines": [
            {
                "name": each.line.name if isinstance(each.line, Spoken) else "",
                "text": each.line.text if isinstance(each.line, Spoken) else each.line.kind,
                "start_s": round(each.start / RATE, 4),
                "end_s": round(each.end / RATE, 4),
            }
            for each in placed
        ],
    }


def seed_of(name: str) -> int:
    """The seed of a sample's random sounds: a checksum of its name."""
    return zlib.crc32(name.encode())


def main(names: list[str]) -> None:
    """Make the named samples, or all of them."""
    timings: dict[str, object] = {}
    if TIMING.exists():
        timings = json.loads(TIMING.read_text(encoding="utf-8"))
    for path in [HERE / f"{name}.txt" for name in names] or sorted(HERE.glob("*.txt")):
        script = read_script(path)
        samples, placed = perform(script, seed_of(path.stem))
        timings[path.stem] = timing(samples, placed)
        flac = path.with_suffix(".flac")
        write_flac(flac, samples, script.settings["title"])
        size = flac.stat().st_size / 1e6
        print(f"{flac.name}: {len(samples) / RATE:.1f} s, {size:.2f} MB")
    TIMING.write_text(json.dumps(timings, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except InputError as error:
        print(f"{error}. {error.hint}", file=sys.stderr)
        sys.exit(error.exit_code)
