"""Who joins a class after its papers were dealt: everybody else keeps paper and seat."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cards.commands.exam import exam as command

PLAN = "id: quiz\ntitle: {en: Quiz, zh: 测验}\nquestions: [cnn/multiply-adds]\n"
HEAD = "id,name,seat_row,seat_column\n"


def deal(folder: Path, roster: str, *options: str) -> str:
    """What the command says that deals to a roster."""
    for name, text in {"plan.yaml": PLAN, "class.csv": HEAD + roster, "secret": "s" * 32}.items():
        (folder / name).write_text(text, encoding="utf-8")
    files = ["plan.yaml", "class.csv", "secret", "out"]
    plan, listed, secret, out = (str(folder / name) for name in files)
    words = [plan, "--roster", listed, "--secret-file", secret, "-o", out, "--no-pdf", *options]
    done = CliRunner().invoke(command, words)
    return f"{done.output}{done.exception or ''}"


def papers(folder: Path) -> dict[str, bytes]:
    """Everybody's paper."""
    return {path.stem: path.read_bytes() for path in (folder / "out" / "papers").iterdir()}


def test_a_roster_of_newcomers_takes_no_paper_away(tmp_path: Path) -> None:
    """Those of the first roster, spares too, keep their papers though the second has none."""
    deal(tmp_path, "ann,Ann,1,1\nbob,Bob,1,2\n", "--spare", "1")
    before = papers(tmp_path)
    told = deal(tmp_path, "cyd,Cyd,1,3\n", "--add")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())

    assert "4 papers and keys of quiz" in told
    assert before.keys() | {"cyd"} == papers(tmp_path).keys()
    assert before.items() <= papers(tmp_path).items()
    assert ["ann", "bob", "cyd", "spare-01"] == [one["id"] for one in manifest["sittings"]]


@pytest.mark.parametrize(("row", "said"), [
    ("cyd,Cyd,1,2", "for Cyd, got row 1, column 2, where Bob (bob) sits; give one of them another"),
    ("ann,Ann,1,2", "for Ann, got row 1, column 2, where Bob (bob) sits; give one of them another"),
])  # fmt: skip
def test_a_seat_that_somebody_has_is_refused(tmp_path: Path, row: str, said: str) -> None:
    """A newcomer, or one who moves, on another's seat is told with both; nothing changes."""
    deal(tmp_path, "ann,Ann,1,1\nbob,Bob,1,2\n")
    before = papers(tmp_path)

    assert said in deal(tmp_path, f"{row}\n", "--add")
    assert before == papers(tmp_path)


def test_a_seat_of_another_room_is_free(tmp_path: Path) -> None:
    """The same row and column of another section are another seat."""
    deal(tmp_path, "ann,Ann,1,1\n")
    (tmp_path / "two.csv").write_text(f"section,{HEAD}west,cyd,Cyd,1,1\n", encoding="utf-8")
    told = deal(tmp_path, "", "--add", "--roster", str(tmp_path / "two.csv"))

    assert "2 papers and keys of quiz" in told


def test_a_class_of_one_is_told_in_the_singular(tmp_path: Path) -> None:
    """One student has a paper and its key, when they are dealt and when they are verified."""
    out = tmp_path / "out"
    assert f"1 paper and its key of quiz in {out}\n" == deal(tmp_path, "ann,Ann,1,1\n")
    told = CliRunner().invoke(command, ["verify", str(out)]).output
    assert "1 paper and its key are as they were dealt\n" == told
