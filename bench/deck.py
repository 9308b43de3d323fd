"""Writing a deck: ours against genanki's own writer and against the bare rows in SQLite.

Every figure is of a process of its own: seconds of writing alone, the memory that the way from the
same texts to the finished file takes at its peak beyond those texts, and the size of the file. The
three take turns.
"""

import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import genanki

from cards.deck.building import PRESET, SHELVES
from cards.deck.note import DeckNote, note_fields
from cards.deck.note_types import BASIC, FIELDS
from cards.deck.package import HermeticPackage, Stamp

SIZES = (1_000, 10_000, 50_000)
ROUNDS = 3
DATE = 1_790_000_000
WORDS = ("kernel", "stride", "padding", "channel", "filter", "bias", "map", "layer", "pooling")

Texts = list[tuple[str, tuple[str, ...]]]


def texts(count: int) -> Texts:
    """So many notes' keys and field texts, about 500 characters each."""
    made = []
    for number in range(count):
        words = " ".join(WORDS[(number * step) % len(WORDS)] for step in range(1, 31))
        key = f"bench/{number} en"
        front, back = f"<p>{number}. {words}?</p>", f"<p>{words} {number * 7}.</p>"
        fields = note_fields(Key=key, Title=f"{number}", Language="en", Front=front, Back=back)
        made.append((key, fields))
    return made


def ours(all_texts: Texts, path: Path) -> Callable[[], object]:
    """Our package, to be written from notes that are made one by one."""

    def notes() -> Iterator[tuple[DeckNote, Stamp]]:
        for place, (key, fields) in enumerate(all_texts):
            note = DeckNote(key, BASIC, SHELVES["en"].name, ("bench",), fields)
            yield note, Stamp(DATE * 1000 + place * 100, DATE)

    package = HermeticPackage([SHELVES["en"]], {BASIC: DATE}, notes(), preset=PRESET)
    return lambda: package.write_to_file(path, DATE)


def genankis(all_texts: Texts, path: Path) -> Callable[[], object]:
    """genanki's package of the same notes and note type."""
    model = genanki.Model(
        BASIC.id,
        BASIC.name,
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "Fact", "qfmt": BASIC.front, "afmt": BASIC.back}],
    )
    deck = genanki.Deck(SHELVES["en"].id, SHELVES["en"].name)
    for key, fields in all_texts:
        deck.add_note(genanki.Note(model, list(fields), tags=["bench"], guid=key))
    return lambda: genanki.Package(deck).write_to_file(path, DATE)


def rows(all_texts: Texts, path: Path) -> Callable[[], object]:
    """The floor: a row for each note and card in a database, with nothing around them."""

    def write() -> None:
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, guid, flds)")
        connection.execute("CREATE TABLE cards (id INTEGER PRIMARY KEY, nid)")
        joined = (
            (place, key, "\x1f".join(fields)) for place, (key, fields) in enumerate(all_texts)
        )
        connection.executemany("INSERT INTO notes VALUES (?, ?, ?)", joined)
        ids = ((place, place) for place in range(len(all_texts)))
        connection.executemany("INSERT INTO cards VALUES (?, ?)", ids)
        connection.commit()
        connection.close()

    return write


WRITERS = {"ours": ours, "genanki": genankis, "rows": rows}


def measure(writer: str, count: int) -> dict[str, float]:
    """Seconds, bytes of memory and bytes of file of one writer, in this process."""
    all_texts = texts(count)
    before = peak_bytes()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "deck")
        write = WRITERS[writer](all_texts, path)
        started = time.perf_counter()
        write()
        seconds = time.perf_counter() - started
        size = path.stat().st_size
    return {"seconds": seconds, "memory": peak_bytes() - before, "size": size}


def peak_bytes() -> int:
    """The most memory that this process has held so far, not counting what it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def elsewhere(writer: str, count: int) -> dict[str, float]:
    """The same in a new process."""
    command = [sys.executable, "-m", "bench.deck", writer, str(count)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 -- this file again
    figures: dict[str, float] = json.loads(run.stdout)
    return figures


def main() -> None:
    """Print a line for each number of notes: ours against genanki's, and both against rows."""
    for count in SIZES:
        runs: dict[str, list[dict[str, float]]] = {writer: [] for writer in WRITERS}
        for _ in range(ROUNDS):
            for writer, figures in runs.items():
                figures.append(elsewhere(writer, count))
        medians = {
            writer: {name: statistics.median(run[name] for run in figures) for name in figures[0]}
            for writer, figures in runs.items()
        }
        ratios = {
            name: medians["ours"][name] / medians["genanki"][name] for name in medians["ours"]
        }
        seconds = ", ".join(f"{writer} {one['seconds']:.3f} s" for writer, one in medians.items())
        memory = ", ".join(f"{writer} {one['memory'] / 1e6:.1f}" for writer, one in medians.items())
        print(f"deck of {count:,} notes: {seconds}; memory in MB: {memory}")
        print(
            f"  ours/genanki: time {ratios['seconds']:.2f}, memory {ratios['memory']:.2f}, "
            f"file {ratios['size']:.2f}"
        )


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
