"""`gradeck solve`: tables, JSON, lines of JSON, steps, drawings, and what is refused."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cards.cli import gradeck

STACK = """\
name: three convolutional layers
input: {channels: 3, height: 200, width: 300}
batch: 50
layers:
  - {id: conv1, op: conv, filters: 100, kernel: 3, stride: 2, padding: same}
  - {id: conv2, op: conv, filters: 200, kernel: 3, stride: 2, padding: same}
  - {id: conv3, op: conv, filters: 400, kernel: 3, stride: 2, padding: same}
"""
EMPTY = """\
input: {channels: 3, height: 4, width: 4}
layers:
  - {id: conv1, op: conv, filters: 10, kernel: 5}
"""


def _solve(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(gradeck, ["solve", *arguments], input=text)


@pytest.fixture
def stack(tmp_path: Path) -> str:
    """A file of the three layers."""
    file = tmp_path / "stack.yaml"
    file.write_text(STACK, encoding="utf-8")
    return str(file)


def test_the_table_adds_up(stack: str) -> None:
    """The table shows each layer, totals that are the sums of their columns, and the peak."""
    lines = _solve(stack).output.splitlines()
    columns = [line.split() for line in lines if line.startswith("conv")]

    assert ["100@100x150", "200@50x75", "400@25x38"] == [row[2] for row in columns]
    assert 903_400 == sum(int(row[3].replace(",", "")) for row in columns)
    assert "903,400" in next(line for line in lines if line.startswith("total"))
    assert ["conv2"] == [line.split()[0] for line in lines if line.endswith("<- peak")]
    assert any("565,613,600 B  539.4 MiB" in line for line in lines)
    assert "9,000,000 B  conv1 and conv2" in next(line for line in lines if "pair peak" in line)
    assert "9,000,000 B  at conv2" in next(line for line in lines if "live peak" in line)


def _cut(line: str, rule: str) -> tuple[list[str], str]:
    """A table's line cut into columns where the rule is, and what stands between them.

    On a terminal a Chinese character takes two places.
    """
    places = [
        piece
        for letter in line
        for piece in ((letter, "") if unicodedata.east_asian_width(letter) in "WF" else letter)
    ]
    spans = [found.span() for found in re.finditer("-+", rule)]
    gaps = zip((end for _, end in spans), (start for start, _ in spans[1:]), strict=False)
    between = "".join("".join(places[start:end]) for start, end in gaps)
    return ["".join(places[start:end]).strip() for start, end in spans], between.strip()


@pytest.mark.parametrize("name", ["alexnet", "lenet5_1998", "resnet18", "densenet121"])
@pytest.mark.parametrize(("language", "head"), [("en", "bytes"), ("zh", "字节")])
def test_the_bytes_of_the_table_add_up_to_training(name: str, language: str, head: str) -> None:
    """What the layers write, and the input, is a batch's share; other layers name no bytes."""
    _, table, summary = _solve(name, "--lang", language).output.split("\n\n")
    heads, rule, *rows = table.splitlines()
    place = _cut(heads, rule)[0].index(head)
    *cells, _, total = [_cut(row, rule)[0][place].replace(",", "") for row in rows]
    written = sum(int(cell) for cell in cells if cell.isdecimal())
    expected = json.loads(_solve(name, "--json").output)["total"]

    assert written == int(total)
    assert written + expected["parameter_bytes"] == expected["training_bytes"]
    assert f"1 x {written:,} B" in summary.splitlines()[-1]
    assert f"{expected['training_bytes']:,} B" in summary.splitlines()[-1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_columns_stand_under_their_heads(language: str) -> None:
    """Nothing stands between two columns, in either language."""
    table = _solve("resnet18", "--lang", language).output.split("\n\n")[1].splitlines()

    assert {""} == {_cut(line, table[1])[1] for line in table}
    assert all(_cut(table[0], table[1])[0])


def test_the_json_has_the_fixed_keys(stack: str) -> None:
    """The JSON's keys are those that others build on, and its figures are the exercise's."""
    found = json.loads(_solve(stack, "--json").output)

    assert found["ok"] is True
    assert {
        "id", "op", "output", "parameters", "statistics", "multiply_adds", "bytes",
        "receptive_field", "jump", "start",
    } <= set(found["layers"][0])  # fmt: skip
    assert {
        "parameters": 903_400,
        "statistics": 0,
        "parameter_bytes": 3_613_600,
        "multiply_adds": 1_399_500_000,
        "pair_peak_bytes": 9_000_000,
        "live_peak_bytes": 9_000_000,
        "inference_bytes": 12_613_600,
        "training_bytes": 565_613_600,
    } == found["total"]


def test_a_line_in_is_a_line_out_bad_ones_included() -> None:
    """Each line of JSON is answered by one line in its place, whatever it holds."""
    good = json.dumps({"input": {"units": 3}, "layers": [{"id": "d", "op": "dense", "units": 2}]})
    lines = [
        good,
        "bad",
        "",
        "[]",
        '{"input": {"units": NaN}}',
        '{"input": {"units": 1e999}}',
        good,
    ]

    answers = [
        json.loads(line)
        for line in _solve("-", "--json", text="\n".join(lines)).output.splitlines()
    ]

    assert [True, False, False, False, False, False, True] == [answer["ok"] for answer in answers]
    assert 8 == answers[0]["total"]["parameters"]
    assert all(answer["errors"][0]["message"] for answer in answers if not answer["ok"])


def test_what_is_asked_of_each_line_is_answered(tmp_path: Path) -> None:
    """Steps, batches and values are for each line as for a file; a drawing needs one network."""
    net = {"input": {"units": 3}, "layers": [{"id": "d", "op": "dense", "units": 2}]}
    text = f"{json.dumps(net)}\nbad\n"

    steps, bad = map(json.loads, _solve("-", "--steps", text=text).output.splitlines())
    assert "(3 + 1) * 2" in {step["formula"].partition(" = ")[2] for step in steps["steps"]}
    assert bad["ok"] is False
    found = json.loads(_solve("-", "--fits", "1 kB", text=text).output.splitlines()[0])
    assert {"bytes": 1000, "batch": (1000 - 32) // 20} == found["fits"]
    asked = ("--layer", "e"), ("--vary", "d.units", "--want", "d.bytse=8")
    for words, says in zip(asked, ("there are: d", "'d.bytes'"), strict=True):
        unknown = json.loads(_solve("-", *words, text=text).output.splitlines()[0])
        assert unknown["ok"] is False
        assert says in unknown["errors"][0]["message"]
    assert 2 == _solve("-", "--figure", str(tmp_path / "a.svg"), text=text).exit_code


def test_a_name_that_is_not_there_is_json_too() -> None:
    """With --json every refusal is an object on stdout, with exit code 1."""
    for arguments in (("resnet51",), ("resnet50", "--layer", "conv9")):
        told = _solve(*arguments, "--json")

        assert 1 == told.exit_code
        (error,) = json.loads(told.output)["errors"]
        assert ("", "") == (error["id"], error["field"])
        assert "the nearest is" in error["message"]


def test_the_steps_are_worked(stack: str) -> None:
    """The steps of the totals, or of one layer, are formulas with their numbers put in."""
    assert "903,400" in _solve(stack, "--steps").output
    conv2 = _solve(stack, "--layer", "conv2", "--lang", "zh").output

    assert "conv2.parameters = (3 * 3 * 100 + 1) * 200 = 180,200" in conv2
    assert "偏置" in conv2


def test_every_figure_of_a_short_network_has_its_step(stack: str) -> None:
    """Shapes, counts, bytes and receptive fields are worked layer by layer, then the totals.

    What a step reads of another one was worked before it.
    """
    answer = json.loads(_solve(stack, "--steps", "--json").output)
    values = {step["name"]: step["value"] for step in answer["steps"]}
    for layer in answer["layers"]:
        figures = {**layer["output"]}
        figures |= {name: layer[name] for name in ("parameters", "multiply_adds", "bytes")}
        for axis in ("height", "width"):
            figures[f"field.{axis}"] = layer["receptive_field"][axis]
            figures |= {f"{name}.{axis}": layer[name][axis] for name in ("jump", "start")}
        assert figures == {name: int(values[f"{layer['id']}.{name}"]) for name in figures}
    assert "training.bytes" == answer["steps"][-1]["name"]
    known = set()
    for step in answer["steps"]:
        known.add(step["name"])
        assert set(values).intersection(re.findall(r"[a-z][\w.]+", step["formula"])) <= known


def test_a_dilated_kernels_extent_is_worked_before_it_is_used(tmp_path: Path) -> None:
    """The steps of a layer stand in the order in which they are worked."""
    file = tmp_path / "dilated.yaml"
    file.write_text(EMPTY.replace("kernel: 5", "kernel: 2, dilation: 3"), encoding="utf-8")
    steps = json.loads(_solve(str(file), "--layer", "conv1", "--json").output)["steps"]
    names = [step["name"] for step in steps]

    assert "conv1.height = 4 - conv1.extent.height + 1" in {step["formula"] for step in steps}
    assert names.index("conv1.extent.height") < names.index("conv1.height")


def test_a_network_is_drawn(stack: str, tmp_path: Path) -> None:
    """The drawing is SVG with the shapes of the maps."""
    drawing = tmp_path / "stack.svg"

    assert 0 == _solve(stack, "--figure", str(drawing)).exit_code
    svg = drawing.read_text(encoding="utf-8")
    shapes = ("3@200×300", "100@100×150", "200@50×75", "400@25×38")
    assert [] == [shape for shape in shapes if f">{shape}</text>" not in svg]
    # What draws SVG outside a browser knows no variables of style sheets.
    assert "var(" not in svg
    assert "font-family=" in svg


def test_a_fault_names_its_layer_and_its_line(tmp_path: Path) -> None:
    """A layer whose output would be empty is refused by id, in words and in JSON."""
    file = tmp_path / "empty.yaml"
    file.write_text(EMPTY, encoding="utf-8")

    words = _solve(str(file))
    answer = _solve(str(file), "--json")

    assert words.exit_code != 0
    assert "conv1" in str(words.exception)
    assert 1 == answer.exit_code
    assert ["conv1"] == [error["id"] for error in json.loads(answer.output)["errors"]]


@pytest.mark.parametrize(("name", "says"), [("resnet5O", "no network"), ("none.yaml", "none.yaml")])
def test_a_name_that_is_not_there_is_told(name: str, says: str) -> None:
    """An unknown name or a missing file is named."""
    assert says in str(_solve(name).exception)


def test_a_layers_steps_are_its_own() -> None:
    """The steps of one layer of a deep network are a few lines, with theory and LaTeX in JSON."""
    lines = _solve("resnet152", "--layer", "stage3.rest.5.conv2").output.splitlines()
    answer = json.loads(_solve("resnet152", "--layer", "stage3.rest.5.conv2", "--json").output)

    assert all(line.startswith(("stage3.rest.5.conv2.", "    ")) for line in lines)
    steps = {step["name"].removeprefix("stage3.rest.5.conv2."): step for step in answer["steps"]}
    assert "589824" == steps["parameters"]["value"]
    assert {"en", "zh"} == set(steps["parameters"]["says"])
    assert r"3 \times 3 \times 256 \times 256" in steps["parameters"]["latex"]


def test_the_totals_steps_are_few_in_a_deep_network() -> None:
    """A deep network's totals are worked without every layer's own lines."""
    lines = _solve("resnet152", "--steps").output.splitlines()

    assert len(lines) < 30
    assert any(line.endswith("= 60,192,808") for line in lines)


def test_the_batch_that_fits_is_found(stack: str) -> None:
    """The largest batch for an amount of memory, in words and in JSON."""
    fits = json.loads(_solve(stack, "--fits", "539.5 MiB", "--json").output)["fits"]

    assert {"bytes": "565706752", "batch": 50} == {**fits, "bytes": str(fits["bytes"])}
    assert _solve(stack, "--fits", "539.5 MiB").output.endswith(" is 50\n")
    assert [2, 2] == [_solve(stack, "--fits", most).exit_code for most in ("much", "-5 B")]


def test_strides_are_found_for_a_size(stack: str) -> None:
    """A field is varied until a figure has its value."""
    asked = ("--vary", "conv2.stride", "--want", "conv2.height=25")

    assert [4] == json.loads(_solve(stack, *asked, "--json").output)["values"]
    assert _solve(stack, *asked).output == "conv2.height = 25 with conv2.stride: 4\n"
    assert 2 == _solve(stack, *asked[:2]).exit_code
    assert "such as conv1.stride" in str(_solve(stack, "--vary", "batch", *asked[2:]).exception)
