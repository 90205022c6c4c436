"""`voicecoach doctor`: could `talk` run here, and if not, what is there to do? One line each."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from voicecoach import config
from voicecoach.errors import DeviceError, LibraryError, VoicecoachError

LISTEN_S = 0.5
"""How long the microphone is listened to for its level."""

SILENT_DB = -95.0
"""A working microphone in the quietest room is louder than this; a muted one is not."""

LITTLE_MB = 500
"""Free space below which there is a remark: an hour kept with sound takes about 60 MB, a good
recogniser some hundred."""

FULL_MB = 20
"""Free space below which a session cannot be kept."""

_USED = ("microphone", "loudspeaker", "recogniser", "language", "library", "voice", "quiet")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `state` is fine, remark (talk runs all the same) or problem.

    `hint` says what to do; `code` is the exit code that talk would end with, 0 where it runs.
    """

    name: str
    state: str
    text: str
    hint: str = ""
    code: int = 0


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "doctor",
        help="check microphone, loudspeaker, models, library and disk",
        description="Checks all that a live session needs and says in one line each what is fine "
        "and what to do. Exit codes: 0 talk can run, 3 a device is missing, 4 a model, 6 the "
        "library cannot be written.",
    )
    config.add_to(parser, tuple(each for each in config.TALK if each.name in _USED))
    parser.add_argument("--json", action="store_true", help="one JSON object a line on stdout")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check everything; 0, or the exit code of the first problem."""
    import json

    chosen = config.load(vars(args))
    worst = 0
    for finding in findings(chosen):
        worst = worst or finding.code
        if args.json:
            print(json.dumps(asdict(finding), ensure_ascii=False), flush=True)
        else:
            print(_line(finding), file=sys.stderr, flush=True)
    if not args.json:
        end = "Something is missing; see above." if worst else "voicecoach talk can run."
        print(end, file=sys.stderr)
    return worst


def _line(finding: Finding) -> str:
    mark = {"fine": "ok", "remark": "--", "problem": "!!"}[finding.state]
    hint = f" {finding.hint}" if finding.hint else ""
    return f"{mark}  {finding.name + ':':<13} {finding.text}{hint}"


def findings(chosen: Mapping[str, Any]) -> Iterator[Finding]:
    """Every check in order; none of them raises for what it finds."""
    checks: tuple[tuple[str, Callable[[Mapping[str, Any]], Finding]], ...] = (
        ("Python", _python),
        ("PortAudio", _portaudio),
        ("microphone", _microphone),
        ("loudspeaker", _loudspeaker),
        ("voice", _voice),
        ("detector", _detector),
        ("recogniser", _recogniser),
        ("library", _library),
        ("disk", _disk),
    )
    for name, check in checks:
        try:
            yield check(chosen)
        except VoicecoachError as error:
            yield Finding(name, "problem", str(error), error.hint, error.exit_code)


def _python(_chosen: Mapping[str, Any]) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", "fine", version)


def _portaudio(_chosen: Mapping[str, Any]) -> Finding:
    from voicecoach.engines.soundcard import list_devices

    devices = list_devices()
    hears = ", ".join(device.name for device in devices if device.inputs) or "none"
    speaks = ", ".join(device.name for device in devices if device.outputs) or "none"
    return Finding("PortAudio", "fine", f"microphones: {hears}; loudspeakers: {speaks}")


def _microphone(chosen: Mapping[str, Any]) -> Finding:
    import numpy as np

    from voicecoach.engines.soundcard import MicrophoneLease, SoundcardMicrophone
    from voicecoach.speech.audio import FRAME, RATE, level_db

    with MicrophoneLease():
        microphone = SoundcardMicrophone(chosen["microphone"])
        try:
            frames = [microphone.read() for _ in range(int(LISTEN_S * RATE / FRAME))]
        finally:
            microphone.close()
    level = level_db(np.concatenate([frame.samples for frame in frames if frame is not None]))
    if level < SILENT_DB:
        text = f"{microphone.name} is open and gives nothing but zeros."
        return Finding("microphone", "remark", text, "Is it muted, or switched off?")
    return Finding("microphone", "fine", f"{microphone.name}, level {level:.0f} dBFS")


def _loudspeaker(chosen: Mapping[str, Any]) -> Finding:
    from voicecoach.engines.soundcard import SoundcardLoudspeaker

    if chosen["quiet"]:
        return Finding("loudspeaker", "fine", "not used: announcements are only shown (--quiet)")
    try:
        loudspeaker = SoundcardLoudspeaker(chosen["loudspeaker"])
    except DeviceError as error:
        if chosen["loudspeaker"]:
            raise
        text = f"{error} The announcements are only shown."
        return Finding("loudspeaker", "remark", text, error.hint)
    loudspeaker.close()
    return Finding("loudspeaker", "fine", f"{loudspeaker.name}, {loudspeaker.rate} Hz")


def _voice(chosen: Mapping[str, Any]) -> Finding:
    from voicecoach.commands.talk import speaking_voice

    if chosen["quiet"]:
        return Finding("voice", "fine", "not used: announcements are only shown (--quiet)")
    voice = speaking_voice(chosen)
    samples, rate = voice.speak("Is there more?")
    return Finding("voice", "fine", f"{voice.name} ({len(samples) / rate:.1f} s for a question)")


def _detector(_chosen: Mapping[str, Any]) -> Finding:
    from voicecoach.engines.detector import Detector

    note = Detector().note
    if note:
        return Finding("detector", "remark", note, "Install faster-whisper and onnxruntime again.")
    return Finding("detector", "fine", "Silero, with webrtcvad as its gate")


def _recogniser(chosen: Mapping[str, Any]) -> Finding:
    from voicecoach.engines import models

    spec, note = models.recogniser_spec(chosen["recogniser"], chosen["language"])
    note = note.removeprefix("Recogniser: ")
    if spec.kind == "sphinx":
        from voicecoach.engines.sphinx import Sphinx

        Sphinx(chosen["language"])
        return Finding("recogniser", "remark", note)
    return Finding("recogniser", "fine", note)


def _library_file(chosen: Mapping[str, Any]) -> Path:
    from voicecoach.places import user_library

    if chosen["library"]:
        return Path(chosen["library"]).expanduser()
    return user_library()


def _library(chosen: Mapping[str, Any]) -> Finding:
    from voicecoach.session.library import Library, needs_passphrase

    file = _library_file(chosen)
    secret = needs_passphrase(file)
    with Library(file, opened=not secret) as library:
        library.check_writable()
        if secret:
            return Finding("library", "fine", f"{file} (encrypted; talk asks for its passphrase)")
        kept = len(library.ids())
    return Finding("library", "fine", f"{file} ({kept} {'session' if kept == 1 else 'sessions'})")


def _disk(chosen: Mapping[str, Any]) -> Finding:
    import shutil

    place = _library_file(chosen).absolute().parent
    while not place.exists() and place != place.parent:
        place = place.parent
    free_mb = shutil.disk_usage(place).free // 1_000_000
    text = f"{free_mb / 1000:.1f} GB free for {place}"
    hint = "Make room, or keep the sessions elsewhere with --library."
    if free_mb < FULL_MB:
        raise LibraryError(f"{text}: the disk is full.", hint)
    if free_mb < LITTLE_MB:
        return Finding("disk", "remark", text, hint)
    return Finding("disk", "fine", text)
