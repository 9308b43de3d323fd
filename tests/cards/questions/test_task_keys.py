"""Segmentation, detection, transfer and transformers: pixels, boxes and tokens gone through."""

from collections import Counter
from collections.abc import Mapping
from itertools import product
from types import SimpleNamespace as Draws

import pytest

from tests.cards.questions.recomputed import Computation, Module, hold, learned, numeric_in

torch = pytest.importorskip("torch", reason="PyTorch (requirements/torch.txt) is not installed")
nn = torch.nn

FILES = ("dense_prediction.yaml", "transfer_and_transformers.yaml")
Pixels = set[tuple[int, int]]


def dense(inputs: int, units: int) -> Module:
    """A dense layer with biases, without memory of its own."""
    return nn.Linear(inputs, units, device="meta")


def box(left: int, top: int, width: int, height: int) -> Pixels:
    """The pixels of a box."""
    return set(product(range(left, left + width), range(top, top + height)))


def agreement(one: Pixels, other: Pixels) -> float:
    """The intersection over union of two sets of pixels."""
    return len(one & other) / len(one | other)


def _averaged_or_flattened(d: Draws) -> Mapping[str, float]:
    maps = torch.zeros(1, d.maps, d.side, d.side)
    averaged, flattened = maps.mean(dim=(2, 3)), maps.flatten(1)
    return {
        "averaged": learned(dense(averaged.shape[1], d.classes)),
        "flattened": learned(dense(flattened.shape[1], d.classes)),
    }


def _dense_as_convolution(d: Draws) -> Mapping[str, float]:
    layer = nn.Conv2d(d.maps, d.units, d.kernel, device="meta")
    made = layer(torch.empty(1, d.maps, d.rows, d.columns, device="meta"))
    return {
        "parameters": learned(dense(d.maps * d.kernel * d.kernel, d.units)),
        "places": made[0, 0].numel(),
    }


def _intersection_over_union(d: Draws) -> Mapping[str, float]:
    one, other = box(0, 0, d.width, d.height), box(d.right, d.down, d.width, d.height)
    return {"overlap": len(one & other), "iou": agreement(one, other)}


def _boxes_left_over(d: Draws) -> Mapping[str, float]:
    """Non-maximum suppression as it is defined: by falling score, against what is kept."""
    boxes = [box(shift, 0, d.width, 3) for shift in (0, d.shift2, d.shift3)]
    kept: list[Pixels] = []
    for candidate in boxes:
        if not any(agreement(candidate, other) > float(d.limit) for other in kept):
            kept.append(candidate)
    return {"overlap": agreement(boxes[0], boxes[2]), "kept": len(kept)}


def _detector_outputs(d: Draws) -> Mapping[str, float]:
    of_a_box = ("across", "down", "width", "height", "score")
    cell = [*product(range(d.boxes), of_a_box), *range(d.classes)]
    return {"cell": len(cell), "all": len(list(product(range(d.grid), range(d.grid), cell)))}


def _checkerboard_counts(d: Draws) -> Mapping[str, float]:
    """Each input paints its patch; the middle of the painting is looked at."""
    row = Counter(
        place * d.stride + reach for place in range(d.inputs) for reach in range(d.kernel)
    )
    inner = [n for pixel, n in row.items() if d.kernel <= pixel + 1 <= (d.inputs - 1) * d.stride]
    layer = nn.ConvTranspose2d(1, 1, d.kernel, d.stride, device="meta")
    made = layer(torch.empty(1, 1, d.inputs, d.inputs, device="meta"))
    return {"most": max(inner) ** 2, "least": min(inner) ** 2, "length": int(made.shape[-1])}


def _u_net_sizes(d: Draws) -> Mapping[str, float]:
    def several(maps: int, filters: int) -> Module:
        ways = [maps] + [filters] * (d.convolutions - 1)
        return nn.Sequential(*(nn.Conv2d(way, filters, d.kernel, device="meta") for way in ways))

    down = several(3, d.filters)(torch.empty(1, 3, d.image, d.image, device="meta"))
    bottom = several(d.filters, 2 * d.filters)(nn.MaxPool2d(2)(down))
    up = nn.ConvTranspose2d(2 * d.filters, d.filters, 2, 2, device="meta")(bottom)
    cut = (down.shape[-1] - up.shape[-1]) // 2
    joined = torch.cat([down[:, :, cut:-cut, cut:-cut], up], dim=1)
    result = several(2 * d.filters, d.filters)(joined)
    return {"cropped": cut, "joined": joined.shape[1], "result": result.shape[-1]}


def _pixels_found(d: Draws) -> Mapping[str, float]:
    cell = set(range(d.found + d.missed))
    marked = set(range(d.missed, d.missed + d.found + d.false_ones))
    assert len(cell & marked) == d.found
    both = len(cell & marked)
    return {
        "iou": both / len(cell | marked),
        "dice": 2 * both / (len(cell) + len(marked)),
    }


def _new_classifier(d: Draws) -> Mapping[str, float]:
    trained = learned(dense(d.features, d.classes))
    return {"trained": trained, "whole": d.thousands * 1000 + trained}


def _partly_frozen(d: Draws) -> Mapping[str, float]:
    """A thousandth of each group's weights, with PyTorch's own gradients and momentum."""

    def held(frozen: bool) -> float:
        groups = [torch.nn.Parameter(torch.zeros(n)) for n in (d.lower, d.middle, d.upper)]
        for group in groups[:2]:
            group.requires_grad_(not frozen)
        trained = [group for group in groups if group.requires_grad]
        optimizer = torch.optim.SGD(trained, lr=0.1, momentum=0.9)
        sum(group.sum() for group in groups).backward()
        optimizer.step()
        numbers = [*groups, *(group.grad for group in trained)]
        numbers += [optimizer.state[group]["momentum_buffer"] for group in trained]
        return float(sum(n.numel() * n.element_size() for n in numbers))

    return {"partly": held(frozen=True), "all": held(frozen=False)}


def _patches_and_tokens(d: Draws) -> Mapping[str, float]:
    image = torch.zeros(1, 3, d.height, d.width)
    patches = nn.functional.unfold(image, d.patch, stride=d.patch)
    return {"tokens": patches.shape[2] + 1, "values": patches.shape[1]}


def _patch_embedding(d: Draws) -> Mapping[str, float]:
    layer = nn.Conv2d(3, d.wide, d.patch, stride=d.patch, device="meta")
    image = torch.empty(1, 3, d.image, d.image, device="meta")
    patches = layer(image).flatten(2).transpose(1, 2)
    class_token = torch.empty(1, 1, d.wide, device="meta")
    positions = torch.cat([class_token, patches], dim=1)
    return {
        "embedding": learned(layer),
        "all": learned(layer) + class_token.numel() + positions.numel(),
    }


def _attention_pairs(d: Draws) -> Mapping[str, float]:
    places = list(product(range(d.rows), range(d.columns)))
    window = list(product(range(d.kernel), range(d.kernel)))
    finer = list(product(range(2 * d.rows), range(2 * d.columns)))
    return {
        "convolution": sum(len(window) for _ in places),
        "attention": sum(len(places) for _ in places),
        "finer": sum(len(finer) for _ in finer),
    }


KEYS: dict[str, Computation] = {
    "cnn/averaged-or-flattened": _averaged_or_flattened,
    "cnn/dense-as-convolution": _dense_as_convolution,
    "cnn/intersection-over-union": _intersection_over_union,
    "cnn/boxes-left-over": _boxes_left_over,
    "cnn/detector-outputs": _detector_outputs,
    "cnn/checkerboard-counts": _checkerboard_counts,
    "cnn/u-net-sizes": _u_net_sizes,
    "cnn/pixels-found": _pixels_found,
    "cnn/new-classifier": _new_classifier,
    "cnn/partly-frozen": _partly_frozen,
    "cnn/patches-and-tokens": _patches_and_tokens,
    "cnn/patch-embedding": _patch_embedding,
    "cnn/attention-pairs": _attention_pairs,
}


@pytest.mark.parametrize("question", KEYS)
def test_keys_are_what_going_through_finds(question: str) -> None:
    """Every key is what sets of pixels, or PyTorch's layers on maps of that size, come to."""
    hold(question, KEYS[question])


def test_every_question_is_recomputed() -> None:
    """No numeric question of these files is left out."""
    assert numeric_in(*FILES) == set(KEYS)
