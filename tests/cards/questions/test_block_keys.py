"""Cheaper blocks and whole networks: the layers of PyTorch, and the engine's files, counted."""

from collections.abc import Mapping
from types import SimpleNamespace as Draws

import pytest

from cards.networks.files import read_network_file
from cards.question import Enumeration
from grader.cnn.solving import solve
from tests.cards.questions.recomputed import (
    Computation,
    Module,
    bank,
    hold,
    learned,
    numeric_in,
)

torch = pytest.importorskip("torch", reason="PyTorch (requirements/torch.txt) is not installed")
nn = torch.nn

FILES = ("cheap_convolutions.yaml", "network_totals.yaml")


def convolution(maps: int, filters: int, kernel: int, groups: int = 1) -> Module:
    """A convolution without biases that keeps the size, without memory of its own."""
    return nn.Conv2d(
        maps, filters, kernel, padding=kernel // 2, groups=groups, bias=False, device="meta"
    )


def dense(inputs: int, units: int) -> Module:
    """A dense layer with biases, without memory of its own."""
    return nn.Linear(inputs, units, device="meta")


def normalized(maps: int, filters: int, kernel: int) -> Module:
    """A convolution with its batch normalization."""
    return nn.Sequential(convolution(maps, filters, kernel), nn.BatchNorm2d(filters, device="meta"))


def work(layer: Module, size: int) -> int:
    """A convolution's multiply-adds on a map of so many rows and columns: weights times places."""
    made = layer(torch.empty(1, layer.in_channels, size, size, device="meta"))
    return learned(layer) * int(made.shape[2]) * int(made.shape[3])


def _depthwise_share(d: Draws) -> Mapping[str, float]:
    each = convolution(d.maps, d.maps, 3, groups=d.maps)
    return {
        "depthwise": learned(each),
        "both": learned(each, convolution(d.maps, d.filters, 1)),
    }


def _width_and_resolution(d: Draws) -> Mapping[str, float]:
    maps, size = round(d.maps * d.width), round(d.size * d.resolution)
    assert (maps, size) == (d.maps * d.width, d.size * d.resolution)
    each = work(convolution(maps, maps, 3, groups=maps), size)
    return {"depthwise": each, "work": each + work(convolution(maps, maps, 1), size)}


def _inverted_residual(d: Draws) -> Mapping[str, float]:
    wide = d.maps * d.expansion
    each = convolution(wide, wide, d.kernel, groups=wide)
    block = convolution(d.maps, wide, 1), each, convolution(wide, d.out, 1)
    return {"depthwise": learned(each), "block": learned(*block)}


def _grouped_bottleneck(d: Draws) -> Mapping[str, float]:
    middle = d.groups * d.each
    grouped = convolution(middle, middle, d.kernel, groups=d.groups)
    ends = convolution(d.channels, middle, 1), convolution(middle, d.channels, 1)
    return {"grouped": learned(grouped), "block": learned(grouped, *ends)}


def _squeeze_and_excitation_parameters(d: Draws) -> Mapping[str, float]:
    few = d.channels // d.reduction
    step = learned(
        nn.Linear(d.channels, few, bias=False, device="meta"),
        nn.Linear(few, d.channels, bias=False, device="meta"),
    )
    return {"step": step, "stage": sum(step for _ in range(d.blocks))}


def _maps_rescaled(d: Draws) -> Mapping[str, float]:
    one = torch.tensor([[[[d.a, d.b], [d.c, d.d]]]], dtype=torch.float64)
    return {
        "squeezed": nn.AdaptiveAvgPool2d(1)(one).item(),
        "output": (one * float(d.factor))[0, 0, 0, 0].item(),
    }


def _lenet_with_classes(d: Draws) -> Mapping[str, float]:
    last = dense(84, d.classes)
    convolutions = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
    below = (*convolutions, dense(16 * 5 * 5, 120), dense(120, 84))
    return {"last": learned(last), "total": learned(*below, last)}


def _lenet_of_1998(d: Draws) -> Mapping[str, float]:
    """C3 as filters on 3, 4 and 6 maps; a subsampling layer as a depthwise 1×1 convolution."""
    filters = [nn.Conv2d(maps, 1, 5) for maps in [3] * 6 + [4] * 9 + [6]]
    convolutions = nn.Conv2d(1, 6, 5), *filters, nn.Conv2d(16, 120, 5)
    subsampling = nn.Conv2d(6, 6, 1, groups=6), nn.Conv2d(16, 16, 1, groups=16)
    small = *subsampling, dense(120, d.units)
    return {"small": learned(*small), "total": learned(*convolutions, *small)}


def _alexnet_with_and_without_groups(d: Draws) -> Mapping[str, float]:
    def parameters(groups: int) -> int:
        convolutions = (
            nn.Conv2d(3, 96, 11),
            nn.Conv2d(96, 256, 5, groups=groups),
            nn.Conv2d(256, 384, 3),
            nn.Conv2d(384, 384, 3, groups=groups),
            nn.Conv2d(384, 256, 3, groups=groups),
        )
        head = dense(256 * 6 * 6, 4096), dense(4096, 4096), dense(4096, d.classes)
        return learned(*convolutions, *head)

    return {"grouped": parameters(2), "joined": parameters(1)}


def _googlenet_head(d: Draws) -> Mapping[str, float]:
    below = total("googlenet") - learned(dense(1024, 1000))
    return {
        "total": below + learned(dense(1024, d.classes)),
        "flattened": below + learned(dense(7 * 7 * 1024, d.classes)),
    }


def _resnet_more_blocks(d: Draws) -> Mapping[str, float]:
    def block(maps: int, few: int) -> int:
        ends = normalized(maps, few, 1), normalized(few, maps, 1)
        return learned(ends[0], normalized(few, few, 3), ends[1])

    added = d.more_second * block(512, 128) + d.more_third * block(1024, 256)
    return {"block": added, "total": total("resnet50") + added}


def _resnet_of_basic_blocks(d: Draws) -> Mapping[str, float]:
    def stage(maps: int, filters: int, blocks: int) -> list[Module]:
        layers = [normalized(maps, filters, 1)] if maps != filters else []
        for _ in range(blocks):
            layers += [normalized(maps, filters, 3), normalized(filters, filters, 3)]
            maps = filters
        return layers

    first = stage(64, 64, d.blocks1)
    layers = [normalized(3, 64, 7), *first, *stage(64, 128, d.blocks2), *stage(128, 256, d.blocks3)]
    return {"stage1": learned(*first), "all": learned(*layers, dense(256, d.classes))}


def total(name: str) -> int:
    """The parameters of one of the engine's own networks."""
    return int(solve(read_network_file(name))["total"]["parameters"])


KEYS: dict[str, Computation] = {
    "cnn/depthwise-share": _depthwise_share,
    "cnn/width-and-resolution": _width_and_resolution,
    "cnn/inverted-residual": _inverted_residual,
    "cnn/grouped-bottleneck": _grouped_bottleneck,
    "cnn/squeeze-and-excitation-parameters": _squeeze_and_excitation_parameters,
    "cnn/maps-rescaled": _maps_rescaled,
    "cnn/lenet-with-classes": _lenet_with_classes,
    "cnn/lenet-of-1998": _lenet_of_1998,
    "cnn/alexnet-with-and-without-groups": _alexnet_with_and_without_groups,
    "cnn/googlenet-head": _googlenet_head,
    "cnn/resnet-more-blocks": _resnet_more_blocks,
    "cnn/resnet-of-basic-blocks": _resnet_of_basic_blocks,
}


@pytest.mark.parametrize("question", KEYS)
def test_keys_are_what_layers_have(question: str) -> None:
    """Every key is what PyTorch's layers have, layer by layer, or what they make."""
    hold(question, KEYS[question])


def test_every_question_is_recomputed() -> None:
    """No numeric question of these files is left out."""
    assert numeric_in(*FILES) == set(KEYS)


PUBLISHED = [
    ("cnn/lenet-with-classes", {"classes": 10}, "total", "lenet5", 61_706),
    ("cnn/lenet-of-1998", {"units": 84}, "total", "lenet5_1998", 60_000),
    (
        "cnn/alexnet-with-and-without-groups",
        {"classes": 1000},
        "grouped",
        "alexnet_2012",
        60_965_224,
    ),
    (
        "cnn/alexnet-with-and-without-groups",
        {"classes": 1000},
        "joined",
        "alexnet_2012_ungrouped",
        62_378_344,
    ),
    ("cnn/googlenet-head", {"classes": 1000}, "total", "googlenet", 6_998_552),
    (
        "cnn/resnet-more-blocks",
        {"more_second": 0, "more_third": 17},
        "total",
        "resnet101",
        44_549_160,
    ),
    (
        "cnn/resnet-more-blocks",
        {"more_second": 4, "more_third": 30},
        "total",
        "resnet152",
        60_192_808,
    ),
    ("cnn/vgg-head", {"classes": 1000}, "all", "vgg16", 138_357_544),
]


@pytest.mark.parametrize(("question", "numbers", "part", "network", "figure"), PUBLISHED)
def test_the_published_networks_come_out(
    question: str, numbers: Mapping[str, int], part: str, network: str, figure: int
) -> None:
    """With a published network's numbers, the key is that network's figure, and can be dealt."""
    asked = bank()[question]
    assert all(numbers[name] in values for name, values in asked.numeric.draws.items())
    key = next(key for key in asked.numeric.marking.keys if key.part == part)
    assert figure == total(network) == asked.numeric.worksheet.solve(numbers)[key.line]


@pytest.mark.parametrize(
    ("note", "figures"),
    [
        ("cnn/lenet-two-totals", {"lenet5_1998": 60_000, "lenet5": 61_706}),
        (
            "cnn/alexnet-three-totals",
            {
                "alexnet_2012": 60_965_224,
                "alexnet_2012_ungrouped": 62_378_344,
                "alexnet": 61_100_840,
            },
        ),
        ("cnn/googlenet-two-totals", {"googlenet": 6_998_552, "googlenet_bn": 6_624_904}),
        (
            "cnn/resnet-totals",
            {
                "resnet18": 11_689_512,
                "resnet34": 21_797_672,
                "resnet50": 25_557_032,
                "resnet101": 44_549_160,
                "resnet152": 60_192_808,
            },
        ),
    ],
)
def test_notes_state_the_engines_totals(note: str, figures: Mapping[str, int]) -> None:
    """The figures that a note prints are those of the engine's own network files."""
    question = bank()[note]
    for language in ("en", "zh"):
        listed = question.content.items if isinstance(question.content, Enumeration) else ()
        items = [text.in_(language) for item in listed for text in (item.cue, item.answer)]
        shown = " ".join([question.text.in_(language), *items])
        for name, figure in figures.items():
            assert figure == total(name)
            assert f"{figure:,}" in shown
