"""The catalogue of mistakes: each is a wrong rule that exists, shows, and says something."""

import re
from collections.abc import Mapping
from functools import cache

import pytest

from grader.cnn.mistakes import CATALOGUE
from grader.cnn.network import read_network
from grader.cnn.network_lines import network_worksheet
from grader.formula import read
from grader.mistakes import Mistake
from grader.worksheet import Cells, Line, Rule, Worksheet

IMAGE = {"channels": 3, "height": 75, "width": 101}


def _layer(op: str, **fields: object) -> dict[str, object]:
    return {"id": "probe", "op": op, **fields}


CONV: dict[str, object] = {"filters": 8, "kernel": 3}
# One small network for each writing of a rule that some mistake replaces.
NETWORKS: list[list[dict[str, object]]] = [
    [
        _layer("conv", **CONV, stride=2, padding="same"),
        {**_layer("conv", **CONV), "id": "second"},
        {**_layer("conv", **CONV), "id": "third"},
    ],
    [_layer("conv", **CONV, stride=2, padding=1)],
    [_layer("conv", **CONV, stride=2, padding=[[1, 2], [0, 1]])],
    [_layer("conv", **CONV, dilation=2)],
    [_layer("conv", **CONV, bias=False)],
    [_layer("conv", filters=9, kernel=3, groups=3)],
    [_layer("conv", filters=9, kernel=3, groups=3, bias=False)],
    [_layer("depthwise_conv", kernel=3)],
    [_layer("depthwise_conv", kernel=3, bias=False)],
    [_layer("separable_conv", **CONV)],
    [_layer("transposed_conv", **CONV, stride=2, padding="same")],
    [_layer("transposed_conv", **CONV, stride=2)],
    [_layer("transposed_conv", **CONV, stride=2, padding=1)],
    [_layer("max_pool", kernel=4, stride=3, padding=1, ceil=True)],
    [_layer("batch_norm")],
    [_layer("dense", units=10)],
    [_layer("dense", units=10, bias=False)],
]


@cache
def _sheets() -> tuple[tuple[Worksheet, Cells], ...]:
    sheets = []
    for layers in NETWORKS:
        sheet = network_worksheet(read_network({"input": IMAGE, "batch": 5, "layers": layers}))
        sheets.append(sheet.with_lines(_conversions("inference.bytes")))
    return tuple((sheet, sheet.solve()) for sheet in sheets)


def _conversions(cell: str) -> list[Line]:
    factors: Mapping[str, int] = {"MiB": 2**20, "MB": 10**6, "KiB": 2**10, "kB": 1000}
    rules = {
        unit: Rule(f"unit.{unit}", read(f"bytes / {size}"), unit=unit)
        for unit, size in factors.items()
    }
    return [Line(f"{cell}.{unit}", rules[unit], {"bytes": cell}) for unit in rules]


@pytest.mark.parametrize("mistake", CATALOGUE.values(), ids=lambda mistake: mistake.id)
def test_a_mistake_changes_a_line_that_exists(mistake: Mistake) -> None:
    """Each mistake replaces a rule that the engine uses, and leads to another number there."""
    shown = 0
    for sheet, right in _sheets():
        variation = sheet.variation(mistake.rewrite)
        wrong = variation.solve(right)
        if wrong is not None:
            shown += any(wrong[name] != right[name] for name in variation.changed)

    assert shown >= 1


@pytest.mark.parametrize("mistake", CATALOGUE.values(), ids=lambda mistake: mistake.id)
def test_a_mistake_leads_on_without_a_number(mistake: Mistake) -> None:
    """Each sentence asks a question in both languages, and holds no number to copy."""
    if not mistake.accepted:
        assert mistake.says.in_("en").endswith("?"), "ends with the question that leads on"
        assert mistake.says.in_("zh").endswith("？"), "ends with the question that leads on"
    assert re.search("[\u4e00-\u9fff]", mistake.says.in_("zh"))
    digits = set(re.findall("[0-9]+", mistake.says.in_("en"))) - {"1", "1000", "1024"}
    assert not digits


def test_the_catalogue_is_of_some_size() -> None:
    """There are enough mistakes to explain most wrong answers, each under an id of its own."""
    assert len(CATALOGUE) >= 25
    assert list(CATALOGUE) == [mistake.id for mistake in CATALOGUE.values()]


STACK = {
    "input": {"channels": 3, "height": 200, "width": 300},
    "batch": 50,
    "layers": [
        {"id": f"conv{n}", "op": "conv", "filters": 100 * 2 ** (n - 1), "kernel": 3, "stride": 2}
        | {"padding": "same"}
        for n in (1, 2, 3)
    ],
}
MEBIBYTE = 2**20
# What each mistake leads to on three 3×3 convolutions, stride 2, SAME, of 100, 200, 400 maps on
# an RGB image of 200×300, worked by hand.
WORKED: list[tuple[str, str, int, str]] = [
    ("no-bias", "total.parameters", 902_700, "27*100 + 900*200 + 1800*400"),
    ("one-bias", "total.parameters", 902_703, "and one bias in each of the three layers"),
    ("out-for-in-channels", "total.parameters", 1_890_700, "9*(100² + 200² + 400²) + 700"),
    ("floor-for-ceil", "conv3.width", 37, "75/2 rounded down"),
    ("valid-for-same", "conv1.height", 99, "floor((200-3)/2) + 1"),
    ("stride-forgotten", "conv1.height", 200, "the size at stride 1"),
    ("all-layers-kept", "inference.pair_peak_bytes", 10_520_000, "6 + 3 + 1.52 million"),
    ("partial-sum-again", "inference.pair_peak_bytes", 15_000_000, "6 + (6 + 3) million"),
    ("largest-map-only", "inference.pair_peak_bytes", 6_000_000, "6 million"),
    ("parameters-forgotten", "inference.bytes", 9_000_000, "the maps alone"),
    ("bits-for-bytes", "inference.bytes", 8 * 12_613_600, "eight times as many"),
    ("values-for-bytes", "inference.bytes", 3_153_400, "a quarter of it"),
    ("batch-forgotten", "training.bytes", 14_853_600, "10,520,000 + 720,000 + 3,613,600"),
    ("parameters-forgotten", "training.bytes", 562_000_000, "526 + 36 million"),
    ("inputs-forgotten", "training.bytes", 529_613_600, "526,000,000 + 3,613,600"),
]


@pytest.mark.parametrize(("mistake", "line", "number", "why"), WORKED)
def test_a_mistake_leads_to_the_number_worked_by_hand(
    mistake: str, line: str, number: int, why: str
) -> None:
    """The wrong rule propagates to the number that a student who makes the mistake gets."""
    sheet = network_worksheet(read_network(STACK))
    wrong = sheet.variation(CATALOGUE[mistake].rewrite).solve(sheet.solve())

    assert wrong is not None
    assert number == wrong[line], why


def test_the_chain_of_roundings_is_the_one_that_is_taught() -> None:
    """5.7 + 2.9 + 1.4 MiB times 50, with 34.3 and 3.4 more, is 537.7 MiB."""
    sheet = network_worksheet(read_network(STACK))
    rounded = sheet.variation(CATALOGUE["rounded-early"].rewrite).solve(sheet.solve())

    assert rounded is not None
    assert rounded["training.bytes"] * 10 == 5377 * MEBIBYTE
    assert CATALOGUE["rounded-early"].accepted
