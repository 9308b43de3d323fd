"""The package on the real Anki backend: what arrives, and that it repeats to the byte."""

import json
import re
import sqlite3
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from bench.deck import elsewhere
from cards.deck.building import PRESET, ROOT_SHELF, SHELVES
from cards.deck.media import Media
from cards.deck.note import DeckNote, note_fields
from cards.deck.note_types import BASIC, CLOZE, NOTE_TYPES
from cards.deck.package import HermeticPackage, PackageError, Stamp
from tests.cards.deck.sample_deck import NOW, built, retired, sample_notes, student


def packaged(path: Path, notes: list[tuple[DeckNote, Stamp]], media: list[Media]) -> Path:
    """A package of given notes and media, past the deck's own rules."""
    kinds = dict.fromkeys(NOTE_TYPES.values(), NOW)
    shelves = [ROOT_SHELF, *SHELVES.values()]
    HermeticPackage(shelves, kinds, notes, preset=PRESET, media=media).write_to_file(path, NOW)
    return path


def with_picture(name: str) -> tuple[DeckNote, Stamp]:
    """A note whose picture stands in its Media field."""
    fields = note_fields(Key="sample/picture en", Front="look", Media=f'<img src="{name}">')
    note = DeckNote("sample/picture en", BASIC, SHELVES["en"].name, (), fields)
    return note, Stamp(NOW * 1000, NOW)


def test_every_note_and_card_arrives(tmp_path: Path) -> None:
    """Six notes in each language arrive as new, with a card each and two for the cloze."""
    built(tmp_path / "deck.apkg", sample_notes("en") + sample_notes("zh"))
    with student() as ada:
        assert {"new": 12} == ada.take(tmp_path / "deck.apkg")
        assert [[14]] == ada.rows("select count() from cards")
        assert [] == ada.collection.find_cards("is:suspended")
        names = {deck.name for deck in ada.collection.decks.all_names_and_ids()}
        assert {"Gradeck", "Gradeck::English", "Gradeck::中文"} <= names


def test_no_card_is_empty_or_extra(tmp_path: Path) -> None:
    """Anki's own check finds no empty card and nothing to mend."""
    built(tmp_path / "deck.apkg", sample_notes("en"))
    with student() as ada:
        ada.take(tmp_path / "deck.apkg")
        assert [] == list(ada.collection.get_empty_cards().notes)
        report, sound = ada.collection.fix_integrity()
        assert sound, report


def test_every_side_renders(tmp_path: Path) -> None:
    """The backend renders both sides of every card without a complaint, in its language."""
    built(tmp_path / "deck.apkg", sample_notes("en") + sample_notes("zh"))
    with student() as ada:
        ada.take(tmp_path / "deck.apkg")
        sides = [side for card in ada.rendered() for side in (card.front, card.back)]
    assert 28 == len(sides)
    for side in sides:
        assert re.search(r'<div class="gk" id="gk" lang="(en|zh-Hans)"', side)
        assert "{{" not in side
        assert "Invalid" not in side


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    """The same package again is all duplicates."""
    notes = sample_notes("en")
    built(tmp_path / "deck.apkg", notes)
    with student() as ada:
        ada.take(tmp_path / "deck.apkg")
        assert {"duplicate": len(notes)} == ada.take(tmp_path / "deck.apkg")


def test_a_rebuild_is_identical_to_the_byte(tmp_path: Path) -> None:
    """The same notes and lock give the same bytes, at another time and in another place."""
    notes = sample_notes("en")
    lock = built(tmp_path / "deck.apkg", notes)
    (tmp_path / "elsewhere").mkdir()
    built(tmp_path / "elsewhere" / "again.apkg", notes, lock, now=NOW + 12_345)
    first = (tmp_path / "deck.apkg").read_bytes()
    assert first == (tmp_path / "elsewhere" / "again.apkg").read_bytes()


def test_new_cards_come_by_level(tmp_path: Path) -> None:
    """The positions of new cards follow the notes' levels; retired notes come last."""
    numbers, fact, *others = sample_notes("en")
    built(tmp_path / "deck.apkg", [retired(fact), numbers, *others])
    with student() as ada:
        ada.take(tmp_path / "deck.apkg")
        order = ada.rows(
            "select sfld from notes join cards on nid = notes.id group by notes.id order by due"
        )
    assert ["Gaps", "Statements", "Numbers", "Item", "Item", "Fact"] == [
        title for (title,) in order
    ]


def test_the_preset_comes_along(tmp_path: Path) -> None:
    """The decks' own: retention, new cards a day, leeches only tagged, ten minutes a card."""
    built(tmp_path / "deck.apkg", sample_notes("en"))
    with student() as ada:
        ada.take(tmp_path / "deck.apkg")
        deck_id = ada.collection.decks.id_for_name("Gradeck::English")
        assert deck_id is not None
        preset = ada.collection.decks.config_dict_for_deck_id(deck_id)
        deck = ada.collection.decks.get(deck_id)
    assert (PRESET.name, 15) == (preset["name"], preset["new"]["perDay"])
    assert PRESET.desired_retention == pytest.approx(preset["desiredRetention"])
    assert (1, 600) == (preset["lapse"]["leechAction"], preset["maxTaken"])
    assert deck is not None
    assert "licence" in deck["desc"]


def test_the_ids_of_fields_and_templates_arrive(tmp_path: Path) -> None:
    """Every note type keeps its id and name, and the frozen ids of its fields and template."""
    built(tmp_path / "deck.apkg", sample_notes("en"))
    with student() as ada:
        ada.take(tmp_path / "deck.apkg")
        for kind in NOTE_TYPES.values():
            arrived = ada.collection.models.get(kind.id)  # type: ignore[arg-type]  # a NewType
            assert arrived is not None
            ours = kind.as_anki(NOW)
            assert kind.name == arrived["name"]
            assert [field["id"] for field in ours["flds"]] == [
                field["id"] for field in arrived["flds"]
            ]
            assert kind.template_id == arrived["tmpls"][0]["id"]


def test_media_arrive_where_a_field_names_them(tmp_path: Path) -> None:
    """A picture named in a field arrives, and so does an underscored file; others stay out."""
    picture = Media.named("map", ".svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    font = Media.named("_gradeck-math", ".woff2", b"font")
    unused = Media.named("unused", ".svg", b"<svg/>")
    package = packaged(
        tmp_path / "deck.apkg", [with_picture(picture.name)], [picture, font, unused]
    )
    with student() as ada:
        ada.take(package)
        assert {picture.name, font.name} == {path.name for path in ada.media.iterdir()}
        assert picture.content == (ada.media / picture.name).read_bytes()


def test_equal_media_are_kept_once(tmp_path: Path) -> None:
    """A file that two notes use stands once in the package."""
    picture = Media.named("map", ".svg", b"<svg/>")
    package = packaged(tmp_path / "deck.apkg", [with_picture(picture.name)], [picture, picture])
    with zipfile.ZipFile(package) as inside:
        assert {"0": picture.name} == json.loads(inside.read("media"))


def test_two_contents_under_one_name_are_refused(tmp_path: Path) -> None:
    """Media of one name with different contents are refused: Anki would lose one in silence."""
    with pytest.raises(PackageError, match=r"two files named 'map\.svg'"):
        packaged(tmp_path / "deck.apkg", [], [Media("map.svg", b"1"), Media("map.svg", b"2")])


def test_a_note_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """Two notes of one key are refused with the key, and no file is left behind."""
    note = sample_notes()[1]
    with pytest.raises(PackageError, match="'sample/fact en' twice"):
        built(tmp_path / "deck.apkg", [note, note])
    assert [] == list(tmp_path.iterdir())


def test_nothing_is_left_among_the_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written or refused, a package leaves no database behind, as genanki's own writer does."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    notes = sample_notes()
    built(tmp_path / "deck.apkg", notes)
    with pytest.raises(PackageError):
        built(tmp_path / "deck.apkg", [*notes, notes[0]])
    assert [] == list(scratch.iterdir())


def test_a_cloze_without_gaps_is_refused(tmp_path: Path) -> None:
    """A note that would have no card is refused: Anki would drop it."""
    note = DeckNote("sample/none en", CLOZE, SHELVES["en"].name, (), note_fields(Front="no gap"))
    with pytest.raises(PackageError, match="expected 1 to 100 cards a note, got 0"):
        built(tmp_path / "deck.apkg", [note])


def test_the_package_names_the_scheduler(tmp_path: Path) -> None:
    """The collection inside says scheduler 2, is compressed, and holds fixed dates."""
    built(tmp_path / "deck.apkg", sample_notes())
    with zipfile.ZipFile(tmp_path / "deck.apkg") as package:
        assert {(1980, 1, 1, 0, 0, 0)} == {entry.date_time for entry in package.infolist()}
        assert {zipfile.ZIP_DEFLATED} == {entry.compress_type for entry in package.infolist()}
        database = package.extract("collection.anki2", tmp_path)
    connection = sqlite3.connect(database)
    try:
        (conf,) = connection.execute("select conf from col").fetchone()
    finally:
        connection.close()
    assert 2 == json.loads(conf)["schedVer"]


def test_the_writer_holds_against_genankis_own() -> None:
    """The file is at most a third of genanki's, in less memory; time with a generous bound."""
    ours, genankis = ([elsewhere(writer, 5000) for _ in range(3)] for writer in ("ours", "genanki"))
    least = {name: (min(r[name] for r in ours), min(r[name] for r in genankis)) for name in ours[0]}
    assert least["size"][0] <= least["size"][1] / 3
    assert least["memory"][0] < least["memory"][1]
    assert least["seconds"][0] < least["seconds"][1] * 1.5


def test_the_key_alone_makes_the_guid() -> None:
    """An edit, another tag, another deck keep the GUID; another language has its own."""
    note = sample_notes()[0]
    other = replace(note, tags=("other",), fields=note_fields(Front="other"), deck="other")
    assert note.guid == other.guid
    guids = {one.guid for language in ("en", "zh") for one in sample_notes(language)}
    assert 12 == len(guids)
