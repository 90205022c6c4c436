"""`voicecoach talk`: lead a dialogue, live or from a recording."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecoach import config
from voicecoach.commands import mics, screen, taking_up
from voicecoach.errors import DeviceError, ModelError

if TYPE_CHECKING:
    from voicecoach.commands.leading import Plan
    from voicecoach.engines import Ear, Loudspeaker, Microphone, Reopening, Voice
    from voicecoach.engines.recognition import RecogniserSpec
    from voicecoach.session.resuming import Standing
    from voicecoach.speech.channels import Levels
    from voicecoach.terminal import Display

PRACTICE = "This is a practice tool, not therapy."
VOICES_NOTE = "The partners are told apart by voice, in memory only; it is forgotten at the end."


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `talk` to the command line."""
    parser = commands.add_parser(
        "talk",
        help="lead a dialogue, live or from a recording",
        description="Leads two people through the Imago dialogue: live through the microphone, or "
        "from a recording. Exit codes: 0 done, 2 usage, 3 device, 4 model, 5 input file, "
        "6 library, 130 interrupted.",
    )
    config.add_to(parser)
    taking_up.add_to(parser)
    parser.add_argument("--from", dest="source", metavar="FILE", help="a recording, not a room")
    parser.add_argument("--realtime", action="store_true", help="play the recording in real time")
    parser.add_argument("--speak-to", metavar="FILE", help="write the announcements to a WAV file")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    screen.add_to(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Lead one session; the exit code."""
    from voicecoach.terminal import display

    chosen = config.load(vars(args))
    live = args.source is None
    at = mics.read(chosen["mics"])
    screen.agreed(args)  # what cannot be is told before anything is opened
    with leased(live):
        if live:
            # Nobody should type names to be told then that there is no microphone.
            open_microphone(args, chosen).close()
        found = taking_up.wanted(args, chosen, live)
        if found is not None:
            chosen = taking_up.settled(chosen, found)
            screen.agreed(args, found.state.buttons)
        names = at if at and not chosen["names"] else _names(chosen, live)
        if live and not args.json:
            print(PRACTICE, file=sys.stderr)
            _offer_better_recogniser(chosen)
        plan, spec = _plan(args, chosen, names, live, found)
        with screen.on_screen(args, display(args.json)) as (shown, keyed):
            return open_and_lead(args, chosen, plan, spec, shown, keyed, at=at)


def open_and_lead(
    args: argparse.Namespace,
    chosen: Mapping[str, Any],
    plan: Plan,
    spec: RecogniserSpec,
    shown: Display,
    keyed: Callable[[Ear], Ear] = lambda ear: ear,
    at: tuple[str, str] | None = None,
) -> int:
    """Open what the session hears and speaks with, and lead it. `keyed` may add keys to the ear;
    `at` says who is at which of two microphones."""
    from voicecoach.commands import leading

    live = args.source is None
    levels, microphones = mics.open_levels(at and mics.fitting(at, plan.names))
    microphone = open_microphone(args, chosen)
    loudspeaker: Loudspeaker | None = None
    try:
        voice, loudspeaker = open_voice(args, chosen, live)
        reopening = open_again(microphone, loudspeaker) if live else None
    except BaseException:
        for device in (microphone, loudspeaker):
            if device is not None:
                device.close()
        raise
    ear = keyed(open_ear(microphone, spec, plan.language, levels, plan.begins))
    return leading.lead(plan, ear, voice, loudspeaker, shown, reopening, microphones)


def _names(chosen: Mapping[str, Any], live: bool) -> tuple[str, str]:
    """The partners' names: given, or asked for on the terminal."""
    if chosen["names"]:
        return chosen["names"][0], chosen["names"][1]
    if live and sys.stdin.isatty():
        first = _asked("Who shares first? Name: ")
        return first, _asked("And the other one? Name: ")
    return "Partner A", "Partner B"


def _asked(prompt: str) -> str:
    print(prompt, end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if not answer:
        raise KeyboardInterrupt
    return answer.strip()


def _offer_better_recogniser(chosen: Mapping[str, Any]) -> None:
    """Offer once to fetch a Whisper model, where none is there and somebody can answer."""
    from voicecoach.engines import models
    from voicecoach.places import user_data_dir

    offered = user_data_dir() / "offered-recogniser"
    if chosen["recogniser"] or not sys.stdin.isatty() or offered.exists():
        return
    kind, _ = models.best_available(chosen["language"])
    fitting = [m for m in models.known() if m.understands(chosen["language"])]
    recommended = next((m for m in fitting if m.name.startswith("base")), None)
    if kind == "whisper" or recommended is None:
        return
    print(
        f"The recogniser that is here gets about one word in three of free speech wrong.\n"
        f"A better one is {recommended.name} ({recommended.megabytes} MB, some minutes to fetch).\n"
        f"{recommended.gain}",
        file=sys.stderr,
    )
    answer = _asked("Fetch it now? It is asked only once. [y/N] ")
    offered.parent.mkdir(parents=True, exist_ok=True)
    offered.touch()
    if answer.lower() in ("y", "yes"):
        from voicecoach.commands.models import run_fetch

        try:
            run_fetch(argparse.Namespace(name=recommended.name))
        except ModelError as error:
            print(f"{error} {error.hint} Going on with sphinx.", file=sys.stderr)


def _retention(chosen: Mapping[str, Any]) -> list[str]:
    """Forget what is older than the setting says; what to tell of it."""
    from voicecoach.commands import leading
    from voicecoach.commands.library.forget import forget_old

    if chosen["retention"] is None:
        return []
    told = forget_old(leading.library_of(chosen), chosen["retention"])
    return [told] if told else []


def _plan(
    args: argparse.Namespace,
    chosen: Mapping[str, Any],
    names: tuple[str, str],
    live: bool,
    found: Standing | None,
) -> tuple[Plan, RecogniserSpec]:
    from voicecoach.commands import leading
    from voicecoach.dialogue import wording
    from voicecoach.dialogue.messages import Consent, Voices
    from voicecoach.engines.models import recogniser_spec

    # No model helps where the coach itself has no words: that is told first.
    wording.sentences(chosen["language"])
    spec, note = recogniser_spec(chosen["recogniser"], chosen["language"])
    consent = Consent(chosen["consent"] or (Consent.ASK if live else Consent.WORDS))
    voices = Voices(chosen["voices"] or (Voices.ASK if live else Voices.ON))
    if chosen["mics"]:
        voices = Voices.OFF
    notes = [note] + ([VOICES_NOTE] if voices is Voices.ON else []) + _retention(chosen)
    notes += [mics.NOTE] if chosen["mics"] else []
    notes += screen.notes(args, found.state if found is not None else None)
    about = {
        "recogniser": spec.kind if spec.folder is None else f"{spec.kind} {spec.folder.name}",
        "input": args.source or "microphone",
        "notes": notes,
    }
    settled = {"consent": consent, "voices": voices, "recogniser": about["recogniser"]}
    settled |= {"live": live, "refine": _refining(chosen), "taken_up": found}
    settled |= {"buttons": screen.agreed(args), "ask_buttons": args.buttons == screen.ASK}
    plan = leading.plan(chosen, names, **settled, about=about)
    return plan, spec


def _refining(chosen: Mapping[str, Any]) -> RecogniserSpec | None:
    """What `--refine` writes turns down with. Raises ModelError where there is nothing better."""
    from voicecoach.engines.models import recogniser_spec

    if not chosen["refine"]:
        return None
    try:
        spec, _ = recogniser_spec("whisper", chosen["language"])
    except ModelError as error:
        raise ModelError(
            "--refine writes turns down once more with a Whisper model, and none is here.",
            f"{error.hint} Or leave --refine out.",
        ) from error
    return replace(spec, yields=True, answers=False)


def leased(live: bool) -> Any:
    """The lease of the one live microphone; a recording needs none."""
    from contextlib import nullcontext

    if not live:
        return nullcontext()
    from voicecoach.engines.soundcard import MicrophoneLease

    return MicrophoneLease()


def open_microphone(args: argparse.Namespace, chosen: Mapping[str, Any]) -> Microphone:
    """The recording that was named, or the sound card."""
    if args.source is not None:
        from voicecoach.engines.soundfiles import Recording

        return Recording(args.source, args.realtime, stereo=bool(chosen["mics"]))
    from voicecoach.engines.soundcard import SoundcardMicrophone

    return SoundcardMicrophone(chosen["microphone"], stereo=bool(chosen["mics"]))


def open_voice(
    args: argparse.Namespace, chosen: Mapping[str, Any], live: bool
) -> tuple[Voice | None, Loudspeaker]:
    """The coach's voice and where it goes; where nothing can sound, announcements are shown."""
    from voicecoach.engines.soundfiles import SilentLoudspeaker, SpeakToFile

    if chosen["quiet"]:
        return None, SilentLoudspeaker()
    voice = speaking_voice(chosen)
    if args.speak_to:
        return voice, SpeakToFile(args.speak_to, Path(args.source) if args.source else None)
    if not live and not args.realtime:
        return voice, SilentLoudspeaker()
    from voicecoach.engines.soundcard import SoundcardLoudspeaker

    try:
        return voice, SoundcardLoudspeaker(chosen["loudspeaker"])
    except DeviceError as error:
        if live and chosen["loudspeaker"]:
            raise
        print(f"voicecoach: {error}; the announcements are only shown.", file=sys.stderr)
        return None, SilentLoudspeaker()


def speaking_voice(chosen: Mapping[str, Any]) -> Voice:
    """The voice that was asked for, else the best that is here. Raises ModelError for one that
    was asked for and cannot be had."""
    from voicecoach.engines.models import voice_folder
    from voicecoach.engines.voices.espeak import Espeak
    from voicecoach.engines.voices.kept import KeptVoice
    from voicecoach.engines.voices.piper import Piper

    folder = voice_folder(chosen["voice"], chosen["language"])
    if folder is not None:
        try:
            return KeptVoice(Piper(folder))
        except ModelError as error:
            if chosen["voice"]:
                raise
            print(f"voicecoach: {error} {error.hint}", file=sys.stderr)
    return KeptVoice(Espeak(chosen["language"]))


def open_again(microphone: Microphone, loudspeaker: Loudspeaker) -> Reopening:
    """What brings the sound card's devices back in a live session."""
    from voicecoach.engines.soundcard import SoundcardLoudspeaker, SoundcardReopening

    real = isinstance(loudspeaker, SoundcardLoudspeaker)
    return SoundcardReopening(microphone, loudspeaker if real else None)


def open_ear(
    microphone: Microphone,
    spec: RecogniserSpec,
    language: str,
    levels: Levels | None = None,
    begins: int = 0,
) -> Ear:
    """The ear behind a microphone; its recogniser loads while the coach greets. Its time begins at
    the sample `begins`."""
    from voicecoach.coach.listening import ListeningEar
    from voicecoach.coach.scribe import Scribe
    from voicecoach.engines.detector import Detector
    from voicecoach.engines.worker import RecogniserProcess

    scribe = Scribe(RecogniserProcess(spec))
    detector = Detector()
    return ListeningEar(
        microphone, detector, scribe, language=language, levels=levels, begins=begins
    )
