"""What comes into the library from elsewhere: an export of ours, or a transcript of a talk."""

IMPORTED = "Imported"
"""The type of the note that a session was read from a transcript: `form` is vtt, srt or txt,
`times` says whether they are "given", "partly", or "reckoned" from the lengths of the lines."""
