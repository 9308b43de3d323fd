"""Threads that print at once: a server hands out a paper while a class's papers are printed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cards.exam.dealing import deal_exam
from cards.exam.papers.key import key_data
from cards.exam.papers.paper import Printing, widths
from cards.exam.papers.printer import printed
from cards.exam.plan_file import load_plan
from cards.exam.roster import Student
from cards.loading.bank import load_bank

QUESTION = """\
id: demo/sum
title: {en: A sum, zh: 和}
kind: numeric
draw: {first: {from: 100, to: 900}, second: {from: 100, to: 900}}
lines: {total: first + second}
text: {en: "{first} and {second}", zh: "{first} 与 {second}"}
parts: [{id: total, ask: {en: total, zh: 和}, answer: total}]
"""
PLAN = "id: quiz\ntitle: {en: Quiz, zh: 测验}\nquestions: [demo/sum]\n"


def test_documents_printed_at_once_are_those_printed_alone(tmp_path: Path) -> None:
    """Each thread gets its own document, byte for byte, and none is refused."""
    (tmp_path / "sum.yaml").write_text(QUESTION, encoding="utf-8")
    bank = load_bank((tmp_path / "sum.yaml",))
    (tmp_path / "quiz.yaml").write_text(PLAN, encoding="utf-8")
    plan = load_plan(tmp_path / "quiz.yaml", bank)
    sittings = deal_exam(plan, [Student(f"s{n}", "Ada") for n in range(4)], b"5" * 40)
    printing = Printing(plan, widths(sittings))
    keys = [key_data(printing, sitting) for sitting in sittings] * 3
    alone = [printed("key", key) for key in keys]
    with ThreadPoolExecutor(len(sittings)) as threads:
        together = list(threads.map(lambda key: printed("key", key), keys))

    assert alone == together
