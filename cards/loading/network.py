"""Reading the `network:` of a question into a worksheet."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cards.documents.entry import Entry, nearest
from cards.documents.strict_yaml import Document, Path, read_documents
from cards.networks.files import NETWORKS, named_networks
from grader.cnn.network import read_network
from grader.cnn.network_lines import network_worksheet
from grader.errors import Fault, NetworkError
from grader.worksheet import Worksheet


def with_named_network(document: Document, faults: list[Fault]) -> Document:
    """The document with a network's name replaced by that network.

    So a question's kept document needs no other file. An unknown name is noted as a fault.
    """
    name = document.value.get("network")
    if not isinstance(name, str):
        return document
    known = named_networks()
    if name not in known:
        entry = Entry(document.value, document, (), faults).at("network")
        entry.note("a network, or the name of a known one", cure=nearest(name, known))
        return document
    (network,), _ = read_documents((NETWORKS / f"{name}.yaml").read_bytes(), name)
    return replace(document, value={**document.value, "network": network.value})


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
        places.sort(
            key=lambda place: isinstance(layers[place], Mapping) and fault.field in layers[place]
        )
        if places:
            return ("layers", places[-1], *field)
    return (fault.where, *field)
