"""The worked steps of a network: of one layer's figures, or of the network's totals."""

from collections.abc import Iterator
from typing import Any, Final

from grader.cnn.network import Network
from grader.cnn.network_lines import network_worksheet
from grader.errors import UnknownNameError
from grader.step import Step
from grader.writing import numeral

FIGURES: Final = (
    "extent.height",
    "extent.width",
    "channels",
    "height",
    "width",
    "units",
    "count",
    "bytes",
    "parameters",
    "statistics",
    "multiply_adds",
    "alive_bytes",
    *(f"{what}.{axis}" for what in ("field", "start", "jump") for axis in ("height", "width")),
)
TOTALS: Final = (
    "total.parameters",
    "total.statistics",
    "total.multiply_adds",
    "total.parameter_bytes",
    "inference.pair_peak_bytes",
    "inference.live_peak_bytes",
    "inference.bytes",
    "training.activation_bytes",
    "training.input_bytes",
    "training.bytes",
)
# Steps are those of every layer, where a person still reads so many.
FEW_LAYERS: Final = 20
_SAYS_NOTHING: Final = frozenset({"same_as", "nothing", "given"})
_LONG_SUM: Final = 8


def worked_steps(network: Network, layer: str | None) -> list[Step]:
    """The steps of a layer's own figures; without a layer, those of every layer and the totals.

    Of a network of many layers, the totals' own steps only. UnknownNameError, with the
    nearest, for a layer that isn't there.
    """
    sheet = network_worksheet(network)
    cells = sheet.solve()
    ids = [each.id for each in network.layers]
    if layer is not None and layer not in ids:
        raise UnknownNameError("layer", layer, ids)
    if layer is not None:
        names = [f"{layer}.{figure}" for figure in FIGURES]
    elif len(ids) > FEW_LAYERS:
        names = list(TOTALS)
    else:
        names = [f"{id_}.{figure}" for id_ in ("input", *ids) for figure in FIGURES]
        names += TOTALS
    lines = [sheet[name] for name in names if name in sheet]
    return [sheet.step(cells, line) for line in lines if line.rule.id not in _SAYS_NOTHING]


def step_lines(steps: list[Step], language: str) -> Iterator[str]:
    """Each step for a terminal: the formula, the numbers put in, the result, the theory."""
    for step in steps:
        name, _, formula = step.formula.partition(" = ")
        substituted = step.substituted.partition(" = ")[2]
        written = [part for part in (formula, substituted) if part != numeral(step.value)]
        parts = [shortened(part) for part in dict.fromkeys(written)]
        sign = "=" if step.exact else "≈"
        yield f"{' = '.join((name, *parts))} {sign} {step.result} {step.unit}".rstrip()
        if step.says is not None:
            yield f"    {step.says.in_(language).replace('`', '')}"


def steps_as_json(steps: list[Step]) -> list[dict[str, Any]]:
    """Each step as JSON has it, with its theory in both languages and its formula in LaTeX."""
    return [
        {
            "name": step.name,
            "formula": step.formula,
            "substituted": step.substituted,
            "value": numeral(step.value),
            "result": step.result,
            "unit": step.unit,
            "latex": step.latex,
            "says": None if step.says is None else step.says.as_dict(),
        }
        for step in steps
    ]


def shortened(formula: str) -> str:
    """A long sum with its middle left out.

    >>> shortened("a + b"), shortened(" + ".join("abcdefghij"))
    ('a + b', 'a + b + c + (6 more) + j')
    """
    for separator in (" + ", ", "):
        parts = formula.split(separator)
        if len(parts) > _LONG_SUM:
            left_out = f"({len(parts) - 4} more)"
            formula = separator.join((*parts[:3], left_out, parts[-1]))
    return formula
