"""`voicecoach review`: the library in the browser, served from this machine to this machine."""

from __future__ import annotations

import argparse

from voicecoach.commands.library.sessions import add_library, library_file
from voicecoach.errors import UsageError


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "review",
        help="look at what was kept in the browser: hear it, correct it, compare",
        description="Opens the library in the browser: who said what, with its sound where that "
        "was kept, corrections, notes and figures. The pages are served from this machine to this "
        "machine alone, and only to the browser that was opened. Ctrl-C ends it.",
    )
    add_library(parser)
    parser.add_argument(
        "--port",
        type=int,
        default=0,
        metavar="N",
        help="the port to serve on (default: a free one)",
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="print the address to open, and do not open it"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve the pages until Ctrl-C. Raises UsageError (nothing kept, port taken), LibraryError."""
    import sys
    import threading
    import webbrowser

    from voicecoach.commands.library.comparing import comparison
    from voicecoach.session.library import Library
    from voicecoach.web.app import Review
    from voicecoach.web.server import listen, serve

    def ready(url: str) -> None:
        print(url, flush=True)
        print(
            "Open this address in a browser here; it works once. Ctrl-C ends it.", file=sys.stderr
        )
        if not args.no_browser:
            # Some browsers keep whoever opens them waiting until they are closed.
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    file = library_file(args)
    with Library(file) as library:
        if not library.ids():
            raise UsageError(f"there is no session in {file} yet", "Hold one with: voicecoach talk")
        with listen(args.port) as sock:
            serve(Review(library, comparison()).app(), sock, ready)
    return 0
