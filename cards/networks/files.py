"""Network files: one by its path, or one that comes with Gradeck by its name."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from cards.documents.strict_yaml import MAX_BYTES, Document, read_documents
from cards.networks.fault_paths import fault_path
from grader import cnn
from grader.cnn.network import Network, read_network
from grader.cnn.solving import read_json
from grader.errors import Fault, NetworkError, UnknownNameError

MAX_JSON_BYTES: Final = 64_000_000
NETWORKS: Final = Path(cnn.__file__).parent / "networks"


def named_networks() -> tuple[str, ...]:
    """The names of the networks that come with Gradeck, sorted.

    >>> named_networks()[:2]
    ('alexnet', 'alexnet_2012')
    """
    return tuple(sorted(path.stem for path in NETWORKS.glob("*.yaml")))


def read_network_file(path_or_name: str) -> Network:
    """The network of a YAML or JSON file, or the named one.

    NetworkError with every fault and its line; UnknownNameError where there is neither.

    >>> read_network_file("lenet5").shape
    (1, 32, 32)
    >>> read_network_file("resnet51")
    Traceback (most recent call last):
    grader.errors.UnknownNameError: there is no network 'resnet51'; the nearest is 'resnet50'
    """
    document = _document(path_or_name)
    try:
        return read_network(document.value)
    except NetworkError as error:
        raise NetworkError(_located(error.faults, document)) from None


def with_lines(error: NetworkError, path_or_name: str) -> NetworkError:
    """The error with the lines that its layers have in the file, for numbers that don't fit.

    >>> error = NetworkError([Fault("a size from 1", "0", layer="conv1", field="kernel")])
    >>> with_lines(error, "lenet5").faults[0].file
    'lenet5'
    """
    return NetworkError(_located(error.faults, _document(path_or_name)))


def _document(path_or_name: str) -> Document:
    path = Path(path_or_name)
    if not path.suffix and len(path.parts) <= 1 and not path.is_file():
        known = named_networks()
        if path_or_name not in known:
            raise UnknownNameError("network", path_or_name, known)
        path = NETWORKS / f"{path_or_name}.yaml"
    try:
        with path.open("rb") as file:
            content = file.read(MAX_JSON_BYTES + 1)
    except (OSError, ValueError) as error:
        got = getattr(error, "strerror", None) or str(error)
        expected = f"a file, or one of {', '.join(named_networks())}"
        raise NetworkError([Fault(expected, got, file=path_or_name)]) from None
    if len(content) > MAX_BYTES:
        return _long_document(content, path, path_or_name)
    documents, unread = read_documents(content, path_or_name)
    faults = [*unread, *(fault for document in documents for fault in document.faults)]
    if not faults and len(documents) != 1:
        line = documents[1].line(()) if documents else None
        got = f"{len(documents)} documents"
        faults = [Fault("one network", got, "split the file", line=line)]
    if faults:
        raise NetworkError(replace(fault, file=path_or_name) for fault in faults)
    return documents[0]


def _long_document(content: bytes, path: Path, file: str) -> Document:
    """A JSON file of a network too long for the reader of YAML; its values have no lines."""
    most = MAX_JSON_BYTES if path.suffix == ".json" else MAX_BYTES
    if len(content) > most:
        cure = "write it with repeat and blocks, or as JSON"
        raise NetworkError([Fault(f"at most {most:,} bytes", "more", cure, file=file)])
    try:
        return Document(read_json(content), file, {})
    except NetworkError as error:
        raise NetworkError(replace(fault, file=file) for fault in error.faults) from None


def _located(faults: Iterable[Fault], document: Document) -> list[Fault]:
    """The faults with their file, and the lines that their layers' fields have in it."""
    return [
        replace(
            fault,
            file=document.where,
            line=document.line(fault_path(document.value, fault)) if document.lines else None,
        )
        for fault in faults
    ]
