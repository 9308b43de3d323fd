"""The bank's folders: its questions, the exam plans beside them, the lock of its deck."""

from pathlib import Path

from cards.deck.lock import LOCK_FILE
from cards.loading.bank import BANK, Bank, load_bank


def load(folders: tuple[Path, ...]) -> Bank:
    """The questions of these folders, or the bank that came along."""
    return load_bank(folders) if folders else load_bank()


def lock_of(folders: tuple[Path, ...]) -> Path:
    """The file that records what the deck's notes said."""
    return folders[0] / LOCK_FILE.name if folders else LOCK_FILE


def exam_plans(folders: tuple[Path, ...]) -> dict[str, Path]:
    """The exam plans by name; they stand in the folder `exams` beside the questions."""
    folder = (folders[0] if folders else BANK).parent / "exams"
    return {file.stem: file for file in sorted(folder.glob("*.yaml"))}
