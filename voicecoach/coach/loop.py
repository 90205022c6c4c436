"""THE LOOP: frames in, announcements out. The only place that acts.

    ear.hear -> Turn -> Heard -> procedure.step -> commands -> kept, then done

Every event and command is kept before it is acted on. Scoring is pure and called; speaking takes
time and is commanded. Nothing here decides what comes next: that is the procedure's table.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from voicecoach.coach import showing
from voicecoach.coach.cut_turns import CutTurn
from voicecoach.coach.devices import Change, Device, Devices
from voicecoach.coach.ledger import Encode, Ledger
from voicecoach.coach.scribe import Refiner
from voicecoach.coach.speaking import LastSaid, Mouth
from voicecoach.coach.whose.microphones import Microphones
from voicecoach.coach.whose.voices import Voices
from voicecoach.dialogue import fidelity, turns
from voicecoach.dialogue.comparison import Meaning
from voicecoach.dialogue.machine.procedure import Procedure
from voicecoach.dialogue.machine.state import State, text_of, words_of
from voicecoach.dialogue.messages import (
    AcceptKeys,
    Announce,
    Announced,
    Announcing,
    Answered,
    Began,
    Command,
    Enter,
    Event,
    Finish,
    Heard,
    InputEnded,
    Interrupted,
    Keep,
    Learn,
    Listen,
    Notice,
    Noticed,
    Outcome,
    Phase,
    Pressed,
    Quiet,
    Rated,
    Score,
    Scored,
    Spoken,
    TakenUp,
    TellApart,
    Typed,
)
from voicecoach.engines import Ear, Key, Turn
from voicecoach.errors import DeviceError, ModelError, VoicecoachError
from voicecoach.session.entries import BROKEN_OFF, now
from voicecoach.session.keeper import Keeper
from voicecoach.session.resuming import CUT_OFF, Standing
from voicecoach.speech.audio import RATE

CUE_AFTER_S = 20.0
"""After so much silence the dialogue is told that nobody speaks, and again each time as long."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the loop itself needs to know."""

    language: str = "en"
    meaning: Meaning | None = None
    encode: Encode | None = None
    """Makes the sound of a turn storable; None keeps no sound."""
    about: Mapping[str, Any] | None = None
    """More to show in the line `began`: recogniser, input."""
    refiner: Refiner = field(default_factory=Refiner)


class Coach:
    """Leads one session. `show` gets every line of `showing`; `watch` the level of each frame."""

    def __init__(
        self,
        ear: Ear,
        mouth: Mouth,
        keeper: Keeper,
        procedure: Procedure,
        show: showing.Show,
        *,
        settings: Settings | None = None,
        watch: Callable[[float], None] | None = None,
        devices: Devices | None = None,
        voices: Voices | Microphones | None = None,
    ) -> None:
        self.outcome: Outcome | None = None
        self.failure: VoicecoachError | None = None
        self._ear = ear
        self._mouth = mouth
        self._procedure = procedure
        self._show = show
        self._watch = watch
        self._devices = devices or Devices(ear, mouth)
        self._settings = settings or Settings()
        self._state: State = procedure.initial()
        self._ledger = Ledger(
            keeper,
            lambda: self.at_s,
            self._warn,
            refiner=self._settings.refiner,
            encode=self._settings.encode,
        )
        self._events: deque[tuple[Event, Turn | None]] = deque()
        self._interrupted = self._broken_off = False
        self._spoke_at = ear.clock
        self._said = LastSaid()
        self._warned: set[str] = set()
        self._cut = CutTurn()
        self._lost_s = 0.0
        self._voices = voices or Voices()

    @property
    def at_s(self) -> float:
        """The session's clock in seconds."""
        return self._ear.clock / RATE

    def interrupt(self) -> None:
        """End the session as soon as the present frame is done; safe in a signal handler."""
        self._interrupted = True

    def break_off(self) -> None:
        """The same, but so that the session can be gone on with later: nobody wanted its end."""
        self._broken_off = self._interrupted = True

    def run(self, began: Began | Standing) -> Outcome:
        """Lead the session from its beginning, or from where it was broken off, to its end.

        Whatever happens, it is closed in order.
        """
        try:
            if isinstance(began, Standing):
                self._take_up(began)
            else:
                self._happen(began)
            while self.outcome is None or self._mouth.waiting:
                if self._interrupted:
                    self._go_on_with_cut()
                    self._mouth.drop_pending()
                    if not self._broken_off:
                        self._happen(Interrupted())
                    break
                self._one_frame()
        finally:
            self._close()
        return self.outcome or Outcome.INTERRUPTED

    def _take_up(self, standing: Standing) -> None:
        """Go on at the step where the session was broken off."""
        self._state = standing.state
        for entry in standing.owed:
            self._ledger.write(entry)
        self._ledger.note(BROKEN_OFF, moment=now())
        if standing.unscored is not None:
            self._act(standing.unscored)
        if standing.cut is not None:
            self._cut.restore(standing.cut.data, self._state)
        self._happen(TakenUp())

    def _one_frame(self) -> None:
        before = self._ear.clock
        try:
            heard = self._devices.hear(self._mouth.deaf)
        except (DeviceError, ModelError) as error:
            code = "device" if isinstance(error, DeviceError) else "model"
            self._warn(code, f"{error} {error.hint}".strip())
            self.failure = error
            self.break_off()
            return
        if isinstance(heard, Turn):
            self._heard(heard)
        elif isinstance(heard, Notice):
            self._happen(Noticed(heard))
        elif heard is not None:
            self._pressed(heard)
        for change in self._devices.changes():
            self._changed(change)
        for code, text in (self._ear.troubles | self._settings.refiner.troubles).items():
            self._warn(code, text)
        self._mind_losses()
        self._ledger.correct()
        self._speak(self._ear.clock - before)
        self._mind_silence()
        if self._watch is not None:
            self._watch(self._ear.level_db)
        if self._ear.ended and not self._mouth.waiting and self.outcome is None:
            self._happen(InputEnded())

    # ------------------------------------------------------------------ what happens

    def _heard(self, turn: Turn) -> None:
        self._spoke_at = self._ear.clock
        # What was said to be mirrored comes back as a mirror, if not turned round.
        to_be_mirrored = self._said.text == text_of(self._state.message)
        if not to_be_mirrored and self._said.comes_back(turn.utterance, self.at_s):
            text = f"The microphone heard the coach itself: {turn.utterance.text!r}."
            self._show_warning("echo", text)
            return
        for part in self._voices.parts(turn, self._state):
            self._heard_part(part)
        for code, text in self._voices.troubles.items():
            self._warn(code, text)

    def _heard_part(self, turn: Turn) -> None:
        if self._cut.waits(turn, self._state):
            said = turn.utterance
            self._show_warning("cut_off", f"Cut off, and kept until it goes on: {said.text}")
            self._ledger.note(CUT_OFF, text=said.text, start_s=said.start_s, end_s=said.end_s)
            return
        event = self._read(turn)
        if event.reply.command is None:
            turn = self._cut.gone_on(turn, self._state)
            event = self._read(turn)
        self._happen(event, turn)

    def _read(self, turn: Turn) -> Heard:
        mirrored = text_of(self._state.reflection) if self._state.phase is Phase.CHECK else ""
        return turns.heard(
            turn.utterance,
            self._procedure.question(self._state),
            mirrored=mirrored,
            language=self._settings.language,
        )

    def _go_on_with_cut(self) -> bool:
        """Nobody goes on with what was cut off: it is a turn as it is."""
        turn = self._cut.take(self._state)
        if turn is not None:
            self._happen(self._read(turn), turn)
        return turn is not None

    def _changed(self, change: Change) -> None:
        """A device was lost or is there again: shown, kept, said, and on at the same step."""
        self._show_warning(change.code, change.text)
        self._ledger.note("Device", device=str(change.device), there=change.there, text=change.text)
        if not change.there:
            if change.device is Device.MICROPHONE:
                self._mouth.hold()
                self._mouth.say_first(Announce("device_lost", "both"))
            return
        waited = self._mouth.release() if not self._devices.away else True
        if change.device is Device.MICROPHONE:
            self._mouth.say_first(Announce("device_back", "both"))
        if not waited and self._state.started and self.outcome is None:
            self._mouth.say(replace(self._procedure.where(self._state), optional=True))

    def _mind_losses(self) -> None:
        """Sound that was lost is kept as a remark, each time."""
        if self._ear.lost_s > self._lost_s:
            self._ledger.note("Lost", seconds=round(self._ear.lost_s - self._lost_s, 3))
            self._lost_s = self._ear.lost_s

    def _pressed(self, key: Key) -> None:
        self._spoke_at = self._ear.clock
        self._happen(Pressed(key) if isinstance(key, Spoken) else key)

    def _mind_silence(self) -> None:
        """Tell the dialogue when nobody has spoken for long."""
        if self._ear.busy or self._mouth.deaf or self._ear.ended or self._devices.away:
            self._spoke_at = self._ear.clock
        elif self._ear.clock - self._spoke_at >= CUE_AFTER_S * RATE:
            self._spoke_at = self._ear.clock
            if not self._go_on_with_cut():
                self._happen(Quiet(CUE_AFTER_S))

    def _speak(self, samples: int) -> None:
        said = self._mouth.current
        try:
            change = self._mouth.tick(samples, self._ear.quiet_s, self._ear.busy)
        except DeviceError as error:
            self._devices.loudspeaker_lost(error)
            current = self._mouth.current
            change = Announcing(current.key) if current and not self._state.talking else None
        if isinstance(change, Announced) and said is not None:
            if self._mouth.sounding:
                self._said = LastSaid(self._mouth.text(said), self.at_s)
            elif self._mouth.mute:
                self._devices.only_shown()
        if change is not None:
            self._happen(change)

    def _happen(self, event: Event, turn: Turn | None = None) -> None:
        """Let the procedure answer `event`, and what follows from the answer, in order."""
        self._events.append((event, turn))
        if len(self._events) > 1:
            return
        while self._events:
            self._take(*self._events[0])
            self._events.popleft()

    def _take(self, event: Event, turn: Turn | None) -> None:
        before = self._state
        self._ledger.keep(event, turn, before)
        self._state, commands = self._procedure.step(before, event)
        self._show_event(event, before)
        for command in commands:
            self._ledger.keep(command, None, self._state)
        if commands and isinstance(event, Heard | Pressed | Answered | Typed | Quiet):
            self._overtaken(commands)
        for command in commands:
            self._act(command)

    def _overtaken(self, commands: tuple[Command, ...]) -> None:
        """What the coach was about to say, or is saying, no longer fits."""
        self._mouth.drop_pending()
        if self._devices.away:
            return
        if any(isinstance(command, Announce) for command in commands):
            hushed = self._mouth.hush()
            if hushed is not None:
                self._happen(hushed)

    # ------------------------------------------------------------------ what is done

    def _act(self, command: Command) -> None:
        match command:
            case Enter():
                self._show(showing.phase(command, self.at_s))
            case Announce():
                self._mouth.say(command)
            case Listen(step=step):
                self._ear.listen(step)
            case Score(message=message, reflection=reflection):
                scored = fidelity.compare(
                    message,
                    reflection,
                    language=self._settings.language,
                    meaning=self._settings.meaning,
                    message_heard=words_of(self._state.message),
                    reflection_heard=words_of(self._state.reflection),
                )
                self._happen(Scored(scored))
            case Rated():
                self._show(showing.rated(command, self._state, self.at_s))
            case TellApart():
                self._voices.tell_apart(self._state.first, self._state.second)
            case Learn():
                self._voices.learn(command)
            case AcceptKeys():
                self._show(showing.agreed(self._state, self.at_s))
            case Keep(consent=consent):
                self._ledger.keep_from_now_on(consent)
            case Finish(outcome=outcome):
                self.outcome = outcome
                self._mouth.release()

    def _close(self) -> None:
        self._voices.forget()
        outcome = self.outcome or Outcome.INTERRUPTED
        self._ledger.close(self.outcome)
        open_ = self.outcome is None
        self._show(showing.ended(outcome, self._ledger.session, self._state, self.at_s, open_))

    # ----------------------------------------------------------------- what is shown

    def _show_event(self, event: Event, before: State) -> None:
        question = self._procedure.question(before)
        about = self._settings.about or {}
        after = self._state
        for line in showing.happened(event, before, after, question, self.at_s, **about):
            self._show(line)
        match event:
            case Announcing():
                said = self._mouth.current
                if said is not None:
                    text = self._mouth.text(said)
                    self._show(showing.announce(said, text, self._state, self.at_s))
            case Announced():
                self._spoke_at = self._ear.clock

    def _warn(self, code: str, text: str) -> None:
        """Say it once for each kind of trouble."""
        if code not in self._warned:
            self._warned.add(code)
            self._show_warning(code, text)

    def _show_warning(self, code: str, text: str) -> None:
        self._show(showing.warning(code, text, self._state, self.at_s))
