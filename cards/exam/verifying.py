"""Whether an exam's folder is as it was dealt: all is made again from the record and compared."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cards.exam.files import MANIFEST, exam_files, seal
from cards.exam.folder import files_in, read_exam, read_manifest
from cards.exam.formats.papers_json import PAPERS_JSON
from grader.errors import Fault, QuestionError


def verify_exam(folder: Path, secret: bytes | None = None) -> int:
    """The number of papers in an exam's folder; QuestionError with all that isn't as dealt.

    Every file must be as the manifest says; papers, keys and the manifest itself must be what the
    questions, the plan and the seeds give; and, where the secret is given, the whole manifest must
    be the one that was sealed with it.
    """
    manifest = read_manifest(folder)
    faults = list(_changed_files(folder, manifest["files"]))
    if secret is not None and not hmac.compare_digest(
        seal(manifest, secret), str(manifest.get("seal"))
    ):
        faults.append(
            Fault("the seal of this secret", "another", "see what was changed in it", file=MANIFEST)
        )
    if not faults:
        faults += _unlike(folder, manifest)
    if faults:
        raise QuestionError(faults)
    return len(manifest["sittings"])


def _changed_files(folder: Path, hashes: Mapping[str, str]) -> Iterator[Fault]:
    found = files_in(folder) - {MANIFEST}
    for path in sorted(hashes.keys() | found):
        if path not in hashes:
            yield Fault("a file of the exam", "one that was added", "remove it", file=path)
        elif path not in found:
            yield Fault("a file", "nothing", "deal the exam again", file=path)
        elif _through_a_link(folder, path):
            yield Fault("a file", "a link to one", "deal the exam again", file=path)
        elif not (folder / path).is_file():
            yield Fault("a file", "something else", "deal the exam again", file=path)
        elif hashlib.sha256((folder / path).read_bytes()).hexdigest() != hashes[path]:
            yield Fault(
                "the file as it was dealt", "a changed one", "deal the exam again", file=path
            )


def _through_a_link(folder: Path, path: str) -> bool:
    steps = Path(path)
    return any((folder / step).is_symlink() for step in (steps, *steps.parents) if step.name)


def _unlike(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Fault]:
    """A fault for each file that the record doesn't lead to, and for the record itself."""
    exam = read_exam(folder)
    made = dict(exam_files(exam, None, formats=[PAPERS_JSON]))
    again = json.loads(made.pop(MANIFEST))
    for path, content in made.items():
        if path not in manifest["files"]:
            yield Fault("a file of the exam", "none", "deal the exam again", file=path)
        elif (folder / path).read_bytes() != content:
            yield Fault(
                "what the question, the plan and the seed give",
                "something else",
                "it was changed together with its hash, or Gradeck has changed since",
                file=path,
            )
    for path in manifest["files"]:
        # What is printed beside them, a format's own files, the seal alone answers for.
        if path.startswith(("papers/", "keys/")) and path.endswith(".json") and path not in made:
            yield Fault("a file of the exam", "one that was added", "remove it", file=path)
    for name, value in again.items():
        if name not in {"formats", "files", "printed", "seal"} and manifest.get(name) != value:
            yield Fault(
                "what the plan and the sittings give", "something else", file=MANIFEST, field=name
            )
