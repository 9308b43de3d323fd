"""An exam as files: those of every format, and a manifest that seals them.

`DIR/manifest.json` says what was dealt, and the hash of every file. What else is there is told
by the formats of `cards.exam.formats`.

Nothing here depends on the clock: the same exam has the same bytes.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from cards.exam.dealing import Sitting
from cards.exam.formats.format import Format
from cards.exam.formats.papers_json import QUESTIONS, json_file
from cards.exam.formats.table import FORMATS
from cards.exam.plan import ExamPlan
from cards.loading.bank import question_from_document
from cards.variants.variant import make_variant
from grader.errors import Fault, GradeckError, QuestionError
from grader.marking.numbers import as_json

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"

_SEAL: Final = b"gradeck exam manifest"


def exam_files(
    plan: ExamPlan,
    sittings: Iterable[Sitting],
    secret: bytes,
    *,
    formats: Collection[Format] = FORMATS.values(),
    on_paper: Callable[[], object] = lambda: None,
) -> dict[str, bytes]:
    """Each file's path below the exam's folder, and its bytes; `on_paper` is called per student."""
    sittings = tuple(sittings)
    files: dict[str, bytes] = {}
    for sitting in sittings:
        for each in formats:
            files |= each.of_student(plan, sitting)
        on_paper()
    for each in formats:
        files |= each.of_exam(plan, sittings)
    files[MANIFEST] = json_file(_manifest(plan, sittings, files, secret))
    return files


def _manifest(
    plan: ExamPlan, sittings: tuple[Sitting, ...], files: Mapping[str, bytes], secret: bytes
) -> dict[str, Any]:
    hashes = {path: hashlib.sha256(files[path]).hexdigest() for path in sorted(files)}
    questions = {
        place.variant.question.id: place.variant.question.content_hash
        for sitting in sittings
        for place in sitting.places
    }
    return {
        "format": FORMAT,
        "exam": plan.id,
        "plan": plan.content_hash,
        "questions": dict(sorted(questions.items())),
        "carried_share": as_json(plan.carried_share),
        "sittings": [
            {"id": s.student.id, "name": s.student.name, "out_of": as_json(s.out_of)}
            for s in sittings
        ],
        "files": hashes,
        "seal": seal(hashes, secret),
    }


def seal(hashes: Mapping[str, str], secret: bytes) -> str:
    """What only who has the secret can write under these hashes."""
    listed = json.dumps(hashes, sort_keys=True).encode()
    return hmac.digest(secret, _SEAL + listed, "sha256").hex()


def write_exam(files: Mapping[str, bytes], folder: Path, *, replace: bool = False) -> bool:
    """Write the files; whether any of them is new or has changed.

    Raises GradeckError for a folder that holds something else, or another exam unless
    `replace` is set. What the other exam had and this one hasn't is removed.
    """
    old = _files_in(folder)
    if old and MANIFEST not in old:
        message = f"{folder}: expected a new or an empty folder, got one with other files in it"
        raise GradeckError(f"{message}; name another one")
    changed = {path for path, content in files.items() if _content(folder / path) != content}
    gone = old - files.keys()
    if old and (changed or gone) and not replace:
        message = f"{folder}: expected a new folder, got one with another exam in it"
        raise GradeckError(f"{message}; name another one, or pass --replace")
    for path in sorted(changed - {MANIFEST}):
        _write(folder / path, files[path])
    for path in gone & set(_listed(folder)):
        (folder / path).unlink()
    # Last, so that an exam that was cut off in the middle doesn't verify.
    if MANIFEST in changed:
        _write(folder / MANIFEST, files[MANIFEST])
    return bool(changed or gone)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _files_in(folder: Path) -> set[str]:
    if not folder.is_dir():
        return set()
    return {
        str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file()
    }


def _listed(folder: Path) -> list[str]:
    """The files that the manifest in the folder lists: none but those may be removed."""
    try:
        return [*read_manifest(folder)["files"]]
    except GradeckError:
        return []


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an exam's folder; GradeckError where there is none that can be read."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
    except FileNotFoundError:
        message = f"{folder}: expected the folder of an exam, got one without {MANIFEST}"
        raise GradeckError(message) from None
    except (ValueError, RecursionError) as error:
        raise GradeckError(f"{path}: expected JSON, got {error}") from None
    files = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(files, dict) or manifest.get("format") != FORMAT:
        message = f"{path}: expected an exam's manifest of format {FORMAT}, got another one"
        raise GradeckError(message)
    if not all(isinstance(hash_, str) for hash_ in files.values()):
        raise GradeckError(f"{path}: expected a hash for each file, got something else")
    checked: dict[str, Any] = manifest
    return checked


def verify_exam(folder: Path, secret: bytes | None = None) -> int:
    """The number of papers in an exam's folder; QuestionError with all that isn't as dealt.

    Every file must be as the manifest says, every key must follow from its question and
    seed, and, where the secret is given, the manifest must be the one that was sealed with it.
    """
    manifest = read_manifest(folder)
    faults = list(_changed_files(folder, manifest["files"]))
    if secret is not None and not hmac.compare_digest(
        seal(manifest["files"], secret), str(manifest.get("seal"))
    ):
        faults.append(Fault(MANIFEST, "the seal of this secret", "another", "see what changed"))
    written = sorted(manifest["files"].keys() - {QUESTIONS})
    keys = [path for path in written if path.startswith("keys/") and path.endswith(".json")]
    if not faults:
        faults += _unlike_keys(folder, keys)
    if faults:
        raise QuestionError(faults)
    return len(keys)


def _changed_files(folder: Path, hashes: Mapping[str, str]) -> Iterable[Fault]:
    found = _files_in(folder) - {MANIFEST}
    for path in sorted(hashes.keys() | found):
        if path not in hashes:
            yield Fault(path, "a file of the exam", "one that was added", "remove it")
        elif path not in found:
            yield Fault(path, "a file", "nothing", "deal the exam again")
        elif hashlib.sha256((folder / path).read_bytes()).hexdigest() != hashes[path]:
            yield Fault(path, "the file as it was dealt", "a changed one", "deal the exam again")


def _unlike_keys(folder: Path, keys: Iterable[str]) -> Iterable[Fault]:
    """A fault for each key that its question and seed don't lead to."""
    for path in keys:
        try:
            yield from _unlike_key(folder, path)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            got = f"one without {error}" if isinstance(error, KeyError) else str(error)
            yield Fault(path, "a key as Gradeck writes it", got, "deal the exam again")


def _unlike_key(folder: Path, path: str) -> Iterable[Fault]:
    documents = json.loads((folder / QUESTIONS).read_bytes())
    for dealt in json.loads((folder / path).read_bytes())["questions"]:
        question = question_from_document(documents[dealt["question"]])
        made = make_variant(question, bytes.fromhex(dealt["seed"])).with_key()
        for part, right in zip(dealt["parts"], made["parts"], strict=True):
            if part["answer"] != right["answer"]:
                got = f"{part['answer']['display']}, not {right['answer']['display']}"
                expected = f"the answer to {question.id} that its seed gives"
                yield Fault(path, expected, got, "Gradeck has changed since", None, part["id"])
