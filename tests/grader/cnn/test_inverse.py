"""Questions asked backwards agree with the engine asked forwards."""

from random import Random

import pytest

from grader.cnn.inverse import largest_batch, values_that_give
from grader.cnn.network import Network, read_network
from grader.cnn.solving import solution, solve
from grader.errors import NetworkError, UnknownNameError


def network_of(stride: int = 2, padding: object = 1, size: int = 30, batch: int = 1) -> Network:
    """A convolution and a pool on a square image."""
    conv = {"id": "conv", "op": "conv", "filters": 4, "kernel": 5}
    return read_network(
        {
            "input": {"channels": 3, "height": size, "width": size},
            "batch": batch,
            "layers": [
                conv | {"stride": stride, "padding": padding},
                {"id": "pool", "op": "max_pool", "kernel": 2},
            ],
        }
    )


@pytest.mark.parametrize("batch", [1, 7])
def test_the_largest_batch_fits_and_one_more_does_not(batch: int) -> None:
    """Training with the batch found stays in memory, with one more it doesn't."""
    dice = Random(7)  # noqa: S311 -- the same amounts every time
    solved = solution(network_of(batch=batch))
    for _ in range(50):
        most = dice.randint(2_000, 10_000_000)
        found = largest_batch(solved, most)
        if found:
            assert solve(network_of(batch=found))["total"]["training_bytes"] <= most
        assert solve(network_of(batch=found + 1))["total"]["training_bytes"] > most


def test_no_batch_fits_beside_too_many_parameters() -> None:
    """Memory below the parameters' bytes holds no instance at all."""
    assert 0 == largest_batch(solution(network_of()), 10)


def test_strides_are_those_that_give_the_size() -> None:
    """The strides found are exactly those with which the engine gives the size, one layer on."""
    for size in range(1, 9):
        expected = []
        for stride in range(1, 31):
            try:
                pooled = solve(network_of(stride))["layers"][1]["output"]["height"]
            except NetworkError:
                continue
            expected += [stride] if pooled == size else []
        assert tuple(expected) == values_that_give(network_of(), "conv.stride", "pool.height", size)


def test_paddings_are_numbers_and_kinds() -> None:
    """Of paddings, the kinds that have a name are found as well."""
    network = network_of(stride=1, padding="valid")

    assert (2, "same", "same_lower") == values_that_give(network, "conv.padding", "conv.height", 30)
    assert (0, "valid") == values_that_give(network, "conv.padding", "conv.height", 26)


def test_counts_can_be_asked_for_too() -> None:
    """Filters are found from a number of parameters, and none where no number gives it."""
    assert (10,) == values_that_give(network_of(), "conv.filters", "conv.parameters", 760)
    assert () == values_that_give(network_of(), "conv.filters", "conv.parameters", 761)


@pytest.mark.parametrize(
    ("field", "wanted", "says"),
    [
        ("conv.strid", "conv.height", "conv.stride"),
        ("cov.stride", "conv.height", "conv"),
        ("conv.stride", "conv.hight", "conv.height"),
        ("conv.bias", "conv.height", "conv.bias"),
    ],
)
def test_a_name_that_is_not_there_is_told(field: str, wanted: str, says: str) -> None:
    """A layer, a field of numbers or a figure that isn't there is named, with the nearest."""
    with pytest.raises(UnknownNameError, match=says):
        values_that_give(network_of(), field, wanted, 3)
