"""Answers of questions on floats and queues counted again, by no formula of theirs.

Numbers of a format are found by their bit patterns, queues by the balance of a long chain of
states.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import count
from struct import unpack
from types import MappingProxyType
from types import SimpleNamespace as Draws
from typing import Final

from cards.checking.recounted_layers import Found, Recount

_STATES: Final = 4000


def _spacing(d: Draws) -> Found:
    """The next number is the nearest whose significant digits are not too many."""
    value = int(d.inside * 2 ** (d.power - 2))
    exponent = next(e for e in count() if 2 ** (e + 1) > value)

    def written(number: int) -> str:
        return f"{number:b}".rstrip("0")

    steps = (2**step for step in count())
    spacing = next(step for step in steps if len(written(value + step)) <= d.bits)
    return {"exponent": exponent, "spacing": spacing}


def _near_the_top(d: Draws) -> Found:
    """Bit patterns are counted down from the largest that is finite, and the last is decoded."""
    steps = 2**d.fraction_bits
    pattern = (2**d.exponent_bits - 1) * steps
    for _ in range(d.place):
        pattern -= 1
    stored, fraction = divmod(pattern, steps)
    bias = len(range(1, 2 ** (d.exponent_bits - 1)))
    return {
        "bias": bias,
        "number": Fraction(steps + fraction, steps) * Fraction(2) ** (stored - bias),
    }


def _bit_pattern(d: Draws) -> Found:
    """IEEE's half precision has the same exponents; its fraction is longer by zeros."""
    pattern = (d.field << 10) | (d.fraction << (10 - d.fraction_bits))
    (value,) = unpack(">e", pattern.to_bytes(2, "big"))
    return {"value": Fraction(value)}


def chain_of_states(arrivals: float, served: float) -> list[float]:
    """How likely each number in an M/M/1 queue is: the balance of a long chain of states."""
    found = [1.0]
    for _ in range(_STATES):
        found.append(found[-1] * arrivals / served)
    total = sum(found)
    return [one / total for one in found]


def _mean(states: Sequence[float]) -> float:
    return sum(number * likely for number, likely in enumerate(states))


def _mm1_times(d: Draws) -> Found:
    states = chain_of_states(d.arrivals, d.served)
    inside, busy = _mean(states), 1 - states[0]
    minutes = 60 / d.arrivals
    return {"inside": inside, "time": inside * minutes, "waiting": (inside - busy) * minutes}


def _mm1_probabilities(d: Draws) -> Found:
    states = chain_of_states(d.arrivals, d.served)
    beyond = sum(states[d.count + 1 :])
    return {"idle": states[0], "exactly": states[d.count], "beyond": beyond}


def _one_fast_or_two_slow(d: Draws) -> Found:
    half = d.arrivals / 2
    states = chain_of_states(half, d.served)
    inside, busy = _mean(states), 1 - states[0]
    fast = _mean(chain_of_states(d.arrivals, 2 * d.served))
    return {
        "slow": inside * 60 / half,
        "waited": (inside - busy) * 60 / half,
        "fast": fast * 60 / d.arrivals,
    }


def _littles_law(d: Draws) -> Found:
    """A guest in every so many minutes: those who came within the time of a stay are inside."""
    apart = Fraction(60, d.arrivals)
    return {"inside": Fraction(d.minutes) / apart}


def _utilisation(d: Draws) -> Found:
    served = sum(Fraction(60, d.minutes) for _ in range(d.servers))
    return {"capacity": served, "load": Fraction(d.arrivals * d.minutes, 60 * d.servers)}


OTHERS: Final[Mapping[str, Recount]] = MappingProxyType({
    "floating-point/spacing": _spacing,
    "floating-point/near-the-top": _near_the_top,
    "floating-point/bit-pattern": _bit_pattern,
    "queueing/utilisation": _utilisation,
    "queueing/littles-law": _littles_law,
    "queueing/mm1-times": _mm1_times,
    "queueing/mm1-probabilities": _mm1_probabilities,
    "queueing/one-fast-or-two-slow": _one_fast_or_two_slow,
})  # fmt: skip
