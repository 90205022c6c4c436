"""A session's devices opened again after one was lost: by name, else the system's default.

PortAudio's list of devices is frozen until it is initialised anew, for which everything must be
closed. Opening may take seconds, or for ever where a sound server hangs, so it is done in a thread
of its own; the session goes on meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from voicecoach.engines import Loudspeaker, Microphone, Opened
from voicecoach.engines.soundcard.devices import apart, look_again
from voicecoach.engines.soundcard.loudspeaker import SoundcardLoudspeaker
from voicecoach.engines.soundcard.microphone import SoundcardMicrophone
from voicecoach.engines.soundcard.server import own_sink, own_source
from voicecoach.errors import DeviceError


class SoundcardReopening:
    """A `Reopening` of a sound card's microphone and, where the session has one, loudspeaker.

    They are the devices the session begins with. Raises DeviceError where the sound server has no
    microphone and gives out what it plays through that loudspeaker instead. A source that only
    overhears a loudspeaker is no microphone later either, unless the session began with just that.
    """

    def __init__(self, microphone: Microphone, loudspeaker: Loudspeaker | None) -> None:
        self.speaks = loudspeaker is not None
        self._names = (microphone.name, loudspeaker.name if loudspeaker is not None else "")
        self._stereo = bool(getattr(microphone, "stereo", False))
        source = own_source()
        if source is not None and source.monitor and self.speaks and source.monitor == own_sink():
            raise DeviceError(
                "There is no microphone, only what the loudspeaker itself plays.",
                "Plug a microphone in, or choose another in the sound settings.",
            )
        self._first_source = source.name if source is not None else None
        self._open = Opened(microphone, loudspeaker)
        self._thread: threading.Thread | None = None
        self._opened: Opened | None = None
        self._ended = False

    def begin(self) -> None:
        """Close both, see which devices there are now and open them again; returns at once."""

        def work() -> Opened:
            _close(self._open)
            try:
                look_again()
            except DeviceError:
                return Opened()
            return Opened(self._hear_again(), self._speak_again())

        self._start(work)

    def begin_to_speak(self) -> None:
        """Open only the loudspeaker, among the devices that were there; returns at once."""
        self._start(lambda: Opened(None, self._speak_again()))

    def opened(self) -> Opened | None:
        """What could be opened since `begin`, told once; None while that is being tried."""
        if self._thread is None or self._thread.is_alive():
            return None
        self._thread = None
        opened, self._opened = self._opened or Opened(), None
        self._open = Opened(
            opened.microphone or self._open.microphone,
            opened.loudspeaker or self._open.loudspeaker,
        )
        return opened

    def close(self) -> None:
        """Close what is open, and what is being opened as soon as that is possible."""
        self._ended = True
        if self._thread is not None:
            self._thread.join(0.2)
        if self._thread is None or not self._thread.is_alive():
            self.opened()
            _close(self._open)

    def _start(self, work: Callable[[], Opened]) -> None:
        def run() -> None:
            opened = work()
            self._opened = opened
            if self._ended:
                _close(opened)

        self._thread = apart(run)

    def _hear_again(self) -> Microphone | None:
        """A microphone that gives sound, by name, else the default."""
        for name in names(self._names[0]):
            try:
                microphone = SoundcardMicrophone(name, self._stereo)
                microphone.read()  # a suspended device can be opened, and gives nothing
            except DeviceError:
                continue
            if self._overhears():
                microphone.close()
                continue
            return microphone
        return None

    def _overhears(self) -> bool:
        """Whether the source that was opened is the monitor of a loudspeaker."""
        source = own_source()
        return source is not None and bool(source.monitor) and source.name != self._first_source

    def _speak_again(self) -> Loudspeaker | None:
        for name in names(self._names[1]) if self.speaks else ():
            try:
                loudspeaker = SoundcardLoudspeaker(name)
            except DeviceError:
                continue
            if loudspeaker.takes_sound():
                return loudspeaker
            loudspeaker.close()
        return None


def names(first: str) -> Iterator[str | None]:
    """The names to try: ALSA numbers its cards anew, and at the end the system's default.

    >>> list(names("Blue Yeti: USB Audio (hw:1,0)"))
    ['Blue Yeti: USB Audio (hw:1,0)', 'Blue Yeti: USB Audio', None]
    """
    yield first
    plain = first.partition(" (hw:")[0]
    if plain != first:
        yield plain
    yield None


def _close(opened: Opened) -> None:
    for device in (opened.microphone, opened.loudspeaker):
        if device is not None:
            device.close()
