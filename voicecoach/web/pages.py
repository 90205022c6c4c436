"""Templates filled in: everything that comes from a session is escaped, wherever it stands."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicecoach.session.export import clock

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@cache
def static() -> dict[str, tuple[str, bytes]]:
    """The files that pages load by their names, each with its media type: these and no others."""
    return {
        path.name: (KINDS[path.suffix], path.read_bytes())
        for path in sorted((FOLDER / "static").iterdir())
        if path.suffix in KINDS
    }


def page(name: str, **values: Any) -> str:
    """The template `name` with these values, as HTML."""
    return _environment().get_template(f"{name}.html").render(values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(clock=clock, day=day, figure=figure, moment=moment, minutes=minutes)
    return environment


def day(started: str) -> str:
    """A moment in UTC as the day and time of this machine's place.

    >>> day("2026-03-01T18:30:05+00:00")[-5] in "0123456789:"
    True
    """
    return f"{datetime.fromisoformat(started).astimezone():%-d %B %Y, %H:%M}"


def moment(started: str) -> str:
    """The same, short, to be sorted by the eye."""
    return f"{datetime.fromisoformat(started).astimezone():%Y-%m-%d %H:%M}"


def minutes(seconds: float) -> str:
    """Seconds as minutes to read, at least one.

    >>> minutes(20), minutes(95.0)
    ('1 min', '2 min')
    """
    return f"{max(1, round(seconds / 60))} min"


def figure(value: float | None) -> str:
    """A number to read: whole ones as such, a dash where there is none.

    >>> figure(2.0), figure(1.5), figure(84.26), figure(None)
    ('2', '1.5', '84', '-')
    """
    if value is None:
        return "-"
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
