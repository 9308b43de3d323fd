"""Bad networks are refused with the layer's id and a sentence, never with a traceback."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.cnn.layers.operations import OPERATIONS
from grader.cnn.solving import solve_json_line

SHAPE = {"channels": 6, "height": 8, "width": 8}
Raw = dict[str, Any]


def answer(line: str | bytes) -> Raw:
    """The engine's answer to a line, which is always one line of JSON."""
    told = solve_json_line(line)
    assert "\n" not in told
    found: Raw = json.loads(told)
    return found


def told(*layers: object, shape: object = SHAPE, **network: object) -> Raw:
    """The engine's answer to a network of some layers."""
    return answer(json.dumps({"input": shape, "layers": list(layers), **network}))


CONV = {"id": "c", "op": "conv", "filters": 4, "kernel": 3}
POOL = {"id": "p", "op": "max_pool", "kernel": 2}
FLAT = {"id": "f", "op": "flatten"}

# Layers; the layer at fault; its field; what the sentence says.
REFUSED = [
    ([{**CONV, "kernel": 9}], "c", "kernel", "not empty"),
    ([{**CONV, "dilation": 4}], "c", "kernel", "not empty"),
    ([{**POOL, "kernel": 9, "ceil": True, "stride": 1}], "p", "kernel", "not empty"),
    ([{**CONV, "kernel": 10**30}], "c", "kernel", "not empty"),
    ([{**CONV, "op": "transposed_conv", "padding": 9}], "c", "padding", "not empty"),
    (
        [{**CONV, "op": "transposed_conv", "padding": "same", "output_padding": [0, 1]}],
        "c",
        "output_padding",
        "0 where the padding is same",
    ),
    (
        [{**CONV, "op": "transposed_conv", "padding": 1, "output_padding": 1}],
        "c",
        "output_padding",
        "below the stride 1",
    ),
    ([{**CONV, "groups": 4}], "c", "groups", "divide the 6 input channels"),
    ([{**CONV, "groups": 3}], "c", "groups", "divide the 4 filters"),
    ([{**CONV, "op": "transposed_conv", "groups": 4}], "c", "groups", "divide the 6"),
    ([{"id": "n", "op": "group_norm", "groups": 4}], "n", "groups", "divide the 6 channels"),
    ([CONV, {"id": "a", "op": "add", "from": ["c", "input"]}], "a", "from", "equal channels"),
    (
        [{**CONV, "filters": 6}, {"id": "a", "op": "add", "from": ["input", "c"]}],
        "a",
        "from",
        "equal height",
    ),
    ([POOL, {"id": "j", "op": "concat", "from": ["p", "input"]}], "j", "from", "equal height"),
    ([FLAT, {"id": "j", "op": "concat", "from": ["f", "input"]}], "j", "from", "one kind"),
    ([FLAT, {"id": "a", "op": "add", "from": ["f"]}], "a", "from", "two inputs or more"),
    ([{"id": "a", "op": "add"}], "a", "from", "two inputs or more"),
    ([{**CONV, "from": "nowhere"}], "c", "from", "the id of a layer"),
    ([{**CONV, "from": "c"}], "c", "from", "can't read itself"),
    ([{**CONV, "from": "p"}, {**POOL, "from": "c"}], "c", "from", "circle"),
    ([CONV, {**POOL, "id": "c"}], "c", "id", "an id of its own"),
    ([{**POOL, "id": "input"}], "input", "id", "the worksheet"),
    ([{**POOL, "id": "total"}], "total", "id", "the worksheet"),
    ([{**POOL, "id": "a b"}], "layers[1]", "id", "an id"),
    ([{"op": "relu"}], "layers[1]", "id", "an id"),
    (["relu"], "layers[1]", "", "a layer"),
    ([{"id": "x", "op": "covn"}], "x", "op", "the nearest is 'conv'"),
    ([FLAT, CONV], "c", "from", "maps with channels"),
    ([{**CONV, "strides": 2}], "c", "strides", "a field of this operation"),
    ([{"id": "r", "op": "relu", "kernel": 2}], "r", "kernel", "a field of this operation"),
    ([{**CONV, "filters": None}], "c", "filters", "a whole number"),
    ([{**CONV, "filters": 0}], "c", "filters", "a whole number from 1"),
    ([{**CONV, "filters": -3}], "c", "filters", "a whole number from 1"),
    ([{**CONV, "filters": 2.5}], "c", "filters", "a whole number from 1"),
    ([{**CONV, "filters": True}], "c", "filters", "a whole number from 1"),
    ([{**CONV, "filters": "4"}], "c", "filters", "a whole number from 1"),
    ([{**CONV, "filters": 10**61}], "c", "filters", "smaller"),
    ([{**CONV, "stride": 0}], "c", "stride", "a whole number from 1"),
    ([{**CONV, "stride": [1, 2, 3]}], "c", "stride", "[height, width]"),
    ([{**CONV, "padding": -1}], "c", "padding", "a whole number from 0"),
    ([{**CONV, "padding": "full"}], "c", "padding", "valid, same, same_lower"),
    ([{**CONV, "padding": [[1], 2]}], "c", "padding", "[[top, bottom], [left, right]]"),
    ([{**CONV, "bias": 1}], "c", "bias", "true or false"),
    ([{**CONV, "connections": [[0, 6]] * 4}], "c", "connections", "of which there are 6"),
    ([{**CONV, "connections": [[0]] * 3}], "c", "connections", "for each of 4 filters"),
    ([{**CONV, "connections": [[0, 0]] * 4}], "c", "connections", "each map once"),
    ([{**CONV, "in_place": True}], "c", "in_place", "a new map"),
]


@pytest.mark.parametrize(("layers", "id_", "field", "says"), REFUSED)
def test_a_bad_layer_is_refused_by_its_id(
    layers: list[object], id_: str, field: str, says: str
) -> None:
    """The first fault names the layer and the field, and says what was expected."""
    found = told(*layers)

    assert found["ok"] is False
    assert (id_, field) == (found["errors"][0]["id"], found["errors"][0]["field"])
    assert says in found["errors"][0]["message"]


LINES = [
    ("", "got an empty line"),
    (" \t\r\n", "got an empty line"),
    ("nothing", "no JSON at character 1"),
    (b'{"name": "caf\xe9"}', "the byte 0xe9, which is not UTF-8"),
    (b"\xff\xfe{}", "the byte 0xff, which is not UTF-8"),
    ("[]", "a network"),
    ("7", "a network"),
    ("{}", "{channels, height, width}"),
    ('{"input": {"units": 3}, "layers": []}', "a list of layers"),
    ('{"input": {"units": 3}, "input": {}}', "twice"),
    ('{"input": {"units": NaN}}', "NaN"),
    ('{"name": "a\\u202eb"}', "U+202E (right-to-left override), which doesn't show"),
    ('{"name": "a\u202eb"}', "U+202E (right-to-left override), which doesn't show"),
    ('{"input": {"unit\\u001b[31ms": 3}}', "U+001B, which doesn't show"),
    ('{"input": {"units": -Infinity}}', "Infinity"),
    ('{"input": {"units": 1e999}}', "got an exponent beyond 400"),
    ('{"input": {"units": 1e999999999}}', "got an exponent beyond 400"),
    ('{"input": {"units": ' + "9" * 10_000 + "}}", "digits"),
    ('{"input": {"units": 0.' + "9" * 10_000 + "}}", "digits"),
    ("[" * 200_000, "too deep"),
    ('{"layers":' * 100_000, "too deep"),
    ("\x00", "one JSON object"),
    ('{"input": {"units": "\ud800"}, "layers": []}', "expected"),
    ('{"dtype": "float12", "input": {"units": 1}, "layers": []}', "float64"),
    ('{"batch": 0, "input": {"units": 1}, "layers": []}', "a whole number from 1"),
    ('{"colour": 1, "input": {"units": 1}, "layers": []}', "remove it"),
]


@pytest.mark.parametrize(("line", "says"), LINES)
def test_a_bad_line_is_refused(line: str | bytes, says: str) -> None:
    """What is no network at all is refused with a sentence, too."""
    found = answer(line)

    assert found["ok"] is False
    assert any(says in error["message"] for error in found["errors"])


def test_a_mark_of_byte_order_is_no_fault() -> None:
    """What some systems write before UTF-8 is read over."""
    line = b'\xef\xbb\xbf{"input": {"units": 3}, "layers": [{"id": "r", "op": "relu"}]}'
    assert answer(line)["ok"] is True


def test_a_value_beyond_all_bounds_is_no_wrong_number() -> None:
    """Sizes that grow without end are refused where they first pass the bound."""
    shape = {"channels": 1, "height": 10**60, "width": 1}
    layers = [{"id": f"u{place}", "op": "upsample", "scale": 10**60} for place in range(40)]
    (error,) = told(*layers, shape=shape)["errors"]

    # 10**60 * 10**600 high and 10**600 wide: 4,186 bits.
    assert ("u9", "count") == (error["id"], error["field"])
    assert "over 4096 bits" in error["message"]


def test_all_faults_come_at_once() -> None:
    """Each bad layer is told, in one answer."""
    found = told({**CONV, "kernel": 0}, {**POOL, "stride": "two"}, {"id": "d", "op": "dense"})

    assert ["c", "p", "d"] == [error["id"] for error in found["errors"]]


def test_layers_that_rest_on_a_refused_one_are_not_blamed() -> None:
    """Numbers that don't fit are told where they first don't, and in other branches."""
    found = told(
        {**CONV, "id": "first", "kernel": 9},
        {**CONV, "id": "after"},
        {**CONV, "id": "other", "from": "input", "groups": 5},
    )

    assert ["first", "other"] == [error["id"] for error in found["errors"]]


def test_huge_numbers_are_solved_exactly() -> None:
    """10**30 maps are no overflow: the counts are whole numbers to the last digit."""
    huge = 10**30
    found = told({**CONV, "filters": huge, "kernel": 1}, {"id": "d", "op": "dense", "units": huge})

    assert found["ok"] is True
    assert 7 * huge == found["layers"][0]["parameters"]
    assert (64 * huge + 1) * huge == found["layers"][1]["parameters"]


# A layer of each kind of long network: its time must grow with the layers, not with their square.
LONG: dict[str, Callable[[int], Raw]] = {
    "convolutions": lambda place: {"id": f"l{place}", "op": "conv", "filters": 4, "kernel": 1},
    "residual": lambda place: {
        "id": f"l{place}",
        "op": "add",
        "from": [f"l{place - 1}", f"l{max(place - 2, 0)}"],
    },
    "unknown sources": lambda place: {"id": f"l{place}", "op": "relu", "from": f"m{place}"},
    "later sources": lambda place: {"id": f"l{place}", "op": "relu", "from": f"l{place + 1}"},
}


@pytest.mark.parametrize("kind", LONG)
def test_a_hundred_thousand_layers_take_seconds(kind: str) -> None:
    """As many layers as there may be are solved or refused in seconds; one more is refused."""
    layers = [{"id": "l0", "op": "relu"}, *(LONG[kind](place) for place in range(1, 100_000))]
    line = json.dumps({"input": SHAPE, "layers": layers})
    started = time.process_time()
    found = answer(line)

    assert time.process_time() - started < 60
    assert (kind not in {"unknown sources", "later sources"}) == found["ok"]
    if not found["ok"]:
        assert found["errors"][0]["id"].startswith("l")


def test_more_layers_than_there_may_be_are_refused() -> None:
    """Written one by one or by repetition."""
    layers = [{"id": f"l{place}", "op": "relu"} for place in range(100_001)]
    assert "at most 100,000" in told(*layers)["errors"][0]["message"]

    repeated = {"id": "r", "repeat": 10**30, "layers": [{"id": "x", "op": "relu"}]}
    found = told(repeated)
    assert found["ok"] is False
    assert "100,000" in found["errors"][0]["message"]


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["input", "a", "b", "same", "valid", *OPERATIONS])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELD_NAMES = sorted({name for operation in OPERATIONS.values() for name in operation.fields})
LAYER = st.fixed_dictionaries(
    {"id": st.sampled_from(["a", "b", "c.d"]) | VALUES, "op": st.sampled_from([*OPERATIONS])},
    optional=dict.fromkeys([*FIELD_NAMES, "from", "in_place", "repeat", "block", "layers"], VALUES),
)
NETWORK = st.fixed_dictionaries(
    {},
    optional={
        "input": st.just(SHAPE) | st.just({"units": 5}) | VALUES,
        "layers": st.lists(LAYER | VALUES, max_size=4) | VALUES,
        "blocks": st.dictionaries(st.sampled_from(["a", "b"]), VALUES, max_size=2) | VALUES,
        "dtype": VALUES,
        "batch": VALUES,
        "name": VALUES,
        "source": VALUES,
    },
)


@given(NETWORK | VALUES)
@settings(max_examples=500)
def test_no_json_raises(value: object) -> None:
    """Whatever a line of JSON says, the answer is JSON, and a refusal says something."""
    found = answer(json.dumps(value))

    assert found["ok"] is True or all(error["message"] for error in found["errors"])


@given(st.text(max_size=60))
def test_no_text_raises(line: str) -> None:
    """Whatever text stands in a line, the answer is a refusal in JSON."""
    assert answer(line)["ok"] is False


def test_a_layer_that_reads_nothing_is_refused() -> None:
    """An empty list of inputs is a fault of the layer, of whatever kind it is."""
    layers = [{"id": "r", "op": "relu", "from": []}, {"id": "s", "op": "add", "from": []}]
    found = answer(json.dumps({"input": {"units": 3}, "layers": layers}))

    assert {"r", "s"} <= {error["id"] for error in found["errors"]}
