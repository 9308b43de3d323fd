"""A network as it was read: its input, its layers in listing order, its number type, its batch.

Structure is fixed when a network is read: which layers there are and what each reads, kinds of
padding, biases, the number type. A number may be a formula over a question's draws.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from grader.cnn.layers.fields import FieldReader
from grader.cnn.layers.layer import INPUT, Layer, Operation
from grader.cnn.layers.operations import OPERATIONS
from grader.cnn.macros import expanded
from grader.cnn.rules.rule import Cell
from grader.errors import Fault, NetworkError
from grader.naming import DOTTED_NAME, nearest_hint
from grader.worksheet import Line, Requirement

VALUE_BYTES: Final[Mapping[str, int]] = {
    "float64": 8,
    "float32": 4,
    "float16": 2,
    "bfloat16": 2,
    "int8": 1,
}
MAX_LAYERS: Final = 100_000
KEYS: Final = ("name", "source", "input", "dtype", "batch", "blocks", "layers")
LAYER_KEYS: Final = ("id", "op", "from", "in_place")

_RESERVED: Final = frozenset({"input", "total", "inference", "training", "batch", "value_bytes"})
_RESERVED_ENDS: Final = frozenset({"field", "jump", "start", "extent"})
_NEAR: Final = 500
_CURED: Final = 100


@dataclass(frozen=True, slots=True)
class Network:
    """A network's input, layers, number type and batch.

    `shape` is (channels, height, width) or (units,). `lines` and `requirements` are those that
    formulas over `draws` need; a network of plain numbers has none.
    """

    name: str
    shape: tuple[Cell, ...]
    layers: tuple[Layer, ...]
    dtype: str = "float32"
    batch: Cell = 1
    draws: frozenset[str] = frozenset()
    lines: tuple[Line, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    source: str = ""

    @property
    def value_bytes(self) -> int:
        """The bytes of one value."""
        return VALUE_BYTES[self.dtype]

    @property
    def is_chain(self) -> bool:
        """Whether each layer reads the one before it, and nothing else."""
        return all(layer.sources == (index - 1,) for index, layer in enumerate(self.layers))


def read_network(mapping: object, *, draws: frozenset[str] = frozenset()) -> Network:
    """The network that a mapping describes; NetworkError with all its faults.

    A number may be a formula over `draws`, where there are any. Each fault's `where` is a
    layer's id, `input`, or empty for the network itself.

    >>> network = read_network({
    ...     "input": {"channels": 3, "height": 200, "width": 300},
    ...     "layers": [{"id": "conv1", "op": "conv", "filters": 100, "kernel": 3}],
    ... })
    >>> network.layers[0].fields["stride"]
    Pair(height=1, width=1)
    """
    reader = FieldReader(draws)
    if not isinstance(mapping, dict):
        reader.fault("", "a network: a mapping with input and layers", mapping)
        raise NetworkError(reader.faults)
    for key in mapping:
        if key not in KEYS:
            reader.fault(str(key), f"one of {', '.join(KEYS)}", key, "remove it")
    dtype = mapping.get("dtype", "float32")
    if not isinstance(dtype, str) or dtype not in VALUE_BYTES:
        reader.fault("dtype", f"one of {', '.join(VALUE_BYTES)}", dtype)
    if not isinstance(mapping.get("name", ""), str):
        reader.fault("name", "a text", mapping["name"])
    batch = reader.whole("batch", mapping.get("batch", 1), 1)
    shape = _input(reader, mapping.get("input"))
    raw_layers, faults = expanded(mapping.get("layers"), mapping.get("blocks"), MAX_LAYERS)
    reader.faults += faults
    layers = _LayersReader(reader, raw_layers, "units" if len(shape) == 1 else "maps").read()
    if reader.faults:
        raise NetworkError(reader.faults)
    return Network(
        str(mapping.get("name", "")),
        shape,
        tuple(layers),
        str(dtype),
        batch,
        draws,
        tuple(reader.lines),
        tuple(reader.requirements),
        str(mapping.get("source", "")),
    )


def _input(reader: FieldReader, value: object) -> tuple[Cell, ...]:
    reader.owner = "input"
    expected = "{channels, height, width} or {units}"
    if not isinstance(value, dict):
        reader.fault("", expected, value)
        shape: tuple[Cell, ...] = (1, 1, 1)
    elif "units" in value:
        shape = (reader.whole("units", value["units"], 1),)
        _refuse_others(reader, value, ("units",))
    else:
        names = ("channels", "height", "width")
        shape = tuple(reader.whole(name, value.get(name), 1) for name in names)
        _refuse_others(reader, value, names)
    reader.owner = ""
    return shape


def _refuse_others(reader: FieldReader, value: Mapping[str, object], names: Sequence[str]) -> None:
    for key in value:
        if key not in names:
            reader.fault(str(key), f"only {', '.join(names)}", key, "remove it")


def _has_name(raw: object) -> bool:
    return isinstance(raw, dict) and isinstance(raw.get("id"), str)


class _LayersReader:
    """Reads layers in listing order; each knows those before it."""

    def __init__(self, reader: FieldReader, raw: Sequence[Any], input_kind: str) -> None:
        self.reader = reader
        self.raw = raw
        # Every id as it is written, so that one that is listed later can be told from none.
        self.written = {raw_layer.get("id") for raw_layer in raw if _has_name(raw_layer)}
        self.indices: dict[str, int] = {"input": INPUT}
        # What each layer gives, maps or units; the input's stands last, at index -1.
        self.kinds: list[str] = []
        self.input_kind = input_kind

    def read(self) -> list[Layer]:
        layers = []
        for index, raw in enumerate(self.raw):
            self.reader.owner = f"layers[{index + 1}]"
            layer = self.layer(index, raw) if isinstance(raw, dict) else None
            if not isinstance(raw, dict):
                self.reader.fault("", "a layer: {id: ..., op: ..., ...}", raw)
            if layer is None:
                self.kinds.append("unknown")
                continue
            layers.append(layer)
        self.reader.owner = ""
        return layers

    def layer(self, index: int, raw: Mapping[str, Any]) -> Layer | None:
        reader = self.reader
        id_ = self.identifier(raw.get("id"), index)
        operation = self.operation(raw.get("op"))
        if operation is None:
            return None
        sources = self.sources(index, raw, operation)
        fields = self.fields(raw, operation)
        more = fields.get("output_padding", (0, 0))
        if more != (0, 0) and fields["padding"].kind in {"same", "same_lower"}:
            expected, cure = "0 where the padding is same", "give the padding as a number"
            reader.fault("output_padding", expected, raw["output_padding"], cure)
        in_place = raw.get("in_place", False)
        if in_place is not False and (in_place is not True or not operation.replaces):
            expected = "true or false" if operation.replaces else "false: its output is a new map"
            reader.fault("in_place", expected, in_place)
        self.kinds.append(self.kind_given(sources, operation))
        return Layer(id_, operation, fields, sources, in_place is True)

    def identifier(self, value: object, index: int) -> str:
        reader = self.reader
        if not isinstance(value, str) or not re.fullmatch(DOTTED_NAME, value):
            cure = "letters, digits and _, beginning with a letter; parts joined by dots"
            reader.fault("id", "an id", value, cure)
            return reader.owner
        reader.owner = value
        if value in self.indices and value != "input":
            reader.fault("id", "an id of its own", f"{value} again", "rename one of the layers")
        elif value in _RESERVED or value.rpartition(".")[2] in _RESERVED_ENDS:
            reader.fault("id", "an id that the worksheet doesn't use itself", value, "rename it")
        else:
            self.indices[value] = index
        return value

    def operation(self, value: object) -> Operation | None:
        if isinstance(value, str) and value in OPERATIONS:
            return OPERATIONS[value]
        cure = ""
        if isinstance(value, str) and len(self.reader.faults) < _CURED:
            cure = nearest_hint(value, OPERATIONS)
        self.reader.fault("op", "an operation", value, cure)
        return None

    def sources(self, index: int, raw: Mapping[str, Any], operation: Operation) -> tuple[int, ...]:
        """The indices of the layer's inputs; the layer before where none is written."""
        reader = self.reader
        names = raw.get("from")
        several = operation.takes == "several"
        if names is None:
            if several:
                reader.fault(
                    "from", "the ids of two inputs or more", None, "write from: [..., ...]"
                )
            found: tuple[int, ...] = (index - 1,)
        else:
            listed = names if isinstance(names, list) else [names]
            found = tuple(self.source(name) for name in listed)
            fewest, most = (2, len(listed)) if several else (1, 1)
            if not fewest <= len(listed) <= most:
                count = f"{len(listed)} inputs"
                expected = "two inputs or more" if several else "one input"
                reader.faults.append(Fault(expected, count, layer=reader.owner, field="from"))
        self.check_kinds([self.kind(source) for source in found], operation)
        return found

    def source(self, name: object) -> int:
        if isinstance(name, str) and name in self.indices:
            index = self.indices[name]
            if name != self.reader.owner:
                return index
            self.reader.fault("from", "another layer", f"{name}", "a layer can't read itself")
            return INPUT
        if isinstance(name, str) and name in self.written:
            cure = "layers that read each other make a circle; list it before this one"
            self.reader.fault("from", "a layer listed before this one", name, cure)
        else:
            cure = ""
            # Looking for the nearest name takes long: where so much is wrong, nobody reads it.
            if isinstance(name, str) and len(self.reader.faults) < _CURED:
                near = list(self.indices)[-_NEAR:]
                cure = nearest_hint(name, near)
            self.reader.fault("from", "the id of a layer or input", name, cure)
        return INPUT

    def kind(self, index: int) -> str:
        return self.input_kind if index == INPUT else self.kinds[index]

    def check_kinds(self, kinds: Sequence[str], operation: Operation) -> None:
        if operation.takes == "maps" and kinds[:1] == ["units"]:
            cure = "put it before flatten or dense"
            expected = "maps with channels, height and width"
            fault = Fault(expected, "units in a row", cure, layer=self.reader.owner, field="from")
            self.reader.faults.append(fault)
        if operation.takes == "several" and {"maps", "units"} <= set(kinds):
            fault = Fault(
                "inputs of one kind", "maps and units", layer=self.reader.owner, field="from"
            )
            self.reader.faults.append(fault)

    def kind_given(self, sources: Sequence[int], operation: Operation) -> str:
        if operation.gives != "same":
            return operation.gives
        return self.kind(sources[0]) if sources else self.input_kind

    def fields(self, raw: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
        reader = self.reader
        kinds = operation.fields
        fields: dict[str, Any] = {}
        for name, kind in kinds.items():
            if name in raw:
                fields[name] = kind.read(reader, name, raw[name])
            elif not kind.needed:
                follows = getattr(kind, "as_field", "")
                fields[name] = fields[follows] if follows else kind.default
            else:
                reader.fault(name, kind.expects(), None, f"add {name}")
                fields[name] = kind.read(FieldReader(reader.draws), name, 1)
        for key in raw:
            if key not in kinds and key not in LAYER_KEYS:
                known = ", ".join(kinds) or "no fields of its own"
                cure = f"{operation.name} has {known}"
                reader.fault(str(key), "a field of this operation", key, cure)
        return fields
