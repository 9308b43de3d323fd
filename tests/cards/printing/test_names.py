"""What quantities are called in worked steps: Chinese in Chinese, words in English."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from cards.loading.bank import load_bank
from cards.mathematics.formulas import step_equations
from cards.networks.files import named_networks, read_network_file
from cards.printing.names import naming, shared_names
from cards.question import Question
from cards.variants.dealing import make_variant
from cards.variants.variant import Variant
from grader.cnn.network_lines import network_worksheet

NUMERIC = [question for question in load_bank().values() if question.kind == "numeric"]
# Chinese texts write these names as they are, and have no words of their own for them.
NAMES_IN_CHINESE = r"(?:Adam|Dice|sigmoid)(?![A-Za-z])"
LATIN_WORD = re.compile(rf"(?<![A-Za-z])(?!{NAMES_IN_CHINESE})[A-Za-z]*[a-z]{{2,}}")


def cells_shown(variant: Variant) -> Iterator[str]:
    """Every cell that a worked step of the variant names."""
    for key in variant.question.numeric.marking.keys:
        for step in variant.steps(key.part):
            yield step.name
            yield from (cell for cell in step.named.values() if isinstance(cell, str))


@pytest.mark.parametrize("question", NUMERIC, ids=lambda question: question.id)
def test_a_chinese_solution_has_no_english_words(question: Question) -> None:
    """Of what a step names, only a layer's own id may be in Latin letters."""
    called = naming(question, "zh")
    english = {
        name: called(name)
        for name in cells_shown(make_variant(question, "names"))
        if LATIN_WORD.search(called(name).partition(" ")[2] if "." in name else called(name))
        or ("." in name and called(name) == called(name).partition(" ")[0] == name)
    }
    assert {} == english


@pytest.mark.parametrize("name", ["lenet5_1998", "googlenet_bn", "resnet50", "mobilenet_v2"])
def test_every_figure_of_the_engine_has_a_chinese_name(name: str) -> None:
    """Whatever line a network's worksheet has, its figure is in the table that questions share."""
    assert name in named_networks()
    network = read_network_file(name)
    shared = shared_names("zh")
    without = {
        line.name
        for line in network_worksheet(network).lines
        if line.name not in shared
        and not {line.name.rsplit(".", 1)[-1], ".".join(line.name.rsplit(".", 2)[-2:])}
        & shared.keys()
    }
    assert set() == without


def test_names_stand_in_the_equations() -> None:
    """The mathematics of a step calls quantities by the question's and by the shared names."""
    question = load_bank()["queueing/mm1-times"]
    step = make_variant(question, "1").steps("time")[0]
    first, second, *_ = step_equations(step, naming(question, "zh"))
    assert "利用率" == "".join(ET.fromstring(first).itertext())  # noqa: S314 -- our own output
    assert "=到达率服务率" == "".join(ET.fromstring(second).itertext())  # noqa: S314 -- the same


def test_english_has_names_too_and_reads_the_rest_as_it_is_written() -> None:
    """A question's names and the shared ones come first; else dots and underscores are spaces."""
    called = naming(load_bank()["cnn/lenet-whole"], "en")
    assert "filters of conv2" == called("more")
    assert "conv1 multiply-adds" == called("conv1.multiply_adds")
    assert "training memory in MiB" == called("training.bytes.MiB")
    assert "some line" == called("some_line")


def test_a_unit_is_written_in_the_steps_as_the_question_writes_it() -> None:
    """Where a text says that 1 MB is 1024 KB, no worked step says MiB, and the factor is 1024²."""
    variant = make_variant(load_bank()["cnn/output-in-older-megabytes"], "1")
    last = [variant.steps(key.part)[-1] for key in variant.question.numeric.marking.keys]
    assert ["MB", "MB"] == [step.unit for step in last]
    assert all("1048576" in step.substituted for step in last)
    assert not any("MiB" in step.name for step in last)
