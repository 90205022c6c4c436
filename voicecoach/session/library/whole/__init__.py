"""What is done to the whole library at once: to encrypt it, to copy it, to put a copy in place."""

from voicecoach.session.library.whole.copying import Copied, backup, restore
from voicecoach.session.library.whole.encrypting import decrypt, encrypt

__all__ = ["Copied", "backup", "decrypt", "encrypt", "restore"]
