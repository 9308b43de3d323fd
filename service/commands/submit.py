"""`gradeck submit`: hand in answers to a running service and print the verdict."""

import json
from pathlib import Path

import click

from grader.errors import GradeckError
from service.client import WAIT_SECONDS, Client, Submission


@click.command()
@click.argument("variant")
@click.argument("answers", nargs=-1, required=True, metavar="PART=TEXT...")
@click.option("--server", default="http://127.0.0.1:8000", show_default=True, metavar="URL")
@click.option(
    "--token-file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=True,
    help="File with the token; on the command line everybody could read it.",
)  # fmt: skip
@click.option("--key", default="", help="The same key stores the same answers once.")
@click.option("--wait", default=WAIT_SECONDS, show_default=True, type=click.IntRange(0, 600))
@click.option(
    "--zone", default="", metavar="NAME",
    help="Your time zone, such as Asia/Shanghai: practice counts for the day that it is there. "
    "Without it: this computer's.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The submission as JSON.")
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
    typed: dict[str, str] = {}
    for part, text in map(_pair, answers):
        if part in typed:
            message = f"{part}: expected one answer to a part, got two"
            raise GradeckError(message)
        typed[part] = text
    try:
        token = token_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{token_file}: expected a file with a token, got {error}"
        raise GradeckError(message) from error
    with Client(server, token, zone=zone) as client:
        # Ids of variants have no slash, those of questions have one.
        variant_id = client.deal(variant).id if "/" in variant else variant
        done = client.submit(variant_id, typed, key=key, wait=wait)
    if as_json:
        click.echo(json.dumps(done.shown, ensure_ascii=False, indent=1))
    else:
        for line in _lines(done):
            click.echo(line)


def _pair(text: str) -> tuple[str, str]:
    part, mark, answer = text.partition("=")
    if not mark or not part:
        message = f"expected PART=TEXT, such as parameters=903400; got {text!r}"
        raise GradeckError(message)
    return part, answer


def _lines(done: Submission) -> list[str]:
    if done.score is None:
        return [f"submission {done.id}: {done.status}"]
    lines = [f"submission {done.id}: {done.score:g} of {done.out_of:g}"]
    for part in done.shown["verdict"]["parts"]:
        feedback = part.get("feedback", {}).get("en", "")
        lines.append(f"  {part['id']}: {part['outcome']}. {feedback}")
    return lines
