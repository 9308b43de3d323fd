"""Network files: a YAML or JSON file by its path, or one that comes with Gradeck by its name."""

from pathlib import Path
from typing import Final

import grader.cnn
from cards.strict_yaml import Document, read_documents
from grader.cnn.network import Network, read_network
from grader.errors import Fault, GradeckError, NetworkError, UnknownNameError

NETWORKS: Final = Path(grader.cnn.__file__).with_name("networks")
_SUFFIXES: Final = (".yaml", ".yml", ".json")


def named_networks() -> tuple[str, ...]:
    """The names of the networks that come with Gradeck, sorted."""
    return tuple(sorted(file.stem for file in NETWORKS.glob("*.yaml")))


def read_network_file(name: str) -> Network:
    """The network of a file, or the named one that comes with Gradeck.

    Raises NetworkError with every fault, its line and its layer; UnknownNameError for a name
    that isn't there; OSError for a file that can't be read.
    """
    path = Path(name)
    if path.suffix not in _SUFFIXES and not path.exists():
        if name not in named_networks():
            raise UnknownNameError("network", name, named_networks())
        path = NETWORKS / f"{name}.yaml"
    documents, faults = read_documents(path.read_bytes(), str(path))
    if faults:
        raise NetworkError(faults)
    if len(documents) != 1:
        raise GradeckError(f"{path}: expected one network, got {len(documents)} documents")
    try:
        return read_network(documents[0].value)
    except NetworkError as error:
        raise NetworkError(_placed(documents[0], fault) for fault in error.faults) from None


def _placed(document: Document, fault: Fault) -> Fault:
    """The fault with its line; `where` stays the layer's id, which JSON gives out."""
    return Fault(
        fault.where,
        fault.expected,
        fault.got,
        fault.cure,
        document.line(_path(document.value, fault)),
        fault.field,
    )


def _path(value: object, fault: Fault) -> tuple[str | int, ...]:
    field = (fault.field,) if fault.field else ()
    layers = value.get("layers") if isinstance(value, dict) else None
    for place, layer in enumerate(layers if isinstance(layers, list) else []):
        if isinstance(layer, dict) and fault.where in {layer.get("id"), f"layers[{place + 1}]"}:
            return ("layers", place, *field)
    return (fault.where, *field) if fault.where else field
