"""`voicecoach models`: which speech models there are, fetch one, see whether they are whole."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its three parts."""
    parser = commands.add_parser(
        "models",
        help="list, fetch or check the speech models",
        description="The models that turn speech into text. The embedded one needs nothing; a "
        "Whisper model understands free speech far better and is fetched once.",
    )
    parts = parser.add_subparsers(dest="part", metavar="PART", required=True)
    listing = parts.add_parser("list", help="the models there are, and which ones are here")
    listing.set_defaults(run=run_list)
    fetching = parts.add_parser("fetch", help="fetch a model, or go on where that stopped")
    fetching.add_argument("name", metavar="NAME", help="a name that `models list` shows")
    fetching.set_defaults(run=run_fetch)
    checking = parts.add_parser("check", help="read every byte of the models that are here")
    checking.add_argument("name", metavar="NAME", nargs="?", help="only this model, or a folder")
    checking.set_defaults(run=run_check)
    for part in (listing, checking):
        part.add_argument("--json", action="store_true", help="one JSON object a line on stdout")


def run_list(args: argparse.Namespace) -> int:
    """Show the models of the manifest."""
    import json

    from voicecoach.engines import models

    for model in (*models.known(), *models.known_voices()):
        folder = models.find(model.name)
        if args.json:
            about = {"name": model.name, "megabytes": model.megabytes, "knows": model.knows}
            where = str(folder) if folder else None
            print(json.dumps(about | {"gain": model.gain, "folder": where}))
        else:
            state = "here" if folder else "-"
            knows = "English" if model.knows == "en" else "many languages"
            print(f"{model.name:15} {model.megabytes:5} MB  {state:4}  {knows:14}  {model.gain}")
    if not args.json:
        print(models.recogniser_spec(None)[1])
    return 0


def run_fetch(args: argparse.Namespace) -> int:
    """Fetch one with a progress bar. Raises ModelError; what has arrived is kept."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    from voicecoach.engines import models

    model = models.known_model(args.name)
    bar = Progress(
        "{task.description}",
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    with bar:
        task = bar.add_task(model.name, total=model.megabytes * 1_000_000)
        folder = models.fetch(
            model.name, lambda there, whole: bar.update(task, completed=there, total=whole)
        )
        bar.update(task, completed=folder_size(folder), total=folder_size(folder))
    print(f"{model.name} is in {folder} and will be used from now on.", file=sys.stderr)
    if model.is_voice:
        from voicecoach.engines.voices.piper import installed

        if not installed():
            print("  It needs one more thing: pip install 'voicecoach[piper]'", file=sys.stderr)
    return 0


def folder_size(folder: Path) -> int:
    """Bytes of the files in the folder."""
    return sum(path.stat().st_size for path in folder.iterdir())


def run_check(args: argparse.Namespace) -> int:
    """Check one or all; 4 where one of them is not whole. Raises ModelError for no such model."""
    import json

    from voicecoach.engines import models
    from voicecoach.errors import ModelError

    bad = 0
    for folder in _to_check(args.name):
        sentence, hint = "", ""
        try:
            models.check(folder, checksums=True)
        except ModelError as error:
            bad += 1
            sentence, hint = str(error), error.hint
        if args.json:
            result: dict[str, Any] = {"name": folder.name, "folder": str(folder)}
            print(json.dumps(result | {"whole": not sentence, "problem": sentence or None}))
        else:
            print(f"{folder.name}: {sentence or f'whole, in {folder}'}")
            if hint:
                print(f"  {hint}", file=sys.stderr)
    return ModelError.exit_code if bad else 0


def _to_check(name: str | None) -> list[Path]:
    """The folder of that model, or all that are here."""
    from voicecoach.engines import models
    from voicecoach.errors import ModelError

    if name is None:
        all_known = (*models.known(), *models.known_voices())
        folders = [folder for model in all_known if (folder := models.find(model.name))]
        if not folders:
            print(
                "No Whisper model is here.\n  Fetch one with: voicecoach models fetch base.en",
                file=sys.stderr,
            )
        return folders
    folder = models.find(name)
    if folder is None:
        raise ModelError(f"The model {name} is not here.", "See: voicecoach models list")
    return [folder]
