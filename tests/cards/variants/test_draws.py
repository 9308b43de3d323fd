"""Seeds and draws: reproducible for ever, separate by purpose, fair."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.variants.draws import PURPOSES, draw, integers, preview_seed, seed_for, shuffled

SEED = bytes(range(32))


def test_a_seed_is_the_same_for_ever() -> None:
    """These bytes were dealt: a change here would change every paper that was handed out."""
    seed = seed_for(b"secret", "exam", "cnn/stack", "9f86d081", "ada", attempt=3)
    assert "fd4533585844e869cc77173c93962e7b6644d32f47613a122aa1fddc34ff59aa" == seed[:32].hex()
    first = seed_for(b"secret", "exam", "cnn/stack", "9f86d081", "ada", attempt=0)
    assert first == seed_for(b"secret", "exam", "cnn/stack", "9f86d081", "ada")
    shown = "054e5eabd4a181a3193ab70e71235641672ea8c118d8cbe71622def9e1c79f15"
    assert shown == preview_seed("cnn/stack", "1").hex()
    numbers = draw({"height": range(100, 401, 20), "kernel": (3, 5, 7)}, seed)
    assert {"height": 280, "kernel": 3} == numbers
    assert "fegdbach" == "".join(shuffled("abcdefgh", seed, "order"))


def test_purposes_never_share_seeds() -> None:
    """The same person's practice, homework, deck, exam and preview have different seeds."""
    seeds = {seed_for(b"secret", purpose, "q", "hash", "ada") for purpose in PURPOSES}
    assert len(PURPOSES) == len(seeds)


def test_an_unknown_purpose_is_a_fault_of_the_caller() -> None:
    """A purpose outside of the list is refused, so that none can be invented by a slip."""
    told = r"^a purpose is one of practice, homework, deck, exam, export, preview; got 'test'$"
    with pytest.raises(ValueError, match=told):
        seed_for(b"secret", "test", "q", "hash", "ada")  # type: ignore[arg-type]  # the point


_PART = st.text(max_size=8)


@given(st.tuples(_PART, _PART, _PART), st.tuples(_PART, _PART, _PART))
def test_no_two_cases_run_together(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    """Question, version and person are kept apart: ("ab", "c") is not ("a", "bc")."""
    seeds = [seed_for(b"secret", "exam", *case) for case in (one, other)]
    assert (one == other) == (seeds[0] == seeds[1])


@given(st.integers(1, 1000), st.text(max_size=5))
def test_integers_stay_below_their_bound(below: int, name: str) -> None:
    """A stream's numbers are from 0 to below the bound."""
    stream = integers(SEED, name, 0, below)
    assert all(0 <= next(stream) < below for _ in range(20))


def test_integers_are_fair() -> None:
    """Six thousand throws of a die give each face about a thousand times (five sigma)."""
    stream = integers(SEED, "die", 0, 6)
    counts = Counter(next(stream) for _ in range(6000))
    assert {0, 1, 2, 3, 4, 5} == set(counts)
    assert max(abs(count - 1000) for count in counts.values()) < 5 * 29


def test_a_bound_near_the_words_own_is_fair_too() -> None:
    """What would make the low numbers likelier is drawn again: each third comes as often."""
    stream = integers(SEED, "wide", 0, 3 << 62)
    counts = Counter(next(stream) >> 62 for _ in range(6000))
    assert {0, 1, 2} == set(counts)
    assert max(abs(count - 2000) for count in counts.values()) < 5 * 37


def test_a_new_draw_leaves_the_others() -> None:
    """A draw added to a question later changes no number that the question had."""
    before = draw({"a": range(1000), "b": range(1000)}, SEED)
    after = draw({"new": range(1000), "b": range(1000), "a": range(1000)}, SEED)
    assert before == {name: after[name] for name in before}


def test_the_module_random_plays_no_part() -> None:
    """Numbers don't depend on the state of Python's dice, and don't change it."""
    random.seed(1)
    state = random.getstate()
    one = draw({"a": range(1000)}, SEED)
    random.seed(2)
    assert one == draw({"a": range(1000)}, SEED)
    random.seed(1)
    draw({"a": range(1000)}, SEED)
    assert state == random.getstate()


def test_attempts_differ() -> None:
    """Another attempt draws other numbers."""
    drawn = {draw({"a": range(10**9)}, SEED, attempt)["a"] for attempt in range(50)}
    assert 50 == len(drawn)


def test_shuffles_are_fair() -> None:
    """Each of the six orders of three things comes about equally often (five sigma)."""
    orders = Counter("".join(shuffled("abc", SEED, str(number))) for number in range(6000))
    assert 6 == len(orders)
    assert max(abs(count - 1000) for count in orders.values()) < 5 * 29


def test_a_preview_is_of_one_question() -> None:
    """The same text stands for different seeds in different questions."""
    assert preview_seed("cnn/a", "1") != preview_seed("cnn/b", "1")
