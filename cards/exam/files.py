"""An exam as files: those of every format, then the manifest that records and seals them.

`DIR/manifest.json` says what was dealt to whom, and the hash of every file. What else is there is
told by the formats of `cards.exam.formats`. Nothing here depends on the clock: the same exam has
the same bytes.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from cards.exam.formats.format import File, Format
from cards.exam.formats.papers_json import json_file
from cards.exam.formats.table import FORMATS
from cards.exam.papers.printer import provenance
from cards.exam.record import Exam, exam_record

MANIFEST: Final = "manifest.json"
_SEAL: Final = b"gradeck exam manifest"


def exam_files(
    exam: Exam,
    secret: bytes | None,
    *,
    formats: Collection[Format] = FORMATS.values(),
    on_paper: Callable[[], object] = lambda: None,
) -> Iterator[File]:
    """Each file's path below the exam's folder with its bytes, the manifest last.

    `on_paper` is called for each student by each format. Without a secret nothing is sealed.
    """
    hashes: dict[str, str] = {}
    for each in formats:
        for path, content in each.files(exam, on_paper):
            hashes[path] = hashlib.sha256(content).hexdigest()
            yield path, content
    manifest = {
        **exam_record(exam),
        "formats": [each.name for each in formats],
        "printed": provenance(),
        "files": dict(sorted(hashes.items())),
    }
    manifest["seal"] = seal(manifest, secret) if secret is not None else None
    yield MANIFEST, json_file(manifest)


def seal(manifest: Mapping[str, Any], secret: bytes) -> str:
    """What only who has the secret can write under all that a manifest says.

    >>> manifest = {"plan": "midterm"}
    >>> seal(manifest, b"a secret") == seal(manifest, b"a secret") != seal(manifest, b"another")
    True
    """
    said = {name: value for name, value in manifest.items() if name != "seal"}
    listed = json.dumps(said, sort_keys=True, ensure_ascii=False).encode()
    return hmac.digest(secret, _SEAL + listed, "sha256").hex()
