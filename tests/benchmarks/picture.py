"""Draw the terminal display of a sample dialogue: `samples/terminal.svg`, shown in the README.

    python -m tests.benchmarks.picture [--check]

The script of the sample is rehearsed, so that neither clock nor recogniser changes the picture; it
shows the moment at which the second speaker is asked whether there is more. Prints where the
picture is and how many lines it shows, as JSON; `--check` writes nothing and ends with 1 where the
picture is not what the program shows now.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from voicecoach.coach.loop import Coach, Settings
from voicecoach.coach.speaking import Mouth
from voicecoach.dialogue.imago import Imago
from voicecoach.dialogue.messages import Began, Consent
from voicecoach.engines.meaning import open_word_table
from voicecoach.engines.scripted import ScriptedEar, SilentVoice, read_script
from voicecoach.engines.soundfiles import SilentLoudspeaker
from voicecoach.session.entries import new_header
from voicecoach.session.keeper import Keeper
from voicecoach.session.library import Library
from voicecoach.terminal import Living

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
PICTURE = SAMPLES / "terminal.svg"

COLUMNS = 80
LEVEL_DB = -27.0
"""What the meter shows: somebody is speaking."""

MOMENT = {"kind": "announce", "key": "more", "round": 2}
"""The line after which the picture is taken."""


class Painter(Living):
    """The display of a terminal, its foot drawn once: at the moment of the picture."""

    def __init__(self) -> None:
        shown = Console(
            file=io.StringIO(),
            width=COLUMNS,
            record=True,
            force_terminal=True,
            color_system="truecolor",
            highlight=False,
            legacy_windows=False,
        )
        super().__init__(shown)
        self.svg = ""

    def show(self, line: Mapping[str, Any]) -> None:
        """Print the line; take the picture when its moment has come."""
        if self.svg:
            return
        super().show(line)
        if all(line.get(key) == value for key, value in MOMENT.items()):
            self.watch(LEVEL_DB)
            self.console.print(self.foot())
            self.svg = without_fonts(
                self.console.export_svg(title="voicecoach talk", unique_id="terminal")
            )


def without_fonts(svg: str) -> str:
    """The drawing without the fonts it would fetch from the network: it takes what is there."""
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)


def painted(script: Path = SAMPLES / "clean.txt") -> str:
    """The picture of the script as SVG. Raises RuntimeError where its moment never comes."""
    written, painter = read_script(script), Painter()
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "library") as library:
        keeper = Keeper(library, new_header(written.names, recogniser="script"), Consent.NOTHING)
        mouth = Mouth(SilentVoice(), SilentLoudspeaker())
        settings = Settings(meaning=open_word_table())
        ear = ScriptedEar(written)
        coach = Coach(ear, mouth, keeper, Imago(), painter.show, settings=settings)
        coach.run(Began(*written.names))
    if not painter.svg:
        raise RuntimeError(f"{script.name} never comes to {MOMENT}")
    return painter.svg


def lines_of(svg: str) -> list[str]:
    """The words of a picture, line by line, and the styles it uses: all that matters in it.

    Versions of the library that draws differ in the numbers they place things with.
    """
    lines: dict[str, list[str]] = {}
    for y, text in re.findall(r'<text [^>]*? y="([\d.]+)"[^>]*>(.*?)</text>', svg, re.DOTALL):
        lines.setdefault(y, []).append(html.unescape(text).replace("\xa0", " "))
    styles = sorted(set(re.findall(r"-r\d+ \{ (.*?) \}", svg)))
    return ["".join(parts).rstrip() for parts in lines.values()] + styles


def main() -> int:
    """Draw it, or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    svg = painted()
    same = PICTURE.exists() and lines_of(PICTURE.read_text(encoding="utf-8")) == lines_of(svg)
    if not args.check:
        PICTURE.write_text(svg, encoding="utf-8")
    print(json.dumps({"picture": str(PICTURE), "lines": len(lines_of(svg)), "as_before": same}))
    return 1 if args.check and not same else 0


if __name__ == "__main__":
    sys.exit(main())
