"""A template of one's own sets papers, is kept with the exam; its faults are told by line."""

import io
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from cards.commands.exam import exam as command
from cards.exam.folder import read_exam
from cards.exam.papers.own_template import SOURCE, load_template
from cards.exam.papers.paper import Printing, paper_data, widths
from cards.exam.papers.printer import OWN, PaperError, printed
from cards.exam.verifying import verify_exam
from grader.errors import QuestionError
from tests.cards.exam.test_papers import SOME, sitting

LOGO = """\
<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>
"""
OURS = """\
#import "../frame.typ": set-text, small
#let look(paper, body) = {
  set page(margin: 30mm, footer: [Kept by the dean])
  body
}
#let head(paper) = {
  image("logo.svg", width: 9mm, alt: "Our sign")
  heading(level: 1, [Faculty paper: #paper.title])
  for (label, value) in paper.who [#label #value ]
  small(paper, paper.facts.join(" / "))
}
"""
PLAN = """\
id: own
title: {en: Own, zh: 自制}
questions: [cnn/statements-pooling]
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template with a picture beside it."""
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    (tmp_path / "ours.typ").write_text(OURS, encoding="utf-8")
    return tmp_path / "ours.typ"


def text_of(pdf: bytes) -> str:
    """What can be read on the pages of a PDF."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def deal(folder: Path, *options: str) -> str:
    """What the command says that deals to one student, or to two with `--add`."""
    names = ["id,name", "a,Ada", *(["b,Bob"] if "--add" in options else [])]
    (folder / "class.csv").write_text("\n".join(names), encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (folder / "secret").write_text("a secret of the teacher", encoding="utf-8")
    words = ["plan.yaml", "--roster", "class.csv", "--secret-file", "secret", "-o", "out"]
    words = [
        word if "." not in word and word not in {"secret", "out"} else str(folder / word)
        for word in words
    ]
    done = CliRunner().invoke(command, [*words, *options], catch_exceptions=True)
    return done.output + (str(done.exception) if done.exception else "")


def test_papers_are_set_by_it_and_printed_again_by_it(tmp_path: Path, template: Path) -> None:
    """The paper has its head and foot; who joins later gets the same, and the folder verifies."""
    deal(tmp_path, "--template", str(template))
    first = (tmp_path / "out" / "papers" / "a.pdf").read_bytes()
    shown = text_of(first)
    assert "Faculty paper: Own" in shown
    assert "Kept by the dean" in shown
    assert {SOURCE, "logo.svg"} == {path.name for path in (tmp_path / "out" / "template").iterdir()}
    assert load_template(template) == read_exam(tmp_path / "out").template

    template.unlink()
    deal(tmp_path, "--add")
    assert first == (tmp_path / "out" / "papers" / "a.pdf").read_bytes()
    assert "Faculty paper" in text_of((tmp_path / "out" / "papers" / "b.pdf").read_bytes())
    assert 2 == verify_exam(tmp_path / "out", b"a secret of the teacher")
    (tmp_path / "out" / "template" / "logo.svg").write_text(LOGO.replace("9", "8"))
    with pytest.raises(QuestionError, match=r"template/logo\.svg"):
        verify_exam(tmp_path / "out")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("#let hed(paper) = [x]", "a function `head` of one value, got none"),
        ('#import "@preview/cetz:0.3.0": *\n#let head(paper) = [x]', "typ:1: expected no package"),
        ('#let head(paper) = {\n image("no.png", alt: "x")\n}', "typ:2: expected a picture that"),
        ('#let head(paper) = image("../a.png")', "typ:1: expected a picture that stands beside"),
    ],
)
def test_what_a_template_may_not_have_is_told_before_anything_is_set(
    source: str, said: str, tmp_path: Path
) -> None:
    """A missing head, a package and a picture that isn't there, each with its line."""
    (tmp_path / "mine.typ").write_text(source, encoding="utf-8")
    with pytest.raises(QuestionError, match=said.replace("(", r"\(")):
        load_template(tmp_path / "mine.typ")
    assert said in deal(tmp_path, "--template", str(tmp_path / "mine.typ"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("#let head(paper) = [\n #paper.nam]", "the template, line 2: dictionary does not contain"),
        ("#let head(paper) = {\n\n let x = 1 +\n}", "the template, line 3: expected expression"),
        ('#let head(paper) = read("/etc/passwd")', "the template, line 1: file not found"),
        ('#let head(paper) = read("../../../etc/passwd")', "would escape the project root"),
        ("#let head(paper, more) = [x]", "with this template: missing argument: more"),
        ("#let head(paper) = [x]", "with this template: PDF/UA-1 error: the first heading"),
    ],
)
def test_a_fault_while_setting_tells_the_templates_line(source: str, said: str) -> None:
    """What Typst finds is told with the paper, the line of the template, and in its words."""
    plan, one = sitting(SOME[:1])
    data = paper_data(Printing(plan, widths([one]), OWN), one)
    with pytest.raises(PaperError, match="2026-01: ") as raised:
        printed("paper", data, ((SOURCE, source.encode()),))
    assert said in str(raised.value)
