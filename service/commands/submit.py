"""`gradeck submit`: hand in answers to a running service and print the verdict."""

import json
from pathlib import Path

import click

from cards.commands import options
from cards.commands.mark import read_pairs
from grader.marking.points import from_json
from service.client import WAIT_SECONDS, Client, Submission


@click.command()
@click.argument("variant")
@click.argument("answers", nargs=-1, required=True, metavar="PART=TEXT...")
@click.option(
    "--server",
    default="http://127.0.0.1:8000",
    show_default=True,
    metavar="URL",
    help="The service.",
)
@click.option(
    "--token-file", type=options.PATH, required=True, metavar="FILE",
    help="A file with the token; on the command line everybody could read it.",
)  # fmt: skip
@click.option(
    "--key", default="", metavar="TEXT", help="The same key stores the same answers once."
)
@options.count("--wait", 0, 600, "Seconds to wait for the verdict.", default=WAIT_SECONDS)
@click.option(
    "--zone", default="", metavar="NAME",
    help="Your time zone, such as Asia/Shanghai: practice counts for the day that it is there. "
    "Without it: this computer's.",
)  # fmt: skip
@options.as_json
def submit(  # noqa: PLR0913 - each is an option
    variant: str,
    answers: tuple[str, ...],
    *,
    server: str,
    token_file: Path,
    key: str,
    wait: int,
    zone: str,
    as_json: bool,
) -> None:
    """Hand in answers to VARIANT, a variant's id, or a question's id for a fresh variant."""
    typed = read_pairs(answers)
    token = options.secret_text(token_file, "a token")
    with Client(server, token, zone=zone) as client:
        # Ids of variants have no slash, those of questions have one.
        variant_id = client.deal(variant).id if "/" in variant else variant
        done = client.submit(variant_id, typed, key=key, wait=wait)
    if as_json:
        click.echo(json.dumps(done.shown, ensure_ascii=False, indent=1))
    else:
        for line in _lines(done):
            click.echo(line)


def _lines(done: Submission) -> list[str]:
    if done.score is None:
        return [f"submission {done.id}: {done.status}"]
    lines = [f"submission {done.id}: {from_json(done.score)} of {from_json(done.out_of or 0)}"]
    for part in done.shown["verdict"]["parts"]:
        feedback = part.get("feedback", {}).get("en", "")
        lines.append(f"  {part['id']}: {part['outcome']}. {feedback}")
    return lines
