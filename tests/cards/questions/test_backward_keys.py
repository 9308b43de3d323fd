"""The backward pass by PyTorch's autograd, not by the rules that the questions state."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace as Draws

import pytest

from tests.cards.questions.recomputed import Computation, Module, hold, numeric_in

torch = pytest.importorskip("torch", reason="PyTorch (requirements/torch.txt) is not installed")
functional = torch.nn.functional

FILES = ("backward_pass.yaml",)


def row(*values: float) -> Module:
    """Numbers as a signal of one channel, to be differentiated with respect to."""
    signal = torch.tensor([[[float(value) for value in values]]], dtype=torch.float64)
    return signal.requires_grad_()


def gradients(output: Module, of_outputs: Sequence[float], *wanted: Module) -> list[list[float]]:
    """The gradients with respect to some tensors, from those with respect to the output."""
    found = torch.autograd.grad(output, wanted, row(*of_outputs).detach().reshape(output.shape))
    return [gradient.flatten().tolist() for gradient in found]


def _gradient_of_a_shared_weight(d: Draws) -> Mapping[str, float]:
    weights, bias = row(0.5, -0.5), torch.zeros(1, dtype=torch.float64, requires_grad=True)
    output = functional.conv1d(row(d.a, d.b, d.c, d.d), weights, bias)
    of_weights, of_bias = gradients(output, (d.g1, d.g2, d.g3), weights, bias)
    return {"first": of_weights[0], "bias": of_bias[0]}


def _gradient_of_an_input(d: Draws) -> Mapping[str, float]:
    signal = row(1, 2, 3, 4, 5)
    output = functional.conv1d(signal, row(d.w1, d.w2, d.w3))
    (found,) = gradients(output, (d.g1, d.g2, d.g3), signal)
    return {"first": found[0], "third": found[2]}


def _gradient_through_max_pooling(d: Draws) -> Mapping[str, float]:
    signal = row(d.a, d.b, d.c, d.d)
    (found,) = gradients(functional.max_pool1d(signal, 2), (d.g1, d.g2), signal)
    return {"left": found[0], "right": found[3]}


def _gradient_through_overlapping_windows(d: Draws) -> Mapping[str, float]:
    signal = row(d.a, d.b, d.c, d.d)
    output = functional.max_pool1d(signal, 2, stride=1)
    (found,) = gradients(output, (d.g1, d.g2, d.g3), signal)
    return {"second": found[1], "all": sum(found)}


def _gradient_through_average_pooling(d: Draws) -> Mapping[str, float]:
    """A value in one window; then a value that several windows of one size hold."""
    size = d.side * d.side
    window = row(*range(size))
    (alone,) = gradients(window.mean().reshape(1), (d.gradient,), window)
    shared = row(1)
    windows = [torch.cat([shared.flatten(), torch.ones(size - 1)]).mean() for _ in range(d.count)]
    (several,) = gradients(torch.stack(windows), [d.gradient] * d.count, shared)
    return {"each": alone[0], "several": several[0]}


def _one_step_through_relu(d: Draws) -> Mapping[str, float]:
    weights = row(d.w1, d.w2)
    output = torch.relu(functional.conv1d(row(d.x1, d.x2, d.x3), weights))
    output.backward(row(d.g1, d.g2).detach())
    gradient = weights.grad[0, 0, 0].item()
    parameter = torch.nn.Parameter(weights.detach().clone())
    parameter.grad = weights.grad
    torch.optim.SGD([parameter], lr=float(d.rate)).step()
    return {"gradient": gradient, "updated": parameter[0, 0, 0].item()}


KEYS: dict[str, Computation] = {
    "cnn/gradient-of-a-shared-weight": _gradient_of_a_shared_weight,
    "cnn/gradient-of-an-input": _gradient_of_an_input,
    "cnn/gradient-through-max-pooling": _gradient_through_max_pooling,
    "cnn/gradient-through-overlapping-windows": _gradient_through_overlapping_windows,
    "cnn/gradient-through-average-pooling": _gradient_through_average_pooling,
    "cnn/one-step-through-relu": _one_step_through_relu,
}


@pytest.mark.parametrize("question", KEYS)
def test_keys_are_what_autograd_finds(question: str) -> None:
    """Every gradient is the one that autograd sends back through PyTorch's own layers."""
    hold(question, KEYS[question])


def test_every_question_is_recomputed() -> None:
    """No numeric question of these files is left out."""
    assert numeric_in(*FILES) == set(KEYS)
