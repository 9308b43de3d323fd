"""Pictures of an exam's paper, key, answer sheet and report, for the docs and to look at.

    python -m tests.cards.exam.screenshots FOLDER

The midterm for the first students of its demo class; the secret is fixed, so that a picture
changes only when the bank or the look does.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import cv2
import pypdfium2

from cards import cli
from tests.cards.deck.anki_screen import browser
from tests.conftest import BROWSERS
from tests.test_tutorial import ROOT

STUDENTS = 24
SHOWN = "s002"
WIDTH = 900
PICTURES = {"papers": "exam-paper", "keys": "exam-key", "sheets": "exam-sheet"}


def dealt(folder: Path) -> Path:
    """The folder of the exam."""
    exams = ROOT / "cards" / "exams"
    lines = (exams / "demo.csv").read_text(encoding="utf-8").splitlines()[: STUDENTS + 1]
    (folder / "class.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "secret").write_text("the secret of the pictures", encoding="utf-8")
    command = ["exam", exams / "midterm.yaml", "--roster", folder / "class.csv"]
    files = ["--secret-file", folder / "secret", "-o", folder / "exam"]
    try:
        cli.main([str(word) for word in (*command, *files)])
    except SystemExit as ended:
        if ended.code:
            raise
    return folder / "exam"


def main() -> None:
    """Take all pictures into the folder named."""
    (target,) = map(Path, sys.argv[1:])
    chromium = next(path for name in BROWSERS if (path := shutil.which(name)))
    with tempfile.TemporaryDirectory() as folder, browser(chromium) as launched:
        exam = dealt(Path(folder))
        for kind, name in PICTURES.items():
            with pypdfium2.PdfDocument(exam / kind / f"{SHOWN}.pdf") as document:
                page = document[0]
                picture = page.render(scale=WIDTH / page.get_width()).to_numpy()
            cv2.imwrite(str(target / f"{name}.png"), picture)
        screen = launched.new_page(viewport={"width": WIDTH, "height": 1100})
        screen.goto((exam / "fairness.html").as_uri())
        screen.screenshot(path=target / "exam-fairness.png")


if __name__ == "__main__":
    main()
