"""The wheel, installed outside the checkout: all that the demo needs travels in it.

It is built by this environment's own build backend and put into a fresh environment, which sees
the dependencies of this one through a `.pth` file: so nothing is downloaded, and the checkout,
even where it is installed here as editable, is not seen (a `.pth` file in a folder that itself
was added by one is not read).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
SAMPLES = ("adversarial", "clean", "corrections")

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, seconds: int = 240) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        timeout=seconds,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as the build backend makes it from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir")
    done = run(sys.executable, "-m", "pip", "wheel", *options, folder, CHECKOUT, cwd=folder)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment that has the wheel."""
    home = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    (site,) = (home / "lib").glob("python*/site-packages")
    ours = [p for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
    (site / "dependencies.pth").write_text("\n".join(ours) + "\n")
    options = ("install", "--quiet", "--no-deps", "--no-index", "--force-reinstall")
    pip = (sys.executable, "-m", "pip", "--python", python)
    done = run(*pip, *options, wheel, cwd=home)
    assert done.returncode == 0, done.stderr
    return python.parent


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def test_all_that_ships_is_in_the_wheel(wheel: Path) -> None:
    """Samples with their scripts, languages, pages, list of models, word table, licences."""
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    shipped = "voicecoach/shipped"
    for sample in SAMPLES:
        assert {f"{shipped}/samples/{sample}.flac", f"{shipped}/samples/{sample}.txt"} <= names
    assert f"{shipped}/models/manifest.toml" in names
    assert any(re.fullmatch(f"{shipped}/models/meaning-static/.+[.]npz", name) for name in names)
    languages = {p.name for p in (CHECKOUT / "voicecoach/dialogue/languages").glob("*.toml")}
    assert languages
    assert {f"voicecoach/dialogue/languages/{name}" for name in languages} <= names
    web = CHECKOUT / "voicecoach/web"
    pages = [*web.glob("templates/**/*.html"), *web.glob("static/*.*")]
    assert {path.suffix for path in pages} == {".html", ".css", ".js", ".svg"}
    assert {path.relative_to(CHECKOUT).as_posix() for path in pages} <= names
    assert {Path(name).name for name in names if "/licenses/" in name} >= {"LICENSE", "NOTICE"}


def test_nothing_else_is_in_the_wheel(wheel: Path) -> None:
    """No tests, no caches, no fetched models: the package and its description alone."""
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"voicecoach"}
    strange = [n for n in names if re.search(r"(^|/)(tests?|__pycache__|\.[^/]*)/|\.pyc$", n)]
    assert strange == []
    models = {name.split("/")[3] for name in names if name.startswith("voicecoach/shipped/models/")}
    assert models == {"manifest.toml", "meaning-static"}


def test_the_installed_program_is_not_the_checkout(installed: Path, empty: Path) -> None:
    """What runs is the wheel: the module lies in the fresh environment."""
    code = "import voicecoach; print(voicecoach.__file__)"
    done = run(installed / "python", "-c", code, cwd=empty)
    assert Path(done.stdout.strip()).is_relative_to(installed.parent), done.stderr


def test_it_tells_its_version(installed: Path, empty: Path) -> None:
    """The version on the command line is the one in pyproject.toml."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    done = run(installed / "voicecoach", "--version", cwd=empty)
    assert (done.returncode, done.stdout) == (0, f"voicecoach {project['version']}\n")


def test_the_demo_leads_its_dialogue_to_the_end(installed: Path, empty: Path) -> None:
    """In an empty folder, from the wheel alone; and it leaves the folder empty."""
    done = run(installed / "voicecoach", "demo", "--fast", cwd=empty)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "The dialogue is complete." in done.stdout
    assert "mirror" in done.stdout
    assert list(empty.iterdir()) == []
