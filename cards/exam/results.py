"""What was answered in an exam, as a table: one row a student, one column a part.

A person types it, or `gradeck exam scan` writes it. The columns are `id`, then the parts as the
paper calls them (1a, 1b, 2, ...); `name` and `paper` may stand beside. An empty cell is no answer;
`?` waits for a person; a row whose cells are all `absent` is one who wasn't there.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cards.documents.sheet_text import sheet_rows, sheet_text
from cards.exam.papers.key import named
from cards.exam.record import Exam
from cards.exam.sitting import Sitting
from grader.errors import Fault, QuestionError
from grader.naming import nearest_hint

UNSETTLED: Final = "?"
ABSENT: Final = "absent"
_BESIDE: Final = ("id", "name", "paper")
_MAX_BYTES: Final = 20_000_000


@dataclass(frozen=True, slots=True)
class Answers:
    """A student's texts by the names of the parts; None for one who wasn't there."""

    sitting: Sitting
    texts: Mapping[str, str] | None


def part_names(exam: Exam) -> list[str]:
    """The names of all parts, in the order of the papers: 1a, 1b, 2."""
    found: dict[str, None] = {}
    for sitting in exam.sittings:
        for _, names in named(sitting):
            found |= dict.fromkeys(names.values())
    return sorted(found, key=_order)


def _order(name: str) -> tuple[int, str]:
    digits = name.rstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits), name[len(digits) :]


def results_csv(exam: Exam, rows: Iterable[Answers]) -> bytes:
    """The table as CSV, with a mark that tells spreadsheets it is UTF-8."""
    names = part_names(exam)
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([*_BESIDE, *names])
    for row in rows:
        student, paper = row.sitting.student, row.sitting.paper
        texts = [ABSENT if row.texts is None else row.texts.get(name, "") for name in names]
        writer.writerow([student.id, safe(student.name), paper, *map(safe, texts)])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; what an answer begins with stays readable.

    >>> safe("=1+1"), safe("-3")
    ("'=1+1", '-3')
    """
    number = cell[1:].replace(".", "").replace(",", "").isdigit()
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not number else cell


def load_results(path: Path, exam: Exam) -> tuple[Answers, ...]:
    """The answers of a CSV file, in the exam's order; QuestionError with every fault.

    Students without a row are absent.
    """
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES + 1)
    return read_results(content, path.name, exam)


def read_results(content: bytes, where: str, exam: Exam) -> tuple[Answers, ...]:
    """The answers of a CSV text, as `load_results`."""
    found = read_rows(content, where, exam)
    return tuple(found.get(s.student.id, Answers(s, None)) for s in exam.sittings)


def read_rows(content: bytes, where: str, exam: Exam) -> dict[str, Answers]:
    """The answers of a CSV text by student, of those who have a row; QuestionError as above."""
    faults: list[Fault] = []
    rows = _rows(content, where, faults) if len(content) <= _MAX_BYTES else []
    if len(content) > _MAX_BYTES:
        faults.append(
            Fault(f"at most {_MAX_BYTES:,} bytes", "more", "mark the sections apart", file=where)
        )
    found: dict[str, Answers] = {}
    if rows:
        _check_columns(rows[0], where, exam, faults)
    if faults:
        raise QuestionError(faults)
    sittings = {sitting.student.id: sitting for sitting in exam.sittings}
    header = [cell.strip().lower() for cell in rows[0]]
    for line, row in enumerate(rows[1:], start=2):
        cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
        fault = _row_fault(cells, where, line, sittings, found)
        if fault is None:
            found[cells["id"]] = _answers(sittings[cells["id"]], cells, where, line, faults)
        else:
            faults.append(fault)
    if faults:
        raise QuestionError(faults)
    return found


def _rows(content: bytes, where: str, faults: list[Fault]) -> list[list[str]]:
    try:
        text = sheet_text(content)
    except UnicodeDecodeError:
        faults.append(Fault("UTF-8 text", "another encoding", "save it as CSV UTF-8", file=where))
        return []
    try:
        rows = list(sheet_rows(text))
    except csv.Error as error:
        faults.append(Fault("CSV", str(error), "mind the quotation marks", file=where))
        return []
    if not rows:
        faults.append(Fault("a first line with id and the parts", "an empty file", file=where))
    return rows


def _check_columns(row: Sequence[str], where: str, exam: Exam, faults: list[Fault]) -> None:
    known = {*_BESIDE, *part_names(exam)}
    header = [cell.strip().lower() for cell in row]
    if "id" not in header:
        faults.append(
            Fault("the column id", "none", "add it to the first line", file=where, line=1)
        )
    for name in header:
        if name not in known:
            cure = nearest_hint(name, known)
            faults.append(Fault("a part of the exam", repr(name), cure, file=where, line=1))
        elif header.count(name) > 1 and not any(name in fault.got for fault in faults):
            got = f"{name!r} again"
            faults.append(Fault("each column once", got, "remove one of them", file=where, line=1))


def _row_fault(
    cells: Mapping[str, str],
    where: str,
    line: int,
    sittings: Mapping[str, Sitting],
    found: Mapping[str, Answers],
) -> Fault | None:
    student = cells.get("id", "")
    if student not in sittings:
        cure = nearest_hint(student, sittings) if student else "write the student's id"
        return Fault(
            "a student of the exam", repr(student), cure, file=where, line=line, field="id"
        )
    if student in found:
        return Fault(
            "each student once", f"{student} again", "keep one", file=where, line=line, field="id"
        )
    paper = sittings[student].paper
    if cells.get("paper", "") not in {"", paper}:
        got = f"{cells['paper']}, a paper of another exam or of somebody else"
        cure = "take this exam's results"
        return Fault(
            f"the paper {paper} of {student}", got, cure, file=where, line=line, field="paper"
        )
    return None


def _answers(
    sitting: Sitting, cells: Mapping[str, str], where: str, line: int, faults: list[Fault]
) -> Answers:
    own = {name for _, names in named(sitting) for name in names.values()}
    texts: dict[str, str] = {}
    written = {name: text for name, text in cells.items() if name not in _BESIDE}
    if {text for text in written.values() if text} == {ABSENT}:
        return Answers(sitting, None)
    for name, text in written.items():
        if text == UNSETTLED:
            got = "'?', which waits for a person"
            cure = "settle it on the page of doubts, or write what the paper says"
            faults.append(Fault("an answer", got, cure, file=where, line=line, field=name))
        elif text and name not in own:
            got = f"{text!r} for a part that this paper hasn't"
            faults.append(
                Fault("an empty cell", got, "look at the paper", file=where, line=line, field=name)
            )
        elif text:
            texts[name] = text.removeprefix("'")
    return Answers(sitting, texts)
