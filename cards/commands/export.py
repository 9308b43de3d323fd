"""`gradeck export`: the questions for Moodle, Canvas, or whatever reads QTI."""

import json
from pathlib import Path
from typing import TypedDict, Unpack

import click

from cards.commands import options
from cards.commands.counting import counted
from cards.commands.exam import read_secret
from cards.commands.progress import progress
from cards.exam.plan_file import load_plan
from cards.lms.choosing import MOST_VARIANTS, OPEN_SECRET, Wish, bank_selection, plan_selection
from cards.lms.exporting import Exported, make_export
from cards.lms.format import Layout, LmsFormat
from cards.lms.table import FORMATS


class _Rest(TypedDict):
    banks: tuple[Path, ...]
    as_json: bool
    tags: str
    plan: Path | None
    variants: int
    lang: tuple[str, ...]
    apart: bool
    matching: bool
    secret_file: Path | None


@click.command("export")
@click.argument("name", metavar="FORMAT", type=click.Choice(list(FORMATS)))
@click.argument("questions", nargs=-1, metavar="[QUESTION]...")
@click.option(
    "-o", "--output", required=True, type=options.PATH, metavar="FILE", help="The file to write."
)
@options.tags()
@click.option(
    "--plan", type=options.PATH, metavar="PLAN", help="The questions and points of an exam's plan."
)
@options.count("--variants", 1, MOST_VARIANTS, "Variants of each question.", default=1)
@options.languages(default="en", says="The language; both for Moodle's multi-language filter.")
@click.option("--apart", is_flag=True, help="Each part a question of its own.")
@click.option("--matching", is_flag=True, help="Enumerations as pairs to match (Moodle).")
@click.option(
    "--secret-file",
    type=options.PATH,
    metavar="FILE",
    help="Numbers that only who has this file can make.",
)
@options.bank
@options.as_json
def export(name: str, questions: tuple[str, ...], output: Path, **rest: Unpack[_Rest]) -> None:
    """Write questions for another system, and say what each of them loses on the way."""
    lms = FORMATS[name]
    languages = rest["lang"]
    if len(languages) > 1 and not lms.several_languages:
        each = " or ".join(f"--lang {language}" for language in languages)
        message = f"{name} holds one language: take {each}, and export twice"
        raise click.UsageError(message)
    if rest["plan"] and (questions or rest["tags"]):
        message = "expected --plan, or questions and --tags, got both; the plan names its own"
        raise click.UsageError(message)
    bank = options.chosen_bank(rest["banks"])
    plan = rest["plan"]
    selection = (
        plan_selection(load_plan(plan, bank))
        if plan
        else bank_selection(bank, questions, rest["tags"])
    )
    secret = read_secret(path) if (path := rest["secret_file"]) else OPEN_SECRET
    wish = Wish(lms.speech(languages), rest["variants"], secret, selection.mistake_share)
    shape = {"apart": rest["apart"], "matching": rest["matching"]}
    layout = Layout(selection.title, selection.part_of, languages[0], **shape)
    with progress("Exporting", len(selection.groups)) as advance:
        made = make_export(lms, selection.groups, wish, layout, on_group=advance)
    output.write_bytes(made.content)
    _say(made, lms, output, as_json=rest["as_json"])


def _say(made: Exported, lms: LmsFormat, output: Path, *, as_json: bool) -> None:
    if as_json:
        shown = {
            "file": str(output),
            "format": lms.name,
            "questions": made.questions,
            "items": made.items,
            "losses": {question: list(names) for question, names in made.losses.items()},
            "notes": list(made.notes),
        }
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    for line in made.lines():
        click.echo(line)
    questions, variants = counted(made.questions, "question"), counted(made.items, "variant")
    click.echo(f"{questions}, {variants} in {output}")
