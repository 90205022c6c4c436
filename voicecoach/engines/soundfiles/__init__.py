"""Recordings in and out, always as a stream: whatever a recorder made comes in as frames, what
the coach says goes out as a WAV on the session's own time line.
"""

from voicecoach.engines.soundfiles.clips import Placed, silenced, write_clips
from voicecoach.engines.soundfiles.loudspeakers import SilentLoudspeaker, SpeakToFile
from voicecoach.engines.soundfiles.overheard import Overheard
from voicecoach.engines.soundfiles.recording import Recording, flac_bytes

__all__ = [
    "Overheard",
    "Placed",
    "Recording",
    "SilentLoudspeaker",
    "SpeakToFile",
    "flac_bytes",
    "silenced",
    "write_clips",
]
