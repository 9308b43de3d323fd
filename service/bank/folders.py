"""The bank's folders: its questions, the exam plans beside them, the lock of its deck."""

from dataclasses import replace
from pathlib import Path

import structlog

from cards.deck.lock import LOCK_FILE
from cards.loading.bank import BANK, Bank, load_bank, read_bank, shown_path
from cards.question import Question
from grader.errors import Fault, QuestionError, UnknownNameError

log = structlog.get_logger()


def load(folders: tuple[Path, ...]) -> Bank:
    """The questions of these folders, or the bank that came along."""
    return load_bank(folders) if folders else load_bank()


def sound_questions(folders: tuple[Path, ...]) -> list[Question]:
    """The questions of these folders that can be read; what is wrong with the others is logged."""
    questions, faults = read_bank(folders or (BANK,))
    for fault in faults:
        log.warning("question not read", fault=str(fault))
    return questions


def read_now(folders: tuple[Path, ...], question_id: str, before: Question | None) -> Question:
    """The question as the folders have it at this moment; `before` is it as it was read last.

    A fault elsewhere in the bank doesn't matter. Raises QuestionError with all that is wrong
    with the question's own file, UnknownNameError where no file has it.
    """
    questions, faults = read_bank(folders or (BANK,))
    same = [question for question in questions if question.id == question_id]
    own = {question.where for question in same} | ({before.where} if before is not None else set())
    broken = [fault for fault in faults if fault.file in own]
    if len(same) > 1 or (not same and broken):
        raise QuestionError([_below_the_bank(fault, folders) for fault in broken])
    if not same:
        raise UnknownNameError("question", question_id, (question.id for question in questions))
    return same[0]


def _below_the_bank(fault: Fault, folders: tuple[Path, ...]) -> Fault:
    """The fault with paths as the bank's authors know them: where it lies on the server is ours."""
    file, got = fault.file, fault.got
    for folder in folders or (BANK,):
        above = f"{shown_path(folder)}/"
        file, got = file.removeprefix(above), got.replace(above, "")
    return replace(fault, file=file, got=got)


def lock_of(folders: tuple[Path, ...]) -> Path:
    """The file that records what the deck's notes said."""
    return folders[0] / LOCK_FILE.name if folders else LOCK_FILE


def exam_plans(folders: tuple[Path, ...]) -> dict[str, Path]:
    """The exam plans by name; they stand in the folder `exams` beside the questions."""
    folder = (folders[0] if folders else BANK).parent / "exams"
    return {file.stem: file for file in sorted(folder.glob("*.yaml"))}
