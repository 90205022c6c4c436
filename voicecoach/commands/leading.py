"""Put the parts of a session together, run it, and give everything back."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from voicecoach.coach.devices import Devices
from voicecoach.coach.ledger import Encode
from voicecoach.coach.loop import Coach, Settings
from voicecoach.coach.scribe import Refiner
from voicecoach.coach.speaking import Mouth
from voicecoach.coach.whose.microphones import Microphones
from voicecoach.dialogue import wording
from voicecoach.dialogue.comparison import Meaning
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.machine.procedure import Procedure
from voicecoach.dialogue.messages import (
    Began,
    Consent,
    Guidance,
    Outcome,
    Voices,
)
from voicecoach.engines import Ear, Loudspeaker, Reopening, Voice
from voicecoach.engines.recognition import RecogniserSpec
from voicecoach.errors import UsageError
from voicecoach.places import user_library
from voicecoach.session.entries import new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library, make_ready
from voicecoach.session.resuming import Standing, standing
from voicecoach.speech.audio import RATE
from voicecoach.terminal import Display

EXIT_CODES = {
    Outcome.DONE: 0,
    Outcome.STOPPED: 0,
    Outcome.END_OF_INPUT: 0,
    Outcome.INTERRUPTED: 130,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a session is to be."""

    names: tuple[str, str]
    library: Path
    encrypt: bool = False
    """Whether it must be an encrypted one."""
    consent: Consent = Consent.WORDS
    guidance: Guidance = Guidance.FULL
    rounds: int = 2
    voices: Voices = Voices.OFF
    buttons: bool = False
    """Both have agreed that a key or button counts as the speaker's own yes or no."""
    ask_buttons: bool = False
    """They are asked aloud whether it does."""
    language: str = "en"
    recogniser: str = ""
    procedure: Procedure = field(default_factory=Imago)
    name: str = "imago"
    """What the procedure is called where the session is kept."""
    about: Mapping[str, Any] = field(default_factory=dict)
    live: bool = True
    refine: RecogniserSpec | None = None
    """What whole turns are written down with once more."""
    taken_up: Standing | None = None
    """The session that is gone on with; None for a new one."""

    @property
    def begins(self) -> int:
        """The sample at which the session's clock begins."""
        return round(self.taken_up.at_s * RATE) if self.taken_up else 0


def plan(chosen: Mapping[str, Any], names: tuple[str, str], **more: Any) -> Plan:
    """A plan from the settings. Raises UsageError for names or rounds that cannot be."""
    if not all(name.strip() for name in names) or names[0].casefold() == names[1].casefold():
        raise UsageError(
            f"the partners need two different names, not {names[0]!r} and {names[1]!r}",
            "Say, for example: --names Anna Ben",
        )
    if chosen["rounds"] < 1:
        raise UsageError("there must be at least one round", "Say, for example: --rounds 2")
    wording.sentences(chosen["language"])
    library, encrypt = library_of(chosen), bool(chosen.get("encrypt"))
    if more.get("consent") is not Consent.NOTHING:
        # A passphrase is asked for while nobody is waiting to be heard yet.
        make_ready(library, encrypt=encrypt)
    return Plan(
        names=(names[0].strip(), names[1].strip()),
        library=library,
        encrypt=encrypt,
        guidance=Guidance(chosen["guidance"]),
        rounds=chosen["rounds"],
        language=chosen["language"],
        **more,
    )


def library_of(chosen: Mapping[str, Any]) -> Path:
    """The library that the settings name, or the user's own."""
    return Path(chosen["library"]).expanduser() if chosen["library"] else user_library()


def lead(
    plan: Plan,
    ear: Ear,
    voice: Voice | None,
    loudspeaker: Loudspeaker,
    display: Display,
    reopening: Reopening | None = None,
    microphones: Microphones | None = None,
) -> int:
    """Lead one session to its end; the exit code. What was opened is closed whatever happens.

    With a `reopening` a device that is lost is opened again; without, the session ends. With
    `microphones` turns get their partner from those, and not from the voices.
    """
    refiner = _refiner(plan)
    try:
        with _library(plan) as library:
            mouth = Mouth(voice, loudspeaker, plan.language)
            devices = Devices(ear, mouth, reopening)
            keeper, began = _beginning(plan, library)
            coach = _coach(plan, ear, mouth, devices, display, keeper, refiner, microphones)
            with display, _interrupts(coach):
                outcome = coach.run(began)
    finally:
        if reopening is not None:
            reopening.close()
        loudspeaker.close()
        ear.close()
        refiner.close()
    if coach.failure is not None:
        raise coach.failure
    return EXIT_CODES[outcome]


def _library(plan: Plan) -> Library:
    """The library; it is not opened where nothing will be kept."""
    kept = plan.consent is not Consent.NOTHING or plan.taken_up is not None
    return Library(plan.library, encrypt=plan.encrypt, opened=kept)


def _beginning(plan: Plan, library: Library) -> tuple[Keeper, Began | Standing]:
    """A new session and how it begins, or the one that is gone on with and where it stands."""
    if plan.taken_up is not None:
        session, writer = library.go_on(plan.taken_up.session.header.id)
        keeper = Keeper.going_on(library, writer, plan.consent)
        return keeper, standing(session, plan.procedure)
    header = new_header(
        plan.names,
        recogniser=plan.recogniser,
        guidance=plan.guidance,
        language=plan.language,
        procedure=plan.name,
    )
    began = Began(
        *plan.names,
        plan.guidance,
        plan.consent,
        plan.rounds,
        plan.voices,
        plan.buttons,
        plan.ask_buttons,
    )
    return Keeper(library, header, plan.consent), began


def _coach(
    plan: Plan,
    ear: Ear,
    mouth: Mouth,
    devices: Devices,
    display: Display,
    keeper: Keeper,
    refiner: Refiner,
    microphones: Microphones | None,
) -> Coach:
    return Coach(
        ear,
        mouth,
        keeper,
        plan.procedure,
        display.show,
        settings=Settings(plan.language, _meaning(), _encoder(plan), plan.about, refiner),
        watch=display.watch,
        devices=devices,
        voices=microphones,
    )


def _refiner(plan: Plan) -> Refiner:
    """Nothing is loaded before there is a turn to be refined."""
    spec = plan.refine
    if spec is None:
        return Refiner()
    from voicecoach.engines.worker import RecogniserProcess

    return Refiner(lambda: RecogniserProcess(spec), live=plan.live, language=plan.language)


def _meaning() -> Meaning | None:
    from voicecoach.engines.meaning import open_word_table

    return open_word_table()


def _encoder(plan: Plan) -> Encode | None:
    if plan.consent not in (Consent.SOUND, Consent.ASK):
        return None
    from voicecoach.engines.soundfiles import flac_bytes

    return flac_bytes


@contextmanager
def _interrupts(coach: Coach) -> Iterator[None]:
    """Ctrl-C and a termination end the session in order; a second Ctrl-C ends it at once.

    A termination is not the two's wish (the machine shuts down): the session can be gone on with.
    """
    before: dict[int, Any] = {}

    def end(number: int, _frame: FrameType | None) -> None:
        coach.interrupt() if number == signal.SIGINT else coach.break_off()
        signal.signal(number, before[number])

    for number in (signal.SIGINT, signal.SIGTERM):
        before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)
