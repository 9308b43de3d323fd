"""What the bank holds, how its sentences are written, and numbers known from elsewhere."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

import pytest

from cards.loading.bank import BANK as FOLDER
from cards.loading.bank import load_bank
from cards.question import Choice, Enumeration, Fact, Numeric, Question
from cards.variants.dealing import make_variant
from cards.variants.telling import telling
from cards.variants.variant import mark_variant
from grader.arithmetic import Number
from grader.wording import Text

BANK = load_bank()
LIVE = [question for question in BANK.values() if not question.retired]
NUMERIC = [question for question in LIVE if question.kind == "numeric"]
STORED = re.compile(r"^network:", re.MULTILINE)
CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACES = re.compile(r"\$[^$]*\$|`[^`]*`|\{\{c\d+::|[{}]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")


def by_id(question: Question) -> str:
    """The id, as the name of a test's case."""
    return question.id


def all_texts(question: Question) -> Iterator[Text]:
    """Every sentence that the question brings along."""
    yield question.title
    yield question.text
    yield from question.hints
    yield from filter(None, [question.note])
    match question.content:
        case Numeric() as numeric:
            yield from (part.ask for part in numeric.parts)
            yield from (mistake.says for mistake in numeric.mistakes)
            yield from (line.rule.says for line in numeric.worksheet.lines if line.rule.says)
        case Fact(answer):
            yield answer
        case Enumeration(items):
            yield from (text for item in items for text in (item.cue, item.answer))
        case Choice(statements):
            yield from (text for one in statements for text in (one.says, one.reason))


def test_the_networks_subject_is_whole() -> None:
    """At least 60 notes of one fact, 60 statements and 30 numeric questions on networks."""
    held: Counter[str] = Counter()
    for question in LIVE:
        if question.topic == "cnn":
            held[question.kind] += 1
            if isinstance(question.content, Enumeration):
                held["items"] += len(question.content.items)
            if isinstance(question.content, Choice):
                held["statements"] += len(question.content.statements)
    assert held["basic"] + held["cloze"] + held["items"] >= 60
    assert held["statements"] >= 60
    assert held["numeric"] >= 30


def test_other_subjects_need_no_engine() -> None:
    """Beside networks there are subjects whose worksheets are lines alone, with numbers too."""
    others = [question for question in LIVE if question.topic != "cnn"]
    numeric = [question for question in others if question.kind == "numeric"]
    assert len(numeric) >= 6
    assert len(others) > len(numeric)
    files = {FOLDER / question.topic for question in others}
    texts = [path.read_text("utf-8") for folder in files for path in folder.glob("*.yaml")]
    assert [] == [text[:80] for text in texts if STORED.search(text)]


def test_there_is_something_for_every_level() -> None:
    """Each level from a first meeting to the hardest has numeric questions to choose from."""
    levels = Counter(question.level for question in NUMERIC)
    assert {1, 2, 3} == set(levels)
    assert min(levels.values()) >= 8


@pytest.mark.parametrize("question", LIVE, ids=by_id)
def test_every_question_says_where_it_comes_from(question: Question) -> None:
    """Each has a source and a tag of its topic."""
    assert question.source
    assert question.tags
    assert all(tag.startswith(f"{question.topic}::") for tag in question.tags if tag != "homework")


@pytest.mark.parametrize("question", NUMERIC, ids=by_id)
def test_numeric_questions_help_and_diagnose(question: Question) -> None:
    """Each has a hint, and at least two listed mistakes that every variant tells apart."""
    assert question.hints
    assert len(question.numeric.told) >= 2


@pytest.mark.parametrize("question", LIVE, ids=by_id)
def test_each_language_is_written_in_itself(question: Question) -> None:
    """Chinese texts are Chinese, with its own punctuation; English texts hold none of it."""
    for text in all_texts(question):
        bare = PLACES.sub("", text.in_("zh"))
        assert [] == HALF_WIDTH.findall(bare), text.in_("zh")
        assert not CHINESE.search(text.in_("en")), text.in_("en")
        assert CHINESE.search(text.in_("zh")) or not re.search(r"[a-z]{4}", bare), text.in_("zh")


@pytest.mark.parametrize("question", NUMERIC, ids=by_id)
def test_every_mistake_asks_what_leads_on(question: Question) -> None:
    """A mistake's sentence tells what was done, then asks; it states no number as the answer."""
    for mistake in question.numeric.mistakes:
        if not mistake.accepted:
            assert mistake.says.in_("en").endswith("?"), mistake.id
            assert mistake.says.in_("zh").endswith("？"), mistake.id
            assert len(re.findall(r"[.?]\s|[.?]\Z", mistake.says.in_("en"))) >= 2, mistake.id


@pytest.mark.parametrize(
    "question", [question for question in LIVE if question.kind == "list"], ids=by_id
)
def test_an_items_own_answer_is_right(question: Question) -> None:
    """Each item's printed answer is recognised, in either language, and no other item's is."""
    assert isinstance(question.content, Enumeration)
    variant = make_variant(question, "any")
    for language in ("en", "zh"):
        answers = {item.id: item.answer.in_(language) for item in question.content.items}
        own = mark_variant(variant, answers)
        assert {"right"} == {part.outcome for part in own.parts}, answers
        for item in question.content.items:
            swapped = dict.fromkeys(answers, answers[item.id])
            right = [part.id for part in mark_variant(variant, swapped).parts if part.points]
            assert [item.id] == right


KNOWN = [
    pytest.param(
        "cnn/three-conv-layers",
        {"height": 200, "width": 300, "kernel": 3, "f1": 100, "batch": 50},
        {"parameters": "903,400", "inference": "12.0", "training": "539.4"},
        id="the exercise: 903,400 parameters, 12,613,600 and 565,613,600 bytes",
    ),
    pytest.param(
        "cnn/three-conv-inference",
        {"height": 200, "width": 300, "kernel": 3, "filters": 100, "lower": 2, "upper": 2},
        {"peak": "9,000,000", "parameters": "3,613,600", "inference": "12,613,600"},
        id="the same at inference, in bytes",
    ),
    pytest.param(
        "cnn/three-conv-training",
        {"height": 200, "width": 300, "kernel": 3, "filters": 100, "batch": 50},
        {"activations": "526,000,000", "inputs": "36,000,000", "training": "565,613,600"},
        id="the same in training, in bytes",
    ),
    pytest.param(
        "cnn/lenet-connections",
        {"few": 6, "more": 9, "few_inputs": 3, "more_inputs": 4, "maps": 6, "kernel": 5},
        {"connections": "60", "parameters": "1,516"},
        id="LeNet-5's C3, as the paper of 1998 counts it",
    ),
    pytest.param(
        "cnn/lenet-first-layers",
        {"size": 32, "filters": 6, "more": 16},
        {"size": "5", "subsampling": "32", "total": "2,616"},
        id="LeNet-5 with a full C3: 156 + 12 + 2,416 + 32",
    ),
    pytest.param(
        "cnn/alexnet-first-layers",
        {"size": 227, "kernel": 11, "stride": 4, "filters": 96},
        {"size": "55", "pooled": "27", "parameters": "34,944"},
        id="AlexNet's first layer",
    ),
    pytest.param(
        "cnn/alexnet-dense-layers",
        {"maps": 256, "size": 6, "units": 4096, "classes": 1000},
        {"first": "37,752,832", "total": "58,631,144"},
        id="AlexNet's dense layers, as torchvision counts them",
    ),
    pytest.param(
        "cnn/googlenet-stem",
        {"height": 224, "width": 224, "filters": 64, "more": 192},
        {"height": "28", "values": "150,528", "parameters": "124,416"},
        id="GoogLeNet before its first inception module: 28 × 28 × 192",
    ),
    pytest.param(
        "cnn/inception-channels",
        {
            "channels": 192,
            "one": 64,
            "reduce3": 96,
            "three": 128,
            "reduce5": 16,
            "five": 32,
            "pooled": 32,
        },
        {"maps": "256"},
        id="inception module 3a",
    ),
    pytest.param(
        "cnn/basic-against-bottleneck",
        {"channels": 256, "share": 4, "kernel": 3},
        {"basic": "1,179,648", "bottleneck": "69,632"},
        id="ResNet-50's first stage: 256 maps through 64",
    ),
    pytest.param(
        "cnn/projection-parameters",
        {"channels": 64, "size": 56, "growth": 2},
        {"projection": "8,192", "block": "229,376"},
        id="ResNet-18's second stage, first block, without normalization",
    ),
    pytest.param(
        "cnn/resnet-layers",
        {"first": 3, "second": 4, "third": 6, "fourth": 3, "in_block": 3},
        {"layers": "50"},
        id="ResNet-50 has 50 layers",
    ),
    pytest.param(
        "cnn/resnet-layers",
        {"first": 3, "second": 8, "third": 36, "fourth": 3, "in_block": 3},
        {"layers": "152"},
        id="ResNet-152 has 152",
    ),
    pytest.param(
        "cnn/lenet-whole",
        {
            "size": 32,
            "filters": 6,
            "more": 16,
            "first": 120,
            "second": 84,
            "classes": 10,
        },
        {"convolutions": "2,572", "first": "48,120", "total": "61,706"},
        id="LeNet-5 in its usual modern form",
    ),
    pytest.param(
        "cnn/alexnet-convolutions",
        {"f1": 96, "f2": 256, "f3": 384, "kernel1": 11, "kernel2": 5, "groups": 2},
        {"grouped": "307,456", "total": "60,965,224 - 58,631,144"},
        id="AlexNet in two groups has 60,965,224 parameters, 58,631,144 of them dense",
    ),
    pytest.param(
        "cnn/inception-whole",
        {
            "channels": 192,
            "one": 64,
            "reduce3": 96,
            "three": 128,
            "reduce5": 16,
            "five": 32,
            "pooled": 32,
        },
        {"third": "15,920", "total": "163,696"},
        id="inception module 3a has 163,696 parameters",
    ),
    pytest.param(
        "cnn/resnet-stage",
        {"channels": 128, "blocks": 2},
        {"further": "295,424", "first": "230,144", "stage": "525,568"},
        id="the second stage of ResNet-18, as torchvision counts it",
    ),
    pytest.param(
        "cnn/lrn-edge",
        {"a1": 2, "a2": 2, "a3": 2, "a4": 1, "bias": 4, "alpha": 1},
        {"second": "13", "result": "0.25"},
        id="2 / (4 + 12) ** 0.75 is 2 / 8",
    ),
    pytest.param(
        "floating-point/near-the-top",
        {"exponent_bits": 5, "fraction_bits": 10, "place": 1},
        {"bias": "15", "number": "65,504"},
        id="the largest half-precision number",
    ),
    pytest.param(
        "floating-point/spacing",
        {"bits": 24, "power": 25, "inside": 3},
        {"exponent": "24", "spacing": "2"},
        id="single precision can't tell odd numbers above 2 ** 24",
    ),
    pytest.param(
        "queueing/mm1-times",
        {"arrivals": 45, "served": 60},
        {"inside": "3", "time": "4", "waiting": "3"},
        id="an M/M/1 queue at three quarters of its load",
    ),
    pytest.param(
        "queueing/service-that-varies",
        {"arrivals": 10, "mean": 3, "deviation": 0},
        {"load": "0.5", "waiting": "1.5"},
        id="M/D/1 at half load waits half a service time",
    ),
]


@pytest.mark.parametrize(("question", "numbers", "right"), KNOWN)
def test_known_numbers_are_met(
    question: str, numbers: Mapping[str, Number], right: Mapping[str, str]
) -> None:
    """With the numbers of a paper or an exercise, the answers are the published ones."""
    asked = BANK[question]
    verdict = asked.numeric.marking.mark(asked.numeric.worksheet.solve(numbers), right)
    assert dict.fromkeys(right, "right") == {part.id: part.outcome for part in verdict.parts}


@pytest.mark.parametrize(
    "question", ["cnn/three-conv-layers", "cnn/three-conv-inference", "cnn/three-conv-training"]
)
def test_the_exercise_itself_can_be_dealt(question: str) -> None:
    """An image of 200 × 300, 3 × 3 kernels, 100 maps and a batch of 50 are a telling variant."""
    numbers = {"height": 200, "width": 300, "kernel": 3, "f1": 100, "filters": 100, "batch": 50}
    numbers |= {"lower": 2, "upper": 2}
    asked = BANK[question]
    drawn = {name: numbers[name] for name in asked.numeric.draws}
    assert all(drawn[name] in values for name, values in asked.numeric.draws.items())
    cells = asked.numeric.worksheet.solve(drawn)
    assert telling(asked).clash(cells, asked.numeric.marking.mistaken(cells)) is None


def test_the_chain_of_roundings_is_named_and_accepted() -> None:
    """5.7 + 2.9 + 1.4 MiB times 50, with 34.3 and 3.4 MiB: 537.7 earns the points, and is named."""
    asked = BANK["cnn/three-conv-layers"]
    numbers = {"height": 200, "width": 300, "kernel": 3, "f1": 100, "batch": 50}
    verdict = asked.numeric.marking.mark(
        asked.numeric.worksheet.solve(numbers), {"training": "537.7 MiB"}
    )
    training = verdict.parts[-1]
    assert ("right", ("rounded-early",)) == (training.outcome, training.mistakes)


def test_the_partial_sum_added_again_is_named() -> None:
    """15 million bytes of maps, A1 + (A1 + A2), is told from the right 9 million."""
    asked = BANK["cnn/three-conv-inference"]
    numbers = {"height": 200, "width": 300, "kernel": 3, "filters": 100, "lower": 2, "upper": 2}
    verdict = asked.numeric.marking.mark(
        asked.numeric.worksheet.solve(numbers), {"peak": "15,000,000"}
    )
    assert ("wrong", ("partial-sum-again",)) == (
        verdict.parts[0].outcome,
        verdict.parts[0].mistakes,
    )


def test_the_largest_numbers_of_a_small_format_are_what_listing_them_gives() -> None:
    """Every finite number of the format written out and sorted: the right one has that place."""
    question = BANK["floating-point/near-the-top"]
    for seed in range(300):
        variant = make_variant(question, str(seed))
        exponent_bits, fraction_bits, place = (
            int(variant.numbers[name]) for name in ("exponent_bits", "fraction_bits", "place")
        )
        bias = 2 ** (exponent_bits - 1) - 1
        highest = 2**exponent_bits - 2
        listed = sorted(
            (1 + Fraction(fraction, 2**fraction_bits)) * Fraction(2) ** (field - bias)
            for field in range(max(highest - 2, 1), highest + 1)
            for fraction in range(2**fraction_bits)
        )
        assert listed[-place] == variant.cells["number"], variant.numbers
