"""The engine: a network solved with all its figures, against torchinfo, fvcore and bare Python.

Ours reads the network's mapping and solves it: shapes, parameters, multiply-adds, bytes, both
peaks, training, receptive fields. torchinfo has its PyTorch module ready on the meta device,
without weights, and gives shapes, parameters and multiply-adds; fvcore, which can't trace a meta
module, counts multiply-adds on one that computes. The floor knows its network already as tuples
and works all of our figures out in one loop of plain integers. All must agree before anything is
timed. Last, a first `gradeck solve` from the shell against `import torch`. Without PyTorch, or
without requirements/bench.txt, only the floor is compared, and a line says so.
"""

import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from bench.ratio import compare
from cards.documents.strict_yaml import read_documents
from cards.networks.files import NETWORKS
from grader.cnn.liveness import homes
from grader.cnn.network import Network, read_network
from grader.cnn.solving import solve, solve_json_line

SHELL_ROUNDS = 7
STAGES = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))
EXERCISE: dict[str, Any] = {
    "input": {"channels": 3, "height": 200, "width": 300},
    "batch": 50,
    "layers": [
        {
            "id": f"conv{place}",
            "op": "conv",
            "filters": filters,
            "kernel": 3,
            "stride": 2,
            "padding": 1,
        }
        for place, filters in enumerate((100, 200, 400), 1)
    ],
}


class Plain(NamedTuple):
    """A layer as the floor knows it: no names, no rules, nothing to look up."""

    op: str
    filters: int
    kernel: int
    stride: int
    padding: int
    bias: int
    sources: tuple[int, ...]
    home: int


Totals = tuple[int, int, int, int, int]
Row = tuple[int, int, int, int, int, int]


def plain(network: Network) -> list[Plain]:
    """The layers of a network of square windows without groups, as the floor takes them."""
    found = []
    for layer, home in zip(network.layers, homes(network), strict=True):
        fields = layer.fields
        one = {name: fields[name][0] for name in ("kernel", "stride") if name in fields}
        padding = fields["padding"].top if "padding" in fields else 0
        filters = fields.get("filters", fields.get("units", 0))
        window = (one.get("kernel", 1), one.get("stride", 1), padding)
        bias = int(fields.get("bias", False))
        found.append(Plain(layer.operation.name, filters, *window, bias, layer.sources, home))
    return found


def floor(layers: list[Plain], shape: tuple[int, int, int], batch: int) -> Totals:
    """Parameters, multiply-adds, live peak, training bytes and receptive field, by hand."""
    source: Row = (*shape, 1, 0, 1)
    rows: list[Row] = []
    freed = freed_after(layers)
    parameters = multiply_adds = kept = peak = 0
    alive = 4 * shape[0] * shape[1] * shape[2]
    for place, layer in enumerate(layers):
        row, weights, learned = stepped(layer, rows, source)
        rows.append(row)
        parameters += learned
        multiply_adds += weights * (row[1] * row[2])
        if layer.home == place:
            kept += (written := 4 * row[0] * row[1] * row[2])
            alive += written
        peak = max(peak, alive)
        for home in freed.get(place, ()):
            row = rows[home] if home >= 0 else source
            alive -= 4 * row[0] * row[1] * row[2]
    training = batch * (kept + 4 * shape[0] * shape[1] * shape[2]) + 4 * parameters
    return parameters, multiply_adds, peak, training, rows[-1][5]


def freed_after(layers: list[Plain]) -> dict[int, list[int]]:
    """The maps that each layer is the last to read."""
    last = {-1: -1}
    for place, layer in enumerate(layers):
        last[layer.home] = place
        for read in layer.sources:
            last[layers[read].home if read >= 0 else -1] = place
    freed: dict[int, list[int]] = {}
    for home, place in last.items():
        freed.setdefault(place, []).append(home)
    return freed


def stepped(layer: Plain, rows: list[Row], source: Row) -> tuple[Row, int, int]:
    """A layer's row, its weights in use at each place, and all that it learns."""
    at = layer.sources[0]
    channels, height, width, jump, start, field = rows[at] if at >= 0 else source
    kernel, stride, padding = layer.kernel, layer.stride, layer.padding
    weights = learned = 0
    if layer.op in {"conv", "max_pool"}:
        height = (height + 2 * padding - kernel) // stride + 1
        width = (width + 2 * padding - kernel) // stride + 1
        start, field, jump = start - padding * jump, field + (kernel - 1) * jump, jump * stride
        if layer.op == "conv":
            weights = kernel * kernel * channels * layer.filters
            learned, channels = weights + layer.bias * layer.filters, layer.filters
    elif layer.op == "batch_norm":
        learned = 2 * channels
    elif layer.op == "add":
        merged = [rows[other] if other >= 0 else source for other in layer.sources]
        start = min(other[4] for other in merged)
        field = max(other[4] + other[5] for other in merged) - start
    elif layer.op == "global_avg_pool":
        field, jump, height, width = field + (height - 1) * jump, jump * height, 1, 1
    elif layer.op == "dense":
        weights = channels * height * width * layer.filters
        learned = weights + layer.bias * layer.filters
        channels, height, width = layer.filters, 1, 1
    return (channels, height, width, jump, start, field), weights, learned


def totals(answer: dict[str, Any]) -> Totals:
    """The same five figures out of ours."""
    total = answer["total"]
    names = ("parameters", "multiply_adds", "live_peak_bytes", "training_bytes")
    field = answer["layers"][-1]["receptive_field"]["height"]
    return (*(total[name] for name in names), field)


def exercise_module(nn: Any) -> Any:  # noqa: ANN401 - torch.nn, which isn't there for every reader
    """The exercise's network in PyTorch."""
    sides = ((3, 100), (100, 200), (200, 400))
    return nn.Sequential(*(nn.Conv2d(read, made, 3, 2, 1) for read, made in sides))


def resnet50_module(nn: Any) -> Any:  # noqa: ANN401 - torch.nn, which isn't there for every reader
    """ResNet-50 in PyTorch, with the stride on the 3×3 convolutions."""

    class Bottleneck(nn.Module):  # type: ignore[misc]  # a base that is known only at run time
        def __init__(self, read: int, width: int, stride: int) -> None:
            super().__init__()
            self.main = nn.Sequential(
                nn.Conv2d(read, width, 1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(inplace=True),
                nn.Conv2d(width, width, 3, stride, 1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(inplace=True),
                nn.Conv2d(width, 4 * width, 1, bias=False),
                nn.BatchNorm2d(4 * width),
            )
            self.short = nn.Identity()
            if read != 4 * width:
                convolution = nn.Conv2d(read, 4 * width, 1, stride, bias=False)
                self.short = nn.Sequential(convolution, nn.BatchNorm2d(4 * width))
            self.relu = nn.ReLU(inplace=True)

        def forward(self, maps: Any) -> Any:  # noqa: ANN401 - a tensor
            return self.relu(self.main(maps) + self.short(maps))

    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)]
    layers += [nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    read = 64
    for width, blocks, stride in STAGES:
        for block in range(blocks):
            layers.append(Bottleneck(read, width, 1 if block else stride))
            read = 4 * width
    tail = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(read, 1000))
    return nn.Sequential(*layers, *tail)


def others(
    build: Callable[[Any], Any], shape: tuple[int, int, int]
) -> dict[str, tuple[Callable[[], object], Callable[[Any], tuple[int, int]]]]:
    """What else counts, on a module of the meta device: the work, and its answer's figures."""
    if missing := [name for name in ("torch", "torchinfo", "fvcore") if not find_spec(name)]:
        print(f"not installed: {', '.join(missing)}; compared with the floor alone")
        return {}
    torch = import_module("torch")
    analysis = import_module("fvcore.nn")
    logging.getLogger("fvcore").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    with torch.device("meta"):
        meta = build(torch.nn).eval()
    module, image = build(torch.nn).eval(), torch.zeros(1, *shape)

    def by_fvcore() -> tuple[int, int]:
        with torch.no_grad():
            work = analysis.FlopCountAnalysis(module, image).unsupported_ops_warnings(enabled=False)
            counted = work.by_operator()
        return analysis.parameter_count(module)[""], counted["conv"] + counted["linear"]

    size = (1, *shape)
    summary = import_module("torchinfo").summary
    by_torchinfo = partial(summary, meta, input_size=size, device="meta", verbose=0)
    return {
        "torchinfo": (by_torchinfo, lambda found: (found.total_params, found.total_mult_adds)),
        "fvcore": (by_fvcore, lambda found: found),
    }


def compare_network(name: str, mapping: dict[str, Any], build: Callable[[Any], Any]) -> None:
    """Print the ratios of one network."""
    network = read_network(mapping)
    channels, height, width = (int(size) for size in network.shape)
    shape = (channels, height, width)
    batch = int(network.batch)

    def ours() -> dict[str, Any]:
        return solve(read_network(mapping))

    least = partial(floor, plain(network), shape, batch)
    if totals(ours()) != least():
        raise SystemExit(f"{name}: ours {totals(ours())}, the floor {least()}")
    print(compare(ours, least).line(name, "ours", "floor"))
    for other, (work, figures) in others(build, shape).items():
        parameters, multiply_adds = figures(work())
        # torchinfo counts a bias's addition as a multiply-add, and batch norm's in part.
        near = abs(multiply_adds - totals(ours())[1]) * 100 <= totals(ours())[1]
        if parameters != totals(ours())[0] or not near:
            raise SystemExit(f"{name}: {other} has {parameters} and {multiply_adds}")
        print(compare(work, ours, rounds=11).line(name, other, "ours"))


def compare_lines() -> None:
    """Print what a line of JSON costs beside its mere reading and writing."""
    line = json.dumps(EXERCISE)
    answer = json.loads(solve_json_line(line))
    reading = compare(lambda: solve_json_line(line), lambda: (json.loads(line), json.dumps(answer)))
    print(reading.line("a line of JSON", "ours", "reading and writing"))


def compare_shell() -> None:
    """Print how a first `gradeck solve` starts beside `import torch` and a bare interpreter."""

    def start(*arguments: str) -> None:
        command = [sys.executable, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words

    gradeck = partial(start, "-m", "cards.cli", "solve", "resnet50")
    bare = compare(gradeck, partial(start, "-c", "pass"), rounds=SHELL_ROUNDS)
    print(bare.line("from the shell", "gradeck solve", "python"))
    if find_spec("torch"):
        torch = partial(start, "-c", "import torch")
        first = compare(torch, gradeck, rounds=SHELL_ROUNDS)
        print(first.line("from the shell", "import torch", "gradeck solve"))


def main() -> None:
    """Print the ratios."""
    named = Path(NETWORKS) / "resnet50.yaml"
    resnet50 = read_documents(named.read_bytes(), named.name)[0][0].value
    compare_network("the exercise", EXERCISE, exercise_module)
    compare_network("ResNet-50", resnet50, resnet50_module)
    compare_lines()
    compare_shell()


if __name__ == "__main__":
    main()
