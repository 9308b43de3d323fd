"""Reading the `network:` of a question into a worksheet."""

from dataclasses import replace

from cards.documents.entry import Entry
from cards.documents.strict_yaml import Document, read_documents
from cards.networks.fault_paths import fault_path
from cards.networks.files import NETWORKS, named_networks
from grader.cnn.network import Network, read_network
from grader.cnn.network_lines import network_worksheet
from grader.errors import Fault, NetworkError
from grader.naming import nearest_hint
from grader.worksheet import Worksheet


def with_named_network(document: Document, faults: list[Fault]) -> Document:
    """The document with a network's name replaced by that network.

    So a question's kept document needs no other file. An unknown name is noted as a fault.

    >>> named = with_named_network(Document({"network": "lenet5"}, "a.yaml", {}), [])
    >>> named.value["network"]["name"]
    'LeNet-5, the modern form'
    """
    name = document.value.get("network")
    if not isinstance(name, str):
        return document
    known = named_networks()
    if name not in known:
        entry = Entry(document.value, document, (), faults).at("network")
        entry.note("a network, or the name of a known one", cure=nearest_hint(name, known))
        return document
    (network,), _ = read_documents((NETWORKS / f"{name}.yaml").read_bytes(), name)
    return replace(document, value={**document.value, "network": network.value})


def read_question_network(
    entry: Entry, draws: frozenset[str]
) -> tuple[Network, Worksheet] | tuple[None, None]:
    """A network whose numbers may be formulas over the draws, and its worksheet.

    Every fault of the network is noted where its layer's field stands; then there is none.
    """
    try:
        network = read_network(entry.value, draws=draws)
        return network, network_worksheet(network)
    except NetworkError as error:
        for fault in error.faults:
            _note(entry, fault)
        return None, None


def _note(entry: Entry, fault: Fault) -> None:
    """Note a network's fault at the place that its layer and field have in the document."""
    place = Entry(
        entry.value, entry.document, (*entry.path, *fault_path(entry.value, fault)), entry.faults
    )
    place.note(fault.expected, fault.got, fault.cure)
