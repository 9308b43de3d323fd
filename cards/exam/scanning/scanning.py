"""Scans of an exam's answer sheets, read: each student's answers, and what a person must settle."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cards.exam.formats.sheets_pdf import SHEETS
from cards.exam.papers.sheet import sheet_code
from cards.exam.record import Exam
from cards.exam.scanning.answers import Answer, answers_of, is_absent
from cards.exam.scanning.flattening import flat_sheet
from cards.exam.scanning.images import Grey, ScannedPage
from cards.exam.scanning.marks import Bubble, Mark, marks_of
from cards.exam.sitting import Sitting
from grader.errors import GradeckError


@dataclass
class ReadSheet:
    """A student's sheet: its flat pages by number, the marks on them, and where they came from."""

    sitting: Sitting
    layout: Mapping[str, Any]
    pages: dict[int, Grey] = field(default_factory=dict)
    marks: dict[Bubble, Mark] = field(default_factory=dict)
    where: dict[int, str] = field(default_factory=dict)

    @property
    def absent(self) -> bool:
        """Whether it says that the student was absent."""
        return is_absent(self.marks)

    @property
    def missing(self) -> list[int]:
        """The numbers of the pages that were not scanned."""
        return sorted({noted["page"] for noted in self.layout["bubbles"]} - self.pages.keys())

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answer to each part."""
        return answers_of(self.layout["parts"], self.marks)


@dataclass(frozen=True, slots=True)
class Scanned:
    """All that was read: the sheets by student, and a sentence for each page that was put aside."""

    sheets: tuple[ReadSheet, ...]
    aside: tuple[str, ...]
    unseen: tuple[Sitting, ...]


def read_layouts(folder: Path) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Which paper has which layout, and the layouts; GradeckError for an exam without sheets."""
    path = folder / SHEETS
    try:
        read = json.loads(path.read_bytes())
        return read["papers"], read["layouts"]
    except FileNotFoundError:
        message = f"{folder}: expected an exam with answer sheets, got one without {SHEETS}"
        raise GradeckError(f"{message}; say `answer_sheet: true` in the plan") from None
    except (ValueError, KeyError, TypeError) as error:
        raise GradeckError(f"{path}: expected the sheets' layouts, got {error!r}") from None


def scan(
    exam: Exam,
    folder: Path,
    pages: Iterable[ScannedPage],
    *,
    on_page: Callable[[], object] = lambda: None,
) -> Scanned:
    """What the pages say; a page that is no sheet of this exam, or one again, is put aside."""
    papers, layouts = read_layouts(folder)
    sittings = {sitting.paper: sitting for sitting in exam.sittings}
    found: dict[str, ReadSheet] = {}
    aside: list[str] = []
    for page in pages:
        flat = flat_sheet(page.picture)
        on_page()
        if flat is None:
            aside.append(f"{page.where}: no code of an answer sheet was found; scan it again")
            continue
        _, name, paper, *rest = [*flat.code.split("/"), "", ""]
        if name != exam.plan.id or paper not in papers:
            aside.append(f"{page.where}: {flat.code} is a sheet of another exam")
        elif not rest[0].isdigit():
            aside.append(f"{page.where}: a page of the paper {paper}, not its answer sheet")
        elif flat.picture.size == 0:
            aside.append(
                f"{page.where}: the sheet {paper} has not its four corner marks; scan it again"
            )
        else:
            layout = layouts[papers[paper]]
            sheet = found.setdefault(paper, ReadSheet(sittings[paper], layout))
            number = int(rest[0])
            if number in sheet.pages:
                aside.append(
                    f"{page.where}: the sheet {sheet_code(name, paper, number)} again, "
                    f"after {sheet.where[number]}; keep one of them"
                )
                continue
            _take(sheet, number, flat.picture, page.where)
    for sheet in found.values():
        aside += [
            f"{sheet.sitting.paper}: page {number} of the sheet was not scanned"
            for number in sheet.missing
        ]
    unseen = tuple(s for s in exam.sittings if s.paper not in found and not s.student.spare)
    order = {sitting.paper: index for index, sitting in enumerate(exam.sittings)}
    return Scanned(
        tuple(sorted(found.values(), key=lambda sheet: order[sheet.sitting.paper])),
        tuple(aside),
        unseen,
    )


def _take(sheet: ReadSheet, number: int, picture: Grey, where: str) -> None:
    bubbles = [Bubble.of(noted) for noted in sheet.layout["bubbles"] if noted["page"] == number]
    sheet.pages[number] = picture
    sheet.where[number] = where
    sheet.marks |= marks_of(picture, bubbles)
