"""`voicecoach encrypt`: make the library one that only a passphrase opens."""

from __future__ import annotations

import argparse

from voicecoach.commands.library.sessions import add_library, library_file


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "encrypt",
        help="make the library one that only a passphrase opens",
        description="Encrypts the library, also one that is still to be filled; what was there "
        "is overwritten. The passphrase is asked for on the terminal, twice, or taken from the "
        "system's keyring if it is there under the service voicecoach and the library's path. "
        "Without it nobody reads the library again, you neither. Nobody may have it open "
        "meanwhile. Backups are encrypted with it, exports are not.",
    )
    parser.add_argument("--off", action="store_true", help="make it one that is not encrypted")
    add_library(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Encrypt or decrypt; 0 also where there is nothing to do. Raises UsageError, LibraryError."""
    import sys

    from voicecoach.errors import UsageError
    from voicecoach.session.library.whole import decrypt, encrypt

    file = library_file(args)
    if args.off:
        if not file.exists():
            raise UsageError(f"there is no library {file}", "See --library.")
        changed = decrypt(file)
        said = f"The library {file} is not encrypted{' any more' if changed else ''}."
    else:
        changed = encrypt(file)
        said = f"The library {file} is encrypted{'' if changed else ' already'}."
        if changed:
            said += " Keep its passphrase: nobody can read it without."
    print(said, file=sys.stderr)
    return 0
