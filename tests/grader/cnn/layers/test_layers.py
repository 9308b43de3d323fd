"""Each operation against rows worked by hand; published receptive fields."""

from pathlib import Path
from typing import Any

import pytest

from cards.documents.strict_yaml import read_documents
from cards.networks.files import read_network_file
from grader.cnn.layers.operations import OPERATIONS
from grader.cnn.network import LAYER_KEYS, read_network
from grader.cnn.solving import solve

VECTORS = Path(__file__).parents[3] / "vectors" / "layers.yaml"
ROWS: list[dict[str, Any]] = read_documents(VECTORS.read_bytes(), VECTORS.name)[0][0].value
ON_IMAGES = [row for row in ROWS if len(row["input"]) == 3]
SHAPE = ("channels", "height", "width")

# Layers with the field and the jump of their places; Araujo, Norris, Sim: Computing receptive
# fields of convolutional neural networks (2019), table 1.
FIELDS = [
    ("alexnet", "pool5", 195, 32),
    ("vgg16", "pool5", 212, 32),
    ("resnet50_v1", "stage4.rest.2.relu3", 483, 32),
]


def shape(sizes: list[int]) -> dict[str, int]:
    """A row's sizes by name."""
    return dict(zip(SHAPE if len(sizes) == 3 else ("units",), sizes, strict=True))


def solved(row: dict[str, Any]) -> dict[str, Any]:
    """What the engine says of a row's layer."""
    network = {"input": shape(row["input"]), "layers": [{"id": "layer", **row["layer"]}]}
    (layer,) = solve(read_network(network))["layers"]
    return dict(layer)


def named(row: dict[str, Any]) -> str:
    """A row as the test's name has it."""
    return f"{row['layer']['op']}: {row['why']}"


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_a_layer_by_hand(row: dict[str, Any]) -> None:
    """A layer's shape, parameters, statistics and multiply-adds are the row's."""
    layer = solved(row)

    assert shape(row["output"]) == layer["output"]
    for figure in ("parameters", "statistics", "multiply_adds"):
        assert row.get(figure, 0) == layer[figure], figure


@pytest.mark.parametrize("row", ON_IMAGES, ids=named)
def test_what_a_layer_sees_by_hand(row: dict[str, Any]) -> None:
    """On maps, the field of an output, where it begins and its jump are the row's."""
    layer = solved(row)
    jump = layer["jump"]

    assert row.get("field", 1) == layer["receptive_field"]["height"]
    assert row.get("start", 0) == layer["start"]["height"]
    assert (row.get("jump", 1) if len(row["output"]) == 3 else None) == (jump and jump["height"])


@pytest.mark.parametrize("row", [row for row in ROWS if row not in ON_IMAGES], ids=named)
def test_units_see_no_places(row: dict[str, Any]) -> None:
    """On units there are no places to see."""
    layer = solved(row)

    assert layer["receptive_field"] is layer["jump"] is layer["start"] is None


def test_every_operation_and_field_has_a_row() -> None:
    """No operation, and no field of one, is without a row."""
    written = {(row["layer"]["op"], key) for row in ROWS for key in row["layer"]}
    fields = {(name, key) for name, operation in OPERATIONS.items() for key in operation.fields}

    assert set() == set(OPERATIONS) - {row["layer"]["op"] for row in ROWS}
    assert set() == fields - written
    assert set() == {key for _, key in written - fields} - set(LAYER_KEYS)


@pytest.mark.parametrize(("name", "layer", "field", "jump"), FIELDS)
def test_published_receptive_fields(name: str, layer: str, field: int, jump: int) -> None:
    """The receptive fields of known networks are the published ones."""
    layers = {each["id"]: each for each in solve(read_network_file(name))["layers"]}

    assert {"height": field, "width": field} == layers[layer]["receptive_field"]
    assert {"height": jump, "width": jump} == layers[layer]["jump"]
