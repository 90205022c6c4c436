"""What can go wrong, said once: a sentence for the person, a hint what to do, an exit code."""

from __future__ import annotations


class VoicecoachError(Exception):
    """Something the user should read. `str(error)` is one sentence; `hint` says what to do next."""

    exit_code = 1

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint


class UsageError(VoicecoachError):
    """The command line or a setting asks for something that cannot be."""

    exit_code = 2


class DeviceError(VoicecoachError):
    """No microphone or loudspeaker, or another program holds it."""

    exit_code = 3


class ModelError(VoicecoachError):
    """A speech model is missing, broken or could not be fetched."""

    exit_code = 4


class InputError(VoicecoachError):
    """A file the user gave cannot be used."""

    exit_code = 5


class LibraryError(VoicecoachError):
    """The library of sessions is damaged, locked or cannot be written."""

    exit_code = 6
