"""`gradeck exam`: what an exam would be, dealing, verifying, scanning and marking it."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from cards.commands import options
from cards.commands.counting import counted
from cards.commands.progress import progress
from cards.exam.dealing import Dealt, deal_exam
from cards.exam.fairness import checked
from cards.exam.files import MANIFEST, exam_files
from cards.exam.folder import read_exam, write_exam, write_marks
from cards.exam.formats.papers_pdf import PAPERS_PDF, WITH_TWO_UP
from cards.exam.formats.table import FORMATS
from cards.exam.marked_files import marked_files
from cards.exam.marking_exam import mark_exam
from cards.exam.outlook import outlook_lines
from cards.exam.papers.own_template import load_template
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam, kept_cards
from cards.exam.results import UNSETTLED, load_results
from cards.exam.roster import load_roster, spares, with_newcomers
from cards.exam.seating import refuse_shared_seats
from cards.exam.verifying import verify_exam
from grader.errors import GradeckError

_SHORTEST_SECRET = 16
_LONGEST_SECRET = 4096
_MOST_SPARES = 500
_PAPERS = ("paper and its key", "papers and keys")


class _ExamGroup(click.Group):
    """`gradeck exam PLAN ...` deals, so its help shows those options; beside it are commands."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Both ways to call it."""
        formatter.write_usage(ctx.command_path, "PLAN [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]...", prefix="   or: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of dealing, then the commands."""
        dealing = self.commands["deal"]
        shown = [one for one in dealing.get_params(ctx) if isinstance(one, click.Option)]
        rows = [row for one in shown if (row := one.get_help_record(ctx)) is not None]
        with formatter.section("Options of dealing"):
            formatter.write_dl(rows)
        self.format_commands(ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["deal", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ExamGroup)
def exam() -> None:
    """Deal an exam, its papers and keys; or one of the commands below.

    `gradeck exam PLAN …` is short for `gradeck exam deal PLAN …`; -h after a command shows its own.
    """


@exam.command(short_help="Tell what a paper of PLAN looks like.")
@click.argument("plan", type=options.PATH)
@options.bank
def check(plan: Path, banks: tuple[Path, ...]) -> None:
    """Tell what a paper of PLAN looks like, and how many different ones there are."""
    for line in outlook_lines(load_plan(plan, options.chosen_bank(banks))):
        click.echo(line)


@exam.command(short_help="Deal every student a paper with its key.")
@click.argument("plan", type=options.PATH)
@click.option(
    "--roster",
    required=True,
    type=options.PATH,
    metavar="CSV",
    help="Students, in columns id,name,….",
)
@click.option(
    "--secret-file",
    required=True,
    type=options.PATH,
    metavar="FILE",
    help="Its 16 bytes or more fix all numbers.",
)
@click.option(
    "-o", "--output", required=True, type=options.PATH, metavar="DIR", help="A new folder."
)
@click.option("--replace", is_flag=True, help="Replace another exam in that folder.")
@click.option("--add", is_flag=True, help="Students in DIR keep their papers; deal to the rest.")
@options.count("--spare", 0, _MOST_SPARES, "So many papers more, without a name.", default=0)
@click.option(
    "--unlike",
    type=options.PATH,
    multiple=True,
    metavar="DIR",
    help="A sitting that was held: none of its variants is dealt again.",
)
@click.option(
    "--template",
    type=options.PATH,
    metavar="FILE",
    help="A Typst template of your own, with a function `head`; docs/reference/exam-plan.md.",
)
@click.option("--two-up", is_flag=True, help="Also on A3, two leaves a sheet, to cut.")
@click.option("--no-pdf", is_flag=True, help="JSON only.")
@options.bank
def deal(
    plan: Path,
    roster: Path,
    secret_file: Path,
    output: Path,
    *,
    banks: tuple[Path, ...],
    unlike: tuple[Path, ...],
    template: Path | None,
    **flags: Any,  # noqa: ANN401 -- click's flags and counts
) -> None:
    """Deal every student of the roster a paper, with its key, and print them."""
    secret = read_secret(secret_file)
    students = (*load_roster(roster), *spares(flags["spare"]))
    read = load_plan(plan, options.chosen_bank(banks))
    there = read_exam(output) if flags["add"] else None
    if there:
        students = with_newcomers((sitting.student for sitting in there.sittings), students)
        refuse_shared_seats(students)
    own = load_template(template) if template else there.template if there else ()
    before = Dealt(
        kept=kept_cards(there.sittings) if there else {},
        barred=frozenset(card for folder in unlike for card in read_exam(folder).cards()),
    )
    with progress("Dealing", len(students)) as advance:
        sittings = deal_exam(read, students, secret, before=before, on_sitting=advance)
    chosen = {**FORMATS, PAPERS_PDF.name: WITH_TWO_UP if flags["two_up"] else PAPERS_PDF}
    formats = [each for each in chosen.values() if not (flags["no_pdf"] and each.prints)]
    with progress("Printing papers", len(students) * len(formats)) as advance:
        dealt = checked(Exam(read, sittings, own))
        files = exam_files(dealt, secret, formats=formats, on_paper=advance)
        changed = write_exam(files, output, replace=flags["replace"] or flags["add"])
    papers = f"{counted(len(students), *_PAPERS)} of {read.id}"
    click.echo(f"{papers} in {output}" if changed else f"{papers} stand in {output} already")


@exam.command(short_help="Tell whether papers and keys are as dealt.")
@click.argument("folder", type=options.PATH, metavar="DIR")
@click.option(
    "--secret-file",
    type=options.PATH,
    metavar="FILE",
    help="Also tell whether this secret sealed it.",
)
def verify(folder: Path, secret_file: Path | None) -> None:
    """Tell whether every paper and key in DIR is as it was dealt."""
    secret = read_secret(secret_file) if secret_file is not None else None
    papers = verify_exam(folder, secret)
    sealed = f", sealed with this secret, {MANIFEST} included" if secret is not None else ""
    click.echo(f"{counted(papers, *_PAPERS)} are as they were dealt{sealed}")


@exam.command(short_help="Read scanned answer sheets into a table.")
@click.argument("folder", type=options.PATH, metavar="DIR")
@click.argument("scans", nargs=-1, required=True, type=options.PATH, metavar="SCANS...")
@click.option("-o", "--output", required=True, type=options.PATH, metavar="CSV", help="A new file.")
def scan(folder: Path, scans: tuple[Path, ...], output: Path) -> None:
    """Read scanned answer sheets of DIR's exam: PDFs, pictures, or folders of them.

    What is in doubt is `?` in the table, and a picture on the page of doubts beside it.
    """
    try:
        run = import_module("cards.exam.scanning.run")  # an extra's libraries: not there for all
    except ImportError as error:
        message = f"scanning needs more libraries ({error.name}); pip install 'gradeck[scan]'"
        raise GradeckError(message) from None
    dealt = read_exam(folder)
    with progress("Reading sheets", len(dealt.sittings)) as advance:
        scanned, table, doubts = run.scan_files(dealt, folder, scans, advance)
    page = output.with_suffix(".doubts.html")
    output.write_bytes(table)
    page.write_text(doubts, encoding="utf-8")
    for line in scanned.aside:
        click.echo(f"put aside: {line}", err=True)
    sheets = counted(len(scanned.sheets), "sheet")
    unsettled = counted(table.decode().count(f",{UNSETTLED}"), "answer")
    click.echo(f"{sheets} read into {output}; {unsettled} in doubt")
    unseen = counted(len(scanned.unseen), "student")
    click.echo(f"{page} shows each of them; {unseen} without a sheet")


@exam.command(short_help="Mark an exam from a table of answers.")
@click.argument("folder", type=options.PATH, metavar="DIR")
@click.argument("results", type=options.PATH, metavar="CSV")
@click.option(
    "-o", "--output", required=True, type=options.PATH, metavar="OUT", help="A new folder."
)
@click.option("--replace", is_flag=True, help="Replace what was marked into that folder before.")
def mark(folder: Path, results: Path, output: Path, **flags: bool) -> None:
    """Mark DIR's exam from a table of answers, typed by a person or scanned."""
    dealt = read_exam(folder)
    papers = mark_exam(dealt, load_results(results, dealt))
    with progress("Printing returned papers", len(papers)) as advance:
        files = marked_files(dealt, papers, advance)
        write_marks(files, output, replace=flags["replace"])
    there = sum(not paper.absent for paper in papers)
    held = sum(part.outcome == "held" for paper in papers for _, part in paper.parts)
    words = counted(held, "answer in words waits", "answers in words wait")
    waits = f"; {words} for a person" if held else ""
    click.echo(
        f"{counted(there, 'paper')} marked into {output}, {len(papers) - there:,} absent{waits}"
    )


def read_secret(path: Path) -> bytes:
    """The secret in a file, without the line's end; GradeckError for one too short to be one."""
    with path.open("rb") as file:
        secret = file.read(_LONGEST_SECRET + 1).rstrip(b"\r\n")
    if not _SHORTEST_SECRET <= len(secret) <= _LONGEST_SECRET:
        got = "more" if len(secret) > _LONGEST_SECRET else f"{len(secret)}"
        expected = f"a secret of {_SHORTEST_SECRET} to {_LONGEST_SECRET:,} bytes"
        cure = "`openssl rand -hex 32` writes such a secret"
        raise GradeckError(f"{path}: expected {expected}, got {got}; {cure}")
    return secret
