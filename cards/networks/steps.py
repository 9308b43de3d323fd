"""The worked steps of a network: of one layer's counts, or of the network's totals."""

from typing import Final

from grader.cnn.network import Network
from grader.cnn.network_lines import network_worksheet
from grader.errors import UnknownNameError
from grader.step import Step

COUNTS: Final = (
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


def worked_steps(network: Network, layer: str | None) -> list[Step]:
    """The steps of a layer's own counts; without a layer, those of every layer and the totals.

    Of a network of many layers, the totals' own steps only. UnknownNameError, with the
    nearest, for a layer that isn't there.

    >>> from cards.networks.files import read_network_file
    >>> [step.name for step in worked_steps(read_network_file("lenet5"), "conv1")][:3]
    ['conv1.channels', 'conv1.height', 'conv1.width']
    """
    sheet = network_worksheet(network)
    cells = sheet.solve()
    ids = [each.id for each in network.layers]
    if layer is not None and layer not in ids:
        raise UnknownNameError("layer", layer, ids)
    if layer is not None:
        names = [f"{layer}.{count}" for count in COUNTS]
    elif len(ids) > FEW_LAYERS:
        names = list(TOTALS)
    else:
        names = [f"{id_}.{count}" for id_ in ("input", *ids) for count in COUNTS]
        names += TOTALS
    lines = [sheet[name] for name in names if name in sheet]
    return [sheet.step(cells, line) for line in lines if line.rule.id not in _SAYS_NOTHING]
