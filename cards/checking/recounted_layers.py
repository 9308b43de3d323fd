"""Answers of questions on layers counted again: one thing at a time, by no formula of theirs.

A recount knows a question's draws and its text, and finds the answers by laying windows, listing
weights, going through numbers or trying what fits. What layers of PyTorch find stands in the
tests, `tests/cards/questions`.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, count, pairwise, product
from math import prod
from types import MappingProxyType
from types import SimpleNamespace as Draws
from typing import Final

from cards.checking.counted_networks import window_starts
from grader.arithmetic import Number

Found = Mapping[str, Number | float]
Recount = Callable[[Draws], Found]
_MIB: Final = 1024 * 1024


def weights(kernel: int, inputs: int, filters: int, *, bias: bool = True) -> int:
    """The numbers that a convolution learns, a filter at a time.

    >>> weights(3, 1, 100)
    1000
    """
    places = list(product(range(kernel), range(kernel)))
    of_a_filter = sum(len(places) for _ in range(inputs)) + bias
    return sum(of_a_filter for _ in range(filters))


def seen(layers: Sequence[tuple[int, int, int]], place: int = 0) -> set[int]:
    """The pixels of a row that a place sees; layers are (kernel, stride, dilation) from the image.

    >>> sorted(seen([(3, 2, 1), (3, 1, 1)])), min(seen([(3, 2, 1), (2, 2, 1)], 1))
    ([0, 1, 2, 3, 4, 5, 6], 4)
    """
    places = {place}
    for kernel, stride, dilation in reversed(layers):
        taps = range(0, kernel * dilation, dilation)
        places = {one * stride + tap for one in places for tap in taps}
    return places


def field(layers: Sequence[tuple[int, int, int]]) -> int:
    """How many pixels lie from the first that a place sees to the last.

    >>> field([(3, 1, 1), (3, 1, 1)])
    5
    """
    places = seen(layers)
    return max(places) - min(places) + 1


def _dense_against_convolution(d: Draws) -> Found:
    inputs = list(product(range(d.height), range(d.width), range(d.channels)))
    dense = sum(len(inputs) + 1 for _ in range(d.units))
    return {"dense": dense, "convolution": weights(d.kernel, d.channels, d.units)}


def _weight_reuse(d: Draws) -> Found:
    rows, columns = (window_starts(size, d.kernel, 1) for size in (d.height, d.width))
    uses = list(product(rows, columns))
    return {"uses": len(uses), "outputs": sum(len(uses) for _ in range(d.filters))}


def _lenet_connections(d: Draws) -> Found:
    reads = [d.few_inputs] * d.few + [d.more_inputs] * d.more + [d.maps]
    learned = sum(weights(d.kernel, inputs, 1) for inputs in reads)
    return {"connections": sum(reads), "parameters": learned}


def _remedy_smaller_batch(d: Draws) -> Found:
    before, after = (
        sum(d.image + d.maps for _ in range(batch)) + d.parameters for batch in (d.batch, d.smaller)
    )
    return {"before": before, "saved": before - after}


def _remedy_larger_stride(d: Draws) -> Found:
    def values(stride: int) -> int:
        rows, columns = (window_starts(size, 1, stride, None) for size in (d.height, d.width))
        return sum(len(rows) * len(columns) for _ in range(d.filters))

    saved = sum(4 * (values(1) - values(d.stride)) for _ in range(d.batch))
    return {"values": values(d.stride), "saved": saved}


def _remedy_fewer_layers(d: Draws) -> Found:
    learned = weights(d.kernel, d.filters, d.filters)
    outputs = sum(prod((d.height, d.width, d.filters)) for _ in range(d.batch))
    return {"parameters": learned, "saved": sum((outputs, learned)) * 4}


def _remedy_half_floats(d: Draws) -> Found:
    numbers = sum(d.values + d.pixels for _ in range(d.batch))
    before = 4 * numbers + 4 * d.parameters
    after = 2 * numbers + 4 * d.parameters + 2 * d.parameters
    return {"after": after, "saved": before - after}


def _remedy_several_devices(d: Draws) -> Found:
    first = sum(d.image + d.lower_maps for _ in range(d.batch)) + d.lower_parameters
    second = sum(d.upper_maps for _ in range(d.batch)) + d.upper_parameters
    largest = max(second, first)
    return {"needed": largest, "share": Fraction(largest, first + second)}


def _batch_that_fits(d: Draws) -> Found:
    """Images are put in until the next one has no room."""
    maps = [(3, d.height, d.width), (d.filters, d.height, d.width)]
    maps.append((2 * d.filters, d.height // 2, d.width // 2))
    one = sum(4 * prod(each) for each in maps)
    used = accumulate((one for _ in count()), initial=4 * d.parameters)
    fits = next(n for n, taken in enumerate(used) if taken + one > d.memory * _MIB)
    return {"one": one, "batch": fits}


def _squares(activations: Sequence[int], radius: int, place: int) -> int:
    """The sum of the squares of a map and its neighbours, as far as there are any."""
    near = [a for i, a in enumerate(activations) if abs(i - place) <= radius]
    return sum(a * a for a in near)


def _lrn_values(d: Draws) -> Found:
    row = [d.a1, d.a2, d.a3, d.a4]
    second, third = (_squares(row, 1, place) for place in (1, 2))
    result = d.a3 / (d.bias + float(d.alpha) * third) ** 0.5
    return {"second": second, "squares": third, "result": result}


def _lrn_edge(d: Draws) -> Found:
    row = [d.a1, d.a2, d.a3, d.a4]
    result = d.a1 / (d.bias + float(d.alpha) * _squares(row, 2, 0)) ** 0.75
    return {"second": _squares(row, 2, 1), "result": result}


def _pooling_against_convolution(d: Draws) -> Found:
    one = weights(d.kernel, d.channels, d.channels)
    return {"one": one, "added": sum(one for _ in range(d.layers))}


def _rows(d: Draws, letters: str) -> list[list[int]]:
    return [[getattr(d, f"{row}{column}") for column in range(1, 5)] for row in letters]


def _pooled(grid: Sequence[Sequence[int]], stride: int) -> list[list[list[int]]]:
    """The windows of 2×2, by rows."""
    tops, lefts = (window_starts(len(side), 2, stride) for side in (grid, grid[0]))
    near = list(product(range(2), range(2)))
    return [[[grid[top + i][left + j] for i, j in near] for left in lefts] for top in tops]


def _max_pooled_values(d: Draws) -> Found:
    found = [[max(window) for window in row] for row in _pooled(_rows(d, "abc"), 1)]
    return {"first": found[0][0], "second": found[0][1], "last": found[-1][-1]}


def _average_pooled_values(d: Draws) -> Found:
    (row,) = _pooled(_rows(d, "ab"), 2)
    left, right = (Fraction(sum(window), len(window)) for window in row)
    return {"left": left, "right": right}


def _receptive_field_stack(d: Draws) -> Found:
    lower, upper = [(d.lower_kernel, 1, 1)] * d.lower, [(d.upper_kernel, 1, 1)] * d.upper
    return {"first": field(lower), "field": field([*lower, *upper])}


def _receptive_field_dilated(d: Draws) -> Found:
    second = d.dilation1 * d.growth
    layers = [(d.kernel, 1, d.dilation1), (d.kernel, 1, second), (d.top, 1, second * d.growth)]
    return {"field": field(layers)}


def _layers_for_a_field(d: Draws) -> Found:
    """Layers are stacked until the field is large enough."""
    wide = accumulate(
        (d.kernel for _ in count()), lambda seen, kernel: seen + kernel - 1, initial=1
    )
    return {"layers": next(layers for layers, seen in enumerate(wide) if seen >= d.field)}


def _resnet_layers(d: Draws) -> Found:
    blocks = [*range(d.first), *range(d.second), *range(d.third), *range(d.fourth)]
    layers = ["stem", *product(blocks, range(d.in_block)), "dense"]
    return {"layers": len(layers)}


def _find_stride(d: Draws) -> Found:
    """The one stride with which so many windows end exactly at the edge."""
    padded = d.inputs + 2 * d.padding
    laid = {stride: window_starts(padded, d.kernel, stride) for stride in range(1, padded)}
    (stride,) = (
        stride
        for stride, starts in laid.items()
        if len(starts) == d.outputs and starts[-1] + d.kernel == padded
    )
    return {"way": laid[stride][-1] - laid[stride][0], "stride": stride}


def _find_padding(d: Draws) -> Found:
    """Zeros are added on both sides until the output is large enough."""
    outputs = (
        len(window_starts(d.inputs, d.kernel, d.stride, (zeros, zeros))) for zeros in count()
    )
    return {"padding": next(zeros for zeros, found in enumerate(outputs) if found == d.outputs)}


def _same_zeros(d: Draws) -> Found:
    starts = window_starts(d.size, d.kernel, d.stride, None)
    places = {start + tap for start in starts for tap in range(d.kernel)}
    before = sum(place < 0 for place in places)
    after = sum(place >= d.size for place in places)
    return {"zeros": before + after, "before": before}


def _normalized_convolution(kernel: int, inputs: int, filters: int) -> int:
    """A convolution without biases, with the scale and the shift of each map."""
    return weights(kernel, inputs, filters, bias=False) + sum(2 for _ in range(filters))


def _resnet_stage(d: Draws) -> Found:
    wide, narrow = d.channels, d.channels // 2
    ways = [(3, narrow, wide), (3, wide, wide), (1, narrow, wide)]
    first = sum(_normalized_convolution(*way) for way in ways)
    further = sum(_normalized_convolution(3, wide, wide) for _ in range(2))
    return {
        "further": further,
        "first": first,
        "stage": first + sum(further for _ in range(d.blocks - 1)),
    }


def _inception_parameters(d: Draws) -> Found:
    ways = [(1, d.channels, d.reduce), (3, d.reduce, d.three)]
    ways += [(1, d.channels, d.squeeze), (5, d.squeeze, d.five)]
    reduced = sum(weights(*way) for way in ways)
    direct = weights(3, d.channels, d.three) + weights(5, d.channels, d.five)
    return {"reduced": reduced, "direct": direct, "times": Fraction(direct, reduced)}


def _inception_work(d: Draws) -> Found:
    def work(*ways: tuple[int, int, int]) -> int:
        once = sum(weights(*way, bias=False) for way in ways)
        return sum(once for _ in range(d.size**2))

    reduced = work((1, d.channels, d.reduce), (d.kernel, d.reduce, d.filters))
    direct = work((d.kernel, d.channels, d.filters))
    return {"reduced": reduced, "factor": Fraction(direct, reduced)}


def _multiply_adds_with_stride(d: Draws) -> Found:
    side = len(window_starts(d.size, d.kernel, 2, None))
    once = weights(d.kernel, d.channels, d.filters, bias=False)
    uses = sum(once for _ in range(side**2))
    return {"size": side, "operations": uses + uses}


def _separable(d: Draws, *, bias: bool) -> int:
    alone = sum(weights(d.kernel, 1, 1, bias=False) for _ in range(d.channels))
    return alone + weights(1, d.channels, d.filters, bias=bias)


def _multiply_adds_separable(d: Draws) -> Found:
    both = _separable(d, bias=False), weights(d.kernel, d.channels, d.filters, bias=False)
    light, full = (sum(once for _ in range(d.size**2)) for once in both)
    return {"work": light, "share": Fraction(light, full)}


def _parameters_separable(d: Draws) -> Found:
    return {
        "separable": _separable(d, bias=True),
        "full": weights(d.kernel, d.channels, d.filters),
    }


def _basic_against_bottleneck(d: Draws) -> Found:
    few = d.channels // d.share
    thin = [(1, d.channels, few), (d.kernel, few, few), (1, few, d.channels)]
    wide = [(d.kernel, d.channels, d.channels)] * 2
    basic, bottleneck = (sum(weights(*w, bias=False) for w in ways) for ways in (wide, thin))
    return {"basic": basic, "bottleneck": bottleneck}


def _lenet_whole(d: Draws) -> Found:
    side = d.size
    for kernel, stride in ((5, 1), (2, 2)) * 2:
        side = len(window_starts(side, kernel, stride))
    convolutions = weights(5, 1, d.filters) + weights(5, d.filters, d.more)
    units = [side * side * d.more, d.first, d.second, d.classes]
    dense = [weights(1, inputs, outputs) for inputs, outputs in pairwise(units)]
    return {
        "convolutions": convolutions,
        "first": dense[0],
        "total": convolutions + sum(dense),
    }


def _inception_whole(d: Draws) -> Found:
    third = [(1, d.channels, d.reduce5), (5, d.reduce5, d.five)]
    others = [(1, d.channels, d.one), (1, d.channels, d.reduce3), (3, d.reduce3, d.three)]
    others.append((1, d.channels, d.pooled))
    found = {"third": sum(weights(*way) for way in third)}
    return {**found, "total": found["third"] + sum(weights(*way) for way in others)}


def _size_dilated(d: Draws) -> Found:
    taps = range(0, d.kernel * d.dilation, d.dilation)
    reach = max(taps) - min(taps) + 1
    return {"extent": reach, "size": len(window_starts(d.size, reach, d.stride))}


def _size_transposed(d: Draws) -> Found:
    """Patches are added to the output, and what is cropped is taken away."""
    written = {place * d.stride + tap for place, tap in product(range(d.size), range(d.kernel))}
    return {"size": len(sorted(written)[d.padding : -d.padding])}


def _receptive_field_strides(d: Draws) -> Found:
    below = [(d.kernel1, d.stride1, 1), (d.pool_size, d.stride2, 1)]
    jump = min(seen(below, 1)) - min(seen(below))
    return {"jump": jump, "field": field([*below, (d.kernel2, 1, 1), (d.kernel3, 1, 1)])}


LAYERS: Final[Mapping[str, Recount]] = MappingProxyType({
    "cnn/dense-against-convolution": _dense_against_convolution,
    "cnn/dense-against-convolution-level-2": _dense_against_convolution,
    "cnn/weight-reuse": _weight_reuse,
    "cnn/weight-reuse-level-2": _weight_reuse,
    "cnn/lenet-connections": _lenet_connections,
    "cnn/remedy-smaller-batch": _remedy_smaller_batch,
    "cnn/remedy-larger-stride": _remedy_larger_stride,
    "cnn/remedy-fewer-layers": _remedy_fewer_layers,
    "cnn/remedy-half-floats": _remedy_half_floats,
    "cnn/remedy-several-devices": _remedy_several_devices,
    "cnn/batch-that-fits": _batch_that_fits,
    "cnn/lrn-values": _lrn_values,
    "cnn/lrn-edge": _lrn_edge,
    "cnn/pooling-against-convolution": _pooling_against_convolution,
    "cnn/pooling-against-convolution-level-2": _pooling_against_convolution,
    "cnn/max-pooled-values": _max_pooled_values,
    "cnn/average-pooled-values": _average_pooled_values,
    "cnn/receptive-field-stack": _receptive_field_stack,
    "cnn/receptive-field-dilated": _receptive_field_dilated,
    "cnn/layers-for-a-field": _layers_for_a_field,
    "cnn/resnet-layers": _resnet_layers,
    "cnn/find-stride": _find_stride,
    "cnn/find-padding": _find_padding,
    "cnn/same-zeros": _same_zeros,
    "cnn/resnet-stage": _resnet_stage,
    "cnn/inception-parameters": _inception_parameters,
    "cnn/inception-work": _inception_work,
    "cnn/multiply-adds-with-stride": _multiply_adds_with_stride,
    "cnn/multiply-adds-separable": _multiply_adds_separable,
    "cnn/parameters-separable": _parameters_separable,
    "cnn/basic-against-bottleneck": _basic_against_bottleneck,
    "cnn/lenet-whole": _lenet_whole,
    "cnn/inception-whole": _inception_whole,
    "cnn/size-dilated": _size_dilated,
    "cnn/size-transposed": _size_transposed,
    "cnn/receptive-field-strides": _receptive_field_strides,
})  # fmt: skip
