"""The job that builds an Anki package of the bank's questions."""

from pathlib import Path

from cards.deck.building import write_deck
from cards.deck.lock import read_lock
from cards.deck.note import DeckNote
from cards.deck.notes import notes_of, selected
from grader.errors import UnknownNameError
from grader.wording import CHOICES
from service.auth.identity import Identity
from service.bank.folders import load, lock_of
from service.classroom.access import staff_somewhere
from service.jobs.job import STEP, Done, Job, Progress
from service.running import Service
from service.store.jobs import add_job


def ask_deck(service: Service, who: Identity, language: str, tag: str) -> str:
    """The id of a job that builds a package of the questions with this tag, or of all."""
    with service.store.write() as connection:
        staff_somewhere(connection, who)
        job_id = add_job(connection, who, "deck", {"lang": language, "tag": tag})
    service.work_waits()
    return job_id


def do_deck(job: Job) -> Done:
    """How many notes and cards the package has, and its name."""
    path = job.file(".apkg")
    made = print_deck(
        job.config.bank,
        path,
        language=job.params["lang"],
        tag=job.params["tag"],
        progress=job.progress,
    )
    return made, path.name


def print_deck(
    folders: tuple[Path, ...], path: Path, *, language: str, tag: str, progress: Progress
) -> dict[str, object]:
    """Write the package of the questions with this tag, or of all; how many notes and cards."""
    bank = load(folders)
    questions = selected(bank.values(), tag)
    if not questions:
        known = {tag for question in bank.values() for tag in question.tags}
        raise UnknownNameError("tag", tag, known)
    notes: list[DeckNote] = []
    for number, question in enumerate(questions, start=1):
        notes += notes_of(question, CHOICES[language])
        if number % STEP == 0 or number == len(questions):
            progress(number, len(questions))
    # The record of what was handed out is the authors': a copy made here never changes it.
    built = write_deck(path, notes, read_lock(lock_of(folders)))
    return {"notes": built.notes, "cards": built.cards}
