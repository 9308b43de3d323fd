"""Telling: which differences a question's variants must show."""

from fractions import Fraction
from pathlib import Path

import pytest

from cards.loading.bank import load_bank
from cards.question import Question
from cards.variants.dealing import make_variant
from cards.variants.telling import telling
from grader.errors import GradeckError

STACK = """\
id: cnn/stack
title: {en: A stack, zh: 卷积层}
kind: numeric
draw:
  height: {from: 100, to: 400, step: 20}
  width:  {from: 100, to: 400, step: 20}
  f1: [50, 100, 150]
require: [height != width]
network:
  input: {channels: 3, height: height, width: width}
  layers:
    - {id: conv1, op: conv, filters: f1, kernel: 3, stride: 2, padding: same}
    - {id: conv2, op: conv, filters: 2 * f1, kernel: 3, stride: 2, padding: same}
    - {id: conv3, op: conv, filters: 4 * f1, kernel: 3, stride: 2, padding: same}
text: {en: "{height}×{width}, {f1} filters.", zh: "{height}×{width}，{f1} 个卷积核。"}
parts:
  - {id: parameters, ask: {en: How many?, zh: 多少？}, answer: total.parameters, points: 2}
  - id: inference
    ask: {en: How much?, zh: 多大？}
    answer: inference.bytes
    unit: MiB
    precision: {within: 1%}
    points: 3
"""


def _question(folder: Path, mistakes: str) -> Question:
    file = folder / "stack.yaml"
    file.write_text(STACK + mistakes, encoding="utf-8")
    return load_bank([file])["cnn/stack"]


def test_a_tolerance_may_swallow_a_mistake_that_shows_elsewhere(tmp_path: Path) -> None:
    """A forgotten bias hardly moves the memory: it must show in the parameters only."""
    question = _question(tmp_path, "mistakes: [no-bias, all-layers-kept]\n")

    assert frozenset({"parameters"}) == telling(question).demanded["no-bias"]
    assert frozenset({"inference"}) == telling(question).demanded["all-layers-kept"]
    assert make_variant(question, "any").numbers["f1"] in {50, 100, 150}


def test_a_part_that_the_author_names_must_show_the_mistake(tmp_path: Path) -> None:
    """Where an author names the part, a tolerance that swallows the mistake is a fault."""
    question = _question(tmp_path, "mistakes: [{id: no-bias, parts: [inference]}]\n")

    with pytest.raises(GradeckError, match="no-bias show the same in part 'inference'"):
        make_variant(question, "any")


def test_the_numbers_of_a_variant_tell_every_demanded_mistake(tmp_path: Path) -> None:
    """In every variant the right answer and the mistakes show different numbers."""
    question = _question(tmp_path, "mistakes: [no-bias, out-for-in-channels]\n")

    for seed in range(40):
        variant = make_variant(question, str(seed))
        shown = variant.mistaken["parameters"]
        right = variant.cells["total.parameters"]
        assert len({right, *shown.values()}) == 1 + len(shown)


ROUNDING = """\
id: test/halves
title: {en: Halves, zh: 一半}
kind: numeric
draw: {height: {from: 10, to: 209}}
lines: {half: ceil(height / 2)}
text: {en: "A height of {height}.", zh: "高为 {height}。"}
parts: [{id: half, ask: {en: "Half of it, rounded up?", zh: 一半向上取整是多少？}, answer: half}]
mistakes:
  - id: rounded-down
    line: half
    formula: floor(height / 2)
    says: {en: This was rounded down. Which way is asked?, zh: 这里向下取整了。要求怎样取整？}
"""


@pytest.mark.parametrize(("shows", "least", "most"), [("", 0, 0), ("    shows: mostly\n", 30, 70)])
def test_what_shows_mostly_lets_even_cases_occur(
    tmp_path: Path, shows: str, least: int, most: int
) -> None:
    """Of 200 variants none is even where the mistake always shows, a quarter where mostly."""
    file = tmp_path / "halves.yaml"
    file.write_text(ROUNDING + shows, encoding="utf-8")
    question = load_bank([file])["test/halves"]
    variants = [make_variant(question, str(seed)) for seed in range(200)]
    even = [variant for variant in variants if variant.cells["height"] % 2 == 0]
    assert least <= len(even) <= most
    for variant in even:
        assert "rounded-down" in telling(question).excused(variant.seed, variant.attempt)


def test_a_mistake_is_weighed_by_how_often_it_is_excused(tmp_path: Path) -> None:
    """An even height is dealt in a third of the draws that hit it, an odd one always."""
    file = tmp_path / "halves.yaml"
    file.write_text(f"{ROUNDING}    shows: mostly\n", encoding="utf-8")
    question = load_bank([file])["test/halves"]
    for height, weight in ((20, Fraction(1, 3)), (21, Fraction(1))):
        cells = question.numeric.core.solve({"height": height})
        found = question.numeric.marking.mistaken(cells)
        assert weight == telling(question).weight(cells, found)
