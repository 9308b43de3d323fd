"""Reading the `network:` of a question into a worksheet."""

from collections.abc import Mapping
from typing import Any

from cards.fields import Entry
from cards.strict_yaml import Path
from grader.cnn.network import read_network
from grader.cnn.network_lines import network_worksheet
from grader.errors import Fault, NetworkError
from grader.worksheet import Worksheet


def read_network_sheet(entry: Entry, draws: frozenset[str]) -> Worksheet | None:
    """The worksheet of a network whose numbers may be formulas over the draws.

    Every fault of the network is noted where its layer's field stands; then there is none.
    """
    try:
        return network_worksheet(read_network(entry.value, draws=draws))
    except NetworkError as error:
        for fault in error.faults:
            _note(entry, fault)
        return None


def _note(entry: Entry, fault: Fault) -> None:
    """Note a network's fault at the place that its layer and field have in the document."""
    place = Entry(
        entry.value, entry.document, (*entry.path, *_path(entry.value, fault)), entry.faults
    )
    place.note(fault.expected, fault.got, fault.cure)


def _path(value: object, fault: Fault) -> Path:
    field: Path = (fault.field,) if fault.field else ()
    if not isinstance(value, Mapping) or not fault.where:
        return field
    layers: Any = value.get("layers")
    if isinstance(layers, list):
        places = [
            place
            for place, layer in enumerate(layers)
            if fault.where == f"layers[{place + 1}]"
            or (isinstance(layer, Mapping) and layer.get("id") == fault.where)
        ]
        # Of two layers with one id, the fault is the one's that has the field, or the later's.
        places.sort(key=lambda place: fault.field in layers[place])
        if places:
            return ("layers", places[-1], *field)
    return (fault.where, *field)
