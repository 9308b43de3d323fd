"""`gradeck exam`: deal an exam, or verify one that was dealt."""

from pathlib import Path

import click

from cards.commands import options
from cards.commands.progress import progress
from cards.exam.dealing import deal_exam
from cards.exam.files import exam_files, verify_exam, write_exam
from cards.exam.plan import load_plan
from cards.exam.roster import load_roster
from grader.errors import GradeckError

_SHORTEST_SECRET = 16


class _ExamGroup(click.Group):
    """`gradeck exam PLAN ...` deals; `gradeck exam verify DIR` verifies."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["deal", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ExamGroup)
def exam() -> None:
    """Deal an exam, or verify one: `gradeck exam PLAN ...`, `gradeck exam verify DIR`."""


_PATH = click.Path(path_type=Path)


@exam.command()
@click.argument("plan", type=_PATH)
@click.option("--roster", required=True, type=_PATH, metavar="CSV", help="Columns id,name,...")
@click.option("--secret-file", required=True, type=_PATH, help="A file of 16 bytes or more.")
@click.option("-o", "--output", required=True, type=_PATH, metavar="DIR", help="A new folder.")
@click.option("--replace", is_flag=True, help="Replace another exam in that folder.")
@options.bank
def deal(
    plan: Path,
    roster: Path,
    secret_file: Path,
    output: Path,
    banks: tuple[Path, ...],
    **flags: bool,
) -> None:
    """Deal every student of the roster a paper, with its key."""
    secret = read_secret(secret_file)
    students = load_roster(roster)
    read = load_plan(plan, options.chosen_bank(banks))
    with progress("Dealing", len(students)) as advance:
        sittings = deal_exam(read, students, secret, on_sitting=advance)
    with progress("Writing papers", len(students)) as advance:
        files = exam_files(read, sittings, secret, on_paper=advance)
    changed = write_exam(files, output, replace=flags["replace"])
    papers = f"{len(students):,} papers and keys of {read.id}"
    click.echo(f"{papers} in {output}" if changed else f"{papers} stand in {output} already")


@exam.command()
@click.argument("folder", type=_PATH, metavar="DIR")
@click.option("--secret-file", type=_PATH, help="Also tell whether this secret sealed it.")
def verify(folder: Path, secret_file: Path | None) -> None:
    """Tell whether every paper and key in DIR is as it was dealt."""
    secret = read_secret(secret_file) if secret_file is not None else None
    papers = verify_exam(folder, secret)
    sealed = ", sealed with this secret" if secret_file is not None else ""
    click.echo(f"{papers:,} papers and keys are as they were dealt{sealed}")


def read_secret(path: Path) -> bytes:
    """The secret in a file, without the line's end; GradeckError for one too short to be one."""
    secret = path.read_bytes().rstrip(b"\r\n")
    if len(secret) < _SHORTEST_SECRET:
        message = f"{path}: expected {_SHORTEST_SECRET} bytes or more, got {len(secret)}"
        raise GradeckError(f"{message}; `openssl rand -hex 32` writes such a secret")
    return secret
