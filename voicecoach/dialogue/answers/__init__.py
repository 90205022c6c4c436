"""How answers are read: phrases, cues, sound-alikes, the room's echo, and what is expected."""
