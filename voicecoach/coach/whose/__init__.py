"""Whose turn it was: by the voice at one microphone, by the level at two; and turns of both."""
