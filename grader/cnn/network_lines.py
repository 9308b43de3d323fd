"""A network as a worksheet: a line for every quantity, with each rule standing where it is used."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from grader.cnn.layers.layer import INPUT, Axis, Counts, Maps, Output
from grader.cnn.layers.sheets import LayerSheet, LineSheet
from grader.cnn.liveness import liveness
from grader.cnn.network import Network
from grader.cnn.rules import memory, sizes
from grader.cnn.rules.rule import NOTHING, SAME_AS, Cell, rule
from grader.cnn.totals import input_output, layer_counts, network_totals
from grader.errors import Fault, NetworkError
from grader.worksheet import Rule, Worksheet

MAX_ALIVE: Final = 1_000_000

_SAME_BYTES_AS: Final = replace(SAME_AS, unit="B")
GIVEN: Final = rule("given", "value", "This number is given.", "这个数是已知的。")


def network_worksheet(network: Network) -> Worksheet:
    """The worksheet of a network: solve it for draws, with a wrong rule, or step by step.

    Its lines are called `conv1.height`, `conv1.parameters`, `total.parameters` and so on. A
    quantity that a layer leaves as it comes in has a line too, which no other line reads.

    >>> from grader.cnn.network import read_network
    >>> network = read_network({
    ...     "input": {"channels": 3, "height": "size", "width": "size"},
    ...     "layers": [{"id": "conv1", "op": "conv", "filters": 100, "kernel": 3}],
    ... }, draws=frozenset({"size"}))
    >>> cells = network_worksheet(network).solve({"size": 200})
    >>> cells["conv1.height"], cells["conv1.parameters"]
    (198, 2800)
    """
    sheet = LineSheet(network.value_bytes, network.lines, network.requirements)
    _given_lines(sheet, network)
    source = input_output(sheet, network)
    counts = [row for row in layer_counts(sheet, network, source) if row is not None]
    peak = _live_peak(sheet, network, source, counts)
    network_totals(sheet, network, source, counts, peak)
    _further_lines(sheet, network, counts)
    return Worksheet(sheet.lines, sheet.requirements)


def _given_lines(sheet: LineSheet, network: Network) -> None:
    """Lines for the numbers that are given, so that they have names as well."""
    names = ("units",) if len(network.shape) == 1 else ("channels", "height", "width")
    for name, cell in zip(names, network.shape, strict=True):
        if cell != f"input.{name}":
            sheet.write("input", name, GIVEN, {"value": cell})
    for name, number in (("batch", network.batch), ("value_bytes", network.value_bytes)):
        if name != number and name not in network.draws:
            sheet.write("", name, GIVEN, {"value": number})


def _live_peak(
    sheet: LineSheet, network: Network, source: Output[Cell], counts: Sequence[Counts[Cell]]
) -> Cell:
    """The largest sum of maps alive at once, over a line for each layer."""
    alive: dict[int, Cell] = {INPUT: source.bytes}
    moments, terms = [], 0
    for layer, moment in zip(network.layers, liveness(network), strict=True):
        if moment.written is not None:
            alive[moment.written] = counts[moment.written].output.bytes
        terms += len(alive)
        if terms > MAX_ALIVE:
            expected = f"at most {MAX_ALIVE:,} terms to write out"
            raise NetworkError(
                [Fault(expected, "more maps alive at once", layer=layer.id, field="from")]
            )
        maps = list(alive.values())
        moments.append(LayerSheet(sheet, layer.id).many("alive_bytes", memory.ALIVE, maps))
        for place in moment.freed:
            del alive[place]
    inference = LayerSheet(sheet, "inference")
    return inference.many("live_peak_bytes", memory.LIVE_PEAK, moments)


def _further_lines(sheet: LineSheet, network: Network, counts: Sequence[Counts[Cell]]) -> None:
    """A line for each quantity of a layer that has none of its own, so that every name is there."""
    written = {line.name for line in sheet.lines}
    for layer, row in zip(network.layers, counts, strict=True):
        for quantity, rule_, given in _named_quantities(row):
            if f"{layer.id}.{quantity}" not in written:
                sheet.write(layer.id, quantity, rule_, given)


def _named_quantities(row: Counts[Cell]) -> Iterator[tuple[str, Rule, Mapping[str, Cell]]]:
    """The counts that a layer has none of its own of, each with a rule that says so."""
    output = row.output
    if isinstance(output, Maps):
        yield "channels", sizes.CHANNELS, {"filters": output.channels}
        yield "height", SAME_AS, {"value": output.height.size}
        yield "width", SAME_AS, {"value": output.width.size}
    else:
        yield "units", sizes.UNITS, {"units": output.units}
    yield "count", SAME_AS, {"value": output.values}
    yield "bytes", _SAME_BYTES_AS, {"value": output.bytes}
    for quantity, cell in (
        ("parameters", row.parameters),
        ("statistics", row.statistics),
        ("multiply_adds", row.multiply_adds),
    ):
        if cell is None:
            yield quantity, NOTHING, {}
    for name, axis in (("height", output.height), ("width", output.width)):
        if axis is not None:
            yield f"field.{name}", SAME_AS, {"value": axis.field}
            yield f"start.{name}", SAME_AS, {"value": axis.start}
        if isinstance(axis, Axis):
            yield f"jump.{name}", SAME_AS, {"value": axis.jump}
