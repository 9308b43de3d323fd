"""The distribution: what is built from the tree is what is in the tree."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("cards", "grader", "service")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built as an installer would build it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("gradeck-*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_every_file_of_the_packages(wheel: zipfile.ZipFile) -> None:
    """Questions, templates, networks and types travel with the code that reads them."""
    command = ["git", "ls-files", "-z", *PACKAGES]
    kept = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = {name for name in kept.split("\0") if name and (ROOT / name).is_file()}
    assert set() == files - set(wheel.namelist())


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    """No tests, no benches: their names would collide with other people's."""
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.startswith("gradeck-")} == set(PACKAGES)


def test_the_wheel_gives_the_command_and_may_not_be_published(wheel: zipfile.ZipFile) -> None:
    """Its metadata names `gradeck` as a script, and the class that an index refuses."""
    (scripts,) = (name for name in wheel.namelist() if name.endswith("/entry_points.txt"))
    (metadata,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    assert "gradeck = cards.cli:main" in wheel.read(scripts).decode()
    assert "Classifier: Private :: Do Not Upload" in wheel.read(metadata).decode()
