"""Named networks come to what was published; a network file's faults have their lines."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cards.networks.files import NETWORKS, named_networks, read_network_file, with_lines
from cards.networks.steps import worked_steps
from grader.cnn.macros import expanded
from grader.cnn.solving import errors_as_json, solve
from grader.errors import NetworkError, UnknownNameError
from grader.formula import read

Row = dict[str, Any]

VECTORS = Path(__file__).parents[2] / "vectors" / "networks.yaml"
ROWS: list[Row] = yaml.safe_load(VECTORS.read_text(encoding="utf-8"))
BY_NAME = pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["name"]))
EXERCISE = """\
input: {channels: 3, height: 200, width: 300}
batch: 50
layers:
  - {id: conv1, op: conv, filters: 100, kernel: 3, stride: 2, padding: same}
  - {id: conv2, op: conv, filters: 200, kernel: 3, stride: 2, padding: same}
  - {id: conv3, op: conv, filters: 400, kernel: 3, stride: 2, padding: same}
"""
MACROS = """\
input: {channels: 3, height: 8, width: 8}
blocks:
  pair:
    numbers: {width: }
    layers:
      - {id: first, op: conv, filters: width, kernel: 3}
      - id: second
        op: conv
        filters: width
        kernel: 0
layers:
  - {id: twice, block: pair, width: 3, repeat: 2}
  - id: again
    repeat: 1
    layers:
      - {id: last, op: conv, kernel: 1,
         filters: -1}
"""


@cache
def solved(name: str) -> Row:
    """A named network's figures."""
    return solve(read_network_file(name))


def faults(path: Path) -> list[str]:
    """A file's faults as people read them, from the file's name on."""
    with pytest.raises(NetworkError) as caught:
        read_network_file(str(path))
    return [str(fault).removeprefix(f"{path.parent}/") for fault in caught.value.faults]


def test_every_network_has_one_row() -> None:
    """The rows and the files that come with Gradeck have the same names."""
    assert sorted(row["name"] for row in ROWS) == list(named_networks())


@BY_NAME
def test_parameters(row: Row) -> None:
    """Parameters and statistics are the published ones, kept apart."""
    total = solved(row["name"])["total"]
    assert (row["parameters"], row.get("statistics", 0)) == (
        total["parameters"],
        total["statistics"],
    )


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if "multiply_adds" in row or "billions" in row],
    ids=lambda row: str(row["name"]),
)
def test_multiply_adds(row: Row) -> None:
    """Multiply-adds are the published ones to the last published digit."""
    found = solved(row["name"])["total"]["multiply_adds"]
    if "billions" in row:
        digits = len(row["billions"].partition(".")[2])
        assert row["billions"] == f"{found / 10**9:.{digits}f}"
    else:
        assert row["multiply_adds"] == found


@BY_NAME
def test_maps(row: Row) -> None:
    """The layers' maps have the sizes that the paper prints; `stage` is the last of its layers."""
    layers = {layer["id"]: layer["output"] for layer in solved(row["name"])["layers"]}
    found = {}
    for id_ in row["maps"]:
        last = [layer for layer in layers if layer == id_ or layer.startswith(f"{id_}.")][-1]
        found[id_] = list(layers[last].values())
    assert row["maps"] == found


@BY_NAME
def test_output(row: Row) -> None:
    """The last layer gives one number per class."""
    assert {"units": row["units"]} == solved(row["name"])["layers"][-1]["output"]


@BY_NAME
def test_sources(row: Row) -> None:
    """The head of a network's file names its sources and its parameters, before its name."""
    text = (NETWORKS / f"{row['name']}.yaml").read_text(encoding="utf-8")
    head = text[: text.index("\nname: ")]
    assert all(line.startswith("#") for line in head.splitlines())
    assert "# Source" in head
    assert f"{row['parameters']:,} parameters" in head.replace("\n# ", " ")


@BY_NAME
def test_totals_are_sums(row: Row) -> None:
    """Each total is the sum of its column; bytes are four to a parameter."""
    answer = solved(row["name"])
    total = answer["total"]
    for column in ("parameters", "statistics", "multiply_adds"):
        assert sum(layer[column] for layer in answer["layers"]) == total[column]
    assert 4 * row["parameters"] == total["parameter_bytes"]
    assert max(layer["alive_bytes"] for layer in answer["layers"]) == total["live_peak_bytes"]


@BY_NAME
def test_printed_totals_read_back(row: Row) -> None:
    """However deep the network is, its totals as they are printed have the values they print."""
    steps = worked_steps(read_network_file(row["name"]), None)
    assert "training.bytes" == steps[-1].name
    assert [step.value for step in steps] == [
        read(step.substituted.partition(" = ")[2]).value({}) for step in steps
    ]


def test_macros_save_writing() -> None:
    """A file with blocks says the same as its layers written out one by one."""
    raw = yaml.safe_load((NETWORKS / "resnet152.yaml").read_text(encoding="utf-8"))
    layers, found = expanded(raw["layers"], raw["blocks"], 10_000)
    assert ([], 151) == (found, sum(layer["op"] == "add" for layer in layers) * 3 + 1)
    assert [layer["id"] for layer in layers] == [
        layer["id"] for layer in solved("resnet152")["layers"]
    ]


def test_exercise_file(tmp_path: Path) -> None:
    """Three convolutions on images of 200×300 come to the exercise's figures."""
    path = tmp_path / "three.yaml"
    path.write_text(EXERCISE, encoding="utf-8")
    total = solve(read_network_file(str(path)))["total"]
    expected = {
        "parameters": 903_400,
        "pair_peak_bytes": 9_000_000,
        "inference_bytes": 12_613_600,
        "training_bytes": 565_613_600,
    }
    assert expected == {key: total[key] for key in expected}


def test_json_file(tmp_path: Path) -> None:
    """A JSON file is read as well."""
    path = tmp_path / "one.json"
    path.write_text('{"input": {"units": 3}, "layers": [{"id": "d", "op": "dense", "units": 2}]}')
    assert solve(read_network_file(str(path)))["total"]["parameters"] == 8


def test_a_long_json_file(tmp_path: Path) -> None:
    """A network of many thousand layers is read as JSON; its faults have ids, if no lines."""
    layers = [{"id": f"c{place}", "op": "conv", "filters": 4, "kernel": 1} for place in range(2000)]
    raw = {"input": {"channels": 3, "height": 8, "width": 8}, "layers": layers}
    path = tmp_path / "long.json"
    path.write_text(json.dumps(raw).replace(", ", "," + " " * 200), encoding="utf-8")
    assert 16 + 1999 * 20 == solve(read_network_file(str(path)))["total"]["parameters"]

    layers[1999]["kernel"] = 9
    path.write_text(json.dumps(raw).replace(", ", "," + " " * 200), encoding="utf-8")
    with pytest.raises(NetworkError) as caught:
        solve(read_network_file(str(path)))
    told = str(with_lines(caught.value, str(path)))
    assert told.startswith(f"{path}: c1999: kernel: expected an output that is not empty")

    path.write_text(json.dumps(raw).replace(", ", "," + " " * 200) + "]", encoding="utf-8")
    assert faults(path)[0].startswith("long.json: expected one JSON object")


def test_a_long_yaml_file(tmp_path: Path) -> None:
    """YAML that is too long is refused with what to write instead."""
    path = tmp_path / "long.yaml"
    path.write_text("# " + "x" * 1_000_000)
    (told,) = faults(path)
    assert told.startswith("long.yaml: expected at most 1,000,000 bytes, got more")
    assert told.endswith("; write it with repeat and blocks, or as JSON")


def test_faults_in_blocks(tmp_path: Path) -> None:
    """A fault of a layer that a macro wrote stands at its line in the block."""
    path = tmp_path / "macros.yaml"
    path.write_text(MACROS, encoding="utf-8")
    assert faults(path) == [
        "macros.yaml:10: twice.1.second: kernel: expected a whole number from 1, got 0",
        "macros.yaml:10: twice.2.second: kernel: expected a whole number from 1, got 0",
        "macros.yaml:17: again.1.last: filters: expected a whole number from 1, got -1",
    ]


def test_faults_of_numbers(tmp_path: Path) -> None:
    """Numbers that don't fit each other get their lines too, and keep the layer's id for JSON."""
    path = tmp_path / "large.yaml"
    path.write_text(EXERCISE.replace("kernel: 3, stride: 2, padding: same}", "kernel: 999}"))
    with pytest.raises(NetworkError) as caught:
        solve(read_network_file(str(path)))
    error = with_lines(caught.value, str(path))
    assert str(error).startswith(f"{path}:4: conv1: kernel: ")
    assert errors_as_json(error)["errors"][0]["id"] == "conv1"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "bad.yaml: expected one network, got 0 documents"),
        ("input: {units: 1}\n---\nname: b\n", "bad.yaml:3: expected one network, got 2 documents"),
        ("input: {units: 010}\nlayers: []\n", "bad.yaml:1: input.units: expected a number without"),
        ("input: {units: 1\nlayers: []\n", "bad.yaml:1: expected YAML, got"),
        ("- 1\n", "bad.yaml:1: expected a network: a mapping"),
        ("input: {units: 1}\nlayers: 3\n", "bad.yaml:2: layers: expected a list of layers, got 3"),
        ("input: {units: 1}\nlayers:\n  - 3\n", "bad.yaml:3: layers[1]: expected a layer"),
        ("input: {units: 1}\nlayers:\n  - {op: relu}\n", "bad.yaml:3: layers[1]: id: expected"),
        (
            "input: {units: 1}\nlayers:\n  - {id: r, layers: [{id: x, op: relu}]}\n  - 3\n",
            "bad.yaml:4: layers[2]: expected a layer",
        ),
        ("input: {units: 1}\nlayers:\n  - {id: 3, op: relu}\n", "bad.yaml:3: layers[1]: id: "),
        ("input:\n  units: 0\nlayers: []\n", "bad.yaml:2: input: units: expected a whole number"),
    ],
)
def test_faults_have_lines(tmp_path: Path, text: str, fault: str) -> None:
    """What isn't one network is refused with the file's line."""
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    assert any(found.startswith(fault) for found in faults(path)), faults(path)


def test_file_that_is_not_there(tmp_path: Path) -> None:
    """A file that isn't there, and a folder, are faults of the user's, not errors of ours."""
    assert faults(tmp_path / "none.yaml")[0].startswith("none.yaml: expected a file, or one of ")
    assert faults(tmp_path)[0].endswith("got Is a directory")


@pytest.mark.parametrize("name", ["resnet51", "ResNet-50", "resnet_50"])
def test_nearest_name(name: str) -> None:
    """An unknown name is answered with the nearest one."""
    with pytest.raises(UnknownNameError, match="the nearest is 'resnet50'"):
        read_network_file(name)
