"""Loading whatever an author may write: a question, or faults; never anything else."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.documents.strict_yaml import Document, Path
from cards.loading.bank import load_bank, read_question
from cards.question import Question
from cards.variants.dealing import make_variant
from grader.errors import Fault, GradeckError

_BANK = load_bank()
SAMPLES = [
    *("cnn/three-conv-layers", "cnn/size-padded", "cnn/lenet-connections", "queueing/mm1-times"),
    *("cnn/out-of-memory", "cnn/statements-pooling", "cnn/same-size-rule", "cnn/valid-size-rule"),
]
VALUES: list[Any] = [
    *(
        None,
        True,
        0,
        -1,
        1,
        2.5,
        "",
        "x",
        "no",
        "1/0",
        "height",
        "{height}",
        "$",
        "**",
        "{{c1::x}}",
    ),
    *([], [1], ["x"], [[]], [None], {}, {"en": "x"}, {"en": "x", "zh": "y"}, {"id": "x"}),
    *({"from": 1, "to": 3}, {"within": "1%"}, {"x": {"y": "z"}}, "total.parameters", "9**9**9"),
    *("sqrt(0-1)", "1" * 3000, "(" * 50, 10**30, {"layers": []}, {"input": {}, "layers": [{}]}),
]


def _paths(value: object, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _paths(inner, (*path, place))


def _with(value: Any, path: Path, new: object) -> Any:  # noqa: ANN401 -- whatever JSON holds
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = _with(value[path[0]], path[1:], new)
    return changed


def _outcome(document: object) -> Question | list[Fault]:
    faults: list[Fault] = []
    question = read_question(Document(document, "a.yaml", {}), faults)
    return faults if question is None else question


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=120)
@given(data=st.data())
def test_any_value_anywhere_is_read_or_refused(name: str, data: st.DataObject) -> None:
    """With any part of a sound question replaced by any value, there is a question or a fault."""
    sound = json.loads(_BANK[name].document)
    path = data.draw(st.sampled_from(list(_paths(sound))))
    changed = _with(sound, path, data.draw(st.sampled_from(VALUES)))
    outcome = _outcome(changed)
    if isinstance(outcome, Question):
        try:
            shown = make_variant(outcome, "any").with_key()
        except GradeckError as error:
            shown = {"question": outcome.id, "refused": str(error)}
        assert outcome.id == shown["question"]
    else:
        assert outcome
        assert all(str(fault).startswith("a.yaml:") for fault in outcome)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_field_may_be_missing(name: str) -> None:
    """With any one field left out, there is a question or a fault that says what is missing."""
    sound = json.loads(_BANK[name].document)
    for field in sound:
        outcome = _outcome({key: value for key, value in sound.items() if key != field})
        assert isinstance(outcome, Question) or outcome
