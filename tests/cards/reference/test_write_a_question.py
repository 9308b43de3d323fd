"""The how-to: its pieces make a question that is sound, and its commands work on it."""

import re
from pathlib import Path

import pytest

from cards.checking.questions import check_question
from cards.cli import main
from cards.loading.bank import load_bank
from cards.variants.dealing import make_variant
from cards.variants.variant import mark_variant

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "write-a-question.md"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with the page's pieces of YAML, one after another."""
    pieces = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(pieces) >= 5
    path = tmp_path / "download.yaml"
    path.write_text("".join(pieces), encoding="utf-8")
    return path


def test_the_pieces_make_a_sound_question(file: Path) -> None:
    """Who follows the page ends with a question that has no fault and nothing to note."""
    question = load_bank([file])["storage/download-time"]
    report = check_question(question, 300)
    assert ((), ()) == (report.faults, report.warnings)
    assert report.statistics is not None
    assert report.statistics.valid >= 100


def test_its_mistakes_are_named(file: Path) -> None:
    """The two mistakes of the page are found in an answer."""
    variant = make_variant(load_bank([file])["storage/download-time"], "1")
    for mistake, wrong in variant.mistaken["bits"].items():
        assert (mistake,) == mark_variant(variant, {"bits": str(wrong)}).parts[0].mistakes


def test_its_commands_work(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command that the page shows ends well on its file."""
    commands = re.findall(r"^    gradeck (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        arguments = command.replace('"', "").replace("FILE", str(file)).split()
        if arguments[0] == "check":
            arguments += ["--seeds", "50", "--jobs", "1"]
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert 0 == ended.value.code, command
        assert capsys.readouterr().out
