"""A whole network on a sheet: every layer's counts, then the totals."""

from collections.abc import Sequence
from typing import Final, Generic, NamedTuple

from grader.cnn.layers.layer import INPUT, Axis, Counts, Output
from grader.cnn.layers.outputs import output_maps, output_vector
from grader.cnn.layers.sheets import C, LayerRefusedError, LayerSheet, Sheet
from grader.cnn.liveness import written_maps
from grader.cnn.network import Network
from grader.cnn.rules import memory, multiply_adds, parameters

_COUNTS: Final = ("parameters", "statistics", "multiply_adds")


class Totals(NamedTuple, Generic[C]):
    """The network's totals; None for the pair peak where it branches."""

    parameters: C
    statistics: C
    multiply_adds: C
    parameter_bytes: C
    pair_peak_bytes: C | None
    live_peak_bytes: C
    inference_bytes: C
    training_bytes: C


def input_output(sheet: Sheet[C], network: Network) -> Output[C]:
    """The input as the first layer reads it: each place sees itself."""
    own = LayerSheet(sheet, "input")
    if len(network.shape) == 1:
        return output_vector(own, sheet.cell(network.shape[0]), None, None)
    channels, *sizes = map(sheet.cell, network.shape)
    one, nothing = sheet.cell(1), sheet.cell(0)
    height, width = (Axis(size, one, nothing, one) for size in sizes)
    return output_maps(own, channels, height, width)


def layer_counts(sheet: Sheet[C], network: Network, source: Output[C]) -> list[Counts[C] | None]:
    """Each layer's counts in order; None where its numbers, or those it rests on, don't fit."""
    found: list[Counts[C] | None] = []
    for layer in network.layers:
        inputs = []
        for index in layer.sources:
            counts = None if index == INPUT else found[index]
            if index != INPUT and counts is None:
                break
            inputs.append(source if counts is None else counts.output)
        else:
            try:
                found.append(layer.operation.counts(LayerSheet(sheet, layer.id), layer, inputs))
                continue
            except LayerRefusedError:
                pass
        found.append(None)
    return found


def network_totals(
    sheet: Sheet[C],
    network: Network,
    source: Output[C],
    counts: Sequence[Counts[C]],
    live_peak: C,
) -> Totals[C]:
    """The totals over all layers; the peak of maps alive at once is worked out elsewhere."""
    total, inference = LayerSheet(sheet, "total"), LayerSheet(sheet, "inference")
    columns = (
        (parameters.TOTAL, [row.parameters for row in counts]),
        (parameters.TOTAL_STATISTICS, [row.statistics for row in counts]),
        (multiply_adds.TOTAL, [row.multiply_adds for row in counts]),
    )
    learned, statistics, work = (
        total.many(name, rule, [cell for cell in column if cell is not None])
        for name, (rule, column) in zip(_COUNTS, columns, strict=True)
    )
    learned_bytes = total.line(
        "parameter_bytes", memory.PARAMETERS, parameters=learned, value_bytes=sheet.value_bytes
    )
    maps = [counts[index].output.bytes for index in written_maps(network)]
    pair_peak = None
    if network.is_chain:
        pair_peak = inference.many("pair_peak_bytes", memory.PAIR_PEAK, maps, input=source.bytes)
    peak = live_peak if pair_peak is None else pair_peak
    in_use = inference.line("bytes", memory.INFERENCE, peak=peak, parameters=learned_bytes)
    training = _training(LayerSheet(sheet, "training"), network, maps, learned_bytes)
    return Totals(learned, statistics, work, learned_bytes, pair_peak, live_peak, in_use, training)


def _training(sheet: LayerSheet[C], network: Network, maps: Sequence[C], learned_bytes: C) -> C:
    """The bytes of training: all outputs, the inputs and the parameters."""
    rule = memory.TRAINING_ACTIVATIONS
    activations = sheet.many("activation_bytes", rule, maps, batch=sheet.cell(network.batch))
    given = {"batch": sheet.cell(network.batch), "value_bytes": sheet.cell(sheet.value_bytes)}
    names = ("units",) if len(network.shape) == 1 else ("channels", "height", "width")
    rule_of_input = memory.TRAINING_INPUT_UNITS if len(names) == 1 else memory.TRAINING_INPUTS
    shape = dict(zip(names, map(sheet.cell, network.shape), strict=True))
    inputs = sheet.line("input_bytes", rule_of_input, **given, **shape)
    return sheet.line(
        "bytes", memory.TRAINING, activations=activations, inputs=inputs, parameters=learned_bytes
    )
