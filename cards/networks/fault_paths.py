"""Where the layer and field of a network's fault stand in the document that it came from."""

import re
from collections.abc import Mapping
from typing import Any, Final

from cards.documents.strict_yaml import Path
from grader.errors import Fault
from grader.naming import DOTTED_NAME

_MACROS: Final = frozenset({"block", "layers", "repeat"})


def fault_path(value: object, fault: Fault) -> Path:
    """Where a layer's field stands; a layer that a macro wrote stands in its block.

    >>> network = {"layers": [{"id": "conv1"}, {"id": "conv2", "kernel": 0}]}
    >>> fault_path(network, Fault("", "", layer="conv2", field="kernel"))
    ('layers', 1, 'kernel')
    """
    blocks: Any = value.get("blocks") if isinstance(value, Mapping) else None
    holder: Any = value
    path: Path = ()
    rest = fault.layer
    while rest and (found := _layer(holder, rest, fault.field)) is not None:
        index, rest = found
        path = (*path, "layers", index)
        holder = holder["layers"][index]
        if not isinstance(holder, Mapping):
            break
        first, _, after = rest.partition(".")
        rest = after if "repeat" in holder and first.isdecimal() else rest
        name = holder.get("block")
        if rest and isinstance(blocks, Mapping) and isinstance(name, str) and name in blocks:
            path, holder = ("blocks", name), blocks[name]
    if not path and fault.layer:
        path = ("layers",) if fault.layer.startswith("layers[") else (fault.layer,)
    return (*path, fault.field) if fault.field else path


def _has_id(layer: object) -> bool:
    own = layer.get("id") if isinstance(layer, Mapping) else None
    return isinstance(own, str) and re.fullmatch(DOTTED_NAME, own) is not None


def _layer(holder: object, id_: str, field: str) -> tuple[int, str] | None:
    """The index of the layer that an id begins with, and the rest of the id.

    Of two layers with one id, the fault is the one's that has the field, or the later's.
    """
    found: object = holder.get("layers") if isinstance(holder, Mapping) else None
    layers = found if isinstance(found, list) else []
    # `layers[3]` counts written-out layers, so beside macros it tells no index in the file.
    counted = not any(isinstance(layer, Mapping) and _MACROS & layer.keys() for layer in layers)
    nameless = [index for index, layer in enumerate(layers) if not _has_id(layer)]
    if not counted and id_.startswith("layers[") and len(nameless) == 1:
        return nameless[0], ""
    indices = []
    for index, layer in enumerate(layers):
        own = layer.get("id") if isinstance(layer, Mapping) else None
        if id_ == own or (counted and id_ == f"layers[{index + 1}]"):
            indices.append((0, isinstance(layer, Mapping) and field in layer, index))
        elif isinstance(own, str) and id_.startswith(f"{own}."):
            indices.append((len(own) - len(id_), False, index))
    if not indices:
        return None
    left, _, index = max(indices)
    return index, id_[len(id_) + left + 1 :]
