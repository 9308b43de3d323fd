"""The gradebook: each student's best submission to each question, in exact points, and CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

# A spreadsheet takes a cell that begins so for a formula; the full-width forms too.
FORMULA_STARTS = tuple("=+-@\t\r\n|%＝＋－＠｜％")


@dataclass(frozen=True, slots=True)
class Scored:
    """A graded submission: its share of the question's points, and whether it came late."""

    submission_id: str
    user_id: str
    question_id: str
    share: Fraction
    late: bool
    received_at: int


@dataclass(frozen=True, slots=True)
class Grades:
    """One student's points by question."""

    user_id: str
    points: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def total(self) -> Fraction:
        """All points together.

        >>> str(Grades("ada", {"a": Fraction(1, 2), "b": Fraction(2)}).total)
        '5/2'
        """
        return sum(self.points.values(), Fraction())


def share_of(score: str | None, out_of: str | None) -> Fraction:
    """A verdict's share of full marks, between 0 and 1.

    >>> share_of("1.5", "2")
    Fraction(3, 4)
    """
    # Scores are written as decimals; thirds come back whole.
    whole = Fraction(out_of or "0")
    if not whole:
        return Fraction()
    return (Fraction(score or "0") / whole).limit_denominator(10_000)


def grades(
    scored: Iterable[Scored], points: Mapping[str, Fraction], late_credit: Fraction
) -> dict[str, Grades]:
    """Each student's points by question: the best submission counts, late ones in part.

    >>> late = Scored("s", "ada", "q", Fraction(1), True, 0)
    >>> grades([late], {"q": Fraction(4)}, Fraction(1, 2))["ada"].points
    {'q': Fraction(2, 1)}
    """
    best: dict[str, dict[str, Fraction]] = {}
    for one in scored:
        if one.question_id in points:
            earned = points[one.question_id] * one.share * (late_credit if one.late else 1)
            mine = best.setdefault(one.user_id, {})
            mine[one.question_id] = max(earned, mine.get(one.question_id, Fraction()))
    return {user_id: Grades(user_id, mine) for user_id, mine in best.items()}


def as_decimal(points: Fraction) -> str:
    """Points as people read them, to four decimals at most.

    >>> as_decimal(Fraction(1, 3)), as_decimal(Fraction(2))
    ('0.3333', '2')
    """
    text = f"{float(round(points, 4)):.4f}"
    return text.rstrip("0").rstrip(".")


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet runs as a formula.

    >>> safe_cell("=1+1"), safe_cell("＠SUM(A1)"), safe_cell("Ada")
    ("'=1+1", "'＠SUM(A1)", 'Ada')
    """
    return f"'{text}" if text.lstrip(" \u3000\u00a0").startswith(FORMULA_STARTS) else text


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A CSV file that spreadsheets open as it is meant, Chinese names included."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([safe_cell(cell) for cell in row])
    # Excel takes a file for UTF-8 by this mark only.
    return "\ufeff" + text.getvalue()
