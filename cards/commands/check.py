"""`gradeck check`: load and stress-test questions, exam plans and networks."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cards.checking.files import Loaded, load_all
from cards.checking.questions import SEEDS, Report, check_all
from cards.checking.rules import ON_LOADING, RULES
from cards.checking.stress import CLASS
from cards.commands import options
from cards.commands.progress import progress
from grader.errors import Fault

_WIDTH_IN_PIPES = 160
_LONG = 10**9


@click.command()
@click.argument("paths", nargs=-1, type=options.PATH)
@options.count("--seeds", 1, 1_000_000, "Variants of each question.", default=SEEDS)
@options.count("--jobs", 1, 256, "Processes. Without it: one a core.")
@options.count(
    "--class", 1, 1_000_000, "Students who are to get different numbers.",
    names=("students",), default=CLASS,
)  # fmt: skip
@options.as_json
def check(
    paths: tuple[Path, ...], seeds: int, jobs: int | None, students: int, *, as_json: bool
) -> None:
    """Load everything at PATHS, or all that comes with Gradeck, and try it with many seeds.

    Every fault is reported in one run, with its file and line; then the exit code is 1.
    """
    loaded = load_all(paths)
    reports = list(_with_bar(loaded, check_all(loaded.questions, seeds, jobs, students)))
    faults = [*loaded.faults, *(fault for report in reports for fault in report.faults)]
    if as_json:
        click.echo(_json(loaded, reports, faults))
    else:
        _print(loaded, reports, faults)
    if faults:
        sys.exit(1)


def _with_bar(loaded: Loaded, reports: Iterable[Report]) -> Iterator[Report]:
    """The reports, with a bar on a terminal while they are made."""
    with progress("Trying questions", len(loaded.questions)) as advance:
        for report in reports:
            advance()
            yield report


def _json(loaded: Loaded, reports: Sequence[Report], faults: Sequence[Fault]) -> str:
    shown = {
        "ok": not faults,
        "plans": loaded.plans,
        "networks": loaded.networks,
        "faults": [{**fault.as_dict(), "message": str(fault)} for fault in faults],
        "found": _found(loaded, reports),
        "questions": [report.as_dict() for report in reports],
    }
    return json.dumps(shown, ensure_ascii=False, indent=1)


def _print(loaded: Loaded, reports: Sequence[Report], faults: Sequence[Fault]) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_IN_PIPES)
    if any(report.statistics for report in reports):
        console.print(_table(reports))
    warnings = [warning for report in reports for warning in report.warnings]
    for warning in warnings:
        console.print("[yellow]note[/]", end=" ")
        console.out(str(warning), highlight=False)
    for fault in faults:
        click.echo(str(fault), err=True)
    console.print(_rules(loaded, reports))
    counted = {"question": len(reports), "plan": loaded.plans, "network": loaded.networks}
    counts = ", ".join(_counted(number, word) for word, number in counted.items())
    console.out(f"{counts}: {_counted(len(faults), 'fault')}, {_counted(len(warnings), 'note')}")


def _found(loaded: Loaded, reports: Sequence[Report]) -> dict[str, int]:
    """How often each rule found something, on loading or when the questions were tried."""
    return {
        **{
            rule: sum(fault.expected == expected for fault in loaded.faults)
            for rule, (_, expected) in ON_LOADING.items()
        },
        **{rule: sum(report.findings.get(rule, 0) for report in reports) for rule in RULES},
    }


def _rules(loaded: Loaded, reports: Sequence[Report]) -> Table:
    """How often each rule found something, and how many sample answers came out as said."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column("found", justify="right")
    table.add_column("rule")
    words = {**{rule: says for rule, (says, _) in ON_LOADING.items()}, **RULES}
    for rule, count in _found(loaded, reports).items():
        table.add_row(str(count), words[rule])
    samples = [sample for report in reports for sample in report.samples]
    as_said = sum(sample.said == sample.decided for sample in samples)
    table.add_row(f"{as_said}/{len(samples)}", "sample answers decided as the file says")
    drawn = [report.statistics for report in reports if report.statistics]
    recounted = sum(bool(statistics.recounted) for statistics in drawn)
    table.add_row(f"{recounted}/{len(drawn)}", "numeric questions whose keys were counted again")
    return table


def _counted(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


def _table(reports: Sequence[Report]) -> Table:
    """The statistics of numeric questions; what an author should look at is coloured."""
    table = Table(box=None, pad_edge=False)
    table.add_column("question", no_wrap=True)
    for heading in ("valid", "effective", "dealt of draws", "equal pairs in 100"):
        table.add_column(heading, justify="right")
    for heading in ("hidden though mostly shown", "most often blind", "most often swallowed"):
        table.add_column(heading, overflow="fold")
    for report in reports:
        statistics = report.statistics
        if statistics is None:
            continue
        about = "" if statistics.exhausted else "~"
        least = "" if statistics.repeated or not statistics.variants else "≥"
        table.add_row(
            Text(report.question, "red" if report.faults else "yellow" if report.warnings else ""),
            about
            + (f"{statistics.valid:,}" if statistics.valid < _LONG else f"{statistics.valid:.1e}"),
            f"{least}{statistics.effective:,.0f}",
            f"{statistics.acceptance:.0%}",
            f"{statistics.equal_pairs:.2f}",
            _largest(statistics.hidden),
            _largest(statistics.blind),
            _largest(statistics.swallowed),
        )
    return table


def _largest(shares: Mapping[str, float]) -> str:
    """The largest of some shares with its name; nothing where all are 0."""
    name, share = max(shares.items(), key=lambda item: item[1], default=("", 0.0))
    return f"{name} {share:.1%}" if share else ""
