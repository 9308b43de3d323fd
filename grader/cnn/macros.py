"""Macros of a network file: `repeat` and `block`, written out before the layers are read.

    blocks:
      residual:                      # a block: layers with numbers of their own to fill in
        numbers: {width: , stride: 1}
        layers:
          - {id: conv1, op: conv, filters: width, kernel: 3, stride: stride, padding: 1}
          - {id: sum, op: add, from: [conv1, input]}
    layers:
      - {id: stage1, block: residual, width: 64, repeat: 3}
      - {id: tail, repeat: 2, layers: [{id: conv, op: conv, filters: 8, kernel: 1}]}

Inside, `input` is what comes into the block (its `from`, or the layer before it), and an id is
the block's own; outside, the layers are `stage1.1.conv1` and so on, and `stage1` is the last
one. A field inside may be a formula over the block's numbers, such as `4 * width`.
"""

from collections.abc import Mapping
from typing import Any, Final

from grader.errors import Fault, FormulaError
from grader.formula import read
from grader.numerals import shown_value
from grader.writing import as_text

MAX_NESTING: Final = 8
MAX_FAULTS: Final = 100
_WORDS: Final = frozenset({"id", "op", "from", "block", "layers"})
_MACRO_KEYS: Final = frozenset({"id", "block", "layers", "repeat", "from"})


def expanded(layers: object, blocks: object, most: int) -> tuple[list[Any], list[Fault]]:
    """The layers with every macro written out, and the faults found on the way.

    >>> twice = {"id": "a", "repeat": 2, "layers": [{"id": "r", "op": "relu"}]}
    >>> layers, _ = expanded([twice], None, 9)
    >>> [layer["id"] for layer in layers]
    ['a.1.r', 'a.2.r']
    """
    expander = _Expander(most)
    if blocks is not None and not isinstance(blocks, dict):
        expander.fault("", "blocks", "a mapping of blocks by name", shown_value(blocks))
    expander.blocks = blocks if isinstance(blocks, dict) else {}
    if not isinstance(layers, list) or not layers:
        expander.fault(
            "", "layers", "a list of layers", shown_value(layers) if layers != [] else "none"
        )
        return [], expander.faults
    if not any(isinstance(raw, dict) and _is_macro(raw) for raw in layers):
        if len(layers) > most:
            expander.too_many("", "layers")
            return [], expander.faults
        return layers, expander.faults
    try:
        expander.write(layers, "", "input", {}, 0)
    except _TooManyError:
        if not expander.faults:
            expander.too_many("", "layers")
    if not expander.layers and not expander.faults:
        expander.fault("", "layers", "a layer", "blocks without any")
    return expander.layers, expander.faults


def _is_macro(raw: Mapping[str, Any]) -> bool:
    return "op" not in raw and not raw.keys().isdisjoint(("block", "layers", "repeat"))


class _TooManyError(Exception):
    """Writing out can't go on: there are too many layers, or too many faults."""


class _Expander:
    def __init__(self, most: int) -> None:
        self.most = most
        self.blocks: Mapping[str, Any] = {}
        self.layers: list[Any] = []
        self.faults: list[Fault] = []

    def fault(self, where: str, field: str, expected: str, got: str, cure: str = "") -> None:
        self.faults.append(Fault(expected, got, cure, layer=where, field=field))

    def too_many(self, where: str, field: str) -> None:
        """Note that there are too many layers, unless so much else is wrong already."""
        if len(self.faults) < MAX_FAULTS:
            self.fault(where, field, f"at most {self.most:,} layers", "more")

    def write(
        self, layers: list[Any], prefix: str, entering: str, numbers: Mapping[str, Any], depth: int
    ) -> str:
        """Write out the layers of one block or of the file; returns the last one's id."""
        scope = {"input": entering}
        last = entering
        for place, raw in enumerate(layers):
            if len(self.layers) >= self.most or len(self.faults) >= MAX_FAULTS:
                raise _TooManyError
            if not isinstance(raw, dict):
                self.layers.append(raw)
                continue
            name = raw.get("id")
            here = f"{prefix}{name}" if isinstance(name, str) else name
            first = entering if prefix and place == 0 else None
            sources = _renamed(raw["from"], scope) if "from" in raw else first
            if _is_macro(raw):
                last = self.macro(raw, here, sources or last, numbers, depth)
            else:
                layer = {k: v if k in _WORDS else filled(v, numbers) for k, v in raw.items()}
                layer["id"] = here
                if sources is not None:
                    layer["from"] = sources
                self.layers.append(layer)
                last = here if isinstance(here, str) else last
            if isinstance(name, str):
                scope[name] = last
        return last

    def macro(
        self,
        raw: Mapping[str, Any],
        here: Any,
        entering: Any,
        numbers: Mapping[str, Any],
        depth: int,
    ) -> str:
        """Write out a block or a repetition; returns the last layer's id."""
        where = here if isinstance(here, str) else ""
        if not where or not isinstance(entering, str) or depth >= MAX_NESTING:
            if not where:
                self.fault("", "id", "an id for each block and repetition", shown_value(here))
            elif depth >= MAX_NESTING:
                self.fault(where, "block", f"blocks at most {MAX_NESTING} deep", "deeper ones")
            else:
                self.fault(where, "from", "one input", shown_value(entering))
            return where
        layers, inner = self.body(raw, where, numbers)
        times = filled(raw.get("repeat", 1), numbers)
        if times.__class__ is not int or times < 1:
            self.fault(where, "repeat", "a whole number from 1", shown_value(times))
            times = 1
        last, before = entering, len(self.layers)
        for time in range(1, times + 1):
            prefix = f"{where}.{time}." if "repeat" in raw else f"{where}."
            try:
                last = self.write(layers, prefix, last, inner, depth + 1)
            except _TooManyError:
                if depth == 0:
                    self.too_many(where, "repeat" if "repeat" in raw else "block")
                raise
            if len(self.layers) == before:
                # Of a block without layers a repetition has none either.
                break
        return last

    def body(
        self, raw: Mapping[str, Any], where: str, numbers: Mapping[str, Any]
    ) -> tuple[list[Any], Mapping[str, Any]]:
        """The layers that a macro stands for, and the numbers to fill in."""
        if "block" not in raw:
            layers = raw.get("layers")
            for key in raw.keys() - _MACRO_KEYS:
                self.fault(
                    where, str(key), "id, from, repeat and layers", shown_value(key), "remove it"
                )
            if not isinstance(layers, list) or not layers:
                self.fault(where, "layers", "a list of layers", shown_value(layers))
                return [], numbers
            return layers, numbers
        block = self.blocks.get(raw["block"]) if isinstance(raw["block"], str) else None
        if not isinstance(block, dict) or not isinstance(block.get("layers"), list):
            known = ", ".join(self.blocks) or "none"
            self.fault(
                where,
                "block",
                "a block with layers",
                shown_value(raw["block"]),
                f"there are: {known}",
            )
            return [], numbers
        for key in block.keys() - {"numbers", "layers"}:
            self.fault(
                where, "block", "a block of numbers and layers", f"the key {key!r}", "remove it"
            )
        declared = block.get("numbers") or {}
        if not isinstance(declared, dict):
            self.fault(where, "block", "numbers: by name, such as {width: }", shown_value(declared))
            declared = {}
        given = {k: filled(v, numbers) for k, v in raw.items() if k not in _MACRO_KEYS}
        for key in given.keys() - declared.keys():
            self.fault(
                where, key, f"a number of block {raw['block']!r}", shown_value(key), "remove it"
            )
        for key, default in declared.items():
            if given.setdefault(key, default) is None:
                self.fault(where, key, "a number", "nothing", f"block {raw['block']!r} needs it")
        return block["layers"], given


def _renamed(names: Any, scope: Mapping[str, str]) -> Any:
    """Ids as they are called outside; what a block doesn't know is left for the reader."""
    if isinstance(names, list):
        return [_renamed(name, scope) for name in names]
    return scope.get(names, names) if isinstance(names, str) else names


def filled(value: Any, numbers: Mapping[str, Any]) -> Any:
    """A field's value with a block's numbers put in; other names are left.

    >>> filled("4 * width", {"width": 64}), filled("same", {"width": 64})
    (256, 'same')
    >>> filled("4 * width", {"width": "f1 + 1"})
    '4 * (f1 + 1)'
    """
    if isinstance(value, list):
        return [filled(inner, numbers) for inner in value]
    if not isinstance(value, str) or not numbers:
        return value
    if value in numbers:
        return numbers[value]
    try:
        formula = read(value)
        if not any(name in numbers for name in formula.names):
            return value
        if all(numbers.get(name).__class__ is int for name in formula.names):
            return formula.value(numbers)
        cells = {
            name: number if number.__class__ is int else f"({number})"
            for name, number in numbers.items()
        }
        return as_text(formula, cells)
    except FormulaError:
        return value
