"""Tiny cases by hand, as it were: windows really laid, weights counted, memory simulated.

Nothing here shares a formula with the engine: sizes come from positions that were enumerated,
parameters from weights that were listed, receptive fields from places that were traced.
"""

from collections.abc import Iterable
from itertools import count, product
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grader.cnn.network import read_network
from grader.cnn.solving import solve
from tests.grader.cnn.drawn import Raw, drawn_network, fits

SEEDS = st.randoms(use_true_random=False)


def taps(start: int, kernel: int, dilation: int) -> list[int]:
    """The places that a window reads whose first is `start`."""
    return [start + dilation * tap for tap in range(kernel)]


def starts(size: int, window: Raw) -> list[int]:
    """Where windows begin along one axis of places 0 to size - 1, padding before being negative."""
    kernel, stride, dilation = window["kernel"], window["stride"], window["dilation"]
    padding = window["padding"]
    if padding in {"same", "same_lower"}:
        found = list(range(0, size, stride))
        lacking = max(taps(found[-1], kernel, dilation)[-1] - (size - 1), 0)
        before = lacking // 2 if padding == "same" else lacking - lacking // 2
        return [start - before for start in found]
    sides = 0 if padding == "valid" else padding
    padded_end, ceil = size + sides, window.get("ceil", False)
    found = []
    for start in count(-sides, stride):
        over = taps(start, kernel, dilation)[-1] - padded_end + 1
        if over >= (stride if ceil else 1) or (ceil and start >= size):
            break
        found.append(start)
    return found


def axis_window() -> st.SearchStrategy[Raw]:
    """A window along one axis."""
    return st.fixed_dictionaries(
        {
            "kernel": st.integers(1, 4),
            "stride": st.integers(1, 4),
            "dilation": st.integers(1, 3),
            "padding": st.sampled_from(["valid", "same", "same_lower", 0, 1, 2, 3]),
        }
    )


def on_a_line(op: str, window: Raw, size: int, **more: object) -> Raw:
    """The figures of one layer on a map of one row of places."""
    layer = {"id": "x", "op": op, **more, **window}
    layer |= {name: [1, window[name]] for name in ("kernel", "stride", "dilation")}
    if isinstance(window["padding"], int):
        layer["padding"] = [0, window["padding"]]
    shape = {"channels": 1, "height": 1, "width": size}
    figures: Raw = solve(read_network({"input": shape, "layers": [layer]}))["layers"][0]
    return figures


@given(axis_window(), st.integers(1, 12), st.booleans())
def test_windows_enumerated(window: Raw, size: int, ceil: bool) -> None:
    """The width is how many windows there are; the first one's taps are the field and the start."""
    window = window | {"ceil": ceil}
    places = starts(size, window)
    assume(places)
    pool = on_a_line("max_pool", window, size)

    assert len(places) == pool["output"]["width"]
    assert places[0] == pool["start"]["width"]
    seen = taps(places[0], window["kernel"], window["dilation"])
    assert seen[-1] - seen[0] + 1 == pool["receptive_field"]["width"]
    if len(places) > 1:
        assert places[1] - places[0] == pool["jump"]["width"]


@given(axis_window(), st.integers(1, 12))
def test_no_window_no_layer(window: Raw, size: int) -> None:
    """A layer is refused when not one window fits, and only then."""
    layer = {"id": "x", "op": "max_pool", **window}
    shape = {"channels": 1, "height": size, "width": size}

    assert bool(starts(size, window)) == fits({"input": shape, "layers": [layer]})


@given(axis_window(), st.integers(1, 6), st.integers(0, 2))
def test_transposed_convolutions_enumerated(window: Raw, size: int, more: int) -> None:
    """Each input writes a kernel's length; what is left after cutting is the output."""
    kernel, stride, dilation = window["kernel"], window["stride"], window["dilation"]
    assume(isinstance(window["padding"], int))
    assume(more < max(stride, dilation))
    reached = {place for x in range(size) for place in taps(x * stride, kernel, dilation)}
    length = max(reached) + 1
    cut = range(window["padding"], length - window["padding"] + more)
    assume(len(cut) > 0)
    up = on_a_line("transposed_conv", window, size, filters=1, output_padding=[0, more])

    assert len(cut) == up["output"]["width"]
    # Every weight is used once for every input place, whether its product is cut off or not.
    assert sum(1 for _ in product(range(size), range(kernel))) == up["multiply_adds"]


@given(st.integers(1, 40), st.integers(1, 40))
def test_adaptive_windows_enumerated(size: int, output: int) -> None:
    """From a place rounded down to one rounded up; the field is the widest of the windows."""
    windows = [
        {place for place in range(size) if (place + 1) * output > i * size}
        & {place for place in range(size) if place * output < (i + 1) * size}
        for i in range(output)
    ]
    shape = {"channels": 1, "height": size, "width": size}
    layer = {"id": "x", "op": "adaptive_avg_pool", "output": output}
    figures = solve(read_network({"input": shape, "layers": [layer]}))["layers"][0]

    assert max(map(len, windows)) == figures["receptive_field"]["height"]
    assert 0 == min(windows[0]) == figures["start"]["height"]


@given(
    st.integers(1, 4),
    st.integers(1, 5),
    st.sampled_from([1, 1, 2]),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.booleans(),
)
def test_weights_and_multiply_adds_counted(
    channels: int, filters: int, groups: int, kernel: tuple[int, int], bias: bool
) -> None:
    """Weights are listed one by one, and each use of one at each place is counted."""
    channels, filters = channels * groups, filters * groups
    height, width = 5, 4
    weights = {
        (out, into, row, column)
        for out, into, row, column in product(
            range(filters), range(channels), range(kernel[0]), range(kernel[1])
        )
        if out * groups // filters == into * groups // channels
    }
    places = list(product(range(0, height - kernel[0] + 1, 2), range(0, width - kernel[1] + 1, 2)))
    uses = sum(1 for _ in product(weights, places))
    layer = {"id": "x", "op": "conv", "filters": filters, "kernel": list(kernel), "stride": 2}
    shape = {"channels": channels, "height": height, "width": width}
    raw = {"input": shape, "layers": [{**layer, "groups": groups, "bias": bias}]}
    figures = solve(read_network(raw))["layers"][0]

    assert len(weights) + (filters if bias else 0) == figures["parameters"]
    assert uses == figures["multiply_adds"]
    assert len(places) * filters * 4 == figures["bytes"]


@given(st.lists(axis_window(), min_size=1, max_size=4), st.integers(8, 30))
@settings(max_examples=200)
def test_receptive_fields_traced(windows: list[Raw], size: int) -> None:
    """The inputs of a place are traced back through every layer, those in the padding too."""
    layers, widths = [], [size]
    for number, window in enumerate(windows):
        if not starts(widths[-1], window):
            break
        layers.append((number, window))
        widths.append(len(starts(widths[-1], window)))
    assume(layers)
    raw = []
    for number, window in layers:
        layer = {"id": f"l{number}", "op": "max_pool", **window}
        layer |= {name: [1, window[name]] for name in ("kernel", "stride", "dilation")}
        if isinstance(window["padding"], int):
            layer["padding"] = [0, window["padding"]]
        raw.append(layer)
    shape = {"channels": 1, "height": 1, "width": size}
    figures = solve(read_network({"input": shape, "layers": raw}))["layers"][-1]

    def traced(place: int) -> set[int]:
        seen = {place}
        for (_, window), width in zip(reversed(layers), reversed(widths[:-1]), strict=True):
            first = starts(width, window)[0]
            seen = {
                tap
                for at in seen
                for tap in taps(first + at * window["stride"], window["kernel"], window["dilation"])
            }
        return seen

    first, second = traced(0), traced(1)
    assert min(first) == figures["start"]["width"]
    assert max(first) - min(first) + 1 == figures["receptive_field"]["width"]
    assert min(second) - min(first) == figures["jump"]["width"]


def simulated(raw: Raw) -> tuple[list[int], int]:
    """The bytes held while each layer is computed, by a memory of boxes, and all that was written.

    A box is freed as soon as no later layer reads anything that lies in it.
    """
    figures = {layer["id"]: layer for layer in solve(read_network(raw))["layers"]}
    size = {"float32": 4, "float16": 2, "int8": 1}[raw["dtype"]]
    whole = size
    for number in raw["input"].values():
        whole *= number
    box_of = {"input": "input"}
    boxes, written = {"input": whole}, 0
    held = []
    for place, layer in enumerate(raw["layers"]):
        before = raw["layers"][place - 1]["id"] if place else "input"
        first = reads(layer, before)[0]
        if layer["op"] == "flatten" or layer.get("in_place"):
            box_of[layer["id"]] = box_of[first]
        else:
            box_of[layer["id"]] = layer["id"]
            boxes[layer["id"]] = figures[layer["id"]]["bytes"]
            written += boxes[layer["id"]]
        held.append(sum(boxes.values()))
        later = [
            box_of.get(name)
            for number, other in enumerate(raw["layers"][place + 1 :], place + 1)
            for name in reads(other, raw["layers"][number - 1]["id"])
        ]
        boxes = {name: taken for name, taken in boxes.items() if name in later}
    return held, written


def reads(layer: Raw, before: str) -> list[str]:
    """The ids of the layers that a layer reads."""
    names = layer.get("from", before)
    return names if isinstance(names, list) else [names]


@given(SEEDS)
@settings(max_examples=200)
def test_memory_simulated(dice: Random) -> None:
    """The bytes alive at each layer, the peak, and training's bytes are those of a simulation."""
    raw = drawn_network(dice, 8)
    # A map that in-place layers overwrite while another still reads it would be a wrong network,
    # but its memory is the same.
    figures = solve(read_network(raw))
    held, written = simulated(raw)
    size = {"float32": 4, "float16": 2, "int8": 1}[raw["dtype"]]
    inputs = size
    for number in raw["input"].values():
        inputs *= number

    assert held == [layer["alive_bytes"] for layer in figures["layers"]]
    assert max(held) == figures["total"]["live_peak_bytes"]
    training = raw["batch"] * (written + inputs) + figures["total"]["parameter_bytes"]
    assert training == figures["total"]["training_bytes"]


@pytest.mark.parametrize(
    ("sizes", "pair"),
    [([5], 5), ([5, 3], 8), ([5, 3, 6], 9), ([9, 1, 2, 8], 10), ([1, 1, 1], 2)],
)
def test_the_pair_peak_is_the_largest_pair(sizes: Iterable[int], pair: int) -> None:
    """Two consecutive outputs are held, of which the input is none."""
    layers = [
        {"id": f"l{place}", "op": "dense", "units": units} for place, units in enumerate(sizes)
    ]
    raw = {"input": {"units": 100}, "dtype": "int8", "layers": layers}

    assert pair == solve(read_network(raw))["total"]["pair_peak_bytes"]
