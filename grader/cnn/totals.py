"""A whole network on a sheet: every layer's figures, then the totals."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from grader.cnn.layers.layer import INPUT, Axis, Figures, Output
from grader.cnn.layers.outputs import made_maps, made_vector
from grader.cnn.layers.sheets import LayerRefusedError, Sheet
from grader.cnn.liveness import written_maps
from grader.cnn.network import Network
from grader.cnn.rules import memory, multiply_adds, parameters
from grader.cnn.rules.rule import Cell

_UNTOUCHED: Final[tuple[Cell, Cell, Cell]] = (1, 0, 1)


class Totals(NamedTuple):
    """The network's totals; None for the pair peak where it branches."""

    parameters: Cell
    statistics: Cell
    multiply_adds: Cell
    parameter_bytes: Cell
    pair_peak_bytes: Cell | None
    live_peak_bytes: Cell
    inference_bytes: Cell
    training_bytes: Cell


def input_output(sheet: Sheet, network: Network) -> Output:
    """The input as the first layer reads it: each place sees itself."""
    if len(network.shape) == 1:
        return made_vector(sheet, "input", network.shape[0], None, None)
    channels, height, width = network.shape
    return made_maps(sheet, "input", channels, Axis(height, *_UNTOUCHED), Axis(width, *_UNTOUCHED))


def layer_figures(sheet: Sheet, network: Network, source: Output) -> list[Figures | None]:
    """Each layer's figures in order; None where its numbers, or those it rests on, don't fit."""
    found: list[Figures | None] = []
    for layer in network.layers:
        inputs = []
        for place in layer.sources:
            figures = None if place == INPUT else found[place]
            if place != INPUT and figures is None:
                break
            inputs.append(source if figures is None else figures.output)
        else:
            try:
                found.append(layer.operation.figures(sheet, layer, inputs))
                continue
            except LayerRefusedError:
                pass
        found.append(None)
    return found


def network_totals(
    sheet: Sheet, network: Network, source: Output, figures: Sequence[Figures], live_peak: Cell
) -> Totals:
    """The totals over all layers; the peak of maps alive at once is worked out elsewhere."""
    learned = sheet.many("total", "parameters", parameters.TOTAL, "", _given(figures, 1))
    statistics = sheet.many(
        "total", "statistics", parameters.TOTAL_STATISTICS, "", _given(figures, 2)
    )
    work = sheet.many("total", "multiply_adds", multiply_adds.TOTAL, "", _given(figures, 3))
    value_bytes = sheet.value_bytes
    learned_bytes = sheet.line(
        "total",
        "parameter_bytes",
        memory.PARAMETERS,
        "B",
        parameters=learned,
        value_bytes=value_bytes,
    )
    maps = [figures[place].output.bytes for place in written_maps(network)]
    pair_peak = None
    if network.is_chain:
        pair_peak = sheet.many(
            "inference", "pair_peak_bytes", memory.PAIR_PEAK, "B", maps, input=source.bytes
        )
    inference = sheet.line(
        "inference",
        "bytes",
        memory.INFERENCE,
        "B",
        peak=live_peak if pair_peak is None else pair_peak,
        parameters=learned_bytes,
    )
    batch = network.batch
    activations = sheet.many(
        "training", "activation_bytes", memory.TRAINING_ACTIVATIONS, "B", maps, batch=batch
    )
    inputs = _training_inputs(sheet, network)
    training = sheet.line(
        "training",
        "bytes",
        memory.TRAINING,
        "B",
        activations=activations,
        inputs=inputs,
        parameters=learned_bytes,
    )
    return Totals(
        learned, statistics, work, learned_bytes, pair_peak, live_peak, inference, training
    )


def _given(figures: Sequence[Figures], column: int) -> list[Cell]:
    """One column of the figures, without the layers that have none of it."""
    return [row[column] for row in figures if row[column] is not None]  # type: ignore[misc]  # a column of cells


def _training_inputs(sheet: Sheet, network: Network) -> Cell:
    given = {"batch": network.batch, "value_bytes": sheet.value_bytes}
    if len(network.shape) == 1:
        shape = {"units": network.shape[0]}
        return sheet.line(
            "training", "input_bytes", memory.TRAINING_INPUT_UNITS, "B", **given, **shape
        )
    shape = dict(zip(("channels", "height", "width"), network.shape, strict=True))
    return sheet.line("training", "input_bytes", memory.TRAINING_INPUTS, "B", **given, **shape)
