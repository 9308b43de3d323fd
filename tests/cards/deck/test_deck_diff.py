"""Comparing with an older package: what is told, and which files are refused."""

import random
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from cards.deck import diff as deck_diff
from cards.deck import note_types
from cards.deck.diff import OldPackageError, compare, read_package
from cards.deck.package import Stamp
from tests.cards.deck.sample_deck import LATER, built, edited, retired, sample_notes


def test_the_differences_of_two_packages(tmp_path: Path) -> None:
    """New, edited, retired and missing notes are each told, and an untouched one is not."""
    notes = sample_notes()
    built(tmp_path / "old.apkg", notes)
    update = [edited(notes[0], Source="x"), retired(notes[1]), *notes[2:5], sample_notes("zh")[0]]
    stamped = [(note, Stamp(number, LATER)) for number, note in enumerate(update)]
    diff = compare(stamped, read_package(tmp_path / "old.apkg"))
    assert ("sample/numbers zh",) == diff.added
    assert ("sample/statements en",) == diff.left
    told = [(edit.key, edit.fields, edit.tags, edit.retired) for edit in diff.edited]
    assert [
        ("sample/numbers en", ("Source",), False, False),
        ("sample/fact en", ("Notice",), True, True),
    ] == told
    assert not any(edit.ignored for edit in diff.edited)
    assert () == diff.looks


def test_another_look_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of style or script is a change on every card: its note types are named."""
    notes = sample_notes()
    lock = built(tmp_path / "old.apkg", notes)
    monkeypatch.setitem(note_types.NUMERIC.__dict__, "back", "another back")
    stamped = [(note, lock.stamp(note)) for note in notes]
    diff = compare(stamped, read_package(tmp_path / "old.apkg"))
    assert ("Gradeck Numbers",) == diff.looks
    assert "  * Gradeck Numbers: another look or script on every card" in list(diff.lines())


def test_a_package_that_unpacks_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claimed size is looked at before anything is unpacked."""
    built(tmp_path / "old.apkg", sample_notes())
    monkeypatch.setattr(deck_diff, "MAX_BYTES", 1000)
    with pytest.raises(OldPackageError, match="expected at most 1,000 bytes unpacked"):
        read_package(tmp_path / "old.apkg")


def test_a_package_with_a_password_is_refused(tmp_path: Path) -> None:
    """A zip file that asks for a password is refused, not asked for one."""
    built(tmp_path / "old.apkg", sample_notes())
    data = bytearray((tmp_path / "old.apkg").read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "old.apkg").write_bytes(data)
    with pytest.raises(OldPackageError, match="password"):
        read_package(tmp_path / "old.apkg")


def test_a_damaged_package_is_read_or_refused(tmp_path: Path) -> None:
    """Whatever bytes are changed or cut off, the file is read or refused, and nothing else."""
    built(tmp_path / "old.apkg", sample_notes())
    whole = (tmp_path / "old.apkg").read_bytes()
    dice = random.Random(20261124)  # noqa: S311 -- dice, no secret
    outcomes = set()
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        end = len(data) if dice.random() < 0.8 else dice.randrange(len(data))
        (tmp_path / "damaged.apkg").write_bytes(data[:end])
        try:
            read_package(tmp_path / "damaged.apkg")
        except OldPackageError:
            outcomes.add("refused")
        else:
            outcomes.add("read")
    assert {"read", "refused"} == outcomes


@pytest.mark.parametrize(
    ("entry", "content", "said"),
    [
        ("collection.anki21b", b"", "Anki's newer format"),
        ("media", b"{}", "a zip file without a collection"),
        ("collection.anki2", b"not a database at all", "not a database"),
        ("collection.anki2", b"", "no such table"),
    ],
)
def test_other_zip_files_are_refused(tmp_path: Path, entry: str, content: bytes, said: str) -> None:
    """A zip file that holds something else is refused with what it is."""
    with zipfile.ZipFile(tmp_path / "old.apkg", "w") as package:
        package.writestr(entry, content)
    with pytest.raises(OldPackageError, match=said):
        read_package(tmp_path / "old.apkg")


def a_package(path: Path, *statements: str) -> Path:
    """A package whose collection was made by these statements."""
    collection = path.with_suffix(".db")
    with closing(sqlite3.connect(collection)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    with zipfile.ZipFile(path, "w") as package:
        package.write(collection, "collection.anki2")
    return path


_COL = "CREATE TABLE col (models TEXT)"
_TABLE = "CREATE TABLE notes (id INTEGER, guid TEXT, flds TEXT, tags TEXT, mod INTEGER)"
_COUNTING = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n{}) "
    "SELECT i AS id, 'g' || i AS guid, 'f' AS flds, '' AS tags, 0 AS mod FROM n"
)


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        ((_COL, f"CREATE VIEW notes AS {_COUNTING.format('')}"), "no such table as notes"),
        (
            (_COL, _TABLE, f"INSERT INTO notes {_COUNTING.format(' WHERE i < 100001')}"),
            "over 100,000 notes",
        ),
    ],
    ids=["a view without end", "too many notes"],
)
def test_a_package_that_would_take_for_ever_is_refused(
    tmp_path: Path, statements: tuple[str, ...], said: str
) -> None:
    """A view that counts without end isn't asked; more notes than any deck has aren't kept."""
    with pytest.raises(OldPackageError, match=said):
        read_package(a_package(tmp_path / "old.apkg", *statements))


def test_a_package_commands_no_terminal(tmp_path: Path) -> None:
    """Escape sequences in a foreign note's first field are printed as blanks."""
    rows = "INSERT INTO notes VALUES (1, 'g', '\x1b[2J\x1b]0;a\x07name', '', 0)"
    models = "INSERT INTO col VALUES ('{}')"
    old = read_package(a_package(tmp_path / "old.apkg", _COL, _TABLE, rows, models))
    assert ("\x1b" in "".join(compare([], old).lines()), " [2J ]0;a name") == (
        False,
        compare([], old).left[0],
    )
