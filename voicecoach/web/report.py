"""A session as one file to hand over: asked about first, then given to the browser to keep."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voicecoach.session.audible import sound_of
from voicecoach.session.entries import Session
from voicecoach.session.export import exported
from voicecoach.session.redaction import ALONE, pseudonyms, redacted
from voicecoach.session.review.pairs import Compare
from voicecoach.session.review.rescoring import rescored


def asks_both(session: Session) -> bool:
    """Whether two people spoke, who must both agree; one who practised alone need not be asked."""
    return session.header.procedure != ALONE


def handed_over(session: Session, form: Mapping[str, str], compare: Compare) -> Response:
    """The self-contained page that `export --format html` writes, as a file to keep.

    `compare` scores again what was corrected. The form's `agreed` says that both agree, `names`
    "away" that Person A and Person B stand for them, `notes` "yes" that the notes are to be in it,
    `sound` "yes" the sound, with which the session has come then. Raises HTTPException(400)
    without the agreement, UsageError where no sound was kept, LibraryError for sound that is
    damaged, ValueError for a session that this version cannot read.
    """
    from voicecoach.engines.soundfiles import silenced

    if asks_both(session) and form.get("agreed") != "yes":
        raise HTTPException(400)
    nameless = form.get("names") == "away"
    hidden = pseudonyms(session) if nameless else None
    shown = rescored(session, compare)
    shown = redacted(shown, hidden) if hidden is not None else shown
    sounds = sound_of(session, hidden).by_turn(silenced) if with_sound(form) else None
    content = exported(shown, "html", remarks=form.get("notes") == "yes", sounds=sounds)
    named = f"voicecoach-{session.header.id}{'-redacted' if nameless else ''}.html"
    headers = {"content-disposition": f'attachment; filename="{named}"'}
    return Response(content, headers=headers, media_type="text/html")


def with_sound(form: Mapping[str, str]) -> bool:
    """Whether the form asks for sound in the report."""
    return form.get("sound") == "yes"
