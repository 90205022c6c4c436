"""The screen: pages about what was kept and one for a talk that goes on, for this machine alone.

`server` listens on the loopback address; `guard` lets in only the browser that was opened; `app`
knows the addresses; `shown` computes what a page tells from the entries of a session, and `shelf`
keeps what was counted; `pages` puts it into the templates; `actions` turns a form into a note that
is added. Every page works without the scripts in `static`; they add keys, playing through, and
what needs no new page. `live` is the page for the room while two people talk.
"""
