"""A running Anki for the tests; who asks for them without one is told what is missing."""

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
        pytest.skip(f"no {', '.join(missing)}; CONTRIBUTING says how they are installed")
    # A socket's path may not be long, and a test's folder is.
    with tempfile.TemporaryDirectory() as folder, desktop(Path(folder)) as running:
        yield running
