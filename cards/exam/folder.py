"""The folder of an exam: written whole or not at all, and read again."""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from cards.exam.files import MANIFEST
from cards.exam.formats.format import File
from cards.exam.formats.papers_pdf import TEMPLATE
from cards.exam.keys import QUESTIONS
from cards.exam.papers.own_template import SOURCE, Template
from cards.exam.record import FORMAT, Exam, recorded_exam
from grader.errors import GradeckError, QuestionError

_PART: Final = ".part"
MARKS: Final = "marks.csv"


def write_exam(files: Iterable[File], folder: Path, *, replace: bool = False) -> bool:
    """Write the files; whether any of them is new or has changed.

    They are written beside the folder and put in its place when all are there, so that nothing is
    half-written. Raises GradeckError for a folder that holds something else, or another exam unless
    `replace` is set, and for a disk that is full.
    """
    if files_in(folder) and not (folder / MANIFEST).is_file():
        message = f"{folder}: expected a new or an empty folder, got one with other files in it"
        raise GradeckError(f"{message}; name another one")
    with _beside(folder) as part:
        for path, content in files:
            target = part / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        if _same(part, folder):
            return False
        if (folder / MANIFEST).exists():
            if not replace:
                message = f"{folder}: expected a new folder, got one with another exam in it"
                raise GradeckError(f"{message}; name another one, or pass --replace")
            _only_listed(folder)
        shutil.rmtree(folder, ignore_errors=True)
        part.replace(folder)
    return True


def write_marks(files: Iterable[File], folder: Path, *, replace: bool = False) -> None:
    """Write what was marked, whole or not at all, into a new folder, or over marks if `replace`."""
    there = files_in(folder)
    if there and not (replace and MARKS in there):
        cure = "name another one" if MARKS not in there else "name another one, or pass --replace"
        raise GradeckError(f"{folder}: expected a new or an empty folder, got files in it; {cure}")
    with _beside(folder) as part:
        for path, content in files:
            target = part / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        shutil.rmtree(folder, ignore_errors=True)
        part.replace(folder)


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder to write into, which is gone afterwards unless it was put in the other's place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(folder.name + _PART)
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir()
        yield part
    except OSError as error:
        message = f"{folder}: could not be written: {error.strerror}; nothing of it was kept"
        raise GradeckError(message) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _same(one: Path, other: Path) -> bool:
    names = files_in(one)
    return names == files_in(other) and all(
        (one / name).read_bytes() == (other / name).read_bytes() for name in names
    )


def _only_listed(folder: Path) -> None:
    """Refuse to remove what the exam that is replaced does not list."""
    listed = {MANIFEST, *read_manifest(folder)["files"]}
    if strange := sorted(files_in(folder) - listed):
        message = f"{folder}: expected nothing but the exam's own files, got {strange[0]}"
        raise GradeckError(f"{message}; move it away, then replace the exam")


def files_in(folder: Path) -> set[str]:
    """The paths of all that stands below a folder and is no folder, links included."""
    if not folder.is_dir():
        return set()
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an exam's folder; GradeckError where there is none that can be read."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        message = f"{folder}: expected the folder of an exam, got one without {MANIFEST}"
        raise GradeckError(message) from None
    except (ValueError, RecursionError) as error:
        raise GradeckError(f"{path}: expected JSON, got {error}") from None
    files = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(files, dict) or manifest.get("format") != FORMAT:
        message = f"{path}: expected an exam's manifest of format {FORMAT}, got another one"
        raise GradeckError(f"{message}; deal the exam again with this Gradeck")
    if not all(isinstance(hash_, str) for hash_ in files.values()):
        raise GradeckError(f"{path}: expected a hash for each file, got something else")
    checked: dict[str, Any] = manifest
    return checked


def _template(folder: Path, manifest: Mapping[str, Any]) -> Template:
    """The template of one's own that the exam was printed by; its source first."""
    names = [name for name in manifest["files"] if name.startswith(f"{TEMPLATE}/")]
    files = [(Path(name).name, (folder / name).read_bytes()) for name in names]
    return tuple(sorted(files, key=lambda file: (file[0] != SOURCE, file[0])))


def read_exam(folder: Path) -> Exam:
    """The exam of a folder; GradeckError where its manifest or its questions can't be used."""
    manifest = read_manifest(folder)
    try:
        documents = json.loads((folder / QUESTIONS).read_bytes())
        read = recorded_exam(manifest, documents)
        return Exam(read.plan, read.sittings, _template(folder, manifest))
    except QuestionError:
        raise
    except OSError as error:
        raise GradeckError(f"{folder / QUESTIONS}: {error.strerror}") from None
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        message = f"{folder}: expected an exam as Gradeck writes it, got {error!r}"
        raise GradeckError(f"{message}; deal the exam again") from None
