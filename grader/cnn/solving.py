"""A network of plain numbers solved: every layer's counts and the totals, ready for JSON."""

import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import chain
from typing import Any, Final, NamedTuple

from grader.arithmetic import Number
from grader.characters import unprintable
from grader.cnn.layers.layer import Axis, Counts, Layer, Maps, Output, Sight
from grader.cnn.layers.sheets import ValueSheet
from grader.cnn.liveness import liveness
from grader.cnn.network import Network, read_network
from grader.cnn.totals import Totals, input_output, layer_counts, network_totals
from grader.errors import Fault, FaultsError, FormulaError, GradeckError, NetworkError
from grader.formula import literal
from grader.numerals import numeral


class Solution(NamedTuple):
    """Every quantity of a network: of its input, each layer, memory at each, the totals."""

    network: Network
    source: Output[Number]
    counts: Sequence[Counts[Number]]
    alive_bytes: Sequence[Number]
    totals: Totals[Number]


def solution(network: Network) -> Solution:
    """Every quantity of a network; NetworkError, with each layer whose numbers don't fit.

    >>> layers = [{"id": "dense", "op": "dense", "units": 10}]
    >>> solved = solution(read_network({"input": {"units": 5}, "layers": layers}))
    >>> solved.totals.parameters, solved.alive_bytes
    (60, [60])
    """
    sheet = ValueSheet(network.value_bytes)
    source = input_output(sheet, network)
    found = layer_counts(sheet, network, source)
    counts = [row for row in found if row is not None]
    if sheet.faults:
        raise NetworkError(sheet.faults)
    alive = _alive_bytes(network, source, counts)
    totals = network_totals(sheet, network, source, counts, max(alive))
    return Solution(network, source, counts, alive, totals)


def _alive_bytes(
    network: Network, source: Output[Number], counts: Sequence[Counts[Number]]
) -> list[Number]:
    """The bytes of all maps alive while each layer is computed."""
    alive = source.bytes
    found: list[Number] = []
    for moment in liveness(network):
        if moment.written is not None:
            alive += counts[moment.written].output.bytes
        found.append(alive)
        for index in moment.freed:
            freed = source if index < 0 else counts[index].output
            alive -= freed.bytes
    return found


def solve(network: Network) -> dict[str, Any]:
    """The counts of a network as JSON has them; NetworkError where its numbers don't fit.

    Shapes and counts are for one instance, `training_bytes` for the batch.

    >>> conv = {"id": "c", "op": "conv", "filters": 100, "kernel": 3}
    >>> conv |= {"stride": 2, "padding": "same"}
    >>> image = {"channels": 3, "height": 200, "width": 300}
    >>> network = read_network({"input": image, "layers": [conv]})
    >>> solve(network)["layers"][0]["output"]
    {'channels': 100, 'height': 100, 'width': 150}
    """
    return as_json(solution(network))


def as_json(solved: Solution) -> dict[str, Any]:
    """A solution as JSON has it: whole numbers, and texts such as "1/3" for other fractions.

    A receptive field is rounded up to whole places, its start down.
    """
    return {
        "ok": True,
        "name": solved.network.name,
        "layers": [
            _layer(layer, row, alive)
            for layer, row, alive in zip(
                solved.network.layers, solved.counts, solved.alive_bytes, strict=True
            )
        ],
        "total": solved.totals._asdict(),
    }


def _layer(layer: Layer, row: Counts[Number], alive: Number) -> dict[str, Any]:
    output = row.output
    height, width = output.height, output.width
    if isinstance(output, Maps):
        shape = {
            "channels": output.channels,
            "height": output.height.size,
            "width": output.width.size,
        }
    else:
        shape = {"units": output.units}
    return {
        "id": layer.id,
        "op": layer.operation.name,
        "output": shape,
        "parameters": row.parameters or 0,
        "statistics": row.statistics or 0,
        "multiply_adds": row.multiply_adds or 0,
        "bytes": output.bytes,
        "alive_bytes": alive,
        **_seen(height, width),
    }


def _seen(
    height: Axis[Number] | Sight[Number] | None, width: Axis[Number] | Sight[Number] | None
) -> dict[str, dict[str, int | float | str] | None]:
    """What an output sees: fields rounded up to whole places, starts rounded down, jumps exact."""
    if height is None or width is None:
        return {"receptive_field": None, "jump": None, "start": None}
    jump = None
    if isinstance(height, Axis) and isinstance(width, Axis):
        jump = {"height": _exactly(height.jump), "width": _exactly(width.jump)}
    return {
        "receptive_field": {"height": math.ceil(height.field), "width": math.ceil(width.field)},
        "jump": jump,
        "start": {"height": math.floor(height.start), "width": math.floor(width.start)},
    }


def _exactly(value: Number) -> int | float | str:
    """A number as JSON can have it without rounding: 2, 0.5, or the text "1/3"."""
    if isinstance(value, int):
        return value
    return float(value) if value.denominator & (value.denominator - 1) == 0 else numeral(value)


def errors_as_json(error: GradeckError) -> dict[str, Any]:
    """What is wrong with a network as JSON has it: the layer, its field, and a sentence.

    What is no layer's fault, such as a name that isn't there, has an empty id and field.

    >>> fault = Fault("1 to 9", "0", layer="conv1", field="kernel")
    >>> errors_as_json(NetworkError([fault]))["errors"]
    [{'id': 'conv1', 'field': 'kernel', 'message': 'expected 1 to 9, got 0'}]
    """
    if not isinstance(error, FaultsError):
        return {"ok": False, "errors": [{"id": "", "field": "", "message": str(error)}]}
    return {
        "ok": False,
        "errors": [
            {
                "id": fault.layer,
                "field": fault.field,
                "message": str(Fault(fault.expected, fault.got, fault.cure)),
            }
            for fault in error.faults
        ],
    }


def solve_json_line(text: str | bytes) -> str:
    """One network as a line of JSON, solved, as a line of JSON; never an exception.

    >>> dense = '{"id": "d", "op": "dense", "units": 0}'
    >>> answer = json.loads(solve_json_line('{"input": {"units": 3}, "layers": [' + dense + ']}'))
    >>> answer["errors"]
    [{'id': 'd', 'field': 'units', 'message': 'expected a whole number from 1, got 0'}]
    """
    try:
        answer = solve(read_network(read_json(text)))
    except NetworkError as error:
        answer = errors_as_json(error)
    return _ENCODER.encode(answer)


def read_json(text: str | bytes) -> object:
    """What one JSON text says, numbers exactly; NetworkError where it isn't JSON in UTF-8.

    >>> read_json('{"kernel": 3.0, "rate": 0.5}')
    {'kernel': 3, 'rate': Fraction(1, 2)}
    """
    if not text.strip():
        raise _not_json("an empty line")
    try:
        return _DECODER.decode(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except UnicodeDecodeError as error:
        got = f"the byte 0x{error.object[error.start]:02x}, which is not UTF-8"
    except json.JSONDecodeError as error:
        got = f"text that is no JSON at character {error.pos + 1}: {error.msg}"
    except FormulaError as error:
        got = error.reason
    except _NoJSONError as error:
        got = str(error)
    except RecursionError:
        got = "lists or objects too deep in each other"
    except ValueError:
        # Python refuses to read whole numbers of so many digits, which take long.
        got = f"a number of over {sys.get_int_max_str_digits():,} digits"
    raise _not_json(got)


def _not_json(got: str) -> NetworkError:
    return NetworkError([Fault("one JSON object", got)])


class _NoJSONError(Exception):
    """What Python's reader of JSON would let pass."""


def _number(text: str) -> Number:
    return -literal(text[1:]) if text.startswith("-") else literal(text)


def _no_constant(text: str) -> object:
    raise _NoJSONError(f"{text}, which is no number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys differ, and whose keys and texts show as what they are."""
    for text in chain.from_iterable(pairs):
        if isinstance(text, str) and not text.isprintable():
            for _, character in unprintable(text):
                raise _NoJSONError(f"{character}, which doesn't show")
    found = dict(pairs)
    if len(found) != len(pairs):
        again = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise _NoJSONError(f"the key {again!r} twice in one object")
    return found


def _fraction(value: object) -> str:
    if isinstance(value, Fraction):
        return numeral(value)
    raise TypeError(type(value).__name__)


_DECODER: Final = json.JSONDecoder(
    parse_float=_number, parse_constant=_no_constant, object_pairs_hook=_object
)
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), default=_fraction)
