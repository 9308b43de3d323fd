"""Small kernels and AlexNet's training: layers of PyTorch counted, windows and crops enumerated."""

from collections.abc import Callable, Mapping
from itertools import product
from types import SimpleNamespace as Draws

import pytest

from tests.cards.questions.recomputed import Computation, Module, hold, learned, numeric_in

torch = pytest.importorskip("torch", reason="PyTorch (requirements/torch.txt) is not installed")
nn = torch.nn

FILES = ("small_kernels.yaml", "training_alexnet.yaml")


def field(*layers: Module) -> int:
    """How many pixels of a long row the middle value of the last layer depends on."""
    row = torch.zeros(1, 1, 1, 400, dtype=torch.float64, requires_grad=True)
    maps = row
    for layer in layers:
        maps = layer(maps)
    maps[0, 0, 0, maps.shape[-1] // 2].backward()
    return int((row.grad != 0).sum())


def across(kernel: int) -> Module:
    """A convolution along a row, of ones."""
    layer = nn.Conv2d(1, 1, (1, kernel), bias=False, dtype=torch.float64)
    nn.init.ones_(layer.weight)
    return layer.requires_grad_(requires_grad=False)


def halved() -> Module:
    """A pooling along a row; the mean, so that every pixel of the window has a gradient."""
    return nn.AvgPool2d((1, 2))


def _small_for_large(d: Draws) -> Mapping[str, float]:
    with torch.device("meta"):
        layers = [nn.Conv2d(d.channels, d.channels, 3, bias=False) for _ in range(d.layers)]
    side = field(*(across(3) for _ in range(d.layers)))
    with torch.device("meta"):
        large = nn.Conv2d(d.channels, d.channels, side, bias=False)
    return {"side": side, "stack": learned(*layers), "single": learned(large)}


def _vgg_head(d: Draws) -> Mapping[str, float]:
    convolutions, maps = [], 3
    with torch.device("meta"):
        for filters, layers in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
            for _ in range(layers):
                convolutions.append(nn.Conv2d(maps, filters, 3, padding=1))
                maps = filters
        first = nn.Linear(512 * 7 * 7, 4096)
        others = nn.Linear(4096, 4096), nn.Linear(4096, d.classes)
    every = learned(*convolutions, first, *others)
    return {"all": every, "part": learned(first) / every}


def _field_of_stages(d: Draws) -> Mapping[str, float]:
    def stage(layers: int) -> list[Module]:
        return [across(d.kernel) for _ in range(layers)]

    second = [*stage(d.first), halved(), *stage(d.second)]
    return {"second": field(*second), "third": field(*second, halved(), *stage(d.third))}


def _kernel_in_two_steps(d: Draws) -> Mapping[str, float]:
    with torch.device("meta"):
        column = nn.Conv2d(d.channels, d.channels, (d.side, 1), padding="same", bias=False)
        row = nn.Conv2d(d.channels, d.channels, (1, d.side), padding="same", bias=False)
        square = nn.Conv2d(d.channels, d.channels, d.side, padding="same", bias=False)
        maps = torch.empty(1, d.channels, d.size, d.size)
        places = row(column(maps))[0, 0].numel()
    thin = learned(column, row)
    return {"weights": thin, "work": thin * places, "ratio": learned(square) / thin}


def _dropout_values(d: Draws) -> Mapping[str, float]:
    torch.manual_seed(0)
    dropped = nn.Dropout(float(d.rate))(torch.full((4000,), float(d.value), dtype=torch.float64))
    return {
        "kept": float(dropped[dropped != 0][0]),
        "tested": d.value * (100 - 100 * float(d.rate)) / 100,
    }


def _crops_and_flips(d: Draws) -> Mapping[str, float]:
    places = [
        (top, left)
        for top, left in product(range(d.image), repeat=2)
        if top + d.crop <= d.image and left + d.crop <= d.image
    ]
    return {"positions": len(places), "patches": len(set(product(places, ("as is", "mirrored"))))}


def _sigmoid_shrinks_gradients(d: Draws) -> Mapping[str, float]:
    """At its steepest, at 0, the sigmoid is as bad as it ever gets: by autograd."""

    def gradient(activation: Callable[[Module], Module], start: float, again: bool) -> float:
        value = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        slope = torch.autograd.grad(activation(d.weight * value), value)[0]
        assert again is False or slope == d.weight
        return float(float(d.gradient) * float(slope) ** d.layers)

    return {
        "sigmoid": gradient(torch.sigmoid, 0.0, again=False),
        "relu": gradient(torch.relu, 1.0, again=True),
    }


def _two_gpu_maps(d: Draws) -> Mapping[str, float]:
    with torch.device("meta"):
        split = nn.Conv2d(d.maps, d.filters, d.kernel, groups=2)
        joined = nn.Conv2d(d.maps, d.filters, d.kernel)
        half = torch.empty(d.maps // 2, d.size, d.size)
    return {
        "split": learned(split),
        "joined": learned(joined),
        "sent": 2 * half.numel() * half.element_size(),
    }


KEYS: dict[str, Computation] = {
    "cnn/small-for-large": _small_for_large,
    "cnn/vgg-head": _vgg_head,
    "cnn/field-of-stages": _field_of_stages,
    "cnn/kernel-in-two-steps": _kernel_in_two_steps,
    "cnn/dropout-values": _dropout_values,
    "cnn/crops-and-flips": _crops_and_flips,
    "cnn/sigmoid-shrinks-gradients": _sigmoid_shrinks_gradients,
    "cnn/two-gpu-maps": _two_gpu_maps,
}


@pytest.mark.parametrize("question", KEYS)
def test_keys_are_what_pytorch_and_counting_find(question: str) -> None:
    """Every key is what PyTorch's layers have or give, or what counting one by one finds."""
    hold(question, KEYS[question])


def test_every_question_is_recomputed() -> None:
    """No numeric question of these files is left out."""
    assert numeric_in(*FILES) == set(KEYS)
