"""The time of one callable against another's, taken so that both see the same machine.

Seconds differ from machine to machine and from minute to minute; the ratio of two callables that
run in turns hardly does. So a bench names a floor (the least work that could do), and reports how
many times the floor the real thing takes.
"""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

SLICE_SECONDS = 0.02
ROUNDS = 31


@dataclass(frozen=True, slots=True)
class Ratio:
    """Medians of two callables timed in turns: seconds a call, and the ratio of each round."""

    first: float
    second: float
    value: float
    low: float
    high: float
    rounds: int

    def line(self, name: str, first: str, second: str) -> str:
        """One line for people; low and high are the quartiles of the rounds' ratios.

        >>> Ratio(2e-3, 1e-3, 2.0, 1.9, 2.1, 31).line("marking", "ours", "floor")
        'marking: ours 2.000 ms, floor 1.000 ms, ratio 2.00 (1.90 to 2.10, 31 rounds)'
        """
        return (
            f"{name}: {first} {self.first * 1e3:.3f} ms, {second} {self.second * 1e3:.3f} ms, "
            f"ratio {self.value:.2f} ({self.low:.2f} to {self.high:.2f}, {self.rounds} rounds)"
        )


def _seconds(work: Callable[[], object], calls: int) -> float:
    started = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - started) / calls


def _calls(work: Callable[[], object]) -> int:
    calls = 1
    while (spent := _seconds(work, calls) * calls) < SLICE_SECONDS / 2:
        calls *= 2 if spent > SLICE_SECONDS / 20 else 10
    return max(1, round(calls * SLICE_SECONDS / spent))


def compare(
    first: Callable[[], object], second: Callable[[], object], *, rounds: int = ROUNDS
) -> Ratio:
    """The ratio of two callables' times, first / second, from rounds in which they take turns.

    Each round runs both for about SLICE_SECONDS, in changing order, with the garbage collector
    off as `timeit` has it. The value is the median of the rounds' ratios.

    >>> compare(lambda: sum(range(4000)), lambda: sum(range(1000)), rounds=5).value > 2
    True
    """
    counts = _calls(first), _calls(second)
    times: list[tuple[float, float]] = []
    collecting = gc.isenabled()
    gc.disable()
    try:
        for round_ in range(rounds):
            if round_ % 2:
                later = _seconds(second, counts[1])
                times.append((_seconds(first, counts[0]), later))
            else:
                times.append((_seconds(first, counts[0]), _seconds(second, counts[1])))
    finally:
        if collecting:
            gc.enable()
    ratios = [one / other for one, other in times]
    low, value, high = statistics.quantiles(ratios, n=4)
    return Ratio(
        first=statistics.median(one for one, _ in times),
        second=statistics.median(other for _, other in times),
        value=value,
        low=low,
        high=high,
        rounds=rounds,
    )
