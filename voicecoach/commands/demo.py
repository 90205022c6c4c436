"""`voicecoach demo`: the whole loop over a sample dialogue, no hardware, no download."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from voicecoach import config
from voicecoach.commands import screen
from voicecoach.errors import DeviceError, InputError

if TYPE_CHECKING:
    from voicecoach.engines import Microphone


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `demo` to the command line."""
    parser = commands.add_parser(
        "demo",
        help="see a whole dialogue led, from a sample recording",
        description="Leads a recorded sample dialogue through the whole loop. It needs no "
        "microphone, no loudspeaker and no download, and keeps nothing.",
    )
    parser.add_argument("--sample", default="clean", metavar="NAME", help="which sample dialogue")
    parser.add_argument("--fast", action="store_true", help="do not play it, even if it could be")
    parser.add_argument("--speak-to", metavar="FILE", help="write the announcements to a WAV file")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    screen.add_to(parser, answers=False)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Lead the sample; the exit code. On a terminal with a loudspeaker it is played as well."""
    from voicecoach.commands import leading, talk
    from voicecoach.dialogue.messages import Consent, Voices
    from voicecoach.engines.models import recogniser_spec
    from voicecoach.engines.scripted import read_script
    from voicecoach.terminal import display

    recording = _sample(args.sample)
    script = read_script(recording.with_suffix(".txt"))
    chosen = config.load({}, file=recording.with_suffix(".none"))
    spec, note = recogniser_spec("sphinx", "en")
    notes = [f"A recorded sample dialogue ({recording.name}); nothing is kept.", note]
    about = {"recogniser": "sphinx", "input": recording.name, "notes": notes}
    settled = {"consent": Consent.NOTHING, "voices": Voices.ON, "recogniser": "sphinx"}
    plan = leading.plan(chosen, script.names, **settled, about=about)
    args.source = str(recording)
    heard = not args.fast and not args.json and sys.stdout.isatty() and _can_sound()
    args.realtime = heard or (args.screen and not args.fast)
    with screen.on_screen(args, display(args.json)) as (shown, keyed):
        microphone = talk.open_microphone(args, chosen)
        if heard:
            microphone = _overheard(microphone)
        voice, loudspeaker = talk.open_voice(args, chosen, live=False)
        ear = keyed(talk.open_ear(microphone, spec, plan.language))
        return leading.lead(plan, ear, voice, loudspeaker, shown)


def _can_sound() -> bool:
    from voicecoach.engines.soundcard import SoundcardLoudspeaker

    try:
        SoundcardLoudspeaker().close()
    except DeviceError:
        return False
    return True


def _overheard(microphone: Microphone) -> Microphone:
    """The recording, played through the loudspeaker while it is listened to."""
    from voicecoach.engines.soundcard import SoundcardLoudspeaker
    from voicecoach.engines.soundfiles import Overheard

    return Overheard(microphone, SoundcardLoudspeaker())


def _sample(name: str) -> Path:
    from voicecoach.places import shipped

    folder = shipped("samples")
    known = sorted(path.stem for path in folder.glob("*.flac")) if folder else []
    if folder is None or name not in known:
        raise InputError(f"there is no sample '{name}'", f"Samples: {', '.join(known) or 'none'}")
    return folder / f"{name}.flac"
