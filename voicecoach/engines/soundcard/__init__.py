"""Microphone and loudspeaker of this machine, through PortAudio (sounddevice).

PortAudio calls back from a thread of its own; the callbacks copy samples and flags and nothing
else. A device that goes away is not reported by PortAudio, so three things are watched: the time
since the last callback, the end of the stream, and whether the sound server has quietly moved the
stream to another source, which may be the monitor of our own loudspeaker. `reopening` brings a
session's devices back.
"""

from voicecoach.engines.soundcard.devices import Device, list_devices, look_again
from voicecoach.engines.soundcard.lease import MicrophoneLease
from voicecoach.engines.soundcard.loudspeaker import SoundcardLoudspeaker
from voicecoach.engines.soundcard.microphone import SoundcardMicrophone
from voicecoach.engines.soundcard.reopening import SoundcardReopening

__all__ = [
    "Device",
    "MicrophoneLease",
    "SoundcardLoudspeaker",
    "SoundcardMicrophone",
    "SoundcardReopening",
    "list_devices",
    "look_again",
]
