"""The process that reads scans: what they do to it, they do to nobody else.

A picture may fill all memory, a PDF break who reads it.

Started by `service.jobs.scans` on a folder that has the exam (`exam/`) and the files (`scans/`);
it leaves there the table of results, the page of doubts and the doubts as JSON. Each line that it
writes is JSON: the file that is being read, how many pages were, in the end what came of it.
"""

import base64
import csv
import io
import json
import re
import resource
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from cards.exam.folder import read_exam
from grader.errors import GradeckError
from service.queue.marker_child import die_with_parent

MIB = 1 << 20
MOST_PAGES = 400
DOUBTS = "doubts.json"
_SCANS = re.compile(r"\S*/scans/\d{3}/")  # where they lie is ours


def main(folder: str, memory_mib: str, parent: str) -> None:
    """Read the scans of a folder; the last line tells what came of it."""
    die_with_parent(int(parent))
    limit = int(memory_mib) * MIB
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        tell("done", **_read(Path(folder)))
    except ImportError as error:
        tell("failed", why=f"scanning needs more libraries ({error.name}): gradeck[scan]")
    except GradeckError as error:
        tell("failed", why=_SCANS.sub("", str(error)))
    except MemoryError:
        tell("failed", why="reading it takes more memory than there is for it; scan it smaller")


def tell(what: str, **values: object) -> None:
    """Say how far we are."""
    print(json.dumps({"what": what, **values}), flush=True)  # noqa: T201 - the line to our parent


def _read(folder: Path) -> dict[str, object]:
    run = import_module("cards.exam.scanning.run")  # an extra's libraries: not there for all
    pages = import_module("cards.exam.scanning.images")
    page = import_module("cards.exam.scanning.doubts_page")
    files = sorted((folder / "scans").glob("*/*"))
    done = 0

    def each() -> Iterator[Any]:
        nonlocal done
        for scanned in _pages(pages, files):
            done += 1
            if done > MOST_PAGES:
                raise GradeckError(f"more than {MOST_PAGES} pages: send them in several goes")
            yield scanned
            tell("page", done=done)

    exam = read_exam(folder / "exam")
    scanned, table, doubts = run.scan_pages(exam, folder / "exam", each())
    (folder / "results.csv").write_bytes(table)
    (folder / "results.doubts.html").write_text(doubts, encoding="utf-8")
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    unsure = [_as_json(asdict(one)) for one in page.doubts_of(scanned, rows)]
    (folder / DOUBTS).write_text(json.dumps(unsure), encoding="utf-8")
    return {
        "sheets": len(scanned.sheets),
        "doubts": len(unsure),
        "pages": done,
        "aside": list(scanned.aside),
        "unseen": [sitting.student.name for sitting in scanned.unseen],
    }


def _pages(images: ModuleType, files: list[Path]) -> Iterator[Any]:
    for file in files:
        tell("file", name=file.name)
        yield from images.scanned_pages([file])


def _as_json(doubt: Mapping[str, Any]) -> Mapping[str, Any]:
    picture = doubt["picture"]
    shown = base64.b64encode(picture).decode() if isinstance(picture, bytes) else ""
    return {**doubt, "picture": shown}


if __name__ == "__main__":
    main(*sys.argv[1:])
