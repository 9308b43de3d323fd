"""When each map is alive: written by its layer, freed after the last layer that reads it.

Layers are computed in listing order. A view, and a layer that works in place, writes no map: its
output lies in its input's. A map's index is that of the layer that wrote it, or `INPUT`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from grader.cnn.layers.layer import INPUT
from grader.cnn.network import Network


class Moment(NamedTuple):
    """What computing one layer does to memory: the map it writes, and those freed after it."""

    written: int | None
    freed: tuple[int, ...]


def homes(network: Network) -> list[int]:
    """For each layer the index of the map that its output lies in.

    >>> from grader.cnn.network import read_network
    >>> dense = {"id": "a", "op": "dense", "units": 2}
    >>> relu = {"id": "b", "op": "relu", "in_place": True}
    >>> homes(read_network({"input": {"units": 3}, "layers": [dense, relu]}))
    [0, 0]
    """
    found: list[int] = []
    for index, layer in enumerate(network.layers):
        writes = not (layer.operation.is_view or layer.in_place)
        source = layer.sources[0]
        found.append(index if writes else INPUT if source == INPUT else found[source])
    return found


def written_maps(network: Network) -> list[int]:
    """The indices of the layers that write a map.

    >>> from grader.cnn.network import read_network
    >>> layers = [{"id": "a", "op": "relu"}, {"id": "b", "op": "flatten"}]
    >>> written_maps(read_network({"input": {"units": 3}, "layers": layers}))
    [0]
    """
    return [index for index, home in enumerate(homes(network)) if home == index]


def liveness(network: Network) -> Iterator[Moment]:
    """What happens to memory at each layer, in listing order.

    The last layer's output counts as read by it, and so does one that nobody reads.

    >>> from grader.cnn.network import read_network
    >>> layers = [{"id": "a", "op": "relu"}, {"id": "b", "op": "add", "from": ["a", "input"]}]
    >>> for moment in liveness(read_network({"input": {"units": 3}, "layers": layers})):
    ...     print(moment)
    Moment(written=0, freed=())
    Moment(written=1, freed=(-1, 0, 1))
    """
    home = homes(network)
    last_use = dict.fromkeys((INPUT, *home), INPUT)
    for index, layer in enumerate(network.layers):
        last_use[home[index]] = index
        for source in layer.sources:
            last_use[INPUT if source == INPUT else home[source]] = index
    freed: dict[int, list[int]] = {}
    for written, use in last_use.items():
        freed.setdefault(use, []).append(written)
    for index in range(len(network.layers)):
        yield Moment(index if home[index] == index else None, tuple(freed.get(index, ())))
