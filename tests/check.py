"""Everything the project checks: format, lint, types, layers, tests and doctests.

    python tests/check.py [--fast] [pytest arguments]

As root on Debian it installs the packages that the virtual sound card, the sample maker and the
pages of `review` need; elsewhere the tests that need them skip and say so. `--fast` leaves out what
is marked slow or live.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
DEBIAN = (
    "pulseaudio", "pulseaudio-utils", "libportaudio2", "libasound2-plugins", "flite", "chromium",
)  # fmt: skip
"""A private sound card for the live tests, the voices of the samples, a browser for the pages."""

SAME_EXAMPLES = "--hypothesis-profile=ci"
"""What is drawn for a property is the same each time, so that a failure is a fault and no luck;
pytest alone draws anew."""


def main(arguments: list[str]) -> int:
    """Run every check, even after one has failed; 0 if all passed."""
    os.chdir(CHECKOUT)
    fast = "--fast" in arguments
    rest = [argument for argument in arguments if argument != "--fast"]
    if not fast:
        install_debian_packages()
    python = sys.executable
    pytest = [python, "-m", "pytest", "-q"]
    tests = [*pytest, SAME_EXAMPLES, "tests", *rest]
    checks = {
        "format": [python, "-m", "ruff", "format", "--check", "--quiet", "."],
        "lint": [python, "-m", "ruff", "check", "--quiet", "."],
        "types": [python, "-m", "mypy"],
        "layers": [python, "-c", "from importlinter.cli import lint_imports; exit(lint_imports())"],
        "doctests": [*pytest, "--doctest-modules", "voicecoach"],
        "tests": tests + (["-m", "not slow and not live"] if fast else []),
    }
    failed = [name for name, command in checks.items() if not passes(name, command)]
    if failed:
        print(f"\nNot all is well: {', '.join(failed)}")
        return 1
    print("\nAll is well.")
    return 0


def passes(name: str, command: list[str]) -> bool:
    """Run one check and show what it says."""
    print(f"== {name}", flush=True)
    return subprocess.run(command, check=False).returncode == 0


def install_debian_packages() -> None:
    """Install what is missing where that is possible; the tests say what they skip otherwise."""
    apt = shutil.which("apt-get")
    present = all(map(shutil.which, ("pulseaudio", "flite", "chromium")))
    if present or apt is None or os.geteuid() != 0:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *DEBIAN]):
        print(f"== apt-get {command[0]}", flush=True)
        subprocess.run(
            [apt, "-qq", *command], check=False, env=environment, stdout=subprocess.DEVNULL
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
