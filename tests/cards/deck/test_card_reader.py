"""The reader inside Anki cards, held to the same rows and the same answers as the homework's."""

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from cards.deck.note_types import source
from grader.reading import Reading, read_answer
from tests.cards.deck.anki_screen import browser

pytestmark = pytest.mark.browser

Row = dict[str, Any]

VECTORS = Path(__file__).parents[2] / "vectors" / "answers.yaml"
READ = """return rows.map((row) => {
  const asked = { unit: row.unit || "", percent: !!row.percent, binary: !!row.binary_prefixes };
  const reading = readAnswer(row.raw, asked);
  if (reading.unreadable) return { ...reading.unreadable };
  return { value: reading.value.join("/"), echo: reading.text, unit: reading.unit };
});"""


def rows() -> list[Row]:
    """The shared rows."""
    read: list[Row] = yaml.safe_load(VECTORS.read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def card_reader(chromium: str) -> Iterator[Callable[[list[Row]], list[Row]]]:
    """Reads rows with the card's script."""
    with browser(chromium) as launched:
        page = launched.new_page()
        yield lambda asked: list(
            page.evaluate(f"(rows) => {{ {source('reader.js')} {READ} }}", asked)
        )


@pytest.fixture(scope="module")
def read(card_reader: Callable[[list[Row]], list[Row]]) -> dict[str, Row]:
    """What the card's reader makes of each row, by the row's why and text."""
    found = card_reader(rows())
    return {identity(row): one for row, one in zip(rows(), found, strict=True)}


PIECES = [
    *"0123456789" * 3,
    *".,+-*/()^ e%²³⁻×，１２。",
    "**",
    "//",
    "sqrt(",
    "ceil(",
    "round(",
    "MiB",
    " kB",
    "e5",
    "1,000",
    "12 500",
    "10",
    "log2(",
    "abs(",
    " bytes",
    *"='’x√$",
    *("x10^", "=", "'000", " pct", " MB.", "\u2010", "\u2066"),
]


def identity(row: Row) -> str:
    """A name for the row."""
    return f"{row['raw']}, {row['why']}"


def test_the_rows_are_distinct() -> None:
    """Every row has a name of its own, a why and a source."""
    names = [identity(row) for row in rows()]
    assert sorted(set(names)) == sorted(names)
    assert all(row["why"] and row["source"] for row in rows())


@pytest.mark.parametrize("row", rows(), ids=identity)
def test_the_card_reads_as_the_row_says(read: dict[str, Row], row: Row) -> None:
    """The value, the echo, or why and where it can't be read."""
    found = read[identity(row)]
    if "unreadable" in row:
        assert row["unreadable"] in found["en"]
        assert row.get("place", found["place"]) == found["place"]
        assert found["zh"]
    elif "about" in row:
        assert float(row["about"]) == pytest.approx(float(Fraction(found["value"])), rel=1e-11)
    else:
        assert Fraction(row["value"]) == Fraction(found["value"])
        assert row.get("echo", found["echo"]) == found["echo"]


@pytest.mark.parametrize("row", rows(), ids=identity)
def test_the_card_reads_as_the_homework_does(read: dict[str, Row], row: Row) -> None:
    """Both readers agree on the value, the unit and the echo, or on the place of the fault."""
    asked = {name: row[name] for name in ("unit", "percent", "binary_prefixes") if name in row}
    reading = read_answer(row["raw"], **asked)
    found = read[identity(row)]
    if isinstance(reading, Reading):
        assert (reading.unit, reading.text) == (found["unit"], found["echo"])
        assert "about" in row or reading.value == Fraction(found["value"])
    else:
        assert (reading.offset, reading.reason.in_("zh")) == (found["place"], found["zh"])


def test_both_readers_agree_on_anything(card_reader: Callable[[list[Row]], list[Row]]) -> None:
    """On texts put together at random both read the same number, or neither reads one."""
    dice = random.Random(20261124)  # noqa: S311 -- dice, no secret
    asked: list[Row] = [
        {
            "raw": "".join(dice.choices(PIECES, k=dice.randint(1, 9))),
            "unit": dice.choice(["", "B", "MiB"]),
            "percent": dice.random() < 0.3,
        }
        for _ in range(4000)
    ]
    readable = 0
    for row, found in zip(asked, card_reader(asked), strict=True):
        reading = read_answer(row["raw"], unit=row["unit"], percent=row["percent"])
        assert isinstance(reading, Reading) == ("value" in found), row
        if isinstance(reading, Reading):
            readable += 1
            apart = abs(Fraction(found["value"]) - reading.value)
            assert apart * 10**11 <= max(reading.value, -reading.value), row
    assert readable > 500
