"""The page of doubts: each mark that nobody can be sure of, as a picture, for a person to settle.

The page needs nothing but itself. What is written into its boxes goes into the table, which the
button saves; without a script the table's `?` are replaced by hand.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

import cv2

from cards.exam.papers.paper import seat_name
from cards.exam.results import UNSETTLED
from cards.exam.scanning.answers import Answer
from cards.exam.scanning.flattening import MM
from cards.exam.scanning.marks import Bubble
from cards.exam.scanning.scanning import ReadSheet, Scanned

_MARGIN_MM: Final = 6
_STYLE: Final = """
body{font:15px/1.5 system-ui,"Noto Sans SC",sans-serif;max-width:60rem;margin:2rem auto}
section{border-top:1px solid #ccc;padding:1rem 0;display:grid;grid-template-columns:auto 1fr}
section{gap:1.5rem}img{max-width:28rem;border:1px solid #999}label{display:block;margin:.5rem 0}
input{font:inherit;width:12rem}button{font:inherit;padding:.4rem 1rem}li{margin:.2rem 0}
"""
_SCRIPT: Final = """
document.querySelector("button").addEventListener("click", () => {
  const rows = JSON.parse(document.getElementById("table").textContent);
  for (const box of document.querySelectorAll("input[data-row]")) {
    const says = box.value.trim();
    if (says) rows[box.dataset.row][box.dataset.column] = says === "-" ? "" : says;
  }
  const quoted = cell => /[",\\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  const text = "\\ufeff" + rows.map(row => row.map(quoted).join(",")).join("\\n") + "\\n";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], {type: "text/csv"}));
  link.download = "results.csv";
  link.click();
});
"""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An answer that a person must settle: its cell of the table, whose it is, why, a picture.

    The picture is a PNG of the part as it was scanned, or a word on why there is none.
    """

    row: int
    column: int
    part: str
    student: str
    why: str
    picture: bytes | str


def doubts_of(scanned: Scanned, table: list[list[str]]) -> Iterator[Doubt]:
    """What is to be settled in the table of the results, where it has `?`."""
    columns = {name: column for column, name in enumerate(table[0])}
    rows = {row[0]: index for index, row in enumerate(table)}
    for sheet in scanned.sheets:
        student = sheet.sitting.student
        for answer in sheet.answers:
            row, column = rows[student.id], columns[answer.name]
            if table[row][column] == UNSETTLED:
                seat = seat_name(student.seat_row, student.seat_column)
                who = " · ".join(filter(None, [student.name, student.id, seat]))
                picture = _picture(sheet, answer)
                yield Doubt(row, column, answer.name, who, answer.doubt, picture)


def doubts_page(scanned: Scanned, table: list[list[str]]) -> str:
    """The page; `table` is the one of the results, `?` where something is in doubt."""
    doubts = [_section(doubt) for doubt in doubts_of(scanned, table)]
    aside = "".join(f"<li>{escape(line)}</li>" for line in scanned.aside)
    unseen = ", ".join(escape(s.student.id) for s in scanned.unseen)
    head = f"<p>{len(doubts)} to settle, {len(scanned.sheets)} sheets read.</p>"
    head += "<p>Type what it says; <code>-</code> where nothing was written.</p>" if doubts else ""
    if aside:
        head += f"<h2>Put aside</h2><ul>{aside}</ul>"
    if unseen:
        head += f"<h2>No sheet of</h2><p>{unseen}</p>"
    kept = json.dumps(table, ensure_ascii=False).replace("<", "\\u003c")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Doubtful marks</title>'
        f"<style>{_STYLE}</style></head><body><h1>Doubtful marks</h1>{head}{''.join(doubts)}"
        "<p><button>Save results.csv</button></p>"
        f'<script type="application/json" id="table">{kept}</script>'
        f"<script>{_SCRIPT}</script></body></html>\n"
    )


def _section(doubt: Doubt) -> str:
    return (
        f"<section>{_shown(doubt)}<div><h2>{escape(doubt.part)}</h2>"
        f"<p>{escape(doubt.student)}<br>{escape(doubt.why)}</p><label>It says <input "
        f'data-row="{doubt.row}" data-column="{doubt.column}" autocomplete="off"></label></div>'
        "</section>\n"
    )


def _shown(doubt: Doubt) -> str:
    if isinstance(doubt.picture, str):
        return f"<p>{doubt.picture}</p>"
    encoded = base64.b64encode(doubt.picture).decode()
    return f'<img src="data:image/png;base64,{encoded}" alt="{escape(doubt.part)} as scanned">'


def _picture(sheet: ReadSheet, answer: Answer) -> bytes | str:
    """The part as it was scanned, as a PNG, or why there is no picture of it."""
    own = [
        bubble for bubble in map(Bubble.of, sheet.layout["bubbles"]) if bubble.part == answer.part
    ]
    if not own:
        return "not on the sheet"
    page = sheet.pages.get(own[0].page)
    if page is None:
        return "not scanned"
    left = max(round((min(b.x for b in own) - _MARGIN_MM) * MM), 0)
    top = max(round((min(b.y for b in own) - 2 * _MARGIN_MM) * MM), 0)
    right = round((max(b.x for b in own) + _MARGIN_MM) * MM)
    bottom = round((max(b.y for b in own) + _MARGIN_MM) * MM)
    done, png = cv2.imencode(".png", page[top:bottom, left:right])
    return png.tobytes() if done else "not to be shown"
