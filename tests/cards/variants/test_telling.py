"""Telling: which differences a question's variants must show."""

from pathlib import Path

import pytest

from cards.loading.bank import load_bank
from cards.question import Question
from cards.variants.telling import telling
from cards.variants.variant import make_variant
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
