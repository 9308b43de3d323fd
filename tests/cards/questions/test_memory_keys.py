"""Training memory and batch normalization: byte by byte, and by PyTorch's own layers."""

from collections.abc import Mapping
from statistics import pvariance
from types import SimpleNamespace as Draws

import pytest

from tests.cards.questions.recomputed import Computation, Module, hold, learned, numeric_in

torch = pytest.importorskip("torch", reason="PyTorch (requirements/torch.txt) is not installed")

FILES = ("training_memory.yaml", "batch_normalization.yaml")
MEGA = 10**6


def kept_by(optimizer: Module, layer: Module) -> int:
    """How many numbers of a weight's shape are there after a step: weight, gradient, state."""
    weight = layer.weight
    layer(torch.ones(1, weight.shape[1])).sum().backward()
    optimizer.step()
    state = optimizer.state[weight]
    held = [weight, weight.grad, *(value for value in state.values() if value is not None)]
    return sum(value.shape == weight.shape for value in held)


def copies(kind: str) -> int:
    """The same for a PyTorch optimizer by its name."""
    layer = torch.nn.Linear(3, 2)
    options = {"plain": {}, "momentum": {"momentum": 0.9}, "adam": {}}[kind]
    maker = torch.optim.Adam if kind == "adam" else torch.optim.SGD
    return kept_by(maker(layer.parameters(), lr=0.1, **options), layer)


def _optimizer_state(d: Draws) -> Mapping[str, float]:
    weights = d.millions * MEGA * d.value_bytes
    return {"plain": copies("plain") * weights / MEGA, "adam": copies("adam") * weights / MEGA}


def _momentum_or_adam(d: Draws) -> Mapping[str, float]:
    count = learned(
        torch.nn.Conv2d(d.channels, d.filters, d.kernel), torch.nn.Linear(d.filters, d.units)
    )
    return {
        "momentum": count * copies("momentum") * 4,
        "more": count * (copies("adam") - copies("momentum")) * 4,
    }


def _mixed_precision_adam(d: Draws) -> Mapping[str, float]:
    of_a_weight = {"weight": 2, "gradient": 2, "copy": 4, "mean": 4, "mean of squares": 4}
    state = d.millions * sum(of_a_weight.values())
    return {"state": state, "training": state + 1000 * d.activations}


def _training_with_adam(d: Draws) -> Mapping[str, float]:
    first = torch.nn.Conv2d(3, d.filters, 3, stride=2, padding=1)
    second = torch.nn.Conv2d(d.filters, 2 * d.filters, 3, stride=2, padding=1)
    with torch.no_grad():
        one = first(torch.zeros(1, 3, d.height, d.width))
        two = second(one)
    weights = learned(first, second) * copies("adam") * 4
    return {"weights": weights, "all": weights + d.batch * 4 * (one.numel() + two.numel())}


def _accumulated_gradients(d: Draws) -> Mapping[str, float]:
    left, passes = d.wanted, 0
    while left > 0:
        left, passes = left - d.fits, passes + 1
    return {"passes": passes, "held": sum(d.per_image for _ in range(d.fits))}


def _checkpointed_layers(d: Draws) -> Mapping[str, float]:
    """The set of outputs held, gone through moment by moment."""
    layers = range(d.segments * d.length)
    kept = {layer for layer in layers if (layer + 1) % d.length == 0}
    segment = {layer for layer in layers if layer >= len(layers) - d.length}
    return {
        "everything": len(layers) * d.megabytes,
        "peak": len(kept | segment) * d.megabytes,
    }


def _megabytes_of_1024(d: Draws) -> Mapping[str, float]:
    values = len(range(d.batch)) * d.maps * d.height * d.width
    return {"values": values, "megabytes": 4 * values / 1024 / 1024}


def _batch_norm_values(d: Draws) -> Mapping[str, float]:
    batch = [d.low, d.high, d.high, d.low]
    layer = torch.nn.BatchNorm1d(1, eps=1e-14, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.fill_(d.gamma)
        layer.bias.fill_(d.beta)
        outputs = layer(torch.tensor([[float(value)] for value in batch], dtype=torch.float64))
    return {"variance": pvariance(batch), "output": outputs[0].item()}


def inference_layer(d: Draws) -> Module:
    """A PyTorch batch normalization with the draws' statistics and parameters, at inference."""
    layer = torch.nn.BatchNorm2d(1, eps=0.0, dtype=torch.float64).eval()
    with torch.no_grad():
        layer.running_mean.fill_(float(d.running_mean))
        layer.running_var.fill_(float(d.running_variance))
        layer.weight.fill_(float(d.gamma))
        layer.bias.fill_(float(d.beta))
    return layer.requires_grad_(requires_grad=False)


def _batch_norm_at_inference(d: Draws) -> Mapping[str, float]:
    value = torch.full((1, 1, 1, 1), float(d.value), dtype=torch.float64)
    output = float(inference_layer(d)(value))
    plain = Draws(**{**vars(d), "gamma": 1, "beta": 0})
    return {"normalized": float(inference_layer(plain)(value)), "output": output}


def _running_mean(d: Draws) -> Mapping[str, float]:
    layer = torch.nn.BatchNorm1d(1, momentum=float(d.share), dtype=torch.float64)
    layer.running_mean.fill_(float(d.start))
    found = []
    for mean in (d.first_mean, d.second_mean):
        layer(torch.tensor([[mean - 1.0], [mean + 1.0]], dtype=torch.float64))
        found.append(float(layer.running_mean))
    return dict(zip(("first", "second"), found, strict=True))


def _values_for_a_mean(d: Draws) -> Mapping[str, float]:
    """Over how many values: as many as have a share in the gradient of the running mean."""
    layer = torch.nn.BatchNorm2d(d.channels, momentum=1.0)
    maps = torch.rand(d.batch, d.channels, d.side, d.side)
    layer(maps)
    assert torch.allclose(layer.running_mean[0], maps[:, 0].mean(), atol=1e-5)
    return {"values": maps[:, 0].numel(), "learned": learned(layer)}


def _batch_norm_folded(d: Draws) -> Mapping[str, float]:
    """The folded layer is a line: its height at 0 and its slope, found from two inputs."""
    layer = inference_layer(d)

    def output(value: float) -> float:
        made = value * float(d.weight) + float(d.bias)
        return float(layer(torch.full((1, 1, 1, 1), made, dtype=torch.float64)))

    return {"weight": output(1) - output(0), "bias": output(0)}


KEYS: dict[str, Computation] = {
    "cnn/optimizer-state": _optimizer_state,
    "cnn/momentum-or-adam": _momentum_or_adam,
    "cnn/mixed-precision-adam": _mixed_precision_adam,
    "cnn/training-with-adam": _training_with_adam,
    "cnn/accumulated-gradients": _accumulated_gradients,
    "cnn/checkpointed-layers": _checkpointed_layers,
    "cnn/megabytes-of-1024": _megabytes_of_1024,
    "cnn/batch-norm-values": _batch_norm_values,
    "cnn/batch-norm-at-inference": _batch_norm_at_inference,
    "cnn/running-mean": _running_mean,
    "cnn/values-for-a-mean": _values_for_a_mean,
    "cnn/batch-norm-folded": _batch_norm_folded,
}


@pytest.mark.parametrize("question", KEYS)
def test_keys_are_what_pytorch_and_counting_find(question: str) -> None:
    """Every key is what PyTorch's layers and optimizers hold, or what counting one by one gives."""
    hold(question, KEYS[question])


def test_every_question_is_recomputed() -> None:
    """No numeric question of these files is left out."""
    assert numeric_in(*FILES) == set(KEYS)
