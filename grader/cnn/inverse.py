"""Questions asked backwards: the largest batch that fits, the field's values that give a quantity.

A field is varied by solving the network's worksheet with the field as its one draw, so any
quantity of any later layer can be asked for, and every rule stays the one that solves forwards.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from grader.arithmetic import Number
from grader.cnn.layers.fields import Padding, PaddingField, Pair, PairOfNumbers, WholeNumber
from grader.cnn.layers.layer import Layer
from grader.cnn.network import Network
from grader.cnn.network_lines import network_worksheet
from grader.cnn.solving import Solution
from grader.errors import GradeckError, UnknownNameError

VARIED: Final = "varied"
MOST_TRIED: Final = 4096


def largest_batch(solved: Solution, most_bytes: Number) -> int:
    """How many instances train at once in so many bytes; 0 where the parameters leave no room.

    The bytes of training are those of the parameters, and as many again for every instance.

    >>> from grader.cnn.network import read_network
    >>> from grader.cnn.solving import solution
    >>> layers = [{"id": "dense", "op": "dense", "units": 10, "bias": False}]
    >>> solved = solution(read_network({"input": {"units": 5}, "layers": layers}))
    >>> largest_batch(solved, 200 + 3 * 4 * (10 + 5))
    3
    """
    parameters, training = solved.totals.parameter_bytes, solved.totals.training_bytes
    batch = solved.network.batch
    if isinstance(batch, str):
        raise TypeError("a solved network has numbers, no draws")
    for_one = (training - parameters) / batch
    return max(0, int((most_bytes - parameters) // for_one))


def values_that_give(
    network: Network, field: str, wanted: str, value: Number
) -> tuple[int | str, ...]:
    """The values of a layer's field for which a quantity comes to `value`.

    `field` is `layer.field`, such as `conv1.stride`; `wanted` names a line of the worksheet,
    such as `conv1.height`. A pair is varied as one number for both axes. Of a padding, the
    kinds that have a name are tried as well. Numbers are tried up to the input's size (of
    `filters`, `units` and the like up to MOST_TRIED). UnknownNameError for a name that isn't
    there; GradeckError for a field that is no number.

    >>> from grader.cnn.network import read_network
    >>> layers = [{"id": "conv", "op": "conv", "filters": 8, "kernel": 3}]
    >>> image = {"channels": 3, "height": 75, "width": 75}
    >>> network = read_network({"input": image, "layers": layers})
    >>> values_that_give(network, "conv.stride", "conv.height", 37)
    (2,)
    >>> values_that_give(network, "conv.padding", "conv.height", 75)
    (1, 'same', 'same_lower')
    """
    index, name = _index_and_field(network, field)
    layer = network.layers[index]
    kind = layer.operation.fields[name]
    whole = network_worksheet(_with_field(network, index, name, _varied(kind)))
    sheet = whole.only([whole[wanted].name])
    found: list[int | str] = []
    for number in _tried(network, layer, name):
        try:
            cells = sheet.solve({VARIED: number})
        except GradeckError:
            continue
        if cells[wanted] == value:
            found.append(number)
    if isinstance(kind, PaddingField):
        found += [word for word in kind.kinds if _gives(network, index, word, wanted, value)]
    return tuple(found)


def _index_and_field(network: Network, field: str) -> tuple[int, str]:
    """The layer's index and its field's name, of `layer.field`."""
    id_, dot, name = field.rpartition(".")
    if not dot:
        raise GradeckError(f"expected a layer and its field, such as conv1.stride, got {field!r}")
    indices = {layer.id: index for index, layer in enumerate(network.layers)}
    if id_ not in indices:
        raise UnknownNameError("layer", id_, indices)
    fields = network.layers[indices[id_]].operation.fields
    numbers = {
        each: kind
        for each, kind in fields.items()
        if isinstance(kind, WholeNumber | PairOfNumbers | PaddingField)
    }
    if name not in numbers:
        raise UnknownNameError("field of numbers", field, [f"{id_}.{each}" for each in numbers])
    return indices[id_], name


def _varied(kind: object) -> object:
    """The field's value that reads the one draw wherever it has a number."""
    if isinstance(kind, PaddingField):
        return Padding("explicit", VARIED, VARIED, VARIED, VARIED)
    return Pair(VARIED, VARIED) if isinstance(kind, PairOfNumbers) else VARIED


def _with_field(network: Network, index: int, name: str, value: Any) -> Network:  # noqa: ANN401 - of any kind of field
    layer = network.layers[index]
    changed = replace(layer, fields={**layer.fields, name: value})
    layers = (*network.layers[:index], changed, *network.layers[index + 1 :])
    return replace(network, layers=layers, draws=frozenset({VARIED}))


def _tried(network: Network, layer: Layer, name: str) -> Iterable[int]:
    kind = layer.operation.fields[name]
    least = kind.least if isinstance(kind, WholeNumber | PairOfNumbers) else 0
    sizes = [cell for cell in network.shape[1:] if isinstance(cell, int)]
    most = MOST_TRIED if isinstance(kind, WholeNumber) else max(sizes, default=1)
    return range(least, min(most, MOST_TRIED) + 1)


def _gives(network: Network, index: int, word: str, wanted: str, value: Number) -> bool:
    """Whether a padding of that name gives the quantity."""
    try:
        sheet = network_worksheet(_with_field(network, index, "padding", Padding(word)))
        return sheet.only([wanted]).solve({VARIED: 0})[wanted] == value
    except GradeckError:
        return False
