"""The report on an exam's fairness as one HTML page, to look at and to print."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from cards.exam.fairness import (
    SECONDS_A_STATEMENT,
    SECONDS_A_STEP,
    WORDS_A_MINUTE,
    Fairness,
)
from cards.exam.papers.paper import seat_name
from cards.texts.rendering import plain_text
from grader.arithmetic import Number
from grader.numerals import numeral
from grader.wording import Text

_SAYS: Final[Mapping[str, Text]] = {
    "title": Text("Fairness", "公平性"),
    "papers": Text("{} papers", "{} 份试卷"),
    "kept": Text("keeps what the plan asks", "符合试卷方案的要求"),
    "neighbours": Text("neighbours with an equal variant", "相邻座位题目数据相同"),
    "load": Text("papers with one variant, at most", "同一组数据最多用于几份试卷"),
    "overlap": Text("answers that two neighbours share, at most", "相邻两份试卷答案相同的最大比例"),
    "spread": Text("hardest paper over the easiest", "最难试卷与最易试卷的难度之比"),
    "asked": Text("asked: {}", "要求：{}"),
    "unasked": Text("nothing asked", "无要求"),
    "difficulty": Text("Expected difficulty of each paper", "各份试卷的预期难度"),
    "in_steps": Text(
        "in steps of the worked solution; mean {mean:.1f}, standard deviation {deviation:.2f}",
        "以解答步数计；平均 {mean:.1f}，标准差 {deviation:.2f}",
    ),
    "seats": Text("Neighbours", "相邻座位"),
    "seats_says": Text(
        "two seats in each direction; lines join papers with answers in common",
        "上下左右各两个座位以内；连线表示答案有相同之处",
    ),
    "no_seats": Text("The roster has no seats.", "名单中没有座位。"),
    "shared": Text("Any two papers", "任意两份试卷"),
    "in_common": Text("answers in common", "相同答案数"),
    "pairs": Text("pairs", "对数"),
    "exposure": Text("Different answers", "不同答案"),
    "part": Text("part", "小题"),
    "of_papers": Text("papers", "试卷数"),
    "different": Text("different", "不同答案数"),
    "most": Text("papers with the commonest", "最常见答案的试卷数"),
    "letters": Text("Letters that hold", "成立的选项"),
    "time": Text("Expected time", "预计用时"),
    "time_says": Text(
        "{low} to {high} minutes of {given}: reading {words} words a minute, "
        "{step} s a step, {statement} s a statement",
        "{low} 至 {high} 分钟（考试 {given} 分钟）：每分钟读 {words} 词，每步 {step} 秒，"
        "每条陈述 {statement} 秒",
    ),
    "no_limit": Text("no limit", "不限时"),
}

_STYLE: Final = """
body{font:15px/1.45 "Libertinus Serif","Noto Serif SC",Georgia,serif;max-width:60rem;
margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1{font-weight:400;font-size:2rem;margin:0}h2{font-size:1.1rem;margin:1.6rem 0 .3rem}
p{margin:.2rem 0 .6rem;color:#444}table{border-collapse:collapse}
td,th{padding:.15rem .9rem .15rem 0;border-bottom:1px solid #ddd;font-weight:400;text-align:left}
th{color:#555}td.n{text-align:right}
.ok::before{content:"✓ "}.bad{font-weight:700}.bad::before{content:"! "}
svg{display:block;max-width:100%;height:auto}
@media print{body{margin:0;max-width:none;font-size:11px}
h2{break-after:avoid}table,svg{break-inside:avoid}}
"""


def fairness_page(report: Fairness, language: str) -> str:
    """The page in a language; nothing in it comes from elsewhere."""
    plan = report.exam.plan
    title = escape(plain_text(plan.title.in_(language)))
    papers = _say("papers", language).format(len(report.exam.sittings))
    sections = "".join(_sections(report, language))
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{_say('title', language)} · {title}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{_say('title', language)}</h1><p>{title} · {papers}</p>{sections}"
        "</body></html>\n"
    )


def _say(name: str, language: str) -> str:
    return _SAYS[name].in_(language)


def _sections(report: Fairness, language: str) -> Iterator[str]:
    yield _kept(report, language)
    says = _say("in_steps", language).format(mean=report.mean, deviation=report.deviation)
    yield _section(
        "difficulty", says, _dots(list(map(float, report.difficulties.values()))), language
    )
    if report.pairs:
        yield _section("seats", _say("seats_says", language), _room(report), language)
    else:
        yield _section("seats", _say("no_seats", language), "", language)
    rows = [(str(common), f"{pairs:,}") for common, pairs in sorted(report.shared.items())]
    yield _section("shared", "", _table(("in_common", "pairs"), rows, language), language)
    rows_of_parts = [
        (".".join(e.part), f"{e.papers}", f"{e.answers}", f"{e.most}") for e in report.exposures
    ]
    heads = ("part", "of_papers", "different", "most")
    yield _section("exposure", "", _table(heads, rows_of_parts, language), language)
    if report.letters:
        yield _section("letters", "", _letters(report), language)
    yield _section("time", _time(report, language), "", language)


def _letters(report: Fairness) -> str:
    """A line for each question: how often each letter holds."""
    lines = ""
    for question, counts in sorted(report.letters.items()):
        held = ", ".join(f"{letter} {times}" for letter, times in sorted(counts.items()))
        lines += f"<p>{escape(question)}: {held}</p>"
    return lines


def _section(head: str, says: str, inner: str, language: str) -> str:
    said = f"<p>{escape(says)}</p>" if says else ""
    return f"<h2>{_say(head, language)}</h2>{said}{inner}\n"


def _kept(report: Fairness, language: str) -> str:
    asked = report.exam.plan.thresholds
    rows: list[tuple[str, Number, Number | None]] = [
        ("neighbours", len(report.equal_neighbours), asked.neighbours),
        ("load", report.load, asked.load),
        ("overlap", report.overlap, asked.overlap),
        ("spread", report.spread, asked.spread),
    ]
    cells = ""
    for name, value, most in rows:
        kind = "ok" if most is None or value <= most else "bad"
        limit = _say("unasked", language) if most is None else f"≤ {numeral(most)}"
        shown = f"{float(value):.2f}".rstrip("0").rstrip(".")
        cells += (
            f'<tr><td class="{kind}">{_say(name, language)}</td><td class="n">{shown}</td>'
            f"<td>{limit}</td></tr>"
        )
    return f"<table>{cells}</table>\n"


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], language: str) -> str:
    head = "".join(f"<th>{_say(name, language)}</th>" for name in heads)
    body = "".join(
        "<tr>" + "".join(f"<td{_align(cell)}>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _align(cell: str) -> str:
    return ' class="n"' if cell.replace(",", "").isdigit() else ""


def _dots(values: list[float]) -> str:
    """A dot for each paper, stacked where they are equally hard."""
    low, high = min(values), max(values)
    width, step = 800.0, 8.0
    scale = (width - 40) / (high - low) if high > low else 0.0
    stacks: dict[int, int] = {}
    dots = ""
    for value in sorted(values):
        column = round((20 + (value - low) * scale) / step)
        stacks[column] = stacks.get(column, 0) + 1
        dots += f'<circle cx="{column * step:g}" cy="{-stacks[column] * step:g}" r="3.2"/>'
    tall = max(stacks.values()) * step + 12
    axis = (
        f'<path d="M0 0H{width:g}" stroke="#111"/><text x="20" y="16">{low:.1f}</text>'
        f'<text x="{width - 20:g}" y="16" text-anchor="end">{high:.1f}</text>'
    )
    box = f"0 {-tall:g} {width:g} {tall + 22:g}"
    return f'<svg viewBox="{box}" width="{width:g}" role="img" font-size="12">{dots}{axis}</svg>'


def _room(report: Fairness) -> str:
    """The seats of each room; a line joins neighbours whose papers have answers in common."""
    seats: dict[str, tuple[float, float]] = {}
    words = ""
    rooms = sorted({s.student.section for s in report.exam.sittings})
    for sitting in report.exam.sittings:
        student = sitting.student
        if student.seat_row is None or student.seat_column is None:
            continue
        x = 60.0 * student.seat_column + 40
        y = 40.0 * student.seat_row + 30 + 700 * rooms.index(student.section)
        seats[student.id] = x, y
        name = seat_name(student.seat_row, student.seat_column)
        words += f'<text x="{x:g}" y="{y + 4:g}" text-anchor="middle">{escape(name)}</text>'
    lines = ""
    for one, other in report.pairs:
        common = report.in_common(one, other)
        if common:
            (x1, y1), (x2, y2) = seats[one], seats[other]
            lines += (
                f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" stroke="#111" stroke-width="{common}"/>'
            )
    marks = "".join(
        f'<rect x="{x - 18:g}" y="{y - 11:g}" width="36" height="22" rx="3" fill="#fff"'
        ' stroke="#777"/>'
        for x, y in seats.values()
    )
    wide = max(x for x, _ in seats.values()) + 40
    tall = max(y for _, y in seats.values()) + 30
    return (
        f'<svg viewBox="0 0 {wide:g} {tall:g}" width="{wide:g}" role="img" font-size="12">'
        f"{lines}{marks}{words}</svg>"
    )


def _time(report: Fairness, language: str) -> str:
    given = report.exam.plan.minutes
    return _say("time_says", language).format(
        low=min(report.minutes.values()),
        high=max(report.minutes.values()),
        given=given or _say("no_limit", language),
        words=WORDS_A_MINUTE,
        step=SECONDS_A_STEP,
        statement=SECONDS_A_STATEMENT,
    )
