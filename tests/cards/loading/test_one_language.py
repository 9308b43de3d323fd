"""A question in one language goes all the ways that one in two goes."""

import io
import json
from collections.abc import Iterable
from pathlib import Path

import pikepdf
import pytest

from cards.checking.questions import check_question
from cards.deck.notes import notes_of
from cards.exam.dealing import deal_exam
from cards.exam.papers.key import key_data
from cards.exam.papers.paper import Printing, paper_data, widths
from cards.exam.papers.printer import printed
from cards.exam.plan import ExamPlan, Section, Slot
from cards.exam.roster import Student
from cards.loading.bank import load_bank, question_from_document
from cards.printing.page import print_variant
from cards.question import Question
from cards.variants.dealing import make_variant
from cards.variants.variant import mark_variant
from grader.errors import QuestionError
from grader.wording import Text

ENGLISH = """
id: test/rows
title: {en: Rows}
kind: numeric
languages: [en]
draw: {height: {from: 10, to: 40, step: 1}}
lines: {rows: {formula: height - 2, says: {en: A window of three fits two times less.}}}
text: {en: "{height} rows."}
parts:
  - {id: rows, ask: {en: How many rows are left?}, answer: rows}
mistakes:
  - {id: kept, line: rows, formula: height, says: {en: All rows were kept. Why?}}
hints: [{en: Try three rows.}]
---
id: test/list
title: {en: Paddings}
kind: list
languages: [en]
text: {en: Which paddings are there?}
items:
  - {id: same, cue: {en: Keeps the size}, answer: {en: same padding}}
  - {id: valid, cue: {en: Adds nothing}, answer: {en: no padding}}
---
id: test/gap
title: {en: Pooling}
kind: cloze
languages: [en]
text: {en: "Pooling has {{c1::no}} parameters."}
"""


@pytest.fixture
def questions(tmp_path: Path) -> list[Question]:
    """Questions that name English alone."""
    file = tmp_path / "english.yaml"
    file.write_text(ENGLISH, encoding="utf-8")
    return list(load_bank([file]).values())


def test_a_language_that_is_missing_is_read_in_the_first(questions: list[Question]) -> None:
    """A Chinese page shows the English texts, in frames of its own language."""
    variant = make_variant(questions[0], "1")
    english, chinese = (print_variant(variant, name, solved=None) for name in ("en", "zh"))
    assert english.text == chinese.text
    assert english.parts[0].ask == chinese.parts[0].ask
    assert "How many rows are left?" in variant.public()["parts"][0]["ask"]["zh"]
    marked = mark_variant(variant, {"rows": str(variant.numbers["height"])})
    assert "All rows were kept. Why?" == marked.parts[0].feedback.in_("zh")


def test_a_file_or_a_folder_says_it_once(tmp_path: Path) -> None:
    """What a file's head or a folder's `bank.yaml` says holds as if each question said it."""
    own = ENGLISH.replace("languages: [en]\n", "")
    said = {
        question.document
        for question in load_bank([_file(tmp_path / "said.yaml", ENGLISH)]).values()
    }

    file = _file(tmp_path / "file.yaml", f"languages: [en]\n---{own}")
    of_file = load_bank([file])
    _file(tmp_path / "deep" / "bank.yaml", "languages: [en]\n")
    below = _file(tmp_path / "deep" / "er" / "questions.yaml", own)

    assert {"test/rows", "test/list", "test/gap"} == set(of_file)
    assert sorted(_plain(said)) == sorted(_plain(q.document for q in of_file.values()))
    for paths in ([below], [tmp_path / "deep"]):
        assert sorted(_plain(said)) == sorted(_plain(q.document for q in load_bank(paths).values()))
    kept = question_from_document(of_file["test/rows"].document)
    assert "How many rows are left?" == make_variant(kept, "1").parts[0].ask.in_("zh")


def test_the_nearest_is_heard(tmp_path: Path) -> None:
    """A question outdoes its file, a file its folder."""
    _file(tmp_path / "bank.yaml", "languages: [zh]\n")
    own = ENGLISH.replace("languages: [en]\n", "").split("---", maxsplit=1)[0]
    load_bank([_file(tmp_path / "file.yaml", f"languages: [en]\n---{own}")])
    load_bank([_file(tmp_path / "question.yaml", ENGLISH)])
    with pytest.raises(QuestionError, match=r"title\.zh: expected a value, got nothing"):
        load_bank([_file(tmp_path / "folder.yaml", own)])


def test_what_a_file_says_wrongly_is_told_once_at_its_place(tmp_path: Path) -> None:
    """Unknown languages and keys, and languages that stand behind a question."""
    own = ENGLISH.replace("languages: [en]\n", "")
    folder = tmp_path / "folder"
    _file(folder / "bank.yaml", "languages: [fr]\nlevels: 1\n")
    for name in ("one.yaml", "two.yaml"):
        _file(folder / name, ENGLISH.replace("test/", f"{name[:3]}/"))
    _file(folder / "three.yaml", own)
    with pytest.raises(QuestionError) as told:
        load_bank([folder])
    faults = [str(fault) for fault in told.value.faults]
    assert 1 == sum("bank.yaml:1: languages[1]: expected one of en, zh" in one for one in faults)
    assert 1 == sum("bank.yaml:2: levels: expected a known key" in one for one in faults)

    late = _file(tmp_path / "late.yaml", f"{ENGLISH}---\nlanguages: [en]\n")
    with pytest.raises(
        QuestionError, match="`languages:` alone; put `languages:` first in the file"
    ):
        load_bank([late])


def _file(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def _plain(documents: Iterable[str]) -> list[list[tuple[str, object]]]:
    """Kept documents, whatever the order of their fields."""
    return [
        sorted((name, str(value)) for name, value in json.loads(one).items()) for one in documents
    ]


def test_its_notes_stand_in_both_decks(questions: list[Question]) -> None:
    """Each language's deck has the card; what Gradeck says on it is in that language."""
    english, chinese = (list(notes_of(questions[0], [name])) for name in ("en", "zh"))
    assert ["Rows", "Rows"] == [note.fields[1] for note in (*english, *chinese)]
    assert "答案" in "".join(chinese[0].fields)
    assert "How many rows are left?" in "".join(chinese[0].fields)
    assert 4 == len([note for one in questions[1:] for note in notes_of(one, ["en"])]) + 1


def test_its_paper_is_printed_in_either_language(questions: list[Question]) -> None:
    """A Chinese student's paper and key hold it, in English."""
    ada = Student("2026-01", "Ada 王", language="zh")
    plan = ExamPlan("test", Text("Test", "测验"), (Section((Slot((questions[0],)),)),), "", "")
    (sitting,) = deal_exam(plan, [ada], b"a secret of the teacher")
    printing = Printing(plan, widths([sitting]))
    for template, data in (("paper", paper_data), ("key", key_data)):
        with pikepdf.open(io.BytesIO(printed(template, data(printing, sitting)))) as document:
            assert "zh" == str(document.Root.Lang)
    assert "How many rows are left?" in str(paper_data(printing, sitting))


def test_the_check_looks_for_no_other_language(questions: list[Question]) -> None:
    """No finding of the check is about a text that the question doesn't have to have."""
    for question in questions:
        report = check_question(question, seeds=50)
        about = [f.field for f in (*report.faults, *report.warnings) if f.field.endswith(".zh")]
        assert [] == about


def test_without_languages_all_must_be_there(tmp_path: Path) -> None:
    """Each missing text is told at its place; a language that Gradeck lacks is refused."""
    file = tmp_path / "english.yaml"
    first = ENGLISH.split("---", maxsplit=1)[0]
    file.write_text(first.replace("languages: [en]\n", ""), encoding="utf-8")
    with pytest.raises(QuestionError) as told:
        load_bank([file])
    missing = {fault.field for fault in told.value.faults}
    assert missing >= {"title.zh", "text.zh", "parts[1].ask.zh", "hints[1].zh"}

    for languages, expected in (("[fr]", "one of en, zh"), ("[]", "at least one language")):
        file.write_text(first.replace("[en]", languages), encoding="utf-8")
        with pytest.raises(QuestionError, match=expected):
            load_bank([file])
    file.write_text(first.replace("[en]", "[en, en]"), encoding="utf-8")
    with pytest.raises(QuestionError, match="each language once"):
        load_bank([file])
