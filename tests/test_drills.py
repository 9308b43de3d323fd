"""Drills: what a newcomer adds, in the files that `architecture.md` names and in no others.

Each is done on a copy of the tree, and run there.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source_tree import ROOT

ARCHITECTURE = ROOT / "docs" / "explanation" / "architecture.md"
LAYER = '''
def squeeze(sheet: LayerSheet[C], layer: Layer, inputs: list[Output[C]]) -> Counts[C]:
    """Counts of a layer that keeps the shape and learns nothing."""
    return Counts(same_shape(sheet, layer, inputs[0]))
'''
ROW_OF_LAYER = """    Operation(
        "squeeze", Text("Squeezes.", "压缩。"), pointwise.squeeze, "any", "same", replaces=True
    ),
"""
MISTAKE = """    Mistake(
        "work-doubled",
        replacing_rules({"dense.multiply_adds": "2 * inputs * units"}),
        Text("Each was counted twice. Why?", "每一次都算了两遍。为什么？"),
    ),
"""
DOT = '''"""A dot."""

from cards.figures.drawing import Circle, Pen, Point
from cards.figures.drawing import write_svg
from cards.figures.palette import Palette


def draw_dot(language: str, palette: Palette) -> str:
    """The SVG of a dot."""
    dot = [Circle(5, 5, 3, Pen("line"))]
    return write_svg(
        dot, title="A dot", description="A dot.", language=language, palette=palette
    )
'''
SEATS = '''"""A list of who sits where."""

from collections.abc import Callable, Iterator
from typing import Final

from cards.exam.formats.format import File, Format
from cards.exam.record import Exam


def _files(exam: Exam, on_student: Callable[[], object]) -> Iterator[File]:
    on_student()
    yield "seats.txt", exam.plan.id.encode()


SEATS: Final = Format("seats", "Who sits where.", _files)
'''
GERMAN = """id: test/rows
title: {de: Zeilen}
kind: numeric
draw: {height: {from: 10, to: 900, step: 1}}
lines: {rows: {formula: height - 2, says: {de: Ein Fenster passt zweimal weniger.}}}
text: {de: "{height} Zeilen."}
parts: [{id: rows, ask: {de: Wie viele bleiben?}, answer: rows}]
mistakes: [{id: kept, line: rows, formula: height, says: {de: Alle blieben. Warum?}}]
"""
# Each command, and what it prints.
SPEAKING = """
from click.testing import CliRunner
from cards.cli import gradeck

POOLED = ("show", "cnn/pooled-size", "--lang")
OWN = ("--bank", "german")
for arguments, printed in (
    ((*POOLED, "de"), "A max pooling layer"),
    (("mark", "cnn/pooled-size", "height=1,5", "--seed", "1", "--lang", "de"), "unreadable"),
    (("solve", "lenet5", "--steps", "--lang", "de"), "parameters"),
    (("check", "german"), "no faults"),
    (("show", "test/rows", "--lang", "zh", *OWN), "Wie viele bleiben?"),
    (("show", "test/rows", "--json", *OWN), '"de": "Zeilen"'),
    (("export", "moodle", "test/rows", "--lang", "both", "-o", "x.xml", *OWN), "1 variant in"),
    (("deck", "--lang", "de", "-o", "x.apkg", *OWN), "1 note"),
    (("deck", "-o", "all.apkg", "--lock", "all.json", *OWN), "3 notes"),
):
    done = CliRunner().invoke(gradeck, arguments)
    assert (0, True) == (done.exit_code, printed in done.output), (arguments, done.output)
from cards.deck.building import SHELVES
assert "Gradeck::Deutsch" == SHELVES["de"].name
assert 'lang="de" class="multilang"' in open("x.xml", encoding="utf-8").read()
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the packages, to be changed."""
    for package in ("grader", "cards"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__py*"))
    return tmp_path


def insert(path: Path, before: str, text: str) -> None:
    """Put a text before the first place where another stands."""
    source = path.read_text(encoding="utf-8")
    assert before in source
    path.write_text(source.replace(before, text + before, 1), encoding="utf-8")


def run(house: Path, *arguments: str) -> str:
    """What Python prints in the copy; the test fails where it fails."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=house, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


def test_a_layer_is_a_function_and_a_row(house: Path) -> None:
    """A new operation is read, solved and told, with nothing else changed."""
    layers = house / "grader" / "cnn" / "layers"
    insert(layers / "pointwise.py", "def batch_norm(", LAYER.lstrip() + "\n\n")
    insert(layers / "operations.py", ")\n\nOPERATIONS: Final", ROW_OF_LAYER)
    network = '{"input": {"units": 3}, "layers": [{"id": "s", "op": "squeeze"}]}'
    (house / "net.json").write_text(network, encoding="utf-8")

    assert '"bytes": 12' in run(house, "-m", "cards.cli", "solve", "net.json", "--json")


def test_a_mistake_is_one_entry(house: Path) -> None:
    """A new mistake of the catalogue is known by its id."""
    mistakes = house / "grader" / "cnn" / "mistakes"
    source = (mistakes / "multiply_adds.py").read_text(encoding="utf-8")
    first = source.index("    Mistake(")
    changed = source[:first] + MISTAKE + source[first:]
    (mistakes / "multiply_adds.py").write_text(changed, encoding="utf-8")
    code = "from grader.cnn.mistakes import CATALOGUE as c; print(c['work-doubled'].says.in_('zh'))"

    assert "每一次都算了两遍。为什么？\n" == run(house, "-c", code)


def test_a_figure_is_a_file_and_a_row(house: Path) -> None:
    """A new kind of figure is read from a question and drawn."""
    figures = house / "cards" / "figures"
    (figures / "dot.py").write_text(DOT, encoding="utf-8")
    insert(
        figures / "choosing.py",
        "from cards.figures.fields",
        "from cards.figures.dot import draw_dot\n",
    )
    row = '    "dot": FigureKind(lambda wanted: draw_dot(wanted.language, wanted.palette)),\n'
    insert(figures / "choosing.py", '    "network": FigureKind(', row)
    code = (
        "from cards.figures import draw_figure, figure_from\n"
        "print('A dot.' in draw_figure(figure_from('dot'), {}))"
    )

    assert "True\n" == run(house, "-c", code)


def test_a_format_is_a_file_and_a_row(house: Path) -> None:
    """A new format of an exam stands in the table that the command and the job read."""
    formats = house / "cards" / "exam" / "formats"
    (formats / "seats.py").write_text(SEATS, encoding="utf-8")
    insert(formats / "table.py", "\nFORMATS", "from cards.exam.formats.seats import SEATS\n")
    insert(formats / "table.py", "PAPERS_JSON, PAPERS_PDF", "SEATS, ")
    code = "from cards.exam.formats.table import FORMATS as f; print(f['seats'].says)"

    assert "Who sits where.\n" == run(house, "-c", code)


def test_a_language_is_a_row(house: Path) -> None:
    """Texts that lack a new language are read in their first; files may be written in it alone."""
    row = '    "de": Language("Deutsch", "de"),\n'
    insert(house / "grader" / "wording.py", "}\nLANGUAGES", row)
    (house / "german").mkdir()
    (house / "german" / "bank.yaml").write_text("languages: [de]\n", encoding="utf-8")
    (house / "german" / "rows.yaml").write_text(GERMAN, encoding="utf-8")
    run(house, "-c", SPEAKING)


def test_a_kind_of_question_is_named_by_the_type_checker() -> None:
    """The files that match on a kind and leave none out are those that the page names."""
    page = ARCHITECTURE.read_text(encoding="utf-8")
    cards = ROOT / "cards"
    matching = {
        path.relative_to(cards).as_posix()
        for path in cards.rglob("*.py")
        if "assert_never(never)" in path.read_text(encoding="utf-8")
    }
    assert 7 == len(matching)
    assert [] == [file for file in sorted(matching) if f"`{file}`" not in page]


def test_the_page_names_the_files_of_each_drill() -> None:
    """What the drills touch is what the page says."""
    page = ARCHITECTURE.read_text(encoding="utf-8")
    files = (
        *("grader/cnn/layers/", "`operations.py`", "grader/cnn/mistakes/"),
        *("cards/figures/choosing.py", "cards/exam/formats/", "`table.py`"),
    )
    assert [] == [file for file in files if file not in page]
