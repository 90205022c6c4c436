"""The addresses of the pages, and what stands behind each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from voicecoach.errors import UsageError, VoicecoachError
from voicecoach.session import record, review
from voicecoach.session.audible import megabytes, page_bytes
from voicecoach.session.entries import Entry, Session
from voicecoach.session.export import ENDINGS
from voicecoach.session.library import Found, Library
from voicecoach.session.review.figures import figures
from voicecoach.session.review.pairs import Compare
from voicecoach.session.review.reading import read
from voicecoach.web import actions, assets
from voicecoach.web.guard import App
from voicecoach.web.pages import page
from voicecoach.web.report import asks_both, handed_over, with_sound
from voicecoach.web.shelf import Shelf
from voicecoach.web.shown import charts, dialogue, listing, timeline
from voicecoach.web.shown.span import LASTS, Span
from voicecoach.web.sound import part_of

Answer = Callable[[Request], Awaitable[Response]]

FIELDS = 20
"""No form of ours has more fields."""

LONGEST_SEARCH = 200
MOST_FOUND = 100
"""Letters that are searched for, and lines that are shown."""


class Review:
    """The pages over one library; `compare` scores again what was corrected.

    Every answer is given on the loop's own thread: one person looks, and SQLite's connection stays
    where it was opened.
    """

    def __init__(self, library: Library, compare: Compare) -> None:
        self._library = library
        self._compare = compare
        self._shelf = Shelf(library, compare)

    def app(self) -> App:
        """The ASGI application, still without a guard."""
        one = "/sessions/{name}"
        routes = [
            Route("/", self.sessions),
            Route("/figures", self.figures),
            Route("/figures/compare", self.compare),
            Route(one, self.session),
            Route(one + "/figures", self.session_figures),
            Route(one, self.change_session, methods=["POST"]),
            Route(one + "/forget", self.forget),
            Route(one + "/forget", self.forgotten, methods=["POST"]),
            Route(one + "/report", self.report),
            Route(one + "/report", self.handed_over, methods=["POST"]),
            Route(one + "/turns/{number:int}", self.turn),
            Route(one + "/turns/{number:int}", self.change_turn, methods=["POST"]),
            Route(one + "/sound/{number:int}", self.sound),
            assets.ROUTE,
        ]
        kinds = (HTTPException, VoicecoachError, ValueError, Exception)
        troubles: dict[Any, Any] = dict.fromkeys(kinds, _trouble)
        return cast(App, Starlette(routes=routes, exception_handlers=troubles))

    async def sessions(self, request: Request) -> Response:
        """What is in the library: its sessions as they are wanted, or the words searched for."""
        asked = request.query_params
        words = " ".join(asked.get("words", "").split())[:LONGEST_SEARCH]
        found = self._found(words)
        wanted = listing.Wanted.of(asked)
        rows = [] if words else self._shelf.rows(sums=wanted.sort in listing.COUNTED)
        chosen = listing.chosen(rows, wanted)
        first = (wanted.page - 1) * listing.PAGE
        return HTMLResponse(
            page(
                "library/list",
                words=words,
                found=[(line, listing.marked(line)) for line in found],
                most=MOST_FOUND,
                wanted=wanted,
                columns=listing.COLUMNS,
                rows=self._shelf.counted(chosen[first : first + listing.PAGE]),
                count=len(chosen),
                all=len(rows),
                pages=-(-len(chosen) // listing.PAGE),
                gone=asked.get("gone") == "1",
            )
        )

    def _found(self, words: str) -> tuple[Found, ...]:
        try:
            return self._library.search(words, MOST_FOUND) if words else ()
        except UsageError:  # only signs, and no word
            return ()

    async def figures(self, request: Request) -> Response:
        """The figures over sessions: as many as are wanted, of one partner, of some days."""
        wanted = Span.of(request.query_params)
        inside = wanted.inside(self._shelf.rows())
        drawn = self._shelf.counted(wanted.cut(inside))
        told = [(row, row.figures) for row in drawn if row.figures is not None]
        over = [(listing.called(row), f"/sessions/{row.id}", found) for row, found in told]
        return HTMLResponse(
            page(
                "figures/charts",
                here="figures",
                title="Figures over sessions",
                subtitle=f"{wanted.told(len(drawn), len(inside))}.",
                unread=len(drawn) - len(told),
                session=None,
                wanted=wanted,
                lasts=LASTS,
                choices=[(row.id, listing.called(row)) for row, _ in reversed(told)],
                charts=charts.over_sessions(over) if over else [],
            )
        )

    async def session_figures(self, request: Request) -> Response:
        """The figures of one session, round by round."""
        session = self._session(request)
        found = figures(read(session), self._compare)
        return HTMLResponse(
            page(
                "figures/charts",
                here="",
                title="Figures of a session",
                subtitle=listing.called(listing.listed(session)),
                session=session.header.id,
                unread=0,
                charts=charts.of_session(found),
            )
        )

    async def compare(self, request: Request) -> Response:
        """Two sessions side by side."""
        asked = [request.query_params.get(name, "") for name in ("a", "b")]
        rows = {row.id: row for row in self._shelf.rows() if row.id in asked}
        if not rows.keys() >= set(asked):
            raise HTTPException(404)
        found = self._shelf.counted([rows[name] for name in asked])
        sides = [(row.id, listing.called(row), row.figures) for row in found if row.figures]
        if len(sides) < 2:
            raise HTTPException(404)
        return HTMLResponse(
            page(
                "figures/compare",
                here="figures",
                sides=sides,
                rows=charts.side_by_side(sides[0][2], sides[1][2]),
                measures=charts.MEASURES,
            )
        )

    async def report(self, request: Request) -> Response:
        """Ask for what a report needs."""
        session = self._session(request)
        size = self._library.sound_size(session.header.id)
        grows = megabytes(page_bytes(size)) if size else ""
        return _asking("session/report", session, both=asks_both(session), grows=grows)

    async def handed_over(self, request: Request) -> Response:
        """The report as a file."""
        session, form = self._session(request), await _form(request)
        if with_sound(form):
            session = self._library.session(session.header.id, sound=True)
        return handed_over(session, form, self._compare)

    async def forget(self, request: Request) -> Response:
        """Ask whether to take a session out of the library for ever."""
        return _asking("library/forget", self._session(request))

    async def forgotten(self, request: Request) -> Response:
        """Take it out."""
        session = self._session(request)
        if (await _form(request)).get("do") != "forget":
            raise HTTPException(400)
        self._library.forget([session.header.id])
        return RedirectResponse("/?gone=1", 303)

    async def session(self, request: Request) -> Response:
        """One session, line by line."""
        session = self._session(request)
        name = session.header.id
        reading = read(session)
        blocks = dialogue.blocks(reading, self._library.clips(name), self._compare)
        done = request.query_params.get("done", "")
        return HTMLResponse(
            page(
                "session/talk",
                session=session,
                names=reading.names,
                remarks=review.remarks(session.entries),
                blocks=blocks,
                line_of=timeline.rows(reading),
                history=actions.history(session),
                done=actions.told(session, int(done) if done.isdecimal() else 0),
                seconds=record.seconds(session),
                rounds=record.rounds(session),
                ending=ENDINGS[record.outcome(session)],
            )
        )

    async def turn(self, request: Request) -> Response:
        """What may be noted about one line."""
        session, number = self._session(request), request.path_params["number"]
        return HTMLResponse(
            page(
                "session/turn",
                session=session,
                names=record.names(session),
                line=self._line(session, number),
            )
        )

    async def change_turn(self, request: Request) -> Response:
        """Note something about one line, and go back to it."""
        session, number = self._session(request), request.path_params["number"]
        self._line(session, number)
        notes = actions.about_turn(session, number, await _form(request))
        return self._noted(session, notes, f"#turn-{number}")

    async def change_session(self, request: Request) -> Response:
        """Rename a partner, note something on all of it, or take a note back."""
        session = self._session(request)
        notes, where = actions.about_session(session, await _form(request))
        return self._noted(session, notes, where)

    async def sound(self, request: Request) -> Response:
        """The sound of one turn, or the part of it that is asked for."""
        session, number = self._session(request), request.path_params["number"]
        changed = review.changes(session.entries, session.header.names)
        nothing = number in changed.passages or number > len(session.entries)
        flac = None if nothing else self._library.clip(session.header.id, number)
        if flac is None:
            raise HTTPException(404)
        status, headers, content = part_of(flac, request.headers.get("range"))
        return Response(content, status, headers, media_type="audio/flac")

    def _session(self, request: Request) -> Session:
        name = request.path_params["name"]
        if not self._library.has(name):
            raise HTTPException(404)
        return self._library.session(name)

    def _line(self, session: Session, number: int) -> dialogue.Line:
        clips = self._library.clips(session.header.id)
        blocks = dialogue.blocks(read(session), clips, self._compare)
        for item in (item for block in blocks for item in block.items):
            if isinstance(item, dialogue.Line) and item.number == number:
                return item
        raise HTTPException(404)

    def _noted(self, session: Session, notes: tuple[Entry, ...], where: str) -> Response:
        name, done = session.header.id, ""
        if notes:
            added = self._library.add_notes(name, *notes)
            done = f"?done={added[-1].number}"
        return RedirectResponse(f"/sessions/{name}{done}{where}", 303)


def _asking(name: str, session: Session, **more: Any) -> Response:
    """A page that asks something about the whole of a session."""
    about = {"names": record.names(session), "seconds": record.seconds(session)}
    return HTMLResponse(page(name, session=session, **about, **more))


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; of several of one name the last."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    try:
        body = (await request.body()).decode("ascii")
        fields = parse_qsl(body, keep_blank_values=True, max_num_fields=FIELDS, errors="strict")
    except ValueError:  # no such letters, or too many fields
        raise HTTPException(400) from None
    return dict(fields)


_TOLD = {
    400: "That form could not be read.",
    404: "There is no such page. A session may have been forgotten meanwhile.",
    405: "That cannot be done here.",
    415: "That form could not be read.",
}


async def _trouble(request: Request, error: Exception) -> Response:
    """What went wrong, in a sentence and with what to do, on a page."""
    status, sentence, hint = 500, "Something went wrong inside voicecoach.", ""
    if isinstance(error, HTTPException):
        status, sentence = error.status_code, _TOLD.get(error.status_code, "That did not work.")
    elif isinstance(error, VoicecoachError):
        status, sentence, hint = 409, f"{str(error)[:1].upper()}{str(error)[1:]}.", error.hint
    elif isinstance(error, ValueError):
        sentence = "This session was kept by another version, which this one cannot read."
        hint = "Update voicecoach."
    return HTMLResponse(page("trouble", sentence=sentence, hint=hint), status)
