"""The kinds of jobs: a row for each, which is all that the others know of it.

Each kind is a file: how it is asked for, and how it is done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from grader.wording import Text
from service.jobs.decks import do_deck
from service.jobs.exports import do_export
from service.jobs.job import Done, Job
from service.jobs.marks import do_marks
from service.jobs.papers import do_papers
from service.jobs.regrades import do_regrade
from service.jobs.scans import do_scans
from service.jobs.statistics import do_statistics


@dataclass(frozen=True, slots=True)
class KindOfJob:
    """What a kind of job is called on a page, and how it is done."""

    title: Text
    do: Callable[[Job], Done]


KINDS: Final[Mapping[str, KindOfJob]] = {
    "regrade": KindOfJob(Text("Regrade", "重新批改"), do_regrade),
    "statistics": KindOfJob(Text("Item statistics as a file", "题目统计文件"), do_statistics),
    "deck": KindOfJob(Text("Anki deck", "Anki 卡片"), do_deck),
    "papers": KindOfJob(Text("Exam papers", "试卷"), do_papers),
    "scans": KindOfJob(Text("Answer sheets read", "读取答题卡"), do_scans),
    "marks": KindOfJob(Text("Marks of an exam", "考试评分"), do_marks),
    "export": KindOfJob(
        Text("Questions for Moodle, Canvas or QTI", "供 Moodle、Canvas 或 QTI 使用的题目"),
        do_export,
    ),
}
