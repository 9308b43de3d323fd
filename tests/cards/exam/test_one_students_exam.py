"""One student from the roster to the returned paper: dealt, filled, scanned, marked."""

import csv
import io
import json
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from cards import cli
from cards.exam.folder import read_exam
from cards.exam.papers.key import named
from cards.exam.scanning.marks import Bubble
from cards.exam.scanning.scanning import read_layouts
from tests.cards.exam.scanning.filled import SOLID, chosen, fill, scanned, sheet_picture

PLAN = """\
id: story
title: {en: Story, zh: 故事}
answer_sheet: true
carried_share: 0.5
questions: [{question: cnn/three-conv-inference, points: 6}, cnn/statements-pooling]
"""
ROSTER = "id;name;seat_row;seat_column\n20260147;林雨辰 Lin Yuchen;0;2\n20260148;Bo;0;5\n"


def run(*arguments: object) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as stopped:
        cli.main([str(argument) for argument in arguments])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def pdf_text(path: Path) -> str:
    """All words of a PDF, on one line."""
    with pypdfium2.PdfDocument(path) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split())


def test_a_wrong_first_part_is_carried_from_paper_to_returned_paper(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bits counted for bytes in the first part, then right working: the paper says so."""
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "class.csv").write_text(ROSTER, encoding="utf-16")
    (tmp_path / "secret").write_text("5" * 40, encoding="utf-8")
    out, secret = tmp_path / "out", tmp_path / "secret"
    deal = ("exam", tmp_path / "plan.yaml", "--roster", tmp_path / "class.csv", "-o", out)
    assert 0 == run(*deal, "--secret-file", secret)
    assert 0 == run("exam", "verify", out, "--secret-file", secret)
    assert "A2" in pdf_text(out / "papers" / "20260147.pdf")

    exam = read_exam(out)
    sitting = exam.sittings[0]
    place = sitting.places[0]
    variant, (first, middle, last) = place.variant, place.variant.parts
    wrong = variant.mistaken[first.id]["bits-for-bytes"]
    marking = variant.question.numeric.marking
    then = marking.following(variant.core, last.key, first.key, wrong)  # type: ignore[arg-type]  # numeric keys
    assert then is not None
    names = {part: name for _, ids in named(sitting) for part, name in ids.items()}
    digits = variant.right(middle.key)["display"].replace(",", "")
    written = {first.id: str(wrong), middle.id: digits, last.id: str(then)}
    letters = sitting.places[1].variant.right(sitting.places[1].variant.parts[0].key)["display"]

    papers, layouts = read_layouts(out)
    layout = layouts[papers[sitting.paper]]
    bubbles = [Bubble.of(noted) for noted in layout["bubbles"]]
    by_id = {part["id"]: part["id"].partition("#")[2] for part in layout["parts"]}
    answers = {key: written.get(part, letters) for key, part in by_id.items()}
    dice = np.random.default_rng(7)
    picture = sheet_picture((out / "sheets" / "20260147.pdf").read_bytes())
    for bubble in chosen(layout, answers, bubbles):
        fill(picture, bubble, SOLID, dice)
    cv2.imwrite(str(tmp_path / "phone.png"), scanned(picture, dice, phone=True))
    results = tmp_path / "results.csv"
    assert 0 == run("exam", "scan", out, tmp_path / "phone.png", "-o", results)
    told = capsys.readouterr().out
    assert f"1 sheet read into {results}; 0 answers in doubt" in told
    assert "1 student without a sheet" in told
    (row,) = csv.DictReader(io.StringIO(results.read_text(encoding="utf-8-sig")))
    assert written == {part: row[names[part]] for part in written}

    assert 0 == run("exam", "mark", out, results, "-o", tmp_path / "marked")
    assert f"1 paper marked into {tmp_path / 'marked'}, 1 absent" in capsys.readouterr().out
    marks = (tmp_path / "marked" / "marks.csv").read_text(encoding="utf-8-sig")
    here, absent = csv.DictReader(io.StringIO(marks))
    worth = {part.id: float(place.worth(part)) for part in variant.parts}
    assert (0.0, worth[last.id] / 2) == (float(here[names[first.id]]), float(here[names[last.id]]))
    assert worth[middle.id] + worth[last.id] / 2 + 1 == pytest.approx(float(here["score"]))
    assert "" == absent["score"]

    back = pdf_text(tmp_path / "marked" / "returned" / "20260147.pdf")
    assert f"Worked correctly from the answer to {names[first.id]}" in back
    assert "number of bits" in back
    assert not (tmp_path / "marked" / "returned" / "20260148.pdf").exists()
    assert "story" == json.loads((out / "manifest.json").read_text(encoding="utf-8"))["exam"]
