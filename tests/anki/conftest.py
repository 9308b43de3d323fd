"""A running Anki for the tests; without one they are skipped, which CI counts as a failure."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.anki.desktop import Desktop, desktop, missing_programs

# It runs inside of Anki.
collect_ignore = ["agent"]


@pytest.fixture
def anki() -> Iterator[Desktop]:
    """A fresh Anki."""
    if missing := missing_programs():
        pytest.skip(f"no {', '.join(missing)}; `python3 dev.py test` as root installs them")
    # A socket's path may not be long, and a test's folder is.
    with tempfile.TemporaryDirectory() as folder, desktop(Path(folder)) as running:
        yield running
