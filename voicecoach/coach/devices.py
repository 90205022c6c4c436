"""A live session's microphone and loudspeaker: a lost one is opened again, and time goes on.

While the microphone is away nothing is heard, the clock follows the wall clock, and every two
seconds all devices are closed, looked for and opened again. A lost loudspeaker leaves the
announcements on the screen; it is opened again without touching the microphone, and the list of
devices is looked at anew only where nobody talks: right after an announcement that was only shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.messages import Notice
from voicecoach.engines import Ear, Key, Opened, Reopening, Turn
from voicecoach.errors import DeviceError
from voicecoach.speech.audio import FRAME, RATE

RETRY_S = 2.0
"""Seconds between two attempts to open what was lost."""

AWAY_LONGEST_S = 600.0
"""After so many seconds without a microphone the session ends: nobody will plug one in now."""


class Device(StrEnum):
    """What can be lost."""

    MICROPHONE = "microphone"
    LOUDSPEAKER = "loudspeaker"


@dataclass(frozen=True, slots=True)
class Change:
    """A device was lost (`there` is False) or is there again; `text` says so to the people."""

    device: Device
    there: bool
    text: str

    @property
    def code(self) -> str:
        """The code of the warning that tells of it."""
        lost = "device" if self.device is Device.MICROPHONE else str(self.device)
        return f"{lost}_back" if self.there else lost


class Devices:
    """Hears through the ear as long as it has a microphone, and minds both devices.

    Without a `reopening` (a recording, a script) a lost microphone is the end. `now` and `wait`
    are the clock and the sleep, in seconds.
    """

    def __init__(
        self,
        ear: Ear,
        mouth: Mouth,
        reopening: Reopening | None = None,
        *,
        now: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._ear = ear
        self._mouth = mouth
        self._reopening = reopening
        self._now = now
        self._wait = wait
        self._changes: list[Change] = []
        self._heard_at = now()
        self._away_since: float | None = None
        self._said_lost = False
        self._silent = False
        self._trying = False
        self._next = 0.0
        self._shown = False

    @property
    def away(self) -> bool:
        """True while there is no microphone."""
        return self._away_since is not None

    def hear(self, deaf: bool) -> Turn | Key | Notice | None:
        """What `Ear.hear` answers; without a microphone, after a frame, what was said before, or a
        key.

        Raises DeviceError where the microphone is gone for good.
        """
        if self._reopening is None:
            return self._ear.hear(deaf)
        if self._away_since is not None:
            return self._without_microphone(self._reopening, self._away_since)
        try:
            heard = self._ear.hear(deaf)
        except DeviceError as error:
            self._away_since = self._next = self._now()
            self._lost(Device.MICROPHONE, error)
            return None
        self._heard_at = self._now()
        if self._silent:
            self._speak_again(self._reopening)
        return heard

    def loudspeaker_lost(self, error: DeviceError) -> None:
        """The mouth found its loudspeaker gone: announcements are shown until it is back."""
        self._mouth.fall_mute()
        self._silent = True
        self._next = self._now() + RETRY_S
        self._lost(Device.LOUDSPEAKER, error)

    def only_shown(self) -> None:
        """An announcement was shown and not heard: now a look for loudspeakers disturbs nobody."""
        self._shown = True

    def changes(self) -> list[Change]:
        """What was lost or came back since the last call, in order."""
        changes, self._changes = self._changes, []
        return changes

    def _without_microphone(self, reopening: Reopening, since: float) -> Turn | Key | None:
        self._wait(FRAME / RATE)
        now = self._now()
        samples = max(0, int((now - self._heard_at) * RATE))
        self._heard_at += samples / RATE
        came = self._ear.miss(samples)
        if self._trying:
            self._take(reopening.opened())
        elif now >= self._next and not self._mouth.speaking and not self._ear.busy:
            if reopening.speaks:
                self._mouth.fall_mute()
            reopening.begin()
            self._trying = True
        if self.away and now - since > AWAY_LONGEST_S:
            raise DeviceError(
                f"No microphone was there for {AWAY_LONGEST_S / 60:.0f} minutes.",
                "Plug one in and start anew; what was said until then is kept.",
            )
        return came

    def _speak_again(self, reopening: Reopening) -> None:
        """With a microphone but no loudspeaker: try for one."""
        now = self._now()
        if self._trying:
            self._take(reopening.opened())
        elif now >= self._next and reopening.speaks:
            if self._shown and not self._ear.busy and not self._mouth.speaking:
                self._away_since = now  # for the moment that the look takes
                reopening.begin()
            else:
                reopening.begin_to_speak()
            self._trying = True
            self._shown = False

    def _take(self, opened: Opened | None) -> None:
        """Go on with what could be opened, if that is known by now."""
        if opened is None:
            return
        self._trying = False
        self._next = self._now() + RETRY_S
        if opened.loudspeaker is not None:
            self._mouth.speak_through(opened.loudspeaker)
            if self._silent:
                self._silent = False
                self._back(Device.LOUDSPEAKER, opened.loudspeaker.name)
        elif self._mouth.mute and not self._silent:
            self._silent = True
            self._lost(Device.LOUDSPEAKER, DeviceError("The loudspeaker is gone as well."))
        if not self.away:
            return
        if opened.microphone is not None:
            self._ear.hear_through(opened.microphone)
            self._away_since = None
            if self._said_lost:
                self._back(Device.MICROPHONE, opened.microphone.name)
        elif not self._said_lost:
            self._lost(Device.MICROPHONE, DeviceError("The microphone is gone as well."))

    def _lost(self, device: Device, error: DeviceError) -> None:
        then = "The dialogue goes on where it stands, as soon as there is one."
        if device is Device.MICROPHONE:
            self._said_lost = True
        else:
            then = "Until then the announcements are only shown."
            if self._reopening is None:
                then = "The announcements are only shown from now on."
        self._changes.append(
            Change(device, False, f"{error} {error.hint} {then}".replace("  ", " "))
        )

    def _back(self, device: Device, name: str) -> None:
        if device is Device.MICROPHONE:
            self._said_lost = False
        self._changes.append(Change(device, True, f"There is a {device} again: {name}."))
