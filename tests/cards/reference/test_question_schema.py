"""The schema and the reference: written from the table of fields, and true."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cards.documents.strict_yaml import read_documents
from cards.loading.bank import BANK, load_bank
from cards.reference.question_schema import question_schema, reference_files

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
BROKEN = Path(__file__).parents[2] / "broken"
VALIDATOR = jsonschema.Draft7Validator(question_schema())

# Faults of shape, which an editor can show while one types.
OF_SHAPE = [
    *("unknown_field", "unknown_kind", "missing_kind", "missing_answer", "bad_id", "one_language"),
    *("text_without_languages", "level_four", "empty_draw", "zero_step", "two_precisions"),
    *("list_of_one", "holds_no", "no_for_false", "many_at_once", "list_at_top", "ratio"),
]


def _plain(value: Any) -> Any:  # noqa: ANN401 -- whatever JSON holds
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return float(value) if isinstance(value, Fraction) else value


@pytest.mark.parametrize("name", reference_files())
def test_the_generated_files_are_up_to_date(name: str) -> None:
    """`python -m cards.reference.question_schema docs/reference` was run after the last change."""
    assert reference_files()[name] == (REFERENCE / name).read_text(encoding="utf-8")


def test_the_schema_is_one() -> None:
    """What is generated is a JSON Schema of draft 7."""
    jsonschema.Draft7Validator.check_schema(question_schema())


def test_every_question_of_the_bank_fits() -> None:
    """An editor underlines nothing in a sound question."""
    for path in sorted(BANK.rglob("*.yaml")):
        documents, _ = read_documents(path.read_bytes(), path.name)
        for document in documents:
            errors = [error.message for error in VALIDATOR.iter_errors(_plain(document.value))]
            assert [] == errors, f"{path.name}:{document.line(())}"


def test_every_kept_document_fits() -> None:
    """The canonical JSON of a question fits the schema as its YAML does."""
    for question in load_bank().values():
        assert [] == list(VALIDATOR.iter_errors(json.loads(question.document)))


@pytest.mark.parametrize("name", OF_SHAPE)
def test_an_editor_sees_faults_of_shape(name: str) -> None:
    """A file whose fault is one of shape doesn't fit the schema."""
    documents, _ = read_documents((BROKEN / f"{name}.yaml").read_bytes(), name)
    assert [error for d in documents for error in VALIDATOR.iter_errors(_plain(d.value))]
