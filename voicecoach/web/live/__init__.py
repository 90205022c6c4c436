"""The page for the room: who has the floor, what to do now, and what was said, as it happens.

`stage` is what the page tells, folded from the lines that the session shows; `hub` takes those
lines from the session's thread and never lets it wait; `app` gives them to pages, and what is
pressed there back.
"""
