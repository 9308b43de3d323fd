"""The whole command, printed papers included: the same bytes twice, and no byte changes unseen."""

from pathlib import Path

from click.testing import CliRunner, Result

from cards.commands.exam import exam
from cards.exam.folder import files_in
from tests.test_tutorial import ROOT

MIDTERM = ROOT / "cards" / "exams" / "midterm.yaml"
DEMO = ROOT / "cards" / "exams" / "demo.csv"


def run(*words: str | Path) -> Result:
    """What the command says to these words."""
    return CliRunner().invoke(exam, [str(word) for word in words])


def test_the_midterm_is_printed_twice_alike_and_a_byte_changed_is_told(tmp_path: Path) -> None:
    """Papers, keys, sheets and their piles have the same bytes; `verify` is green, then red."""
    secret, roster = tmp_path / "s", tmp_path / "class.csv"
    secret.write_text("a secret of the teacher", encoding="utf-8")
    # The fourth of the class has a paper in Chinese.
    lines = DEMO.read_text(encoding="utf-8").splitlines()
    roster.write_text("\n".join([*lines[:2], lines[4]]), encoding="utf-8")
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        words = (MIDTERM, "--roster", roster, "--secret-file", secret, "-o", folder, "--two-up")
        done = run(*words)
        assert 0 == done.exit_code, done.output
    names = files_in(one)
    assert {"papers/s001.pdf", "keys/s004.pdf", "sheets/s001.pdf", "papers-two-up.pdf"} < names
    assert names == files_in(other)
    assert [] == [n for n in names if (one / n).read_bytes() != (other / n).read_bytes()]
    green = run("verify", one, "--secret-file", secret)
    assert (0, True) == (
        green.exit_code,
        "2 papers and keys are as they were dealt" in green.output,
    )

    paper = one / "papers" / "s004.pdf"
    content = bytearray(paper.read_bytes())
    content[len(content) // 2] ^= 1
    paper.write_bytes(content)
    red = run("verify", one)
    assert 1 == red.exit_code
    assert "papers/s004.pdf: expected the file as it was dealt" in str(red.exception)
