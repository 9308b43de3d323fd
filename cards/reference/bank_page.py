"""The page on what the bank holds, for those who choose from it or look for a gap.

After a change of the bank it is written again by
`python -m cards.reference.bank_page docs/reference tests/cards/questions`. The
second folder's tests tell which keys are recomputed independently.
"""

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from cards.loading.bank import Bank, load_bank
from cards.question import KINDS, Choice, Enumeration, Numeric, Question
from cards.variants.telling import telling

BANK_FILE: Final = "bank.md"
_CHECKING: Final = Path(__file__).parent.parent / "checking"
_RECOMPUTED: Final = re.compile(r'^    "(?P<id>[a-z0-9-]+/[a-z0-9-]+)": _', re.MULTILINE)
_TOPICS: Final = {
    "cnn": "Convolutional networks",
    "floating-point": "Floating point",
    "queueing": "Queues",
}

# What the exercises of the first chapter ask, and the questions on it. Names end in `*` for more.
CHAPTER: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "1. Why convolutions and not dense layers, for images": {
        "local connections and shared weights save parameters": (
            "local-connections",
            "shared-weights",
            "what-saves-parameters",
        ),
        "what fewer parameters do for time, data and overfitting": ("fewer-parameters-effects",),
        "a feature is found anywhere, by a dense layer only in place": (
            "found-anywhere",
            "dense-learns-in-place",
        ),
        "nearness is built in; low layers find what high ones combine": (
            "nearness-built-in",
            "dense-knows-no-neighbours",
            "lower-layers-find",
            "higher-layers-combine",
        ),
        "computed: both layers' parameters, how often a weight is used": (
            "dense-against-convolution*",
            "weight-reuse*",
        ),
    },
    "2. Three convolutional layers": {
        "parameters": ("three-conv-parameters", "parameters-of-stack"),
        "memory at inference, two outputs at a time": (
            "three-conv-inference",
            "inference-peak",
            "output-bytes",
        ),
        "memory in training, every output kept": ("three-conv-training",),
        "all three at once": ("three-conv-layers",),
        "1 MB as 1024 KB": ("output-in-older-megabytes", "megabytes-of-1024"),
    },
    "3. When the memory of the GPU runs out": {
        "the five remedies": ("out-of-memory",),
        "computed: what each saves, the batch that fits": ("remedy-*", "batch-that-fits"),
    },
    "4. Pooling or a convolution of the same stride": {
        "pooling has no parameters": ("why-pooling", "pooling-parameters"),
        "computed: parameters of both": ("pooling-against-convolution*",),
        "computed: sizes, rounded down and up": ("pooled-size*",),
        "computed: the values of a small grid": ("max-pooled-values", "average-pooled-values"),
    },
    "5. Local response normalization": {
        "who inhibits whom, and what maps then learn": ("lrn-inhibits", "lrn-same-position"),
        "where it is put, and why": ("lrn-where", "lrn-why-lower"),
        "computed: normalized values": ("lrn-values", "lrn-edge"),
    },
    "6. AlexNet, GoogLeNet and ResNet": {
        "AlexNet against LeNet-5": ("alexnet-news", "alexnet-stacks"),
        "GoogLeNet's modules": ("googlenet-brought", "inception-branches"),
        "ResNet's shortcuts": ("resnet-brought", "skip-*", "projection-shortcut"),
        "the totals of the four networks": (
            "lenet-two-totals",
            "lenet-why-two-totals",
            "alexnet-three-totals",
            "googlenet-two-totals",
            "resnet-totals",
            "lenet-of-1998",
            "alexnet-with-and-without-groups",
        ),
        "computed: an inception module with and without reductions": (
            "inception-parameters",
            "inception-work",
        ),
        "computed: basic and bottleneck blocks, projections": (
            "basic-against-bottleneck",
            "projection-parameters",
        ),
    },
}


def recomputed(folder: Path) -> frozenset[str]:
    """The ids of the questions whose keys the folder's tests, or the check, find another way."""
    tests = [*folder.glob("test_*_keys.py"), *_CHECKING.glob("recounted_*.py")]
    return frozenset(
        match["id"]
        for test in tests
        for match in _RECOMPUTED.finditer(test.read_text(encoding="utf-8"))
    )


def covering(bank: Bank, name: str) -> list[str]:
    """The questions of the chapter's topic that a name, or its beginning, stands for."""
    stem = name.removesuffix("*")
    if stem == name:
        return [f"cnn/{name}"]
    return [question for question in bank if question.startswith(f"cnn/{stem}")]


def bank_page(bank: Bank, computed: Collection[str]) -> str:
    """The page, in Markdown; `computed` are the questions whose keys tests compute another way."""
    return "\n".join(_lines(bank, computed)).rstrip("\n") + "\n"


def _lines(bank: Bank, computed: Collection[str]) -> Iterator[str]:
    questions = [question for question in bank.values() if not question.retired]
    numeric = [question for question in questions if isinstance(question.content, Numeric)]
    yield "# What the bank holds"
    yield ""
    yield "Generated from the bank by `python -m cards.reference.bank_page docs/reference"
    yield "tests/cards/questions`; a test holds this page to it."
    yield ""
    yield f"{len(questions)} questions, each in English and Chinese:"
    yield ""
    yield from _counts(questions)
    yield f"The keys of {len(computed)} of the {len(numeric)} numeric questions are found without"
    yield "the question's formulas too (✓ in the tables): in `tests/cards/questions/` by loops, by"
    yield "PyTorch or by the engine's network files, in `gradeck check` by counting. The others are"
    yield "of a network, which the check lays out and counts; the engine is held to frameworks"
    yield "and published figures in `tests/grader/`. A test names what is found in no other way."
    yield ""
    yield "## What the exercises of the first chapter are covered by"
    yield ""
    for exercise, facts in CHAPTER.items():
        yield f"**{exercise}**"
        yield ""
        for fact, names in facts.items():
            found = [f"`{one}`" for name in names for one in covering(bank, name)]
            yield f"- {fact}: {', '.join(found)}"
        yield ""
    topics = sorted(questions, key=lambda question: (question.topic, question.level))
    for topic, of_topic in groupby(topics, key=lambda question: question.topic):
        yield f"## {_TOPICS.get(topic, topic)}"
        yield ""
        for level, of_level in groupby(of_topic, key=lambda question: question.level):
            yield f"### Level {level}"
            yield ""
            yield "| question | skill | kind | mistakes, or entries | recomputed | source |"
            yield "|---|---|---|---|---|---|"
            for question in sorted(of_level, key=lambda q: (KINDS.index(q.kind), q.id)):
                yield _row(question, question.id in computed)
            yield ""


def _counts(questions: Sequence[Question]) -> Iterator[str]:
    counts = Counter((question.kind, question.level) for question in questions)
    yield "| kind | level 1 | level 2 | level 3 | |"
    yield "|---|---|---|---|---|"
    for kind in KINDS:
        row = [counts[kind, level] for level in (1, 2, 3)]
        yield f"| {kind} | {' | '.join(map(str, row))} | {sum(row)} |"
    yield ""


def _row(question: Question, is_recomputed: bool) -> str:  # noqa: FBT001 -- a cell of the table
    match question.content:
        case Numeric() as content:
            entries = ", ".join(sorted(content.told or telling(question).demanded))
        case Enumeration() as content:
            entries = f"{len(content.items)} items"
        case Choice() as content:
            entries = f"{len(content.statements)} statements"
        case _:
            entries = ""
    cells = (
        f"`{question.id.partition('/')[2]}`",
        question.title.in_("en"),
        question.kind,
        entries,
        "✓" if is_recomputed else "",
        question.source,
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|').strip() for cell in cells)} |"


if __name__ == "__main__":
    target, tests = map(Path, sys.argv[1:])
    page = bank_page(load_bank(), recomputed(tests))
    (target / BANK_FILE).write_text(page, encoding="utf-8")
