"""A variant, from its seed to its verdict: ours against the same numbers in bare Python.

Ours draws, solves the worksheet, solves it again for every mistake, refuses what can't tell, and
marks a right answer, a wrong one and one that follows from it. The floor knows one question: it
draws with the same HMAC, computes its three answers and each mistake's by hand, compares them, and
marks plain integers. Both find the same numbers and the same verdicts, which is checked first.
"""

import hmac
import statistics
import time
from collections.abc import Callable
from functools import partial
from itertools import count, cycle

from bench.ratio import compare
from cards.loading.bank import load_bank
from cards.question import Question
from cards.variants.dealing import make_variant
from cards.variants.draws import SEED_BYTES, seed_for
from cards.variants.variant import mark_variant

QUESTION = "cnn/three-conv-inference"
OTHERS = ("cnn/three-conv-layers", "cnn/size-same", "cnn/parameters-of-stack", "queueing/mm1-times")
SIDES = range(100, 401, 20)
KERNELS = (3, 5, 7)
FILTERS = (50, 100, 150)
LOWER, UPPER = (2, 3, 4), (1, 2)
SEEDS = 500
ROUNDS = 7

Verdict = tuple[tuple[int, ...], tuple[str, ...]]


def ours(question: Question, seed: bytes) -> Verdict:
    """The variant's numbers, and what came of one right and two wrong answers."""
    variant = make_variant(question, seed)
    wrong = variant.mistaken["parameters"]["no-bias"]
    total = variant.core["inference.bytes"] - variant.core["total.parameter_bytes"] + wrong
    peak = variant.right(variant.keys[0])["display"]
    raw = {"peak": peak, "parameters": str(wrong), "inference": str(total)}
    verdict = mark_variant(variant, raw)
    # As the floor has it: what is carried is named so, before any mistake.
    said = tuple(
        "carried" if part.carried_from else (*part.mistakes, part.outcome)[0]
        for part in verdict.parts
    )
    return tuple(int(variant.core[key.line]) for key in question.numeric.marking.keys), said


def _joined(*parts: str) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part.encode() for part in parts)


def _pick(seed: bytes, name: str, attempt: int, size: int) -> int:
    joined = _joined("draw", name, str(attempt), "0")
    return int.from_bytes(hmac.digest(seed[:SEED_BYTES], joined, "sha256")[:8], "big") % size


def _is_practised(numbers: dict[str, int]) -> bool:
    drawn = (f"{name} {numbers[name]}" for name in sorted(numbers))
    return hmac.digest(b"gradeck sides", _joined(QUESTION, *drawn), "sha256")[0] % 2 == 0


def _strided(side: int, strides: tuple[int, int, int]) -> list[int]:
    sides = []
    for stride in strides:
        side = -(-side // stride)
        sides.append(side)
    return sides


def floor(seed: bytes) -> Verdict:
    """The same for this one question, with nothing general."""
    for attempt in count():
        height = SIDES[_pick(seed, "height", attempt, len(SIDES))]
        width = SIDES[_pick(seed, "width", attempt, len(SIDES))]
        kernel = KERNELS[_pick(seed, "kernel", attempt, len(KERNELS))]
        first = FILTERS[_pick(seed, "filters", attempt, len(FILTERS))]
        lower = LOWER[_pick(seed, "lower", attempt, len(LOWER))]
        upper = UPPER[_pick(seed, "upper", attempt, len(UPPER))]
        drawn = {"height": height, "width": width, "kernel": kernel, "filters": first}
        if height == width or height * width > 120_000:
            continue
        if not _is_practised({**drawn, "lower": lower, "upper": upper}):
            continue
        filters = (first, 2 * first, 4 * first)
        strides = (lower, upper, upper)
        shapes = zip(filters, _strided(height, strides), _strided(width, strides), strict=True)
        maps = [4 * count * high * wide for count, high, wide in shapes]
        pairs = (maps[0] + maps[1], maps[1] + maps[2])
        peak = max(pairs)
        inputs = (3, *filters[:2])
        square = kernel * kernel
        weights = sum(square * i * f for i, f in zip(inputs, filters, strict=True))
        swapped = sum((square * f + 1) * f for f in filters)
        parameters = 4 * (weights + sum(filters))
        again = max(2 * maps[0] + maps[1], 2 * maps[1] + maps[2])
        answers = (peak, parameters, peak + parameters)
        wrong = (
            {"partial-sum-again": again, "bits-for-bytes": 8 * peak},
            {"no-bias": 4 * weights, "out-for-in": 4 * swapped, "bits-for-bytes": 8 * parameters},
            {
                "no-bias": peak + 4 * weights,
                "out-for-in": peak + 4 * swapped,
                "partial-sum-again": again + parameters,
                "bits-for-bytes": 8 * (peak + parameters),
            },
        )
        if all(
            len({right, *led.values()}) == len(led) + 1
            for right, led in zip(answers, wrong, strict=True)
        ):
            break
    raw = (f"{peak:,}", str(4 * weights), str(peak + 4 * weights))
    said = []
    carried: int | None = None
    for place, (text, right, led) in enumerate(zip(raw, answers, wrong, strict=True)):
        value = int(text.replace(",", ""))
        if value == right:
            said.append("right")
        elif place == 2 and carried is not None and value == peak + carried:
            said.append("carried")
        else:
            said.append(next((name for name, number in led.items() if number == value), "wrong"))
        if place == 1 and value != right:
            carried = value
    return answers, tuple(said)


def _seeds() -> list[bytes]:
    return [seed_for(b"bench", "practice", QUESTION, "", str(number)) for number in range(SEEDS)]


def _taking(work: Callable[[bytes], object]) -> Callable[[], object]:
    """One call for the next seed."""
    seeds = cycle(_seeds())
    return lambda: work(next(seeds))


def main() -> None:
    """Check that both agree, then print the ratio, and variants a second for other questions."""
    bank = load_bank()
    question = bank[QUESTION]
    for seed in _seeds():
        if ours(question, seed) != floor(seed):
            raise SystemExit(f"{ours(question, seed)} is not the floor's {floor(seed)}")
    ratio = compare(_taking(lambda seed: ours(question, seed)), _taking(floor))
    print(ratio.line(f"variant and verdict, {QUESTION}", "ours", "floor"))
    print(_rate(QUESTION, lambda seed: ours(question, seed)))
    for name in OTHERS:
        print(_rate(name, partial(_whole, bank[name])))


def _whole(question: Question, seed: bytes) -> object:
    """A variant with all its mistakes' numbers, and every part marked."""
    variant = make_variant(question, seed)
    return mark_variant(variant, {k.part: variant.right(k)["display"] for k in variant.keys})


def _rate(name: str, work: Callable[[bytes], object]) -> str:
    """How many variants a core makes and marks in a second of its own, others' work left out."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for seed in _seeds():
            work(seed)
        seconds.append(time.process_time() - started)
    rate = SEEDS / statistics.median(seconds)
    return f"{name}: {rate:,.0f} variants a second of a core, with all mistakes' numbers"


if __name__ == "__main__":
    main()
