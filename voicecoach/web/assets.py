"""The styles and scripts of the pages, for whichever application serves them."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from voicecoach.web.pages import static


async def asset(request: Request) -> Response:
    """A style or a script."""
    kind, content = static().get(request.path_params["name"], ("", b""))
    if not kind:
        raise HTTPException(404)
    return Response(content, media_type=kind)


ROUTE = Route("/static/{name}", asset)
"""Where all templates look for them."""
