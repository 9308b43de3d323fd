"""`gradeck deck`: the Anki package, with a progress bar on a terminal and nothing in a pipe."""

import json
import os
import time
from pathlib import Path
from typing import Any, TypedDict, Unpack

import click

from cards.commands import options
from cards.commands.progress import progress
from cards.deck.building import Build, dated, write_deck
from cards.deck.diff import Diff, compare, read_package
from cards.deck.lock import LOCK_FILE, Lock, LockError, read_lock, write_lock
from cards.deck.note import DeckNote
from cards.deck.notes import note_keys, notes_of, selected
from cards.deck.package import PackageError
from cards.loading.bank import Bank
from grader.errors import Fault, UnknownNameError


class _Rest(TypedDict):
    banks: tuple[Path, ...]
    homework: bool
    frozen: bool
    as_json: bool


@click.command()
@click.option("-o", "--output", type=options.PATH, metavar="FILE", help="The package to write.")
@options.languages(default="both", says="The languages of the notes.")
@options.tags()
@click.option(
    "--homework", is_flag=True, help="Also the long questions, tagged homework, which are no cards."
)
@click.option(
    "--diff",
    "old",
    type=options.PATH,
    metavar="OLD",
    help="Say what a student who has OLD would see change; without -o nothing is written.",
)
@click.option(
    "--lock",
    type=options.PATH,
    metavar="FILE",
    help="The record of what was handed out. Without it: the bank's own.",
)
@click.option("--frozen", is_flag=True, help="Refuse to build what the lock doesn't record.")
@options.bank
@options.as_json
def deck(
    output: Path | None,
    lang: tuple[str, ...],
    tags: str,
    old: Path | None,
    lock: Path | None,
    **rest: Unpack[_Rest],
) -> None:
    """Build the Anki package and record in the lock file what was handed out."""
    if output is None and old is None:
        raise click.UsageError("nothing to do: give -o FILE.apkg, or --diff OLD.apkg, or both")
    path = lock or _lock_of(rest["banks"])
    if output is not None:
        _refuse_unwritable(output, *([] if rest["frozen"] else [path]))
    bank = options.chosen_bank(rest["banks"])
    before = read_lock(path)
    _refuse_missing(before, bank)
    notes = _made(bank, lang, tags, homework=rest["homework"])
    now = int(time.time())
    after = dated(notes, before, now)
    if rest["frozen"] and after != before:
        raise LockError([_unrecorded(path, notes, before)])
    diff = (
        compare(((note, after.stamp(note)) for note in notes), read_package(old)) if old else None
    )
    built = None
    if output is not None:
        with progress("Writing", len(notes)) as advance:
            built = write_deck(output, notes, before, now=now, on_note=advance)
        if built.lock != before:
            _record(path, built.lock)
    _report(output, built, diff, as_json=rest["as_json"])


def _lock_of(banks: tuple[Path, ...]) -> Path:
    """The lock beside the chosen bank; that of the bank that comes with Gradeck otherwise."""
    if not banks:
        return LOCK_FILE
    folder = banks[0] if banks[0].is_dir() else banks[0].parent
    return folder / LOCK_FILE.name


def _refuse_unwritable(*paths: Path) -> None:
    """Say so before the work is done, not after it."""
    cure = "make the folder first, or name another"
    faults = [
        Fault("a file in a folder that can be written to", str(path.parent), cure, file=str(path))
        for path in paths
        if not (path.name and os.access(path.parent, os.W_OK) and path.parent.is_dir())
    ]
    if faults:
        raise PackageError(faults)


def _refuse_missing(lock: Lock, bank: Bank) -> None:
    keys = [key for question in bank.values() for key in note_keys(question)]
    if faults := list(lock.missing_from(keys)):
        raise LockError(faults)


def _made(bank: Bank, languages: tuple[str, ...], tag: str, *, homework: bool) -> list[DeckNote]:
    questions = selected(bank.values(), tag, homework=homework)
    if not questions:
        known = {tag for question in bank.values() for tag in question.tags}
        raise UnknownNameError("tag", tag, known)
    notes: list[DeckNote] = []
    with progress("Drawing variants", len(questions)) as advance:
        for question in questions:
            notes += notes_of(question, languages)
            advance()
    return notes


def _record(path: Path, lock: Lock) -> None:
    try:
        write_lock(path, lock)
    except OSError as error:
        cure = "keep the record elsewhere with --lock FILE, and don't hand this package out"
        fault = Fault("a lock file that can be written", str(error.strerror), cure, file=str(path))
        raise LockError([fault]) from None


def _unrecorded(path: Path, notes: list[DeckNote], lock: Lock) -> Fault:
    changed = [
        note.key
        for note in notes
        if note.key not in lock.notes or lock.notes[note.key].content != note.content_hash
    ]
    shown = ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "")
    got = f"changes in {shown}" if changed else "a changed look of the note types"
    return Fault(
        "a deck that the lock records",
        got,
        "build without --frozen, commit the lock",
        file=str(path),
    )


def _report(output: Path | None, built: Build | None, diff: Diff | None, *, as_json: bool) -> None:
    if as_json:
        report: dict[str, Any] = {}
        if output is not None and built is not None:
            report |= {"file": str(output), **built.as_dict()}
        if diff is not None:
            report["diff"] = diff.as_dict()
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    if output is not None and built is not None:
        size = f"{output.stat().st_size / 1000:,.0f} kB"
        click.echo(
            f"{output}: {built.notes} notes, {built.cards} cards, {size}; "
            f"{built.added} new and {built.changed} changed since the lock"
        )
    for line in diff.lines() if diff else ():
        click.echo(line)
