"""Network files: one by its path, or one that comes with Gradeck by its name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cards.documents import strict_yaml
from cards.documents.strict_yaml import MAX_BYTES, Document, read_documents
from grader import cnn
from grader.cnn.network import Network, read_network
from grader.cnn.solving import read_json
from grader.errors import Fault, NetworkError, UnknownNameError

MAX_JSON_BYTES: Final = 64_000_000
NETWORKS: Final = Path(cnn.__file__).parent / "networks"
_MACROS: Final = frozenset({"block", "layers", "repeat"})


@dataclass(frozen=True, slots=True)
class NetworkFileFault(Fault):
    """A fault of a network file: `where` is the layer's id, as in a network that has no file."""

    file: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        said = str(Fault(self.where, self.expected, self.got, self.cure, None, self.field))
        return f"{place}: {said}"


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
    """The error with the lines that its layers have in the file, for numbers that don't fit."""
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
        raise NetworkError([NetworkFileFault("", expected, got, file=path_or_name)]) from None
    if len(content) > MAX_BYTES:
        return _long_document(content, path, path_or_name)
    documents, unread = read_documents(content, path_or_name)
    faults = [*unread, *(fault for document in documents for fault in document.faults)]
    if not faults and len(documents) != 1:
        faults = [Fault("", "one network", f"{len(documents)} documents", "split the file")]
    if faults:
        raise NetworkError(_in_file(fault, "", path_or_name, fault.line) for fault in faults)
    return documents[0]


def _long_document(content: bytes, path: Path, file: str) -> Document:
    """A JSON file of a network too long for the reader of YAML; its values have no lines."""
    most = MAX_JSON_BYTES if path.suffix == ".json" else MAX_BYTES
    if len(content) > most:
        cure = "write it with repeat and blocks, or as JSON"
        fault = Fault("", f"at most {most:,} bytes", "more", cure)
        raise NetworkError([_in_file(fault, "", file, None)])
    try:
        return Document(read_json(content), file, {})
    except NetworkError as error:
        raise NetworkError(_in_file(fault, "", file, None) for fault in error.faults) from None


def _located(faults: Iterable[Fault], document: Document) -> list[Fault]:
    if not document.lines:
        return [_in_file(fault, fault.where, document.where, None) for fault in faults]
    return [
        _in_file(fault, fault.where, document.where, document.line(_path(document.value, fault)))
        for fault in faults
    ]


def _in_file(fault: Fault, layer: str, file: str, line: int | None) -> Fault:
    return NetworkFileFault(layer, fault.expected, fault.got, fault.cure, line, fault.field, file)


def _path(value: object, fault: Fault) -> strict_yaml.Path:
    """Where a layer's field stands; a layer that a macro wrote stands in its block."""
    blocks: Any = value.get("blocks") if isinstance(value, Mapping) else None
    holder: Any = value
    path: strict_yaml.Path = ()
    rest = fault.where
    while rest and (found := _layer(holder, rest, fault.field)) is not None:
        place, rest = found
        path = (*path, "layers", place)
        holder = holder["layers"][place]
        if not isinstance(holder, Mapping):
            break
        first, _, after = rest.partition(".")
        rest = after if "repeat" in holder and first.isdecimal() else rest
        name = holder.get("block")
        if rest and isinstance(blocks, Mapping) and isinstance(name, str) and name in blocks:
            path, holder = ("blocks", name), blocks[name]
    if not path and fault.where:
        path = ("layers",) if fault.where.startswith("layers[") else (fault.where,)
    return (*path, fault.field) if fault.field else path


def _layer(holder: object, id_: str, field: str) -> tuple[int, str] | None:
    """The place of the layer that an id begins with, and the rest of the id.

    Of two layers with one id, the fault is the one's that has the field, or the later's.
    """
    found: object = holder.get("layers") if isinstance(holder, Mapping) else None
    layers = found if isinstance(found, list) else []
    # `layers[3]` counts written-out layers, so beside macros it tells no place in the file.
    counted = not any(isinstance(layer, Mapping) and _MACROS & layer.keys() for layer in layers)
    places = []
    for place, layer in enumerate(layers):
        own = layer.get("id") if isinstance(layer, Mapping) else None
        if id_ == own or (counted and id_ == f"layers[{place + 1}]"):
            places.append((0, isinstance(layer, Mapping) and field in layer, place))
        elif isinstance(own, str) and id_.startswith(f"{own}."):
            places.append((len(own) - len(id_), False, place))
    if not places:
        return None
    left, _, place = max(places)
    return place, id_[len(id_) + left + 1 :]
