"""Printing an exam: ours against the bare Typst compile of the same documents.

Ours makes the data of each paper and key from its sitting, has Typst set them, and merges them for
the printer; the bare loop has the data as JSON already and only sets them. Both take the core's own
time, in turns and in the same run. Memory is the peak of a process of its own at each size, of a
thousand papers against a hundred.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import median

import typst

from cards.exam.dealing import deal_exam
from cards.exam.formats.papers_pdf import PAPERS_PDF
from cards.exam.papers.key import key_data
from cards.exam.papers.paper import Printing, paper_data, widths
from cards.exam.papers.printer import FONTS, STANDARDS, TEMPLATES, printed
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam
from cards.exam.roster import Student
from cards.loading.bank import load_bank

PLAN = Path("cards/exams/midterm.yaml")
STUDENTS = 200
SLICE = 20  # so many students are printed before the other way has its turn
SIZES = (100, 1_000)
SECRET = b"the secret of this bench"

Documents = Sequence[tuple[str, str]]


def exam(count: int) -> Exam:
    """The midterm, dealt to so many students in a hall."""
    plan = load_plan(PLAN, load_bank())
    students = [
        Student(f"s{n:04}", f"Student {n}", seat_row=n // 20 + 1, seat_column=n % 20 + 1)
        for n in range(count)
    ]
    return Exam(plan, deal_exam(plan, students, SECRET))


def print_ours(dealt: Exam) -> int:
    """The bytes of all files of our printed format."""
    return sum(len(content) for _, content in PAPERS_PDF.files(dealt, lambda: None))


def print_bare(documents: Documents) -> int:
    """The bytes of the documents, set one after the other and kept nowhere."""
    return sum(len(_bare(template, data)) for template, data in documents)


def _bare(template: str, data: str) -> bytes:
    pdf = _compiler().compile(
        input=str(TEMPLATES / f"{template}.typ"),
        sys_inputs={"data": data},
        pdf_standards=list(STANDARDS),
        timestamp=datetime(2000, 1, 1, tzinfo=UTC),
    )
    return bytes(pdf)  # type: ignore[arg-type]  # without an output file it is the document


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(root=str(TEMPLATES), font_paths=[str(FONTS)], ignore_system_fonts=True)


def documents_of(dealt: Exam) -> Documents:
    """The data of each paper and key, as JSON."""
    printing = Printing(dealt.plan, widths(dealt.sittings))
    ways = {"paper": paper_data, "key": key_data}
    return [
        (template, json.dumps(data_of(printing, sitting), ensure_ascii=False))
        for sitting in dealt.sittings
        for template, data_of in ways.items()
    ]


def seconds(work: Callable[[], object]) -> float:
    """The time that the core spends on it."""
    started = time.process_time()
    work()
    return time.process_time() - started


def compare_printing() -> None:
    """Print a line: ours against the bare compile, and how many papers a second of a core."""
    dealt = exam(STUDENTS)
    slices = [
        Exam(dealt.plan, dealt.sittings[start : start + SLICE])
        for start in range(0, STUDENTS, SLICE)
    ]
    template, data = documents_of(slices[0])[0]
    if _bare(template, data) != printed(template, json.loads(data)):
        raise SystemExit("the two ways don't set the same document")
    ours, bare = [], []
    for number, part in enumerate(slices):
        documents = documents_of(part)
        turns = [
            lambda part=part: ours.append(seconds(lambda: print_ours(part))),
            lambda documents=documents: bare.append(seconds(lambda: print_bare(documents))),
        ]
        for turn in turns if number % 2 else reversed(turns):
            turn()
    ratio = median(one / other for one, other in zip(ours, bare, strict=True))
    rate = STUDENTS / sum(ours)
    print(
        f"{STUDENTS} papers with keys: ours {sum(ours):.1f} s, bare {sum(bare):.1f} s, "
        f"ratio {ratio:.2f}; {rate:.1f} papers with their keys a second of a core"
    )


def compare_memory() -> None:
    """Print a line: the peak of dealing and printing at each size, the last against the first."""
    peaks = [peak_megabytes(count) for count in SIZES]
    told = ", ".join(
        f"{peak:,.0f} MB for {count:,}" for peak, count in zip(peaks, SIZES, strict=True)
    )
    print(f"peak memory of dealing and printing: {told}, ratio {peaks[-1] / peaks[0]:.2f}")


def peak_megabytes(count: int) -> float:
    """The peak memory of a process that deals and prints so many."""
    command = [sys.executable, "-m", "bench.papers", str(count)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 -- this file again
    return float(run.stdout)


def main() -> None:
    """Print the peaks of memory and their ratio, then how the time compares."""
    compare_memory()  # first: a process's peak begins with that of the one that starts it
    compare_printing()


if __name__ == "__main__":
    if sys.argv[1:]:
        print_ours(exam(int(sys.argv[1])))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    else:
        main()
