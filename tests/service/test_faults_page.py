"""docs/explanation/faults.md names tests; each of them is there."""

import re

from tests.service.world.servers import ROOT

NAMED = re.compile(r"`(test_\w+)")


def test_the_page_names_tests_that_exist() -> None:
    """A fault whose test was renamed or removed would otherwise be claimed for ever."""
    named = set(NAMED.findall((ROOT / "docs/explanation/faults.md").read_text(encoding="utf-8")))
    folder = ROOT / "tests"
    there = {
        name
        for path in folder.rglob("test_*.py")
        for name in [
            path.stem,
            *re.findall(r"^def (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE),
        ]
    }
    assert len(named) > 20
    assert set() == named - there
